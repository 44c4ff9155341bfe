"""Find the Pulumi engine, or build the pinned one.

In this order:

1. `pulumi` on PATH that has its Python language host (a normal installation of Pulumi): used as it is.
2. The release pinned in `tools/engine/go.mod`, compiled with Go and kept in the user's cache, so that every
   further clone needs seconds.
3. Neither: an error that says how to install Pulumi.

`SCALESET_ENGINE=pinned` or `=installed` selects one of the first two and nothing else.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devkit import paths

PULUMI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
YAML_HOST_PACKAGE = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
PROGRAMS = {"pulumi": PULUMI_PACKAGE, "pulumi-language-yaml": YAML_HOST_PACKAGE}
INSTALL_LINE = "curl -fsSL https://get.pulumi.com | sh"
PROGRESS_SECONDS = 30


class EngineError(Exception):
    """No engine is available; the message says what to do."""


@dataclass(frozen=True)
class Engine:
    """A Pulumi engine that can run Python and YAML programs.

    Attributes:
        pulumi: The `pulumi` executable.
        pinned: Whether this is the pinned build (with the stand-in Python language host) and not an installed Pulumi.
        path: The directories that must precede PATH for it, in order.
    """

    pulumi: Path
    pinned: bool
    path: tuple[Path, ...]

    def describe(self) -> str:
        """One line on which engine this is, and which Python language host it has."""
        if self.pinned:
            return f"Pulumi {pinned_version()}, built from Go, with the stand-in Python language host"
        asked = subprocess.run([self.pulumi, "version"], capture_output=True, text=True, check=False)
        version = asked.stdout.strip().removeprefix("v") or "of unknown version"
        return f"Pulumi {version} at {self.pulumi}, with its own Python language host"


def ensure(choice: str | None = None) -> Engine:
    """The engine to use, built if there is none.

    Args:
        choice: `installed`, `pinned`, or None for the first that there is; by default `SCALESET_ENGINE` decides.

    Raises:
        EngineError: There is no engine and none can be built.
    """
    choice = choice or os.environ.get("SCALESET_ENGINE") or None
    if choice not in {None, "installed", "pinned"}:
        msg = f"SCALESET_ENGINE is {choice!r}; expected `installed`, `pinned` or nothing."
        raise EngineError(msg)
    if choice != "pinned" and (installed := find_installed(os.environ.get("PATH", ""))):
        return installed
    if choice == "installed":
        msg = f"No `pulumi` with its `pulumi-language-python` is on PATH. Install Pulumi: {INSTALL_LINE}"
        raise EngineError(msg)
    return Engine(pulumi=link(build()) / "pulumi", pinned=True, path=(paths.ENGINE_BIN,))


def find_installed(search_path: str) -> Engine | None:
    """The `pulumi` of a normal installation: one that has a Python language host beside it or on PATH."""
    foreign = os.pathsep.join(
        entry for entry in search_path.split(os.pathsep) if entry and Path(entry).resolve() != paths.ENGINE_BIN
    )
    found = shutil.which("pulumi", path=foreign)
    if found is None:
        return None
    beside = os.pathsep.join([str(Path(found).resolve().parent), foreign])
    if shutil.which("pulumi-language-python", path=beside) is None:
        return None
    return Engine(pulumi=Path(found), pinned=False, path=())


def pinned_version() -> str:
    """The release of the engine that `tools/engine/go.mod` pins, such as `3.259.0`."""
    found = re.search(
        r"^\s*(?:require )?github\.com/pulumi/pulumi/pkg/v3 v(\S+)",
        (paths.ENGINE_MODULE / "go.mod").read_text(),
        re.MULTILINE,
    )
    if found is None:
        msg = "tools/engine/go.mod pins no github.com/pulumi/pulumi/pkg/v3."
        raise EngineError(msg)
    return found[1]


def cache_directory(toolchain: str) -> Path:
    """The cache of the pinned engine: one directory for each pin, Go release and platform."""
    digest = hashlib.sha256(toolchain.encode())
    for name in ("go.mod", "go.sum"):
        digest.update((paths.ENGINE_MODULE / name).read_bytes())
    return paths.user_cache() / f"engine-{digest.hexdigest()[:16]}"


def build() -> Path:
    """Compile the pinned engine unless the cache has it; returns the directory that holds the programs."""
    go = shutil.which("go")
    if go is None:
        msg = (
            "There is no Pulumi engine: no `pulumi` with its Python language host is on PATH, and without Go "
            f"the pinned release {pinned_version()} can't be built.\n"
            f"Install Pulumi (then run this again): {INSTALL_LINE}\n"
            "or install Go 1.25 or later from https://go.dev/dl/"
        )
        raise EngineError(msg)
    toolchain = subprocess.run(
        [go, "env", "GOVERSION", "GOOS", "GOARCH"],
        cwd=paths.ENGINE_MODULE,
        capture_output=True,
        text=True,
        check=False,
    )
    if toolchain.returncode != 0:
        msg = f"Go can't be used to build the engine: {toolchain.stderr.strip()}"
        raise EngineError(msg)
    directory = cache_directory(toolchain.stdout)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with _locked(directory.with_suffix(".lock")):
        if not all((directory / name).exists() for name in PROGRAMS):
            _compile(go, directory)
    return directory


def link(directory: Path) -> Path:
    """Put the built programs into `.tools/engine`; returns that directory.

    `pulumi` looks for its language hosts beside its own executable, with symbolic links resolved. A hard link keeps
    the executable in `.tools/engine`, where the Python language host is.
    """
    paths.ENGINE_BIN.mkdir(parents=True, exist_ok=True)
    for name in PROGRAMS:
        source, target = directory / name, paths.ENGINE_BIN / name
        if target.exists() and _same_file(source, target):
            continue
        staged = target.with_name(f".{name}.{os.getpid()}")
        try:
            os.link(source, staged)
        except OSError:  # another file system
            shutil.copy2(source, staged)
        staged.replace(target)
    return paths.ENGINE_BIN


def _same_file(source: Path, target: Path) -> bool:
    ours, theirs = source.stat(), target.stat()
    same_inode = (ours.st_dev, ours.st_ino) == (theirs.st_dev, theirs.st_ino)
    return same_inode or (ours.st_size, int(ours.st_mtime)) == (theirs.st_size, int(theirs.st_mtime))


def _compile(go: str, directory: Path) -> None:
    version = pinned_version()
    _report(f"Building the Pulumi engine {version} with Go: about 6 minutes on 2 cores, once on this machine.")
    with tempfile.TemporaryDirectory(prefix="engine-", dir=directory.parent) as scratch:
        for name, package in PROGRAMS.items():
            # -trimpath: keeps paths of this machine out of the programs, and so out of the states that they write.
            command = [go, "build", "-mod=readonly", "-buildvcs=false", "-trimpath"]
            command += ["-ldflags", f"-s -w -X {VERSION_VARIABLE}={version}"]
            _run_with_progress([*command, "-o", str(Path(scratch) / name), package], name)
        directory.mkdir(exist_ok=True)
        for name in PROGRAMS:
            (Path(scratch) / name).replace(directory / name)


def _run_with_progress(command: list[str], name: str) -> None:
    started = time.monotonic()
    with subprocess.Popen(command, cwd=paths.ENGINE_MODULE, stdout=sys.stderr) as process:
        while True:
            try:
                status = process.wait(timeout=PROGRESS_SECONDS)
                break
            except subprocess.TimeoutExpired:
                minutes, seconds = divmod(round(time.monotonic() - started), 60)
                _report(f"  compiling {name} ({minutes}:{seconds:02d})")
    if status != 0:
        msg = f"`go build` of {name} failed with exit code {status}; its message is above."
        raise EngineError(msg)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Hold the lock, so that two builds of one engine don't run at the same time."""
    with file.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _report("Another process builds the engine; waiting for it.")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _report(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
