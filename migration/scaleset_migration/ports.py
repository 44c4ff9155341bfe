"""Front-end ports of NAT pools: which instance each leads to, and where it leads after the migration."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scaleset_migration.reverse.parts import at, objects
from scaleset_migration.situation import Port


def predicted(balancers: Mapping[str, Mapping[str, Any]], pools: Iterable[str], count: int) -> tuple[Port, ...]:
    """The ports that Azure gives ``count`` new instances: one each, from the pool's first one on.

    Args:
        balancers: The load balancers by their id in lower case.
        pools: The ids of the NAT pools that the set uses.
        count: How many instances there are.
    """
    found: list[Port] = []
    for pool in pools:
        balancer, _, name = pool.partition("/inboundNatPools/")
        body = _pool(balancers.get(balancer.lower(), {}), name)
        first, last = at(body, "frontendPortRangeStart"), at(body, "frontendPortRangeEnd")
        if not isinstance(first, int | float) or not isinstance(last, int | float):
            continue
        for index, port in enumerate(range(int(first), int(last) + 1)[:count]):
            found.append(_port(balancer, body, name, port, str(index), guess=True))
    return tuple(found)


def _pool(balancer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = objects(balancer, "inboundNatPools")
    return next((each for each in found if str(each.get("name")).lower() == name.lower()), {})


def _port(balancer: str, body: Mapping[str, Any], pool: str, port: int, member: str, *, guess: bool) -> Port:
    return Port(
        balancer=balancer,
        frontend=str(at(body, "frontendIPConfiguration.id") or ""),
        pool=pool,
        port=port,
        backend=int(at(body, "backendPort") or 0),
        protocol=str(at(body, "protocol") or "Tcp"),
        member=member,
        predicted=guess,
    )


def by_pool(ports: Sequence[Port]) -> dict[tuple[str, str], list[Port]]:
    """The ports of each pool, by the load balancer's id and the pool's name."""
    found: dict[tuple[str, str], list[Port]] = {}
    for each in ports:
        found.setdefault((each.balancer, each.pool), []).append(each)
    return found
