"""``scaleset nat migrate`` and ``inventory nat-pools`` by somebody who has exactly what the roles' table says."""

from __future__ import annotations

import pytest
from operations.balancers import BALANCER
from operations.conftest import Cli
from operations.nat_worlds import lb, protect, reached, simple
from operations.test_permissions import SCOPE, Operator
from operations.world import World

from scaleset_core.modes import Mode
from scaleset_core.roles import REFERENCES, ROLES, needs_of_command

MIGRATE = ("nat", "migrate", "--load-balancer", BALANCER, "--yes")
_LATE = ("/virtualMachineScaleSets/write", "/manualUpgrade/action", "/loadBalancers/write")
"""The writes in their order: each is reached when those before it are allowed."""


@pytest.fixture
def operator(world: World, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """An operator without any role, who is assigned them in the whole subscription."""
    return Operator(world, monkeypatch, at=SCOPE)


def test_with_exactly_its_operations(world: World, cli: Cli, operator: Operator) -> None:
    """Without any one of them it is refused, and the missing one is named; with all of them it is done."""
    simple(world)
    needs = needs_of_command("nat migrate", Mode.UNIFORM)
    operations = {*needs.operations, *REFERENCES}
    late = [each for end in _LATE for each in needs.operations if each.endswith(end)]
    operator.sends()
    for removed in [*sorted(set(needs.operations) - set(late)), *late]:
        operator.may(operations - {removed})
        answer = cli(*MIGRATE)
        assert f"Missing is {removed} on" in answer.err, (removed, answer.err)
        assert answer.code in {1, 3}
        if removed.endswith("/read"):
            assert sorted(reached(world)) == [50000, 50001, 50002]
    operator.may(operations)
    answer = cli(*MIGRATE)
    assert answer.code == 0, answer.err
    assert sorted(reached(world)) == [50000, 50001, 50002]


def test_what_may_not_be_looked_at_is_told(world: World, cli: Cli, operator: Operator) -> None:
    """Without the locks and without the ports of single instances it goes on, and says so."""
    simple(world)
    needs = needs_of_command("nat migrate", Mode.UNIFORM)
    assert len(needs.helpful) == 3
    operator.may({*needs.operations, *REFERENCES})
    operator.sends()
    answer = cli(*MIGRATE)
    assert answer.code == 0, answer.err
    assert "locks were not checked first" in answer.err
    assert "whether you may write was not checked first" in answer.err
    assert "ports of single instances are left out" in answer.err


def test_by_the_installed_roles(world: World, cli: Cli, operator: Operator) -> None:
    """The Network Operator with the references' role migrates, also what is protected; the Reader sees the pools."""
    simple(world)
    operator.may(ROLES["reader"].operations)
    operator.sends()
    (row,) = cli("inventory", "nat-pools", "-o", "json").json()
    assert (row["natPool"], row["sets"]) == ("ssh", "web")
    assert "Missing" in cli(*MIGRATE).err
    operator.may({*ROLES["network"].operations, *REFERENCES})
    assert cli(*MIGRATE, "--lift-protection").code == 0
    assert lb(world)["inboundNatPools"] == []


def test_what_may_not_be_written_is_told_first(world: World, cli: Cli, operator: Operator) -> None:
    """All missing operations are listed at once, before anything is changed: those of instances too."""
    simple(world)
    protect(world, "web", "1")
    needs = needs_of_command("nat migrate", Mode.UNIFORM)
    writes = [each for each in needs.all if each.endswith("/write") or "/manualUpgrade/" in each]
    assert len(writes) == 4
    operator.may({*needs.all, *REFERENCES} - set(writes))
    operator.sends()
    world.simulator.clear_requests()
    answer = cli(*MIGRATE, "--lift-protection")
    assert answer.code == 1
    for each in writes:
        assert each in answer.err
    assert {each["method"] for each in world.simulator.requests()} == {"GET", "POST"}
    operator.may({*needs.all, *REFERENCES})
    assert cli(*MIGRATE, "--lift-protection").code == 0
