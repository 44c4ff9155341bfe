"""The plan, from what Azure shows: which rule takes a NAT pool's place, over which backend pool, who joins it.

A rule is over one backend pool, and each IP configuration in that pool gets a port of it: the pool must have exactly
those that use the NAT pool. A NIC's IPv6 configuration is another one than its IPv4 configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scaleset_operations.natpools.model import (
    Body,
    Change,
    Place,
    Plan,
    Rule,
    configurations,
    ids,
    network_of,
    reference,
)
from scaleset_operations.pools import NAT_POOLS

_BACKEND = "loadBalancerBackendAddressPools"
_COPIED = (
    "frontendIPConfiguration", "protocol", "frontendPortRangeStart", "frontendPortRangeEnd", "backendPort",
    "idleTimeoutInMinutes", "enableFloatingIP", "enableTcpReset",
)  # fmt: skip
_INSTANCE = re.compile(
    r"^(?P<set>.*/virtualmachinescalesets/[^/]+)/virtualmachines/[^/]+/networkinterfaces/(?P<nic>[^/]+)"
    r"/ipconfigurations/(?P<configuration>[^/]+)$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Pool:
    """A backend pool that a rule may be over: who is in it, and which ports of them are taken by rules over it."""

    id: str
    members: frozenset[str]
    taken: set[tuple[str, int]] = field(default_factory=set)
    new: bool = False


def plan_balancer(balancer: Body, models: Iterable[Body]) -> Plan:
    """The migration of one load balancer.

    Args:
        balancer: The load balancer as Azure has it.
        models: All scale sets that refer to it, or whose instances do; Flexible ones too.
    """
    identity, inner = str(balancer["id"]), balancer.get("properties") or {}
    known = list(models)
    places = [found for model in known for found in configurations(str(model["id"]), network_of(model))]
    pools = list(_pools(inner, places))
    taken = {_name(each) for each in inner.get("backendAddressPools") or []}
    rules: list[Rule] = []
    joins: dict[str, list[str]] = {}
    for nat_pool in inner.get("inboundNatPools") or []:
        users = tuple(place for place, body in places if _uses(body, NAT_POOLS, str(nat_pool["id"])))
        pool = _chosen(pools, users, nat_pool)
        if pool is None:
            name = _free(f"nat-{nat_pool['name']}", taken)
            taken.add(name.lower())
            members = frozenset(place.key for place in users)
            pool = _Pool(f"{identity}/backendAddressPools/{name}", members, new=True)
            pools.append(pool)
        pool.taken.add(_port(nat_pool))
        if pool.new:
            for place in users:
                joins.setdefault(place.key, []).append(pool.id)
        rules.append(_rule(nat_pool, pool.id, users, inner))
    changes = _changes(identity, places, joins)
    changed = {each.place.scale_set.lower() for each in changes}
    stale = [each for each in _with_ports(inner, known) if each.lower() not in changed]
    return Plan(
        balancer=identity,
        nat_pools=tuple(inner.get("inboundNatPools") or []),
        rules=tuple(rules),
        new_pools=tuple(each.id.rsplit("/", 1)[-1] for each in pools if each.new),
        changes=changes,
        stale=tuple(stale),
    )


def sets_with_ports(balancer: Body) -> dict[str, str]:
    """The sets whose instances have a port of a NAT pool: the id by its lower case.

    Azure lists the rules that it makes of a NAT pool among the load balancer's, each with the IP configuration that it
    leads to. A set's model may not name the pool any more while instances still do.
    """
    found = {}
    for rule in (balancer.get("properties") or {}).get("inboundNatRules") or []:
        match = _INSTANCE.match(reference((rule.get("properties") or {}).get("backendIPConfiguration")))
        if match is not None:
            found[match["set"].lower()] = match["set"]
    return found


def _with_ports(inner: Body, models: Iterable[Body]) -> Iterator[str]:
    spelled = {str(model["id"]).lower(): str(model["id"]) for model in models}
    for key, identity in sets_with_ports({"properties": inner}).items():
        yield spelled.get(key, identity)


def _pools(inner: Body, places: list[tuple[Place, dict[str, Any]]]) -> Iterator[_Pool]:
    """The backend pools that have nobody in them but IP configurations of the sets' profiles."""
    for each in inner.get("backendAddressPools") or []:
        identity, properties = str(each["id"]), each.get("properties") or {}
        members = frozenset(place.key for place, body in places if _uses(body, _BACKEND, identity))
        there = {_member(found) for found in ids(properties.get("backendIPConfigurations"))}
        by_address = any(
            not reference((item.get("properties") or {}).get("networkInterfaceIPConfiguration"))
            for item in properties.get("loadBalancerBackendAddresses") or []
        )
        if there <= members and not by_address:
            yield _Pool(identity, members, set(_taken(inner, identity)))


