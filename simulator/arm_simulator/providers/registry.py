"""The assembled registry: every resource type that is simulated."""

from __future__ import annotations

from arm_simulator.core.kinds import Registry
from arm_simulator.providers import compute, features, network, services, standby_pools
from arm_simulator.providers.authorization import locks, role_assignments, role_definitions
from arm_simulator.providers.insights import autoscale, diagnostics
from arm_simulator.providers.resources import deployments, resource_manager


def default_registry() -> Registry:
    """All kinds of all providers."""
    registry = Registry()
    resource_manager.register(registry)
    features.register(registry)
    locks.register(registry)
    role_assignments.register(registry)
    role_definitions.register(registry)
    network.register(registry)
    services.register(registry)
    standby_pools.register(registry)
    autoscale.register(registry)
    diagnostics.register(registry)
    compute.register(registry)
    deployments.register(registry)
    return registry
