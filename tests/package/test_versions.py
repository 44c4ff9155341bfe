"""One version number, wherever it stands."""

from __future__ import annotations

import tomllib

import pytest
import yaml

from devkit import dist, paths

FILES = (
    "components/PulumiPlugin.yaml",
    "components/pulumi_azure_scaleset/plugin/PulumiPlugin.yaml",
    "policies/PulumiPolicy.yaml",
    "policies/scaleset_policies/pack/PulumiPolicy.yaml",
)


def version_of(project: str) -> str:
    """The version of a project's pyproject.toml."""
    version: str = tomllib.loads((paths.ROOT / project / "pyproject.toml").read_text())["project"]["version"]
    return version


@pytest.mark.parametrize("folder", dist.PROJECTS.values(), ids=dist.PROJECTS)
def test_every_distribution_has_the_version_of_the_workspace(folder: object) -> None:
    """All are released together: their versions agree, and so do the pins of one on another."""
    project = str(folder)
    assert version_of(project) == version_of(".")
    table = tomllib.loads((paths.ROOT / project / "pyproject.toml").read_text())["project"]
    pins = [each for each in table["dependencies"] if each.startswith("pulumi-azure-scaleset")]
    assert all(each.endswith(f"=={version_of('.')}") for each in pins)


@pytest.mark.parametrize("file", FILES)
def test_the_files_for_pulumi_have_it_too(file: str) -> None:
    """PulumiPlugin.yaml and PulumiPolicy.yaml, in the folder and in the wheel, say the same version."""
    assert yaml.safe_load((paths.ROOT / file).read_text())["version"] == version_of(".")
