"""The Pulumi packages among the installed distributions, and the plugins that they need at run time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WITHOUT_PLUGIN = {"pulumi-policy", "pulumi-esc-sdk"}
"""Distributions that are named like provider SDKs but are not."""

PREFIX = "pulumi-"
_STAGES = {"a": "alpha", "b": "beta", "rc": "rc"}
_VERSION = re.compile(r"(\d+(?:\.\d+)*)(?:(a|b|rc)(\d*))?(?:\.(post)(\d*))?(?:\.(dev)(\d*))?")


@dataclass(frozen=True)
class Requirement:
    """A plugin that an installed package needs; fields as in `pulumi-plugin.json`."""

    name: str
    version: str
    server: str = ""
    parameterization: Mapping[str, Any] | None = None
    extension: Mapping[str, Any] | None = None


def requirements(distributions: Iterable[tuple[str, str]], search_path: Iterable[Path]) -> list[Requirement]:
    """The plugins that the distributions need.

    A distribution is a Pulumi package if its module has a `pulumi-plugin.json`, or by its name alone: the official host
    takes every `pulumi-*` for a provider's SDK unless such a file says `"resource": false`.

    Args:
        distributions: Normalized names and versions.
        search_path: Where modules are.
    """
    places = list(search_path)
    found = []
    for name, version in distributions:
        if name in WITHOUT_PLUGIN:
            continue
        file = _plugin_file(name, places)
        if file is None and not name.startswith(PREFIX):
            continue
        needed = _requirement(name, version, json.loads(file.read_text()) if file else {"resource": True})
        found += [needed] if needed else []
    return found


def plugin_version(version: str) -> str | None:
    """A distribution's version as that of a plugin (`1.2rc3` is `1.2.0-rc.3`); None if it can't be said."""
    read = _VERSION.fullmatch(version)
    if read is None:
        return None
    numbers, stage, number, post, posted, dev, developed = read.groups()
    segments = [*numbers.split("."), "0", "0"][: max(3, numbers.count(".") + 1)]
    told = ".".join(segments) + (f"-{_STAGES[stage]}.{number}" if stage else "")
    later = (f"post{posted}" if post else "") + (f"dev{developed}" if dev else "")
    return told + (f"+{later}" if later else "")


def _plugin_file(name: str, places: Iterable[Path]) -> Path | None:
    module = name.replace("-", "_")
    files = (place / module / "pulumi-plugin.json" for place in places)
    return next((file for file in files if file.is_file()), None)


def _requirement(name: str, version: str, content: Mapping[str, Any]) -> Requirement | None:
    if not content.get("resource"):
        return None
    needed = content.get("version") or plugin_version(version)
    if not needed:
        return None
    return Requirement(
        name=content.get("name") or name.removeprefix(PREFIX),
        version=needed if needed.startswith("v") else f"v{needed}",
        server=content.get("server") or "",
        parameterization=content.get("parameterization"),
        extension=content.get("extensionParameterization"),
    )
