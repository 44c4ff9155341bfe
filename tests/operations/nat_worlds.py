"""Load balancers with NAT pools and the sets behind them, and where packets to their ports get."""

from __future__ import annotations

from typing import Any

from operations.balancers import BALANCER, FRONT, NETWORK, public_address
from operations.world import World

POOL = {"id": f"{BALANCER}/backendAddressPools/pool"}
_ALL = {
    "priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "*", "sourcePortRange": "*",
    "destinationPortRange": "*", "sourceAddressPrefix": "*", "destinationAddressPrefix": "*",
}  # fmt: skip


def nat(name: str) -> dict[str, str]:
    """The reference to a NAT pool."""
    return {"id": f"{BALANCER}/inboundNatPools/{name}"}


def open_network(world: World) -> None:
    """Let everything into the subnet: what reaches an instance is up to the load balancer."""
    body = {"location": "westeurope", "properties": {"securityRules": [{"name": "all", "properties": _ALL}]}}
    world.network("PUT", "networkSecurityGroups/open", body)
    subnet = world.network("GET", "virtualNetworks/net/subnets/vms")
    subnet["properties"]["networkSecurityGroup"] = {"id": f"{NETWORK}/networkSecurityGroups/open"}
    world.network("PUT", "virtualNetworks/net/subnets/vms", subnet)


def nat_pool(name: str, start: int, *, size: int = 50, port: int = 22, **more: Any) -> dict[str, Any]:
    """A NAT pool's body."""
    ends = {"frontendPortRangeStart": start, "frontendPortRangeEnd": start + size - 1}
    inner = {"frontendIPConfiguration": FRONT, "protocol": "Tcp", **ends, "backendPort": port, **more}
    return {"name": name, "properties": inner}


def balancer(world: World, *nat_pools: dict[str, Any], pools: tuple[str, ...] = ("pool",), **more: Any) -> None:
    """The load balancer ``lb`` with a rule for port 80 over its first backend pool, and these NAT pools."""
    open_network(world)
    front = {"name": "front", "properties": {"publicIPAddress": public_address(world)}}
    ports = {"protocol": "Tcp", "frontendPort": 80, "backendPort": 8080, "disableOutboundSnat": True}
    rule = {"frontendIPConfiguration": FRONT, "backendAddressPools": [POOL], **ports}
    properties = {
        "frontendIPConfigurations": [front],
        "backendAddressPools": [{"name": name} for name in pools],
        "loadBalancingRules": [{"name": "http", "properties": rule}],
        "inboundNatPools": list(nat_pools),
        **more,
    }
    body = {"location": "westeurope", "sku": {"name": "Standard"}, "properties": properties}
    world.network("PUT", "loadBalancers/lb", body)


def behind(
    world: World, name: str = "web", capacity: int = 3, *, nats: tuple[str, ...] = ("ssh",), **more: Any
) -> None:
    """A Uniform set in the backend pool ``pool`` and in these NAT pools."""
    network = {"loadBalancerBackendAddressPools": [POOL], "loadBalancerInboundNatPools": [nat(each) for each in nats]}
    world.scale_set(name, "Uniform", capacity, **{**network, **more})


def simple(world: World, capacity: int = 3, **more: Any) -> None:
    """One set behind one NAT pool."""
    balancer(world, nat_pool("ssh", 50000))
    behind(world, capacity=capacity, **more)


def reached(world: World, ports: range = range(50000, 50004), address: str = "address") -> dict[int, str]:
    """The instance that a packet to each port gets to; ports that reach nobody are left out."""
    ip = world.network("GET", f"publicIPAddresses/{address}")["properties"]["ipAddress"]
    found = {}
    for port in ports:
        answer = world.simulator.packet(ip, port)
        names = [each.machine for each in answer.verdicts if each.reached]
        if names:
            found[port] = ", ".join("/".join(name.split("/")[8::2]) for name in sorted(names))
    return found


def web(world: World) -> str:
    """The instances that port 80 is balanced over."""
    return reached(world, range(80, 81)).get(80, "")


def lb(world: World, name: str = "lb") -> dict[str, Any]:
    """What a load balancer has: names of its NAT pools, NAT rules and backend pools."""
    inner = world.network("GET", f"loadBalancers/{name}")["properties"]
    names = ("inboundNatPools", "inboundNatRules", "backendAddressPools")
    return {name: sorted(each["name"] for each in inner[name]) for name in names}


def model(world: World, name: str = "web") -> dict[str, Any]:
    """The network profile of a set."""
    found: dict[str, Any] = world.compute("GET", f"virtualMachineScaleSets/{name}")
    inner: dict[str, Any] = found["properties"]["virtualMachineProfile"]["networkProfile"]
    return inner


def latest(world: World, name: str = "web") -> list[bool]:
    """Whether each instance runs the set's latest model."""
    found = world.compute("GET", f"virtualMachineScaleSets/{name}/virtualMachines")["value"]
    return [each["properties"]["latestModelApplied"] for each in found]


def protect(world: World, name: str, instance: str) -> None:
    """Protect an instance from scale-set actions."""
    path = f"virtualMachineScaleSets/{name}/virtualmachines/{instance}"
    body = world.compute("GET", path)
    body["properties"]["protectionPolicy"] = {"protectFromScaleIn": True, "protectFromScaleSetActions": True}
    world.compute("PUT", path, body)


def policies(world: World, name: str = "web") -> list[Any]:
    """The protection policy of each instance."""
    found = world.compute("GET", f"virtualMachineScaleSets/{name}/virtualMachines")["value"]
    return [each["properties"].get("protectionPolicy") for each in found]


def two_sets(world: World) -> None:
    """Two sets, each with a separate NAT pool and both in one backend pool; an instance of ``web`` is protected."""
    balancer(world, nat_pool("ssh", 50000), nat_pool("rdp", 51000, port=3389))
    behind(world, "web", 3)
    behind(world, "two", 2, nats=("rdp",))
    protect(world, "web", "1")


def picture(world: World) -> dict[str, Any]:
    """All that a migration of :func:`two_sets` changes or has to leave alone."""
    return {
        "ssh": reached(world),
        "rdp": reached(world, range(51000, 51003)),
        "web": web(world),
        "balancer": lb(world),
        "models": [model(world, name) for name in ("web", "two")],
        "latest": latest(world, "web") + latest(world, "two"),
        "protection": policies(world),
        "boots": [each["bootCount"] for name in ("web", "two") for each in world.state(name).values()],
    }
