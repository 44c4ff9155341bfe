"""`scaleset migrate run` by somebody who has exactly what the roles' table says, on the simulator.

Azure refuses a request with the name of the operation that it lacks. So the tests begin with no right, give what each
refusal names, and in the end have what the command needs: no more, because each was refused, and no less.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from migration.rights import asked_for, everything, wanted, with_the_role
from migration.sets import KINDS, Kind, make
from migration.test_cut_over import planned, run
from migration.worlds import reached
from operations.conftest import Cli
from operations.test_permissions import Operator
from operations.world import World

from scaleset_core.roles import MOVES, REFERENCES, ROLES, Source

RUN = MOVES["migrate run"][Source.UNIFORM]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a set is cut over, and what of the table's variants that is.

    Attributes:
        style: What the twin's instances are.
        forward: The variants of the run.
    """

    style: str
    forward: tuple[str, ...]


_BALANCED = ("a load balancer", "NAT pools", "security groups")
_NAMED = tuple(f"--style instances{more}" for more in ("", " with extensions", " with public addresses"))
SHAPES = (Shape("profile", _BALANCED), Shape("instances", (*_BALANCED, *_NAMED)))


@pytest.mark.slow
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


@pytest.mark.slow
def test_the_file_of_the_role_cuts_over(
    world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the Migrator's file at one resource group, and nothing else: there, back, there again, and retired."""
    everything(world)
    planned(cli, tmp_path / "out", "--style", "both")
    operator = Operator(world, monkeypatch)
    with_the_role(operator, "migrator")
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
    """No operation of the Migrator is too much: without it the run or the rollback is refused, with its name."""
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


@pytest.mark.slow
def test_autoscale_without_its_read_stops_the_run(
    world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Resource Graph hides settings from an account without the permission: the run is refused before it begins."""
    everything(world)
    planned(cli, tmp_path / "out")
    operator = Operator(world, monkeypatch)
    operator.may(set(ROLES["migrator"].operations) - {"Microsoft.Insights/autoscaleSettings/read"})
    operator.sends()
    answer = run(cli, tmp_path / "out")
    assert answer.code == 1
    assert "Missing is Microsoft.Insights/autoscaleSettings/read on /" in answer.err
    assert [each["name"] for each in world.compute("GET", "virtualMachineScaleSets")["value"]] == ["web"]


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.name)
def test_each_kind_is_cut_over_with_the_roles(
    kind: Kind, world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Migrator and the References are enough for sets of every kind, there and back."""
    make(world, kind)
    for name in kind.environment:
        monkeypatch.setenv(name, "Violet-2288-grey!")
    planned(cli, tmp_path / "out", "--style", "both")
    operator = Operator(world, monkeypatch)
    operator.may({*ROLES["migrator"].operations, *REFERENCES})
    operator.sends()
    for more in ((), ("--rollback", "--yes"), ("--retire", "--yes")):
        answer = run(cli, tmp_path / "out", *more)
        assert answer.code == 0, answer.err
