"""Load balancers for the tests: front end, back-end pool, rules, and NAT of every kind."""

from __future__ import annotations

from typing import Any

from operations.world import ROOT, World

NETWORK = f"{ROOT}/providers/Microsoft.Network"
BALANCER = f"{NETWORK}/loadBalancers/lb"
POOL = {"id": f"{BALANCER}/backendAddressPools/pool"}
NAT_POOL = {"id": f"{BALANCER}/inboundNatPools/ssh"}
FRONT = {"id": f"{BALANCER}/frontendIPConfigurations/front"}
RANGE = {"protocol": "Tcp", "frontendPortRangeStart": 50000, "frontendPortRangeEnd": 50099, "backendPort": 22}


def public_address(world: World, name: str = "address") -> dict[str, str]:
    """A public address; its reference."""
    body = {"location": "westeurope", "sku": {"name": "Standard"}, "properties": {"publicIPAllocationMethod": "Static"}}
    world.network("PUT", f"publicIPAddresses/{name}", body)
    return {"id": f"{NETWORK}/publicIPAddresses/{name}"}


def balancer(world: World, *, nat: str = "", outbound: bool = False, rule: bool = False) -> None:
    """The load balancer ``lb`` with the pool ``pool``.

    Args:
        world: The simulator.
        nat: ``"pool"`` for a NAT pool, ``"v2"`` for a NAT rule over the back-end pool, ``""`` for none.
        outbound: Whether it has an outbound rule.
        rule: Whether it has a load-balancing rule, on port 80.
    """
    front = {"name": "front", "properties": {"publicIPAddress": public_address(world)}}
    properties: dict[str, Any] = {"frontendIPConfigurations": [front], "backendAddressPools": [{"name": "pool"}]}
    if nat == "pool":
        properties["inboundNatPools"] = [{"name": "ssh", "properties": {"frontendIPConfiguration": FRONT, **RANGE}}]
    if nat == "v2":
        inner = {"frontendIPConfiguration": FRONT, "backendAddressPool": POOL, **RANGE}
        properties["inboundNatRules"] = [{"name": "ssh", "properties": inner}]
    if outbound:
        inner = {"frontendIPConfigurations": [FRONT], "backendAddressPool": POOL, "protocol": "All"}
        properties["outboundRules"] = [{"name": "out", "properties": inner}]
    if rule:
        ports = {"protocol": "Tcp", "frontendPort": 80, "backendPort": 8080, "disableOutboundSnat": True}
        inner = {"frontendIPConfiguration": FRONT, "backendAddressPools": [POOL], **ports}
        properties["loadBalancingRules"] = [{"name": "http", "properties": inner}]
    body = {"location": "westeurope", "sku": {"name": "Standard"}, "properties": properties}
    world.network("PUT", "loadBalancers/lb", body)
