"""What a distribution needs at run time, as `requirements.lock` pins it."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from devkit import paths

LOCK = paths.ROOT / "requirements.lock"
OURS = "pulumi-azure-scaleset"
"""How the names of the distributions of this workspace begin."""


@dataclass(frozen=True)
class Closure:
    """Direct and indirect dependencies.

    Attributes:
        ours: The distributions of this workspace, with the one that was asked for.
        others: The others.
        edges: What each of them requires itself.
    """

    ours: frozenset[str]
    others: frozenset[str]
    edges: Mapping[str, frozenset[str]]


def pins(text: str) -> dict[str, str]:
    """The entries of a requirements file (a pin with its hashes, several lines long) by normalised name."""
    entries = re.finditer(r"^([A-Za-z0-9._-]+)==(?:[^\n]*\\\n)*[^\n]*\n", text, re.MULTILINE)
    return {canonicalize_name(entry[1]): entry[0] for entry in entries}


def locked() -> dict[str, str]:
    """The entries of requirements.lock."""
    return pins(LOCK.read_text(encoding="utf-8"))


def pin(entry: str) -> str:
    """The first line of an entry, without its hashes: `name==version`."""
    return entry.splitlines()[0].removesuffix("\\").rstrip()


def closure(requirement: str) -> Closure:
    """All that a distribution of this workspace needs.

    Args:
        requirement: Its name, with extras: ``pulumi-azure-scaleset-policies[pack]``.
    """
    edges: dict[str, set[str]] = {}
    done: set[tuple[str, frozenset[str]]] = set()
    waiting = [Requirement(requirement)]
    while waiting:
        each = waiting.pop()
        name = canonicalize_name(each.name)
        if (name, frozenset(each.extras)) in done:
            continue
        done.add((name, frozenset(each.extras)))
        required = list(_requires(name, ("", *each.extras)))
        edges.setdefault(name, set()).update(canonicalize_name(other.name) for other in required)
        waiting.extend(required)
    ours = {name for name in edges if name.startswith(OURS)}
    return Closure(frozenset(ours), frozenset(edges.keys() - ours), {name: frozenset(to) for name, to in edges.items()})


def _requires(distribution: str, extras: tuple[str, ...]) -> Iterator[Requirement]:
    for text in importlib.metadata.requires(distribution) or ():
        requirement = Requirement(text)
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in extras):
            yield requirement
