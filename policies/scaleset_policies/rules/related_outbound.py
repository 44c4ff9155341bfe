"""Whether the instances that a Flexible set creates can reach the outside: they have no default outbound access."""

from collections.abc import Iterator
from typing import Any

from scaleset_core.facts.checks import Finding
from scaleset_core.facts.properties import UNKNOWN, NotKnownError, View
from scaleset_core.modes import Mode
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource, normal_id
from scaleset_policies.outcome import Outcome, not_applicable
from scaleset_policies.relations import PROFILE_IP, balancers_of, inline_subnet, inline_subnets, is_mode
from scaleset_policies.rules.related import decides

_NETWORK = "virtualMachineProfile.networkProfile"
_SUBNET_IDS = f"{PROFILE_IP}.subnet.id"
_PUBLIC_ADDRESS = f"{PROFILE_IP}.publicIPAddressConfiguration"


@decides("explicit-outbound-on-flexible", arm_types.SCALE_SET)
def explicit_outbound(estate: Estate, scale_set: Resource) -> Outcome:
    """A Flexible set's profile has a public address, a load balancer that translates, or a subnet with a way out."""
    flexible = is_mode(scale_set, Mode.FLEXIBLE)
    if flexible is False:
        return not_applicable("the rule is about Flexible sets")
    view = scale_set.view
    profile = view.first(_NETWORK)
    if profile is None:
        return not_applicable("the set creates no instances from a profile with a network")
    answers = [*_public_addresses(view), *_balancers(estate, scale_set), *_subnets(estate, scale_set)]
    if True in answers:
        return Outcome()
    unknown = [answer for answer in answers if isinstance(answer, str)]
    if unknown or flexible is None or not estate.whole:
        return Outcome(undecided=tuple(unknown) or ("orchestrationMode",))
    detail = "no outbound rule, NAT gateway, public address or route table was found"
    return Outcome((Finding(profile.path, detail=detail),))


def _public_addresses(view: View) -> Iterator[bool | str]:
    """True for an address, a path for one that is not known."""
    for found in view.each(_PUBLIC_ADDRESS):
        yield found.path if found.hidden else True


def _balancers(estate: Estate, scale_set: Resource) -> Iterator[bool | str]:
    targets = balancers_of(estate, scale_set)
    for balancer in targets.sure:
        try:
            yield _translates(balancer.view)
        except NotKnownError as error:
            yield f"{error.path} of {balancer}"
    if targets.maybe or targets.outside or targets.blind:
        yield f"{PROFILE_IP}.loadBalancerBackendAddressPools"


def _translates(balancer: View) -> bool:
    """Whether a load balancer gives its backend pool outbound access: an outbound rule, or a rule that allows SNAT."""
    if any(True for _ in balancer.members("outboundRules")):
        return True
    return any(rule.value("disableOutboundSnat") is not True for rule in balancer.members("loadBalancingRules"))


def _subnets(estate: Estate, scale_set: Resource) -> Iterator[bool | str]:
    targets = estate.follow(scale_set, _SUBNET_IDS, arm_types.SUBNET)
    for subnet in targets.sure:
        yield _way_out(subnet.view, str(subnet))
    for subnet_id in targets.outside:
        yield _inline_way_out(estate, scale_set, subnet_id)
    if targets.blind or targets.maybe:
        networks = estate.follow(scale_set, _SUBNET_IDS, arm_types.VIRTUAL_NETWORK)
        if len(networks.sure) == 1 and not networks.maybe and not targets.maybe:
            yield _any_inline_subnet(networks.sure[0])
        else:
            yield _SUBNET_IDS


def _way_out(subnet: View, name: str) -> bool | str:
    """True with a NAT gateway; a path if it is not known whether something else routes the traffic."""
    try:
        if subnet.value("natGateway") is not None:
            return True
        return f"the routes of {name}" if subnet.value("routeTable") is not None else False
    except NotKnownError as error:
        return f"{error.path} of {name}"


def _inline_way_out(estate: Estate, scale_set: Resource, subnet_id: str) -> bool | str:
    """The way out of a subnet of a network that lists its subnets."""
    subnet = inline_subnet(estate, scale_set, _SUBNET_IDS, subnet_id)
    return subnet_id if subnet is None else _way_out(subnet, normal_id(subnet_id).rpartition("/")[2])


def _any_inline_subnet(network: Resource) -> bool | str:
    """One answer for all subnets of a network, if they agree."""
    answers = {_way_out(View(subnet), str(network)) for subnet in _inline(network)}
    return answers.pop() if len(answers) == 1 else f"the subnets of {network}"


def _inline(network: Resource) -> list[Any]:
    return inline_subnets(network) or [UNKNOWN]
