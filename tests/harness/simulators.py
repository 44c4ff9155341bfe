"""Subscriptions in a running Azure simulator."""

from __future__ import annotations

from uuid import uuid4

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure


def subscription_in(simulator: RunningSimulator, subscription: str | None = None) -> Azure:
    """A subscription of the simulator as programs see it; a new and empty one by default."""
    return Azure(simulator.endpoint, simulator.token, subscription or str(uuid4()))
