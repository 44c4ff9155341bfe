"""A managed run command that is interrupted anywhere is continued: run once, read, and deleted."""

from __future__ import annotations

from typing import Any

import pytest
from operations.conftest import Cli
from operations.processes import SHORT, journals, start
from operations.world import World

from arm_simulator.server.routing import Call


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patience for seconds, not minutes."""
    for name, value in SHORT.items():
        monkeypatch.setenv(name, value)


SCRIPT = ("instances", "run-command", "-n", "web", "--all", "--managed", "--script", "date", "--yes")


def creations(world: World) -> list[str]:
    """The machines on which a managed run command was created, by the simulator's log."""
    return [
        item["path"].split("/")[-3]
        for item in world.simulator.requests()
        if item["method"] == "PUT" and "/runCommands/" in item["path"] and item["status"] in {0, 200, 201, 202}
    ]


def left_behind(world: World, mode: str) -> list[Any]:
    """The managed run commands that are still there."""
    below = "virtualMachines" if mode == "Flexible" else "virtualMachineScaleSets/web/virtualMachines"
    return [
        each for name in world.names("web") for each in world.compute("GET", f"{below}/{name}/runCommands")["value"]
    ]


@pytest.mark.long
@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("point", ["create", "poll", "read", "delete", "poll of delete"])
def test_a_managed_script_killed_at_any_point(world: World, cli: Cli, mode: str, when: str, point: str) -> None:
    """After kill -9 anywhere between creating and deleting: the script runs once on each machine, and nothing stays."""
    world.scale_set("web", mode, 2)
    world.simulator.configure(lro_ms=300)
    world.simulator.clear_requests()
    process = start(world, *SCRIPT, "--max-concurrency", "1")
    verbs: list[str] = []

    def met(call: Call) -> bool:
        """Whether this is the request at which the process dies."""
        if process.poll() is not None:
            return False
        if "/runCommands/" in call.path:
            verbs.append(call.method)
            return call.method == {"create": "PUT", "read": "GET", "delete": "DELETE"}.get(point)
        asked = "/operations/" in call.path and verbs
        return bool(asked and verbs[-1] == {"poll": "PUT", "poll of delete": "DELETE"}.get(point))

    def hit(call: Call) -> bool:
        if met(call):
            process.kill()
            process.wait()
            return True
        return False

    def hit_after(call: Call) -> None:
        hit(call)

    if when == "before":
        world.simulator.control.before = hit
    else:
        world.simulator.control.after = hit_after
    process.communicate(timeout=30)
    assert process.returncode == -9
    world.simulator.control.before = lambda _: False
    world.simulator.control.after = lambda _: None
    assert len(journals()) == 1
    answer = cli(*SCRIPT, "--resume", "-o", "json")
    assert answer.code == 0, answer.err
    assert sorted(creations(world)) == sorted(world.names("web"))
    assert left_behind(world, mode) == []
    assert journals() == []


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["PUT", "GET", "DELETE"])
def test_a_managed_script_whose_answer_is_lost(world: World, cli: Cli, verb: str) -> None:
    """A lost answer to each of the three requests: the script ran once, its output is printed, and nothing stays."""
    world.scale_set("web", "Flexible", 1)
    after = 1 if verb == "GET" else 0  # the first GET reads what the PUT has made, the second one what was printed
    world.simulator.inject(method=verb, path_regex="/runCommands/", phase="cut-after", times=50, after=after)
    first = cli(*SCRIPT)
    world.simulator.control.faults.clear()
    assert first.code == 3, first.err
    again = cli("resume")
    assert again.code == 0, again.err
    assert [first.out, again.out].count("1 lines accepted\n") == 1
    assert len(set(creations(world))) == 1
    assert left_behind(world, "Flexible") == []


def test_output_that_may_not_be_read_is_deleted_all_the_same(world: World, cli: Cli) -> None:
    """A refusal will not change: it is an error, and the managed run command is deleted."""
    world.scale_set("web", "Flexible", 1)
    world.simulator.inject(method="GET", path_regex="/runCommands/", status=403, code="Nope", times=50, after=1)
    answer = cli(*SCRIPT)
    assert (answer.code, "Nope" in answer.err) == (1, True)
    world.simulator.control.faults.clear()
    assert left_behind(world, "Flexible") == []


def test_a_managed_script_that_fails_leaves_nothing(world: World, cli: Cli) -> None:
    """Azure accepts it and then fails: what it created is deleted anyway."""
    world.scale_set("web", "Flexible", 1)
    world.simulator.inject(method="PUT", path_regex="/runCommands/", phase="operation", code="VMAgentStatus")
    answer = cli(*SCRIPT)
    assert answer.code == 1, answer.err
    assert "VMAgentStatus" in answer.out + answer.err
    assert left_behind(world, "Flexible") == []
    assert [item["method"] for item in world.simulator.requests() if "/runCommands/" in item["path"]][-1] == "DELETE"


def test_what_only_the_same_command_can_go_on_with(world: World, cli: Cli) -> None:
    """With protected parameters, whose values only the command knows, `resume` alone prints nothing and says why."""
    world.scale_set("web", "Flexible", 1)
    world.simulator.inject(method="DELETE", path_regex="/runCommands/", phase="cut-before", times=50)
    command = (*SCRIPT, "--protected-parameter", "A=lines")
    assert cli(*command).code == 3
    world.simulator.control.faults.clear()
    refused = cli("resume")
    assert (refused.code, refused.out) == (2, "")
    assert "protected parameters" in refused.err
    again = cli(*command, "--resume")
    assert (again.code, again.out) == (0, "1 *** accepted\n"), again.err
    assert left_behind(world, "Flexible") == []


def test_a_managed_script_is_waited_for(world: World, cli: Cli) -> None:
    """--no-wait would leave it behind: it needs --keep NAME, which says that it stays."""
    world.scale_set("web", "Flexible", 1)
    refused = cli(*SCRIPT, "--no-wait")
    assert refused.code == 2
    assert "--keep NAME" in refused.err
    assert creations(world) == []
    assert cli(*SCRIPT, "--no-wait", "--keep", "mine").code == 0
    assert [each["name"] for each in left_behind(world, "Flexible")] == ["mine"]
