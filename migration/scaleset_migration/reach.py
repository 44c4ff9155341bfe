"""Whether a set's front-end ports answer: a TCP connection to each of them, from the machine that runs this."""

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from scaleset_core.modes import Mode
from scaleset_migration.verdict import Verdict
from scaleset_operations.azure import Azure
from scaleset_operations.calls import COMPUTE
from scaleset_operations.inventory import live_instances
from scaleset_operations.network import Network, front_end, nat_mappings, read_network
from scaleset_operations.ports import with_ports
from scaleset_operations.target import parse_target

ANSWERS = "answers"
_SIDE_BY_SIDE = 32


@dataclass(frozen=True, slots=True, order=True)
class Endpoint:
    """A front-end port of a load balancer.

    Attributes:
        host: Its address.
        port: Its port.
        rule: The rule that it belongs to.
    """

    host: str
    port: int
    rule: str


def endpoints(network: Network) -> list[Endpoint]:
    """The TCP ports at which load balancers lead to a set: by load-balancing rules, and by NAT rules.

    Args:
        network: The set's network.
    """
    pools = {pool.lower() for face in network.interfaces for pool in face.pools}
    found = {
        Endpoint(str(each.row["frontend"]), each.row["frontendPort"], str(each.row["rule"]))
        for each in nat_mappings(network)
        if not each.elsewhere and isinstance(each.row["frontendPort"], int) and _is_tcp(each.row["protocol"])
    }
    for balancer in network.balancers.values():
        found |= set(_balanced(network, balancer, pools))
    return sorted(found)


def _balanced(network: Network, balancer: Mapping[str, Any], pools: set[str]) -> Iterator[Endpoint]:
    for rule in (balancer.get("properties") or {}).get("loadBalancingRules") or []:
        inner = rule.get("properties") or {}
        named = [inner.get("backendAddressPool"), *(inner.get("backendAddressPools") or [])]
        port = inner.get("frontendPort")
        if not _is_tcp(inner.get("protocol")) or not port:  # port 0 means all ports: there is none to try
            continue
        if {str(each.get("id")).lower() for each in named if each} & pools:
            front = str((inner.get("frontendIPConfiguration") or {}).get("id"))
            yield Endpoint(front_end(network, balancer, front), int(port), str(rule.get("name")))


def _is_tcp(protocol: object) -> bool:
    return str(protocol).lower() in {"tcp", "all"}


async def read_endpoints(azure: Azure, identity: str) -> list[Endpoint]:
    """The endpoints of a Flexible set that runs.

    Args:
        azure: The clients of its subscription.
        identity: Its ARM id.

    Raises:
        AzureError: Azure refused.
    """
    model = await azure.get(identity, COMPUTE)
    if model is None:
        return []
    target = parse_target(identity)
    instances = await live_instances(azure, target, Mode.FLEXIBLE)
    network, _ = await with_ports(azure, await read_network(azure, target, Mode.FLEXIBLE, instances, model))
    return endpoints(network)


async def connected(found: Sequence[Endpoint], seconds: float) -> list[Verdict]:
    """A verdict for each endpoint: whether somebody takes the connection.

    Args:
        found: The endpoints.
        seconds: How long to wait for each.
    """
    gate = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def one(each: Endpoint) -> Verdict:
        async with gate:
            answer = await _connect(each.host, each.port, seconds)
        return Verdict(f"tcp {each.host}:{each.port} ({each.rule})", ANSWERS, answer)

    return list(await asyncio.gather(*map(one, found)))


async def _connect(host: str, port: int, seconds: float) -> str:
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), seconds)
    except TimeoutError:
        return f"no answer within {seconds:g} s"
    except OSError as error:
        return os.strerror(error.errno).lower() if error.errno else str(error)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return ANSWERS
