"""The network interfaces of a profile, and where they attach."""

from collections.abc import Mapping
from typing import Any

from scaleset_migration.reverse.parts import at, given, ids, objects, renamed

_INTERFACE = {
    "subnet_id": "subnet.id",
    "network_security_group_id": "networkSecurityGroup.id",
    "accelerated_networking": "enableAcceleratedNetworking",
    "ip_forwarding": "enableIPForwarding",
    "dns_servers": "dnsSettings.dnsServers",
    "auxiliary_mode": "auxiliaryMode",
    "auxiliary_sku": "auxiliarySku",
    "disable_tcp_state_tracking": "disableTcpStateTracking",
}
_PRIMARY_NAME = "nic"
_NIC = "/inboundNatPools/"


def interfaces(profile: Any) -> dict[str, Any]:
    """The arguments about the network.

    The primary interface is described by the set's own arguments if it has the component's name for it, else by
    ``network_interfaces`` with all others.
    """
    found = objects(profile, "networkProfile.networkInterfaceConfigurations")
    if not found:
        return {}
    first = next((each for each in found if at(each, "primary") is True), found[0])
    others = [each for each in found if each is not first]
    configuration = primary_configuration(first)
    arguments = _attachments(configuration)
    own = _interface(first)
    if at(first, "name") == _PRIMARY_NAME:
        address = own.pop("public_ip", None)
        arguments |= own | given(public_ip_per_instance=address, network_interfaces=list(map(_named, others)))
    else:
        # The load balancer and outbound traffic need the subnet; it is given once.
        subnet = own.pop("subnet_id", None)
        arguments |= given(subnet_id=subnet)
        arguments["network_interfaces"] = [{**_head(first), "primary": True, **own}, *map(_named, others)]
    version = at(profile, "networkProfile.networkApiVersion")
    return arguments | given(network_api_version=version if version != "2020-11-01" else None)


def primary_configuration(interface: Any) -> Mapping[str, Any]:
    """The primary IP configuration of an interface; the first one where none says so."""
    found = objects(interface, "ipConfigurations")
    return next((each for each in found if at(each, "primary") is True), found[0] if found else {})


def nat_pools(profile: Any) -> list[str]:
    """The ids of the NAT pools that instances use, as far as they are known."""
    return [
        identity
        for interface in objects(profile, "networkProfile.networkInterfaceConfigurations")
        for configuration in objects(interface, "ipConfigurations")
        for identity in ids(configuration, "loadBalancerInboundNatPools")
        if isinstance(identity, str)
    ]


def backend_pools(profile: Any) -> list[str]:
    """The ids of the load balancers' pools that instances join, as far as they are known."""
    return [
        identity
        for interface in objects(profile, "networkProfile.networkInterfaceConfigurations")
        for configuration in objects(interface, "ipConfigurations")
        for identity in ids(configuration, "loadBalancerBackendAddressPools")
        if isinstance(identity, str)
    ]


def _attachments(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """The pools of the primary interface."""
    return given(
        load_balancer_backend_pool_ids=ids(configuration, "loadBalancerBackendAddressPools"),
        application_gateway_backend_pool_ids=ids(configuration, "applicationGatewayBackendAddressPools"),
    )


def _head(interface: Any) -> dict[str, Any]:
    return {"name": at(interface, "name")}


def _named(interface: Any) -> dict[str, Any]:
    return {**_head(interface), **_interface(interface)}


def _interface(interface: Any) -> dict[str, Any]:
    configuration = primary_configuration(interface)
    found = renamed({**interface, "subnet": configuration.get("subnet")}, _INTERFACE)
    second = any(at(each, "privateIPAddressVersion") == "IPv6" for each in objects(interface, "ipConfigurations"))
    return found | given(
        application_security_group_ids=ids(configuration, "applicationSecurityGroups"),
        enable_ipv6=True if second else None,
        public_ip=_address(configuration),
    )


def _address(configuration: Mapping[str, Any]) -> dict[str, Any] | None:
    body = at(configuration, "publicIPAddressConfiguration")
    if not isinstance(body, Mapping):
        return None
    found = renamed(
        body,
        {
            "domain_name_label": "dnsSettings.domainNameLabel",
            "domain_name_label_scope": "dnsSettings.domainNameLabelScope",
            "idle_timeout_in_minutes": "idleTimeoutInMinutes",
            "public_ip_prefix_id": "publicIPPrefix.id",
        },
    )
    tags = [renamed(each, {"type": "ipTagType", "tag": "tag"}) for each in objects(body, "ipTags")]
    return found | given(ip_tags=tags) or {"enabled": True}
