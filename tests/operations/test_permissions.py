"""Each command, in both modes, by somebody who has exactly what the roles' table says: the simulator enforces roles.

What a request needs is the simulator's own statement, from Microsoft's pages; what a command needs is derived from the
mode table. Here the second has to satisfy the first, and must not be larger.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from operations.balancers import POOL, balancer
from operations.conftest import Cli
from operations.row_cases import CASES, Case
from operations.test_rows import identity, prepare, split
from operations.world import ROOT, World

from arm_simulator.testing import SUBSCRIPTION, RunningSimulator, running_simulator
from scaleset_core.modes import ROWS, Mode
from scaleset_core.roles import GROUPS, REFERENCES, ROLES, group_of, needs_of
from scaleset_core.roles.definitions import Format, path_of, to_json

ROLES_VERSION = "2022-04-01"
SCOPE = f"/subscriptions/{SUBSCRIPTION}"
ROLE = "0b3c9f0e-7c55-4f0e-9a52-6a1f4f5f0001"
GRANT = "0b3c9f0e-7c55-4f0e-9a52-6a1f4f5f0002"
SUBNET = "Microsoft.Network/virtualNetworks/subnets/join/action"
"""All that the instances of these tests refer to."""


@dataclass
class Operator:
    """Somebody with a role of their own.

    Attributes:
        world: The simulator.
        monkeypatch: Sets whose token the commands send.
        at: Where the role is assigned.
    """

    world: World
    monkeypatch: pytest.MonkeyPatch
    at: str = ROOT
    _assigned: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.identity = self.world.simulator.identity("operator")

    def may(self, operations: Iterable[str], guid: str = ROLE) -> None:
        """Have a role with exactly these operations, and nothing else."""
        self.install(f"{SCOPE}/providers/Microsoft.Authorization/roleDefinitions/{guid}", definition(operations))

    def install(self, path: str, body: Any) -> None:
        """Have the role of this definition, besides those already installed."""
        self.world.call("PUT", path, ROLES_VERSION, body)
        if path in self._assigned:
            return
        grant = f"{self.at}/providers/Microsoft.Authorization/roleAssignments/{GRANT[:-1]}{len(self._assigned)}"
        given = {
            "roleDefinitionId": path, "principalId": self.identity.object_id, "principalType": "ServicePrincipal",
        }  # fmt: skip
        self.world.call("PUT", grant, ROLES_VERSION, {"properties": given})
        self._assigned.append(path)

    def sends(self) -> None:
        """From now on the commands are this operator's."""
        self.monkeypatch.setenv("SCALESET_ARM_TOKEN", self.identity.token)


def definition(operations: Iterable[str]) -> dict[str, Any]:
    """A role definition with these operations."""
    permission = {"actions": sorted(operations), "notActions": [], "dataActions": [], "notDataActions": []}
    properties = {
        "roleName": "exactly", "type": "CustomRole", "permissions": [permission], "assignableScopes": [SCOPE],
    }  # fmt: skip
    return {"properties": properties}


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningSimulator]:
    """One simulator for all tests here; each empties it."""
    with running_simulator() as running:
        yield running


@pytest.fixture
def world(shared: RunningSimulator) -> Iterator[World]:
    """An empty Azure with a resource group and a network."""
    made = World(shared)
    made.http.post("/_simulator/reset")
    made.group()
    yield made
    made.http.close()


@pytest.fixture
def operator(world: World, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """An operator without any role."""
    return Operator(world, monkeypatch)


HOOK = {"type": "UpgradeAutoOSScheduling", "waitDuration": "PT5M", "defaultAction": "Approve"}


def ready(case: Case, world: World, cli: Cli) -> tuple[Case, list[str]]:
    """The set that the case is about, so that the command does all that it can; the case, and the instances' ids."""
    if case.row.startswith("network."):
        balancer(world, nat="v2")
        case = replace(case, options=(("loadBalancerBackendAddressPools", [POOL]),))
    if case.row == "lifecycle-hook.answer":
        case = replace(case, code=0, says="", options=(("health", True),))
    world.scale_set("web", case.mode.value, **dict(case.options))
    prepare(world, case)
    names = world.names("web")
    if case.row == "lifecycle-hook.answer":
        patch = {"properties": {"lifecycleHooksProfile": {"lifecycleHooks": [HOOK]}}}
        world.compute("PATCH", "virtualMachineScaleSets/web", patch)
        assert cli("rolling-upgrade", "start", "-n", "web", "--yes").code == 0
        (event,) = world.compute("GET", "virtualMachineScaleSets/web/lifecycleHookEvents")["value"]
        case = replace(case, command=f"lifecycle-hooks approve {event['name']} --yes")
    for command in case.before:
        assert cli(*split(command, names)).code == 0
    return case, names


def exact(case: Case) -> set[str]:
    """What the case's command needs, by the table; the instances here refer to a subnet."""
    needs = needs_of(ROWS[case.row], case.mode)
    return {*needs.operations, *([SUBNET] if needs.references and case.mode is Mode.UNIFORM else [])}


def wide(case: Case) -> str:
    """The case's command for all instances: to choose them it reads more than for one that is named."""
    one = "disk" in case.row or ROWS[case.row].route(case.mode).reads
    return case.command if one else case.command.replace("-i {i}", "--all")


@pytest.mark.parametrize("case", CASES, ids=identity)
def test_command_with_exactly_its_operations(case: Case, world: World, cli: Cli, operator: Operator) -> None:
    """With what the table says, and the locks' read, the command ends as for the owner; less is refused.

    Without any single operation it is refused, on the command line with code 1, and the message names that operation,
    a scope and a role that has it.
    """
    case, names = ready(case, world, cli)
    operations = exact(case)
    helpful = needs_of(ROWS[case.row], case.mode).helpful
    operator.sends()
    for removed in sorted(operations, key=lambda each: ("/locks/" in each, each)):  # the lock comes last
        operator.may({*operations, *helpful} - {removed})
        refused = cli(*split(wide(case), names))
        assert f"Missing is {removed} on /" in refused.err + refused.out, (removed, refused)
        assert refused.code == 1
        assert re.search(r"the role 'Scale Set [A-Za-z ]+' has it", refused.err + refused.out)
    operator.may({*operations, *helpful})
    answer = cli(*split(case.command, names))
    assert answer.code == case.code, (answer.err, answer.out)
    assert case.says in answer.err
    assert "Authorization" not in answer.err + answer.out
    assert case.after is None or case.after(world)
