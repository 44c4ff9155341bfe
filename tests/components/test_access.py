"""Grants on the set and diagnostic settings, as plans: names, ids, defaults, and what goes with what."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import azure_world as azure
from support.azure_world import Deployment, World
from support.scale_set_args import base

from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.layout import access, machine
from pulumi_azure_scaleset.model.roles import BUILT_IN_ROLES
from pulumi_azure_scaleset.plan.resources import Lazy, Plan, Ref

SET = f"{azure.COMPUTE}/virtualMachineScaleSets/web"
READER = BUILT_IN_ROLES["Reader"]
SOMEBODY = "11111111-0000-0000-0000-000000000001"
MODES = ("Flexible", "Uniform")

guids = st.uuids().map(str)


def plan(mode: str = "Flexible", **more: Any) -> Plan:
    """The plan of a set with these arguments besides the sound ones."""
    return compile_args("web", {**base(mode), **more}).plan


def bodies(mode: str, **more: Any) -> dict[str, dict[str, Any]]:
    """What the set's resources are in ARM, by key; Azure takes them all."""
    world = World()
    with world.scratch():
        deployment = Deployment(world)
        assert deployment.run(plan(mode, **more)) is None
    return deployment.bodies


@given(scope=guids, role=guids, principal=guids)
def test_a_name_follows_from_scope_role_and_principal_alone(scope: str, role: str, principal: str) -> None:
    """The same three give the same GUID however they are spelt; any other of the three gives another one."""
    at = f"/subscriptions/{scope}/resourceGroups/rg"
    name = access.assignment_name(at, role, principal)
    assert str(uuid.UUID(name)) == name
    full = f"/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/{role.upper()}"
    assert access.assignment_name(at.upper(), full, principal.upper()) == name
    others = {(f"{at}2", role, principal), (at, scope, principal), (at, role, scope)} - {(at, role, principal)}
    assert name not in {access.assignment_name(*other) for other in others}


def test_the_name_of_a_grant_is_released() -> None:
    """The derivation of names never changes: another name for the same grant would replace it everywhere."""
    assert access.assignment_name(SET, READER, SOMEBODY) == "7edeefc9-aa4a-57c3-8560-4e6e3b44967b"


@pytest.mark.parametrize(
    "role",
    [
        READER,
        READER.upper(),
        f"/providers/Microsoft.Authorization/roleDefinitions/{READER}",
        f"/subscriptions/{uuid.UUID(int=7)}/providers/Microsoft.Authorization/roleDefinitions/{READER}",
        f"/providers/Microsoft.Management/managementGroups/m/providers/Microsoft.Authorization/roleDefinitions/{READER}",
    ],
)
def test_a_role_has_one_spelling(role: str) -> None:
    """However a role's id is given, it becomes the one that Azure shows: another spelling is no change."""
    expected = f"/subscriptions/{azure.SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{READER}"
    assert access.role_definition_id(SET, role) == expected


@pytest.mark.parametrize("mode", MODES)
def test_a_grant_becomes_an_assignment_on_the_set(mode: str) -> None:
    """Role by name, principal, and the condition with its version; nothing that was not asked for."""
    grants = {
        "ops": {"role_definition_name": "Reader", "principal_id": SOMEBODY.upper(), "condition": "x"},
        "audit": {"role_definition_id": READER, "principal_id": str(uuid.UUID(int=2)), "principal_type": "Group"},
    }
    found = bodies(mode, role_assignments=grants)
    role = access.role_definition_id(SET, READER)
    assert found["role:ops"]["properties"] == {
        "roleDefinitionId": role,
        "principalId": SOMEBODY,
        "condition": "x",
        "conditionVersion": "2.0",
    }
    assert found["role:audit"]["properties"] == {
        "roleDefinitionId": role,
        "principalId": str(uuid.UUID(int=2)),
        "principalType": "Group",
    }


@pytest.mark.parametrize("mode", MODES)
def test_a_setting_sends_all_metrics_by_default(mode: str) -> None:
    """A destination is all that a setting needs; its name is its key unless it says otherwise."""
    settings = {
        "logs": {"workspace_id": azure.WORKSPACE},
        "archive": {"storage_account_id": azure.STORAGE, "name": "a b"},
    }
    children = {child.key: child.inputs for child in plan(mode, diagnostic_settings=settings).children}
    metrics = [{"category": "AllMetrics", "enabled": True}]
    scope = Ref("scaleSet", required=True)
    assert children["diagnostics:logs"] == {
        "resourceUri": scope,
        "name": "logs",
        "workspaceId": azure.WORKSPACE,
        "metrics": metrics,
    }
    assert children["diagnostics:archive"] == {
        "resourceUri": scope,
        "name": "a b",
        "storageAccountId": azure.STORAGE,
        "metrics": metrics,
    }


