"""Virtual networks and subnets. Subnets are separate rows; a network shows them inline.

A PUT of a network with ``subnets`` replaces the set of subnets; without the member they stay, as with today's API.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from arm_simulator.core import errors
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Body, Registry
from arm_simulator.core.store import Resource
from arm_simulator.providers.network import addressing, queries
from arm_simulator.providers.network.base import (
    NetworkKind,
    id_objects,
    of_type,
    strip_inner,
    unique,
)

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

NETWORK_TYPE = "Microsoft.Network/virtualNetworks"
SUBNET_TYPE = "Microsoft.Network/virtualNetworks/subnets"
PRIVATE_SUBNETS_SINCE = "2025-07-01"  # networks made with this API version or later have no default outbound access


class VirtualNetworkKind(NetworkKind):
    """``virtualNetworks``."""

    type = NETWORK_TYPE
    model = "network.VirtualNetwork"
    inner = ("virtualNetworkPeerings",)

    def __init__(self) -> None:
        super().__init__()
        self.views["checkipaddressavailability"] = queries.check_address

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:
        """The address space must be valid; inline subnets are removed from the body and written as rows afterwards."""
        properties = body["properties"]
        prefixes = (properties.get("addressSpace") or {}).get("addressPrefixes") or []
        if not prefixes:
            raise errors.ArmError(
                400,
                "InvalidRequestFormat",
                "Cannot parse the request. Required member 'properties.addressSpace' is missing.",
                "properties.addressSpace.addressPrefixes",
            )
        networks = [addressing.network(prefix) for prefix in prefixes]
        subnets = properties.pop("subnets", None)
        strip_inner(rid, {"subnets": subnets}, ("subnets",))
        ctx.scratch["subnets"] = subnets
        if existing is not None and subnets is None:
            for subnet in ctx.store.list(type=SUBNET_TYPE, parent=rid):
                for prefix in addressing.subnet_prefixes(subnet.properties):
                    if not any(_inside(prefix, space.with_prefixlen) for space in networks):
                        raise _not_valid(subnet.id.name, rid.name)
        properties.setdefault("enableDdosProtection", False)

    def after_put(self, ctx: Context, resource: Resource, existing: Resource | None) -> None:  # noqa: ARG002
        """Make the rows of the subnets equal to the inline list."""
        subnets = ctx.scratch.pop("subnets", None)
        if subnets is None:
            return
        wanted = {str(subnet["name"]).lower() for subnet in subnets}
        for row in ctx.store.list(type=SUBNET_TYPE, parent=resource.id):
            if row.id.name.lower() not in wanted:
                ctx.delete(row.id)
        for subnet in subnets:
            body = {"properties": subnet.get("properties") or {}}
            ctx.put(resource.id.child("subnets", subnet["name"]), body, check_locks=False)

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """No subnet may be in use."""
        for subnet in ctx.store.list(type=SUBNET_TYPE, parent=resource.id):
            check_subnet_free(ctx, subnet)

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """Add the subnets inline."""
        body = super().render(ctx, resource, expand)
        rows = ctx.store.list(type=SUBNET_TYPE, parent=resource.id)
        body["properties"]["subnets"] = [ctx.render(row) for row in rows]
        body["properties"].setdefault("virtualNetworkPeerings", [])
        return body


class SubnetKind(NetworkKind):
    """``virtualNetworks/subnets``."""

    type = SUBNET_TYPE
    model = "network.Subnet"
    tracked = False
    verbs = frozenset({"GET", "PUT", "DELETE"})
    graph_table = None
    inner = ("delegations",)

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:
        """Prefixes are inside the network, do not overlap, and do not change while addresses are in use."""
        properties = body["properties"]
        prefixes = addressing.subnet_prefixes(properties)
        if not prefixes:
            raise errors.ArmError(
                400,
                "InvalidRequestFormat",
                f"Cannot parse the request. Required member 'properties.addressPrefix' of subnet {rid.name} is "
                "missing.",
                "properties.addressPrefix",
            )
        assert rid.parent is not None
        network = ctx.require(rid.parent)
        spaces = network.properties["addressSpace"]["addressPrefixes"]
        for prefix in prefixes:
            if not any(_inside(prefix, space) for space in spaces):
                raise _not_valid(rid.name, rid.parent.name)
        for other in ctx.store.list(type=SUBNET_TYPE, parent=rid.parent):
            if other.id != rid and _overlap(prefixes, addressing.subnet_prefixes(other.properties)):
                raise errors.ArmError(
                    400,
                    "NetcfgSubnetRangesOverlap",
                    f"Subnet '{rid.name}' is not valid because its IP address range overlaps with that of an "
                    "existing subnet "
                    f"in virtual network '{rid.parent.name}'.",
                )
        if existing is not None and prefixes != addressing.subnet_prefixes(existing.properties):
            self._check_prefix_change(ctx, rid, existing)
        if len(prefixes) == 1 and "addressPrefix" in properties:
            properties.pop("addressPrefixes", None)
        properties.setdefault("privateEndpointNetworkPolicies", "Disabled")
        properties.setdefault("privateLinkServiceNetworkPolicies", "Enabled")
        properties.setdefault("delegations", [])
        if existing is None and ctx.api_version >= PRIVATE_SUBNETS_SINCE:
            properties.setdefault("defaultOutboundAccess", False)

    def _check_prefix_change(self, ctx: Context, rid: ResourceId, existing: Resource) -> None:
        if ctx.store.claims_in(addressing.scope(rid)):
            old = ", ".join(addressing.subnet_prefixes(existing.properties))
            raise errors.ArmError(
                400,
                "InUsePrefixCannotBeDeleted",
                f"IpPrefix {old} on Subnet {rid.name} has active allocations and cannot be deleted.",
            )

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """Nothing may refer to the subnet."""
        check_subnet_free(ctx, resource)

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """Add the IP configurations that use it."""
        body = super().render(ctx, resource, expand)
        users = [
            reference.via
            for reference in ctx.store.referrers(resource.id)
            if "/ipconfigurations/" in reference.via.lower()
        ]
        if users:
            body["properties"]["ipConfigurations"] = id_objects(users)
        return body


def check_subnet_free(ctx: Context, subnet: Resource) -> None:
    """Raise InUseSubnetCannotBeDeleted while an interface, load balancer, gateway or scale set refers to the subnet."""
    users = unique(reference.via for reference in ctx.store.referrers(subnet.id))
    if users:
        raise errors.in_use(
            "InUseSubnetCannotBeDeleted",
            f"Subnet {subnet.id.name} is in use by {users[0]} and cannot be deleted. In order to delete the subnet, "
            "delete all "
            "the resources within the subnet. See aka.ms/deletesubnet.",
        )


def network_security_users(ctx: Context, target: ResourceId) -> list[str]:
    """The subnets that refer to a security group, NAT gateway or route table."""
    return [reference.via for reference in of_type(ctx.store.referrers(target), SUBNET_TYPE)]


def _inside(prefix: str, space: str) -> bool:
    inner, outer = addressing.network(prefix), addressing.network(space)
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]


def _overlap(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    return any(
        addressing.network(one).version == addressing.network(two).version
        and addressing.network(one).overlaps(addressing.network(two))
        for one in mine
        for two in theirs
    )


def _not_valid(subnet: str, network: str) -> errors.ArmError:
    return errors.ArmError(
        400, "NetcfgInvalidSubnet", f"Subnet '{subnet}' is not valid in virtual network '{network}'."
    )


def register(registry: Registry) -> None:
    """Add networks and subnets."""
    registry.add(VirtualNetworkKind(), SubnetKind())
