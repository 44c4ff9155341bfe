"""What is not known is called unknown, is written down, and is asked for instead of done twice."""

from __future__ import annotations

import json
import signal
import stat
import time
from pathlib import Path
from typing import Any

import pytest
from operations.conftest import Cli, run
from operations.processes import SHORT, boots, journals, restarts, start
from operations.world import World
from support.kills import killed_at

from arm_simulator.server.routing import Call
from scaleset_operations.journal import Journal

RESTART = ("set", "restart", "-n", "web", "--yes")


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patience for seconds, not minutes."""
    for name, value in SHORT.items():
        monkeypatch.setenv(name, value)


def states(answer: Any) -> dict[str, str]:
    """The outcome of each instance."""
    return {item["instance"]: item["state"] for item in answer.json()["instances"]}


def test_a_lost_answer_is_unknown_and_found_out(world: World, cli: Cli) -> None:
    """The connection breaks after Azure took a restart: unknown, exit 3, never sent again; resume finds it was done."""
    world.scale_set("web", "Flexible", 3)
    lost = world.names("web")[1]
    world.simulator.inject(method="POST", path_regex=f"{lost}/restart$", phase="cut-after")
    answer = cli(*RESTART, "-o", "json")
    assert answer.code == 3, answer.err
    assert states(answer)[lost] == "unknown"
    assert sorted(states(answer).values()) == ["done", "done", "unknown"]
    [path] = journals()
    assert f"scaleset resume {path}" in answer.err
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = cli("resume", str(path), "-o", "json")
    assert again.code == 0, again.err
    assert set(states(again).values()) == {"done"}
    assert "by the state that Azure shows" in again.out
    assert boots(world) == [2, 2, 2]
    assert journals() == []


@pytest.mark.slow
def test_a_restart_that_never_arrived_is_sent_again_on_request(world: World, cli: Cli) -> None:
    """The connection breaks before Azure took it: unknown, also for resume; with --send-again it is sent."""
    world.scale_set("web", "Flexible", 2)
    time.sleep(2.1)  # the machine's last change has to be clearly before the restart
    world.simulator.inject(method="POST", path_regex="/restart$", phase="cut-before")
    assert cli(*RESTART).code == 3
    assert sorted(boots(world)) == [1, 2]
    answer = cli(*RESTART, "--resume", "-o", "json")
    assert answer.code == 3, answer.err
    assert sorted(boots(world)) == [1, 2]
    assert "resume --send-again" in answer.out
    answer = cli("resume", "--send-again", "-o", "json")
    assert answer.code == 0, answer.err
    assert boots(world) == [2, 2]


@pytest.mark.parametrize("status", [401, 404])
def test_an_operation_that_can_not_be_asked_for_is_unknown(world: World, cli: Cli, status: int) -> None:
    """401 or 404 for the operation's URL: unknown, not failed; with --resume the operation is asked again."""
    world.scale_set("web", "Uniform", 2)
    world.simulator.inject(method="GET", path_regex="/operations/", status=status, times=1)
    answer = cli(*RESTART, "-o", "json")
    assert answer.code == 3, answer.err
    assert set(states(answer).values()) == {"unknown"}
    world.simulator.clear_requests()
    again = cli(*RESTART, "--resume", "-o", "json")
    assert again.code == 0, again.err
    assert restarts(world) == []
    assert [item["method"] for item in world.simulator.requests()] == ["GET"]
    assert boots(world) == [2, 2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=["INT", "TERM", "HUP"]
)
@pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
def test_signals(world: World, cli: Cli, number: signal.Signals, code: int, *, twice: bool) -> None:
    """A signal ends the run with its own exit code, a report without a failure, and a journal that resume completes."""
    world.scale_set("web", "Flexible", 4)
    time.sleep(2.1)  # the machines' last change has to be clearly before the restart
    world.simulator.configure(lro_ms=1500)
    world.simulator.clear_requests()
    process = start(world, *RESTART, "-o", "json", "--max-concurrency", "2")
    while len(restarts(world)) < 2:
        time.sleep(0.02)
    process.send_signal(number)
    if twice:
        time.sleep(0.01)
        process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == code, err
    assert "Traceback" not in err
    found = {item["state"] for item in json.loads(out)["instances"]}
    assert "unknown" in found
    assert found <= {"unknown", "pending", "done"}
    assert "scaleset resume" in err
    answer = cli(*RESTART, "--resume", "-o", "json")
    if answer.code == 3:  # a request was cut off on its way: it may have arrived, and nobody but the user can decide
        assert "--send-again" in answer.out
        answer = cli("resume", "--send-again", "-o", "json")
    assert answer.code == 0, answer.err
    assert sorted(set(restarts(world))) == sorted(world.names("web"))
    assert boots(world) == [2, 2, 2, 2]


@pytest.mark.long
@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("point", ["first-post", "last-post", "first-poll", "last-poll"])
def test_killed_at_any_point(world: World, cli: Cli, mode: str, when: str, point: str) -> None:
    """After kill -9 before or after any request takes effect, a resumed run restarts every machine exactly once."""
    world.scale_set("web", mode, 3)
    time.sleep(2.1)  # the machines' last change has to be clearly before the restart
    world.simulator.configure(lro_ms=300)
    world.simulator.clear_requests()
    posts = 3 if mode == "Flexible" else 1
    wanted = {
        "first-post": ("POST", 1),
        "last-post": ("POST", posts),
        "first-poll": ("GET", 1),
        "last-poll": ("GET", posts),
    }
    method, number = wanted[point]
    process = start(world, *RESTART, "--max-concurrency", "1")

    def matches(call: Call) -> bool:
        return call.method == method and ("/operations/" in call.path or call.path.endswith("/restart"))

    with killed_at(world.simulator, process, number, matches, after=when == "after"):
        process.communicate(timeout=30)
    assert process.returncode == -9
    assert len(journals()) == 1
    lost = when == "before" and method == "POST"
    answer = cli("resume", "-o", "json")
    assert answer.code == (3 if lost else 0), answer.err
    if lost:
        assert set(boots(world)) <= {1, 2}
        answer = cli("resume", "--send-again", "-o", "json")
        assert answer.code == 0, answer.err
    assert boots(world) == [2, 2, 2]
    assert journals() == []


