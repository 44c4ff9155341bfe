"""What the component's cost is made of, as counts that do not wobble: a regression shows here and not in seconds."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from benchmarks.monitor import Monitor
from benchmarks.running import COMPONENT, HANDWRITTEN, Operation, on_monitor
from pulumi_azure_scaleset.engine.gc_pace import PACE

SMALL, LARGE = 2, 12
RESOURCES_PER_INSTANCE = 4
OUTPUTS_PER_INSTANCE = 180
"""How many Outputs an instance may make. Raise it only for something that users get.

83 of them are the aliases by which its machine and its extension change their API version without being replaced; they
cost no time that can be measured.
"""
VERSION_ALIASES = 3
"""Newer API versions of Microsoft.Compute that azure-native has."""
DEPENDENCIES_PER_INSTANCE = 14
GROUP = "azure-native:resources:ResourceGroup"
"""The one resource in the program that is declared with azure-native's own class."""


@cache
def run(instances: int, operation: Operation = Operation.NEW) -> tuple[Monitor, int]:
    """The monitor after a run, and the number of Outputs made."""
    monitor = Monitor(recording=True, existing=operation is not Operation.NEW)
    options = {"SCALESET_BENCHMARK_COUNT": "1"}
    cost = on_monitor(monitor, COMPONENT, instances, operation=operation, options=options)
    return monitor, cost.outputs


def per_instance(small: int, large: int) -> float:
    """The growth of a count for one instance more."""
    return (large - small) / (LARGE - SMALL)


@pytest.mark.slow
@pytest.mark.parametrize("operation", Operation)
def test_few_aliases(operation: Operation) -> None:
    """Microsoft.Compute's resources have one for each newer API version, the others none."""
    monitor, _ = run(LARGE, operation)
    found = {r.type.split(":")[1]: r.aliases for r in monitor.registrations if r.aliases and r.type != GROUP}
    assert found == {"compute": VERSION_ALIASES}


def test_aliases_are_counted() -> None:
    """The count of aliases sees them: azure-native's own classes bring dozens for each resource."""
    monitor = Monitor(recording=True)
    on_monitor(monitor, HANDWRITTEN, 1)
    counts = [r.aliases for r in monitor.registrations if r.custom]
    assert len(counts) == 6 + RESOURCES_PER_INSTANCE
    assert min(counts) > 10


@pytest.mark.slow
@pytest.mark.parametrize("operation", Operation)
def test_requests(operation: Operation) -> None:
    """An instance costs as many requests to the engine as it has resources, and nothing else is asked."""
    (small, _), (large, _) = run(SMALL, operation), run(LARGE, operation)
    assert per_instance(small.requests["RegisterResource"], large.requests["RegisterResource"]) == (
        RESOURCES_PER_INSTANCE
    )
    assert {k: v for k, v in large.requests.items() if k != "RegisterResource"} == {
        "Invoke azure-native:authorization:getClientConfig": 1,
        "Invoke azure-native:authorization:getClientToken": 1,
        "RegisterErrorHook": 1,
        "RegisterResourceHook": 5,
        "RegisterResourceOutputs": 2,
    }


@pytest.mark.parametrize("operation", Operation)
def test_outputs(operation: Operation) -> None:
    """An instance makes a fixed number of Outputs, however many there are."""
    (_, small), (_, large) = run(SMALL, operation), run(LARGE, operation)
    assert small > 0
    assert per_instance(small, large) <= OUTPUTS_PER_INSTANCE


@pytest.mark.slow
def test_dependencies() -> None:
    """An instance depends on what it needs and not on its neighbours: dependencies grow with the instances only."""
    (small, _), (large, _) = run(SMALL), run(LARGE)
    counts = [sum(len(r.dependencies) for r in monitor.registrations) for monitor in (small, large)]
    assert per_instance(*counts) <= DEPENDENCIES_PER_INSTANCE
    for name in ("-nic", "-ssh", "-hello", ""):
        ours = {
            len(r.dependencies)
            for r in large.registrations
            if r.custom and r.name in {f"web-{i}{name}" for i in range(LARGE)}
        }
        assert len(ours) == 1, name


@pytest.mark.slow
@pytest.mark.parametrize("operation", Operation)
def test_collector_gets_its_pace_back(operation: Operation, tmp_path: Path) -> None:
    """A large set slows the cycle collector down when it is declared, and gives its pace back once it is registered."""
    found = tmp_path / "thresholds.json"
    program = tmp_path / "program.py"
    program.write_text(
        "import atexit, gc, json, pathlib, runpy\n"
        "seen = [gc.get_threshold()]\n"
        f"runpy.run_path({str(COMPONENT)!r})\n"
        "seen.append(gc.get_threshold())\n"
        f"found = pathlib.Path({str(found)!r})\n"
        "atexit.register(lambda: found.write_text(json.dumps([*seen, gc.get_threshold()])))\n"
    )
    on_monitor(Monitor(existing=operation is not Operation.NEW), program, 30, operation=operation)
    before, during, after = json.loads(found.read_text())
    assert before[0] < during[0] == PACE
    assert after == before
