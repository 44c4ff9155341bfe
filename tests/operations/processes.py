"""``scaleset`` in a separate process, with short times."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from operations.world import GROUP, World

from arm_simulator.testing import SUBSCRIPTION

# A test run under nohup passes on that SIGHUP is ignored, which a command rightly keeps to.
SCALESET = [
    sys.executable, "-c",
    "import signal; signal.signal(signal.SIGHUP, signal.SIG_DFL); from scaleset_core.command.main import run; run()",
]  # fmt: skip
SHORT = {
    "SCALESET_RETRY_SECONDS": "1.5",
    "SCALESET_CONNECT_SECONDS": "1",
    "SCALESET_ANSWER_SECONDS": "1.5",
    "SCALESET_THROTTLE_SECONDS": "3",
    "SCALESET_TELL_SECONDS": "0.5",
}


def environment(world: World, **more: str) -> dict[str, str]:
    """The settings of a command that talks to the simulator."""
    return {
        **os.environ,
        "SCALESET_ARM_ENDPOINT": world.simulator.endpoint,
        "SCALESET_ARM_TOKEN": world.simulator.token,
        "AZURE_DEFAULTS_GROUP": GROUP,
        "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION,
        **SHORT,
        **more,
    }


def start(world: World, *arguments: str, **more: str) -> subprocess.Popen[str]:
    """Begin a command."""
    return subprocess.Popen(
        [*SCALESET, *arguments],
        env=environment(world, **more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def journals() -> list[Path]:
    """The journals that are kept, the oldest first."""
    return sorted((Path(os.environ["XDG_STATE_HOME"]) / "scaleset" / "journals").glob("*.jsonl"))


def restarts(world: World) -> list[str]:
    """The machines whose restart was carried out, in order, by the simulator's log."""
    return [
        item["path"].split("/")[-2]
        for item in world.simulator.requests()
        if item["path"].endswith("/restart") and item["status"] in {0, 202}
    ]


def boots(world: World, name: str = "web") -> list[Any]:
    """How often each machine of a set was started."""
    return [state["bootCount"] for state in world.state(name).values()]
