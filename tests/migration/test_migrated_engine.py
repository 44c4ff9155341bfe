"""A migrated set becomes Pulumi's: the twin that a cut-over left is adopted, proven on the real engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import EngineRuntime
from migration.adoptions import adopt, engine
from migration.sets import KINDS, make
from migration.test_cut_over import planned, run
from operations.conftest import Cli, clean_environment, cli, world
from operations.world import GROUP, World

__all__ = ["clean_environment", "cli", "world"]

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("style", ["profile", "instances"])
def test_the_twin_is_adopted(style: str, engine_runtime: EngineRuntime, world: World, cli: Cli, tmp_path: Path) -> None:
    """Planned, cut over, verified, the old set gone: then adopted, and `pulumi preview` changes nothing."""
    make(world, next(kind for kind in KINDS if kind.name == "probe and repairs"))
    planned(cli, tmp_path / "out", "--style", style)
    answer = run(cli, tmp_path / "out", "--retire", "--yes")
    assert answer.code == 0, answer.err
    verified = cli("migrate", "verify", str(tmp_path / "out"), "-o", "json")
    assert verified.code == 0, verified.out
    with engine(engine_runtime, world, tmp_path):
        adopted = adopt("-g", GROUP, "-n", "web-flex", "--out", str(tmp_path / "adopted"), "--prove", "-o", "json")
    assert adopted.code == 0, adopted.err
    found = adopted.json()
    assert [each["name"] for each in found["sets"]] == ["web-flex"]
    assert (found["proof"]["changes"], found["proof"]["problem"]) == ([], "")
