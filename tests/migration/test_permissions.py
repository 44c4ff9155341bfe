"""The commands that move and adopt sets, by somebody who has exactly what the roles' table says, on the simulator.

Azure refuses a request with the name of the operation that it lacks. So the tests begin with no right, give what each
refusal names, and in the end have what the command needs: no more, because each was refused, and no less.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from migration.sets import Kind, configuration, make, profile
from migration.test_cut_over import planned, run
from migration.worlds import reached
from operations.balancers import BALANCER
from operations.conftest import Answer, Cli
from operations.test_permissions import ROLE, ROLES_VERSION, SCOPE, Operator
from operations.world import ROOT, World

from migration import racks
from scaleset_core.roles import MOVES, ROLES, Format, Needs, Source, to_json
from scaleset_core.roles.definitions import path_of

SET = "Microsoft.Compute/virtualMachineScaleSets/read"
RACK = "Microsoft.Compute/availabilitySets/read"
_MISSING = re.compile(r"Missing is (\S+) on /")
_MOST = 60
NAT_RULES = "Microsoft.Network/loadBalancers/inboundNatRules"
RUN = MOVES["migrate run"][Source.UNIFORM]


def asked_for(operator: Operator, command: Callable[[], Answer], start: Iterable[str] = ()) -> tuple[set[str], Answer]:
    """What a command asks for until it is refused no more, and its last answer.

    Args:
        operator: Who sends it.
        command: The command; it is run again after each refusal.
        start: What the operator has already: without these Resource Graph shows nothing, and refuses nothing.
    """
    granted = set(start)
    for _ in range(_MOST):
        operator.may(granted or {"Microsoft.Compute/snapshots/read"})
        answer = command()
        lacking = set(_MISSING.findall(answer.err + answer.out)) - granted
        if not lacking:
            return granted, answer
        assert answer.code in {1, 3}, answer
        granted |= lacking
    raise AssertionError(answer)


def wanted(needs: Needs, *variants: str) -> set[str]:
    """The operations of a command with these options and on a set with these parts."""
    return {*needs.operations, *(each for name in variants for each in needs.variants[name])}


def _around(world: World) -> None:
    """A probe, and a security group for the interfaces."""
    balancer = world.network("GET", "loadBalancers/lb")
    inner = balancer["properties"]
    inner["probes"] = [{"name": "up", "properties": {"protocol": "Http", "port": 8080, "requestPath": "/up"}}]
    for rule in inner["loadBalancingRules"]:
        rule["properties"]["probe"] = {"id": f"{BALANCER}/probes/up"}
    world.network("PUT", "loadBalancers/lb", balancer)


def _everything(body: dict[str, Any]) -> None:
    """Public addresses, an extension, a probe and a security group."""
    configuration(body)["publicIPAddressConfiguration"] = {"name": "own", "properties": {"idleTimeoutInMinutes": 10}}
    network = profile(body)["networkProfile"]
    network["healthProbe"] = {"id": f"{BALANCER}/probes/up"}
    group = f"{ROOT}/providers/Microsoft.Network/networkSecurityGroups/open"
    network["networkInterfaceConfigurations"][0]["properties"]["networkSecurityGroup"] = {"id": group}
    monitor = {
        "publisher": "Microsoft.Azure.Monitor", "type": "AzureMonitorLinuxAgent", "typeHandlerVersion": "1.0",
        "autoUpgradeMinorVersion": True,
    }  # fmt: skip
    profile(body)["extensionProfile"] = {"extensions": [{"name": "monitor", "properties": monitor}]}


def everything(world: World) -> None:
    """The set ``web`` with all parts that a cut-over touches: an instance is protected, autoscale is turned off."""
    make(world, Kind("everything", _everything, _around, capacity=2))
    instance = world.compute("GET", "virtualMachineScaleSets/web/virtualMachines")["value"][0]
    instance["properties"]["protectionPolicy"] = {"protectFromScaleIn": True}
    world.compute("PUT", f"virtualMachineScaleSets/web/virtualMachines/{instance['instanceId']}", instance)
    capacity = {"minimum": "1", "maximum": "5", "default": "2"}
    setting = {
        "enabled": False,
        "targetResourceUri": f"{ROOT}/providers/Microsoft.Compute/virtualMachineScaleSets/web",
        "profiles": [{"name": "all", "capacity": capacity, "rules": []}],
    }
    path = "providers/Microsoft.Insights/autoscaleSettings/scale"
    world.call("PUT", path, "2022-10-01", {"location": "westeurope", "properties": setting})


@dataclass(frozen=True, slots=True)
class Shape:
    """How a set is cut over, and what of the table's variants that is.

    Attributes:
        style: What the twin's instances are.
        forward: The variants of the run.
        back: Those of the way back, besides.
    """

    style: str
    forward: tuple[str, ...]
    back: tuple[str, ...] = ("--rollback",)


_BALANCED = ("a load balancer", "NAT pools", "security groups")
_NAMED = tuple(f"--style instances{more}" for more in ("", " with extensions", " with public addresses"))
SHAPES = (Shape("profile", _BALANCED), Shape("instances", (*_BALANCED, *_NAMED)))


@pytest.mark.parametrize("shape", SHAPES, ids=lambda each: each.style)
def test_a_cut_over_asks_for_exactly_its_operations(
    shape: Shape, world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the end and back a run asks for what the table says, each time by name, and for nothing else."""
    everything(world)
    before = reached(world, range(50000, 50002))
    out = tmp_path / "out"
    planned(cli, out, "--style", shape.style)
    operator = Operator(world, monkeypatch)
    operator.sends()
    forward, answer = asked_for(operator, lambda: run(cli, out))
    assert answer.code == 0, answer.err
    assert forward == wanted(RUN, *shape.forward)
    back, answer = asked_for(operator, lambda: run(cli, out, "--rollback", "--yes"), forward)
    assert answer.code == 0, answer.err
    assert back - forward <= wanted(RUN, "--rollback")
    assert reached(world, range(50000, 50002)) == before
    whole, answer = asked_for(operator, lambda: run(cli, out, "--retire", "--yes"), forward)
    assert answer.code == 0, answer.err
    assert whole - forward == set(RUN.variants["--retire"])
    assert all("web-flex" in each for each in reached(world, range(50000, 50002)).ports.values())


