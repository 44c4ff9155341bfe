"""How the instances reach the outside: the method Azure would use, decided from what is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scaleset_core.modes import Mode
from scaleset_operations.network import Interface, Network
from scaleset_operations.target import last_segment

Body = Mapping[str, Any]


def outbound_table(network: Network, mode: Mode) -> list[dict[str, Any]]:
    """One record for each IP configuration: its method, through what, and a warning where it has none.

    Azure's order: NAT gateway of the subnet, the instance's own public address, outbound or load-balancing rules of
    its back-end pools, default outbound access.
    """
    return [
        {"instance": face.instance, "interface": face.nic, **_method(network, face, mode)}
        for face in network.interfaces
    ]


def _method(network: Network, face: Interface, mode: Mode) -> dict[str, Any]:
    subnet = network.subnets.get(face.subnet.lower()) or {}
    properties = subnet.get("properties") or {}
    gateway = (properties.get("natGateway") or {}).get("id")
    if gateway:
        return _found("NAT gateway", last_segment(str(gateway)))
    if face.public_address:
        return _found(
            "instance public IP", network.addresses.get(face.public_address.lower(), last_segment(face.public_address))
        )
    for balancer in network.balancers.values():
        through = _through(balancer, face)
        if through:
            return _found(*through)
    if properties.get("defaultOutboundAccess") is False:
        return _none("the subnet is private (defaultOutboundAccess is false) and nothing explicit is set")
    if mode is Mode.FLEXIBLE:
        return _none("instances of a Flexible set made from its profile have no default outbound access")
    return {
        "method": "default outbound access",
        "through": "",
        "warning": "an address that Azure may change; set an outbound rule or a NAT gateway",
    }


def _through(balancer: Body, face: Interface) -> tuple[str, str] | None:
    pools = {item.lower() for item in face.pools}
    properties = balancer.get("properties") or {}
    name = str(balancer.get("name"))
    for rule in properties.get("outboundRules") or []:
        pool = ((rule.get("properties") or {}).get("backendAddressPool") or {}).get("id") or ""
        if str(pool).lower() in pools:
            return "outbound rule", f"{name}/{rule.get('name')}"
    for rule in properties.get("loadBalancingRules") or []:
        inner = rule.get("properties") or {}
        used = {str((inner.get("backendAddressPool") or {}).get("id") or "").lower()}
        used |= {str(item.get("id")).lower() for item in inner.get("backendAddressPools") or []}
        if used & pools and not inner.get("disableOutboundSnat"):
            return "load-balancing rule (implicit SNAT)", f"{name}/{rule.get('name')}"
    return None


def _found(method: str, through: str) -> dict[str, Any]:
    return {"method": method, "through": through, "warning": ""}


def _none(why: str) -> dict[str, Any]:
    return {
        "method": "none",
        "through": "",
        "warning": f"{why}; add an outbound rule, a NAT gateway, or a public address",
    }
