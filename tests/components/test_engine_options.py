"""Resource options of the component: which of them reach the children, on the engine."""

from __future__ import annotations

import pytest
from harness import WorkspaceFactory
from support.scalesets import GROUP, LOCATION, configured, flexible

pytestmark = pytest.mark.engine

PROGRAM = f"""
    import pulumi
    import pulumi_azure_native as azure_native
    from pulumi_azure_native import resources
    from pulumi_azure_scaleset import ScaleSet

    def tagged(args):
        if args.type_ == "azure-native:compute:VirtualMachine":
            return pulumi.ResourceTransformResult(
                props={{**args.props, "tags": {{"by": "transform"}}}}, opts=args.opts
            )

    config = pulumi.Config()
    provider = azure_native.Provider("explicit", location="{LOCATION}")
    group = resources.ResourceGroup("group", resource_group_name="{GROUP}", location="{LOCATION}")
    gate = resources.ResourceGroup("gate", resource_group_name="gate", location="{LOCATION}")
    name = config.require("name")
    ScaleSet(
        name,
        {{**config.require_object("args"), "scale_set_name": "web", "resource_group_name": group.name,
          "timeouts": {{"create": "7m"}}}},
        pulumi.ResourceOptions(
            providers=[provider],
            transforms=[tagged],
            depends_on=[gate],
            protect=config.get_bool("protect"),
            aliases=[pulumi.Alias(name="web")] if name != "web" else None,
        ),
    )
"""

ACCESS = {
    "roleAssignments": {
        "ops": {"roleDefinitionName": "Reader", "principalId": "11111111-0000-0000-0000-000000000001"},
    },
    "diagnosticSettings": {
        "logs": {
            "workspaceId": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"
            "/providers/Microsoft.OperationalInsights/workspaces/log"
        },
    },
}


def test_options_reach_the_children(workspace_factory: WorkspaceFactory) -> None:
    """Explicit provider, transforms, depends_on, protect and timeouts of the component hold for every child."""
    stack = workspace_factory(PROGRAM)
    config = configured(flexible(instances={"web-0": {}}, **ACCESS)) | {"name": "web"}
    stack.up(config | {"protect": True})
    children = [resource for resource in stack.resources() if "web" in resource["urn"] and resource["custom"]]
    assert len(children) == 11
    gate = next(resource["urn"] for resource in stack.resources() if resource["urn"].endswith("::gate"))
    for child in children:
        assert "::explicit::" in child["provider"], child["urn"]
        assert child["protect"] is True, child["urn"]
        assert gate in child["dependencies"], child["urn"]
        assert child["customTimeouts"]["create"] == 420, child["urn"]
    (machine,) = (child for child in children if child["type"].endswith(":VirtualMachine"))
    assert machine["inputs"]["tags"] == {"by": "transform"}
    refused = stack.destroy(expect_failure=True)
    assert "protect" in refused.text
    stack.up(config)
    stack.destroy()


@pytest.mark.smoke
def test_a_renamed_component_keeps_its_resources(workspace_factory: WorkspaceFactory) -> None:
    """With an alias for its old name, a component that is called otherwise changes nothing in Azure."""
    stack = workspace_factory(PROGRAM)
    args = configured(flexible(instances={"web-0": {}}, **ACCESS))
    stack.up(args | {"name": "web"})
    result = stack.preview(args | {"name": "portal"})
    assert [op for op in result.ops() if op[0] in {"create", "delete", "replace"}] == []
