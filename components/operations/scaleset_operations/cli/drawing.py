"""From what was read of a set to its picture."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scaleset_core.modes import Mode
from scaleset_core.picture import NOT_KNOWN, Kind, Node, Picture, instance_facts
from scaleset_core.picture.builder import Builder, key_of
from scaleset_core.picture.texts import RULES, place, plain, ports, security_rules
from scaleset_operations.network import Interface, Network, balancer_id, front_end
from scaleset_operations.outbound import outbound_of
from scaleset_operations.target import last_segment

if TYPE_CHECKING:
    from scaleset_operations.instances import Instance
    from scaleset_operations.surroundings import Surroundings
    from scaleset_operations.view import SetView

Body = Mapping[str, Any]
_MODEL = {True: "latest", False: "older", None: ""}


def picture_of(view: SetView) -> Picture:
    """The picture of a deployed set."""
    drawing = Builder()
    faces: dict[str, list[Interface]] = {}
    leading: dict[str, list[str]] = {}
    if view.around is not None:
        for face in view.around.network.interfaces:
            faces.setdefault(face.instance, []).append(face)
        leading = _balancers(drawing, view.around.network)
        _subnets(drawing, view.around)
    for (zone, domain), instances in view.placement().items():
        for item in instances:
            own = faces.get(item.name, [])
            drawing.put(_instance(item, view, own, place(zone, domain)))
            for face in own:
                _interface(drawing, view, face, leading)
    for lock in view.locks:
        key = drawing.add(
            Kind.LOCK, f"{lock.scope}/{lock.name}", lock.name, {"Level": lock.level, "On": last_segment(lock.scope)}
        )
        for item in view.instances:
            if lock.covers(item.resource_id):
                drawing.line(key_of(Kind.INSTANCE, item.name), key)
    return Picture(
        name=view.scale_set.target.name,
        mode=view.scale_set.mode,
        facts=_facts(view),
        nodes=drawing.drawn,
        edges=drawing.edges,
        unread=(*view.unread, *(view.around.unread if view.around else ())),
    )


def _facts(view: SetView) -> dict[str, str]:
    target = view.scale_set.target
    observed = f"{view.observed:%Y-%m-%d %H:%M:%S %Z}" if view.observed else NOT_KNOWN
    facts = {
        "Mode": view.scale_set.mode.value,
        "Location": view.scale_set.location,
        "Subscription": target.subscription,
        "Resource group": target.resource_group,
        "Instances": str(len(view.instances)),
        "Observed": observed,
        "States": view.source,
    }
    around = view.around
    if around is not None and around.network.interfaces:
        methods = Counter(
            outbound_of(around.network, face, view.scale_set.mode).method.value for face in around.network.interfaces
        )
        facts["Outbound"] = ", ".join(f"{method} ({count})" for method, count in methods.most_common())
    return facts


def _instance(item: Instance, view: SetView, faces: Sequence[Interface], where: str) -> Node:
    around = view.around
    facts = instance_facts(
        power=item.power or "not told",
        health=item.health,
        model=_MODEL[item.latest_model],
        size=f"Spot {item.size}" if item.spot else item.size,
        addresses=[text for face in faces for text in _addresses(face, around.network if around else None)]
        or [f"address {NOT_KNOWN}"],
        protection=item.protection,
    )
    return Node(key=key_of(Kind.INSTANCE, item.name), kind=Kind.INSTANCE, title=item.name, facts=facts, place=where)


def _addresses(face: Interface, network: Network | None) -> Iterator[str]:
    if face.private_address:
        yield face.private_address
    if face.public_address:
        known = network.addresses.get(face.public_address.lower(), "") if network else ""
        yield f"{known or NOT_KNOWN} (public)"


def _interface(drawing: Builder, view: SetView, face: Interface, leading: Mapping[str, list[str]]) -> None:
    around = view.around
    assert around is not None
    # of Uniform sets, the interfaces of all instances have the profile's one name
    title = face.nic if view.scale_set.mode is Mode.FLEXIBLE else f"{face.instance}/{face.nic}"
    key = drawing.add(
        Kind.INTERFACE, face.id, title, {"Addresses": ", ".join(_addresses(face, around.network)) or NOT_KNOWN}
    )
    drawing.line(key, key_of(Kind.INSTANCE, face.instance))
    drawing.line(key_of(Kind.SUBNET, face.subnet), key)
    drawing.line(key_of(Kind.SECURITY_GROUP, face.security_group), key)
    for rule in dict.fromkeys(rule for each in _reached(face) for rule in leading.get(each, ())):
        drawing.line(rule, key)
    for pool in face.pools:
        if pool.lower() not in leading:
            drawing.line(key_of(Kind.BALANCER, balancer_id(pool)), key)


def _reached(face: Interface) -> Iterator[str]:
    """What a rule may name to lead to this interface: itself, a pool that it is in; or the rule that it names."""
    for each in (face.id, *face.pools, *face.rules, *face.nat_pools):
        yield each.lower()


def _balancers(drawing: Builder, network: Network) -> dict[str, list[str]]:
    """Draw load balancers, front ends and rules; the result is the rules by the id of what they lead to."""
    leading: dict[str, list[str]] = defaultdict(list)
    own = {face.id.lower() for face in network.interfaces}
    for balancer in network.balancers.values():
        identity = str(balancer.get("id"))
        key = drawing.add(Kind.BALANCER, identity, str(balancer.get("name")), {"Tier": plain(_sku(balancer))})
        for front in _inner(balancer).get("frontendIPConfigurations") or []:
            drawing.line(_front(drawing, network, balancer, front), key)
        for member, label in RULES.items():
            for rule in _inner(balancer).get(member) or []:
                inner, name = _inner(rule), str(rule.get("name"))
                single = _id(inner.get("backendIPConfiguration"))
                if single and single.lower() not in own:
                    continue  # it leads to a machine that is not of this set
                reached = drawing.add(
                    Kind.RULE, f"{identity}/{member}/{name}", name, {"Ports": ports(inner), "Kind": label}
                )
                drawing.line(key, reached)
                pools = [inner.get("backendAddressPool"), *(inner.get("backendAddressPools") or [])]
                for each in {single, _id(rule), *map(_id, pools)} - {""}:
                    leading[each.lower()].append(reached)
    return leading


def _front(drawing: Builder, network: Network, balancer: Body, front: Body) -> str:
    address, public = front_end(network, balancer, _id(front)), _id(_inner(front).get("publicIPAddress"))
    return drawing.add(
        Kind.ADDRESS,
        public or _id(front),
        address if address != last_segment(_id(front)) else NOT_KNOWN,
        {"Kind": "public front end" if public else "private front end", "Name": str(front.get("name"))},
    )


def _subnets(drawing: Builder, around: Surroundings) -> None:
    network = around.network
    for identity, group in network.security_groups.items():
        rules = security_rules(
            (str(each.get("name")), _inner(each)) for each in _inner(group).get("securityRules") or []
        )
        node = Node(
            key=key_of(Kind.SECURITY_GROUP, identity),
            kind=Kind.SECURITY_GROUP,
            title=str(group.get("name")),
            facts=rules or {"Rules": "Azure's default rules only"},
        )
        drawing.put(node)
    for identity, gateway in around.nat_gateways.items():
        inner = _inner(gateway)
        key = drawing.add(Kind.NAT_GATEWAY, identity, str(gateway.get("name")), {"Tier": plain(_sku(gateway))})
        for each in (*(inner.get("publicIpAddresses") or []), *(inner.get("publicIpPrefixes") or [])):
            text = network.addresses.get(_id(each).lower()) or last_segment(_id(each))
            drawing.line(drawing.add(Kind.ADDRESS, _id(each), text, {"Kind": "outbound"}), key)
    for identity, subnet in network.subnets.items():
        inner = _inner(subnet)
        guard, way = _id(inner.get("networkSecurityGroup")), _id(inner.get("natGateway"))
        key = drawing.add(
            Kind.SUBNET,
            identity,
            str(subnet.get("name")),
            {
                "Range": plain(inner.get("addressPrefix") or inner.get("addressPrefixes")),
                "Security group": last_segment(guard) or "none",
                "NAT gateway": last_segment(way) or "none",
                "Private": "yes" if inner.get("defaultOutboundAccess") is False else "no",
            },
        )
        drawing.line(key_of(Kind.SECURITY_GROUP, guard), key)
        drawing.line(key_of(Kind.NAT_GATEWAY, way), key)


def _sku(body: Body) -> Any:
    return (body.get("sku") or {}).get("name")


def _inner(body: Body) -> Body:
    found: Body = body.get("properties") or {}
    return found


def _id(item: object) -> str:
    return str(item.get("id") or "") if isinstance(item, Mapping) else ""
