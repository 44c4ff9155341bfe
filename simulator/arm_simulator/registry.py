"""The assembled registry: every resource type that the simulator plays."""

from __future__ import annotations

from arm_simulator import (
    autoscale,
    compute,
    deployments,
    diagnostics,
    locks,
    network,
    resource_manager,
    role_assignments,
    services,
)
from arm_simulator.kinds import Registry


def default_registry() -> Registry:
    """All kinds of all providers."""
    registry = Registry()
    resource_manager.register(registry)
    locks.register(registry)
    role_assignments.register(registry)
    network.register(registry)
    services.register(registry)
    autoscale.register(registry)
    diagnostics.register(registry)
    compute.register(registry)
    deployments.register(registry)
    return registry
