"""azurerm's network, lock, autoscale and standby resources: the ARM property of each attribute."""

from typing import Final

from scaleset_policies import arm_types as types
from scaleset_policies.formats.terraform.convert import Block, Fields

NAT_POOL: Final = "microsoft.network/loadbalancers/inboundnatpools"
OUTBOUND_RULE: Final = "microsoft.network/loadbalancers/outboundrules"
BALANCING_RULE: Final = "microsoft.network/loadbalancers/loadbalancingrules"

_FRONTEND: Final = Block(
    "frontendIPConfigurations",
    {
        "id": "id",
        "name": "name",
        "zones": "zones",
        "subnet_id": "subnet.id",
        "private_ip_address": "privateIPAddress",
        "public_ip_address_id": "publicIPAddress.id",
        "public_ip_prefix_id": "publicIPPrefix.id",
    },
    many=True,
)


_SECURITY_RULE: Final[Fields] = {
    "name": "name",
    "priority": "priority",
    "direction": "direction",
    "access": "access",
    "protocol": "protocol",
    "source_port_range": "sourcePortRange",
    "source_port_ranges": "sourcePortRanges",
    "source_address_prefix": "sourceAddressPrefix",
    "source_address_prefixes": "sourceAddressPrefixes",
    "source_application_security_group_ids": "sourceApplicationSecurityGroups[].id",
    "destination_port_range": "destinationPortRange",
    "destination_port_ranges": "destinationPortRanges",
    "destination_address_prefix": "destinationAddressPrefix",
    "destination_address_prefixes": "destinationAddressPrefixes",
    "destination_application_security_group_ids": "destinationApplicationSecurityGroups[].id",
}
NETWORK: Final[dict[str, tuple[str, Fields]]] = {
    "azurerm_network_security_group": (
        types.NETWORK_SECURITY_GROUP,
        {
            "name": "name",
            "location": "location",
            "tags": "tags",
            "security_rule": Block("securityRules", _SECURITY_RULE, many=True),
        },
    ),
    "azurerm_network_security_rule": (
        types.SECURITY_RULE,
        {**_SECURITY_RULE, "network_security_group_name": "networkSecurityGroupName"},
    ),
    "azurerm_lb": (
        types.LOAD_BALANCER,
        {
            "name": "name",
            "location": "location",
            "tags": "tags",
            "sku": "sku.name",
            "sku_tier": "sku.tier",
            "frontend_ip_configuration": _FRONTEND,
        },
    ),
    "azurerm_lb_backend_address_pool": (types.BACKEND_POOL, {"name": "name"}),
    "azurerm_lb_nat_pool": (
        NAT_POOL,
        {
            "name": "name",
            "protocol": "protocol",
            "frontend_port_start": "frontendPortRangeStart",
            "frontend_port_end": "frontendPortRangeEnd",
            "backend_port": "backendPort",
        },
    ),
    "azurerm_lb_nat_rule": (
        types.NAT_RULE,
        {
            "name": "name",
            "protocol": "protocol",
            "frontend_port": "frontendPort",
            "frontend_port_start": "frontendPortRangeStart",
            "frontend_port_end": "frontendPortRangeEnd",
            "backend_port": "backendPort",
            "backend_address_pool_id": "backendAddressPool.id",
        },
    ),
    "azurerm_lb_outbound_rule": (
        OUTBOUND_RULE,
        {
            "name": "name",
            "protocol": "protocol",
            "allocated_outbound_ports": "allocatedOutboundPorts",
            "backend_address_pool_id": "backendAddressPool.id",
            # azurerm names the front end, ARM has its id: its last part is the name.
            "frontend_ip_configuration": Block("frontendIPConfigurations", {"name": "id"}, many=True),
        },
    ),
    "azurerm_lb_rule": (
        BALANCING_RULE,
        {
            "name": "name",
            "protocol": "protocol",
            "frontend_port": "frontendPort",
            "backend_port": "backendPort",
            "disable_outbound_snat": "disableOutboundSnat",
            "backend_address_pool_ids": "backendAddressPools[].id",
            "frontend_ip_configuration_name": "frontendIPConfiguration.id",
            "probe_id": "probe.id",
        },
    ),
    "azurerm_nat_gateway": (
        types.NAT_GATEWAY,
        {"name": "name", "location": "location", "sku_name": "sku.name", "zones": "zones", "tags": "tags"},
    ),
    "azurerm_subnet": (
        types.SUBNET,
        {
            "name": "name",
            "address_prefixes": "addressPrefixes",
            "default_outbound_access_enabled": "defaultOutboundAccess",
        },
    ),
    "azurerm_virtual_network": (
        types.VIRTUAL_NETWORK,
        {
            "name": "name",
            "location": "location",
            "tags": "tags",
            "address_space": "addressSpace.addressPrefixes",
            "subnet": Block(
                "subnets",
                {
                    "id": "id",
                    "name": "name",
                    "address_prefixes": "addressPrefixes",
                    "security_group": "networkSecurityGroup.id",
                    "default_outbound_access_enabled": "defaultOutboundAccess",
                },
                many=True,
            ),
        },
    ),
    "azurerm_network_interface": (
        types.NETWORK_INTERFACE,
        {
            "name": "name",
            "location": "location",
            "tags": "tags",
            "ip_configuration": Block(
                "ipConfigurations",
                {
                    "name": "name",
                    "primary": "primary",
                    "subnet_id": "subnet.id",
                    "public_ip_address_id": "publicIPAddress.id",
                    "private_ip_address_allocation": "privateIPAllocationMethod",
                },
                many=True,
            ),
        },
    ),
    "azurerm_public_ip": (
        types.PUBLIC_IP,
        {
            "name": "name",
            "location": "location",
            "zones": "zones",
            "sku": "sku.name",
            "allocation_method": "publicIPAllocationMethod",
        },
    ),
    "azurerm_management_lock": (
        types.LOCK,
        {"name": "name", "scope": "scope", "lock_level": "level", "notes": "notes"},
    ),
    "azurerm_monitor_autoscale_setting": (
        types.AUTOSCALE,
        {
            "name": "name",
            "enabled": "enabled",
            "target_resource_id": "targetResourceUri",
            "predictive": Block(
                "predictiveAutoscalePolicy", {"scale_mode": "scaleMode", "look_ahead_time": "scaleLookAheadTime"}
            ),
            "profile": Block(
                "profiles",
                {
                    "name": "name",
                    "capacity": Block("capacity", {"default": "default", "minimum": "minimum", "maximum": "maximum"}),
                },
                many=True,
            ),
        },
    ),
    "azurerm_virtual_machine_scale_set_standby_pool": (
        types.STANDBY_POOL,
        {
            "name": "name",
            "location": "location",
            "attached_virtual_machine_scale_set_id": "attachedVirtualMachineScaleSetId",
            "virtual_machine_state": "virtualMachineState",
            "elasticity_profile": Block(
                "elasticityProfile",
                {"max_ready_capacity": "maxReadyCapacity", "min_ready_capacity": "minReadyCapacity"},
            ),
        },
    ),
    "azurerm_resource_group": (types.RESOURCE_GROUP, {"name": "name", "location": "location"}),
    "azurerm_user_assigned_identity": ("microsoft.managedidentity/userassignedidentities", {"name": "name"}),
}
"""ARM type and fields of each resource type."""

