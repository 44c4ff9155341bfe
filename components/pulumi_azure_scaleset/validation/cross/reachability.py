"""Rules between arguments: what must be reachable from outside needs a rule that allows it."""

from collections.abc import Iterator, Sequence

from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.model.reach import Way, guarded, in_own_subnet, openings, sources_of, ways
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel

_CLOSED = "a Standard load balancer blocks all traffic without a network security group"


def problems(model: ScaleSetModel) -> Iterator[Problem]:
    """Ways in that nobody opens, and sources that nothing asks for."""
    network, found = model.virtual_network, ways(model)
    said = [way for way in found if way.allow_from is not None]
    if network is not None and network.network_security_group_id is not None:
        for way in said:
            yield Problem(
                f"{way.field}.allow_from",
                "virtual_network.network_security_group_id names the subnet's group: add the rule there, or remove it",
            )
        return
    if not in_own_subnet(model):
        for way in said:
            yield Problem(
                f"{way.field}.allow_from",
                "it opens the subnet that virtual_network creates, and the instances are in another one: allow "
                f"{_asked([way])} in that subnet's network security group",
            )
        return
    assert network is not None
    if network.allow_from and not openings(model):
        yield Problem(
            "virtual_network.allow_from",
            "it has no effect: it opens the ports of inbound_nat and of load_balancer.rules, and there are none",
        )
    closed = [way for way in found if way.public and sources_of(model, way) is None]
    if closed and not guarded(model):
        yield Problem(
            "virtual_network.allow_from",
            f"nothing would reach {_asked(closed)} of {_fields(closed)}: {_CLOSED}. Say who may: allow_from: "
            '["203.0.113.0/24"], "Internet" for everybody, or on each of them; or give a group of your own, '
            "network_security_group_id; or [] if something else lets them in",
        )


def warnings(model: ScaleSetModel) -> Iterator[str]:
    """That a subnet which is declared elsewhere has to let in what is asked for; once for the set."""
    found = [way for way in ways(model) if way.public]
    if found and not in_own_subnet(model) and not guarded(model):
        yield (
            f"subnet_id: the network security group of this subnet has to allow {_asked(found)} ({_fields(found)}): "
            f"{_CLOSED}. It is declared elsewhere, so the component created no rule for it"
        )


def _asked(found: Sequence[Way]) -> str:
    """The ports in words."""
    ports = dict.fromkeys(f"{way.protocol} {way.port or 'all ports'}" for way in found)
    return ", ".join(ports)


def _fields(found: Sequence[Way]) -> str:
    return ", ".join(way.field for way in found)
