"""Network interfaces of Uniform instances: rows below the instance, shown by Microsoft.Network's 2018-10-01 API.

They cannot be written by users; Microsoft.Compute makes one for each network configuration of the profile with
:func:`put`, and they are deleted with the instance.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from arm_simulator.core import errors
from arm_simulator.core.ids import ResourceId, parse
from arm_simulator.core.kinds import Body, Registry, ResourceKind
from arm_simulator.core.store import Resource
from arm_simulator.providers.network import nat_pool_rules
from arm_simulator.providers.network.base import NetworkKind, id_of
from arm_simulator.providers.network.interfaces import complete, settle_ports
from arm_simulator.providers.network.load_balancer_children import INSTANCE_INTERFACE_TYPE
from arm_simulator.providers.network.public_addresses import next_address

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

POOLS = "loadBalancerInboundNatPools"


class InstanceInterfaceKind(NetworkKind):
    """``virtualMachineScaleSets/virtualMachines/networkInterfaces``: read only."""

    type = INSTANCE_INTERFACE_TYPE
    tracked = False
    verbs = frozenset({"GET"})
    graph_table = None
    inner = ("ipConfigurations",)

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:  # noqa: ARG002
        """The rules of an ordinary interface."""
        complete(ctx, rid, body["properties"])

    def after_put(self, ctx: Context, resource: Resource, existing: Resource | None) -> None:  # noqa: ARG002
        """Update the ports of V2 NAT rules."""
        settle_ports(ctx, resource)

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """Add the instance it belongs to."""
        body = super().render(ctx, resource, expand)
        assert resource.id.parent is not None
        body["properties"]["virtualMachine"] = {"id": resource.id.parent.path}
        public = public_addresses(resource)
        for configuration in body["properties"].get("ipConfigurations") or []:
            if configuration["name"] in public:
                address = {"id": public[configuration["name"]]["id"]}
                configuration["properties"] = {**configuration["properties"], "publicIPAddress": address}
        nat_pool_rules.show_on_interface(ctx, resource, body)
        return body


class _ComputedKind(ResourceKind):
    """A part of an instance's interface that can be read as a resource."""

    tracked = False
    verbs = frozenset({"GET"})

    def load(self, ctx: Context, rid: ResourceId) -> Resource | None:
        """The part of that name."""
        assert rid.parent is not None
        found = self.load_children(ctx, rid.parent, 0, -1)
        return next((each for each in found if each.id.name.lower() == rid.name.lower()), None)

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:  # noqa: ARG002
        """It as its interface shows it."""
        return resource.body


class InstanceConfigurationKind(_ComputedKind):
    """``.../networkInterfaces/ipConfigurations`` of an instance."""

    type = f"{InstanceInterfaceKind.type}/ipConfigurations"

    def load_children(self, ctx: Context, parent: ResourceId, after: int, limit: int) -> Sequence[Resource]:  # noqa: ARG002
        """Those of an interface."""
        interface = ctx.get(parent)
        shown = ctx.render(interface)["properties"]["ipConfigurations"] if interface else []
        return [] if after else [Resource(id=parse(each["id"]), body=each) for each in shown]


class InstanceAddressKind(_ComputedKind):
    """``.../ipConfigurations/publicIPAddresses`` of an instance."""

    type = f"{InstanceConfigurationKind.type}/publicIPAddresses"

    def load_children(self, ctx: Context, parent: ResourceId, after: int, limit: int) -> Sequence[Resource]:  # noqa: ARG002
        """That of an IP configuration, if it has one."""
        interface = ctx.get(parent.parent) if parent.parent else None
        found = public_addresses(interface).get(parent.name) if interface else None
        return [] if after or not found else [Resource(id=parse(found["id"]), body=found)]


def public_addresses(interface: Resource) -> dict[str, Body]:
    """The public addresses of an interface, as Microsoft.Network shows them, by their IP configuration's name."""
    found: dict[str, Body] = {}
    for name, held in (interface.runtime.get("publicAddresses") or {}).items():
        configuration = f"{interface.id.path}/ipConfigurations/{name}"
        found[name] = {
            "name": held["name"],
            "id": f"{configuration}/publicIPAddresses/{held['name']}",
            "properties": {
                "provisioningState": "Succeeded",
                "publicIPAddressVersion": "IPv4",
                "publicIPAllocationMethod": "Static",
                "ipAddress": held["address"],
                "ipConfiguration": {"id": configuration},
            },
        }
    return found


