"""docs/interrupted.md: its commands, run as they are on the page, and its figures."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from azure.mgmt.resource.locks import ManagementLockClient
from harness import EngineRuntime, Workspace, WorkspaceFactory
from recovery.killing import Point, world
from recovery.points import POINTS, SAMPLE
from recovery.small import PROGRAM, before
from support.scalesets import GROUP

from arm_simulator.testing import RunningSimulator
from devkit import kill_points, paths
from devkit.environment import Azure
from docs_site import pages

PAGE = (paths.ROOT / "docs" / "interrupted.md").read_text(encoding="utf-8")


def commands(name: str) -> list[str]:
    """The commands of the page's block that is run by the test of this name."""
    (block,) = pages.of(f"tests/recovery/test_interrupted_page.py::{name}")
    return [step.command for step in block.steps]


def run(stack: Workspace, command: str) -> str:
    """Run a line of the page in a shell in the project's directory; it has to succeed."""
    with stack.runtime.attached(stack.variables, stack.directory.parent / "page.txt") as attached:
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=stack.directory,
            env={**stack.variables, **attached},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.mark.engine
def test_the_way_back(engine_runtime: EngineRuntime, tmp_path: Path) -> None:
    """After the death of the provider, the page's commands lead to a stack that rests."""
    with world(engine_runtime, tmp_path / "world", PROGRAM, own=False) as made:
        made.stack.run("stack", "select", "dev")
        made.stack.configure(before("Flexible"))
        made.interrupt(Point("Flexible", "up", "provider", 10))
        assert [command.split()[:2] for command in commands("test_the_way_back")] == [
            ["pulumi", "cancel"],
            ["scaleset", "recover"],
            ["pulumi", "up"],
        ]
        said = [run(made.stack, command) for command in commands("test_the_way_back")]
        assert "imported" in said[1]
        assert made.stack.preview().ops() == []


@pytest.mark.engine
def test_after_a_refused_destroy(
    workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure
) -> None:
    """The page's command brings back what a refused `destroy` dropped, and names the lock."""
    stack = workspace_factory(PROGRAM)
    stack.run("stack", "select", "dev")
    stack.up(before("Flexible"))
    locks = simulator.client(ManagementLockClient, azure.subscription).management_locks
    locks.create_or_update_at_resource_group_level(GROUP, "audit", {"level": "CanNotDelete"})
    stack.destroy(expect_failure=True)
    (command,) = commands("test_after_a_refused_destroy")
    said = run(stack, command)
    assert "web-0-hello" in said
    assert "Lock audit (CanNotDelete)" in said
    locks.delete_at_resource_group_level(GROUP, "audit")
    stack.destroy()
    assert stack.resources() == []


def test_the_figures_are_those_of_all_points() -> None:
    """The page tells of every point that the tests try, and of no failure."""
    text = PAGE.partition(kill_points.BEGIN)[2].partition(kill_points.END)[0]
    last = text.strip().splitlines()[-1]
    points, lost, _, recovered = (int(cell) for cell in re.findall(r"\d+", last))
    assert points == recovered == len({*SAMPLE, *POINTS})
    assert lost > 0
