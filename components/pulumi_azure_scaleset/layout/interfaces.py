"""Network interfaces: configurations of a profile, or resources of one Flexible instance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pulumi_azure_scaleset.layout import machine
from pulumi_azure_scaleset.layout.network import nat_pool_ids, public_ip
from pulumi_azure_scaleset.model.forms import marked
from pulumi_azure_scaleset.model.marks import OfPrimaryInterface
from pulumi_azure_scaleset.model.network import NetworkInterface, PublicIpPerInstance
from pulumi_azure_scaleset.model.scale_set import Instance, ScaleSetModel
from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.resources import (
    Child,
    Network,
    Ref,
    compact,
    optional_sub,
    sub,
    subs,
)
from scaleset_core.facts import names


def interfaces_of(model: ScaleSetModel) -> list[NetworkInterface]:
    """The interfaces of each instance, the primary one first.

    The set's own fields describe the primary interface, unless one of ``network_interfaces`` is primary.
    """
    declared = model.network_interfaces
    if any(interface.primary for interface in declared):
        return sorted(declared, key=lambda interface: not interface.primary)
    fields = {mark.name or name: getattr(model, name) for name, mark in _OF_PRIMARY.items()}
    return [NetworkInterface(name=names.PRIMARY_NIC, primary=True, **fields), *declared]


_OF_PRIMARY = marked(ScaleSetModel, OfPrimaryInterface)


def _common(interface: NetworkInterface) -> dict[str, Any]:
    group = interface.network_security_group_id
    return compact(
        {
            "networkSecurityGroup": optional_sub(group),
            "enableAcceleratedNetworking": interface.accelerated_networking,
            "enableIPForwarding": interface.ip_forwarding,
            "dnsSettings": {"dnsServers": list(interface.dns_servers)} if interface.dns_servers else None,
            "auxiliaryMode": interface.auxiliary_mode,
            "auxiliarySku": interface.auxiliary_sku,
            "disableTcpStateTracking": interface.disable_tcp_state_tracking,
        }
    )


def _pools(model: ScaleSetModel, interface: NetworkInterface, network: Network) -> dict[str, Any]:
    """The pools of an interface's IPv4 configuration: only the primary interface takes part."""
    return compact(
        {
            "applicationSecurityGroups": subs(interface.application_security_group_ids),
            "loadBalancerBackendAddressPools": subs(network.pools) if interface.primary else None,
            "applicationGatewayBackendAddressPools": subs(model.application_gateway_backend_pool_ids)
            if interface.primary
            else None,
        }
    )


def profile_interfaces(model: ScaleSetModel, network: Network) -> list[dict[str, Any]]:
    """The network interface configurations of a profile."""
    return [_profile_interface(model, interface, network) for interface in interfaces_of(model)]


def _profile_interface(model: ScaleSetModel, interface: NetworkInterface, network: Network) -> dict[str, Any]:
    subnet = sub(interface.subnet_id if interface.subnet_id is not None else network.subnet)
    configuration = compact(
        {
            "name": names.IP_CONFIGURATION,
            "primary": True,
            "subnet": subnet,
            **_pools(model, interface, network),
            "loadBalancerInboundNatPools": nat_pool_ids(model, network) if interface.primary else None,
            "publicIPAddressConfiguration": _public_ip_configuration(model, interface.public_ip),
        }
    )
    configurations = [configuration]
    if interface.enable_ipv6:
        configurations.append(_ipv6(subnet))
    return {
        "name": interface.name,
        "primary": interface.primary,
        **({"deleteOption": "Delete"} if model.flexible else {}),
        **_common(interface),
        "ipConfigurations": configurations,
    }


def _ipv6(subnet: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": f"{names.IP_CONFIGURATION}-v6",
        "primary": False,
        "subnet": dict(subnet),
        "privateIPAddressVersion": "IPv6",
    }


def _public_ip_configuration(model: ScaleSetModel, public: PublicIpPerInstance | None) -> dict[str, Any] | None:
    if public is None or not public.enabled:
        return None
    prefix = public.public_ip_prefix_id
    return compact(
        {
            "name": "public",
            # Flexible only, in the REST specification; Uniform makes Basic or Standard by the load balancer.
            "sku": {"name": "Standard", "tier": "Regional"} if model.flexible else None,
            "deleteOption": "Delete" if model.flexible else None,
            "dnsSettings": _label(public, public.domain_name_label),
            "idleTimeoutInMinutes": public.idle_timeout_in_minutes,
            "ipTags": _ip_tags(public),
            "publicIPPrefix": optional_sub(prefix),
        }
    )


def _label(public: PublicIpPerInstance, label: str | None) -> dict[str, Any] | None:
    if label is None:
        return None
    return compact({"domainNameLabel": label, "domainNameLabelScope": public.domain_name_label_scope})


