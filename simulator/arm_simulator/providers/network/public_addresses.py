"""Public IP addresses, public IP prefixes and NAT gateways."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import TYPE_CHECKING

from arm_simulator.core import errors
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Body, Registry
from arm_simulator.core.store import Resource
from arm_simulator.providers.network.base import NetworkKind, id_objects, id_of, refuse_basic
from arm_simulator.providers.network.virtual_networks import network_security_users

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

ADDRESS_TYPE = "Microsoft.Network/publicIPAddresses"
PREFIX_TYPE = "Microsoft.Network/publicIPPrefixes"
GATEWAY_TYPE = "Microsoft.Network/natGateways"
_POOL = int(ipaddress.IPv4Address("203.0.113.0"))  # TEST-NET-3, then on through benchmarking space
_POOL_2 = int(ipaddress.IPv4Address("198.18.0.0"))


class PublicIPAddressKind(NetworkKind):
    """``publicIPAddresses``: the address never changes and is deterministic, in order of creation."""

    type = ADDRESS_TYPE
    model = "network.PublicIPAddress"

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:
        """Standard addresses are static; SKU and allocation are fixed while in use."""
        properties = body["properties"]
        sku = body.setdefault("sku", {})
        sku.setdefault("name", "Standard" if ctx.api_version >= "2025" else "Basic")
        sku.setdefault("tier", "Regional")
        if existing is None:
            refuse_basic(ctx, "publicIPAddresses", sku["name"])
        standard = sku["name"] != "Basic"
        properties.setdefault("publicIPAddressVersion", "IPv4")
        properties.setdefault(
            "publicIPAllocationMethod", "Static" if standard and ctx.api_version >= "2025" else "Dynamic"
        )
        properties.setdefault("idleTimeoutInMinutes", 4)
        properties.setdefault("ipTags", [])
        if standard and properties["publicIPAllocationMethod"] != "Static":
            raise errors.ArmError(
                400,
                "StandardSkuPublicIPAddressesMustBeStatic",
                f"Standard sku publicIp {rid} must have AllocationMethod set to Static.",
            )
        if existing is not None and (existing.body.get("sku") or {}).get("name") != sku["name"]:
            raise errors.ArmError(
                400,
                "PublicIPSkuChangeNotAllowed",
                f"The sku of public IP address {rid} cannot be changed after creation.",
                "sku.name",
            )
        timeout = properties["idleTimeoutInMinutes"]
        if not 4 <= timeout <= 30:  # noqa: PLR2004 - Azure's range
            raise errors.ArmError(
                400,
                "InvalidIdleTimeout",
                f"The idle timeout of {rid} is {timeout}; it must be 4 to 30 minutes.",
                "properties.idleTimeoutInMinutes",
            )
        if "address" not in ctx.runtime:
            ctx.runtime["address"] = next_address(ctx, properties["publicIPAddressVersion"])
        label = (properties.get("dnsSettings") or {}).get("domainNameLabel")
        if label:
            properties["dnsSettings"]["fqdn"] = f"{label}.{body.get('location')}.cloudapp.azure.com"

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """Nothing may use the address."""
        for reference in ctx.store.referrers(resource.id):
            raise errors.in_use(
                "PublicIPAddressCannotBeDeleted",
                f"Public IP address {resource.id} can not be deleted since it is still allocated to resource "
                f"{reference.via}. "
                "In order to delete the public IP, disassociate/detach the Public IP address from the resource. To "
                "learn how "
                "to do this, see aka.ms/deletepublicip.",
            )

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """The address (a dynamic one only in use) and the resource that uses it."""
        body = super().render(ctx, resource, expand)
        properties = body["properties"]
        users = [reference.via for reference in ctx.store.referrers(resource.id)]
        for user in users:
            if f"/{GATEWAY_TYPE}/".lower() in user.lower():
                properties["natGateway"] = {"id": user}
            else:
                properties["ipConfiguration"] = {"id": user}
        if users or properties.get("publicIPAllocationMethod") == "Static":
            properties["ipAddress"] = resource.runtime.get("address")
        return body


class PublicIPPrefixKind(NetworkKind):
    """``publicIPPrefixes``."""

    type = PREFIX_TYPE
    model = "network.PublicIPPrefix"

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:  # noqa: ARG002
        """The length decides how many addresses are reserved."""
        properties = body["properties"]
        length = properties.get("prefixLength")
        if not isinstance(length, int) or not 24 <= length <= 31:  # noqa: PLR2004 - Azure's range for IPv4
            raise errors.ArmError(
                400,
                "InvalidPublicIPPrefixLength",
                f"The prefix length of {rid} is {length}; it must be 24 to 31.",
                "properties.prefixLength",
            )
        if "prefix" not in ctx.runtime:
            number = ctx.store.next_counter("publicIPPrefixes")
            ctx.runtime["prefix"] = f"{ipaddress.IPv4Address(_POOL_2 + (1 << 16) + number * 256)}/{length}"
        properties["ipPrefix"] = ctx.runtime["prefix"]

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """Nothing may use the prefix."""
        for reference in ctx.store.referrers(resource.id):
            raise errors.in_use(
                "PublicIPPrefixInUse",
                f"Public IP prefix {resource.id} can not be deleted since it is in use by {reference.via}.",
            )


class NatGatewayKind(NetworkKind):
    """``natGateways``."""

    type = GATEWAY_TYPE
    model = "network.NatGateway"

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:  # noqa: ARG002
        """Standard only; its addresses are Standard and free."""
        sku = body.setdefault("sku", {})
        sku.setdefault("name", "Standard")
        body["properties"].setdefault("idleTimeoutInMinutes", 4)
        for address in body["properties"].get("publicIpAddresses") or []:
            check_address_free(ctx, rid, id_of(address), "Standard")

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """No subnet may use it."""
        subnets = network_security_users(ctx, resource.id)
        if subnets:
            raise errors.in_use(
                "InUseNatGatewayCannotBeDeleted",
                f"NAT gateway {resource.id} cannot be deleted because it is in use by the following resources: "
                f"{', '.join(subnets)}.",
            )

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """Add the subnets that use it."""
        body = super().render(ctx, resource, expand)
        subnets = network_security_users(ctx, resource.id)
        if subnets:
            body["properties"]["subnets"] = id_objects(subnets)
        return body


def check_address_free(ctx: Context, user: ResourceId, address_id: str, sku: str | None) -> None:
    """A public address can serve one resource, which has the same SKU.

    Raises:
        ArmError: InvalidResourceReference, PublicIPAddressInUse or a SKU mismatch.
    """
    if not address_id:
        return
    address = ctx.get(address_id)
    if address is None:
        raise errors.invalid_resource_reference(user, address_id)
    for reference in ctx.store.referrers(address.id):
        if reference.source != user.key:
            raise errors.ArmError(
                400,
                "PublicIPAddressInUse",
                f"Resource {user} is referencing public IP address {address_id} that is already allocated to "
                f"resource {reference.via}.",
            )
    own = (address.body.get("sku") or {}).get("name", "Basic")
    if sku is not None and (own == "Basic") != (sku == "Basic"):
        raise errors.ArmError(
            400,
            "DifferentSkuLoadBalancersAndPublicIPAddressNotAllowed",
            f"Standard sku load balancer can reference only standard sku publicIPs, and Basic only Basic: {user} is "
            f"{sku}, {address_id} is {own}.",
        )


def next_address(ctx: Context, version: str) -> str:
    """An address that nobody has had: in order, so that the same requests give the same addresses."""
    number = ctx.store.next_counter("publicIPAddresses")
    if version == "IPv6":
        return str(ipaddress.IPv6Address(int(ipaddress.IPv6Address("2001:db8::")) + number))
    return str(ipaddress.IPv4Address(_POOL + number if number < 255 else _POOL_2 + number))  # noqa: PLR2004 - one /24


def register(registry: Registry) -> None:
    """Add addresses, prefixes and gateways."""
    registry.add(PublicIPAddressKind(), PublicIPPrefixKind(), NatGatewayKind())
