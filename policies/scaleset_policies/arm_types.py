"""The resource types that rules are about, as canonical ARM types in lower case, and their Pulumi names."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from scaleset_core.facts.checks import API_VERSION

SCALE_SET: Final = "microsoft.compute/virtualmachinescalesets"
SCALE_SET_VM: Final = "microsoft.compute/virtualmachinescalesets/virtualmachines"
SCALE_SET_EXTENSION: Final = "microsoft.compute/virtualmachinescalesets/extensions"
VIRTUAL_MACHINE: Final = "microsoft.compute/virtualmachines"
AVAILABILITY_SET: Final = "microsoft.compute/availabilitysets"
VM_EXTENSION: Final = "microsoft.compute/virtualmachines/extensions"
LOAD_BALANCER: Final = "microsoft.network/loadbalancers"
BACKEND_POOL: Final = "microsoft.network/loadbalancers/backendaddresspools"
NAT_RULE: Final = "microsoft.network/loadbalancers/inboundnatrules"
NETWORK_INTERFACE: Final = "microsoft.network/networkinterfaces"
NETWORK_SECURITY_GROUP: Final = "microsoft.network/networksecuritygroups"
SECURITY_RULE: Final = "microsoft.network/networksecuritygroups/securityrules"
VIRTUAL_NETWORK: Final = "microsoft.network/virtualnetworks"
SUBNET: Final = "microsoft.network/virtualnetworks/subnets"
NAT_GATEWAY: Final = "microsoft.network/natgateways"
PUBLIC_IP: Final = "microsoft.network/publicipaddresses"
LOCK: Final = "microsoft.authorization/locks"
STANDBY_POOL: Final = "microsoft.standbypool/standbyvirtualmachinepools"
AUTOSCALE: Final = "microsoft.insights/autoscalesettings"
RESOURCE_GROUP: Final = "microsoft.resources/resourcegroups"

ALL: Final = frozenset(
    {
        SCALE_SET,
        SCALE_SET_VM,
        SCALE_SET_EXTENSION,
        VIRTUAL_MACHINE,
        VM_EXTENSION,
        AVAILABILITY_SET,
        LOAD_BALANCER,
        BACKEND_POOL,
        NAT_RULE,
        NETWORK_INTERFACE,
        NETWORK_SECURITY_GROUP,
        SECURITY_RULE,
        VIRTUAL_NETWORK,
        SUBNET,
        NAT_GATEWAY,
        PUBLIC_IP,
        LOCK,
        STANDBY_POOL,
        AUTOSCALE,
        RESOURCE_GROUP,
    }
)
"""Every type that a rule or a migration is about; an estate may leave out all others."""

NESTED: Final = {
    NAT_RULE: (LOAD_BALANCER, "loadBalancerName"),
    BACKEND_POOL: (LOAD_BALANCER, "loadBalancerName"),
    SUBNET: (VIRTUAL_NETWORK, "virtualNetworkName"),
    SECURITY_RULE: (NETWORK_SECURITY_GROUP, "networkSecurityGroupName"),
    SCALE_SET_VM: (SCALE_SET, "vmScaleSetName"),
    SCALE_SET_EXTENSION: (SCALE_SET, "vmScaleSetName"),
    VM_EXTENSION: (VIRTUAL_MACHINE, "vmName"),
}
"""Types that ARM nests in another one: the parent type, and azure-native's property for the parent's name."""

NAMES: Final = {
    SCALE_SET: "vmScaleSetName",
    VIRTUAL_MACHINE: "vmName",
    AVAILABILITY_SET: "availabilitySetName",
    LOAD_BALANCER: "loadBalancerName",
    BACKEND_POOL: "backendAddressPoolName",
    NAT_RULE: "inboundNatRuleName",
    NETWORK_INTERFACE: "networkInterfaceName",
    NETWORK_SECURITY_GROUP: "networkSecurityGroupName",
    SECURITY_RULE: "securityRuleName",
    VIRTUAL_NETWORK: "virtualNetworkName",
    SUBNET: "subnetName",
    NAT_GATEWAY: "natGatewayName",
    PUBLIC_IP: "publicIpAddressName",
    STANDBY_POOL: "standbyVirtualMachinePoolName",
    RESOURCE_GROUP: "resourceGroupName",
}
"""azure-native's property for a resource's own name in Azure."""

_AZURE_NATIVE: Final = {
    ("compute", "VirtualMachineScaleSet"): SCALE_SET,
    ("compute", "VirtualMachineScaleSetVM"): SCALE_SET_VM,
    ("compute", "VirtualMachineScaleSetExtension"): SCALE_SET_EXTENSION,
    ("compute", "VirtualMachine"): VIRTUAL_MACHINE,
    ("compute", "AvailabilitySet"): AVAILABILITY_SET,
    ("compute", "VirtualMachineExtension"): VM_EXTENSION,
    ("network", "LoadBalancer"): LOAD_BALANCER,
    ("network", "LoadBalancerBackendAddressPool"): BACKEND_POOL,
    ("network", "InboundNatRule"): NAT_RULE,
    ("network", "NetworkInterface"): NETWORK_INTERFACE,
    ("network", "NetworkSecurityGroup"): NETWORK_SECURITY_GROUP,
    ("network", "SecurityRule"): SECURITY_RULE,
    ("network", "VirtualNetwork"): VIRTUAL_NETWORK,
    ("network", "Subnet"): SUBNET,
    ("network", "NatGateway"): NAT_GATEWAY,
    ("network", "PublicIPAddress"): PUBLIC_IP,
    ("authorization", "ManagementLockByScope"): LOCK,
    ("authorization", "ManagementLockAtResourceLevel"): LOCK,
    ("authorization", "ManagementLockAtResourceGroupLevel"): LOCK,
    ("authorization", "ManagementLockAtSubscriptionLevel"): LOCK,
    ("standbypool", "StandbyVirtualMachinePool"): STANDBY_POOL,
    ("insights", "AutoscaleSetting"): AUTOSCALE,
    ("monitor", "AutoscaleSetting"): AUTOSCALE,
    ("resources", "ResourceGroup"): RESOURCE_GROUP,
}


@cache
def from_pulumi(token: str) -> str:
    """The ARM type of a Pulumi type token, ``""`` if no rule is about it.

    Args:
        token: ``azure-native:compute:VirtualMachineScaleSet``, with or without an api-version
            (``azure-native:compute/v20240701:VirtualMachineScaleSet``) or in the form of the generated local SDKs
            (``azure-native_compute_v20240701:compute:VirtualMachineScaleSet``).
    """
    package, _, rest = token.partition(":")
    if package.split("_", 1)[0] != "azure-native":
        return ""
    module, _, name = rest.rpartition(":")
    return _AZURE_NATIVE.get((module.partition("/")[0], name), "")


_VERSION = re.compile(r"v(20\d\d)(\d\d)(\d\d)(preview|privatepreview)?")


@cache
def version_of(token: str) -> str:
    """The api-version that a Pulumi type token names (``2024-07-01``), ``""`` for a type without one."""
    match = _VERSION.search(token.rpartition(":")[0])
    if match is None:
        return ""
    year, month, day, preview = match.groups()
    return f"{year}-{month}-{day}" + (f"-{preview}" if preview else "")


def versioned(properties: Any, token: str) -> Any:
    """A resource's properties with its api-version, if its Pulumi type names one and they do not."""
    version = version_of(token)
    if not version or not isinstance(properties, Mapping) or properties.get(API_VERSION) is not None:
        return properties
    return {**properties, API_VERSION: version}
