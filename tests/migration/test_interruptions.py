"""A cut-over that fails or is killed anywhere: the service is reachable, and the run goes on or is undone."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from migration.test_cut_over import planned, run
from migration.worlds import behind_balancer, reached
from operations.conftest import Cli
from operations.world import GROUP, World
from support.kills import killed_at

from arm_simulator.testing import SUBSCRIPTION
from devkit import paths

_WRITES = 11
"""The writes of a whole cut-over of two instances."""
_CHANGING = {"PUT", "PATCH", "DELETE", "POST"}


def changes(call: Any) -> bool:
    """Whether a request changes a resource (a question of Resource Graph is a POST too)."""
    return call.method in _CHANGING and "ResourceGraph" not in call.path and "/_simulator" not in call.path


def start(world: World, folder: Path, pause: str = "0") -> subprocess.Popen[str]:
    """The run as a separate process."""
    environment = {
        **os.environ,
        "SCALESET_ARM_ENDPOINT": world.simulator.endpoint,
        "SCALESET_ARM_TOKEN": world.simulator.token,
        "AZURE_DEFAULTS_GROUP": GROUP,
        "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION,
    }
    command = [str(paths.VENV_BIN / "scaleset"), "migrate", "run", str(folder), "--retire", "--yes", "--pause", pause]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_the_writes_are_counted(world: World, cli: Cli, tmp_path: Path) -> None:
    """The tests below go through every write that there is."""
    behind_balancer(world, capacity=2)
    planned(cli, tmp_path / "out")
    world.simulator.clear_requests()
    assert run(cli, tmp_path / "out", "--retire", "--yes").code == 0
    written = [each for each in world.simulator.requests() if each["method"] in _CHANGING]
    assert len([each for each in written if "ResourceGraph" not in each["path"]]) == _WRITES


@pytest.mark.slow
@pytest.mark.parametrize(
    "number", [each if each % 5 == 0 else pytest.param(each, marks=pytest.mark.long) for each in range(_WRITES)]
)
def test_a_refusal_of_any_write(number: int, world: World, cli: Cli, tmp_path: Path) -> None:
    """Azure refuses one write: the run ends there, everybody is served, and the next run comes to the end."""
    behind_balancer(world, capacity=2)
    planned(cli, tmp_path / "out")
    world.simulator.inject(
        method="PUT,PATCH,DELETE,POST",
        path_regex=r"(virtualMachineScaleSets|loadBalancers|networkInterfaces)/",
        status=400,
        code="InvalidParameter",
        times=1,
        after=number,
    )
    answer = run(cli, tmp_path / "out", "--retire", "--yes")
    assert (answer.code, "InvalidParameter" in answer.err) == (1, True)
    assert reached(world, range(0)).web
    assert run(cli, tmp_path / "out", "--retire", "--yes").code == 0
    assert "web-flex" in reached(world, range(0)).web


@pytest.mark.long
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, _WRITES + 1))
@pytest.mark.parametrize("then", ["resume", "undo"])
def test_killed_at_any_write(then: str, number: int, when: str, world: World, cli: Cli, tmp_path: Path) -> None:
    """After kill -9 before or after any write everybody is served; the next run finishes, or a rollback restores."""
    behind_balancer(world, capacity=2)
    before = reached(world, range(50000, 50002))
    planned(cli, tmp_path / "out")
    process = start(world, tmp_path / "out")
    with killed_at(world.simulator, process, number, changes, after=when == "after"):
        text, _ = process.communicate(timeout=60)
    assert process.returncode == -9, text
    assert reached(world, range(0)).web
    retired = number == _WRITES and when == "after"
    if then == "undo" and not retired:
        answer = run(cli, tmp_path / "out", "--rollback", "--yes")
        assert answer.code == 0, answer.err
        assert reached(world, range(50000, 50002)) == before
        return
    answer = run(cli, tmp_path / "out", "--retire", "--yes")
    assert answer.code == 0, answer.err
    after = reached(world, range(50000, 50002))
    assert all("web-flex" in each for each in (after.web, *after.ports.values()))


def test_an_interruption_is_told(world: World, cli: Cli, tmp_path: Path) -> None:
    """Ctrl-C says which steps are done and how it goes on; a second run meanwhile is refused."""
    behind_balancer(world, capacity=2)
    planned(cli, tmp_path / "out")
    waiting = threading.Event()
    process = start(world, tmp_path / "out", "60")

    def seen(call: Any) -> None:
        if call.method == "PUT" and "/networkInterfaces/" in call.path:
            waiting.set()

    world.simulator.control.after = seen
    assert waiting.wait(60)
    answer = run(cli, tmp_path / "out")
    assert (answer.code, "another run of this cut-over is under way" in answer.err) == (2, True)
    process.send_signal(signal.SIGINT)
    text, _ = process.communicate(timeout=60)
    assert process.returncode == 130, text
    assert "Interrupted. Done: create, health." in text
    assert run(cli, tmp_path / "out", "--retire", "--yes").code == 0


def test_the_old_set_is_not_deleted_unasked(world: World, cli: Cli, tmp_path: Path) -> None:
    """Without a terminal --retire needs --yes; nothing was changed."""
    behind_balancer(world, capacity=2)
    planned(cli, tmp_path / "out")
    answer = run(cli, tmp_path / "out", "--retire")
    assert (answer.code, "needs a confirmation" in answer.err) == (2, True)
    assert [each["name"] for each in world.compute("GET", "virtualMachineScaleSets")["value"]] == ["web"]
