"""The fleet example on the real engine: waves, resumption, failures, secrets and Ctrl-C, on a few instances."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from harness import EngineRuntime

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure

pytestmark = [pytest.mark.engine, pytest.mark.long, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[2]
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKjT2TVTsk/0IhmbajA7qwZq+1vKwhbV1K02nfyJiyTa"
TOKEN = "tok-4711-do-not-show"


@dataclass
class Run:
    """How a command of the fleet ended."""

    code: int
    out: str
    err: str
    stacks: dict[str, dict[str, Any]]

    def changes(self) -> dict[str, dict[str, int]]:
        """What each stack did, without what stayed the same."""
        counts = {name: stack["changes"] for name, stack in self.stacks.items()}
        return {name: {k: n for k, n in c.items() if n and k != "same"} for name, c in counts.items()}

    def outcomes(self) -> dict[str, str]:
        """How each stack ended."""
        return {name: stack["outcome"] for name, stack in self.stacks.items()}


class Fleet:
    """A copy of the example with another fleet file, against two new subscriptions of the simulator."""

    def __init__(self, runtime: EngineRuntime, simulator: RunningSimulator, directory: Path) -> None:
        self.project = directory / "fleet"
        self.backend = directory / "backend"
        self.backend.mkdir()
        self.subscriptions = {"one": str(uuid4()), "two": str(uuid4())}
        self.members: list[dict[str, Any]] = []
        ignore = shutil.ignore_patterns("__pycache__", "Pulumi.*.yaml")
        shutil.copytree(ROOT / "examples" / "fleet", self.project, ignore=ignore)
        settings = yaml.safe_load((self.project / "Pulumi.yaml").read_text())
        settings["runtime"]["options"]["virtualenv"] = str(ROOT / ".venv")
        (self.project / "Pulumi.yaml").write_text(yaml.safe_dump(settings))
        azure = Azure(simulator.endpoint, simulator.token, str(uuid4()))
        self.variables = runtime.variables(self.backend, azure)
        self.variables["PATH"] = os.pathsep.join([str(runtime.engine.pulumi.parent), self.variables["PATH"]])

    def write(self) -> None:
        """Write the fleet file."""
        content = {
            "name": "test",
            "subscriptions": self.subscriptions,
            "defaults": {"ssh_public_keys": [KEY]},
            "members": self.members,
        }
        (self.project / "fleet.yaml").write_text(yaml.safe_dump(content, sort_keys=False))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command."""
        self.write()
        return subprocess.Popen(
            [str(Path(sys.executable).with_name("scaleset")), "fleet", *arguments],
            cwd=self.project,
            env=self.variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, action: str, *arguments: str, text: str = "", code: int = 0) -> Run:
        """Run a command to its end, which must have this exit code."""
        report = self.project / "report.json"
        report.unlink(missing_ok=True)
        asked = ["--report", str(report)] if action in {"up", "preview", "refresh", "destroy"} else []
        with self.start(action, *arguments, *asked) as process:
            out, err = process.communicate(text, timeout=240)
        rows = json.loads(report.read_text())["stacks"] if report.exists() else []
        run = Run(process.returncode, out, err, {row["stack"]: row for row in rows})
        assert run.code == code, f"scaleset fleet {action} ended with exit code {run.code}:\n{out}\n{err}"
        return run

    def paste(self, text: str) -> Run:
        """Run the one command of the fleet that a message suggests."""
        (command,) = re.findall(r"`scaleset fleet ([^`]+)`", text)
        action, *words = shlex.split(command)
        own = [word for place, word in enumerate(words) if "--report" not in words[max(0, place - 1) : place + 1]]
        return self.run(action, *own)


@pytest.fixture
def fleet(engine_runtime: EngineRuntime, simulator: RunningSimulator, tmp_path: Path) -> Fleet:
    """An empty fleet."""
    return Fleet(engine_runtime, simulator, tmp_path)


def member(name: str, wave: int = 0, subscription: str = "one", **fields: Any) -> dict[str, Any]:
    """One member of the fleet file."""
    return {"name": name, "subscription": subscription, "region": "westeurope", "wave": wave, **fields}


