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
from scaleset_core.roles import (
    GROUPS,
    REFERENCES,
    ROLES,
    Format,
    group_of,
    needs_of,
    needs_of_command,
    to_json,
)
from scaleset_core.roles.definitions import path_of

ROLES_VERSION = "2022-04-01"
SCOPE = f"/subscriptions/{SUBSCRIPTION}"
ROLE = "0b3c9f0e-7c55-4f0e-9a52-6a1f4f5f0001"
GRANT = "0b3c9f0e-7c55-4f0e-9a52-6a1f4f5f0002"
SUBNET = "Microsoft.Network/virtualNetworks/subnets/join/action"
"""All that the instances of these tests refer to."""


@dataclass
class Operator:
    """Somebody with a custom role.

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
def operator(world: World, monkeypatch: pytest.MonkeyPatch) -> Operator:
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
        assert refused.code in {1, 3}  # 3: Azure has begun it, and does not let us see how it ends
        assert re.search(r"the role 'Scale Set [A-Za-z ]+' has it", refused.err + refused.out)
    operator.may({*operations, *helpful})
    answer = cli(*split(case.command, names))
    assert answer.code == case.code, (answer.err, answer.out)
    assert case.says in answer.err
    assert "Authorization" not in answer.err + answer.out
    assert case.after is None or case.after(world)


@dataclass(frozen=True)
class Way:
    """An option that takes another way than the row's own.

    Attributes:
        row: The row.
        mode: The mode.
        variant: The variant in the table.
        command: The command line; ``{i}`` is the first instance's id.
        before: Commands that prepare the set.
        options: Options of the scale set.
        everywhere: Whether it has to be granted at the subscription.
        code: The exit code.
    """

    row: str
    mode: Mode
    variant: str
    command: str
    before: tuple[str, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()
    everywhere: bool = False
    code: int = 0


INSTALL = "extensions set script --publisher Microsoft.Azure.Extensions --type CustomScript --version 2.1"
WAYS = [
    Way("instance.delete", Mode.FLEXIBLE, "each-machine", "instances delete -i {i} --each-machine --yes"),
    Way(
        "instance.reimage",
        Mode.FLEXIBLE,
        "each-machine",
        "instances reimage -i {i} --each-machine --yes",
        options=(("ephemeral", True),),
    ),
    Way("set.restart", Mode.UNIFORM, "chosen instances", "set restart --batch 1 --yes"),
    Way("set.update-instances", Mode.UNIFORM, "chosen instances", "set update-instances -i {i} --yes"),
    Way("rolling-upgrade.approve", Mode.UNIFORM, "chosen instances", "rolling-upgrade approve -i {i} --yes", code=1),
    Way("list.instances", Mode.FLEXIBLE, "live", "instances list --live"),
    Way(
        "protection",
        Mode.FLEXIBLE,
        "remove",
        "instances unprotect -i {i} --yes",
        before=("instances protect -i {i}",),
    ),
    *(
        Way(f"extension.{row}", Mode.UNIFORM, "instances", command, before=before)
        for row, command, before in (
            ("create-or-update", f"{INSTALL} -i {{i}}", ()),
            ("get", "extensions get script -i {i}", (f"{INSTALL} -i {{i}}",)),
            ("list", "extensions list -i {i}", ()),
            ("update", 'extensions update script --settings {"a":1} -i {i}', (f"{INSTALL} -i {{i}}",)),
            ("delete", "extensions delete script -i {i} --yes", (f"{INSTALL} -i {{i}}",)),
        )
    ),
    *(
        Way(
            f"instance.{verb}",
            Mode.FLEXIBLE,
            variant,
            f"instances {verb} -i {{i}} --via scheduled-actions --yes{more}",
            everywhere=True,
        )
        for verb, variant, more in (
            ("start", "scheduled-actions", ""),
            ("deallocate", "scheduled-actions", ""),
            ("delete", "scheduled-actions", ""),
        )
    ),
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.row}-{way.mode}-{way.variant}")
def test_option_with_its_operations(way: Way, world: World, cli: Cli, operator: Operator) -> None:
    """An option's own operations, besides those of its row, are enough; without any one of them it is refused."""
    balancer(world, nat="v2")
    options = dict(way.options) or {"loadBalancerBackendAddressPools": [POOL]}
    world.scale_set("web", way.mode.value, **options)
    names = world.names("web")
    for command in way.before:
        assert cli(*split(command, names)).code == 0
    needs = needs_of(ROWS[way.row], way.mode)
    joins = {SUBNET, "Microsoft.Network/loadBalancers/backendAddressPools/join/action"}
    operator.at = SCOPE if way.everywhere else ROOT
    operator.sends()
    command = way.command
    for removed in sorted(set(needs.variants[way.variant]) - set(FAILURES)):
        operator.may({*needs.all, *joins} - {removed})
        refused = cli(*split(command, world.names("web")))  # what is only not told may have been done
        assert f"Missing is {removed} on /" in refused.err + refused.out, (removed, refused)
        assert refused.code in {1, 3}  # 3: Azure has begun it, and does not let us see how it ends
    operator.may({*needs.all, *joins})
    answer = cli(*split(command, world.names("web")))
    assert answer.code == way.code, (answer.err, answer.out)
    assert "Authorization" not in answer.err + answer.out


