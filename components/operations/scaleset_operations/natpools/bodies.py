"""The bodies that a migration sends, each made from what Azure has now.

A list that becomes empty is sent as an empty list: Microsoft.Compute keeps what a body does not name.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from scaleset_operations import pools
from scaleset_operations.natpools.model import Body, Change, Plan, configurations, ids, network_of, reference

_AZURES = frozenset({"etag", "systemData", "id", "type", "name"})
_OF_ADDRESSES = frozenset({"provisioningState", "inboundNatRulesPortMapping"})
_BACKEND = "loadBalancerBackendAddressPools"


def sendable(balancer: Body) -> dict[str, Any]:
    """The load balancer without what Azure alone sets.

    That are the rules which it makes of NAT pools (templates that have only the pools leave them out too; those of two
    sets may have the same name), and the addresses of interfaces in a backend pool, which are set at the interfaces.
    """
    found = {name: value for name, value in balancer.items() if name not in _AZURES}
    inner = copy.deepcopy(dict(found["properties"]))
    made = {id(rule) for rule, _ in made_of_nat_pools({"properties": inner})}
    inner["inboundNatRules"] = [each for each in inner.get("inboundNatRules") or [] if id(each) not in made]
    for pool in inner.get("backendAddressPools") or []:
        own = pool.get("properties") or {}
        if "loadBalancerBackendAddresses" in own:
            own["loadBalancerBackendAddresses"] = [
                {**each, "properties": {name: value for name, value in part.items() if name not in _OF_ADDRESSES}}
                for each in own["loadBalancerBackendAddresses"] or []
                if not reference((part := each.get("properties") or {}).get("networkInterfaceIPConfiguration"))
            ]
    return {**found, "properties": inner}


def made_of_nat_pools(balancer: Body) -> Iterator[tuple[Body, str]]:
    """The rules that Azure has made of NAT pools for instances of sets, each with the NAT pool's name.

    They are named ``pool.instance``, or ``pool.instance.nic.configuration`` where an instance has several.
    """
    names = sorted((str(each.get("name")) for each in _part(balancer, "inboundNatPools")), key=len, reverse=True)
    for rule in _part(balancer, "inboundNatRules"):
        target = reference((rule.get("properties") or {}).get("backendIPConfiguration")).lower()
        own = str(rule.get("name")).lower()
        pool = next((name for name in names if own.startswith(f"{name.lower()}.")), None)
        if pool is not None and "/virtualmachinescalesets/" in target:
            yield rule, pool


def with_pools(balancer: Body, names: Sequence[str]) -> dict[str, Any]:
    """The load balancer with these backend pools besides its own."""
    found = copy.deepcopy(dict(balancer))
    own = found["properties"].setdefault("backendAddressPools", [])
    there = {str(each.get("name")).lower() for each in own}
    own += [{"name": name, "properties": {}} for name in names if name.lower() not in there]
    return found


def without_pools(balancer: Body, names: Sequence[str]) -> dict[str, Any]:
    """The load balancer without these backend pools."""
    found = copy.deepcopy(dict(balancer))
    gone = {name.lower() for name in names}
    own = found["properties"].get("backendAddressPools") or []
    found["properties"]["backendAddressPools"] = [each for each in own if str(each.get("name")).lower() not in gone]
    return found


def missing_pools(balancer: Body, names: Sequence[str]) -> list[str]:
    """Those of the backend pools that it does not have."""
    there = _names(balancer, "backendAddressPools")
    return [name for name in names if name.lower() not in there]


def migrated(balancer: Body, plan: Plan) -> dict[str, Any]:
    """The load balancer with the rules in the NAT pools' place."""
    names = [str(each["name"]) for each in plan.nat_pools]
    return pools.with_rules(pools.without_nat_pools(balancer, names), [each.body for each in plan.rules])


def is_migrated(balancer: Body, plan: Plan) -> bool:
    """Whether the rules are in the NAT pools' place, over their pools and with their ports."""
    there = {str(each.get("name")).lower(): each.get("properties") or {} for each in _part(balancer, "inboundNatRules")}
    gone = not {str(each["name"]).lower() for each in plan.nat_pools} & _names(balancer, "inboundNatPools")
    return gone and all(_is_rule(there.get(each.name.lower()), each.body["properties"]) for each in plan.rules)


def _is_rule(found: Body | None, wanted: Body) -> bool:
    if found is None:
        return False
    ports = ("frontendPortRangeStart", "frontendPortRangeEnd", "backendPort")
    references = ("backendAddressPool", "frontendIPConfiguration")
    return all(found.get(each) == wanted.get(each) for each in ports) and all(
        reference(found.get(each)).lower() == reference(wanted.get(each)).lower() for each in references
    )


