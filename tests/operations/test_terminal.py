"""On a real terminal: the question, the live progress, the report."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time

from operations.world import GROUP, World

from arm_simulator.testing import SUBSCRIPTION

CODE = "from pulumi_azure_scaleset.cli.main import run; run()"


def talk(world: World, answer: str, *arguments: str) -> tuple[int, str]:
    """A command on a pseudo-terminal: the answer is typed when the question stands there."""
    environment = {
        **os.environ, "SCALESET_ARM_ENDPOINT": world.simulator.endpoint, "SCALESET_ARM_TOKEN": world.simulator.token,
        "AZURE_DEFAULTS_GROUP": GROUP, "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION, "TERM": "xterm", "COLUMNS": "100",
    }  # fmt: skip
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, *arguments], stdin=slave, stdout=slave, stderr=slave, env=environment
    )
    os.close(slave)
    shown = b""
    deadline = time.monotonic() + 60
    asked = False
    while time.monotonic() < deadline:
        if select.select([master], [], [], 0.2)[0]:
            try:
                part = os.read(master, 65536)
            except OSError:  # the other end is closed
                break
            shown += part
        if not asked and b"[y/N]" in shown:
            os.write(master, f"{answer}\n".encode())
            asked = True
    code = process.wait(timeout=30)
    os.close(master)
    return code, shown.decode(errors="replace")


def test_yes(world: World) -> None:
    """The question names what and how many; while it runs each instance has a line; then the report stands there."""
    world.scale_set("web", "Flexible", 3)
    world.simulator.control.latency_ms = 200
    code, shown = talk(world, "y", "set", "restart", "-n", "web")
    world.simulator.control.latency_ms = 0
    assert code == 0, shown
    assert "set restart 3 instances (web_" in shown
    assert "of web (Flexible)? [y/N]" in shown
    assert "0/3" in shown
    for name in world.names("web"):
        assert name in shown
    assert "3 done in" in shown
    assert all(state["bootCount"] == 2 for state in world.state("web").values())


def test_no(world: World) -> None:
    """Whoever says no changes nothing, and hears that."""
    world.scale_set("web", "Flexible", 2)
    code, shown = talk(world, "n", "instances", "delete", "-n", "web", "--all")
    assert code == 2
    assert "not confirmed; nothing was changed" in shown
    assert len(world.names("web")) == 2
