"""The network: virtual network, NAT gateway, load balancer, network interfaces and ways in."""

from typing import Any

from pulumi_azure_scaleset.layout import machine
from pulumi_azure_scaleset.layout.security import security_rules
from pulumi_azure_scaleset.model import network as n
from pulumi_azure_scaleset.model.reach import openings
from pulumi_azure_scaleset.model.resolved import nat_kind, nat_ports, needs_load_balancer, outbound_method
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.resources import (
    Child,
    Network,
    Plan,
    Ref,
    compact,
    concat,
    lazy,
    optional_sub,
    sub,
    subs,
)
from scaleset_core.facts import names

_LAST_PORT = 65534
_STANDARD = {"name": "Standard"}
_LB, _LB_IP = "loadBalancer", "loadBalancerPublicIp"
_SELF_FRONTEND = f"$self/frontendIPConfigurations/{names.FRONTEND}"


def add_network(plan: Plan, model: ScaleSetModel, component: str) -> Network:
    """Add what the model asks for to the plan; the result is where instances attach."""
    subnet: Any = model.subnet_id if model.virtual_network is None else _add_virtual_network(plan, model, component)
    pools = tuple(model.load_balancer_backend_pool_ids)
    if not needs_load_balancer(model):
        return Network(subnet, pools)
    balancer = model.load_balancer or n.LoadBalancer()
    if balancer.made_here:
        return _add_load_balancer(plan, model, balancer, component, Network(subnet, pools))
    pool = balancer.backend_address_pool_id
    if pool is None:
        pool = concat(balancer.id, f"/backendAddressPools/{names.pool_name(model.scale_set_name)}")
    frontend = balancer.frontend_ip_configuration_id
    return Network(subnet, (pool, *pools), balancer.id, frontend, balancer.frontend_address)


def _envelope(model: ScaleSetModel) -> dict[str, Any]:
    return compact(
        {
            "resourceGroupName": model.resource_group_name,
            "location": model.location,
            "tags": dict(model.tags) or None,
        }
    )


def public_ip(model: ScaleSetModel, key: str, logical: str, physical: str, zones: list[Any] | None = None) -> Child:
    """A Standard static public address."""
    return Child(
        key=key,
        kind="publicIPAddress",
        type=tokens.PUBLIC_IP,
        name=logical,
        inputs=compact(
            {
                **_envelope(model),
                "extendedLocation": machine.extended_location(model),
                "publicIpAddressName": physical,
                "sku": _STANDARD,
                "publicIPAllocationMethod": "Static",
                "zones": zones,
            }
        ),
        outputs=("ipAddress",),
        # A refresh reads back the gateway that uses the address; the gateway's own inputs declare that already.
        ignore_changes=("natGateway",),
    )


def _add_virtual_network(plan: Plan, model: ScaleSetModel, component: str) -> Ref:
    network, stem = model.virtual_network, model.scale_set_name
    assert network is not None
    gateway: Any = model.outbound.nat_gateway_id if model.outbound is not None else None
    if gateway is None and outbound_method(model) == "NatGateway":
        gateway = _add_nat_gateway(plan, model, component)
    group: Any = network.network_security_group_id
    if group is None:
        group = _add_security_group(plan, model, component)
    subnet = compact(
        {
            "name": "instances",
            "addressPrefix": network.subnet_prefix,
            "natGateway": optional_sub(gateway),
            "networkSecurityGroup": optional_sub(group),
        }
    )
    inputs = compact(
        {
            **_envelope(model),
            "extendedLocation": machine.extended_location(model),
            "virtualNetworkName": f"{stem}-vnet",
            "addressSpace": {"addressPrefixes": [network.address_prefix]},
            "subnets": [subnet],
        }
    )
    plan.add(
        Child(
            key="virtualNetwork",
            kind="virtualNetwork",
            type=tokens.VIRTUAL_NETWORK,
            name=f"{component}-vnet",
            inputs=inputs,
        )
    )
    return Ref("virtualNetwork", suffix="/subnets/instances")


def _add_security_group(plan: Plan, model: ScaleSetModel, component: str) -> Ref | None:
    """The group that lets in what was asked for from outside; None if nothing was."""
    rules = security_rules(openings(model))
    if not rules:
        return None
    inputs = {
        **_envelope(model),
        "networkSecurityGroupName": f"{model.scale_set_name}-nsg",
        "securityRules": rules,
    }
    return plan.add(
        Child(
            key="networkSecurityGroup",
            kind="networkSecurityGroup",
            type=tokens.SECURITY_GROUP,
            name=f"{component}-nsg",
            inputs=inputs,
        )
    )


def _add_nat_gateway(plan: Plan, model: ScaleSetModel, component: str) -> Ref:
    stem = model.scale_set_name
    address = plan.add(public_ip(model, "natGatewayPublicIp", f"{component}-natgw-pip", f"{stem}-natgw-pip"))
    idle = model.outbound.idle_timeout_in_minutes if model.outbound is not None else None
    inputs = compact(
        {
            **_envelope(model),
            "natGatewayName": f"{stem}-natgw",
            "sku": _STANDARD,
            "publicIpAddresses": [sub(address)],
            "idleTimeoutInMinutes": idle,
        }
    )
    return plan.add(
        Child(key="natGateway", kind="natGateway", type=tokens.NAT_GATEWAY, name=f"{component}-natgw", inputs=inputs)
    )


