"""The package's SDKs, written by the Go program in `tools/gensdk` on Pulumi's own code generators."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from devkit import paths

MODULE = paths.ROOT / "tools" / "gensdk"


class GeneratorError(Exception):
    """The SDKs can't be written; the message says why."""


def generate(schema: Path, directory: Path, *, publish: bool = False) -> None:
    """Write the SDKs to `directory`/nodejs, /go and /python.

    Args:
        schema: The schema's file; it is validated.
        directory: Where to write; created if it does not exist.
        publish: For the registries of the languages instead of a project's own folder.

    Raises:
        GeneratorError: There is no Go, the generator can't be built, or the schema is wrong.
    """
    options = ["-publish"] if publish else []
    # The generator runs in its own folder.
    _run([str(build()), *options, str(schema), str(directory.absolute())])


def build() -> Path:
    """The generator's executable, compiled (half a minute) unless the cache has it."""
    go = shutil.which("go")
    if go is None:
        raise GeneratorError("Go is needed to generate the SDKs: install Go 1.25 or later from https://go.dev/dl/")
    digest = hashlib.sha256(_run([go, "env", "GOVERSION", "GOOS", "GOARCH"]).encode())
    for name in ("go.mod", "go.sum", "main.go"):
        digest.update((MODULE / name).read_bytes())
    executable = cache() / f"gensdk-{digest.hexdigest()[:16]}"
    executable.parent.mkdir(parents=True, exist_ok=True)
    with executable.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not executable.exists():
            staged = executable.with_suffix(".new")
            _run([go, "build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-o", str(staged), "."])
            staged.replace(executable)
    return executable


def cache() -> Path:
    """The directory in the user's cache for the builds and downloads of this repository."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pulumi-azure-scaleset"


def _run(command: list[str]) -> str:
    done = subprocess.run(command, cwd=MODULE, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise GeneratorError(f"`{' '.join(command)}` failed:\n{done.stderr.strip()}")
    return done.stdout
