"""The world of the compute tests."""

from __future__ import annotations

import httpx
import pytest
from simulator.compute.world import World, make_world

from arm_simulator.testing import RunningSimulator


@pytest.fixture
def world(sim: RunningSimulator, http: httpx.Client) -> World:
    """A group, a network, and unmodified clients."""
    return make_world(sim, http)
