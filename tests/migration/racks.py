"""Availability sets as people have them, made by plain REST."""

from __future__ import annotations

from typing import Any

from migration.worlds import open_network
from operations.balancers import BALANCER, FRONT, POOL, balancer
from operations.world import ROOT, World

from arm_simulator.testing import SUBSCRIPTION

RACKS = f"{ROOT}/providers/Microsoft.Compute/availabilitySets/racks"
RACK = {
    "location": "westeurope",
    "sku": {"name": "Aligned"},
    "tags": {"team": "data"},
    "properties": {"platformFaultDomainCount": 3, "platformUpdateDomainCount": 5},
}
FEATURE = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Features/providers/Microsoft.Compute/features"


def register(world: World) -> None:
    """Let the subscription take part in the preview."""
    world.call("POST", f"{FEATURE}/MigrateToVmssFlex/register", "2021-07-01")


def availability_set(
    world: World, count: int = 3, *, nat: bool = True, stopped: tuple[int, ...] = (), **more: Any
) -> None:
    """The availability set ``racks`` with machines ``db-0`` and so on, in the pool of a public load balancer.

    Args:
        world: The simulator.
        count: How many machines.
        nat: Whether each has a NAT rule to its port 22, at 50000 and so on.
        stopped: The numbers of the machines that are deallocated.
        more: Members of each machine's properties.
    """
    open_network(world)
    balancer(world, outbound=True, rule=True)
    world.compute("PUT", "availabilitySets/racks", RACK)
    for index in range(count):
        machine(world, f"db-{index}", port=50000 + index if nat else 0, **more)
        if index in stopped:
            world.compute("POST", f"virtualMachines/db-{index}/deallocate")
    register(world)


def machine(world: World, name: str, *, port: int = 0, pooled: bool = True, **more: Any) -> None:
    """A machine of ``racks`` with an interface, in the pool unless it is not wanted, and on request with a NAT rule."""
    inner: dict[str, Any] = {
        "subnet": {"id": f"{ROOT}/providers/Microsoft.Network/virtualNetworks/net/subnets/vms"},
        "primary": True,
        **({"loadBalancerBackendAddressPools": [POOL]} if pooled else {}),
    }
    if port:
        rule = {"frontendIPConfiguration": FRONT, "protocol": "Tcp", "frontendPort": port, "backendPort": 22}
        world.network("PUT", f"loadBalancers/lb/inboundNatRules/{name}-ssh", {"properties": rule})
        inner["loadBalancerInboundNatRules"] = [{"id": f"{BALANCER}/inboundNatRules/{name}-ssh"}]
    face = {"ipConfigurations": [{"name": "ip", "properties": inner}]}
    world.network("PUT", f"networkInterfaces/{name}-nic", {"location": "westeurope", "properties": face})
    profile = world.profile(flexible=True)
    system = {**profile["osProfile"], "computerName": name}
    del system["computerNamePrefix"]
    properties = {
        "hardwareProfile": {"vmSize": "Standard_D8ds_v5"},
        "osProfile": system,
        "storageProfile": profile["storageProfile"],
        "networkProfile": {
            "networkInterfaces": [{"id": f"{ROOT}/providers/Microsoft.Network/networkInterfaces/{name}-nic"}]
        },
        "availabilitySet": {"id": RACKS},
        **more,
    }
    world.compute("PUT", f"virtualMachines/{name}", {"location": "westeurope", "properties": properties})


def power(world: World, name: str) -> str:
    """A machine's power state."""
    view = world.compute("GET", f"virtualMachines/{name}/instanceView")
    return next(str(each["code"]) for each in view["statuses"] if str(each["code"]).startswith("PowerState/"))[11:]


def members(world: World, scale_set: str = "racks-flex") -> list[str]:
    """The names of a scale set's machines."""
    found = world.compute("GET", "virtualMachines")["value"]
    return sorted(
        str(each["name"])
        for each in found
        if str(each["properties"].get("virtualMachineScaleSet", {}).get("id")).endswith(f"/{scale_set}")
    )