def _add_load_balancer(
    plan: Plan, model: ScaleSetModel, balancer: n.LoadBalancer, component: str, network: Network
) -> Network:
    stem = model.scale_set_name
    frontend: dict[str, Any] = {"name": names.FRONTEND}
    address: Any
    if balancer.internal:
        frontend |= compact(
            {
                "subnet": sub(balancer.subnet_id),
                "privateIPAddress": balancer.private_ip_address,
                "privateIPAllocationMethod": "Dynamic" if balancer.private_ip_address is None else "Static",
                "zones": sorted(balancer.zones) or None,
            }
        )
        address = balancer.private_ip_address or lazy(private_address, Ref(_LB, "frontendIPConfigurations"))
    else:
        identity: Any = balancer.public_ip_address_id
        if identity is None:
            zones = sorted(balancer.zones) or None
            child = public_ip(model, _LB_IP, f"{component}-lb-pip", f"{stem}-lb-pip", zones)
            identity = plan.add(child)
            address = Ref(_LB_IP, "ipAddress")
        else:
            address = balancer.frontend_address
        frontend["publicIPAddress"] = sub(identity)
    plan.add(
        Child(
            key=_LB,
            kind="loadBalancer",
            type=tokens.LOAD_BALANCER,
            name=f"{component}-lb",
            inputs=compact(
                {
                    **_envelope(model),
                    "extendedLocation": machine.extended_location(model),
                    "loadBalancerName": f"{stem}-lb",
                    "sku": _STANDARD,
                    "frontendIPConfigurations": [frontend],
                    "backendAddressPools": [{"name": names.pool_name(stem)}],
                    **_rules(model, balancer),
                    "outboundRules": _outbound_rules(model),
                    "inboundNatPools": _nat_pools(model),
                }
            ),
            outputs=("frontendIPConfigurations",) if balancer.internal else (),
        )
    )
    pool = Ref(_LB, suffix=f"/backendAddressPools/{names.pool_name(stem)}")
    front = Ref(_LB, suffix=f"/frontendIPConfigurations/{names.FRONTEND}")
    return Network(network.subnet, (pool, *network.pools), Ref(_LB), front, address)


def _rules(model: ScaleSetModel, balancer: n.LoadBalancer) -> dict[str, Any]:
    pool = f"$self/backendAddressPools/{names.pool_name(model.scale_set_name)}"
    explicit = outbound_method(model) is not None
    probes, rules = [], []
    for name, rule in balancer.rules.items():
        backend = rule.port
        probe = rule.probe or (None if rule.protocol == "Udp" or not backend else n.Probe())
        if probe is not None:
            probes.append(_probe(name, probe, backend))
        rules.append(
            compact(
                {
                    "name": name,
                    "protocol": rule.protocol,
                    "frontendPort": rule.frontend_port,
                    "backendPort": backend,
                    "idleTimeoutInMinutes": rule.idle_timeout_in_minutes,
                    "loadDistribution": rule.load_distribution,
                    "enableFloatingIP": rule.enable_floating_ip,
                    "enableTcpReset": rule.enable_tcp_reset,
                    # Outbound traffic has its explicit method; SNAT by the rule would compete with it.
                    "disableOutboundSnat": True if explicit and not balancer.internal else None,
                    "frontendIPConfiguration": sub(_SELF_FRONTEND),
                    "backendAddressPool": sub(pool),
                    "probe": None if probe is None else sub(f"$self/probes/{name}"),
                }
            )
        )
    return {"probes": probes or None, "loadBalancingRules": rules or None}


def _probe(name: str, probe: n.Probe, backend: int) -> dict[str, Any]:
    return compact(
        {
            "name": name,
            "protocol": probe.protocol,
            "port": probe.port or backend,
            "requestPath": probe.request_path,
            "intervalInSeconds": probe.interval_in_seconds,
            "probeThreshold": probe.probe_threshold,
        }
    )


def _outbound_rules(model: ScaleSetModel) -> list[dict[str, Any]] | None:
    if outbound_method(model) != "LoadBalancer":
        return None
    outbound = model.outbound
    return [
        compact(
            {
                "name": "outbound",
                "protocol": "All",
                "allocatedOutboundPorts": None if outbound is None else outbound.allocated_outbound_ports,
                "idleTimeoutInMinutes": None if outbound is None else outbound.idle_timeout_in_minutes,
                "frontendIPConfigurations": [sub(_SELF_FRONTEND)],
                "backendAddressPool": sub(f"$self/backendAddressPools/{names.pool_name(model.scale_set_name)}"),
            }
        )
    ]


def _nat_pools(model: ScaleSetModel) -> list[dict[str, Any]] | None:
    pools = [
        compact(
            {
                "name": name,
                "protocol": nat.protocol,
                "frontendPortRangeStart": nat_ports(model, nat).first,
                "frontendPortRangeEnd": nat_ports(model, nat).last,
                "backendPort": nat.backend_port,
                "idleTimeoutInMinutes": nat.idle_timeout_in_minutes,
                "enableFloatingIP": nat.enable_floating_ip,
                "enableTcpReset": nat.enable_tcp_reset,
                "frontendIPConfiguration": sub(_SELF_FRONTEND),
            }
        )
        for name, nat in model.inbound_nat.items()
        if nat_kind(model, nat) == "Pool"
    ]
    return pools or None


def nat_pool_ids(model: ScaleSetModel, network: Network) -> list[dict[str, Any]] | None:
    """References to the NAT pools that the profile's instances use."""
    return subs(
        [
            concat_id(network.load_balancer, f"/inboundNatPools/{name}")
            for name, nat in model.inbound_nat.items()
            if nat_kind(model, nat) == "Pool" and not nat.detach
        ]
    )


def private_address(configurations: Any) -> Any:
    """The private address of the first IP configuration, or None where there is none yet."""
    return configurations[0].get("privateIPAddress") if configurations else None


def concat_id(identity: Any, suffix: str) -> Any:
    """The id of something below a resource whose id is plain, an Output or a reference."""
    if isinstance(identity, Ref):
        return Ref(identity.child, identity.attribute, identity.suffix + suffix)
    return concat(identity, suffix)
