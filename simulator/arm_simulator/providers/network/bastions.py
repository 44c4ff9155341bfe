"""Bastions: accepted, so that ways into a network can be looked for; nobody connects through them."""

from __future__ import annotations

from arm_simulator.core.kinds import Registry
from arm_simulator.providers.network.base import NetworkKind


class BastionKind(NetworkKind):
    """``bastionHosts``."""

    type = "Microsoft.Network/bastionHosts"
    model = "network.BastionHost"
    inner = ("ipConfigurations",)


def register(registry: Registry) -> None:
    """Add Bastions."""
    registry.add(BastionKind())
