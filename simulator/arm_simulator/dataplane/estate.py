"""Reads what a packet would meet from the simulated Azure: the store's rows, and the ports that machines have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from arm_simulator.core.ids import ResourceId, parse
from arm_simulator.core.kinds import Body, Context
from arm_simulator.core.store import Resource
from arm_simulator.dataplane.filters import Rule, SecurityGroup
from arm_simulator.dataplane.packets import Endpoint, Entrance, Way
from arm_simulator.providers.network.base import id_of
from arm_simulator.providers.network.interfaces import MACHINE_TYPE
from arm_simulator.providers.network.load_balancer_children import (
    BALANCER_TYPE,
    INSTANCE_INTERFACE_TYPE,
    RULE_TYPE,
    pool_members,
)
from arm_simulator.providers.network.public_addresses import ADDRESS_TYPE, GATEWAY_TYPE
from arm_simulator.providers.network.security import GROUP_TYPE


def entrance_at(ctx: Context, address: str) -> Entrance | None:
    """What has this public address; None if nothing has."""
    for row in ctx.store.list(type=ADDRESS_TYPE):
        if row.runtime.get("address") == address:
            return _entrance(ctx, row)
    return None


def _entrance(ctx: Context, public: Resource) -> Entrance:
    users = [user for user in ctx.store.referrers(public.id) if f"/{GATEWAY_TYPE.lower()}/" not in user.source]
    if not users:
        return Entrance()
    owner = ctx.store.get(users[0].source)
    assert owner is not None
    if owner.id.type_key == BALANCER_TYPE.lower():
        front = users[0].via
        name = f"front end {owner.id.name}/{front.rsplit('/', 1)[-1]}"
        standard = (owner.body.get("sku") or {}).get("name") != "Basic"
        return Entrance(name, standard, tuple(_ways(ctx, owner, front.lower())))
    standard = (public.body.get("sku") or {}).get("name") != "Basic"
    return Entrance(f"interface {owner.id.name}", standard, endpoint=_endpoint(ctx, users[0].via))


def _ways(ctx: Context, balancer: Resource, front: str) -> Iterator[Way]:
    """Everything of a balancer that listens on a front end, by its lower-case id."""
    for rule in balancer.properties.get("loadBalancingRules") or []:
        if id_of(rule["properties"].get("frontendIPConfiguration")).lower() == front:
            yield _balancing(ctx, rule)
    for row in ctx.store.list(type=RULE_TYPE, parent=balancer.id):
        if id_of(row.properties.get("frontendIPConfiguration")).lower() == front:
            yield _nat(ctx, row)
    for pool in balancer.properties.get("inboundNatPools") or []:
        if id_of(pool["properties"].get("frontendIPConfiguration")).lower() == front:
            claims = ctx.store.claims_in(f"natpool|{balancer.id.child('inboundNatPools', pool['name']).key}")
            targets = [(port, member) for port, _, member in claims]
            yield _ranged(ctx, f"NAT pool {pool['name']}", pool["properties"], targets)


def _balancing(ctx: Context, rule: Body) -> Way:
    inner = rule["properties"]
    pools = [id_of(inner.get("backendAddressPool")), *(id_of(pool) for pool in inner.get("backendAddressPools") or [])]
    members = dict.fromkeys(member for pool in filter(None, pools) for member in pool_members(ctx, parse(pool)))
    probe = ctx.inner_element(parse(id_of(inner["probe"]))) if id_of(inner.get("probe")) else None
    return Way(
        f"load-balancing rule {rule['name']}",
        str(inner.get("protocol") or "Tcp"),
        (inner["frontendPort"], inner["frontendPort"]),
        int(inner.get("backendPort") or 0),
        bool(inner.get("enableFloatingIP")),
        probe["properties"]["port"] if probe else None,
        tuple((None, _endpoint(ctx, member)) for member in members),
    )


def _nat(ctx: Context, rule: Resource) -> Way:
    inner = rule.properties
    if id_of(inner.get("backendAddressPool")):
        claims = ctx.store.claims_in(f"mapping|{rule.id.key}")
        return _ranged(ctx, f"NAT rule {rule.id.name}", inner, [(port, note) for port, _, note in claims])
    targets = [user.via for user in ctx.store.referrers(rule.id)]
    return Way(
        f"NAT rule {rule.id.name}",
        str(inner["protocol"]),
        (inner["frontendPort"], inner["frontendPort"]),
        inner["backendPort"],
        bool(inner.get("enableFloatingIP")),
        None,
        tuple((None, _endpoint(ctx, target)) for target in targets),
    )


def _ranged(ctx: Context, name: str, inner: Body, targets: list[tuple[int, str]]) -> Way:
    return Way(
        name,
        str(inner.get("protocol") or "Tcp"),
        (inner["frontendPortRangeStart"], inner["frontendPortRangeEnd"]),
        inner["backendPort"],
        bool(inner.get("enableFloatingIP")),
        None,
        tuple((port, _endpoint(ctx, configuration)) for port, configuration in targets),
    )


def _endpoint(ctx: Context, configuration: str) -> Endpoint:
    rid = parse(configuration)
    assert rid.parent is not None
    interface = ctx.require(rid.parent)
    configurations = interface.properties["ipConfigurations"]
    inner = next(each["properties"] for each in configurations if each["name"].lower() == rid.name.lower())
    subnet = ctx.require(id_of(inner["subnet"]))
    assert subnet.id.parent is not None
    network = ctx.require(subnet.id.parent)
    machine = _machine(ctx, interface)
    return Endpoint(
        rid.path,
        inner["privateIPAddress"],
        machine.id.path if machine else "",
        machine is not None and machine.runtime.get("power") == "running",
        machine is not None and machine.runtime.get("health", "healthy") == "healthy",
        _group(ctx, subnet),
        _group(ctx, interface),
        tuple(network.properties["addressSpace"]["addressPrefixes"]),
        _keys(inner.get("applicationSecurityGroups")),
    )


def _machine(ctx: Context, interface: Resource) -> Resource | None:
    if interface.id.type_key == INSTANCE_INTERFACE_TYPE.lower():
        assert interface.id.parent is not None
        return ctx.get(interface.id.parent)
    for user in ctx.store.referrers(interface.id):
        if parse(user.source).type_key == MACHINE_TYPE.lower():
            return ctx.store.get(user.source)
    return None


def _group(ctx: Context, owner: Resource) -> SecurityGroup | None:
    """The security group of a subnet or an interface."""
    target = id_of(owner.properties.get("networkSecurityGroup"))
    row = ctx.store.get(target) if target else None
    return _security_group(ctx, row.id) if row else None


def _security_group(ctx: Context, group: ResourceId) -> SecurityGroup:
    rules = [(row.id.name, row.properties) for row in ctx.store.list(type=f"{GROUP_TYPE}/securityRules", parent=group)]
    shown = ctx.render(ctx.require(group))["properties"]["defaultSecurityRules"]
    rules += [(rule["name"], rule["properties"]) for rule in shown]
    return SecurityGroup(
        group.name,
        tuple(_rule(name, inner) for name, inner in rules if str(inner.get("direction", "")).lower() == "inbound"),
    )


def _rule(name: str, inner: Body) -> Rule:
    return Rule(
        name,
        int(inner["priority"]),
        str(inner.get("access", "")).lower() == "allow",
        str(inner.get("protocol") or "*"),
        _joined(inner, "sourceAddressPrefix", "sourceAddressPrefixes"),
        _joined(inner, "sourcePortRange", "sourcePortRanges"),
        _keys(inner.get("sourceApplicationSecurityGroups")),
        _joined(inner, "destinationAddressPrefix", "destinationAddressPrefixes"),
        _joined(inner, "destinationPortRange", "destinationPortRanges"),
        _keys(inner.get("destinationApplicationSecurityGroups")),
    )


def _joined(inner: Body, single: str, plural: str) -> tuple[str, ...]:
    one: Any = inner.get(single)
    return (*([str(one)] if one else []), *map(str, inner.get(plural) or []))


def _keys(items: Any) -> frozenset[str]:
    return frozenset(id_of(item).lower() for item in items or [])
