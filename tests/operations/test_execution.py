"""Carrying out against the simulator: throttling, failures, batches, no-wait, and an interruption."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from operations.conftest import Cli
from operations.world import GROUP, World

from arm_simulator.testing import SUBSCRIPTION

SCALESET = [sys.executable, "-c", "from scaleset_core.command.main import run; run()"]


def posts(world: World) -> list[str]:
    """The names of the machines that were asked to restart, in order."""
    return [item["path"].split("/")[-2] for item in world.simulator.requests() if item["path"].endswith("/restart")]


def test_throttling_is_waited_out(world: World, cli: Cli) -> None:
    """A 429 with Retry-After is waited for and tried again; nothing is lost and the report tells of it."""
    world.scale_set("web", "Flexible", 4)
    world.simulator.inject(method="POST", path_regex="/restart$", status=429, retry_after=1, times=3)
    begun = time.monotonic()
    answer = cli("set", "restart", "-n", "web", "--yes")
    assert answer.code == 0, answer.err
    assert time.monotonic() - begun >= 1
    assert "4 done" in answer.err
    assert "throttled 3 times" in answer.err
    assert all(state["bootCount"] == 2 for state in world.state("web").values())


def test_one_failure_hides_nothing(world: World, cli: Cli) -> None:
    """One instance's failure is reported with Azure's reason, the others are done, and the exit code is 1."""
    world.scale_set("web", "Flexible", 5)
    broken = world.names("web")[2]
    world.simulator.inject(method="POST", path_regex=f"{broken}/restart$", status=409, code="Busy", message="In use.")
    answer = cli("set", "restart", "-n", "web", "--yes", "-o", "json")
    assert answer.code == 1
    report = answer.json()
    assert report["counts"] == {"done": 4, "failed": 1}
    assert report["instances"][0] == {
        "instance": broken, "state": "failed", "seconds": report["instances"][0]["seconds"],
        "why": "Busy: In use. (HTTP 409)",
    }  # fmt: skip


def test_an_operation_that_ends_badly_is_a_failure(world: World, cli: Cli) -> None:
    """A request that Azure accepts and whose operation then fails is a failure, with the operation's reason."""
    world.scale_set("web", "Uniform", 2)
    world.simulator.inject(
        method="POST",
        path_regex="/restart$",
        status=409,
        code="AllocationFailed",
        message="No room.",
        phase="operation",
    )
    answer = cli("set", "restart", "-n", "web", "--yes", "-o", "json")
    assert answer.code == 1
    assert "AllocationFailed: No room." in answer.json()["instances"][0]["why"]


@pytest.mark.parametrize(
    ("verb", "path", "tries"), [("POST", "/restart$", 1), ("DELETE", "/virtualMachines/[^/]+$", 2)]
)
def test_only_what_is_safe_is_repeated(world: World, cli: Cli, verb: str, path: str, tries: int) -> None:
    """After a 500 a restart is not sent again (it may have happened: exit code 3); a DELETE is."""
    world.scale_set("web", "Flexible", 1)
    world.simulator.inject(method=verb, path_regex=path, status=500, times=1)
    world.simulator.clear_requests()
    command = ["restart"] if verb == "POST" else ["delete", "--each-machine"]
    answer = cli("instances", *command, "-n", "web", "--all", "--yes")
    sent = [item for item in world.simulator.requests() if item["method"] == verb]
    assert len(sent) == tries
    assert answer.code == (3 if tries == 1 else 0), answer.err


def test_rolling_stops_at_the_first_failures(world: World, cli: Cli) -> None:
    """--batch 2: the batch with a failure is the last; later instances are pending, and no request was sent."""
    world.scale_set("web", "Flexible", 6)
    names = sorted(world.names("web"))
    world.simulator.inject(method="POST", path_regex=f"{names[3]}/restart$", status=409, code="Busy")
    world.simulator.clear_requests()
    answer = cli("set", "restart", "-n", "web", "--yes", "--batch", "2", "--pause", "0.1", "-o", "json")
    assert answer.code == 1
    assert answer.json()["counts"] == {"done": 3, "failed": 1, "pending": 2}
    assert sorted(posts(world)) == names[:4]


