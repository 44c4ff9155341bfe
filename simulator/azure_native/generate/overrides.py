"""The facts that neither the SDK nor the models have, each with its source.

Official provider: github.com/pulumi/pulumi-azure-native, ``provider/pkg``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"

MODULES: dict[str, str | None] = {
    "authorization": None,
    "compute": "azure.mgmt.compute",
    "keyvault": None,
    "managedidentity": None,
    "monitor": None,
    "network": "azure.mgmt.network",
    "resources": None,
    "standbypool": None,
    "storage": None,
}
"""The SDK's modules that get a table, with the ``azure-mgmt`` package whose models describe their bodies."""

PATHS: dict[str, str] = {
    "authorization:ManagementLockAtResourceGroupLevel": (
        f"{_GROUP}/providers/Microsoft.Authorization/locks/{{lockName}}"
    ),
    "authorization:ManagementLockAtResourceLevel": (
        f"{_GROUP}/providers/{{resourceProviderNamespace}}/{{parentResourcePath}}/{{resourceType}}/{{resourceName}}"
        "/providers/Microsoft.Authorization/locks/{lockName}"
    ),
    "authorization:ManagementLockAtSubscriptionLevel": (
        "/subscriptions/{subscriptionId}/providers/Microsoft.Authorization/locks/{lockName}"
    ),
    "authorization:ManagementLockByScope": "/{scope}/providers/Microsoft.Authorization/locks/{lockName}",
    "authorization:RoleAssignment": ("/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}"),
    "authorization:RoleDefinition": ("/{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}"),
    "keyvault:Secret": f"{_GROUP}/providers/Microsoft.KeyVault/vaults/{{vaultName}}/secrets/{{secretName}}",
    "keyvault:Vault": f"{_GROUP}/providers/Microsoft.KeyVault/vaults/{{vaultName}}",
    "managedidentity:UserAssignedIdentity": (
        f"{_GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{{resourceName}}"
    ),
    "monitor:AutoscaleSetting": f"{_GROUP}/providers/Microsoft.Insights/autoscalesettings/{{autoscaleSettingName}}",
    "monitor:DiagnosticSetting": "/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
    "resources:Deployment": f"{_GROUP}/providers/Microsoft.Resources/deployments/{{deploymentName}}",
    "resources:Resource": (
        f"{_GROUP}/providers/{{resourceProviderNamespace}}/{{parentResourcePath}}/{{resourceType}}/{{resourceName}}"
    ),
    "resources:ResourceGroup": _GROUP,
    "standbypool:StandbyVirtualMachinePool": (
        f"{_GROUP}/providers/Microsoft.StandbyPool/standbyVirtualMachinePools/{{standbyVirtualMachinePoolName}}"
    ),
    "storage:StorageAccount": f"{_GROUP}/providers/Microsoft.Storage/storageAccounts/{{accountName}}",
}
"""URL templates of the resources whose module has no ``azure-mgmt`` models here (Azure REST reference)."""

VERSION_INPUTS: dict[str, str] = {"resources:Resource": "apiVersion"}
"""Inputs that say at which api-version a generic resource is called (issue 4109, pull request 4043)."""

NEWER = "newer"
"""The mark of a property that some version after the SDK's own has."""

SINCE: dict[str, str] = {
    "externalHealthPolicy": "2025-11-01",
    "lifecycleHooksProfile": "2025-11-01",
    "operationRecoverySettings": "2025-11-01",
    "resiliencyProfile": "2025-11-01",
    "storageFaultDomainAlignment": "2025-11-01",
    "enableFullCaching": "2025-11-01",
    "automaticSkuMigrationPolicy": "2026-03-01",
    "interconnectBlockProfile": "2026-03-01",
    "interconnectGroupProfile": "2026-03-01",
    "additionalDiskProperties": "2026-04-01",
    "disableCapacityReservationAssignment": "2026-04-01",
    "diskApiVersion": "2026-04-01",
    "firstPartyServiceTagId": "2026-04-01",
    "flexProfile": "2026-04-01",
    "privateIPAddressPrefixLength": "2026-04-01",
    "processorMode": "2026-04-01",
    "useLocalFileRules": "2026-04-01",
}
"""The api-version that a property came with, by its name in ARM (release history of azure-mgmt-compute 37 to 39).

Azure-native 3.29 serves none of 2026-04-01; what is not listed came with 2025-04-01.
"""

NOT_NEWER = frozenset({"etag", "id", "name", "properties", "resources", "systemData", "type"})
"""Fields of the models that the SDK leaves out on purpose, or shows in another way."""

NAMED: dict[str, str] = {
    "compute:DiskAccessAPrivateEndpointConnection": "PrivateEndpointConnection",
    "compute:VirtualMachineScaleSetVMRunCommand": "VirtualMachineRunCommand",
    "network:ConfigurationPolicyGroup": "VpnServerConfigurationPolicyGroup",
    "network:LoadBalancerBackendAddressPool": "BackendAddressPool",
    "network:NatRule": "VpnGatewayNatRule",
    "network:PrivateLinkServicePrivateEndpointConnection": "PrivateEndpointConnection",
    "network:VirtualHubBgpConnection": "BgpConnection",
    "network:VirtualHubIpConfiguration": "HubIpConfiguration",
}
"""Resources whose name in the SDK differs from the model of their body."""

ENVELOPE = frozenset(
    {
        "etag",
        "extendedLocation",
        "id",
        "identity",
        "kind",
        "location",
        "managedBy",
        "name",
        "plan",
        "sku",
        "systemData",
        "tags",
        "type",
        "zones",
    }
)
"""Top-level names of an ARM resource; everything else of a resource without models is in ``properties``."""

INNER: dict[str, frozenset[str]] = {"monitor:AutoscaleSetting": frozenset({"name"})}
"""Inputs that have an envelope's name but are in ``properties`` (``AutoscaleSetting.name`` in the Insights API)."""

FORCE_NEW: dict[str, frozenset[str]] = {
    "authorization:RoleAssignment": frozenset({"principalId", "scope"}),
    "network:PrivateEndpoint": frozenset({"subnet"}),
    "network:PublicIPAddress": frozenset({"location", "publicIPAddressVersion", "publicIPPrefix", "sku"}),
    "network:VirtualNetwork": frozenset({"location"}),
    "resources:ResourceGroup": frozenset({"location"}),
    "storage:StorageAccount": frozenset({"isHnsEnabled", "location"}),
}
"""The official provider's hand-written replacements (gen/replacement.go, ``forceNewMap``), for the modules above."""

CREATE_ONLY_LOCATION = "The geo-location where the resource lives"
"""The description of ``location`` in ARM's common type ``TrackedResource``, the only one marked create-only.

Compute's and Network's own older ``Resource`` types ("Resource location") state no mutability, so the official
provider plans an update for them and ARM refuses it. See README.md.
"""

REQUIRED: dict[str, frozenset[str]] = {"resources:ResourceGroup": frozenset({"location"})}
"""Inputs that the API requires although the SDK leaves them optional (the provider has a default for them)."""

NO_AUTO_LOCATION = frozenset({"network:LoadBalancerBackendAddressPool", "resources:Deployment"})
"""Resources whose location is never filled in (resources.go, ``AutoLocationDisabled``)."""

COPY_NAME = "copy"
RANDOM_NAME = "random"
UUID_NAME = "uuid"

UUID_PARAMETERS = frozenset({"roleAssignmentName", "roleDefinitionId"})
"""Names that are generated as a UUID (resources.go, ``AutoName``)."""


@dataclass
class Report:
    """What the generator could not decide, for its user to look at."""

    unmatched: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
