"""A fresh simulator for each test, and plain HTTP on it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from azure.mgmt.network import NetworkManagementClient

from arm_simulator.testing import RunningSimulator, running_simulator
from simulator import worlds


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


@pytest.fixture
def client(sim: RunningSimulator, http: httpx.Client) -> NetworkManagementClient:
    """A network client on a world with group ``rg`` and network ``net``."""
    worlds.make_group(http)
    network = worlds.network_client(sim)
    worlds.make_network(network)
    return network
