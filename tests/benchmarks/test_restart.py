"""A restart that takes Azure a while: as few requests as the ideal, and no machine waits for another one."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

from benchmarks.azure import Azure, scale_set, serving
from benchmarks.restart import AZURE, ideal, restarted, slow
from scaleset_operations.patience import limits_from

MACHINES = 40
SECONDS = 6
"""How long each operation takes; the simulator asks for a poll a second."""
PLAN_READS = 4
"""What a restart asks before its calls: the set, its members, their machines, and the locks."""


@pytest.fixture(scope="module")
def azure() -> Iterator[Azure]:
    """A simulator with a Flexible set ``web``, whose operations take a while."""
    with serving() as running:
        scale_set(running, "web", MACHINES)
        slow(running, SECONDS)
        yield running


def test_ideal() -> None:
    """The last of a thousand calls may go after 80 seconds, by Azure's limits, and its operation takes its own time."""
    limits = limits_from({"SCALESET_RATE": AZURE})
    assert ideal(1000, 60, limits) == 140
    assert ideal(100, 60, limits) == ideal(1000, 60, None) == 60


@pytest.mark.long
def test_polling_holds_no_place(azure: Azure) -> None:
    """With two requests at a time all machines are down together: the last call goes long before the first one ends.

    If an operation held its place while Azure works on it, forty of six seconds would take two minutes.
    """
    found = restarted(azure, MACHINES, SECONDS, mode="Flexible", rate="", options=("--max-concurrency", "2"))
    assert found["calls"] == MACHINES
    assert found["sent"] < SECONDS


@pytest.mark.long
@pytest.mark.parametrize("rate", ["", "writes=10/5,reads=250/25"])
def test_few_requests(azure: Azure, rate: str) -> None:
    """Each machine costs one call and at most the polls that Azure asks for; and the rate limit is kept."""
    found = restarted(azure, MACHINES, SECONDS, mode="Flexible", rate=rate)
    assert found["calls"] == MACHINES
    assert found["requests"] == PLAN_READS + MACHINES + found["polls"]
    assert MACHINES <= found["polls"] <= MACHINES * (math.ceil(SECONDS) + 2)
    least = 0 if not rate else (MACHINES - 10) / 5
    assert found["sent"] >= least * 0.9  # the limit was kept
