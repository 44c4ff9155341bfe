"""How the instances reach the outside: the method Azure would use, decided from what is deployed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scaleset_core.facts.outbound import Answer, Known, Method, Situation, Translation, decide
from scaleset_core.modes import Mode
from scaleset_operations.network import Interface, Network, balancer_id
from scaleset_operations.target import last_segment

Body = Mapping[str, Any]
_CURE = "add an outbound rule, a NAT gateway, or a public address"


def outbound_table(network: Network, mode: Mode) -> list[dict[str, Any]]:
    """One record for each IP configuration: its method, through what, and a warning where it has none."""
    return [
        {"instance": face.instance, "interface": face.nic, **_record(network, face, outbound_of(network, face, mode))}
        for face in network.interfaces
    ]


def outbound_of(network: Network, face: Interface, mode: Mode) -> Answer:
    """How one IP configuration reaches the outside."""
    subnet = _subnet(network, face)
    return decide(
        Situation(
            flexible=mode is Mode.FLEXIBLE,
            nat_gateway=bool(_id(subnet.get("natGateway"))),
            public_address=bool(face.public_address),
            outbound_rules=tuple(_translations(network, face, "outboundRules")),
            balancing_rules=tuple(_translations(network, face, "loadBalancingRules")),
            route_table=bool(_id(subnet.get("routeTable"))),
            private_subnet=subnet.get("defaultOutboundAccess") is False,
            behind_standard=any(_is_standard(each) for each in _balancers(network, face)),
        )
    )


def _record(network: Network, face: Interface, answer: Answer) -> dict[str, Any]:
    through, warning = answer.through, ""
    if answer.method is Method.NAT_GATEWAY:
        through = last_segment(_id(_subnet(network, face).get("natGateway")))
    elif answer.method is Method.PUBLIC_ADDRESS:
        through = network.addresses.get(face.public_address.lower(), last_segment(face.public_address))
    elif answer.method is Method.DEFAULT:
        warning = f"{answer.reason}; set an outbound rule or a NAT gateway"
    elif answer.method is Method.NONE:
        warning = f"{answer.reason}; {_CURE}"
    elif answer.method is Method.UNDECIDED:
        warning = f"not known: {', '.join(answer.missing)}"
    return {"method": answer.method.value, "through": through, "warning": warning}


def _subnet(network: Network, face: Interface) -> Body:
    found: Body = (network.subnets.get(face.subnet.lower()) or {}).get("properties") or {}
    return found


def _balancers(network: Network, face: Interface) -> Iterator[Body]:
    wanted = {balancer_id(pool).lower() for pool in face.pools}
    return (body for key, body in network.balancers.items() if key in wanted)


def _translations(network: Network, face: Interface, member: str) -> Iterator[Translation]:
    own = {pool.lower() for pool in face.pools}
    for balancer in network.balancers.values():
        fronts = _fronts(balancer)
        for rule in (balancer.get("properties") or {}).get(member) or []:
            inner = rule.get("properties") or {}
            used = [inner.get("backendAddressPool"), *(inner.get("backendAddressPools") or [])]
            ends = [inner.get("frontendIPConfiguration"), *(inner.get("frontendIPConfigurations") or [])]
            name = f"{balancer.get('name')}/{rule.get('name')}"
            yield Translation(
                name=name,
                serves=any(_id(each).lower() in own for each in used if each),
                public=_public([fronts.get(_id(each).lower()) for each in ends if each], name),
                snat=not inner.get("disableOutboundSnat"),
            )


def _public(ends: list[bool | None], rule: str) -> Known:
    """Whether a rule's front ends are public; if they cannot be read, the text names the rule."""
    if True in ends:
        return True
    return f"the front end of {rule}" if None in ends or not ends else False


def _fronts(balancer: Body) -> dict[str, bool]:
    """Whether each front end of a load balancer is public, by its id."""
    found: dict[str, bool] = {}
    for front in (balancer.get("properties") or {}).get("frontendIPConfigurations") or []:
        inner = front.get("properties") or {}
        identity = _id(front) or f"{balancer.get('id')}/frontendIPConfigurations/{front.get('name')}"
        found[identity.lower()] = bool(_id(inner.get("publicIPAddress")) or _id(inner.get("publicIPPrefix")))
    return found


def _is_standard(balancer: Body) -> bool:
    return str((balancer.get("sku") or {}).get("name") or "").lower() != "basic"


def _id(item: object) -> str:
    return str(item.get("id") or "") if isinstance(item, Mapping) else ""