FAILURES = ("Microsoft.ComputeSchedule/locations/virtualMachinesGetOperationErrors/action",)
"""What is asked only after something has failed."""


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("command", ["set show", "set detach"])
def test_other_command_with_exactly_its_operations(
    command: str, mode: Mode, world: World, cli: Cli, operator: Operator
) -> None:
    """Commands that are no rows, likewise."""
    balancer(world, nat="v2")
    world.scale_set("web", mode.value, loadBalancerBackendAddressPools=[POOL])
    needs = needs_of_command(command, mode)
    operations = {*needs.operations, *([SUBNET] if needs.references else [])}
    operator.sends()
    words = [*command.split(), "-n", "web", *(["--from", POOL["id"], "--yes"] if command == "set detach" else [])]
    late = ("/manualUpgrade/", "networkInterfaces/write")  # the second step, which the refused first one does not reach
    for removed in sorted(operations, key=lambda each: (any(word in each for word in late), each)):
        operator.may(operations - {removed})
        refused = cli(*words)
        assert f"Missing is {removed} on /" in refused.err + refused.out, (removed, refused)
        assert refused.code in {1, 3}  # 3: Azure has begun it, and does not let us see how it ends
    operator.may(operations)
    answer = cli(*words)
    assert answer.code == 0, (answer.err, answer.out)


@pytest.mark.parametrize("mode", list(Mode))
def test_locks_that_may_not_be_read_are_told(mode: Mode, world: World, cli: Cli, operator: Operator) -> None:
    """Without the read of the locks the command goes on, in a view too, and says which operation it lacked."""
    world.scale_set("web", mode.value, 2)
    operator.sends()
    for row, command in (("set.restart", "set restart --yes"), ("view.instances", "set view")):
        needs = needs_of(ROWS[row], mode)
        assert "Microsoft.Authorization/locks/read" in needs.helpful
        operator.may(needs.operations)
        answer = cli(*command.split(), "-n", "web")
        assert answer.code == 0, answer.err
        assert "locks were not checked first: reading them is not allowed (Microsoft.Authorization/locks/read)" in (
            answer.err
        )


def test_machines_that_may_not_be_read_are_no_empty_list(world: World, cli: Cli, operator: Operator) -> None:
    """Resource Graph omits what the user has no permission to read; after an empty answer ARM is asked, and refuses."""
    world.scale_set("web", "Flexible", 2)
    operator.may(["Microsoft.Compute/virtualMachineScaleSets/read", "Microsoft.ResourceGraph/resources/read"])
    operator.sends()
    answer = cli("instances", "list", "-n", "web")
    assert answer.code == 1
    assert "Missing is Microsoft.Compute/virtualMachines/read on" in answer.err
    assert "the role 'Scale Set Reader' has it (`scaleset roles show reader`)" in answer.err


def test_a_nat_check_needs_the_security_groups(world: World, cli: Cli, operator: Operator) -> None:
    """`nat list --check` reads subnets and security groups too: the Reader may, and less is refused."""
    balancer(world, nat="v2")
    group = world.network("PUT", "networkSecurityGroups/nsg", {"location": "westeurope", "properties": {}})
    subnet = {"addressPrefix": "10.0.0.0/16", "networkSecurityGroup": {"id": group["id"]}}
    world.network("PUT", "virtualNetworks/net/subnets/vms", {"properties": subnet})
    world.scale_set("web", "Uniform", loadBalancerBackendAddressPools=[POOL])
    operator.sends()
    reader = set(ROLES["reader"].operations)
    words = ("nat", "list", "--check", "-n", "web")
    for removed in ("networkSecurityGroups/read", "virtualNetworks/subnets/read"):
        operator.may(reader - {f"Microsoft.Network/{removed}"})
        assert f"Missing is Microsoft.Network/{removed} on" in cli(*words).err
    operator.may(reader)
    assert "Missing" not in cli(*words).err


@pytest.mark.parametrize("case", [case for case in CASES if case.code == 0], ids=identity)
def test_the_role_of_its_group_has_all_of_it(case: Case) -> None:
    """A command's group role has all that the command needs; what its model refers to is the references' role."""
    granted = set(ROLES[group_of(ROWS[case.row]).id].operations)
    assert set(needs_of(ROWS[case.row], case.mode).all) <= granted
    assert exact(case) <= granted | set(REFERENCES)


@pytest.mark.parametrize("group", GROUPS)
def test_the_file_of_a_role_is_taken_and_works(group: str, world: World, cli: Cli, operator: Operator) -> None:
    """Azure takes the definition of each group's role as it is, and with it the set can be read."""
    world.scale_set("web", "Uniform", 1)
    operator.install(path_of(ROLES[group], SCOPE), to_json(ROLES[group], SCOPE, Format.REST))
    operator.sends()
    assert cli("set", "show", "-n", "web").code == 0


@pytest.mark.parametrize("mode", list(Mode))
def test_a_picture_of_what_may_be_read(mode: Mode, world: World, cli: Cli, operator: Operator) -> None:
    """Without any of the reads that only help, the instances are drawn, and the picture says what was not read.

    With all of them it names nothing.
    """
    balancer(world, nat="v2")
    world.scale_set("web", mode.value, loadBalancerBackendAddressPools=[POOL])
    needs = needs_of(ROWS["view.instances"], mode)
    operator.sends()
    operator.may(set(needs.all))
    assert "Not read" not in cli("set", "view", "-n", "web").out
    operator.may(set(needs.operations))
    nothing = cli("set", "view", "-n", "web")
    assert (nothing.code, nothing.out.count("Standard_D8ds_v5")) == (0, 3)
    assert "Not read: network interfaces: reading it is not allowed (AuthorizationFailed)" in nothing.out
    assert "Not read: locks: reading them is not allowed (Microsoft.Authorization/locks/read)" in nothing.out
    operator.may(set(needs.all) - {"Microsoft.Network/virtualNetworks/subnets/read"})
    partly = cli("set", "view", "-n", "web")
    assert "Not read: subnet vms: reading it is not allowed" in partly.out
    assert "10.0.0.4" in partly.out
