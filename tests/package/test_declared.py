"""What a distribution imports is what it says it requires."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from devkit import dist

DISTRIBUTIONS = {"azure": "azure-core", "google": "protobuf", "grpc": "grpcio", "yaml": "pyyaml"}
DISTRIBUTIONS |= {"markdown_it": "markdown-it-py", "pulumi_azure_scaleset": "pulumi-azure-scaleset"}
"""Where the name on the index is not that of the module."""
OURS = {
    "arm-templates": "pulumi-azure-scaleset-templates",
    "scaleset-core": "pulumi-azure-scaleset-core",
    "scaleset-operations": "pulumi-azure-scaleset-operations",
    "scaleset-policies": "pulumi-azure-scaleset-policies",
}
"""The modules of ours that others of ours require."""
GENERATORS = ("azure_native/generate/", "arm_simulator/core/schema_generator.py")
"""They run in a build, which has the SDKs that the hook asks for."""
GIVEN = {
    "pulumi-azure-scaleset": {"scaleset-operations"},  # pulumi_azure_scaleset.operations is it, where it is installed
    "pulumi-azure-scaleset-simulator": {"pytest"},  # pytest loads the plugin
}
NOT_IMPORTED = {
    "aiohttp",  # azure-core looks for it
    "azure-identity",
    "pulumi-azure-native",  # its version is read, none of its modules
}
"""Required by name only: clients are imported when they are needed."""


def imported(folder: Path, package: str) -> Iterator[str]:
    """The distributions whose modules a package imports anywhere."""
    for file in (folder / package).rglob("*.py"):
        if file.relative_to(folder).as_posix().startswith(GENERATORS):
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names = [node.module]
            for top in {name.partition(".")[0] for name in names} - sys.stdlib_module_names:
                yield DISTRIBUTIONS.get(top, top.replace("_", "-"))


@pytest.mark.parametrize("name", dist.PROJECTS)
def test_every_import_is_required_and_every_requirement_imported(name: str) -> None:
    """No module comes from a package that something else happened to install, and none is installed for nothing."""
    settings = tomllib.loads((dist.PROJECTS[name] / "pyproject.toml").read_text())
    own = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    table = settings["project"]
    extras = [each for extra in table.get("optional-dependencies", {}).values() for each in extra]
    required = {Requirement(each).name for each in [*table["dependencies"], *extras]}
    found = {each for package in own for each in imported(dist.PROJECTS[name], package)}
    found -= {package.replace("_", "-") for package in own} | GIVEN.get(name, set())
    found = {OURS.get(each, each) for each in found}
    assert found <= required
    assert required - found <= NOT_IMPORTED
