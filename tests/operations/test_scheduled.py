"""--via scheduled-actions: Azure does the fan-out, in batches of a hundred, resumable by the correlation id."""

from __future__ import annotations

import re

from operations.conftest import Cli
from operations.world import World

LATER = "3f2b1c60-0000-4000-8000-00000000000a"


def submitted(world: World, verb: str) -> list[int]:
    """How many machines each execute call named."""
    return [
        len(item["body"]["resources"]["ids"])
        for item in world.simulator.requests()
        if item["path"].endswith(f"virtualMachinesExecute{verb}")
    ]


def test_batches_of_a_hundred(world: World, cli: Cli) -> None:
    """130 machines: two requests, of 100 and 30; all are deallocated, and no machine was asked by itself."""
    world.scale_set("web", "Flexible", 130)
    world.simulator.clear_requests()
    answer = cli("set", "deallocate", "-n", "web", "--via", "scheduled-actions", "--yes", "-o", "json")
    assert answer.code == 0, answer.err
    assert answer.json()["counts"] == {"done": 130}
    assert submitted(world, "Deallocate") == [100, 30]
    assert not [item for item in world.simulator.requests() if item["path"].endswith("/deallocate")]
    assert {state["power"] for state in world.state("web").values()} == {"deallocated"}
    assert re.search(r"correlation id [0-9a-f-]{36}", answer.err)


def test_failures_are_explained(world: World, cli: Cli) -> None:
    """A machine whose operation fails is reported with Azure's reason; the others are done."""
    world.scale_set("web", "Flexible", 3)
    broken = world.names("web")[0]
    world.compute("POST", f"virtualMachines/{broken}/deallocate")
    answer = cli("set", "deallocate", "-n", "web", "--hibernate", "--via", "scheduled-actions", "--yes", "-o", "json")
    assert answer.code == 1
    reasons = {item["instance"]: item["why"] for item in answer.json()["instances"]}
    assert all("hibernat" in why.lower() for why in reasons.values())


def test_a_run_is_resumed(world: World, cli: Cli) -> None:
    """With the same correlation id only the missing batch is submitted, and the rest is asked after."""
    world.scale_set("web", "Flexible", 120)
    world.simulator.inject(method="POST", path_regex="ExecuteDeallocate$", status=403, times=1, after=1)
    command = ("set", "deallocate", "-n", "web", "--via", "scheduled-actions", "--yes", "-o", "json")
    first = cli(*command, "--correlation-id", LATER)
    assert first.code == 1
    assert first.json()["counts"] == {"done": 100, "failed": 20}
    world.simulator.clear_requests()
    second = cli(*command, "--correlation-id", LATER)
    assert second.code == 0, second.err
    assert second.json()["counts"] == {"done": 120}
    assert submitted(world, "Deallocate") == [20]


def test_wrong_correlation_ids(world: World, cli: Cli) -> None:
    """An id that is not a GUID, or that belongs to another operation, is refused before anything is sent."""
    world.scale_set("web", "Flexible", 1)
    answer = cli("set", "start", "-n", "web", "--correlation-id", "mine", "--yes")
    assert answer.code == 2
    assert "--correlation-id 'mine' is not a GUID" in answer.err
    assert cli("set", "start", "-n", "web", "--correlation-id", LATER).code == 0
    answer = cli("set", "deallocate", "-n", "web", "--correlation-id", LATER, "--yes")
    assert answer.code == 2
    assert "that run was set.start" in answer.err


def test_uniform_needs_none(world: World, cli: Cli) -> None:
    """On Uniform the batch call is one request already: the option is refused, and says for which mode it is."""
    world.scale_set("web", "Uniform", 1)
    answer = cli("set", "start", "-n", "web", "--via", "scheduled-actions")
    assert answer.code == 2
    assert "is for Flexible scale sets" in answer.err


def test_dry_run(world: World, cli: Cli) -> None:
    """--dry-run prints the execute call, and Azure gets no request."""
    world.scale_set("web", "Flexible", 2)
    answer = cli("set", "start", "-n", "web", "--via", "scheduled-actions", "--dry-run")
    assert "POST /subscriptions/" in answer.out
    assert "Microsoft.ComputeSchedule/locations/westeurope/virtualMachinesExecuteStart?api-version=" in answer.out
    assert submitted(world, "Start") == []
