"""The rules on a load balancer's body: references inside it, front ends and their SKU, ports, NAT pools or rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from arm_simulator.core import errors
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId, parse
from arm_simulator.core.kinds import Body
from arm_simulator.core.references import references_of
from arm_simulator.providers.network import addressing
from arm_simulator.providers.network.base import id_of, inner_exists, spelling
from arm_simulator.providers.network.public_addresses import check_address_free

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

MAX_PORT = 65534
ROW_LISTS = {"backendaddresspools": "backendAddressPools", "inboundnatrules": "inboundNatRules"}


def check_front_ends(ctx: Context, rid: ResourceId, body: Body) -> None:
    """Each front end has a subnet or a public address of the balancer's SKU; private addresses are allocated.

    Raises:
        ArmError: InvalidRequestFormat, DifferentSku..., PublicIPAddressInUse, InvalidResourceReference ...
    """
    sku = (body.get("sku") or {}).get("name", "Standard")
    kept: set[tuple[str, str]] = set()
    for index, front in enumerate(body["properties"].get("frontendIPConfigurations") or []):
        where = f"properties.frontendIPConfigurations[{index}]"
        properties = front.setdefault("properties", {}) or {}
        front["properties"] = properties
        subnet, address = id_of(properties.get("subnet")), id_of(properties.get("publicIPAddress"))
        prefix = id_of(properties.get("publicIPPrefix"))
        if bool(subnet) == bool(address or prefix):
            raise ArmError(
                400,
                "FrontendIPConfigurationMustHaveOneAddressSource" if subnet else "InvalidRequestFormat",
                f"Frontend IP configuration {rid}/frontendIPConfigurations/{front['name']} must reference either a "
                "subnet or a "
                "public IP address.",
                where,
            )
        properties.setdefault("privateIPAllocationMethod", "Dynamic")
        if address:
            check_address_free(ctx, rid, address, sku)
        if subnet:
            if not ctx.reference_exists(subnet):
                raise errors.invalid_resource_reference(rid, subnet)
            static = properties["privateIPAllocationMethod"] == "Static"
            properties["privateIPAddress"] = addressing.allocate(
                ctx,
                subnet,
                rid,
                element=front["name"],
                wanted=properties.get("privateIPAddress") if static else None,
                version=properties.get("privateIPAddressVersion") or "IPv4",
            )
            kept.add((parse(subnet).key, front["name"]))
    addressing.release_unused(ctx, rid, kept)


def check_inner_references(ctx: Context, rid: ResourceId, body: Body, pools: Iterable[str]) -> None:
    """Rules may name only front ends, probes and pools that this body has.

    Raises:
        ArmError: InvalidResourceReference.
    """
    known_pools = {name.lower() for name in pools}
    for reference in references_of(rid, body):
        if not reference.target.startswith(rid.key + "/"):
            if not ctx.reference_exists(reference.target):
                raise errors.invalid_resource_reference(reference.via, spelling(body, reference.target))
            continue
        kind, _, name = reference.target[len(rid.key) + 1 :].partition("/")
        found = name in known_pools if kind == "backendaddresspools" else inner_exists(rid, body, reference.target)
        if not found:
            raise errors.invalid_resource_reference(reference.via, spelling(body, reference.target))


def check_lists(rid: ResourceId, properties: Body, nat_rules: Iterable[Body]) -> None:
    """Shapes of rules, probes and pools, and the exclusion of NAT pools and NAT rules.

    Raises:
        ArmError: InvalidRequestFormat and the codes of single rules.
    """
    pools = properties.get("inboundNatPools") or []
    if pools and any(True for _ in nat_rules):
        raise ArmError(
            400,
            "LoadBalancerHasBothInboundNatPoolsAndInboundNatRules",
            f"Load balancer {rid} cannot have both inbound NAT pools and inbound NAT rules: they are mutually "
            "exclusive. Use "
            "inbound NAT rules for virtual machines and Flexible scale sets.",
            "properties.inboundNatPools",
        )
    for rule in properties.get("loadBalancingRules") or []:
        _ports(rid, "loadBalancingRules", rule, ("frontendPort",), low=0)
        _front_end(rid, "loadBalancingRules", rule)
        rule["properties"].setdefault("loadDistribution", "Default")
        rule["properties"].setdefault("idleTimeoutInMinutes", 4)
        rule["properties"].setdefault("enableFloatingIP", False)
    _check_backend_ports(rid, properties.get("loadBalancingRules") or [])
    for probe in properties.get("probes") or []:
        _ports(rid, "probes", probe, ("port",))
        inner = probe["properties"]
        if (inner.get("protocol") in {"Http", "Https"}) != bool(inner.get("requestPath")):
            raise ArmError(
                400,
                "LoadBalancerProbeRequestPathInvalid",
                f"Probe {rid}/probes/{probe['name']}: requestPath is required for Http and Https and must not be set "
                "for Tcp.",
            )
    for rule in properties.get("outboundRules") or []:
        if not rule.get("properties", {}).get("frontendIPConfigurations"):
            raise _missing(rid, "outboundRules", rule, "frontendIPConfigurations")
        if not id_of(rule["properties"].get("backendAddressPool")):
            raise _missing(rid, "outboundRules", rule, "backendAddressPool")
        _check_public(rid, properties, rule)
    for pool in pools:
        _ports(rid, "inboundNatPools", pool, ("frontendPortRangeStart", "frontendPortRangeEnd", "backendPort"))
        _front_end(rid, "inboundNatPools", pool)
        check_range(f"{rid}/inboundNatPools/{pool['name']}", pool["properties"])


def _check_backend_ports(rid: ResourceId, rules: Iterable[Body]) -> None:
    """One port and protocol of a pool serves one load-balancing rule, unless the rules have floating IPs.

    Azure's words are those of MicrosoftDocs/azure-docs issues 94673 and 117762.
    """
    seen: dict[tuple[str, str, int], str] = {}
    for rule in rules:
        inner = rule["properties"]
        pools = [inner.get("backendAddressPool"), *(inner.get("backendAddressPools") or [])]
        for pool in filter(None, map(id_of, pools)):
            key = (pool.lower(), *backend_port(inner))
            path = f"{rid}/loadBalancingRules/{rule['name']}"
            other = None if inner.get("enableFloatingIP") else seen.setdefault(key, path)
            if other not in {None, path}:
                raise ArmError(
                    400,
                    "RulesUseSameBackendPortProtocolAndPool",
                    f"Load balancing rules {other} and {path} with floating IP disabled use the same protocol "
                    f"{key[1]} and backend port {key[2]}, and must not be used with the same backend address pool "
                    f"{pool}.",
                )


def backend_port(properties: Body) -> tuple[str, int]:
    """Protocol and port that a rule sends to; a port that is not written is 0."""
    return str(properties.get("protocol") or "Tcp"), int(properties.get("backendPort") or 0)


def check_range(where: str, properties: Body) -> None:
    """A port range must not end before it starts.

    Raises:
        ArmError: 400 InvalidFrontendPortRange.
    """
    start, end = properties["frontendPortRangeStart"], properties["frontendPortRangeEnd"]
    if start > end:
        raise ArmError(
            400,
            "InvalidFrontendPortRange",
            f"The frontend port range {start}-{end} of {where} is not valid: it ends before it starts.",
        )


def claimed_ports(rid: ResourceId, properties: Body) -> Iterator[tuple[str, int, str]]:
    """``(scope, port, inner element)`` that rules and pools of the body occupy on the front ends."""
    for rule in properties.get("loadBalancingRules") or []:
        inner = rule["properties"]
        for scope in port_scopes(inner):
            yield scope, inner["frontendPort"], f"{rid}/loadBalancingRules/{rule['name']}"
    for pool in properties.get("inboundNatPools") or []:
        inner = pool["properties"]
        for port in range(inner["frontendPortRangeStart"], inner["frontendPortRangeEnd"] + 1):
            for scope in port_scopes(inner):
                yield scope, port, f"{rid}/inboundNatPools/{pool['name']}"


def port_scopes(properties: Body) -> list[str]:
    """The scopes of a rule's claims: one for each protocol on its front end."""
    front = id_of(properties.get("frontendIPConfiguration")).lower()
    protocol = str(properties.get("protocol") or "Tcp").lower()
    return [f"ports|{front}|{name}" for name in (("tcp", "udp") if protocol == "all" else (protocol,))]


