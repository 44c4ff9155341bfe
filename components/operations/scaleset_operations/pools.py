"""Changes of bodies that Azure answered: which pools an interface is in, which NAT pools a balancer has."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Body = Mapping[str, Any]
POOLS = ("loadBalancerBackendAddressPools", "applicationGatewayBackendAddressPools")
"""The members of an IP configuration that let it take part in traffic."""
NAT_POOLS = "loadBalancerInboundNatPools"


def configurations(body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The properties of the IP configurations of a network interface, or of a set's profile."""
    inner = body.get("properties") or {}
    faces = [body]
    profile = inner.get("virtualMachineProfile")
    if profile is not None:
        faces = (profile.get("networkProfile") or {}).get("networkInterfaceConfigurations") or []
    for face in faces:
        for each in (face.get("properties") or {}).get("ipConfigurations") or []:
            yield each.setdefault("properties", {})


def pools_of(body: Body) -> list[dict[str, Any]]:
    """Per IP configuration: the backend pools that it is in, by member."""
    return [{name: each[name] for name in POOLS if each.get(name)} for each in configurations(_copy(body))]


def in_pools(body: Body) -> bool:
    """Whether any IP configuration takes part in traffic."""
    return any(pools_of(body))


def with_pools(body: Body, wanted: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The body with these pools per IP configuration; configurations that are not given are in none."""
    found = _copy(body)
    for index, each in enumerate(configurations(found)):
        for name in POOLS:
            each.pop(name, None)
        each.update(copy.deepcopy(dict(wanted[index])) if index < len(wanted) else {})
    return found


def nat_pools_of(body: Body) -> list[Any]:
    """Per IP configuration: its NAT pools."""
    return [each.get(NAT_POOLS) or [] for each in configurations(_copy(body))]


def with_nat_pools(body: Body, wanted: Sequence[Any]) -> dict[str, Any]:
    """The body with these NAT pools per IP configuration."""
    found = _copy(body)
    for index, each in enumerate(configurations(found)):
        each.pop(NAT_POOLS, None)
        if index < len(wanted) and wanted[index]:
            each[NAT_POOLS] = copy.deepcopy(wanted[index])
    return found


def with_mode(body: Body, mode: str) -> dict[str, Any]:
    """The set's body with this upgrade mode."""
    found = _copy(body)
    found["properties"]["upgradePolicy"] = {**(found["properties"].get("upgradePolicy") or {}), "mode": mode}
    return found


def mode_of(body: Body) -> str:
    """The set's upgrade mode."""
    return str(((body.get("properties") or {}).get("upgradePolicy") or {}).get("mode") or "Manual")


def used_nat_pools(body: Body) -> Iterator[str]:
    """The ids of the NAT pools that a set's profile uses."""
    for each in nat_pools_of(body):
        for pool in each:
            yield str(pool.get("id"))


def without_nat_pools(balancer: Body, names: Sequence[str]) -> dict[str, Any]:
    """The load balancer without these NAT pools, and without the rules that Azure made of them."""
    found = _copy(balancer)
    inner, gone = found["properties"], {name.lower() for name in names}
    inner["inboundNatPools"] = [each for each in inner.get("inboundNatPools") or [] if _name(each) not in gone]
    inner["inboundNatRules"] = [
        each for each in inner.get("inboundNatRules") or [] if _name(each).rpartition(".")[0] not in gone
    ]
    return found


def with_rules(balancer: Body, rules: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The load balancer with these NAT rules besides its own."""
    found = _copy(balancer)
    inner, new = found["properties"], {_name(each) for each in rules}
    kept = [each for each in inner.get("inboundNatRules") or [] if _name(each) not in new]
    inner["inboundNatRules"] = [*kept, *copy.deepcopy(list(rules))]
    return found


def without_rules(balancer: Body, names: Sequence[str]) -> dict[str, Any]:
    """The load balancer without these NAT rules."""
    found = _copy(balancer)
    gone = {name.lower() for name in names}
    inner = found["properties"]
    inner["inboundNatRules"] = [each for each in inner.get("inboundNatRules") or [] if _name(each) not in gone]
    return found


def _name(part: Body) -> str:
    return str(part.get("name")).lower()


def _copy(body: Body) -> dict[str, Any]:
    return copy.deepcopy(dict(body))
