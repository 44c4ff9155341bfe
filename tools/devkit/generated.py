"""The tables that are generated from Azure's SDKs and ignored by git: `make setup` makes them, at once if they exist.

The files, their sources and generators are declared in the pyproject.toml of their distribution, for its build hook
too. Generated files are kept in the user's cache, so that a further clone copies them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from devkit import paths

PROJECTS = ("simulator",)


def ensure() -> None:
    """Generate what is missing, or was made from other releases or by another generator.

    Raises:
        subprocess.CalledProcessError: A generator failed; its message was printed.
    """
    for name in PROJECTS:
        _ensure(paths.ROOT / name)


def settings(project: Path) -> dict[str, Any]:
    """The configuration of a distribution's build hook: ``generators``, ``sources``, ``files`` and ``sdks``."""
    document = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = document["tool"]["hatch"]["build"]["hooks"]["custom"]
    return found


def fingerprint(project: Path, hook: dict[str, Any]) -> str:
    """What the files depend on."""
    digest = hashlib.sha256(json.dumps(hook, sort_keys=True).encode())
    for file in _sources(project, hook):
        digest.update(file.relative_to(project).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _ensure(project: Path) -> None:
    hook = settings(project)
    wanted = fingerprint(project, hook)
    stamp = paths.ROOT / ".tools" / f"generated-{project.name}"
    files: list[str] = hook["files"]
    if stamp.exists() and stamp.read_text() == wanted and all((project / file).exists() for file in files):
        return
    kept = paths.user_cache() / f"tables-{project.name}-{wanted[:16]}"
    if not kept.exists():
        print(f"Generating the tables of {project.name} from Azure's SDKs (half a minute, once).", file=sys.stderr)
        _generate(project, hook)
        _keep(project, files, kept)
    for file in files:
        _copy(kept / file, project / file)
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(wanted)


def _generate(project: Path, hook: dict[str, Any]) -> None:
    for file in hook["files"]:
        (project / file).parent.mkdir(parents=True, exist_ok=True)
    for arguments in hook["generators"]:
        environment = {**os.environ, "PYTHONPATH": str(project)}
        subprocess.run([sys.executable, *arguments], cwd=project, env=environment, check=True)


def _keep(project: Path, files: list[str], kept: Path) -> None:
    """Put the files into the cache, all or none."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as scratch:
        for file in files:
            _copy(project / file, Path(scratch) / "made" / file)
        if not kept.exists():
            (Path(scratch) / "made").replace(kept)


def _copy(source: Path, target: Path) -> None:
    """Copy atomically: a test that runs meanwhile reads the old file or the new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(source, staged)
    staged.replace(target)


def _sources(project: Path, hook: dict[str, Any]) -> Iterator[Path]:
    for name in hook["sources"]:
        source = project / name
        yield from sorted(source.rglob("*.py")) if source.is_dir() else [source]


if __name__ == "__main__":
    try:
        ensure()
    except subprocess.CalledProcessError as error:
        sys.exit(f"The tables could not be generated: exit code {error.returncode}; the message is above.")
