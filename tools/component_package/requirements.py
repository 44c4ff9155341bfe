"""`components/requirements.txt`: the package's dependencies at run time, pinned as in `requirements.lock`."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterator

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from devkit import paths

FILE = paths.ROOT / "components" / "requirements.txt"
LOCK = paths.ROOT / "requirements.lock"
DISTRIBUTION = "pulumi-azure-scaleset"

_HEADER = """\
# What the component package needs, for the Pulumi CLI to install: from requirements.lock by
#     python -m component_package
"""


def expected() -> str:
    """What the file must contain: the pins of everything that the distribution requires without extras."""
    locked = pins(LOCK.read_text(encoding="utf-8"))
    return _HEADER + "".join(locked[name] for name in sorted(_closure(DISTRIBUTION)))


def pins(text: str) -> dict[str, str]:
    """The entries of a requirements file (a pin with its hashes, several lines long) by normalised name."""
    entries = re.finditer(r"^([A-Za-z0-9._-]+)==(?:[^\n]*\\\n)*[^\n]*\n", text, re.MULTILINE)
    return {canonicalize_name(entry[1]): entry[0] for entry in entries}


def _closure(distribution: str) -> set[str]:
    """The names of a distribution's direct and indirect dependencies."""
    found: set[str] = set()
    waiting = list(_requires(distribution, ("",)))
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name.startswith(DISTRIBUTION):
            # A distribution of this workspace: it is in the folder, and only its dependencies are installed.
            waiting.extend(_requires(name, tuple(requirement.extras) or ("",)))
        elif name not in found:
            found.add(name)
            waiting.extend(_requires(name, tuple(requirement.extras) or ("",)))
    return found


def _requires(distribution: str, extras: tuple[str, ...]) -> Iterator[Requirement]:
    for text in importlib.metadata.requires(distribution) or ():
        requirement = Requirement(text)
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in extras):
            yield requirement
