"""Make `.venv` and install everything locked into it. Runs with any Python 3.11 or later, and needs nothing else.

`make` calls this before everything; when nothing has changed since, it returns at once. With `--oldest` it makes
`.venv-oldest` from `requirements-oldest.lock`: the oldest releases that the distributions declare to work with.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAST = "--oldest" not in sys.argv[1:]
VENV = ROOT / (".venv" if LAST else ".venv-oldest")
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".installed"
INSTALLER = ROOT / "tools" / "bootstrap-requirements.txt"
LOCK = ROOT / ("requirements.lock" if LAST else "requirements-oldest.lock")
PROJECTS = (
    ".", "components/core", "templates", "components", "components/operations", "policies", "migration", "simulator"
)  # fmt: skip
"""The workspace and its distributions, each with a pyproject.toml."""
INPUTS = (LOCK, *(ROOT / each / "pyproject.toml" for each in PROJECTS), INSTALLER, Path(__file__))
OLDEST = (3, 11)


def main() -> int:
    """Install unless it is done; returns the exit code."""
    if sys.version_info < OLDEST:
        version = ".".join(map(str, sys.version_info[:3]))
        say("Python 3.11 or later is needed and this is %s. Name another one: make PYTHON=python3.12 ..." % version)  # noqa: UP031 - runs on old releases
        return 1
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return 0
    say(f"Setting up {VENV.name} from {LOCK.name} (once; about a minute).")
    try:
        make_venv()
        install()
    except subprocess.CalledProcessError as error:
        say(f"Set-up failed: `{' '.join(map(str, error.cmd))}` ended with exit code {error.returncode}.")
        return 1
    STAMP.write_text(wanted)
    return 0


def fingerprint() -> str:
    """What the installation depends on; it is repeated when this changes."""
    digest = hashlib.sha256()
    for file in INPUTS:
        digest.update(file.read_bytes())
    return f"{digest.hexdigest()} {sys.version_info[0]}.{sys.version_info[1]} {ROOT}\n"


def make_venv() -> None:
    """Create the virtual environment, or recreate a broken one."""
    probe: list[str | os.PathLike[str]] = [
        PYTHON,
        "-c",
        f"import sys, pip; sys.exit(sys.version_info[:2] != {sys.version_info[:2]!r})",
    ]
    if PYTHON.exists() and subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        return
    try:
        import ensurepip  # noqa: F401, PLC0415 - on Debian it is a separate package
    except ImportError:
        say("This Python can't make virtual environments; on Debian and Ubuntu: apt-get install python3-venv")
    run(sys.executable, "-m", "venv", "--clear", VENV)


def install() -> None:
    """Install the packages of the lock file, by hash, and the projects themselves in editable form."""
    run(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", INSTALLER)
    uv: list[str | os.PathLike[str]] = [VENV / "bin" / "uv", "pip", "install", "--quiet", "--python", PYTHON]
    if subprocess.run([*uv, "--require-hashes", "-r", LOCK], check=False).returncode != 0:
        # pip has settings for indexes and certificates that uv does not read.
        say("uv could not install the locked packages; trying with pip, which takes longer.")
        run(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", LOCK)
    # Before the distributions: their builds make what is missing, and this has it in the cache.
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
    if LAST:
        subprocess.run([PYTHON, "-m", "devkit.generated"], cwd=ROOT, env=environment, check=True)
    editable = [part for each in PROJECTS for part in ("--editable", ROOT / each)]
    run(PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", *editable)


def run(*command: str | os.PathLike[str]) -> None:
    """Run a step of the installation; raises CalledProcessError when it fails."""
    subprocess.run(command, cwd=ROOT, check=True)


def say(text: str) -> None:
    """Print a message for the user."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