def without_rules(balancer: Body, plan: Plan) -> dict[str, Any]:
    """The load balancer without the plan's rules; other rules of the same names stay."""
    ours = [each.name for each in plan.rules if each.name.lower() in _over_pools(balancer)]
    return pools.without_rules(balancer, ours)


def has_rules(balancer: Body, plan: Plan) -> bool:
    """Whether one of the plan's rules is there."""
    return bool({each.name.lower() for each in plan.rules} & _over_pools(balancer))


def with_nat_pools(balancer: Body, plan: Plan) -> dict[str, Any]:
    """The load balancer with its NAT pools again."""
    found = copy.deepcopy(dict(balancer))
    there = _names(balancer, "inboundNatPools")
    back = [copy.deepcopy(dict(each)) for each in plan.nat_pools if str(each["name"]).lower() not in there]
    found["properties"]["inboundNatPools"] = [*(found["properties"].get("inboundNatPools") or []), *back]
    return found


def has_nat_pools(balancer: Body, plan: Plan) -> bool:
    """Whether all its NAT pools are there."""
    return {str(each["name"]).lower() for each in plan.nat_pools} <= _names(balancer, "inboundNatPools")


def foreign_nat_pools(balancer: Body, plan: Plan) -> list[str]:
    """NAT pools that the plan does not know."""
    known = {str(each["name"]).lower() for each in plan.nat_pools}
    return [str(each["name"]) for each in _part(balancer, "inboundNatPools") if str(each["name"]).lower() not in known]


def ports_of_nat_pools(balancer: Body, plan: Plan) -> list[str]:
    """The IP configurations that still have a port of a NAT pool."""
    names = {str(each["name"]).lower() for each in plan.nat_pools}
    return [
        reference(rule["properties"]["backendIPConfiguration"])
        for rule, pool in made_of_nat_pools(balancer)
        if pool.lower() in names
    ]


def forward(model: Body, changes: Iterable[Change]) -> dict[str, Any]:
    """The network profile of a set's model, out of the NAT pools and in the backend pools."""
    return _profile(model, changes, back=False)


def backward(model: Body, changes: Iterable[Change]) -> dict[str, Any]:
    """The network profile as it was before, in what the migration has changed."""
    return _profile(model, changes, back=True)


def _profile(model: Body, changes: Iterable[Change], *, back: bool) -> dict[str, Any]:
    found: dict[str, Any] = copy.deepcopy(dict(network_of(model)))
    by_place = {each.place.key: each for each in changes}
    for place, inner in configurations(str(model["id"]), found):
        change = by_place.get(place.key)
        if change is not None:
            _move(inner, pools.NAT_POOLS, change.leaves, into=back)
            _move(inner, _BACKEND, change.joins, into=not back)
    return found


def _move(inner: dict[str, Any], member: str, references: Sequence[str], *, into: bool) -> None:
    there = list(inner.get(member) or [])
    named = {each.lower() for each in ids(there)}
    if into:
        there += [{"id": each} for each in references if each.lower() not in named]
    else:
        moved = {each.lower() for each in references}
        there = [each for each in there if str(each.get("id")).lower() not in moved]
    if references:
        inner[member] = there


def as_wanted(model: Body, changes: Sequence[Change], *, back: bool) -> bool:
    """Whether the model is as it has to be after the migration, or after the rollback (``back``)."""
    by_place = {place.key: body for place, body in configurations(str(model["id"]), network_of(model))}
    for change in changes:
        body = by_place.get(change.place.key)
        if body is None:
            continue
        nat_pools = {each.lower() for each in ids(body.get(pools.NAT_POOLS))}
        backend = {each.lower() for each in ids(body.get(_BACKEND))}
        leaves, joins = {each.lower() for each in change.leaves}, {each.lower() for each in change.joins}
        away, there = (backend & joins, leaves - nat_pools) if back else (nat_pools & leaves, joins - backend)
        if away or there:
            return False
    return True


def _part(balancer: Body, member: str) -> list[Mapping[str, Any]]:
    return list((balancer.get("properties") or {}).get(member) or [])


def _names(balancer: Body, member: str) -> set[str]:
    return {str(each.get("name")).lower() for each in _part(balancer, member)}


def _over_pools(balancer: Body) -> set[str]:
    return {
        str(each.get("name")).lower()
        for each in _part(balancer, "inboundNatRules")
        if reference((each.get("properties") or {}).get("backendAddressPool"))
    }
