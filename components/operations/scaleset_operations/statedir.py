"""The folder for what outlives a run: journals, and the request counts that processes share."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """``$XDG_STATE_HOME``, by default ``~/.local/state``; it need not exist."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")


def folder(name: str) -> Path:
    """``$XDG_STATE_HOME/pulumi-azure-scaleset/NAME`` (default ``~/.local/state``), for its owner only.

    Raises:
        OSError: It can not be made.
    """
    base = home() / "pulumi-azure-scaleset"
    base.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = base / name
    found.mkdir(exist_ok=True, mode=0o700)
    return found