def test_the_journal_has_no_secret(world: World, cli: Cli, tmp_path: Any) -> None:
    """A body that may be secret is not written down: resuming needs the same command, and then it goes on."""
    world.scale_set("web", "Flexible", 1)
    world.simulator.inject(method="PUT", path_regex="/extensions/x$", phase="cut-before", times=100)
    place = tmp_path / "run.jsonl"
    secret = ["--protected-settings", '{"commandToExecute": "hunter2"}', "--settings", '{"a": "hunter3"}']
    kind = ["--publisher", "Microsoft.Azure.Extensions", "--type", "CustomScript", "--version", "2.1"]
    command = ("extensions", "set", "x", "-n", "web", "--all", *kind, *secret, "--journal", str(place))
    answer = cli(*command)
    assert answer.code == 3, answer.err
    text = place.read_text()
    assert "hunter" not in text
    assert world.simulator.token not in text
    world.simulator.control.faults.clear()
    refused = cli("resume", str(place))
    assert refused.code == 2
    assert "the same command" in refused.err
    assert cli(*command, "--resume").code == 0
    assert "hunter" not in place.read_text()
    [name] = world.names("web")
    assert world.compute("GET", f"virtualMachines/{name}/extensions/x")["properties"]["settings"] == {"a": "hunter3"}


def test_a_script_is_never_run_twice(world: World, cli: Cli) -> None:
    """A script leaves no mark on the machine: whether it ran stays unknown, and resume does not run it again."""
    world.scale_set("web", "Flexible", 1)
    world.simulator.inject(method="POST", path_regex="/runCommand$", phase="cut-after")
    assert cli("instances", "run-command", "-n", "web", "--all", "--script", "date", "--yes").code == 3
    answer = cli("resume", "-o", "json")
    assert answer.code == 3, answer.err
    assert "does not show whether it happened" in answer.err
    assert len([each for each in world.simulator.requests() if each["path"].endswith("/runCommand")]) == 1


def test_the_journal_of_an_earlier_version_is_found(world: World, cli: Cli) -> None:
    """Journals used to be in another folder: an unfinished run there is listed, continued, and then removed."""
    world.scale_set("web", "Uniform", 1)
    world.simulator.inject(method="GET", path_regex="/operations/", status=404, times=1)
    assert cli(*RESTART).code == 3
    [path] = journals()
    earlier = path.parents[2] / "pulumi-azure-scaleset" / "journals" / path.name
    earlier.parent.mkdir(parents=True)
    path.rename(earlier)
    assert f"scaleset resume {earlier}" in cli("set", "restart", "-n", "web", "--yes", "--no-wait").err
    answer = cli("resume", "-o", "json")
    assert answer.code == 0, answer.err
    assert not earlier.exists()


@pytest.mark.slow
def test_a_running_run_is_not_resumed(world: World) -> None:
    """While the first run goes on its journal is locked: a second one is refused."""
    world.scale_set("web", "Flexible", 1)
    world.simulator.configure(lro_ms=3000)
    process = start(world, *RESTART)
    while not restarts(world):
        time.sleep(0.02)
    other = start(world, "resume")
    _, err = other.communicate(timeout=30)
    assert other.returncode == 2
    assert "still goes on" in err
    process.communicate(timeout=30)
    assert process.returncode == 0


def test_nothing_to_resume(world: World, cli: Cli, tmp_path: Any) -> None:
    """Without an interrupted run, and for a file that is no journal, resuming is refused in one line."""
    world.scale_set("web", "Flexible", 1)
    assert cli(*RESTART, "--resume").code == 2
    assert run("resume").code == 2
    wrong = tmp_path / "x"
    wrong.write_text("{}\n")
    for path in (wrong, tmp_path / "missing"):
        answer = cli("resume", str(path))
        assert answer.code == 2
        assert len(answer.err.splitlines()) == 1


def test_timeout(world: World, cli: Cli) -> None:
    """--timeout ends the run with a report: what Azure works on is unknown, and goes on there."""
    world.scale_set("web", "Flexible", 2)
    world.simulator.configure(lro_ms=60_000)
    begun = time.monotonic()
    answer = cli(*RESTART, "--timeout", "1", "-o", "json")
    assert answer.code == 3, answer.err
    assert time.monotonic() - begun < 5
    assert set(states(answer).values()) == {"unknown"}
    assert "--timeout: 1 s were over" in answer.err
    world.simulator.configure(lro_ms=0)
    assert cli(*RESTART, "--resume").code == 0
    assert boots(world) == [2, 2]


def test_a_journal_is_closed_once(tmp_path: Path) -> None:
    """A second signal closes what the first one already closed: that has no effect, so the report is printed."""
    made = Journal(tmp_path / "run.jsonl")
    made.begin({}, [])
    made.close(remove=False)
    made.close(remove=True)
    assert (tmp_path / "run.jsonl").exists()
