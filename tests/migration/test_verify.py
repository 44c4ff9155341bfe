"""The running twins are compared, feature by feature."""

from __future__ import annotations

from pathlib import Path

from migration.test_cut_over import planned, run
from migration.worlds import behind_balancer
from operations.conftest import Cli
from operations.world import World


def test_what_was_planned_is_there(world: World, cli: Cli, tmp_path: Path) -> None:
    """After the run everything is as planned: properties, instances, pools, every port; the old set serves nobody."""
    behind_balancer(world)
    planned(cli, tmp_path / "out")
    answer = cli("migrate", "verify", str(tmp_path / "out"))
    assert (answer.code, "there is no such scale set" in answer.err) == (2, True)
    assert run(cli, tmp_path / "out").code == 0
    answer = cli("migrate", "verify", str(tmp_path / "out"), "-o", "json", "--all")
    assert answer.code == 0, answer.out
    told = {each["what"] for each in answer.json()}
    assert {"port 50000", "port 50002", "running instances", "backend pool pool", "the old set"} <= told


def test_what_differs_is_told(world: World, cli: Cli, tmp_path: Path) -> None:
    """A changed property, a port that leads nowhere and an old set that still serves are reported."""
    behind_balancer(world)
    planned(cli, tmp_path / "out")
    for step in ("create", "health", "join"):
        assert run(cli, tmp_path / "out", "--step", step).code == 0
    body = world.compute("GET", "virtualMachineScaleSets/web-flex")
    body["tags"] = {"app": "web"}
    body["properties"]["upgradePolicy"] = {"mode": "Automatic"}
    world.compute("PUT", "virtualMachineScaleSets/web-flex", body)
    answer = cli("migrate", "verify", str(tmp_path / "out"), "-o", "json")
    assert answer.code == 1
    wrong = {each["what"]: each["found"] for each in answer.json()}
    assert wrong["upgradePolicy.mode"] == "'Automatic'"
    assert wrong["port 50000"] == "nobody"
    assert wrong["the old set"] == "still serves"
