"""Files that outlive a run: where they are, and how they are written.

Journals, the request counts that processes share, lifted locks and scheduled actions are in one folder. Journals of
runs used to be in another folder, which is still read.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

_EARLIER = "pulumi-azure-scaleset"


def home() -> Path:
    """``$XDG_STATE_HOME``, by default ``~/.local/state``; it may not exist yet."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")


def place(name: str) -> Path:
    """``$XDG_STATE_HOME/scaleset/NAME`` (default ``~/.local/state``); it may not exist yet."""
    return home() / "scaleset" / name


def places(name: str) -> tuple[Path, ...]:
    """Where files of this kind may be: the current folder, and that of earlier versions."""
    return place(name), home() / _EARLIER / name


def folder(name: str) -> Path:
    """The current folder, created if necessary, for its owner only.

    Raises:
        OSError: It cannot be created.
    """
    found = place(name)
    found.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    found.mkdir(exist_ok=True, mode=0o700)
    return found


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all, also where the process or machine dies."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        with os.fdopen(
            os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def hold(descriptor: int) -> bool:
    """Take an open file for this process until it is closed; False: another process has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
