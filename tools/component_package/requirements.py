"""`requirements.txt` of the folders that the Pulumi CLI installs: this repository's folders, and pins of the rest.

The CLI runs `pip install -r requirements.txt` in the folder and then `pip install .`, so that the distributions beside
it must be named too. pip takes no hashes for folders, and then for nothing in the file.
"""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from devkit import paths

LOCK = paths.ROOT / "requirements.lock"
_OURS = "pulumi-azure-scaleset"


@dataclass(frozen=True)
class Installed:
    """A folder with PulumiPlugin.yaml or PulumiPolicy.yaml.

    Attributes:
        folder: The folder.
        distribution: What it runs, with extras.
        beside: The folders of the distributions that this one requires, relative to it.
    """

    folder: Path
    distribution: str
    beside: tuple[str, ...]

    @property
    def file(self) -> Path:
        """Its requirements.txt."""
        return self.folder / "requirements.txt"


FOLDERS = (
    Installed(paths.ROOT / "components", _OURS, ("./core",)),
    Installed(paths.ROOT / "policies", f"{_OURS}-policies[pack]", ("../components/core",)),
)

_HEADER = """\
# For `pulumi install`, which runs pip in this folder: from requirements.lock by
#     python -m component_package
"""


def write() -> None:
    """Write the file of each folder."""
    for each in FOLDERS:
        each.file.write_text(expected(each), encoding="utf-8")


def expected(installed: Installed) -> str:
    """What a folder's file must contain: the distributions beside it, and the locked release of all they require."""
    locked = pins(LOCK.read_text(encoding="utf-8"))
    names = sorted(_closure(Requirement(installed.distribution)))
    lines = [*installed.beside, *(locked[name].splitlines()[0].removesuffix("\\").rstrip() for name in names)]
    return _HEADER + "".join(f"{line}\n" for line in lines)


def pins(text: str) -> dict[str, str]:
    """The entries of a requirements file (a pin with its hashes, several lines long) by normalised name."""
    entries = re.finditer(r"^([A-Za-z0-9._-]+)==(?:[^\n]*\\\n)*[^\n]*\n", text, re.MULTILINE)
    return {canonicalize_name(entry[1]): entry[0] for entry in entries}


def _closure(distribution: Requirement) -> set[str]:
    """The names of a distribution's direct and indirect dependencies outside of this workspace."""
    found: set[str] = set()
    waiting = [distribution]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in found:
            continue
        if not name.startswith(_OURS):
            found.add(name)
        waiting.extend(_requires(name, ("", *requirement.extras)))
    return found


def _requires(distribution: str, extras: tuple[str, ...]) -> Iterator[Requirement]:
    for text in importlib.metadata.requires(distribution) or ():
        requirement = Requirement(text)
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in extras):
            yield requirement
