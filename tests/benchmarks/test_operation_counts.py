"""The requests that day-2 operations make, as counts that do not wobble."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from benchmarks.azure import Azure, scale_set, serving
from benchmarks.operations import CALLS_PER_INSTANCE
from benchmarks.processes import Ended, environment, run
from devkit import paths

SIZES = (3, 40)
LIST_READS = 4
"""What a list asks: the set, its members, and one Resource Graph query each for its machines and their addresses."""
PLAN_READS = 4
"""What an operation asks before its calls, live: the set, its members, their machines, and the locks."""


@pytest.fixture(scope="module")
def azure() -> Iterator[Azure]:
    """A simulator with a set of each size, ``set-3`` and so on."""
    with serving() as running:
        for size in SIZES:
            scale_set(running, f"set-{size}", size)
        yield running


def requests(azure: Azure, *arguments: str) -> tuple[Ended, list[tuple[str, str, int]]]:
    """Run ``scaleset``; its end, and the method, the path and the status of each request that it made."""
    azure.control("DELETE", "requests")
    ended = run([str(paths.VENV_BIN / "scaleset"), *arguments, "-o", "json"], {**environment(), **azure.variables()})
    return ended, [(each["method"], each["path"], each["status"]) for each in azure.requests()]


@pytest.mark.parametrize("size", SIZES)
def test_inventory(azure: Azure, size: int) -> None:
    """A list costs the same requests, however many instances there are."""
    ended, made = requests(azure, "instances", "list", "-n", f"set-{size}")
    assert len(json.loads(ended.out)) == size, ended.err
    assert len(made) == LIST_READS


@pytest.mark.parametrize("size", SIZES)
def test_restart(azure: Azure, size: int) -> None:
    """A restart costs each instance one POST and what waiting for it takes, and nothing else is asked."""
    ended, made = requests(azure, "set", "restart", "-n", f"set-{size}", "--yes")
    assert json.loads(ended.out)["counts"] == {"done": size}, ended.err
    posts = [path for method, path, _ in made if method == "POST" and path.endswith("/restart")]
    assert len(posts) == len(set(posts)) == size
    assert len(made) == PLAN_READS + CALLS_PER_INSTANCE * size


def test_a_refused_call_is_made_once_more(azure: Azure) -> None:
    """A 429 costs one request more and no second restart of an instance that was accepted."""
    size, refused = SIZES[0], 2
    fault = {"method": "POST", "path_regex": "/restart$", "status": 429, "retry_after": 0, "times": refused}
    azure.control("POST", "faults", fault)
    ended, made = requests(azure, "set", "restart", "-n", f"set-{size}", "--yes")
    assert json.loads(ended.out)["counts"] == {"done": size}, ended.err
    statuses = Counter(status for method, path, status in made if path.endswith("/restart") and method == "POST")
    assert statuses == {202: size, 429: refused}
    assert len(made) == PLAN_READS + CALLS_PER_INSTANCE * size + refused