def _member(configuration: str) -> str:
    match = _INSTANCE.match(configuration)
    return "|".join(match.group("set", "nic", "configuration")).lower() if match else configuration.lower()


def _taken(inner: Body, pool: str) -> Iterator[tuple[str, int]]:
    """The ports of a pool's members that rules send to: no NAT rule over the pool may send there too."""
    for rule in (*(inner.get("loadBalancingRules") or []), *(inner.get("inboundNatRules") or [])):
        properties = rule.get("properties") or {}
        over = [properties.get("backendAddressPool"), *(properties.get("backendAddressPools") or [])]
        if pool.lower() in {reference(each).lower() for each in over}:
            yield _port(rule)


def _port(part: Body) -> tuple[str, int]:
    inner = part.get("properties") or {}
    return str(inner.get("protocol") or "Tcp").lower(), int(inner.get("backendPort") or 0)


def _chosen(pools: Iterable[_Pool], users: tuple[Place, ...], nat_pool: Body) -> _Pool | None:
    wanted = frozenset(place.key for place in users)
    for each in pools:
        if wanted and each.members == wanted and not any(_collide(_port(nat_pool), other) for other in each.taken):
            return each
    return None


def _collide(left: tuple[str, int], right: tuple[str, int]) -> bool:
    same_protocol = left[0] == right[0] or "all" in {left[0], right[0]}
    return same_protocol and (left[1] == right[1] or 0 in {left[1], right[1]})


def _rule(nat_pool: Body, pool: str, users: tuple[Place, ...], inner: Body) -> Rule:
    own = str(nat_pool["name"])
    taken = {_name(each) for each in inner.get("inboundNatRules") or []}
    name = _free(own, taken)
    source = nat_pool.get("properties") or {}
    properties: dict[str, Any] = {each: source[each] for each in _COPIED if source.get(each) is not None}
    front = reference(properties.get("frontendIPConfiguration"))
    properties |= {"frontendIPConfiguration": {"id": front}, "backendAddressPool": {"id": pool}}
    return Rule(nat_pool=own, name=name, pool=pool, body={"name": name, "properties": properties}, places=users)


def _changes(
    balancer: str, places: Iterable[tuple[Place, dict[str, Any]]], joins: Mapping[str, list[str]]
) -> tuple[Change, ...]:
    mark = f"{balancer}/inboundNatPools/".lower()
    found = []
    for place, body in places:
        leaves = tuple(each for each in ids(body.get(NAT_POOLS)) if each.lower().startswith(mark))
        if leaves:
            found.append(Change(place=place, leaves=leaves, joins=tuple(dict.fromkeys(joins.get(place.key, ())))))
    return tuple(found)


def _uses(body: Body, member: str, identity: str) -> bool:
    return identity.lower() in {each.lower() for each in ids(body.get(member))}


def _free(name: str, taken: Iterable[str]) -> str:
    names = set(taken)
    candidates = (name if number == 1 else f"{name}-{number}" for number in range(1, len(names) + 2))
    return next(each for each in candidates if each.lower() not in names)


def _name(part: Body) -> str:
    return str(part.get("name")).lower()