def _with_the_role(operator: Operator, role: str) -> None:
    """Install a role's file as Azure takes it, and assign it to the operator."""
    operator.install(path_of(ROLES[role], SCOPE), to_json(ROLES[role], SCOPE, Format.REST))


def _assign(operator: Operator, role: str, at: str) -> None:
    """Assign a role that exists, by its GUID, at a scope."""
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{at}/{role}")
    given = {
        "roleDefinitionId": f"{SCOPE}/providers/Microsoft.Authorization/roleDefinitions/{role}",
        "principalId": operator.identity.object_id,
        "principalType": "ServicePrincipal",
    }
    grant = f"{at}/providers/Microsoft.Authorization/roleAssignments/{name}"
    operator.world.call("PUT", grant, ROLES_VERSION, {"properties": given})


def test_the_file_of_the_role_cuts_over(
    world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the Migrator's file at one resource group, and nothing else: there, back, there again, and retired."""
    everything(world)
    planned(cli, tmp_path / "out", "--style", "both")
    operator = Operator(world, monkeypatch)
    _with_the_role(operator, "migrator")
    operator.sends()
    for more in ((), ("--rollback", "--yes"), ("--retire", "--yes")):
        answer = run(cli, tmp_path / "out", *more)
        assert answer.code == 0, answer.err
    assert [each["name"] for each in world.compute("GET", "virtualMachineScaleSets")["value"]] == ["web-flex"]


@pytest.mark.long
@pytest.mark.parametrize("removed", ROLES["migrator"].operations)
def test_without_any_one_operation_it_is_refused(
    removed: str, world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No operation of the Migrator is too much: without it the run or the way back is refused, with its name."""
    everything(world)
    planned(cli, tmp_path / "out", "--style", "both")
    operator = Operator(world, monkeypatch)
    operator.may(set(ROLES["migrator"].operations) - {removed})
    operator.sends()
    for more in ((), ("--rollback", "--yes"), ("--retire", "--yes")):
        answer = run(cli, tmp_path / "out", *more)
        if answer.code:
            break
    assert answer.code in {1, 3}
    assert f"Missing is {removed} on /" in answer.err, answer.err
    assert "the role 'Scale Set" in answer.err


def test_the_role_is_what_the_run_needs() -> None:
    """The Migrator has the run's operations and no others: no locks, grants or monitoring are written."""
    assert set(ROLES["migrator"].operations) == set(RUN.all)
    written = {each for each in RUN.all if each.rpartition("/")[2] in {"write", "delete"}}
    assert not any(each.startswith(("Microsoft.Authorization/", "Microsoft.Insights/")) for each in written)


def test_autoscale_that_may_not_be_read_stops_the_run(
    world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Resource Graph hides settings that may not be read: the run is refused, and does not take them for absent."""
    everything(world)
    planned(cli, tmp_path / "out")
    operator = Operator(world, monkeypatch)
    operator.may(set(ROLES["migrator"].operations) - {"Microsoft.Insights/autoscaleSettings/read"})
    operator.sends()
    answer = run(cli, tmp_path / "out")
    assert answer.code == 1
    assert "Missing is Microsoft.Insights/autoscaleSettings/read on /" in answer.err
    assert [each["name"] for each in world.compute("GET", "virtualMachineScaleSets")["value"]] == ["web"]


# Reading: plans, adoptions, comparisons.


def _numbered(folder: Path, cli: Cli, *words: str) -> Callable[[], Answer]:
    """A command that writes into a new folder each time."""
    return lambda: cli(*words, "--out", str(folder / str(sum(1 for _ in folder.iterdir()))))


@dataclass(frozen=True, slots=True)
class Look:
    """A command that reads.

    Attributes:
        command: The command.
        source: What it is about.
        words: Its words; those of ``verify`` are the plan's folder.
        start: What the operator has from the beginning.
        variants: The table's variants that the world has.
    """

    command: str
    source: Source
    words: tuple[str, ...]
    start: str = SET
    variants: tuple[str, ...] = ()


_PLAN = ("--language", "python")
LOOKS = (
    Look("migrate plan", Source.UNIFORM, ("migrate", "plan", "-n", "web", *_PLAN)),
    Look(
        "migrate plan", Source.AVAILABILITY, ("migrate", "plan", "-n", "racks", *_PLAN), RACK,
        ("NAT rules of single machines",),
    ),
    Look("adopt", Source.UNIFORM, ("adopt", "-n", "web", "--no-prove")),
    Look(
        "adopt", Source.FLEXIBLE, ("adopt", "-n", "web-flex", "--no-prove"), SET,
        ("NAT rules of single machines",),
    ),
    Look("migrate verify", Source.UNIFORM, (), SET),
)  # fmt: skip


def _prepared(look: Look, world: World, cli: Cli, tmp_path: Path) -> Callable[[], Answer]:
    """The world of a command that reads, and the command."""
    results = tmp_path / "results"
    results.mkdir()
    if look.source is Source.AVAILABILITY:
        racks.availability_set(world, 2)
        return _numbered(results, cli, *look.words)
    everything(world)
    if look.command == "migrate verify" or look.source is Source.FLEXIBLE:
        planned(cli, tmp_path / "out", "--style", "instances")
        assert run(cli, tmp_path / "out", "--retire", "--yes").code == 0
    if look.command == "migrate verify":
        return lambda: cli("migrate", "verify", str(tmp_path / "out"))
    return _numbered(results, cli, *look.words)


@pytest.mark.parametrize("look", LOOKS, ids=lambda each: f"{each.command} {each.source}")
def test_reading_asks_for_exactly_its_operations(
    look: Look, world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asks for what the table says; what it leaves out it is not refused for. The Reader's file has all of it."""
    command = _prepared(look, world, cli, tmp_path)
    needs = MOVES[look.command][look.source]
    operator = Operator(world, monkeypatch)
    operator.sends()
    found, answer = asked_for(operator, command, {look.start})
    assert answer.code == 0, answer.err
    assert found == wanted(needs, *look.variants)
    assert set(needs.all) <= set(ROLES["reader"].operations)
    operator.may({"Microsoft.Compute/snapshots/read"})
    _with_the_role(operator, "reader")
    answer = command()
    assert (answer.code, "Missing" in answer.err) == (0, False), answer.err


def test_what_resource_graph_hides_is_told(
    world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the read of the sets there is no set, for any of the commands: they end with code 2 and say so."""
    everything(world)
    planned(cli, tmp_path / "plan")
    operator = Operator(world, monkeypatch)
    operator.sends()
    operator.may(set(ROLES["reader"].operations) - {SET, RACK})
    for words in (("migrate", "plan", "-n", "web"), ("adopt", "-n", "web", "--out", str(tmp_path / "adopted"))):
        answer = cli(*words)
        assert (answer.code, "no such scale set" in answer.err) == (2, True), answer.err
    answer = cli("migrate", "verify", str(tmp_path / "plan"))
    assert (answer.code, "there is no such scale set" in answer.err) == (2, True), answer.err


def test_quotas_are_read_at_the_subscription(
    world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the Reader at the resource group a plan leaves the quotas open; at the subscription it counts them."""
    everything(world)
    operator = Operator(world, monkeypatch)
    operator.may(ROLES["reader"].operations)
    operator.sends()
    for is_open in (True, False):
        if not is_open:
            _assign(operator, ROLE, SCOPE)
        out = tmp_path / str(is_open)
        assert cli("migrate", "plan", "-n", "web", "--out", str(out), *_PLAN).code == 0
        assert ("az vm list-usage" in (out / "report.md").read_text()) is is_open


# Availability sets: what is known, and the calls that Microsoft's list lacks.

MOVE = MOVES["migrate run"][Source.AVAILABILITY]


def moved(world: World, cli: Cli, folder: Path, *way: str) -> None:
    """The availability set ``racks`` with a plan for it."""
    racks.availability_set(world, 2)
    answer = cli("migrate", "plan", "-n", "racks", "--out", str(folder), *_PLAN, *way)
    assert answer.code == 0, answer.err


@pytest.mark.parametrize("way", ["migrate", "convert"])
def test_a_move_asks_for_what_is_known_and_for_the_unlisted(
    way: str, world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the table says of both, if Azure names the calls by its own rule: then no role of ours is told for them."""
    moved(world, cli, tmp_path / "out", "--way", way)
    operator = Operator(world, monkeypatch)
    operator.sends()
    more = ("--retire",) if way == "migrate" else ()
    told: list[str] = []

    def command() -> Answer:
        answer: Answer = run(cli, tmp_path / "out", "--yes", *more)
        told.append(answer.err)
        return answer

    found, answer = asked_for(operator, command, {RACK})
    assert answer.code == 0, answer.err
    unlisted = {each for each in MOVE.unlisted[f"--way {way}"] if "/cancel" not in each}
    known = {f"{NAT_RULES}/read", *MOVE.operations}
    if way == "migrate":
        known |= wanted(MOVE, "--way migrate", "--retire", "NAT rules of single machines")
    assert found == known | unlisted
    nobody = found - {each for role in ROLES.values() for each in role.operations}
    assert unlisted <= nobody
    assert sum("no role of `scaleset roles list` has it" in each for each in told) == len(nobody)


def test_the_way_back_of_a_move_asks_for_its_operations(
    world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelling before a machine has moved deletes the empty set, and needs the last of the unlisted calls."""
    moved(world, cli, tmp_path / "out")
    for step in ("create", "start"):
        assert run(cli, tmp_path / "out", "--step", step).code == 0
    operator = Operator(world, monkeypatch)
    operator.sends()
    found, answer = asked_for(operator, lambda: run(cli, tmp_path / "out", "--rollback", "--yes"), {RACK})
    assert answer.code == 0, answer.err
    cancel = {each for each in MOVE.unlisted["--way migrate"] if "/cancel" in each}
    assert cancel | set(MOVE.variants["--rollback"]) <= found
    assert found <= {*MOVE.operations, *MOVE.variants["--rollback"], *cancel}


def test_a_move_with_contributor(world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Microsoft's Contributor at the resource group is enough, as its page says; the Migrator is not."""
    moved(world, cli, tmp_path / "out")
    operator = Operator(world, monkeypatch)
    operator.may({*ROLES["migrator"].operations, *ROLES["reader"].operations})
    operator.sends()
    answer = run(cli, tmp_path / "out", "--yes")
    assert answer.code == 1
    assert "/validateMigrationToVirtualMachineScaleSet/action on /" in answer.err
    assert "no role of `scaleset roles list` has it" in answer.err
    _assign(operator, "b24988ac-6180-42a0-ab88-20f7382dd24c", ROOT)
    answer = run(cli, tmp_path / "out", "--retire", "--yes")
    assert answer.code == 0, answer.err
    assert racks.members(world) == ["db-0", "db-1"]
