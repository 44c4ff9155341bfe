"""What the distributions say they work with is what `make test-oldest` installs."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from devkit import paths
from devkit.locked import pins

LOCK = paths.ROOT / "requirements-oldest.lock"
PROJECTS = ("components/core", "templates", "components", "components/operations", "policies", "migration", "simulator")
OURS = "pulumi-azure-scaleset"


def requirements(project: Path) -> Iterator[Requirement]:
    """What a distribution requires of others, with all its extras."""
    table = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    extras = table.get("optional-dependencies", {}).values()
    for text in [*table["dependencies"], *(each for extra in extras for each in extra)]:
        requirement = Requirement(text)
        if not requirement.name.startswith(OURS):
            yield requirement


@pytest.mark.parametrize("project", PROJECTS)
def test_lower_bounds_are_the_oldest_lock(project: str) -> None:
    """Each requirement has a lower bound, and that release is the one that the oldest lock has."""
    locked = {name: Version(text.split("==")[1].split()[0]) for name, text in pins(LOCK.read_text()).items()}
    for requirement in requirements(paths.ROOT / project):
        bounds = [Version(each.version) for each in requirement.specifier if each.operator == ">="]
        assert bounds == [locked[canonicalize_name(requirement.name)]], f"{requirement}: run `make lock`"
