"""On a real terminal: the question, the live progress, the report."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time

from operations.world import GROUP, World

from arm_simulator.testing import SUBSCRIPTION

CODE = "from scaleset_core.command.main import run; run()"


def talk(world: World, answer: str, *arguments: str, columns: int = 100) -> tuple[int, str]:
    """A command on a pseudo-terminal: the answer is typed when the question is shown."""
    environment = {
        **os.environ, "SCALESET_ARM_ENDPOINT": world.simulator.endpoint, "SCALESET_ARM_TOKEN": world.simulator.token,
        "AZURE_DEFAULTS_GROUP": GROUP, "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION, "TERM": "xterm", "COLUMNS": str(columns),
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
    """The question names what and how many; while it runs each instance has a line; then the report is shown."""
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
    """The answer no changes nothing, and the command says so."""
    world.scale_set("web", "Flexible", 2)
    code, shown = talk(world, "n", "instances", "delete", "-n", "web", "--all")
    assert code == 2
    assert "not confirmed; nothing was changed" in shown
    assert len(world.names("web")) == 2


def plain(shown: str) -> list[str]:
    """What is read on the screen: without the escape sequences."""
    return [line.rstrip() for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown).splitlines()]


def test_a_narrow_terminal_breaks_no_name(world: World) -> None:
    """Where a table has no room its empty columns go and headings wrap, and no name or size is cut in pieces."""
    world.scale_set("web", "Flexible", 2)
    code, shown = talk(world, "", "instances", "list", "-n", "web", columns=76)
    lines = plain(shown)
    assert code == 0, shown
    for name in world.names("web"):
        assert any(line.startswith(name) and "  Standard_D8ds_v5  10.0.0." in line for line in lines), shown
    table = [line for line in lines if not line.startswith("States")]
    assert max(map(len, table)) <= 76
    assert "Health" not in " ".join(table)


def test_a_very_narrow_terminal_gets_lines(world: World) -> None:
    """If even that does not fit, each member has a separate line, with its whole value."""
    world.scale_set("web", "Flexible", 1)
    code, shown = talk(
        world, "", "instances", "list", "-n", "web", "--query", "[].{name: name, id: id}", columns=50
    )  # fmt: skip
    assert code == 0, shown
    [name] = world.names("web")
    lines = plain(shown)
    assert f"Name: {name}" in lines
    assert any(line.startswith("Id: /subscriptions/") and line.endswith(f"/{name}") for line in lines), shown
