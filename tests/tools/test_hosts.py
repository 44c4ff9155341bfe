"""The warm process that most engine tests attach to does what the engine's own plugins do."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from harness import EngineRuntime, Workspace, subscription_in
from support.scalesets import PROGRAM, configured, flexible

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure

PRINTING = "    import sys\n    print('to stdout')\n    print('to stderr', file=sys.stderr)\n"
GROUP_ONLY = """
    from pulumi_azure_native import resources
    resources.ResourceGroup("group", resource_group_name="rg", location="westeurope")
"""
OTHER_LOCATION = """
    import pulumi_azure_native as azure_native
    second = azure_native.Provider("second", location="northeurope")
    resources.ResourceGroup("far", resource_group_name="far", opts=pulumi.ResourceOptions(provider=second))
"""


def story(runtime: EngineRuntime, simulator: RunningSimulator, directory: Path) -> list[Any]:
    """What is seen of a deployment with two providers, its failure, a policy pack, a refresh and the end."""
    azure = subscription_in(simulator)
    stack = Workspace(runtime, directory, PRINTING + PROGRAM + OTHER_LOCATION, azure=azure)
    packs = [Path(__file__).resolve().parents[2] / "policies"]
    simulator.inject(
        method="PUT",
        path_regex=f"{azure.subscription}.*/virtualMachines/web-1$",
        status=409,
        code="OutOfRoom",
        message="No.",
    )
    results = [
        stack.preview(configured(flexible()), policy_packs=packs),
        stack.up(expect_failure=True, extra_args=("--continue-on-error",)),
        stack.up(),
    ]
    places = sorted((r["id"], str(r["outputs"].get("location"))) for r in stack.resources() if r["custom"])
    # By their keys: which machine gets which address is a matter of who comes first.
    outputs = {name: sorted(value) for name, value in stack.outputs().items() if isinstance(value, dict)}
    results += [stack.refresh(), stack.destroy()]
    seen = [
        (
            each.exit_code,
            each.ops(completed=True),
            # Advice about machines is reported once for a set, at the one that comes first.
            sorted((found.policy, re.sub(r"web-\d$", "web-N", found.urn or "")) for found in each.violations),
            sorted(each.errors),
            each.changes,
            "to stdout" in each.stdout,
            "to stderr" in each.stdout,
        )
        for each in results
    ]
    told: list[Any] = json.loads(json.dumps([*seen, places, outputs]).replace(azure.subscription, "SUBSCRIPTION"))
    return told


@pytest.mark.smoke
@pytest.mark.engine
def test_the_engine_starts_its_own_plugins(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, azure: Azure
) -> None:
    """Without the warm process too, the engine finds language host and provider, and a program deploys to Azure."""
    runtime = EngineRuntime(tmp_path_factory.mktemp("engine"), own_processes=True)
    stack = Workspace(runtime, tmp_path / "own", GROUP_ONLY, azure=azure)
    assert stack.up().ops() == [("create", "azure-native:resources:ResourceGroup", "group")]
    (group,) = stack.resources()
    assert group["id"] == f"/subscriptions/{azure.subscription}/resourceGroups/rg"


@pytest.mark.engine
@pytest.mark.long
def test_attached_and_own_processes_tell_the_same_story(
    engine_runtime: EngineRuntime,
    tmp_path_factory: pytest.TempPathFactory,
    tmp_path: Path,
    simulator: RunningSimulator,
) -> None:
    """Steps, outputs, errors, violations and what the program prints are the same under both hosts of the plugins."""
    by_itself = EngineRuntime(tmp_path_factory.mktemp("engine"), own_processes=True)
    own = story(by_itself, simulator, tmp_path / "own")
    attached = story(engine_runtime, simulator, tmp_path / "attached")
    assert attached == own
    assert "northeurope" in str(own)
    assert "OutOfRoom" in str(own)
    assert "encryption-at-host" in str(own)


IN_A_FORK = """
import json, os, subprocess, sys
from pathlib import Path
from harness.forks import Forks

with Forks(lambda: None) as forks:
    variables = {**os.environ, "ONLY": "here"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with forks.start(sys.argv[2:], directory=Path(sys.argv[1]), variables=variables, **pipes) as process:
        printed = [stream.read().decode() for stream in (process.stdout, process.stderr)]
        print(json.dumps([*printed, process.wait(), process.poll()]))
"""
"""A process without threads, which can be forked."""


def forked(directory: Path, *arguments: str) -> tuple[str, str, int]:
    """Output, errors and exit code of ``python *arguments`` in a fork."""
    variables = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    command = [sys.executable, "-P", "-c", IN_A_FORK, str(directory), *arguments]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    out, err, code, polled = json.loads(done.stdout)
    assert polled == code
    return out, err, code


@pytest.mark.parametrize(
    ("program", "status"),
    [
        ("print(sys.argv, os.getcwd(), __name__, sys.path[0])", 0),
        ("sys.exit(3)", 3),
        ("sys.exit('a message')", 1),
        ("raise ValueError('no such size')", 1),
        ("os.kill(os.getpid(), 9)", -9),
        ("threading.Thread(target=lambda: (time.sleep(0.2), os._exit(7))).start()", 7),
        ("atexit.register(lambda: os._exit(8))", 8),
    ],
)
def test_a_fork_is_as_a_process_is(tmp_path: Path, program: str, status: int) -> None:
    """Arguments, places, exit codes, signals, errors, threads and functions at the end: as `python -u` has them."""
    file = tmp_path / "program.py"
    file.write_text(f"import atexit, os, sys, threading, time\n{program}\n")
    started = subprocess.run(
        [sys.executable, "-u", file, "one", "two"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    out, err, code = forked(tmp_path, "-u", str(file), "one", "two")
    assert code == started.returncode == status
    assert out == started.stdout
    assert err.splitlines()[-1:] == started.stderr.splitlines()[-1:]


def test_a_fork_has_its_own_environment(tmp_path: Path) -> None:
    """The environment is the given one, and a module is run with `-m` from the working directory."""
    (tmp_path / "sized.py").write_text("import os, sys\nprint(os.environ['ONLY'], sys.argv[1:], __name__)\n")
    assert forked(tmp_path, "-u", "-m", "sized", "one") == ("here ['one'] __main__\n", "", 0)
