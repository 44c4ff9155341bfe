"""Microsoft.Compute: scale sets in both modes, their instances, virtual machines and extensions."""

from __future__ import annotations

from arm_simulator.kinds import Registry


def register(registry: Registry) -> None:
    """Add the kinds of Microsoft.Compute."""
