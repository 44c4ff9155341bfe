"""Outbound access of the instances that a Flexible set creates: they have no default outbound access."""

from collections.abc import Iterator
from typing import Any

from scaleset_core.facts.checks import Finding
from scaleset_core.facts.outbound import Answer, Known, Method, Situation, any_of, decide
from scaleset_core.facts.properties import UNKNOWN, NotKnownError, View
from scaleset_core.modes import Mode
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource, normal_id
from scaleset_policies.outcome import PASSES, Outcome, not_applicable
from scaleset_policies.relations import PROFILE_IP, inline_subnet, inline_subnets, is_mode
from scaleset_policies.rules.balancer_rules import translations
from scaleset_policies.rules.isolation import isolated
from scaleset_policies.rules.related import decides

_NETWORK = "virtualMachineProfile.networkProfile"
_SUBNET_IDS = f"{PROFILE_IP}.subnet.id"
_PUBLIC_ADDRESS = f"{PROFILE_IP}.publicIPAddressConfiguration"


@decides("explicit-outbound-on-flexible", arm_types.SCALE_SET)
def explicit_outbound(estate: Estate, scale_set: Resource) -> Outcome:
    """A Flexible set's profile has a public address, a translating load balancer, or a subnet with outbound access."""
    flexible = is_mode(scale_set, Mode.FLEXIBLE)
    if flexible is False:
        return not_applicable("the rule is about Flexible sets")
    profile = scale_set.view.first(_NETWORK)
    if profile is None:
        return not_applicable("the set creates no instances from a profile with a network")
    answer = outbound_of(estate, scale_set)
    if answer.explicit:
        return PASSES
    if answer.method is Method.UNDECIDED or flexible is None or not estate.whole:
        return Outcome(undecided=answer.missing or ("orchestrationMode",))
    if isolated(estate, scale_set):
        return not_applicable("its subnets are private by their own setting, or its traffic to the Internet is denied")
    why = answer.reason.rpartition("; ")[0]
    detail = "no outbound rule, NAT gateway, public address or route table was found"
    return Outcome((Finding(profile.path, detail=f"{detail}; {why}" if why else detail),))


def outbound_of(estate: Estate, scale_set: Resource) -> Answer:
    """The outbound method of the instances that a Flexible set creates, as far as the estate shows it."""
    found = translations(estate, scale_set)
    subnets = list(_subnets(estate, scale_set))
    return decide(
        Situation(
            flexible=True,
            nat_gateway=any_of(*(gateway for gateway, _ in subnets)),
            route_table=any_of(*(routes for _, routes in subnets)),
            public_address=any_of(*_public_addresses(scale_set.view)),
            outbound_rules=tuple(found.outbound),
            balancing_rules=tuple(found.balancing),
            hidden=tuple(found.hidden),
        )
    )


def _public_addresses(view: View) -> Iterator[Known]:
    for found in view.each(_PUBLIC_ADDRESS):
        yield found.path if found.hidden else True


def _subnets(estate: Estate, scale_set: Resource) -> Iterator[tuple[Known, Known]]:
    """Whether each of the profile's subnets has a NAT gateway, and whether it has a route table."""
    targets = estate.follow(scale_set, _SUBNET_IDS, arm_types.SUBNET)
    for subnet in targets.sure:
        yield _way_out(subnet.view, str(subnet))
    for subnet_id in targets.outside:
        inline = inline_subnet(estate, scale_set, _SUBNET_IDS, subnet_id)
        name = normal_id(subnet_id).rpartition("/")[2]
        yield (subnet_id, False) if inline is None else _way_out(inline, name)
    if targets.blind or targets.maybe:
        networks = estate.follow(scale_set, _SUBNET_IDS, arm_types.VIRTUAL_NETWORK)
        if len(networks.sure) == 1 and not networks.maybe and not targets.maybe:
            yield _any_inline_subnet(networks.sure[0])
        else:
            yield _SUBNET_IDS, False


def _way_out(subnet: View, name: str) -> tuple[Known, Known]:
    try:
        if subnet.value("natGateway") is not None:
            return True, False
        return False, f"the routes of {name}" if subnet.value("routeTable") is not None else False
    except NotKnownError as error:
        return f"{error.path} of {name}", False


def _any_inline_subnet(network: Resource) -> tuple[Known, Known]:
    """One answer for all subnets of a network, if they agree."""
    answers = {_way_out(View(subnet), str(network)) for subnet in _inline(network)}
    return answers.pop() if len(answers) == 1 else (f"the subnets of {network}", False)


def _inline(network: Resource) -> list[Any]:
    return inline_subnets(network) or [UNKNOWN]
