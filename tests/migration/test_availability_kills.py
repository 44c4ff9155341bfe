"""A move of an availability set's machines that fails or is killed anywhere: it serves, and the next run ends it."""

from __future__ import annotations

from pathlib import Path

import pytest
from migration.racks import availability_set, members, power
from migration.test_availability import planned, sets
from migration.test_cut_over import run
from migration.test_interruptions import changes, start
from migration.worlds import reached
from operations.conftest import Cli
from operations.world import World
from support.kills import killed_at

_WRITES = 12
"""The writes of a whole move of two machines: the set, the validation, the start, four for each, the deletion."""
_FIRST_MOVE = 5
"""The write that moves the first machine."""


@pytest.mark.slow
def test_the_writes_are_counted(world: World, cli: Cli, tmp_path: Path) -> None:
    """The tests below go through every write that there is."""
    availability_set(world, 2)
    planned(cli, tmp_path / "out")
    world.simulator.clear_requests()
    assert run(cli, tmp_path / "out", "--retire", "--yes").code == 0
    written = [each for each in world.simulator.requests() if each["method"] in {"PUT", "PATCH", "DELETE", "POST"}]
    assert len([each for each in written if "ResourceGraph" not in each["path"]]) == _WRITES


@pytest.mark.slow
@pytest.mark.parametrize(
    "number", [each if each in {1, 5} else pytest.param(each, marks=pytest.mark.long) for each in range(_WRITES)]
)
def test_a_refusal_of_any_write(number: int, world: World, cli: Cli, tmp_path: Path) -> None:
    """Azure refuses one write: the other machine serves, and the next run comes to the end."""
    availability_set(world, 2)
    before = reached(world, range(50000, 50002))
    planned(cli, tmp_path / "out")
    world.simulator.inject(
        method="PUT,PATCH,DELETE,POST",
        path_regex=r"(virtualMachineScaleSets|availabilitySets|virtualMachines|networkInterfaces)/",
        status=400,
        code="InvalidParameter",
        times=1,
        after=number,
    )
    answer = run(cli, tmp_path / "out", "--retire", "--yes")
    assert (answer.code, "InvalidParameter" in answer.err) == (1, True)
    assert reached(world, range(0)).web
    answer = run(cli, tmp_path / "out", "--retire", "--yes")
    assert answer.code == 0, answer.err
    assert (sets(world), reached(world, range(50000, 50002))) == (["racks-flex"], before)


@pytest.mark.long
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, _WRITES + 1))
@pytest.mark.parametrize("then", ["resume", "undo"])
def test_killed_at_any_write(then: str, number: int, when: str, world: World, cli: Cli, tmp_path: Path) -> None:
    """After kill -9 at any write one machine serves; the next run finishes, or a rollback restores what it can."""
    availability_set(world, 2)
    before = reached(world, range(50000, 50002))
    planned(cli, tmp_path / "out")
    process = start(world, tmp_path / "out")
    with killed_at(world.simulator, process, number, changes, after=when == "after"):
        text, _ = process.communicate(timeout=60)
    assert process.returncode == -9, text
    assert reached(world, range(0)).web
    retired = number == _WRITES and when == "after"
    if then == "undo" and not retired:
        moved = members(world)
        answer = run(cli, tmp_path / "out", "--rollback", "--yes")
        assert (answer.code, "cannot move a machine back" in answer.err) == ((1, True) if moved else (0, False)), (
            answer.err
        )
        assert [power(world, f"db-{index}") for index in range(2)] == ["running", "running"]
        assert (members(world), reached(world, range(50000, 50002))) == (moved, before)
        assert bool(moved) == (number > _FIRST_MOVE or (number == _FIRST_MOVE and when == "after"))
        return
    answer = run(cli, tmp_path / "out", "--retire", "--yes")
    assert answer.code == 0, answer.err
    assert (sets(world), reached(world, range(50000, 50002))) == (["racks-flex"], before)


def test_a_conversion_killed_after_azure_did_it(world: World, cli: Cli, tmp_path: Path) -> None:
    """The journal does not know that it is done, but Azure does: no rollback, and the next run ends it."""
    availability_set(world, 2)
    planned(cli, tmp_path / "out", "--way", "convert")
    process = start(world, tmp_path / "out")
    with killed_at(world.simulator, process, 1, changes, after=True):
        text, _ = process.communicate(timeout=60)
    assert (process.returncode, sets(world)) == (-9, ["racks-flex"]), text
    answer = run(cli, tmp_path / "out", "--rollback", "--yes")
    assert (answer.code, "a conversion cannot be undone" in answer.err) == (1, True)
    answer = run(cli, tmp_path / "out", "--yes")
    assert answer.code == 0, answer.err
    assert members(world) == ["db-0", "db-1"]
