"""A Python installation that a program runs in, and the distributions that are in it."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from language_host.options import RefusedError


@dataclass(frozen=True)
class Environment:
    """A Python installation: its interpreter, and the virtual environment to activate, if any."""

    python: Path
    virtualenv: Path | None

    def activate(self, variables: Mapping[str, str]) -> dict[str, str]:
        """The environment variables with this environment activated, as its `activate` script does it."""
        active = dict(variables)
        if self.virtualenv is not None:
            active.pop("PYTHONHOME", None)
            active["VIRTUAL_ENV"] = str(self.virtualenv)
            active["PATH"] = os.pathsep.join([str(self.virtualenv / "bin"), variables.get("PATH", "")])
        return active

    @cached_property
    def search_path(self) -> list[Path]:
        """Where modules are found: the directories of installed distributions, and what their `.pth` files add."""
        found = []
        for site in self._site_packages():
            found.append(site)
            for file in sorted(site.glob("*.pth")):
                lines = (line.strip() for line in file.read_text(errors="replace").splitlines())
                found += [site / line for line in lines if line and not line.startswith(("#", "import "))]
        return found

    def distributions(self, *, transitive: bool) -> list[tuple[str, str]]:
        """Normalized names and versions, sorted; without `transitive` only what no other distribution needs."""
        path = [str(site) for site in self._site_packages()]
        found = {normal(dist.name): dist for dist in importlib.metadata.distributions(path=path)}
        required = set() if transitive else set(_required_names(found.values()))
        return sorted((name, dist.version) for name, dist in found.items() if name not in required)

    def _site_packages(self) -> list[Path]:
        """The directories that installed distributions are in."""
        if self.python.parent == Path(sys.executable).parent:
            return [Path(sysconfig.get_path("purelib"))]
        prefix = self.python.parent.parent
        settings = prefix / "pyvenv.cfg"
        if settings.exists() and not re.search(r"(?m)^include-system-site-packages\s*=\s*true", settings.read_text()):
            return sorted(prefix.glob("lib/python3*/site-packages"))
        asked = subprocess.run(
            [self.python, "-c", "import json, sys; print(json.dumps([p for p in sys.path if p]))"],
            capture_output=True,
            text=True,
            check=False,
        )
        return [Path(entry) for entry in json.loads(asked.stdout)] if asked.returncode == 0 else []


def surrounding(variables: Mapping[str, str]) -> Environment:
    """The Python on PATH, or that of `PULUMI_PYTHON_CMD`.

    Raises:
        RefusedError: There is none.
    """
    given = variables.get("PULUMI_PYTHON_CMD")
    names = [given] if given else ["python3", "python"]
    for name in names:
        if found := shutil.which(name, path=variables.get("PATH", os.defpath)):
            return Environment(Path(found), None)
    quoted = " ".join(f'"{name}"' for name in names)
    msg = f"failed to locate any of [{quoted}] on your PATH. Have you installed Python 3.6 or greater?"
    raise RefusedError(msg)


def is_virtualenv(directory: Path) -> bool:
    """Whether a directory has a Python, which is all that the official host asks."""
    python = directory / "bin" / "python"
    return python.exists() and not python.is_dir()


def not_found(program: Path | str) -> str:
    """The system's words for an executable that is not there."""
    return f"fork/exec {program}: no such file or directory"


def normal(name: str) -> str:
    """A distribution's name as it is compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _required_names(distributions: Iterable[importlib.metadata.Distribution]) -> Iterator[str]:
    for dist in distributions:
        for requirement in dist.requires or ():
            if "extra ==" not in requirement and (name := re.match(r"[A-Za-z0-9._-]+", requirement)):
                yield normal(name[0])
