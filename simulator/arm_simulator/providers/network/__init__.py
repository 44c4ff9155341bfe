"""Microsoft.Network: virtual networks, addresses, gateways, security groups, load balancers and interfaces."""

from __future__ import annotations

from arm_simulator.core.kinds import Registry
from arm_simulator.providers.network import (
    application_gateways,
    bastions,
    instance_interfaces,
    interfaces,
    load_balancers,
    public_addresses,
    queries,
    security,
    virtual_networks,
)


def register(registry: Registry) -> None:
    """Add the kinds of Microsoft.Network."""
    virtual_networks.register(registry)
    public_addresses.register(registry)
    security.register(registry)
    load_balancers.register(registry)
    interfaces.register(registry)
    instance_interfaces.register(registry)
    application_gateways.register(registry)
    bastions.register(registry)
    queries.register(registry)
