"""``instances with-lock-lifted``: what is lifted for one command is back as it was, however that ends."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from operations.conftest import Cli
from operations.world import LOCKS, World

from scaleset_operations.errors import UsageError
from scaleset_operations.lifting import Journal, Lifted
from scaleset_operations.target import Target

MACHINES = "providers/Microsoft.Compute/virtualMachines"
NOTES = {"level": "CanNotDelete", "notes": "by audit", "owners": [{"applicationId": "audit"}]}
PROGRAM = "from scaleset_core.command.main import run; run()"


def locks(world: World) -> list[tuple[str, Any]]:
    """All locks with their properties."""
    found = world.call("GET", "providers/Microsoft.Authorization/locks", LOCKS)["value"]
    return sorted((each["id"], each["properties"]) for each in found)


@pytest.fixture
def name(world: World) -> str:
    """A machine of the Flexible set ``web`` with two locks of somebody, of which one has notes and owners."""
    world.scale_set("web", "Flexible", 2)
    found = world.names("web")[0]
    scope = f"{MACHINES}/{found}/providers/Microsoft.Authorization/locks"
    world.call("PUT", f"{scope}/audit", LOCKS, {"properties": NOTES})
    world.call("PUT", f"{scope}/second", LOCKS, {"properties": {"level": "ReadOnly"}})
    return found


def test_the_command_runs_without_the_locks(world: World, cli: Cli, name: str, tmp_path: Path) -> None:
    """Meanwhile Azure has no lock, and the journal, which only its owner reads, has them; then all is as before.

    The exit code is the command's.
    """
    before = locks(world)
    seen = tmp_path / "seen"
    look = f"ls -l {os.environ['XDG_STATE_HOME']}/scaleset/lifted-locks > {seen}; exit 7"
    answer = cli("instances", "with-lock-lifted", "-n", "web", "-i", name, "--", "sh", "-c", look)
    assert (answer.code, answer.err) == (7, "")
    assert locks(world) == before
    assert "-rw-------" in seen.read_text()
    writes = [(item["method"], item["path"].rsplit("/", 1)[-1]) for item in world.simulator.requests()]
    changed = [each for each in writes if each[0] in {"PUT", "DELETE"} and each[1] in {"audit", "second"}][-4:]
    assert changed == [("DELETE", "audit"), ("DELETE", "second"), ("PUT", "audit"), ("PUT", "second")]
    assert list(Path(os.environ["XDG_STATE_HOME"], "scaleset", "lifted-locks").iterdir()) == []


def test_the_policy_of_a_uniform_instance(world: World, cli: Cli) -> None:
    """On Uniform the protectionPolicy is away for the command, and back with both its flags."""
    world.scale_set("uni", "Uniform", 2)
    assert cli("instances", "protect", "0", "-n", "uni", "--scale-set-actions").code == 0
    dry = cli("instances", "with-lock-lifted", "-n", "uni", "--all", "--dry-run", "--", "true")
    assert dry.out == "lift the protectionPolicy of uni_0\nrun true\nput back the protectionPolicy of uni_0\n"
    world.simulator.clear_requests()
    assert cli("instances", "with-lock-lifted", "-n", "uni", "--all", "--", "true").code == 0
    assert [item["method"] for item in world.simulator.requests() if item["method"] != "GET"] == ["PUT", "PUT"]
    policy = world.compute("GET", "virtualMachineScaleSets/uni/virtualMachines/0")["properties"]["protectionPolicy"]
    assert policy == {"protectFromScaleIn": True, "protectFromScaleSetActions": True}


def test_what_the_command_deletes_is_not_locked(world: World, cli: Cli, name: str) -> None:
    """The machine is gone, and so is its protection: that is reported, and is no failure."""
    token, endpoint = world.simulator.token, world.simulator.endpoint
    path = f"{endpoint}{world.compute('GET', f'virtualMachines/{name}')['id']}?api-version=2026-04-01"
    code = (
        "import sys, urllib.request as u; "
        "u.urlopen(u.Request(sys.argv[1], method='DELETE', headers={'Authorization': 'Bearer ' + sys.argv[2]}))"
    )
    command = [sys.executable, "-c", code, path, token]
    answer = cli("instances", "with-lock-lifted", "-n", "web", "-i", name, "--", *command)
    assert answer.code == 0
    assert answer.err.count(f"{name} does not exist any more, and neither does its protection.") == 2
    assert name not in world.names("web")


def started(name: str, *command: str) -> subprocess.Popen[str]:
    """The command in a separate process."""
    words = [sys.executable, "-c", PROGRAM, "instances", "with-lock-lifted", "-n", "web", "-i", name, "--", *command]
    return subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def until_lifted(world: World) -> None:
    """Wait until the locks are away."""
    ends = time.monotonic() + 30
    while locks(world):
        assert time.monotonic() < ends
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.usefixtures("cli")
def test_a_signal(world: World, name: str, number: signal.Signals) -> None:
    """The signal goes to the command; the locks are back before this program ends with the command's code."""
    before = locks(world)
    process = started(name, "sleep", "60")
    until_lifted(world)
    time.sleep(0.3)
    process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert locks(world) == before


