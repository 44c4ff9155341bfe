"""Private addresses: the free ones of a subnet, and their owners. Allocation is deterministic: the lowest free."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from arm_simulator.core import errors
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.ids import parse as parse_id

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_RESERVED_LOW = 4  # network, gateway and two DNS addresses
_RESERVED_HIGH = 1  # broadcast


@lru_cache(maxsize=4096)
def network(text: str) -> Network:
    """A CIDR prefix.

    Raises:
        ArmError: 400 InvalidCIDRNotation.
    """
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise errors.ArmError(
            400, "InvalidCIDRNotation", f"The address prefix {text} has an invalid CIDR notation ({error})."
        ) from None


def subnet_prefixes(properties: dict[str, Any]) -> list[str]:
    """The prefixes of a subnet, from ``addressPrefix`` and ``addressPrefixes``."""
    prefixes = properties.get("addressPrefixes") or []
    single = properties.get("addressPrefix")
    return list(prefixes) if prefixes else [single] if single else []


def usable(prefix: str) -> tuple[int, int]:
    """First and last address that a resource may have, as integers."""
    parsed = network(prefix)
    first, last = int(parsed.network_address), int(parsed.broadcast_address)
    return first + _RESERVED_LOW, last - _RESERVED_HIGH


def scope(subnet: ResourceId) -> str:
    """The scope of a subnet's claims."""
    return f"addresses|{subnet.key}"


def allocate(
    ctx: Context, subnet_id: str, owner: ResourceId, *, element: str, wanted: str | None = None, version: str = "IPv4"
) -> str:
    """Give an address of a subnet to an inner element of a resource; it keeps the one it already has.

    Args:
        ctx: The request.
        subnet_id: The subnet.
        owner: The resource whose deletion ends the claim.
        element: The inner element, for example the IP configuration's name.
        wanted: A static address, or None for the lowest free one.
        version: ``IPv4`` or ``IPv6``.

    Raises:
        ArmError: SubnetIsFull, PrivateIPAddressNotInSubnet or PrivateIPAddressInUse.
    """
    subnet = parse_id(subnet_id)
    resource = ctx.require(subnet)
    where = scope(subnet)
    prefixes = [
        text
        for text in subnet_prefixes(resource.properties)
        if network(text).version == (6 if version == "IPv6" else 4)
    ]
    if wanted:
        return _claim_static(ctx, where, prefixes, subnet, owner, element, wanted)
    for held, number, note in ctx.store.claims_of(owner):
        if held == where and note == element and prefixes:
            return _unfold(number, next((text for text in prefixes if _within(number, text)), prefixes[0]))
    for prefix in prefixes:
        number_or_none = ctx.store.claim_lowest(
            where, _fold(usable(prefix)[0]), _fold(usable(prefix)[1]), owner, element
        )
        if number_or_none is not None:
            return _unfold(number_or_none, prefix)
    raise errors.ArmError(
        400,
        "SubnetIsFull",
        f"Subnet {subnet.name} with address prefix {', '.join(prefixes) or 'none'} does not have enough capacity for "
        "1 IP "
        "addresses.",
    )


def _claim_static(
    ctx: Context,
    where: str,
    prefixes: list[str],
    subnet: ResourceId,
    owner: ResourceId,
    element: str,
    wanted: str,
) -> str:
    try:
        address = ipaddress.ip_address(wanted)
    except ValueError:
        raise errors.ArmError(
            400,
            "InvalidIPAddress",
            f"The IP address {wanted} given by {owner} is not a valid address.",
            "privateIPAddress",
        ) from None
    for prefix in prefixes:
        if address in network(prefix):
            low, high = usable(prefix)
            if not low <= int(address) <= high:
                raise errors.ArmError(
                    400,
                    "PrivateIPAddressInReservedRange",
                    f"Private static IP address {wanted} falls within reserved IP range of subnet prefix {prefix}.",
                )
            break
    else:
        raise errors.ArmError(
            400,
            "PrivateIPAddressNotInSubnet",
            f"Private static IP address {wanted} does not belong to the range of subnet prefix {', '.join(prefixes)}.",
        )
    for held, number, note in ctx.store.claims_of(owner):
        if held == where and note == element and number != _fold(int(address)):
            ctx.store.release(owner, held, number)
    taken = ctx.store.claim(where, _fold(int(address)), owner, element)
    if taken is not None:
        raise errors.ArmError(
            400,
            "PrivateIPAddressInUse",
            f"IP configuration {owner}/ipConfigurations/{element} is using the private IP address {wanted} which is "
            "already "
            f"allocated to resource {taken} in subnet {subnet}.",
        )
    return wanted


def taken(ctx: Context, subnet: ResourceId) -> set[int]:
    """The IPv4 addresses of a subnet that something has."""
    return {number for number, _, _ in ctx.store.claims_in(scope(subnet))}


_FOLD = 1 << 62


def _fold(number: int) -> int:
    """SQLite integers have 63 bits: an IPv6 address keeps its lower part (prefixes of one subnet differ above it)."""
    return number % _FOLD


def _unfold(number: int, prefix: str) -> str:
    parsed = network(prefix)
    base = int(parsed.network_address)
    value = base - _fold(base) + number
    return str(ipaddress.ip_address(value)) if parsed.version == 4 else str(ipaddress.IPv6Address(value))  # noqa: PLR2004


def _within(number: int, prefix: str) -> bool:
    low, high = usable(prefix)
    return _fold(low) <= number <= _fold(high)


def release_unused(ctx: Context, owner: ResourceId, kept: set[tuple[str, str]]) -> None:
    """Free the addresses of inner elements that are gone or moved: ``kept`` holds (subnet key, element)."""
    for held, number, note in ctx.store.claims_of(owner):
        if held.startswith("addresses|") and (held.removeprefix("addresses|"), note) not in kept:
            ctx.store.release(owner, held, number)