def _ip_tags(public: PublicIpPerInstance) -> list[dict[str, Any]] | None:
    return [{"ipTagType": each.type, "tag": each.tag} for each in public.ip_tags] or None


@dataclass(frozen=True, slots=True)
class InstanceInterfaces:
    """The interfaces of one Flexible instance.

    Attributes:
        children: The resources, in an order in which each comes after what it refers to.
        references: The virtual machine's ``networkInterfaces``.
        primary: The plan key of the primary interface.
    """

    children: Sequence[Child]
    references: Sequence[dict[str, Any]]
    primary: str


def instance_interfaces(
    model: ScaleSetModel, instance: Instance, name: str, logical: str, network: Network, nat_rules: Sequence[Ref]
) -> InstanceInterfaces:
    """The network interface resources of one Flexible instance."""
    children: list[Child] = []
    references: list[dict[str, Any]] = []
    interfaces = interfaces_of(model)
    for interface in interfaces:
        key = interface_key(interface, name)
        public = interface.public_ip
        address: Ref | None = None
        if public is not None and public.enabled:
            stem = f"{name}-pip" if interface.primary else f"{name}-{interface.name}-pip"
            logical_stem = f"{logical}-pip" if interface.primary else f"{logical}-{interface.name}-pip"
            child = public_ip(model, f"pip:{_part(interface, name)}", logical_stem, stem)
            children.append(_with_options(child, public))
            address = Ref(child.key)
        rules = nat_rules if interface.primary else ()
        children.append(_interface(model, instance, interface, name, logical, network, rules, address))
        single = len(interfaces) == 1
        references.append({"id": Ref(key)} if single else {"id": Ref(key), "primary": interface.primary})
    return InstanceInterfaces(children, references, interface_key(interfaces[0], name))


def stopped_only(instance: str) -> str:
    """What to do about a change that Azure takes on a machine that is deallocated, and on no other."""
    chosen = f"--instances {instance}"
    return (
        f"Azure takes this change on a deallocated machine only. With the downtime that it means: `scaleset instances "
        f"deallocate {chosen}`, `pulumi up`, `scaleset instances start {chosen}`. No other instance is affected."
    )


def interface_key(interface: NetworkInterface, instance: str) -> str:
    """The plan's key of an instance's interface."""
    return f"nic:{_part(interface, instance)}"


def _part(interface: NetworkInterface, instance: str) -> str:
    return instance if interface.primary else f"{instance}/{interface.name}"


def _with_options(child: Child, public: PublicIpPerInstance) -> Child:
    stem = public.domain_name_label
    label = None if stem is None else f"{stem}-{child.inputs['publicIpAddressName']}"
    more = compact(
        {
            "idleTimeoutInMinutes": public.idle_timeout_in_minutes,
            "publicIPPrefix": optional_sub(public.public_ip_prefix_id),
            "dnsSettings": _label(public, label),
            "ipTags": _ip_tags(public),
        }
    )
    return replace(child, inputs={**child.inputs, **more})


def _interface(
    model: ScaleSetModel,
    instance: Instance,
    interface: NetworkInterface,
    name: str,
    logical: str,
    network: Network,
    nat_rules: Sequence[Ref],
    address: Ref | None,
) -> Child:
    subnet = interface.subnet_id if interface.subnet_id is not None else network.subnet
    fixed = instance.private_ip_address if interface.primary else None
    if interface.primary and instance.subnet_id is not None:
        subnet = instance.subnet_id
    configuration = compact(
        {
            "name": names.IP_CONFIGURATION,
            "primary": True,
            "subnet": sub(subnet),
            "privateIPAllocationMethod": "Dynamic" if fixed is None else "Static",
            "privateIPAddress": fixed,
            **_pools(model, interface, network),
            "loadBalancerInboundNatRules": subs(nat_rules),
            "publicIPAddress": optional_sub(address),
        }
    )
    configurations = [configuration]
    if interface.enable_ipv6:
        configurations.append({**_ipv6(sub(subnet)), "privateIPAllocationMethod": "Dynamic"})
    tail = interface.name if not interface.primary else names.PRIMARY_NIC
    return Child(
        key=interface_key(interface, name),
        kind="networkInterface",
        type=tokens.NETWORK_INTERFACE,
        name=f"{logical}-{tail}",
        inputs=compact(
            {
                "resourceGroupName": model.resource_group_name,
                "networkInterfaceName": f"{name}-{tail}",
                "location": model.location,
                "extendedLocation": machine.extended_location(model),
                **_common(interface),
                "ipConfigurations": configurations,
                "tags": {**model.tags, **instance.tags} or None,
            }
        ),
        outputs=("ipConfigurations",) if interface.primary else (),
        advice=(("SecondaryNetworkInterfaceInUseCannotChangeSubnet", stopped_only(name)),),
    )
