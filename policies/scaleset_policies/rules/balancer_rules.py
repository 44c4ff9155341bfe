"""The rules of an estate's load balancers that translate the outbound traffic of a set's instances."""

from dataclasses import dataclass, field
from typing import Final

from scaleset_core.facts.outbound import Known, Translation
from scaleset_core.facts.properties import UNKNOWN, Found, NotKnownError, View
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource, normal_id
from scaleset_policies.relations import POOL_PATHS, PROFILE_IP, balancers_of

_POOL_IDS: Final = POOL_PATHS[0]
_POOL: Final = "/backendaddresspools/"


@dataclass(frozen=True, slots=True)
class Translations:
    """The rules that may serve the set's profile.

    Attributes:
        outbound: Outbound rules.
        balancing: Load-balancing rules.
        hidden: What else may translate and is not known.
    """

    outbound: list[Translation] = field(default_factory=list)
    balancing: list[Translation] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)


def translations(estate: Estate, scale_set: Resource) -> Translations:
    """The rules of the load balancers that a set's profile names."""
    found = Translations()
    targets = balancers_of(estate, scale_set)
    for balancer in targets.sure:
        pools = _Pools(estate, scale_set, balancer, alone=len(targets.sure) == 1 and targets.settled)
        for member, kind in (("outboundRules", found.outbound), ("loadBalancingRules", found.balancing)):
            try:
                rules = balancer.view.members(member)
            except NotKnownError as error:
                found.hidden.append(f"{error.path} of {balancer}")
                continue
            kind += [_translation(rule, balancer, pools, outbound=member == "outboundRules") for rule in rules]
    if targets.maybe or targets.outside or targets.blind:
        found.hidden.append(f"{PROFILE_IP}.loadBalancerBackendAddressPools")
    return found


def _translation(rule: View, balancer: Resource, pools: "_Pools", *, outbound: bool) -> Translation:
    name = rule.first("name")
    shown = name.value if name is not None and isinstance(name.value, str) else rule.path("")
    public = _public(rule, balancer)
    if outbound:
        # Azure accepts outbound rules only with a public front end: an unknown front end is public, or refused.
        return Translation(name=f"{balancer}/{shown}", serves=pools.serves(rule), public=public is not False)
    return Translation(name=f"{balancer}/{shown}", serves=pools.serves(rule), public=public, snat=_snat(rule, balancer))


def _snat(rule: View, balancer: Resource) -> Known:
    try:
        return rule.value("disableOutboundSnat") is not True
    except NotKnownError as error:
        return f"{error.path} of {balancer}"


def _public(rule: View, balancer: Resource) -> Known:
    """Whether the front end of a rule has a public address."""
    fronts = [(_name(front), _front(front)) for front in _members(balancer.view, "frontendIPConfigurations")]
    kinds = {kind for _, kind in fronts}
    if len(kinds) == 1 and None not in kinds:
        return kinds == {True}
    named = {
        _last(each)
        for path in ("frontendIPConfiguration.id", "frontendIPConfigurations[].id")
        for each in rule.each(path)
    }
    chosen = {kind for name, kind in fronts if name in named} if None not in named else set()
    if len(chosen) == 1 and None not in chosen:
        return chosen == {True}
    return f"frontendIPConfigurations of {balancer}"


def _front(front: View) -> bool | None:
    """Whether a front end is public; None if it is not known."""
    try:
        if front.has("publicIPAddress") or front.has("publicIPPrefix"):
            return True
        return False if front.has("subnet") or front.has("privateIPAddress") else None
    except NotKnownError:
        return None


class _Pools:
    """The pools of one load balancer that the profile's instances are in, as far as they are known."""

    def __init__(self, estate: Estate, scale_set: Resource, balancer: Resource, *, alone: bool) -> None:
        ids = list(scale_set.view.each(_POOL_IDS))
        own = [each for each in ids if _is_of(estate, each, balancer, alone=alone)]
        self._member = bool(own)
        self._names = {_last(each) for each in own}
        inline = _members(balancer.view, "backendAddressPools")
        apart = estate.children(balancer, arm_types.BACKEND_POOL)
        self._only = len({id(each) for each in (*inline, *apart)}) == 1
        self._balancer = balancer

    def serves(self, rule: View) -> Known:
        """Whether the rule is one of the instances' pools."""
        if not self._member:
            return False
        used = [each for path in ("backendAddressPool", "backendAddressPools[]") for each in rule.each(f"{path}.id")]
        if not used:
            return False
        named = {_last(each) for each in used}
        if self._names & named - {None} or self._only:
            return True
        if None in self._names or None in named:
            return f"{rule.path('backendAddressPool')} of {self._balancer}"
        return False


def _is_of(estate: Estate, found: Found, balancer: Resource, *, alone: bool) -> bool:
    """Whether a pool's id may name a pool of this load balancer."""
    if not isinstance(found.value, str):
        return True
    target = estate.by_id(found.value, arm_types.LOAD_BALANCER)
    if target is not None:
        return target is balancer
    named = normal_id(found.value).rpartition(_POOL)[0].rpartition("/")[2]
    return alone or named == (_text(balancer.view, "loadBalancerName") or balancer.name).lower()


def _last(found: Found) -> str | None:
    """The last part of an id, which is a name inside the load balancer; None if it is not known."""
    return normal_id(found.value).rpartition("/")[2] if isinstance(found.value, str) else None


def _name(view: View) -> str | None:
    return _text(view, "name").lower() or None


def _text(view: View, path: str) -> str:
    found = view.first(path)
    return found.value if found is not None and isinstance(found.value, str) else ""


def _members(view: View, path: str) -> list[View]:
    try:
        return list(view.members(path))
    except NotKnownError:
        return [View(UNKNOWN), View(UNKNOWN)]