def put(ctx: Context, instance: ResourceId, configuration: Body) -> Resource:
    """Create or update one interface of a Uniform instance.

    Args:
        ctx: The request.
        instance: ``.../virtualMachineScaleSets/{set}/virtualMachines/{id}``; its row must exist.
        configuration: One of the profile's ``networkInterfaceConfigurations``: name and properties.

    Returns:
        The stored interface. Its NAT pools become ``natPorts`` in ``runtime``: pool key -> front-end port.

    Raises:
        ArmError: InvalidResourceReference, SubnetIsFull, or a NAT pool without a free port.
    """
    source = configuration.get("properties") or {}
    rid = instance.child("networkInterfaces", configuration["name"])
    configurations = []
    nat_pools: dict[str, str] = {}
    public: dict[str, str] = {}
    for item in source.get("ipConfigurations") or []:
        inner = copy.deepcopy(item.get("properties") or {})
        own = f"{rid}/ipConfigurations/{item['name']}"
        nat_pools |= {id_of(pool): own for pool in inner.pop(POOLS, None) or []}
        wanted = inner.pop("publicIPAddressConfiguration", None)
        if wanted is not None:
            public[item["name"]] = str(wanted.get("name") or "public")
        inner.pop("applicationGatewayBackendAddressPools", None)
        configurations.append({"name": item["name"], "properties": inner})
    properties: Body = {"primary": bool(source.get("primary", True)), "ipConfigurations": configurations}
    for name in ("enableAcceleratedNetworking", "enableIPForwarding", "networkSecurityGroup", "dnsSettings"):
        if source.get(name) is not None:
            properties[name] = copy.deepcopy(source[name])
    resource = ctx.put(rid, {"properties": properties}, check_locks=False)
    _claim_pool_ports(ctx, resource, nat_pools)
    _give_addresses(ctx, resource, public)
    return resource


def _give_addresses(ctx: Context, interface: Resource, wanted: dict[str, str]) -> None:
    """A public address for each IP configuration that the profile gives one; it keeps the one that it has."""
    held = interface.runtime.get("publicAddresses") or {}
    new = {
        name: held.get(name) or {"name": address, "address": next_address(ctx, "IPv4")}
        for name, address in wanted.items()
    }
    if new != held:
        interface.runtime["publicAddresses"] = new
        ctx.save_runtime(interface)


def _claim_pool_ports(ctx: Context, interface: Resource, pools: Mapping[str, str]) -> None:
    """Hold a port of each NAT pool, and no other.

    Args:
        ctx: The request.
        interface: The interface.
        pools: The NAT pools' ids, with the id of the IP configuration that is in each.
    """
    wanted = {parse(pool).key: pool for pool in pools}
    held: dict[str, int] = {}
    for key, number, _ in nat_pool_rules.held(ctx, interface.id):
        if key in wanted:
            held[key] = number
        else:
            nat_pool_rules.release(ctx, interface.id, key, number)
    for key, pool in wanted.items():
        element = ctx.inner_element(parse(pool))
        if element is None:
            raise errors.invalid_resource_reference(interface.id, pool)
        if key not in held:
            port = nat_pool_rules.claim(ctx, interface.id, parse(pool), element, pools[pool])
            if port is None:
                inner = element["properties"]
                low, high = inner["frontendPortRangeStart"], inner["frontendPortRangeEnd"]
                raise errors.ArmError(
                    400,
                    "LoadBalancerInboundNatPoolPortRangeExhausted",
                    f"Inbound NAT pool {pool} has only {high - low + 1} frontend ports ({low}-{high}); none is left "
                    f"for {interface.id}.",
                )
            held[key] = port
    if interface.runtime.get("natPorts", {}) != held:
        interface.runtime["natPorts"] = held
        ctx.save_runtime(interface)


def register(registry: Registry) -> None:
    """Add the interfaces of instances."""
    registry.add(InstanceInterfaceKind(), InstanceConfigurationKind(), InstanceAddressKind())