def claim_ports(ctx: Context, owner: ResourceId, ports: Iterable[tuple[str, int, str]]) -> None:
    """Occupy front-end ports; one port of one protocol serves one rule.

    Raises:
        ArmError: RulesUseSameFrontendPortProtocolAndIPConfig.
    """
    for scope, _, _ in ctx.store.claims_of(owner):
        if scope.startswith("ports|"):
            ctx.store.release(owner, scope)
    mine: dict[tuple[str, int], str] = {}
    for scope, port, element in ports:
        other = mine.get((scope, port)) or ctx.store.claim(scope, port, owner, element)
        if other is not None:
            protocol = scope.rsplit("|", 1)[-1]
            raise ArmError(
                400,
                "RulesUseSameFrontendPortProtocolAndIPConfig",
                f"Load balancing rules {other} and {element} with floating IP disabled use the same frontend port "
                f"{port}, protocol "
                f"{protocol} and frontend IP configuration {scope.split('|')[1]}.",
            )
        mine[scope, port] = element


def _ports(rid: ResourceId, kind: str, item: Body, names: tuple[str, ...], low: int = 1) -> None:
    properties = item.setdefault("properties", {}) or {}
    item["properties"] = properties
    for name in names:
        value: Any = properties.get(name)
        if value is None:
            raise _missing(rid, kind, item, name)
        if not low <= value <= MAX_PORT + 1:
            raise ArmError(
                400,
                "InvalidPortNumber",
                f"The {name} {value} of {rid}/{kind}/{item['name']} is not valid: it must be {low} to {MAX_PORT}.",
                name,
            )


def _check_public(rid: ResourceId, properties: Body, rule: Body) -> None:
    """An outbound rule translates to public addresses: its front ends have one, or a prefix of them."""
    named = {id_of(front).rsplit("/", 1)[-1].lower() for front in rule["properties"]["frontendIPConfigurations"]}
    for front in properties.get("frontendIPConfigurations") or []:
        inner = front.get("properties") or {}
        public = id_of(inner.get("publicIPAddress")) or id_of(inner.get("publicIPPrefix"))
        if front["name"].lower() in named and not public:
            raise ArmError(
                400,
                "OutboundRuleFrontendIPConfigurationMustBePublic",
                f"Outbound rule {rid}/outboundRules/{rule['name']} refers to frontend IP configuration "
                f"{front['name']}, which has no public IP address.",
                "properties.outboundRules",
            )


def _front_end(rid: ResourceId, kind: str, item: Body) -> None:
    if not id_of(item["properties"].get("frontendIPConfiguration")):
        raise _missing(rid, kind, item, "frontendIPConfiguration")


def _missing(rid: ResourceId, kind: str, item: Body, name: str) -> ArmError:
    return ArmError(
        400,
        "InvalidRequestFormat",
        f"Cannot parse the request. Required member '{name}' of {rid}/{kind}/{item.get('name')} is missing.",
        f"properties.{kind}.{name}",
    )
