"""Machines that came out of an availability set, on the real engine: the plan's program is the set as it is then."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import EngineRuntime
from migration.adoptions import adopt, engine
from migration.racks import availability_set
from migration.test_availability import planned
from operations.conftest import Cli, clean_environment, cli, world
from operations.world import GROUP, World

__all__ = ["clean_environment", "cli", "world"]

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("way", ["migrate", "convert"])
def test_the_program_of_the_plan_is_proven(
    way: str, engine_runtime: EngineRuntime, world: World, cli: Cli, tmp_path: Path
) -> None:
    """After the move `adopt` writes the program that the plan had, and a preview of it after the import is empty."""
    availability_set(world, 2, stopped=(1,))
    planned(cli, tmp_path / "out", "--way", way)
    answer = cli("migrate", "run", str(tmp_path / "out"), "--pause", "0", "--retire", "--yes")
    assert answer.code == 0, answer.err
    with engine(engine_runtime, world, tmp_path):
        answer = adopt("-g", GROUP, "-n", "racks-flex", "--out", str(tmp_path / "adopted"), "--prove", "-o", "json")
    assert answer.code == 0, answer.err
    proof = answer.json()["proof"]
    assert (proof["changes"], proof["problem"], proof["imported"]) == ([], "", 7)
    # Members of an object may come in another order: the pools of an interface were taken out and put back.
    plan, now = (
        sorted((tmp_path / folder / "__main__.py").read_text().splitlines()[1:]) for folder in ("out/python", "adopted")
    )
    assert plan == now
