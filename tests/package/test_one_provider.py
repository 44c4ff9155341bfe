"""Which azure-native the component's plugin uses if the program has another version than the plugin: the program's.

The engine starts a separate default provider for each version that resources name. Two of them in one stack are two
plugins with two logins, and the program did not choose one of them.
"""

from __future__ import annotations

from typing import Any

import pytest
from harness import EngineRuntime, Workspace, WorkspaceFactory
from package.azure_group import make_group
from package.test_yaml_programs import program

from devkit import launchers
from devkit.engine import ensure
from devkit.environment import Azure

pytestmark = pytest.mark.engine

OLDER, OWN, NEWER = "3.20.0", launchers.provider_version(), "3.99.0"
PINNED = {"azure-scaleset:azureNativeVersion": OWN}


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> EngineRuntime:
    """An engine with three versions of the stand-in provider in its home, which it starts itself.

    An installed Pulumi wants a virtual environment in `components/`, which is the user's to make: there the engine
    attaches to the warm provider, under the same names.
    """
    directory = tmp_path_factory.mktemp("engine")
    engine = ensure()
    runtime = EngineRuntime(directory, engine, own_processes=engine.pinned)
    for version in (OLDER, NEWER):
        launchers.install_provider(runtime.home, version)
    return runtime


@pytest.fixture
def engine_runtime(runtime: EngineRuntime) -> EngineRuntime:
    """That engine for the workspaces of this module."""
    return runtime


def program_with(version: str | None) -> dict[str, Any]:
    """A program whose own resource names a version of azure-native, as every SDK does; None: no such resource."""
    found = program(instances={"web-0": {}})
    if version is None:
        found["resources"]["web"]["properties"]["resourceGroupName"] = "there"
        del found["resources"]["group"]
    else:
        found["resources"]["group"]["options"] = {"version": version}
    return found


def providers(stack: Workspace) -> list[str]:
    """The names of the azure-native providers in the state."""
    everything = stack.stack_export()["deployment"]["resources"]
    return [r["urn"].rsplit("::", 1)[1] for r in everything if r["type"] == "pulumi:providers:azure-native"]


def used(stack: Workspace) -> set[str]:
    """The names of the providers that resources in Azure are served by."""
    custom = [r for r in stack.resources() if r["type"].startswith("azure-native:")]
    return {r["provider"].rsplit("::", 2)[1] for r in custom}


@pytest.mark.parametrize("version", [OLDER, OWN, NEWER])
def test_one_provider_for_program_and_component(version: str, workspace_factory: WorkspaceFactory) -> None:
    """A program with an older, the same or a newer azure-native has one default provider for all, and rests."""
    stack = workspace_factory(program_with(version))
    stack.up()
    only = f"default_{version.replace('.', '_')}"
    assert providers(stack) == [only]
    assert used(stack) == {only}
    assert stack.preview(extra_args=["--expect-no-changes"]).ops() == []
    told = stack.refresh().warnings
    assert told == [] or not stack.runtime.own_processes  # the warm provider is of one version
    stack.destroy()
    assert stack.resources() == []


def test_a_program_without_azure_native(workspace_factory: WorkspaceFactory, azure: Azure) -> None:
    """A program without its own azure-native gets one provider too, the newest plugin; or the one it names."""
    make_group(azure, "there")
    stack = workspace_factory(program_with(None))
    stack.up()
    assert used(stack) == {"default"}
    assert stack.preview(PINNED).ops() == []
    stack.up(PINNED)
    assert providers(stack) == [f"default_{OWN.replace('.', '_')}"]


def test_a_stack_of_before_keeps_its_resources(workspace_factory: WorkspaceFactory) -> None:
    """A stack with two providers, as earlier releases made it, loses one; no resource is touched."""
    stack = workspace_factory(program_with(NEWER))
    stack.up(PINNED)
    assert len(providers(stack)) == 2
    before = {r["urn"]: r["id"] for r in stack.resources() if "id" in r}
    assert stack.preview({}).ops() == []
    assert stack.up({}).ops() == []
    assert {r["urn"]: r["id"] for r in stack.resources() if "id" in r} == before
    assert providers(stack) == [f"default_{NEWER.replace('.', '_')}"]


def test_the_configuration_names_a_version(workspace_factory: WorkspaceFactory) -> None:
    """`azure-scaleset:azureNativeVersion` pins the children's version; what is no version is refused by that name."""
    stack = workspace_factory(program_with(NEWER))
    refused = stack.preview({"azure-scaleset:azureNativeVersion": "latest"}, expect_failure=True)
    assert "azure-scaleset:azureNativeVersion: got 'latest'; expected an exact version" in refused.text
    assert "Traceback" not in refused.text
    stack.up(PINNED)
    assert sorted(providers(stack)) == sorted(f"default_{each.replace('.', '_')}" for each in (OWN, NEWER))
