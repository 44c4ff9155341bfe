"""The Python environment that a program runs in, and the Pulumi packages that it has."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SDK_PACKAGES = {"pulumi", "pulumi-policy"}
"""Distributions that are named like provider SDKs but are not."""


@dataclass(frozen=True)
class Requirement:
    """A Pulumi package that an installed SDK needs at run time; fields as in `pulumi-plugin.json`."""

    name: str
    version: str
    server: str
    parameterization: Mapping[str, str] | None


@dataclass(frozen=True)
class Environment:
    """A Python installation: its interpreter, and the virtual environment that it belongs to, if any."""

    python: Path
    virtualenv: Path | None

    def site_packages(self) -> list[Path]:
        """The directories that installed distributions are in."""
        if self.python == Path(sys.executable):
            return [Path(sysconfig.get_path("purelib"))]
        if self.virtualenv is None:
            return []
        return sorted(self.virtualenv.glob("lib/python3*/site-packages"))

    def activate(self, variables: Mapping[str, str]) -> dict[str, str]:
        """The environment variables with this environment activated, as its `activate` script does it."""
        active = {key: value for key, value in variables.items() if key != "PYTHONHOME"}
        if self.virtualenv is not None:
            active["VIRTUAL_ENV"] = str(self.virtualenv)
            active["PATH"] = os.pathsep.join([str(self.virtualenv / "bin"), variables.get("PATH", "")])
        return active

    def distributions(self, *, transitive: bool) -> list[tuple[str, str]]:
        """Names and versions of the distributions, sorted; without `transitive` only those that no other needs."""
        found = {_normal(dist.name): dist for dist in importlib.metadata.distributions(path=self._search_path())}
        required = set() if transitive else set(_required_names(found.values()))
        return sorted((dist.name, dist.version) for name, dist in found.items() if name not in required)

    def requirements(self) -> list[Requirement]:
        """The providers and parameterized packages that the installed SDKs need, sorted by name."""
        found: dict[str, Requirement] = {}
        for site in self.site_packages():
            for file in sorted(site.glob("*/pulumi-plugin.json")):
                package = _read_plugin_file(file, site)
                if package is not None:
                    found[package.name] = package
        return sorted(found.values(), key=lambda package: package.name)

    def _search_path(self) -> list[str]:
        return [str(site) for site in self.site_packages()]


def choose(root: Path, options: Mapping[str, Any]) -> Environment:
    """The environment for a program.

    Args:
        root: The directory of its `Pulumi.yaml`, `PulumiPlugin.yaml` or `PulumiPolicy.yaml`.
        options: The `runtime.options` of that file. `virtualenv` (relative to root) is used if it is there, and with
            `toolchain: uv` or `poetry` so is root's `.venv`; otherwise it is the environment of this host.
    """
    candidates = []
    if virtualenv := options.get("virtualenv"):
        candidates.append(root / str(virtualenv))
    if options.get("toolchain") in {"uv", "poetry"}:
        candidates.append(root / ".venv")
    for candidate in candidates:
        python = candidate / "bin" / "python"
        if python.exists():
            return Environment(python, candidate)
    host = Path(sys.prefix) if sys.prefix != sys.base_prefix else None
    return Environment(Path(sys.executable), host)


def _read_plugin_file(file: Path, site: Path) -> Requirement | None:
    content = json.loads(file.read_text())
    if not content.get("resource"):
        return None
    name = content.get("name") or file.parent.name.removeprefix("pulumi_").replace("_", "-")
    return Requirement(
        name=name,
        version=content.get("version") or _installed_version(file.parent.name, site),
        server=content.get("server") or "",
        parameterization=content.get("parameterization"),
    )


def _installed_version(package: str, site: Path) -> str:
    for dist in importlib.metadata.distributions(name=package.replace("_", "-"), path=[str(site)]):
        return dist.version
    return ""


def _required_names(distributions: Iterator[Any] | Any) -> Iterator[str]:
    for dist in distributions:
        for requirement in dist.requires or ():
            if "extra ==" not in requirement and (name := re.match(r"[A-Za-z0-9._-]+", requirement)):
                yield _normal(name[0])


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
