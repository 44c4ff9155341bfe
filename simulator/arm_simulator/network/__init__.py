"""Microsoft.Network: virtual networks, addresses, gateways, security groups, load balancers and interfaces."""

from __future__ import annotations

from arm_simulator.kinds import Registry, ResourceKind


class PublicIPAddressKind(ResourceKind):
    """Stored as given, for now."""

    type = "Microsoft.Network/publicIPAddresses"
    model = "network.PublicIPAddress"
    patch_model = "network.TagsObject"
    etag = "body"
    graph_table = "resources"


def register(registry: Registry) -> None:
    """Add the kinds of Microsoft.Network."""
    registry.add(PublicIPAddressKind())
