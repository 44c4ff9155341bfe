"""Application gateways: accepted with their parts, so that scale sets can refer to their back-end pools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arm_simulator.core import errors
from arm_simulator.core.kinds import Registry
from arm_simulator.core.store import Resource
from arm_simulator.providers.network.base import NetworkKind

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context


class ApplicationGatewayKind(NetworkKind):
    """``applicationGateways``."""

    type = "Microsoft.Network/applicationGateways"
    model = "network.ApplicationGateway"
    inner = (
        "gatewayIPConfigurations",
        "frontendIPConfigurations",
        "frontendPorts",
        "backendAddressPools",
        "backendHttpSettingsCollection",
        "httpListeners",
        "requestRoutingRules",
        "probes",
        "sslCertificates",
        "urlPathMaps",
    )

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """No scale set or interface may use a part of it."""
        for user in ctx.store.referrers(resource.id, inner=True):
            raise errors.in_use(
                "ApplicationGatewayInUse",
                f"Cannot delete application gateway {resource.id}: it is in use by {user.via}.",
            )


def register(registry: Registry) -> None:
    """Add application gateways."""
    registry.add(ApplicationGatewayKind())
