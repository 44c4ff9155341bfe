"""Grants on the set, diagnostic settings and principals on the real engine, against the simulated Azure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from harness import Workspace, WorkspaceFactory
from harness.results import Result
from support.scalesets import GROUP, LOCATION, configured, flexible, uniform

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure

pytestmark = pytest.mark.engine

Listed = Callable[[str], dict[str, dict[str, Any]]]

PROGRAM = f"""
    import pulumi
    from pulumi_azure_native import authorization, managedidentity, resources, storage
    from pulumi_azure_scaleset import ScaleSet

    config = pulumi.Config()
    args = config.require_object("args")
    group = resources.ResourceGroup("group", resource_group_name="{GROUP}", location="{LOCATION}")
    operators = managedidentity.UserAssignedIdentity(
        "operators", resource_group_name=group.name, resource_name_="operators", location="{LOCATION}"
    )
    archive = storage.StorageAccount(
        "archive", resource_group_name=group.name, account_name="archive", location="{LOCATION}", kind="StorageV2",
        sku={{"name": "Standard_LRS"}},
    )
    mine = {{
        "role_assignments": {{
            **args.pop("roleAssignments", {{}}),
            "operators": {{
                "role_definition_name": "Virtual Machine Contributor",
                "principal_id": operators,
                "principal_type": "ServicePrincipal",
            }},
        }},
        "diagnostic_settings": {{**args.pop("diagnosticSettings", {{}}), "archive": {{"storage_account_id": archive}}}},
    }}
    web = ScaleSet("web", {{**args, **mine, "resource_group_name": group.name}})
    if config.get_bool("grantElsewhere"):
        authorization.RoleAssignment(
            "archive-access",
            scope=archive.id,
            role_definition_id="/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7",
            principal_id=web.principal_id,
            principal_type="ServicePrincipal",
        )
    pulumi.export("scaleSetId", web.scale_set_id)
    pulumi.export("archiveId", archive.id)
    pulumi.export("operators", operators.principal_id)
    pulumi.export("principalId", web.principal_id)
    pulumi.export("principalIds", web.principal_ids)