def test_rolling_on_uniform_is_one_call_a_batch(world: World, cli: Cli) -> None:
    """--batch 2 on five Uniform instances: three batch calls, with two, two and one ids."""
    world.scale_set("web", "Uniform", 5)
    world.simulator.clear_requests()
    assert cli("set", "restart", "-n", "web", "--yes", "--batch", "2").code == 0
    bodies = [item["body"] for item in world.simulator.requests() if item["method"] == "POST"]
    assert bodies == [{"instanceIds": ["0", "1"]}, {"instanceIds": ["2", "3"]}, {"instanceIds": ["4"]}]


def test_no_wait_returns_at_once(world: World, cli: Cli) -> None:
    """--no-wait reports what Azure accepted, and asks after no operation."""
    world.scale_set("web", "Flexible", 2)
    world.simulator.clear_requests()
    answer = cli("set", "restart", "-n", "web", "--yes", "--no-wait", "-o", "json")
    assert answer.code == 0
    assert answer.json()["counts"] == {"accepted": 2}
    assert not [item for item in world.simulator.requests() if "/operations/" in item["path"]]


def test_interruption_says_what_is_done_and_what_is_not(world: World) -> None:
    """Ctrl-C: exit 130; the report has the finished, the begun and the untouched instances, true to Azure."""
    world.scale_set("web", "Flexible", 30)
    names = world.names("web")
    world.simulator.clear_requests()
    world.simulator.control.latency_ms = 150
    environment = {
        **os.environ, "SCALESET_ARM_ENDPOINT": world.simulator.endpoint, "SCALESET_ARM_TOKEN": world.simulator.token,
        "AZURE_DEFAULTS_GROUP": GROUP, "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION,
    }  # fmt: skip
    command = [*SCALESET, "set", "restart", "-n", "web", "--yes", "--max-concurrency", "3"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    lines = [process.stderr.readline() for _ in range(3)]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 130, err
    assert all(" done (" in line for line in lines)
    shown = {line.split()[0]: line for line in out.splitlines()[1:]}
    assert set(shown) == set(names)
    asked = set(posts(world))
    done = {name for name, line in shown.items() if line.split()[1] == "done"}
    begun = {name for name, line in shown.items() if "Azure may still finish it" in line}
    untouched = {name for name, line in shown.items() if line.split()[1] == "pending" and "not started" in line}
    assert len(done) >= 3
    assert done | begun | untouched == set(names)
    assert untouched
    assert not untouched & asked
    assert done <= asked
    assert "done" in err.splitlines()[-1]
    assert "pending" in err.splitlines()[-1]


def test_nobody_to_ask_is_a_refusal(world: World, cli: Cli) -> None:
    """What loses data, or stops more than named instances, needs --yes where there is no terminal; nothing is sent."""
    world.scale_set("web", "Flexible", 2)
    name = world.names("web")[0]
    for command in (["set", "restart"], ["instances", "delete", "-i", name], ["instances", "deallocate", "--all"]):
        world.simulator.clear_requests()
        answer = cli(*command, "-n", "web")
        assert answer.code == 2
        assert "Add --yes" in answer.err
        assert all(item["method"] == "GET" for item in world.simulator.requests())
    assert cli("instances", "restart", "-i", name, "-n", "web").code == 0


def test_a_locked_instance_is_named_with_its_lock(world: World, cli: Cli) -> None:
    """Delete of a locked instance names the lock and does not ask Azure; the others go; exit 1 as it was named."""
    world.scale_set("web", "Flexible", 3)
    names = world.names("web")
    world.lock(f"providers/Microsoft.Compute/virtualMachines/{names[0]}", "keep", "CanNotDelete")
    world.simulator.clear_requests()
    answer = cli("instances", "delete", "-n", "web", "-i", f"{names[0]},{names[1]}", "--yes", "-o", "json")
    assert answer.code == 1
    reasons = {item["instance"]: item["why"] for item in answer.json()["instances"]}
    assert "management lock keep (CanNotDelete)" in reasons[names[0]]
    assert sorted(world.names("web")) == sorted([names[0], names[2]])
    sent = [item["body"] for item in world.simulator.requests() if item["path"].endswith("/web/delete")]
    assert sent == [{"instanceIds": [names[1]]}]
    assert cli("instances", "unprotect", "-n", "web", "-i", names[0], "--yes").code == 0
    assert cli("instances", "delete", "-n", "web", "-i", names[0], "--yes").code == 0
