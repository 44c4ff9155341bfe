"""Types of other providers that scale sets refer to."""

from __future__ import annotations

from arm_simulator.kinds import Registry


def register(registry: Registry) -> None:
    """Add the declared kinds."""
