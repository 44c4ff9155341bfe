"""Splitting a stack in two: a scale set goes to another stack with `pulumi state move`, and nothing is replaced."""

from __future__ import annotations

import pytest
import yaml
from harness import WorkspaceFactory

pytestmark = pytest.mark.engine

PROGRAM = """
    import pulumi
    from pulumi_azure_native import resources
    from pulumi_azure_scaleset import ScaleSet

    stack = pulumi.get_stack()
    sets = {"dev": pulumi.Config().get("sets", "web,batch"), "other": "batch"}[stack]
    shared = "shared-group"
    if stack == "dev":
        shared = resources.ResourceGroup("shared", resource_group_name="shared-group").name
    for name in filter(None, sets.split(",")):
        ScaleSet(name, {
            "resource_group_name": shared,
            "location": "westeurope",
            "instances": 2,
            "vm_size": "Standard_D2s_v5",
            "image": {"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
            "ssh_public_keys": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKjT2TVTsk/0IhmbajA7qwZq+1vKwhbV1K02nfyJiyTa"],
            "virtual_network": {},
            "outbound": {"method": "NatGateway"},
        })
"""


def test_a_set_moves_to_another_stack_and_both_previews_are_empty(workspace_factory: WorkspaceFactory) -> None:
    """The component and all its children move with one URN; neither stack then has anything to change."""
    stack = workspace_factory(PROGRAM)
    stack.up({"azure-native:location": "westeurope"})
    resources = stack.resources()
    component = next(r["urn"] for r in resources if r["urn"].endswith("::azure-scaleset:index:ScaleSet::batch"))
    children = [r for r in resources if r.get("parent") == component]
    stack.run("stack", "init", "other", "--non-interactive", "--no-select")
    other = stack.directory / "Pulumi.other.yaml"
    settings = yaml.safe_load(other.read_text()) | {"config": {"azure-native:location": "westeurope"}}
    other.write_text(yaml.safe_dump(settings))

    stack.run("state", "move", "--source", "dev", "--dest", "other", "--yes", component)

    stack.configure({"azure-native:location": "westeurope", "sets": "web"})
    assert stack.preview().ops() == []
    moved = stack.run("preview", "--stack", "other", "--non-interactive", "--expect-no-changes")
    # With the component, and the stack itself.
    assert f"{len(children) + 2} unchanged" in moved.text
