"""`pulumi up`, preview, refresh and destroy with exactly the deployer's roles, which are installed from their files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from harness import WorkspaceFactory, subscription_in
from support.rights import needed
from support.scalesets import GROUP, LOCATION, configured, flexible, uniform

from arm_simulator.core.messages import Call
from arm_simulator.testing import RunningSimulator, running_simulator
from devkit.environment import Azure
from scaleset_core.roles import ROLES
from scaleset_core.roles.definitions import path_of

pytestmark = [pytest.mark.engine, pytest.mark.long]

FILES = Path(__file__).parents[2] / "docs" / "roles"
NAMES = [name for name in ROLES if name.startswith("deployer")]
SHARED = "shared"
PROGRAM = f"""
    import pulumi
    from pulumi_azure_scaleset import ScaleSet

    sets = pulumi.Config().require_object("args")
    for name, args in sets.items():
        ScaleSet(name, {{**args, "resource_group_name": "{GROUP}", "scale_set_name": name}})
"""
ELSEWHERE = {
    "Microsoft.EventHub/namespaces/authorizationRules/listkeys/action",
    "Microsoft.Storage/storageAccounts/listKeys/action",
    "Microsoft.Network/loadBalancers/probes/join/action",
}
"""What these sets do not refer to; tests/components/test_permissions.py has sets that do."""
GRANT = {"roleDefinitionName": "Reader", "principalId": "11111111-0000-0000-0000-000000000001"}


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    """A custom one: the names of roles are unique in a tenant."""
    with running_simulator() as running:
        yield running


@pytest.fixture
def azure(simulator: RunningSimulator) -> Azure:
    """The subscription, as a deployer without any role sees it."""
    owner = subscription_in(simulator)
    return Azure(simulator.endpoint, simulator.identity("deployer").token, owner.subscription)


@pytest.fixture
def owner(simulator: RunningSimulator) -> Iterator[httpx.Client]:
    """The owner of the subscription."""
    with httpx.Client(base_url=simulator.endpoint, headers={"Authorization": f"Bearer {simulator.token}"}) as http:
        yield http


Grant = Callable[[str, str], None]


@pytest.fixture
def grant(simulator: RunningSimulator, azure: Azure, owner: httpx.Client) -> Grant:
    """Installs a role from its file and assigns it to the deployer at a resource group."""
    scope = f"/subscriptions/{azure.subscription}"
    made: list[str] = []

    def put(path: str, body: Any, version: str) -> None:
        answer = owner.put(path, params={"api-version": version}, json=body)
        assert answer.is_success, answer.text

    for name in (GROUP, SHARED):
        put(f"{scope}/resourceGroups/{name}", {"location": LOCATION}, "2024-03-01")
    (identity,) = simulator.control.identities

    def assign(name: str, group: str = GROUP) -> None:
        role = path_of(ROLES[name], scope)
        put(role, rest_of(json.loads((FILES / f"{name}.json").read_text()), scope), "2022-04-01")
        made.append(name)
        where = f"{scope}/resourceGroups/{group}/providers/Microsoft.Authorization/roleAssignments"
        given = {"roleDefinitionId": role, "principalId": identity.object_id, "principalType": "ServicePrincipal"}
        put(f"{where}/00000000-0000-0000-0000-{len(made):012}", {"properties": given}, "2022-04-01")

    return assign


def rest_of(file: dict[str, Any], scope: str) -> dict[str, Any]:
    """A role's file as `az role definition create` sends it, at a scope."""
    assert file["IsCustom"] is True
    lists = ("Actions", "NotActions", "DataActions", "NotDataActions")
    permission = {name[0].lower() + name[1:]: file[name] for name in lists}
    return {
        "properties": {
            "roleName": file["Name"],
            "description": file["Description"],
            "type": "CustomRole",
            "permissions": [permission],
            "assignableScopes": [scope],
        }
    }


PROBED = {"rules": {"http": {"frontendPort": 80, "probe": {"protocol": "Tcp", "port": 8080}}}}


def sets(azure: Azure, *, later: bool = False) -> dict[str, Any]:
    """A Flexible set of named machines, a Uniform one and one with a standby pool: each has a separate role.

    Args:
        azure: The subscription.
        later: Whether extensions and a probe are gone, and the sets have tags.
    """
    workspace = f"/subscriptions/{azure.subscription}/resourceGroups/{SHARED}"
    workspace += "/providers/Microsoft.OperationalInsights/workspaces/log"
    beside = {"roleAssignments": {"reader": GRANT}, "diagnosticSettings": {"log": {"workspaceId": workspace}}}
    autoscale = {"profiles": [{"name": "default", "minimum": 1, "maximum": 3, "default": 2}]}
    many = {**uniform(), **beside, "autoscale": autoscale}
    gateway = {"outbound": {"method": "NatGateway"}}
    spare = flexible(capacity=1, virtualNetwork={}, standbyPool={"maxReadyCapacity": 1}, **gateway)
    for name in ("instances", "inboundNat", "extensions"):
        spare.pop(name)
    one = {**flexible(**({"extensions": []} if later else {})), **beside}
    many |= {} if later else {"loadBalancer": PROBED}
    tags = {"tags": {"team": "web"}} if later else {}
    return {"one": {**one, **tags}, "many": {**many, **tags}, "spare": {**spare, **tags}}


def test_a_stack_lives_with_exactly_the_deployers_roles(
    workspace_factory: WorkspaceFactory, azure: Azure, simulator: RunningSimulator, grant: Grant
) -> None:
    """Up, preview, an update, refresh and destroy succeed; before the last role is there, up says what is missing.

    Each request was checked, and each operation of each role was needed: without it one of these very requests is
    refused.
    """
    for name in NAMES:
        if name != "deployer-grants":
            grant(name, GROUP)
    grant("deployer-monitoring", SHARED)
    stack = workspace_factory(PROGRAM)
    refused = stack.up(configured(sets(azure)), expect_failure=True)
    texts = "\n".join(refused.errors)
    assert "perform action 'Microsoft.Authorization/roleAssignments/" in texts
    assert "Traceback" not in texts + refused.stdout

    grant("deployer-grants", GROUP)
    before = len(simulator.requests())
    stack.up()
    stack.preview(extra_args=["--expect-no-changes"])
    stack.up(configured(sets(azure, later=True)))
    stack.refresh()
    stack.destroy()

    made = simulator.requests()
    assert [each for each in made[before:] if each["status"] == 403] == []
    granted = {each for name in NAMES for each in ROLES[name].operations}
    context = simulator.simulator.router.context()
    calls = [Call(each["method"], each["path"], {}, {}, each["body"], "") for each in made if each["status"] != 403]
    assert granted - {operation for call in calls for operation in needed(context, call)} == ELSEWHERE