@given(
    keys=st.lists(st.from_regex(r"[a-z][a-z0-9-]{0,8}[a-z0-9]", fullmatch=True), min_size=2, max_size=5, unique=True)
)
def test_a_key_alone_names_its_resource(keys: list[str]) -> None:
    """Taking one grant or setting out leaves the logical names and inputs of the others as they were."""

    def parts(names: list[str]) -> dict[str, tuple[str, Any]]:
        grants = {key: {"role_definition_name": "Reader", "principal_id": str(uuid.uuid5(_SEED, key))} for key in names}
        settings = {key: {"workspace_id": f"{azure.WORKSPACE}{key}"} for key in names}
        found = plan(role_assignments=grants, diagnostic_settings=settings).children
        return {child.key: (child.name, child.inputs.get("principalId")) for child in found if child.kind in _KINDS}

    before, after = parts(keys), parts(keys[1:])
    assert after == {key: part for key, part in before.items() if not key.endswith(f":{keys[0]}")}


_SEED = uuid.UUID(int=1)
_KINDS = {"roleAssignment", "diagnosticSetting"}


def test_a_lock_comes_after_what_it_would_keep() -> None:
    """The set's lock depends on every grant and setting, so the engine makes it last and deletes it first."""
    found = plan(
        lock={"level": "CanNotDelete"},
        role_assignments={"ops": {"role_definition_name": "Reader", "principal_id": SOMEBODY}},
        diagnostic_settings={"logs": {"workspace_id": azure.WORKSPACE}},
    )
    lock = found.child("lock:scaleSet/cannotdelete")
    assert {"role:ops", "diagnostics:logs", "scaleSet"} <= set(lock.after)
    assert found.children[-1] is lock


def test_overrides_reach_grants_and_settings() -> None:
    """Raw inputs by resource key, as for every other child."""
    found = plan(
        role_assignments={"ops": {"role_definition_name": "Reader", "principal_id": SOMEBODY}},
        diagnostic_settings={"logs": {"workspace_id": azure.WORKSPACE}},
        overrides={
            "roleAssignment": {"description": "raw"},
            "diagnosticSetting": {"serviceBusRuleId": azure.EVENT_HUB_RULE},
        },
    )
    assert found.child("role:ops").inputs["description"] == "raw"
    assert found.child("diagnostics:logs").inputs["serviceBusRuleId"] == azure.EVENT_HUB_RULE


def test_one_output_twice_is_one_principal() -> None:
    """Two grants of a role to the very same Output are reported, although its value is not known yet."""

    class Later:
        def __await__(self) -> Any:
            yield

    principal = Later()
    grants = {key: {"role_definition_name": "Reader", "principal_id": principal} for key in ("one", "two")}
    with pytest.raises(ValueError, match=r"role_assignments\['two'\].*Azure accepts that only once"):
        plan(role_assignments=grants)
    grants["two"]["principal_id"] = Later()
    assert plan(role_assignments=grants).has("role:two")


@pytest.mark.parametrize("kind", ["SystemAssigned", "SystemAssigned, UserAssigned"])
def test_principals_are_given_out_where_azure_makes_one(kind: str) -> None:
    """The set's on Uniform, an instance's own on Flexible; user-assigned identities have theirs elsewhere."""
    own: dict[str, Any] = {"type": kind}
    theirs = {"user_assigned_identity_ids": [azure.IDENTITY]}
    if kind != "SystemAssigned":
        own |= theirs
    uniform = plan("Uniform", identity=own)
    assert isinstance(uniform.principal, Lazy)
    assert "identity" in uniform.child("scaleSet").outputs
    assert plan("Uniform", identity=theirs).principal is None
    flexible = plan(instances={"web-0": {"identity": own}, "web-1": {"identity": theirs}, "web-2": {}})
    assert list(flexible.principals) == ["web-0"]
    assert flexible.principal is None


def test_a_principal_is_read_from_what_azure_shows() -> None:
    """The principal, and None while there is none."""
    assert machine.principal_of({"type": "SystemAssigned", "principalId": SOMEBODY}) == SOMEBODY
    assert machine.principal_of({"type": "UserAssigned"}) is None
    assert machine.principal_of(None) is None
