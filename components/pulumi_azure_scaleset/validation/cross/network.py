"""Rules between arguments: subnet, load balancer, inbound NAT, outbound."""

from collections.abc import Iterator

from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.model.network import InboundNat, LoadBalancer
from pulumi_azure_scaleset.model.resolved import (
    instance_ports,
    nat_kind,
    nat_ports,
    needs_load_balancer,
    outbound_access,
    outbound_method,
)
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.validation.cross.machine import makes_machines
from pulumi_azure_scaleset.validation.quoting import quote
from scaleset_core.facts.ports import PortRange, collisions


def problems(model: ScaleSetModel) -> Iterator[Problem]:
    """Problems of the network."""
    yield from _subnet(model)
    yield from _interfaces(model)
    yield from _load_balancer(model)
    yield from _outbound(model)
    for name, nat in model.inbound_nat.items():
        yield from _inbound(model, name, nat)
    kinds = {nat_kind(model, nat) for nat in model.inbound_nat.values()} - (set() if model.flexible else {"Rule"})
    if "Pool" in kinds and len(kinds) > 1:
        yield quote("nat-pools-exclude-nat-rules", "inbound_nat", sorted(kinds))
    yield from _overlaps(model)
    yield from _same_backend_ports(model)
    yield from _ports(model)


def _subnet(model: ScaleSetModel) -> Iterator[Problem]:
    if model.subnet_id is not None and model.virtual_network is not None:
        yield Problem(
            "virtual_network", "it creates a subnet, and subnet_id names an existing one: use only one of them"
        )
    if model.virtual_network is not None and _wants_ipv6(model):
        yield Problem(
            "enable_ipv6",
            "the subnet that virtual_network creates has only IPv4 addresses: use subnet_id with a subnet that "
            "has both kinds",
        )
    if model.subnet_id is None and model.virtual_network is None and makes_machines(model):
        yield Problem("subnet_id", "it is required (or virtual_network: {}, to create a network with one subnet)")


def _wants_ipv6(model: ScaleSetModel) -> bool:
    """Whether an interface in the set's own subnet asks for IPv6; the set's own field counts if no other is primary."""
    own = model.enable_ipv6 and not any(interface.primary for interface in model.network_interfaces)
    return own or any(each.enable_ipv6 and each.subnet_id is None for each in model.network_interfaces)


def _interfaces(model: ScaleSetModel) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, interface in enumerate(model.network_interfaces):
        if interface.name in seen:
            yield Problem(f"network_interfaces[{index}].name", f"{interface.name!r} is given twice")
        seen.add(interface.name)
    primaries = [interface for interface in model.network_interfaces if interface.primary]
    if len(primaries) > 1:
        yield quote("one-primary-network-interface", "network_interfaces", [each.name for each in primaries])
    if "nic" in seen and not primaries:
        yield Problem("network_interfaces", "'nic' is the primary interface's own name: use another one")


def _load_balancer(model: ScaleSetModel) -> Iterator[Problem]:
    balancer = model.load_balancer
    if balancer is None:
        return
    yield from _rules(balancer)
    if balancer.made_here:
        return
    if model.inbound_nat and balancer.frontend_ip_configuration_id is None:
        yield Problem(
            "load_balancer.frontend_ip_configuration_id",
            "inbound_nat on an existing load balancer needs it: {load balancer id}/frontendIPConfigurations/{name}",
        )


def _outbound(model: ScaleSetModel) -> Iterator[Problem]:
    method = outbound_method(model)
    balancer = model.load_balancer or LoadBalancer()
    if method == "LoadBalancer" and not balancer.made_here:
        yield Problem(
            "outbound.method",
            "an outbound rule belongs to its load balancer, which is declared elsewhere: add the rule there and "
            "set External here",
        )
    if method == "LoadBalancer" and balancer.made_here and balancer.internal:
        yield Problem("outbound.method", "an internal load balancer has no outbound rules: use NatGateway or External")
    given = model.outbound is not None and model.outbound.nat_gateway_id is not None
    if given and model.virtual_network is None:
        yield Problem(
            "outbound.nat_gateway_id",
            "a NAT gateway is set on the subnet, and this one is declared elsewhere: set it there and remove this",
        )
    if model.flexible and model.has_profile and method is None and not outbound_access(model).explicit:
        yield quote("explicit-outbound-on-flexible", "outbound")


def _inbound(model: ScaleSetModel, name: str, nat: InboundNat) -> Iterator[Problem]:
    field, kind = f"inbound_nat[{name!r}]", nat_kind(model, nat)
    if kind == "Pool" and model.flexible:
        yield quote("nat-pool-on-flexible", f"{field}.kind", kind)
    yield from _port_range(model, field, nat)
    if kind == "Rule" and not model.flexible:
        yield Problem(
            f"{field}.kind",
            "a NAT rule to one instance needs its network interface, and Uniform instances have no separate "
            "ones: use PoolRule (or Pool)",
        )
    if kind == "Rule" and model.flexible and not model.instances:
        yield Problem(f"{field}.kind", "there are no named instances that it could reach: use PoolRule")
    if kind == "Pool" and model.load_balancer is not None and not model.load_balancer.made_here:
        yield Problem(f"{field}.kind", "a NAT pool belongs to its load balancer, declared elsewhere: use PoolRule")
    if nat.detach and kind != "Pool":
        yield Problem(f"{field}.detach", f"it is for kind Pool; a {kind} is removed in one step")
    if not model.flexible or kind != "Rule":
        for instance_name, instance in model.instances.items():
            if name in instance.nat_ports:
                yield Problem(f"instances[{instance_name!r}].nat_ports.{name}", f"{kind} gives no port by instance")