OWNERS: Final = {
    "azurerm_lb_backend_address_pool": "loadbalancer_id",
    "azurerm_lb_nat_pool": "loadbalancer_id",
    "azurerm_lb_nat_rule": "loadbalancer_id",
    "azurerm_lb_outbound_rule": "loadbalancer_id",
    "azurerm_lb_rule": "loadbalancer_id",
    "azurerm_virtual_machine_extension": "virtual_machine_id",
    "azurerm_virtual_machine_scale_set_extension": "virtual_machine_scale_set_id",
    "azurerm_subnet": "virtual_network_name",
}
"""The attribute that names the resource's parent in ARM."""

KINDS: Final = {
    "loadbalancer_id": types.LOAD_BALANCER,
    "virtual_machine_id": types.VIRTUAL_MACHINE,
    "virtual_machine_scale_set_id": types.SCALE_SET,
    "subnet_id": types.SUBNET,
    "network_interface_id": types.NETWORK_INTERFACE,
    "nat_gateway_id": types.NAT_GATEWAY,
}
"""The type of resource whose id an owner attribute holds."""

LISTED: Final = {
    NAT_POOL: "inboundNatPools",
    OUTBOUND_RULE: "outboundRules",
    BALANCING_RULE: "loadBalancingRules",
}
"""Load balancer parts that are not separate resources in ARM: they are read as members of the load balancer."""

LINKS: Final = {
    "azurerm_subnet_nat_gateway_association": ("subnet_id", "nat_gateway_id", "natGateway.id"),
    "azurerm_subnet_route_table_association": ("subnet_id", "route_table_id", "routeTable.id"),
    "azurerm_subnet_network_security_group_association": (
        "subnet_id",
        "network_security_group_id",
        "networkSecurityGroup.id",
    ),
    "azurerm_network_interface_security_group_association": (
        "network_interface_id",
        "network_security_group_id",
        "networkSecurityGroup.id",
    ),
    "azurerm_nat_gateway_public_ip_association": ("nat_gateway_id", "public_ip_address_id", "publicIpAddresses[].id"),
    "azurerm_network_interface_backend_address_pool_association": (
        "network_interface_id",
        "backend_address_pool_id",
        "ipConfigurations[].loadBalancerBackendAddressPools[].id",
    ),
    "azurerm_network_interface_nat_rule_association": (
        "network_interface_id",
        "nat_rule_id",
        "ipConfigurations[].loadBalancerInboundNatRules[].id",
    ),
}
"""Association resources: the attributes that name the owner and the linked resource, and the property."""
