"""Inbound NAT and outbound access of a scale set, read from what is deployed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from scaleset_core.modes import Mode
from scaleset_core.order import natural
from scaleset_operations.errors import AzureError
from scaleset_operations.instances import Instance, profile_of
from scaleset_operations.target import Target, last_segment

Body = Mapping[str, Any]
_NOT_FOUND = 404
_RETIRING = "NAT pool (retires 2027-09-30)"


class Asks(Protocol):
    """Asks Azure, as :meth:`scaleset_operations.azure.Azure.ask` does."""

    async def ask(self, group: str, method: str, *arguments: str, **keywords: Any) -> Any:
        """The answer to one call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """One network interface's IP configuration.

    Attributes:
        id: The IP configuration's ARM id.
        nic: The network interface's name.
        instance: The instance's name.
        private_address: Its private IP address.
        subnet: The subnet's ARM id.
        pools: ARM ids of the back-end pools it is in.
        rules: ARM ids of the inbound NAT rules that point at it.
        public_address: The ARM id of its public address, or ``""``.
        security_group: The ARM id of the interface's network security group, or ``""``.
        application_groups: ARM ids of the application security groups it is in.
        nat_pools: ARM ids of the inbound NAT pools that the instance's own model names for it (Uniform).
    """

    id: str
    nic: str
    instance: str
    private_address: str = ""
    subnet: str = ""
    pools: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    public_address: str = ""
    security_group: str = ""
    application_groups: tuple[str, ...] = ()
    nat_pools: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Everything around a scale set's instances.

    Attributes:
        interfaces: One for each IP configuration of each instance.
        balancers: The load balancers that they use, by lower-case ARM id.
        addresses: IP addresses by the lower-case ARM id of the public address.
        subnets: The subnets by lower-case ARM id.
        security_groups: The network security groups of subnets and interfaces, by lower-case ARM id.
    """

    interfaces: tuple[Interface, ...]
    balancers: Mapping[str, Body] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    subnets: Mapping[str, Body] = field(default_factory=dict)
    security_groups: Mapping[str, Body] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NatMapping:
    """One inbound NAT mapping: a rule or pool, and the instances that it leads to.

    Attributes:
        row: What lists show.
        balancer: The load balancer.
        body: The rule, or the NAT pool.
        faces: The IP configurations of this set that it leads to.
        elsewhere: Whether it leads to something that is not of this set.
    """

    row: dict[str, Any]
    balancer: Body
    body: Body
    faces: tuple[Interface, ...] = ()
    elsewhere: bool = False


def _ids(items: object) -> tuple[str, ...]:
    return tuple(str(item["id"]) for item in items if item.get("id")) if isinstance(items, list) else ()


def _id(item: object) -> str:
    return str(item.get("id") or "") if isinstance(item, Mapping) else ""


def parse_interfaces(nics: Iterable[Body], instances: Iterable[Instance]) -> tuple[Interface, ...]:
    """The IP configurations of the NICs that belong to the instances."""
    owners = {item.resource_id.rstrip("/").lower(): item for item in instances}
    found = []
    for nic in nics:
        properties = nic.get("properties") or {}
        owner = owners.get(_id(properties.get("virtualMachine")).rstrip("/").lower())
        if owner is None:
            continue
        name = str(nic.get("name") or last_segment(str(nic.get("id"))))
        for configuration in properties.get("ipConfigurations") or []:
            inner = configuration.get("properties") or {}
            found.append(
                Interface(
                    id=_id(configuration) or f"{nic.get('id')}/ipConfigurations/{configuration.get('name')}",
                    nic=name,
                    instance=owner.name,
                    private_address=str(inner.get("privateIPAddress") or ""),
                    subnet=_id(inner.get("subnet")),
                    pools=_ids(inner.get("loadBalancerBackendAddressPools")),
                    rules=_ids(inner.get("loadBalancerInboundNatRules")),
                    public_address=_id(inner.get("publicIPAddress")),
                    security_group=_id(properties.get("networkSecurityGroup")),
                    application_groups=_ids(inner.get("applicationSecurityGroups")),
                    nat_pools=_nat_pools(owner.model, name, str(configuration.get("name"))),
                )
            )
    return tuple(found)


def _nat_pools(model: Body, nic: str, configuration: str) -> tuple[str, ...]:
    """The NAT pools that a Uniform instance's own model names, which may be older than the set's."""
    profile = (model.get("properties") or {}).get("networkProfileConfiguration") or {}
    for face in profile.get("networkInterfaceConfigurations") or []:
        for item in (face.get("properties") or {}).get("ipConfigurations") or []:
            if (str(face.get("name")).lower(), str(item.get("name")).lower()) == (nic.lower(), configuration.lower()):
                return _ids((item.get("properties") or {}).get("loadBalancerInboundNatPools"))
    return ()


def balancer_id(child: str) -> str:
    """The load balancer that a pool or a rule is part of."""
    lower = child.lower()
    mark = "/loadbalancers/"
    start = lower.index(mark) + len(mark)
    end = child.find("/", start)
    return child if end < 0 else child[:end]


async def read_network(
    azure: Asks,
    target: Target,
    mode: Mode,
    instances: Iterable[Instance],
    model: Body,
    *,
    subnets: bool = False,
    security_groups: bool = False,
) -> Network:
    """Read NICs, then the load balancers, addresses and (if wanted) subnets and security groups that they use."""
    if mode is Mode.UNIFORM:
        nics = await azure.ask(
            "network_interfaces",
            "list_virtual_machine_scale_set_network_interfaces",
            target.resource_group,
            target.name,
        )
    else:
        nics = await azure.ask("network_interfaces", "list", target.resource_group)
    interfaces = parse_interfaces(nics, instances)
    wanted = {balancer_id(item) for face in interfaces for item in (*face.pools, *face.rules)}
    wanted |= {balancer_id(item) for item in _profile_references(model)}
    balancers = {item.lower(): await _get(azure, "load_balancers", item) for item in sorted(wanted, key=str.lower)}
    present = {key: body for key, body in balancers.items() if body is not None}
    addresses = await _addresses(azure, present.values(), interfaces)
    found: dict[str, Body] = {}
    if subnets or security_groups:
        for identifier in sorted({face.subnet for face in interfaces if face.subnet} | _profile_subnets(model)):
            body = await _get_subnet(azure, identifier)
            if body is not None:
                found[identifier.lower()] = body
    groups = await _security_groups(azure, interfaces, found.values()) if security_groups else {}
    return Network(interfaces=interfaces, balancers=present, addresses=addresses, subnets=found, security_groups=groups)


async def _security_groups(azure: Asks, faces: Iterable[Interface], subnets: Iterable[Body]) -> dict[str, Body]:
    wanted = {face.security_group for face in faces}
    wanted |= {_id((subnet.get("properties") or {}).get("networkSecurityGroup")) for subnet in subnets}
    read = {each.lower(): await _get(azure, "network_security_groups", each) for each in sorted(wanted - {""})}
    return {key: body for key, body in read.items() if body is not None}


def _configurations(model: Body) -> Iterable[Body]:
    profile = (profile_of(model) or {}).get("networkProfile") or {}
    for nic in profile.get("networkInterfaceConfigurations") or []:
        for configuration in (nic.get("properties") or {}).get("ipConfigurations") or []:
            yield configuration.get("properties") or {}


def _profile_references(model: Body) -> set[str]:
    members = ("loadBalancerBackendAddressPools", "loadBalancerInboundNatPools")
    return {item for inner in _configurations(model) for member in members for item in _ids(inner.get(member))}


def _profile_subnets(model: Body) -> set[str]:
    return {_id(inner.get("subnet")) for inner in _configurations(model)} - {""}


async def _get(azure: Asks, group: str, identifier: str, **more: Any) -> Body | None:
    parts = identifier.strip("/").split("/")
    try:
        body: Body | None = await azure.ask(group, "get", parts[3], parts[-1], **more)
    except AzureError as error:
        if error.status == _NOT_FOUND:
            return None
        raise
    return body


async def _get_subnet(azure: Asks, identifier: str) -> Body | None:
    parts = identifier.strip("/").split("/")
    try:
        body: Body | None = await azure.ask("subnets", "get", parts[3], parts[7], parts[9])
    except AzureError as error:
        if error.status == _NOT_FOUND:
            return None
        raise
    return body


async def _addresses(azure: Asks, balancers: Iterable[Body], interfaces: Iterable[Interface]) -> dict[str, str]:
    wanted = {
        _id((front.get("properties") or {}).get("publicIPAddress"))
        for body in balancers
        for front in (body.get("properties") or {}).get("frontendIPConfigurations") or []
    }
    wanted |= {face.public_address for face in interfaces}
    found = {}
    # The address of a Uniform instance is part of the instance: it cannot be read as a separate resource.
    for identifier in sorted(each for each in wanted if each and "/virtualmachinescalesets/" not in each.lower()):
        body = await _get(azure, "public_ip_addresses", identifier)
        if body is not None:
            found[identifier.lower()] = str((body.get("properties") or {}).get("ipAddress") or last_segment(identifier))
    return found


def _named(body: Body, member: str) -> dict[str, Body]:
    return {
        str(item.get("id") or item.get("name")).lower(): item
        for item in (body.get("properties") or {}).get(member) or []
    }


def front_end(network: Network, balancer: Body, identifier: str) -> str:
    """The address of a front end: public, or private; its name where Azure gave none."""
    front = _named(balancer, "frontendIPConfigurations").get(identifier.lower())
    properties = (front or {}).get("properties") or {}
    public = _id(properties.get("publicIPAddress")).lower()
    return network.addresses.get(public) or str(properties.get("privateIPAddress") or "") or last_segment(identifier)


def nat_table(network: Network) -> list[dict[str, Any]]:
    """Every inbound NAT mapping: which front-end port reaches which instance, by which rule or pool."""
    return [mapping.row for mapping in nat_mappings(network)]


def nat_mappings(network: Network) -> list[NatMapping]:
    """The same mappings with what they are made of, in the same order."""
    found: list[NatMapping] = []
    by_configuration = {face.id.lower(): face for face in network.interfaces}
    for balancer in network.balancers.values():
        properties = balancer.get("properties") or {}
        pools = properties.get("inboundNatPools") or []
        names = [str(pool.get("name")) for pool in pools]
        for rule in properties.get("inboundNatRules") or []:
            found += _rule_mappings(network, balancer, rule, by_configuration, names)
        ported = {str(rule.get("name")).rpartition(".")[0] for rule in properties.get("inboundNatRules") or []}
        found += [_nat_pool(network, balancer, pool) for pool in pools if str(pool.get("name")) not in ported]
    return sorted(found, key=lambda each: _order(each.row))


def _order(row: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(natural(str(row[member])) for member in ("balancer", "rule", "frontendPort", "instance"))


def _row(network: Network, balancer: Body, body: Body, *, kind: str, port: Any, instance: str = "") -> dict[str, Any]:
    inner = body.get("properties") or {}
    return {
        "instance": instance,
        "kind": kind,
        "rule": str(body.get("name")),
        "protocol": str(inner.get("protocol") or ""),
        "frontend": front_end(network, balancer, _id(inner.get("frontendIPConfiguration"))),
        "frontendPort": port,
        "backendPort": inner.get("backendPort"),
        "balancer": str(balancer.get("name")),
    }


def _nat_pool(network: Network, balancer: Body, pool: Body) -> NatMapping:
    inner = pool.get("properties") or {}
    port = f"{inner.get('frontendPortRangeStart')}-{inner.get('frontendPortRangeEnd')}"
    row = _row(network, balancer, pool, kind=_RETIRING, port=port)
    identity = str(pool.get("id")).lower()
    faces = [face for face in network.interfaces if identity in {each.lower() for each in face.nat_pools}]
    return NatMapping(row=row, balancer=balancer, body=pool, faces=tuple(faces), elsewhere=not faces)


def _rule_mappings(
    network: Network, balancer: Body, rule: Body, faces: Mapping[str, Interface], nat_pools: list[str]
) -> list[NatMapping]:
    inner = rule.get("properties") or {}
    pool = _id(inner.get("backendAddressPool"))
    if pool:
        return _over_pool(network, balancer, rule, pool, faces)
    target = _id(inner.get("backendIPConfiguration"))
    face = faces.get(target.lower()) or next(
        (face for face in faces.values() if str(rule.get("id")).lower() in {item.lower() for item in face.rules}),
        None,
    )
    from_pool = str(rule.get("name")).rsplit(".", 1)[0] in nat_pools
    kind = f"port of a {_RETIRING}" if from_pool else "NAT rule"
    name = face.instance if face else ""
    row = _row(network, balancer, rule, kind=kind, port=inner.get("frontendPort"), instance=name)
    own = (face,) if face else ()
    return [NatMapping(row=row, balancer=balancer, body=rule, faces=own, elsewhere=bool(target) and not own)]


def _over_pool(
    network: Network, balancer: Body, rule: Body, pool: str, faces: Mapping[str, Interface]
) -> list[NatMapping]:
    mapped = _pool_mappings(balancer, rule, pool, faces)
    if mapped:
        return [
            NatMapping(
                row=_row(network, balancer, rule, kind="NAT rule v2", port=port, instance=name),
                balancer=balancer,
                body=rule,
                faces=(face,) if face else (),
                elsewhere=face is None,
            )
            for name, port, face in mapped
        ]
    inner = rule.get("properties") or {}
    ports = f"{inner.get('frontendPortRangeStart')}-{inner.get('frontendPortRangeEnd')}"
    members = [face for face in faces.values() if pool.lower() in {item.lower() for item in face.pools}]
    names = ", ".join(sorted({face.instance for face in members}))
    row = _row(network, balancer, rule, kind="NAT rule v2", port=ports, instance=names)
    listed = ((_named(balancer, "backendAddressPools").get(pool.lower()) or {}).get("properties") or {}).get(
        "backendIPConfigurations"
    )
    elsewhere = not members and bool(listed)
    return [NatMapping(row=row, balancer=balancer, body=rule, faces=tuple(members), elsewhere=elsewhere)]


def _pool_mappings(
    balancer: Body, rule: Body, pool: str, faces: Mapping[str, Interface]
) -> list[tuple[str, Any, Interface | None]]:
    body = _named(balancer, "backendAddressPools").get(pool.lower()) or {}
    found: list[tuple[str, Any, Interface | None]] = []
    for address in (body.get("properties") or {}).get("loadBalancerBackendAddresses") or []:
        inner = address.get("properties") or {}
        face = faces.get(_id(inner.get("networkInterfaceIPConfiguration")).lower())
        name = face.instance if face else str(address.get("name"))
        found += [
            (name, mapping.get("frontendPort"), face)
            for mapping in inner.get("inboundNatRulesPortMapping") or []
            if mapping.get("inboundNatRuleName") == rule.get("name")
        ]
    return found
