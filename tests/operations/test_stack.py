"""--stack: the scale set out of a Pulumi stack's state."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from operations.conftest import Cli, run
from operations.world import ROOT, World

from scaleset_core.modes import Mode
from scaleset_operations import UsageError
from scaleset_operations.cli.stack import choose

SETS = f"{ROOT}/providers/Microsoft.Compute/virtualMachineScaleSets"


def state(outputs: dict[str, Any], *sets: tuple[str, str]) -> dict[str, Any]:
    """An exported stack with these outputs and these scale sets (name, mode)."""
    kind = "azure-native:compute:VirtualMachineScaleSet"
    root = {"type": "pulumi:pulumi:Stack", "outputs": outputs}
    resources = [{"type": kind, "id": f"{SETS}/{name}", "outputs": {"orchestrationMode": mode}} for name, mode in sets]
    return {"version": 3, "deployment": {"resources": [root, *resources]}}


def test_the_output_wins_and_the_mode_is_known() -> None:
    """ScaleSetId names the set, whatever else there is; its resource tells the mode."""
    found = choose(state({"scaleSetId": f"{SETS}/a"}, ("a", "Flexible"), ("b", "Uniform")), "dev")
    assert (found.target.name, found.mode) == ("a", Mode.FLEXIBLE)


def test_any_output_or_resource() -> None:
    """An id anywhere in the outputs will do, and so will the only scale set among the resources."""
    assert choose(state({"all": {"web": [f"{SETS}/a"]}}), "dev").target.name == "a"
    assert choose(state({}, ("b", "Uniform")), "dev").mode is Mode.UNIFORM
    assert (
        choose(state({"scaleSetId": f"{SETS}/a"}, ("a", "Flexible"), ("b", "Uniform")), "dev", "B").target.name == "b"
    )


@pytest.mark.parametrize(
    ("found", "name", "says"),
    [
        (state({}), "", "Export its id as the output scaleSetId"),
        (state({}, ("a", "Uniform"), ("b", "Uniform")), "", r"has 2 scale sets \(a, b\); say which with --name"),
        (state({}, ("a", "Uniform")), "c", "no scale set 'c' in its outputs or resources; it has: a"),
    ],
)
def test_no_unique_set(found: dict[str, Any], name: str, says: str) -> None:
    """Without exactly one candidate nothing is guessed."""
    with pytest.raises(UsageError, match=says):
        choose(found, "dev", name)


def fake_pulumi(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A ``pulumi`` on PATH that runs this shell script."""
    folder.mkdir(exist_ok=True)
    (folder / "pulumi").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_the_command_line(world: World, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """--stack asks Pulumi for the state, and tells the mode by it: an unsupported row sends no request."""
    world.scale_set("web", "Flexible", 1)
    exported = tmp_path / "state.json"
    exported.write_text(json.dumps(state({"scaleSetId": f"{SETS}/web"}, ("web", "Flexible"))), encoding="utf-8")
    fake_pulumi(tmp_path / "bin", monkeypatch, f'[ "$1 $2 $3 $4" = "stack export --stack dev" ] && cat {exported}')
    assert cli("instances", "list", "--stack", "dev", "-o", "tsv", "--query", "[].name").out.split() == world.names(
        "web"
    )
    world.simulator.clear_requests()
    answer = cli("set", "reimage-all", "--stack", "dev", "--yes")
    assert answer.code == 2
    assert "not available on a Flexible scale set" in answer.err
    assert world.simulator.requests() == []


def test_pulumi_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Pulumi's own reason is passed on; without Pulumi on the machine, the message says what to do."""
    fake_pulumi(tmp_path / "bin", monkeypatch, "echo 'error: no stack named dev' >&2; exit 255")
    answer = run("set", "show", "--stack", "dev")
    assert answer.code == 2
    assert "no stack named dev" in answer.err
    assert "`pulumi stack ls` lists the stacks" in answer.err
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = run("set", "show", "--stack", "dev")
    assert answer.code == 2
    assert "needs the `pulumi` command" in answer.err