def test_a_kill(world: World, cli: Cli, name: str, tmp_path: Path) -> None:
    """After a kill the locks are away and the journal has them; while it runs nobody else may lift; then all is back.

    The same command puts back what was left before it goes on, and says so; so does `restore-locks`.
    """
    before = locks(world)
    for again in (("restore-locks", "-n", "web"), ("with-lock-lifted", "-n", "web", "-i", name, "--", "true")):
        pid = tmp_path / "pid"
        process = started(name, "sh", "-c", f"echo $$ > {pid}; exec sleep 60")
        until_lifted(world)
        while not pid.is_file() or not pid.read_text().strip():
            time.sleep(0.05)
        busy = cli("instances", "restore-locks", "-n", "web")
        assert busy.code == 2
        assert "another command has lifted locks of this scale set and still runs" in busy.err
        process.kill()
        process.wait(timeout=30)  # the pipe stays open: the command lives on
        os.kill(int(pid.read_text()), signal.SIGKILL)
        process.communicate(timeout=30)
        pid.unlink()
        (journal,) = Path(os.environ["XDG_STATE_HOME"], "scaleset", "lifted-locks").iterdir()
        assert stat.S_IMODE(journal.stat().st_mode) == 0o600
        assert {each["lock"] for each in json.loads(journal.read_text())} == {"audit", "second"}
        assert locks(world) == []
        answer = cli("instances", *again)
        assert answer.code == 0
        assert "An earlier run has left lifted: audit (CanNotDelete)" in answer.err
        assert locks(world) == before
    assert "Nothing of web is still removed." in cli("instances", "restore-locks", "-n", "web").err


def test_what_can_not_be_put_back_is_kept(world: World, cli: Cli, name: str) -> None:
    """Azure refuses one lock: it is named with the command that puts it back, and the journal keeps it."""
    world.simulator.inject(method="PUT", path_regex="/locks/audit$", status=409, code="Conflict", times=50)
    answer = cli("instances", "with-lock-lifted", "-n", "web", "-i", name, "--", "true")
    assert answer.code == 1
    assert "Not back: audit (CanNotDelete)" in answer.err
    assert "`scaleset instances restore-locks --subscription" in answer.err
    assert [each[0].rsplit("/", 1)[-1] for each in locks(world)] == ["second"]


def test_a_journal_that_is_none(tmp_path: Path) -> None:
    """What cannot be understood is left as it is, and is reported with its place."""
    target = Target("s", "g", "web")
    with Journal(tmp_path, target) as journal:
        entry = Lifted(instance="a", instance_id="a", lock="keep", properties={"level": "ReadOnly"})
        journal.write([entry])
        assert journal.read() == [entry]
    (file,) = tmp_path.iterdir()
    file.write_text("half", encoding="utf-8")
    with Journal(tmp_path, target) as journal, pytest.raises(UsageError, match="no journal of lifted locks"):
        journal.read()
    assert file.read_text() == "half"
