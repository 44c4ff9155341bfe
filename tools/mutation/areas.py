"""What is changed, and which of the changes are tried: a seeded sample, spread over files and kinds of changes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from devkit import paths
from mutation.operators import Mutant, mutants


@dataclass(frozen=True)
class Area:
    """A part of the code.

    Attributes:
        title: What it is called.
        sources: Its files and folders.
        tests: The folders of the tests that look at it, for changes that take effect at import.
    """

    title: str
    sources: tuple[str, ...]
    tests: tuple[str, ...]

    def files(self) -> list[Path]:
        """Its files."""
        found = [paths.ROOT / each for each in self.sources]
        return sorted(
            file
            for each in found
            for file in (each.glob("**/*.py") if each.is_dir() else [each])
            if file.stat().st_size
        )


_COMPONENT = "components/pulumi_azure_scaleset"
_OPERATIONS = "components/operations/scaleset_operations"
_POLICIES = "policies/scaleset_policies"
AREAS: dict[str, Area] = {
    "model": Area("the model of the arguments", (f"{_COMPONENT}/model",), ("tests/components",)),
    "validation": Area("what goes with what", (f"{_COMPONENT}/validation",), ("tests/components",)),
    "layout": Area("what is drawn", (f"{_COMPONENT}/layout",), ("tests/components",)),
    "rules": Area(
        "the mode table and its checks",
        ("components/core/scaleset_core/modes", "components/core/scaleset_core/facts"),
        ("tests/core", "tests/components", "tests/policies"),
    ),
    "operations": Area(
        "the operations, without their command line",
        tuple(
            str(file.relative_to(paths.ROOT))
            for file in sorted((paths.ROOT / _OPERATIONS).glob("*.py"))
            if file.name != "__init__.py"
        ),
        ("tests/operations",),
    ),
    "policies": Area(
        "the policies' rules", (f"{_POLICIES}/rules", f"{_POLICIES}/relations.py"), ("tests/policies", "tests/check")
    ),
}


def all_mutants(area: Area) -> list[Mutant]:
    """Every change of an area."""
    return [each for file in area.files() for each in mutants(file, paths.ROOT)]


def sample(found: list[Mutant], size: int, seed: int) -> list[Mutant]:
    """``size`` of them, evenly spread over the kinds of changes and the files (all, if there are no more).

    The same seed chooses the same ones as long as the code is the same.
    """
    if size >= len(found):
        return found
    chooser = random.Random(seed)  # noqa: S311 - a sample is no secret
    ordered = sorted(found, key=lambda each: (each.kind, each.file, chooser.random()))
    step = len(ordered) / size
    start = chooser.random() * step
    return [ordered[int(start + index * step)] for index in range(size)]
