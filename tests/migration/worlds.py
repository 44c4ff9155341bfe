"""Uniform sets as people have them, made by plain REST."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from operations.balancers import BALANCER, NAT_POOL, POOL, balancer
from operations.world import ROOT, World

GROUP_RULE = {
    "priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "*", "sourcePortRange": "*",
    "destinationPortRange": "*", "sourceAddressPrefix": "*", "destinationAddressPrefix": "*",
}  # fmt: skip


def open_network(world: World) -> None:
    """Let everything into the subnet: what reaches an instance is up to the load balancer."""
    rules = [{"name": "all", "properties": GROUP_RULE}]
    body = {"location": "westeurope", "properties": {"securityRules": rules}}
    world.network("PUT", "networkSecurityGroups/open", body)
    subnet = world.network("GET", "virtualNetworks/net/subnets/vms")
    subnet["properties"]["networkSecurityGroup"] = {
        "id": f"{ROOT}/providers/Microsoft.Network/networkSecurityGroups/open"
    }
    world.network("PUT", "virtualNetworks/net/subnets/vms", subnet)


def behind_balancer(world: World, name: str = "web", *, capacity: int = 3, nat: bool = True, **more: Any) -> None:
    """A Uniform set in the pool of a public load balancer, with a NAT pool for SSH."""
    open_network(world)
    balancer(world, nat="pool" if nat else "", outbound=True, rule=True)
    network: dict[str, Any] = {"loadBalancerBackendAddressPools": [POOL]}
    if nat:
        network["loadBalancerInboundNatPools"] = [NAT_POOL]
    world.scale_set(name, "Uniform", capacity, **network, **more)


@dataclass(frozen=True, slots=True)
class Reached:
    """Where packets to the load balancer's address get."""

    web: str
    ports: dict[int, str]


def reached(world: World, ports: range = range(50000, 50003)) -> Reached:
    """The instances behind port 80 and behind each NAT port, ``""`` for none."""
    address = world.network("GET", "publicIPAddresses/address")["properties"]["ipAddress"]
    found = {port: _instance(world, address, port) for port in ports}
    return Reached(_instance(world, address, 80), found)


def _instance(world: World, address: str, port: int) -> str:
    answer = world.simulator.packet(address, port)
    return ", ".join(sorted(each.machine.rsplit("/", 1)[-1] for each in answer.verdicts if each.reached))


__all__ = ["BALANCER", "behind_balancer", "reached"]
