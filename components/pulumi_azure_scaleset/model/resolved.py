"""Resolved arguments: every decision that follows from a model, made once.

Validation, the layouts and the outputs read these; nothing is decided a second time.
"""

from pulumi_azure_scaleset.model import network as n
from pulumi_azure_scaleset.model.capacity import Health, StandbyPool
from pulumi_azure_scaleset.model.machine import Extension
from pulumi_azure_scaleset.model.scale_set import Instance, ScaleSetModel
from scaleset_core.facts import health as facts
from scaleset_core.facts import outbound
from scaleset_core.facts.names import HEALTH_EXTENSION
from scaleset_core.facts.ports import PortRange, allocate

_LAST_PORT = 65534


def nat_kind(model: ScaleSetModel, nat: n.InboundNat) -> str:
    """The kind of an inbound NAT: as written, else NAT rules for named Flexible instances and pool rules otherwise."""
    if nat.kind is not None:
        return nat.kind
    return "Rule" if model.flexible and model.instances and not model.has_profile else "PoolRule"


def nat_ports(model: ScaleSetModel, nat: n.InboundNat) -> PortRange:
    """The front-end ports of an inbound NAT."""
    usual = n.FIRST_RULE_PORT if nat_kind(model, nat) == "Rule" else n.FIRST_POOL_PORT
    first = usual if nat.frontend_port_start is None else nat.frontend_port_start
    last = min(first + n.NAT_PORTS - 1, _LAST_PORT) if nat.frontend_port_end is None else nat.frontend_port_end
    return PortRange(first, max(first, last))


def instance_ports(model: ScaleSetModel) -> dict[str, dict[str, int]]:
    """The front-end port of each instance for each inbound NAT of kind Rule: instance -> NAT -> port."""
    result: dict[str, dict[str, int]] = {name: {} for name in model.instances}
    for nat, way in model.inbound_nat.items():
        if nat_kind(model, way) != "Rule":
            continue
        wanted = {name: instance.nat_ports.get(nat) for name, instance in model.instances.items()}
        for name, port in allocate(wanted, nat_ports(model, way)).items():
            result[name][nat] = port
    return result


def needs_load_balancer(model: ScaleSetModel) -> bool:
    """Whether the set is behind a load balancer, declared or implied."""
    by_rule = model.outbound is not None and model.outbound.method == "LoadBalancer"
    return model.load_balancer is not None or bool(model.inbound_nat) or by_rule


def outbound_method(model: ScaleSetModel) -> str | None:
    """How instances reach the outside: as written, else an outbound rule of a public load balancer made here."""
    if model.outbound is not None:
        return model.outbound.method
    if needs_load_balancer(model):
        balancer = model.load_balancer or n.LoadBalancer()
        return "LoadBalancer" if balancer.made_here and not balancer.internal else None
    return None


def outbound_access(model: ScaleSetModel) -> outbound.Answer:
    """How instances of the profile reach the outside, as far as the arguments show.

    What is declared elsewhere is not known here: External declares that it provides outbound access.
    """
    balancer, method = model.load_balancer or n.LoadBalancer(), outbound_method(model)
    behind = needs_load_balancer(model)
    elsewhere = "the rules of the load balancer that load_balancer.id names"
    public = not balancer.internal
    addresses = [model.public_ip_per_instance, *(each.public_ip for each in model.network_interfaces)]
    made = outbound.Translation(name="outbound", serves=True, public=public)
    rules = [
        outbound.Translation(name=name, serves=True, public=public, snat=method is None or balancer.internal)
        for name in balancer.rules
    ]
    gateway = method == "NatGateway" or ("the NAT gateway of subnet_id" if model.subnet_id is not None else False)
    return outbound.decide(
        outbound.Situation(
            flexible=model.flexible,
            nat_gateway=gateway,
            public_address=any(each is not None and each.enabled for each in addresses),
            outbound_rules=(made,) if method == "LoadBalancer" else (),
            balancing_rules=tuple(rules),
            hidden=(elsewhere,) if behind and not balancer.made_here else (),
        )
    )


def fault_domains(model: ScaleSetModel) -> int:
    """The fault domain count: as written, else 1 (maximum spreading) in both modes."""
    return 1 if model.platform_fault_domain_count is None else model.platform_fault_domain_count


def extensions_of(model: ScaleSetModel, instance: Instance | None = None) -> list[Extension]:
    """The extensions of an instance, or of the profile: those declared, and the health signal last."""
    declared = model.extensions
    if instance is not None and instance.extensions is not None:
        declared = instance.extensions
    if model.health is None or model.health.probe_id is not None:
        return declared
    if any(extension.name == HEALTH_EXTENSION for extension in declared):
        return declared
    return [*declared, health_extension(model.health, windows=model.windows)]


def health_extension(health: Health, *, windows: bool) -> Extension:
    """The Application Health extension for a health signal: version 1 binary, version 2 with rich states."""
    settings = {
        "protocol": health.protocol,
        "port": health.port,
        "requestPath": health.request_path,
        "intervalInSeconds": health.interval_in_seconds,
        "numberOfProbes": health.number_of_probes,
        "gracePeriod": health.grace_period_in_seconds,
    }
    return Extension(
        name=HEALTH_EXTENSION,
        publisher=facts.PUBLISHER,
        type=facts.WINDOWS if windows else facts.LINUX,
        type_handler_version="2.0" if health.rich_states else "1.0",
        settings={name: value for name, value in settings.items() if value is not None},
        # It probes from the start and waits for no other extension.
        provision_after_extensions=[],
    )


def is_health_extension(extension: Extension) -> bool:
    """Whether an extension is the Application Health extension; an unknown value counts as yes."""
    publisher, kind = extension.publisher, extension.type
    return not (isinstance(publisher, str) and isinstance(kind, str)) or facts.is_health(publisher, kind)


def standby_pool_name(model: ScaleSetModel, pool: StandbyPool) -> str:
    """The pool's name: as written, else the set's with ``-pool``."""
    return pool.name or f"{model.scale_set_name}-pool"
