"""What is around a scale set, for its picture. What the caller has no permission to read is listed; it is no error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scaleset_operations.azure import Azure
from scaleset_operations.errors import AzureError
from scaleset_operations.instances import Instance
from scaleset_operations.inventory import ScaleSet
from scaleset_operations.network import Network, read_network
from scaleset_operations.target import last_segment

Body = Mapping[str, Any]
_FATAL = frozenset({0, 401})
"""No answer, and nobody signed in: nothing else can be read either."""
_NOT_FOUND, _FORBIDDEN = 404, 403
_NAMES = {
    "load_balancers": "load balancer",
    "network_interfaces": "network interfaces",
    "public_ip_addresses": "public address",
    "subnets": "subnet",
    "nat_gateways": "NAT gateway",
    "network_security_groups": "security group",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The network of a set, as far as it could be read.

    Attributes:
        network: Interfaces, load balancers, addresses, subnets and security groups.
        nat_gateways: The NAT gateways of the subnets, by lower-case ARM id.
        unread: Sentences about what could not be read.
    """

    network: Network
    nat_gateways: Mapping[str, Body] = field(default_factory=dict)
    unread: tuple[str, ...] = ()


class Forgiving:
    """Asks Azure, and notes what it refuses; the answer is then as if there were nothing.

    Attributes:
        unread: What was refused, in sentences.

    Args:
        azure: The clients.
    """

    def __init__(self, azure: Azure) -> None:
        self._azure = azure
        self.unread: list[str] = []

    async def ask(self, group: str, method: str, *arguments: str, **keywords: Any) -> Any:
        """The answer; an empty list or None where it was refused.

        Raises:
            AzureError: Azure gave no answer, or nobody is signed in.
        """
        try:
            return await self._azure.ask(group, method, *arguments, **keywords)
        except AzureError as error:
            if error.status in _FATAL:
                raise
            many = method.startswith("list")
            name = _NAMES[group] if many else f"{_NAMES[group]} {arguments[-1]}"
            self.unread.append(f"{name}: {_reason(error)}")
            return [] if many else None


def _reason(error: AzureError) -> str:
    if error.status == _NOT_FOUND:
        return "something refers to it, and Azure does not have it"
    if error.status == _FORBIDDEN:
        return f"reading it is not allowed ({error.code}); `scaleset roles for set view` names what is needed"
    return str(error)


async def read_surroundings(azure: Azure, scale_set: ScaleSet, instances: Iterable[Instance]) -> Surroundings:
    """Read the interfaces, and everything that they and the set's profile refer to."""
    asking = Forgiving(azure)
    network = await read_network(
        asking, scale_set.target, scale_set.mode, instances, scale_set.model, subnets=True, security_groups=True
    )
    addresses = dict(network.addresses)
    gateways: dict[str, Body] = {}
    for identifier in sorted({_id(_inner(body).get("natGateway")) for body in network.subnets.values()} - {""}):
        body = await _read(asking, "nat_gateways", identifier)
        if body is None:
            continue
        gateways[identifier.lower()] = body
        for each in _inner(body).get("publicIpAddresses") or []:
            address = await _read(asking, "public_ip_addresses", _id(each))
            if address is not None:
                addresses[_id(each).lower()] = str(_inner(address).get("ipAddress") or last_segment(_id(each)))
    if any(_of_set(face.public_address) for face in network.interfaces):
        target = scale_set.target
        found = await asking.ask(
            "public_ip_addresses",
            "list_virtual_machine_scale_set_public_ip_addresses",
            target.resource_group,
            target.name,
        )
        addresses |= {
            _id(each).lower(): str(_inner(each)["ipAddress"]) for each in found if "ipAddress" in _inner(each)
        }
    shown = Network(
        interfaces=network.interfaces,
        balancers=network.balancers,
        addresses=addresses,
        subnets=network.subnets,
        security_groups=network.security_groups,
    )
    return Surroundings(network=shown, nat_gateways=gateways, unread=tuple(dict.fromkeys(asking.unread)))


def _of_set(identifier: str) -> bool:
    """Whether a public address is part of a Uniform instance, and so not a separate resource."""
    return "/virtualmachinescalesets/" in identifier.lower()


async def _read(asking: Forgiving, group: str, identifier: str) -> Body | None:
    parts = identifier.strip("/").split("/")
    body: Body | None = await asking.ask(group, "get", parts[3], parts[-1])
    return body


def _inner(body: Body) -> Body:
    found: Body = body.get("properties") or {}
    return found


def _id(item: object) -> str:
    return str(item.get("id") or "") if isinstance(item, Mapping) else ""
