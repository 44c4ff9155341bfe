"""A fresh simulator for each test, and plain HTTP on it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from arm_simulator.testing import RunningSimulator, running_simulator


@pytest.fixture
def sim() -> Iterator[RunningSimulator]:
    """A simulator with empty state on a free port."""
    with running_simulator() as running:
        yield running


@pytest.fixture
def http(sim: RunningSimulator) -> Iterator[httpx.Client]:
    """An HTTP client with the token and base URL set."""
    headers = {"Authorization": f"Bearer {sim.token}"}
    with httpx.Client(base_url=sim.endpoint, headers=headers) as client:
        yield client