def _port_range(model: ScaleSetModel, field: str, nat: InboundNat) -> Iterator[Problem]:
    """The range ends after its first port, and has a port for each instance that gets one as a member of the pool."""
    kind, ports = nat_kind(model, nat), nat_ports(model, nat)
    wanted = 0
    if kind == "PoolRule":
        wanted = model.profile_capacity + (len(model.instances) if model.flexible else 0)
    elif kind == "Pool" and not model.flexible and not nat.detach:
        wanted = model.profile_capacity
    if nat.frontend_port_end is not None and nat.frontend_port_end < ports.first:
        text = f"got {nat.frontend_port_end}, below the first port of a {kind}, {ports.first}"
        yield Problem(f"{field}.frontend_port_end", f"{text}: give frontend_port_start too")
    elif len(ports) < wanted:
        text = f"the ports {ports} are {len(ports)}, and {wanted} instances need one each"
        yield Problem(f"{field}.frontend_port_end", f"{text}: give a larger range")


def _overlaps(model: ScaleSetModel) -> Iterator[Problem]:
    """Two ways in must not claim one front-end port; nor may a load-balancing rule."""
    if not needs_load_balancer(model):
        return
    ways = list(model.inbound_nat.items())
    for index, (name, nat) in enumerate(ways):
        ports = nat_ports(model, nat)
        for other_name, other in ways[:index]:
            taken = nat_ports(model, other)
            if _meet(nat.protocol, other.protocol) and _overlap(ports, taken):
                yield Problem(
                    f"inbound_nat[{name!r}].frontend_port_start",
                    f"its ports {ports} overlap those of {other_name!r}, {taken}: give each its own range",
                )
        rules = model.load_balancer.rules if model.load_balancer is not None else {}
        for rule_name, rule in rules.items():
            if _meet(rule.protocol, nat.protocol) and rule.frontend_port in ports:
                yield Problem(
                    f"load_balancer.rules[{rule_name!r}].frontend_port",
                    f"{rule.frontend_port} lies in the ports of inbound_nat {name!r}, {ports}",
                )


def _rules(balancer: LoadBalancer) -> Iterator[Problem]:
    """One front-end port of one protocol serves one load-balancing rule."""
    seen: dict[tuple[str, int], str] = {}
    for name, rule in balancer.rules.items():
        for protocol in ("Tcp", "Udp") if rule.protocol == "All" else (rule.protocol,):
            other = seen.setdefault((protocol, rule.frontend_port), name)
            if other != name:
                yield Problem(
                    f"load_balancer.rules[{name!r}].frontend_port",
                    f"{rule.frontend_port} is the front-end port of {other!r} too: give each rule its own port",
                )
                break


def _same_backend_ports(model: ScaleSetModel) -> Iterator[Problem]:
    """One port and protocol of an instance serves one load-balancing rule, and one inbound NAT of each kind.

    Azure: RulesUseSameBackendPortProtocolAndPool and RulesUseSameBackendPortProtocolAndIPConfig.
    """
    seen: dict[tuple[str, str, int], str] = {}
    for name, rule in (model.load_balancer.rules if model.load_balancer is not None else {}).items():
        port = rule.port
        other = None if rule.enable_floating_ip else seen.setdefault(("rules", rule.protocol, port), name)
        if other not in {None, name}:
            yield Problem(
                f"load_balancer.rules[{name!r}].backend_port",
                f"{rule.protocol} {port} of the pool is used by {other!r} too: give each rule its own backend "
                "port, or set enable_floating_ip on both",
            )
    drawn = {"PoolRule", "Rule"} if model.flexible and model.instances else {"PoolRule"}
    for name, nat in model.inbound_nat.items():
        kind = nat_kind(model, nat)
        other = name if kind not in drawn else seen.setdefault((kind, nat.protocol, nat.backend_port), name)
        if other != name:
            yield Problem(
                f"inbound_nat[{name!r}].backend_port",
                f"{nat.protocol} {nat.backend_port} of each instance is used by {other!r} already: remove one",
            )


def _meet(one: str, two: str) -> bool:
    """Whether two protocols share ports."""
    return one == two or "All" in {one, two}


def _overlap(one: PortRange, two: PortRange) -> bool:
    return one.first <= two.last and two.first <= one.last


def _ports(model: ScaleSetModel) -> Iterator[Problem]:
    if not model.flexible:
        return
    ports = instance_ports(model)
    for nat, way in model.inbound_nat.items():
        allocated = {name: by_nat[nat] for name, by_nat in ports.items() if nat in by_nat}
        allowed = nat_ports(model, way)
        for name, port in allocated.items():
            if port not in allowed:
                yield Problem(
                    f"instances[{name!r}].nat_ports.{nat}",
                    f"got {port}; expected {allowed.first} to {allowed.last}, the range of {nat!r}",
                )
        for port, names in collisions(allocated).items():
            yield Problem(
                f"instances[{names[-1]!r}].nat_ports.{nat}",
                f"{' and '.join(map(repr, names))} both get port {port} by their names: give one of them its "
                f"own port, nat_ports: {{{nat}: {_free(allocated, allowed)}}}",
            )


def _free(allocated: dict[str, int], ports: PortRange) -> int:
    taken = set(allocated.values())
    return next((port for port in range(ports.last, ports.first, -1) if port not in taken), ports.last)
