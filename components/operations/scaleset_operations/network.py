"""Inbound NAT and outbound access of a scale set, read from what is deployed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scaleset_core.modes import Mode
from scaleset_operations.azure import Azure
from scaleset_operations.errors import AzureError
from scaleset_operations.instances import Instance
from scaleset_operations.target import Target, last_segment

Body = Mapping[str, Any]
_NOT_FOUND = 404


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
        public_address: The ARM id of its own public address, or ``""``.
    """

    id: str
    nic: str
    instance: str
    private_address: str = ""
    subnet: str = ""
    pools: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    public_address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Everything around a scale set's instances.

    Attributes:
        interfaces: One for each IP configuration of each instance.
        balancers: The load balancers that they use, by lower-case ARM id.
        addresses: IP addresses by the lower-case ARM id of the public address.
        subnets: The subnets by lower-case ARM id.
    """

    interfaces: tuple[Interface, ...]
    balancers: Mapping[str, Body] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    subnets: Mapping[str, Body] = field(default_factory=dict)


def _ids(items: object) -> tuple[str, ...]:
    return tuple(str(item["id"]) for item in items if item.get("id")) if isinstance(items, list) else ()


def _id(item: object) -> str:
    return str(item.get("id") or "") if isinstance(item, Mapping) else ""


def parse_interfaces(nics: Iterable[Body], instances: Iterable[Instance]) -> tuple[Interface, ...]:
    """The IP configurations of the NICs that belong to the instances."""
    names = {item.resource_id.rstrip("/").lower(): item.name for item in instances}
    found = []
    for nic in nics:
        properties = nic.get("properties") or {}
        owner = names.get(_id(properties.get("virtualMachine")).rstrip("/").lower())
        if owner is None:
            continue
        for configuration in properties.get("ipConfigurations") or []:
            inner = configuration.get("properties") or {}
            found.append(
                Interface(
                    id=_id(configuration) or f"{nic.get('id')}/ipConfigurations/{configuration.get('name')}",
                    nic=str(nic.get("name") or last_segment(str(nic.get("id")))),
                    instance=owner,
                    private_address=str(inner.get("privateIPAddress") or ""),
                    subnet=_id(inner.get("subnet")),
                    pools=_ids(inner.get("loadBalancerBackendAddressPools")),
                    rules=_ids(inner.get("loadBalancerInboundNatRules")),
                    public_address=_id(inner.get("publicIPAddress")),
                )
            )
    return tuple(found)


def balancer_id(child: str) -> str:
    """The load balancer that a pool or a rule is part of."""
    lower = child.lower()
    mark = "/loadbalancers/"
    start = lower.index(mark) + len(mark)
    end = child.find("/", start)
    return child if end < 0 else child[:end]


async def read_network(
    azure: Azure, target: Target, mode: Mode, instances: Iterable[Instance], model: Body, *, subnets: bool = False
) -> Network:
    """Read NICs, then the load balancers, addresses and (if wanted) subnets that they use."""
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
    if subnets:
        for identifier in sorted({face.subnet for face in interfaces if face.subnet} | _profile_subnets(model)):
            body = await _get_subnet(azure, identifier)
            if body is not None:
                found[identifier.lower()] = body
    return Network(interfaces=interfaces, balancers=present, addresses=addresses, subnets=found)


def _configurations(model: Body) -> Iterable[Body]:
    profile = ((model.get("properties") or {}).get("virtualMachineProfile") or {}).get("networkProfile") or {}
    for nic in profile.get("networkInterfaceConfigurations") or []:
        for configuration in (nic.get("properties") or {}).get("ipConfigurations") or []:
            yield configuration.get("properties") or {}


def _profile_references(model: Body) -> set[str]:
    members = ("loadBalancerBackendAddressPools", "loadBalancerInboundNatPools")
    return {item for inner in _configurations(model) for member in members for item in _ids(inner.get(member))}


def _profile_subnets(model: Body) -> set[str]:
    return {_id(inner.get("subnet")) for inner in _configurations(model)} - {""}


async def _get(azure: Azure, group: str, identifier: str, **more: Any) -> Body | None:
    parts = identifier.strip("/").split("/")
    try:
        body: Body = await azure.ask(group, "get", parts[3], parts[-1], **more)
    except AzureError as error:
        if error.status == _NOT_FOUND:
            return None
        raise
    return body


async def _get_subnet(azure: Azure, identifier: str) -> Body | None:
    parts = identifier.strip("/").split("/")
    try:
        body: Body = await azure.ask("subnets", "get", parts[3], parts[7], parts[9])
    except AzureError as error:
        if error.status == _NOT_FOUND:
            return None
        raise
    return body


async def _addresses(azure: Azure, balancers: Iterable[Body], interfaces: Iterable[Interface]) -> dict[str, str]:
    wanted = {
        _id((front.get("properties") or {}).get("publicIPAddress"))
        for body in balancers
        for front in (body.get("properties") or {}).get("frontendIPConfigurations") or []
    }
    wanted |= {face.public_address for face in interfaces}
    found = {}
    for identifier in sorted(wanted - {""}):
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
    rows: list[dict[str, Any]] = []
    by_configuration = {face.id.lower(): face for face in network.interfaces}
    for balancer in network.balancers.values():
        properties = balancer.get("properties") or {}
        pools = properties.get("inboundNatPools") or []
        for rule in properties.get("inboundNatRules") or []:
            rows += _rule_rows(network, balancer, rule, by_configuration, [str(pool.get("name")) for pool in pools])
        for pool in pools:
            rows.append(_pool_row(network, balancer, pool))
    return sorted(
        rows, key=lambda row: (row["balancer"], row["rule"], str(row["frontendPort"]).zfill(12), row["instance"])
    )


def _row(network: Network, balancer: Body, body: Body, **more: Any) -> dict[str, Any]:
    inner = body.get("properties") or {}
    return {
        "instance": more.get("instance", ""),
        "kind": more["kind"],
        "rule": str(body.get("name")),
        "protocol": str(inner.get("protocol") or ""),
        "frontend": front_end(network, balancer, _id(inner.get("frontendIPConfiguration"))),
        "frontendPort": more["port"],
        "backendPort": inner.get("backendPort"),
        "balancer": str(balancer.get("name")),
    }


def _pool_row(network: Network, balancer: Body, pool: Body) -> dict[str, Any]:
    inner = pool.get("properties") or {}
    port = f"{inner.get('frontendPortRangeStart')}-{inner.get('frontendPortRangeEnd')}"
    return _row(network, balancer, pool, kind="NAT pool (retires 2027-09-30)", port=port)


def _rule_rows(
    network: Network, balancer: Body, rule: Body, faces: Mapping[str, Interface], pools: list[str]
) -> list[dict[str, Any]]:
    inner = rule.get("properties") or {}
    pool = _id(inner.get("backendAddressPool"))
    if not pool:
        face = faces.get(_id(inner.get("backendIPConfiguration")).lower()) or next(
            (face for face in faces.values() if str(rule.get("id")).lower() in {item.lower() for item in face.rules}),
            None,
        )
        from_pool = str(rule.get("name")).rsplit(".", 1)[0] in pools
        kind = "port of a NAT pool" if from_pool else "NAT rule"
        return [
            _row(
                network,
                balancer,
                rule,
                instance=face.instance if face else "",
                kind=kind,
                port=inner.get("frontendPort"),
            )
        ]
    mapped = _pool_mappings(balancer, rule, pool, faces)
    if mapped:
        return [_row(network, balancer, rule, instance=name, kind="NAT rule v2", port=port) for name, port in mapped]
    ports = f"{inner.get('frontendPortRangeStart')}-{inner.get('frontendPortRangeEnd')}"
    members = sorted(
        {face.instance for face in faces.values() if pool.lower() in {item.lower() for item in face.pools}}
    )
    return [_row(network, balancer, rule, instance=", ".join(members), kind="NAT rule v2", port=ports)]


def _pool_mappings(balancer: Body, rule: Body, pool: str, faces: Mapping[str, Interface]) -> list[tuple[str, Any]]:
    body = _named(balancer, "backendAddressPools").get(pool.lower()) or {}
    found: list[tuple[str, Any]] = []
    for address in (body.get("properties") or {}).get("loadBalancerBackendAddresses") or []:
        inner = address.get("properties") or {}
        face = faces.get(_id(inner.get("networkInterfaceIPConfiguration")).lower())
        name = face.instance if face else str(address.get("name"))
        found += [
            (name, mapping.get("frontendPort"))
            for mapping in inner.get("inboundNatRulesPortMapping") or []
            if mapping.get("inboundNatRuleName") == rule.get("name")
        ]
    return found
