"""Sets without outbound access on purpose: in private subnets, or behind security groups that deny it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from scaleset_core.facts.checks import same
from scaleset_core.facts.properties import Found, View
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.relations import PROFILE_IP, inline_subnet

_INTERFACES: Final = "virtualMachineProfile.networkProfile.networkInterfaceConfigurations"
_SUBNET_IDS: Final = f"{PROFILE_IP}.subnet.id"
_OUTSIDE: Final = frozenset({"Internet", "*", "0.0.0.0/0"})
_INSIDE: Final = frozenset({"VirtualNetwork", "AzureLoadBalancer"})
_LAST: Final = 4096
"""The lowest priority of a rule."""


def isolated(estate: Estate, scale_set: Resource) -> bool:
    """Whether a set certainly has no outbound access on purpose.

    Either each subnet of its profile says that it is private (``defaultOutboundAccess`` is false), or a network
    security group of each denies all traffic to the Internet.
    """
    subnets = list(_subnet_views(estate, scale_set))
    groups = _denying_groups(estate)
    interfaces = list(scale_set.view.each(f"{_INTERFACES}[].networkSecurityGroup.id"))
    if interfaces and all(_is_one_of(estate, each, groups) for each in interfaces):
        return len(interfaces) == len(list(scale_set.view.each(f"{_INTERFACES}[]")))
    return bool(subnets) and all(_is_private(estate, holder, subnet, groups) for holder, subnet in subnets)


def _subnet_views(estate: Estate, scale_set: Resource) -> Iterator[tuple[Resource | None, View]]:
    """The profile's subnets, each with its resource if it is one; an empty view for one that is not known."""
    targets = estate.follow(scale_set, _SUBNET_IDS, arm_types.SUBNET)
    yield from ((subnet, subnet.view) for subnet in targets.sure)
    for subnet_id in targets.outside:
        yield None, inline_subnet(estate, scale_set, _SUBNET_IDS, subnet_id) or View({})
    if targets.blind or targets.maybe:
        yield None, View({})


def _is_private(estate: Estate, holder: Resource | None, subnet: View, groups: frozenset[str]) -> bool:
    access = subnet.first("defaultOutboundAccess")
    if access is not None and access.value is False:
        return True
    group = subnet.first("networkSecurityGroup.id")
    if group is None or not group.known:
        targets = estate.follow(holder, "networkSecurityGroup.id", arm_types.NETWORK_SECURITY_GROUP) if holder else None
        return targets is not None and any(each.key in groups for each in targets.sure)
    return _is_one_of(estate, group, groups)


def _is_one_of(estate: Estate, found: Found, groups: frozenset[str]) -> bool:
    target = estate.by_id(found.value, arm_types.NETWORK_SECURITY_GROUP) if isinstance(found.value, str) else None
    return target is not None and target.key in groups


def _denying_groups(estate: Estate) -> frozenset[str]:
    """The network security groups that deny everything to the Internet, and let nothing out to it before that."""
    return estate.derived("denying-groups", lambda each: frozenset(_denying(each)))


def _denying(estate: Estate) -> Iterator[str]:
    for group in estate.of_type(arm_types.NETWORK_SECURITY_GROUP):
        rules = [rule for rule in group.view.each("securityRules[]") if isinstance(rule.value, Mapping)]
        outward = [rule.value for rule in rules if same(rule.value.get("direction"), "Outbound")]
        to_internet = [rule for rule in outward if rule.get("destinationAddressPrefix") in _OUTSIDE]
        denied = [each for each in to_internet if same(each.get("access"), "Deny") and each.get("protocol") == "*"]
        first = min((_priority(each) for each in denied), default=None)
        allowed = [each for each in outward if each not in denied and same(each.get("access"), "Allow")]
        if first is not None and not any(_priority(each) < first and _leads_out(each) for each in allowed):
            yield group.key


def _leads_out(rule: Mapping[str, Any]) -> bool:
    target = rule.get("destinationAddressPrefix")
    return not isinstance(target, str) or target not in _INSIDE


def _priority(rule: Mapping[str, Any]) -> int:
    found = rule.get("priority")
    return found if isinstance(found, int) else _LAST
