"""The assembled registry: every resource type that the simulator plays."""

from __future__ import annotations

from arm_simulator import autoscale, compute, deployments, locks, network, resource_manager, services
from arm_simulator.kinds import Registry


def default_registry() -> Registry:
    """All kinds of all providers."""
    registry = Registry()
    resource_manager.register(registry)
    locks.register(registry)
    network.register(registry)
    services.register(registry)
    autoscale.register(registry)
    compute.register(registry)
    deployments.register(registry)
    return registry