"""
"""A set with a grant to an identity and a setting to a storage account of the same program, given as objects."""

WORKSPACE = (
    f"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/{GROUP}"
    "/providers/Microsoft.OperationalInsights/workspaces/"
)
PEOPLE = {name: f"11111111-0000-0000-0000-00000000000{index}" for index, name in enumerate(("ann", "bob", "cat"))}
SET = "azure-native:compute:VirtualMachineScaleSet"
KINDS = ("azure-native:authorization:RoleAssignment", "azure-native:monitor:DiagnosticSetting")


def grants(*names: str, **more: Any) -> dict[str, Any]:
    """Grants to some people."""
    return {name: {"roleDefinitionName": "Reader", "principalId": PEOPLE[name], **more} for name in names}


def settings(*names: str) -> dict[str, Any]:
    """Settings, each to a separate workspace."""
    return {name: {"workspaceId": f"{WORKSPACE}{name}"} for name in names}


def small(mode: str, **more: Any) -> dict[str, Any]:
    """A small set in this mode."""
    if mode == "Uniform":
        least: dict[str, Any] = {"inboundNat": {}, "virtualNetwork": {}, "health": None, "upgradePolicy": None}
        return uniform(capacity=1, instances=None, **least, **more)
    return flexible(instances={"web-0": {}}, inboundNat={}, virtualNetwork={}, extensions=[], **more)


@pytest.fixture(params=["Flexible", "Uniform"])
def mode(request: pytest.FixtureRequest) -> str:
    """Either mode."""
    return str(request.param)


@pytest.fixture
def stack(workspace_factory: WorkspaceFactory) -> Workspace:
    """A stack of the program above."""
    return workspace_factory(PROGRAM)


@pytest.fixture
def listed(simulator: RunningSimulator, azure: Azure) -> Iterator[Listed]:
    """What Azure lists: the ``properties`` by name at ``{scope}/providers/{type}``."""
    headers = {"Authorization": f"Bearer {simulator.token}"}
    with httpx.Client(base_url=simulator.endpoint, headers=headers) as http:
        group = f"/subscriptions/{azure.subscription}/resourceGroups/{GROUP}"

        def get(path: str) -> dict[str, dict[str, Any]]:
            shown = http.get(path if path.startswith("/sub") else group + path, params={"api-version": "2022-04-01"})
            return {item["name"]: item["properties"] for item in shown.raise_for_status().json()["value"]}

        yield get


def hanging(ops: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """The operations, all of which must be on grants and settings, with their logical names."""
    assert {kind for _, kind, _ in ops} <= set(KINDS), ops
    return sorted((operation, name) for operation, _, name in ops)


def deletions(result: Result) -> list[str]:
    """The logical names of what was deleted, in order; the scale set itself by its type."""
    deleted = [step for step in result.completed if step.op in {"delete", "delete-replaced"}]
    return [SET if step.type == SET else step.name for step in deleted]


def test_a_grant_and_a_setting_come_with_the_set(stack: Workspace, mode: str, listed: Listed) -> None:
    """Resource objects are accepted, all is unknown in the first preview, and afterwards nothing changes by itself."""
    args = configured(small(mode))
    assert {op for op, _, _ in stack.preview(args).ops()} == {"create"}
    stack.up(args)
    outputs = stack.outputs()
    (grant,) = listed(f"{outputs['scaleSetId']}/providers/Microsoft.Authorization/roleAssignments").values()
    assert grant["principalId"] == outputs["operators"]
    assert grant["scope"] == outputs["scaleSetId"]
    assert grant["roleDefinitionId"].endswith("/roleDefinitions/9980e02c-c2be-4d73-94e8-173b1dc7cf3c")
    found = listed(f"{outputs['scaleSetId']}/providers/Microsoft.Insights/diagnosticSettings")
    assert found["archive"]["storageAccountId"] == outputs["archiveId"]
    assert stack.preview().ops() == []
    assert [step for step in stack.refresh().completed if step.op not in {"same", "refresh"}] == []
    assert stack.preview().ops() == []


def test_one_comes_and_goes_without_the_others(stack: Workspace, mode: str) -> None:
    """Adding creates one, taking the middle one out deletes one, and another order is no change."""
    names = ("ann", "bob", "cat")
    stack.up(configured(small(mode, roleAssignments=grants("ann", "bob"), diagnosticSettings=settings("ann", "bob"))))
    three = small(mode, roleAssignments=grants(*names), diagnosticSettings=settings(*names))
    added = stack.up(configured(three))
    assert hanging(added.ops()) == [("create", "web-diagnostics-cat"), ("create", "web-role-cat")]
    fewer = small(mode, roleAssignments=grants("cat", "ann"), diagnosticSettings=settings("cat", "ann"))
    removed = stack.up(configured(fewer))
    assert hanging(removed.ops()) == [("delete", "web-diagnostics-bob"), ("delete", "web-role-bob")]


def test_a_change_updates_or_replaces_its_own(stack: Workspace, mode: str, listed: Listed) -> None:
    """A description and a destination are updates; another principal or role replaces that grant, old one first."""
    stack.up(configured(small(mode, roleAssignments=grants("ann", "bob"), diagnosticSettings=settings("ann"))))
    described = {**grants("ann", description="on call"), **grants("bob")}
    moved = {"ann": {"workspaceId": f"{WORKSPACE}other"}}
    result = stack.up(configured(small(mode, roleAssignments=described, diagnosticSettings=moved)))
    assert hanging(result.ops()) == [("update", "web-diagnostics-ann"), ("update", "web-role-ann")]
    other = {"ann": grants("cat")["cat"], "bob": {**grants("bob")["bob"], "roleDefinitionName": "Owner"}}
    result = stack.up(configured(small(mode, roleAssignments=other, diagnosticSettings=moved)))
    replaced = [step.name for step in result.steps if step.op == "replace"]
    assert sorted(replaced) == ["web-role-ann", "web-role-bob"]
    scope = stack.outputs()["scaleSetId"]
    shown = listed(f"{scope}/providers/Microsoft.Authorization/roleAssignments").values()
    assert {PEOPLE["cat"], PEOPLE["bob"]} < {grant["principalId"] for grant in shown}
    assert PEOPLE["ann"] not in {grant["principalId"] for grant in shown}
    assert stack.preview().ops() == []


def test_a_lock_goes_before_what_it_keeps(stack: Workspace, mode: str) -> None:
    """With a lock on the set, `pulumi destroy` deletes it first, then grants and settings, then the set."""
    lock = {"level": "ReadOnly" if mode == "Uniform" else "CanNotDelete"}
    stack.up(configured(small(mode, lock=lock)))
    assert stack.preview().ops() == []
    order = deletions(stack.destroy())
    kept = [order.index(name) for name in ("web-role-operators", "web-diagnostics-archive")]
    assert order.index(f"web-{lock['level'].lower()}") < min(kept)
    assert max(kept) < order.index(SET)
    assert stack.resources() == []


def test_a_change_under_a_lock_takes_one_update(stack: Workspace) -> None:
    """Another principal for a grant on a locked set: the grant is replaced in one `up`, and the lock is there after."""
    lock = {"lock": {"level": "CanNotDelete"}}
    stack.up(configured(small("Flexible", roleAssignments=grants("ann"), **lock)))
    other = {"ann": grants("bob")["bob"]}
    stack.up(configured(small("Flexible", roleAssignments=other, **lock)))
    preview = stack.preview()
    assert preview.ops() == []
    assert "not in Azure" not in preview.text


def test_another_key_for_the_same_says_what_to_do(stack: Workspace) -> None:
    """A grant or setting under a new key is there already: the error says so, nothing is lost, and the way works."""
    before = {"roleAssignments": grants("ann"), "diagnosticSettings": settings("ann")}
    after = {
        "roleAssignments": {"anna": grants("ann")["ann"]},
        "diagnosticSettings": {"anna": settings("ann")["ann"]},
    }
    stack.up(configured(small("Uniform", **before)))
    for argument, thing in (("roleAssignments", "grant"), ("diagnosticSettings", "setting")):
        changed = {**before, argument: after[argument]}
        failed = stack.up(configured(small("Uniform", **changed)), expect_failure=True)
        assert f"the {thing} of {_snake(argument)}['anna'] already. If only its key is new" in failed.text
    assert stack.up(configured(small("Uniform", **before))).ops() == []
    stack.up(configured(small("Uniform")))
    stack.up(configured(small("Uniform", **after)))
    assert stack.preview().ops() == []


def _snake(name: str) -> str:
    return {"roleAssignments": "role_assignments", "diagnosticSettings": "diagnostic_settings"}[name]


def test_a_replaced_set_takes_them_along(stack: Workspace, listed: Listed) -> None:
    """Another mode replaces the set: its grants and settings are deleted first and then attached to the new one."""
    stack.up(configured(small("Flexible", roleAssignments=grants("ann"), lock={"level": "CanNotDelete"})))
    turned = configured(small("Uniform", roleAssignments=grants("ann"), lock={"level": "CanNotDelete"}))
    result = stack.up(turned)
    deleted = deletions(result)
    for name in ("web-role-ann", "web-role-operators", "web-diagnostics-archive"):
        assert deleted.index("web-cannotdelete") < deleted.index(name) < deleted.index(SET)
    scope = stack.outputs()["scaleSetId"]
    assert len(listed(f"{scope}/providers/Microsoft.Authorization/roleAssignments")) == 2
    assert list(listed(f"{scope}/providers/Microsoft.Insights/diagnosticSettings")) == ["archive"]
    assert stack.preview().ops() == []


def test_a_set_under_another_name_takes_them_along(stack: Workspace) -> None:
    """Another name of the set moves everything in one `up`, and then rests."""
    stack.up(configured(small("Flexible", roleAssignments=grants("ann"))))
    stack.up(configured(small("Flexible", roleAssignments=grants("ann"), scaleSetName="portal")))
    assert stack.outputs()["scaleSetId"].endswith("/virtualMachineScaleSets/portal")
    assert stack.preview().ops() == []
    stack.destroy()


@pytest.mark.smoke
def test_the_sets_own_identity_gets_a_role_elsewhere(stack: Workspace, listed: Listed) -> None:
    """Uniform: principal_id is unknown before, right after one `up`, and good for a grant in the same program."""
    args = configured(small("Uniform", identity={"type": "SystemAssigned"})) | {"grantElsewhere": True}
    stack.preview(args)
    stack.up(args)
    outputs = stack.outputs()
    assert outputs["principalId"]
    shown = listed(f"{outputs['archiveId']}/providers/Microsoft.Authorization/roleAssignments")
    assert [grant["principalId"] for grant in shown.values()] == [outputs["principalId"]]
    assert stack.preview().ops() == []
    without = stack.up(configured(small("Uniform")))
    assert "principalId" not in {name for name, value in stack.outputs().items() if value}, without.text


def test_an_instances_own_identity_shows_its_principal(stack: Workspace) -> None:
    """Flexible: principal_ids has the instances with a system-assigned identity; the set has no principal."""
    own = {"identity": {"type": "SystemAssigned"}}
    args = small("Flexible") | {"instances": {"web-0": own, "web-1": {}, "web-2": own}}
    stack.up(configured(args))
    outputs = stack.outputs()
    assert sorted(outputs["principalIds"]) == ["web-0", "web-2"]
    assert len(set(outputs["principalIds"].values())) == 2
    assert not outputs.get("principalId")
    assert stack.preview().ops() == []
