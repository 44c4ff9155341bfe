"""The id that a resource has in Azure, from its inputs: azure-native's types with the paths of the Azure REST API.

Paths and API versions: https://learn.microsoft.com/rest/api/azure, and the type's own page under
https://learn.microsoft.com/azure/templates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_PARAMETER = re.compile(r"{(\w+)}")
_VERSIONED = re.compile(r"^(azure-native:[^:/]+)/v\w+:")
_WHOLE_IDS = frozenset({"scope", "resourceUri"})
"""Parameters that are whole ids of other resources."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A resource type in Azure Resource Manager.

    Attributes:
        path: The template of its ids.
        api_version: An API version that has it.
    """

    path: str
    api_version: str

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the inputs that an id is made of; without the subscription."""
        return tuple(name for name in _PARAMETER.findall(self.path) if name != "subscriptionId")

    def id(self, subscription: str, values: Mapping[str, str]) -> str:
        """The id of the resource with these inputs.

        Args:
            subscription: The subscription's id; it is not used for resources on a scope.
            values: Each of ``parameters``.
        """

        def value(match: re.Match[str]) -> str:
            name = match[1]
            found = subscription if name == "subscriptionId" else values[name]
            return found.strip("/") if name in _WHOLE_IDS else found

        return _PARAMETER.sub(value, self.path)


def is_whole_id(parameter: str) -> bool:
    """Whether a parameter is the whole id of another resource."""
    return parameter in _WHOLE_IDS


def _in_group(provider: str, path: str, api_version: str) -> Kind:
    return Kind(f"{_GROUP}/providers/{provider}/{path}", api_version)


def _compute(path: str) -> Kind:
    return _in_group("Microsoft.Compute", path, "2024-07-01")


def _network(path: str) -> Kind:
    return _in_group("Microsoft.Network", path, "2024-05-01")


_BALANCER = "loadBalancers/{loadBalancerName}"
KINDS: dict[str, Kind] = {
    f"azure-native:{token}": kind
    for token, kind in {
        "resources:ResourceGroup": Kind(_GROUP, "2024-07-01"),
        "resources:Deployment": _in_group("Microsoft.Resources", "deployments/{deploymentName}", "2024-07-01"),
        "compute:VirtualMachineScaleSet": _compute("virtualMachineScaleSets/{vmScaleSetName}"),
        "compute:VirtualMachine": _compute("virtualMachines/{vmName}"),
        "compute:VirtualMachineExtension": _compute("virtualMachines/{vmName}/extensions/{vmExtensionName}"),
        "compute:VirtualMachineScaleSetExtension": _compute(
            "virtualMachineScaleSets/{vmScaleSetName}/extensions/{vmssExtensionName}"
        ),
        "compute:AvailabilitySet": _compute("availabilitySets/{availabilitySetName}"),
        "compute:ProximityPlacementGroup": _compute("proximityPlacementGroups/{proximityPlacementGroupName}"),
        "compute:CapacityReservationGroup": _compute("capacityReservationGroups/{capacityReservationGroupName}"),
        "compute:Disk": _in_group("Microsoft.Compute", "disks/{diskName}", "2024-03-02"),
        "compute:DiskEncryptionSet": _in_group(
            "Microsoft.Compute", "diskEncryptionSets/{diskEncryptionSetName}", "2024-03-02"
        ),
        "network:NetworkInterface": _network("networkInterfaces/{networkInterfaceName}"),
        "network:LoadBalancer": _network(_BALANCER),
        "network:InboundNatRule": _network(f"{_BALANCER}/inboundNatRules/{{inboundNatRuleName}}"),
        "network:LoadBalancerBackendAddressPool": _network(
            f"{_BALANCER}/backendAddressPools/{{backendAddressPoolName}}"
        ),
        "network:ApplicationGateway": _network("applicationGateways/{applicationGatewayName}"),
        "network:ApplicationSecurityGroup": _network("applicationSecurityGroups/{applicationSecurityGroupName}"),
        "network:PublicIPAddress": _network("publicIPAddresses/{publicIpAddressName}"),
        "network:PublicIPPrefix": _network("publicIPPrefixes/{publicIpPrefixName}"),
        "network:NatGateway": _network("natGateways/{natGatewayName}"),
        "network:VirtualNetwork": _network("virtualNetworks/{virtualNetworkName}"),
        "network:Subnet": _network("virtualNetworks/{virtualNetworkName}/subnets/{subnetName}"),
        "network:NetworkSecurityGroup": _network("networkSecurityGroups/{networkSecurityGroupName}"),
        "network:SecurityRule": _network(
            "networkSecurityGroups/{networkSecurityGroupName}/securityRules/{securityRuleName}"
        ),
        "network:RouteTable": _network("routeTables/{routeTableName}"),
        "authorization:ManagementLockByScope": Kind(
            "/{scope}/providers/Microsoft.Authorization/locks/{lockName}", "2020-05-01"
        ),
        "authorization:ManagementLockAtResourceGroupLevel": _in_group(
            "Microsoft.Authorization", "locks/{lockName}", "2020-05-01"
        ),
        "authorization:RoleAssignment": Kind(
            "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}", "2022-04-01"
        ),
        "monitor:DiagnosticSetting": Kind(
            "/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}", "2021-05-01-preview"
        ),
        "monitor:AutoscaleSetting": _in_group(
            "Microsoft.Insights", "autoscalesettings/{autoscaleSettingName}", "2022-10-01"
        ),
        "standbypool:StandbyVirtualMachinePool": _in_group(
            "Microsoft.StandbyPool", "standbyVirtualMachinePools/{standbyVirtualMachinePoolName}", "2025-03-01"
        ),
        "managedidentity:UserAssignedIdentity": _in_group(
            "Microsoft.ManagedIdentity", "userAssignedIdentities/{resourceName}", "2023-01-31"
        ),
        "storage:StorageAccount": _in_group("Microsoft.Storage", "storageAccounts/{accountName}", "2023-05-01"),
        "keyvault:Vault": _in_group("Microsoft.KeyVault", "vaults/{vaultName}", "2023-07-01"),
        "operationalinsights:Workspace": _in_group(
            "Microsoft.OperationalInsights", "workspaces/{workspaceName}", "2022-10-01"
        ),
    }.items()
}
"""All types of this component, and those that programs usually have beside it."""

NAMED_BY: dict[str, str] = {
    kind.parameters[-1]: token
    for token, kind in KINDS.items()
    if kind.path.endswith("}") and kind.path.count("{") <= 3  # noqa: PLR2004 - subscription, group, name
}
"""The type whose name a parameter is: ``vmName`` is that of a virtual machine."""


def kind_of(token: str) -> Kind | None:
    """The kind of a Pulumi type token, whatever API version it names; None if it is not known here."""
    return KINDS.get(plain_type(token))


def plain_type(token: str) -> str:
    """The type token without an API version, which ``azure-native:compute/v20240701:Disk`` has."""
    return _VERSIONED.sub(r"\1:", token)


def subscription_of(resource_id: str) -> str:
    """The subscription in an id; empty if it has none."""
    match = re.match(r"^/subscriptions/([^/]+)", resource_id, re.IGNORECASE)
    return match[1] if match else ""


def group_of(resource_id: str) -> str:
    """The id of the resource group in an id; empty if it has none."""
    match = re.match(r"^/subscriptions/[^/]+/resourceGroups/[^/]+", resource_id, re.IGNORECASE)
    return match[0] if match else ""