def test_a_fleet_fails_in_one_place_goes_on_and_changes_only_where_it_was_changed(
    fleet: Fleet, simulator: RunningSimulator
) -> None:
    """Two waves over two subscriptions, one of whose members fails at first.

    The others of its wave finish and the later wave does not start; a second run goes on from there. A preview then
    finds nothing, an edit touches one stack, and the secret is nowhere to be read. A member does not move, and one
    that left the file can still be destroyed.
    """
    fleet.members = [member("canary", capacity=3), member("good", capacity=1)]
    fleet.members += [member("edge", 1, "two", instances=1, stacks=2)]
    fleet.run("secret", "--only", "canary", text=TOKEN)
    simulator.inject(
        method="PUT", path_regex="/virtualMachineScaleSets/canary$", status=409, code="OutOfRoom", message="No room."
    )
    failed = fleet.run("up", code=1)
    later = ["edge-network", "edge-00", "edge-01"]
    assert failed.outcomes() == {"canary": "failed", "good": "done", **dict.fromkeys(later, "skipped")}
    assert 'Code="OutOfRoom"' in failed.stacks["canary"]["reason"]
    assert failed.stacks["edge-00"]["reason"] == "wave 0 failed"
    assert f"Failed: canary. `scaleset fleet up --report {fleet.project / 'report.json'}` goes on" in failed.err
    assert "Traceback" not in failed.out + failed.err

    again = fleet.paste(failed.err)
    assert set(again.outcomes().values()) == {"done"}
    assert again.changes()["good"] == {}
    assert again.changes()["canary"] == {"create": 1}
    starts = [line.split("] ")[1].split(":")[0] for line in again.out.splitlines() if "up started" in line]
    assert starts[2] == "edge-network", "the first wave goes first, and the network before what stands on it"
    assert_in_its_subscription(fleet, simulator)
    said = again.out + again.err + "".join(f.read_text() for f in fleet.backend.rglob("*.json*"))
    assert TOKEN not in said + (fleet.project / "Pulumi.canary.yaml").read_text()

    fleet.run("preview", "--expect-no-changes", "--only", "good", "--only", "edge-00")
    fleet.members[0]["capacity"] = 4
    fleet.run("preview", "--expect-no-changes", "--only", "canary", code=1)
    changed = fleet.run("up", "--only", "canary", "--only", "good", "--only", "edge-01")
    assert changed.changes() == {"canary": {"update": 1}, "good": {}, "edge-01": {}}
    assert "1 updated" in changed.out

    fleet.members[0]["region"] = "northeurope"
    moved = fleet.run("up", "--only", "canary", code=1)
    assert "a deployed member does not move (westeurope to northeurope)" in moved.out
    del fleet.members[0]
    left = fleet.run("preview", "--only", "good").err + fleet.run("up", "--only", "good").err
    assert "No longer in fleet.yaml: canary. Delete with `scaleset fleet destroy --only canary`" in left
    rows = json.loads(fleet.run("status", "-o", "json").out)
    assert {row["stack"]: row["wave"] for row in rows} == {
        "canary": None, "good": 0, "edge-network": 1, "edge-00": 1, "edge-01": 1,
    }  # fmt: skip
    status = fleet.run("status")
    assert "not in the file" in next(line for line in status.out.splitlines() if "│ canary" in line)
    gone = fleet.run("destroy", "--yes", "--remove", "--only", "canary", "--only", "edge")
    assert gone.outcomes() == dict.fromkeys(["edge-00", "edge-01", "edge-network", "canary"], "done")
    assert list(gone.stacks)[-2:] == ["edge-network", "canary"], "the network goes last, and the first wave after all"
    assert [file.stem for file in fleet.backend.glob(".pulumi/stacks/*/*.json")] == ["good"]


def assert_in_its_subscription(fleet: Fleet, simulator: RunningSimulator) -> None:
    """Each member's scale sets were made in the member's own subscription and region."""
    made = {r["path"]: r["body"] for r in simulator.requests() if r["method"] == "PUT" and r["status"] in {200, 201}}
    for subscription, names in {"one": ["canary", "good"], "two": ["edge-00", "edge-01"]}.items():
        for name in names:
            group = f"/subscriptions/{fleet.subscriptions[subscription]}/resourceGroups/test-{name}"
            assert (
                made[f"{group}/providers/Microsoft.Compute/virtualMachineScaleSets/{name}"]["location"] == "westeurope"
            )


def reached_azure(fleet: Fleet, simulator: RunningSimulator, process: subprocess.Popen[str], stack: str) -> None:
    """Wait until the stack's first request is in Azure."""
    group = f"/subscriptions/{fleet.subscriptions['one']}/resourceGroups/test-{stack}"
    deadline = time.monotonic() + 60
    while not any(request["path"].startswith(group) for request in simulator.requests()):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, f"{stack} never reached Azure"
        time.sleep(0.05)


def test_ctrl_c_starts_nothing_more_and_a_second_one_cancels(fleet: Fleet, simulator: RunningSimulator) -> None:
    """The stack that runs is finished, or cancelled when asked twice; no lock is left, and the exit code is 130."""
    fleet.members = [member("first", capacity=1), member("second", capacity=1)]
    process = fleet.start("up", "--parallel", "1")
    reached_azure(fleet, simulator, process, "first")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, out + err
    assert "first: up done" in out
    assert "second: up started" not in out
    assert "second: up cancelled: interrupted before it started" in out
    assert "Interrupted. `scaleset fleet up --parallel 1` continues" in err

    simulator.control.latency_ms = 300
    try:
        process = fleet.start("up", "--only", "second")
        reached_azure(fleet, simulator, process, "second")
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    finally:
        simulator.control.latency_ms = 0
    assert process.returncode == 130, out + err
    assert "Cancelling 1 running" in out
    assert "second: up cancelled in" in out
    assert "Traceback" not in out + err
    assert not list(fleet.backend.rglob("locks/**/*.json"))
