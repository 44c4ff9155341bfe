"""The operations of Azure's resource providers that a role can name, of the types that are played or referred to.

From Microsoft's reference "Azure permissions" (Compute, Networking, Monitor, Management and governance, Identity,
Storage; read 2026-11, Compute dated 2026-03-08). Azure refuses a role definition with an action that matches none of
its providers' operations (``InvalidActionOrNotAction``), so a mistyped one is noticed. :data:`UNLISTED` are calls of
the REST specification that the pages lack; whether Azure knows them as operations is not known, so they are taken.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping

_CRUD = "read write delete"
_INSTANCE = "start powerOff restart deallocate reimage redeploy performMaintenance simulateEviction runCommand"

LISTED: Mapping[str, str] = {
    "Microsoft.Authorization/locks": _CRUD,
    "Microsoft.Authorization/permissions": "read",
    "Microsoft.Authorization/roleAssignments": _CRUD,
    "Microsoft.Authorization/roleDefinitions": _CRUD,
    "Microsoft.Compute/availabilitySets": _CRUD,
    "Microsoft.Compute/capacityReservationGroups": f"{_CRUD} deploy share",
    "Microsoft.Compute/diskEncryptionSets": _CRUD,
    "Microsoft.Compute/disks": f"{_CRUD} beginGetAccess endGetAccess",
    "Microsoft.Compute/galleries": _CRUD,
    "Microsoft.Compute/galleries/applications/versions": _CRUD,
    "Microsoft.Compute/galleries/images": _CRUD,
    "Microsoft.Compute/galleries/images/versions": _CRUD,
    "Microsoft.Compute/galleries/inVMAccessControlProfiles/versions": _CRUD,
    "Microsoft.Compute/galleries/serviceArtifacts": _CRUD,
    "Microsoft.Compute/galleries/serviceArtifacts/vmArtifactsProfiles": "read",
    "Microsoft.Compute/hostGroups": _CRUD,
    "Microsoft.Compute/hostGroups/hosts": _CRUD,
    "Microsoft.Compute/images": _CRUD,
    "Microsoft.Compute/locations/operations": "read",
    "Microsoft.Compute/locations/usages": "read",
    "Microsoft.Compute/proximityPlacementGroups": _CRUD,
    "Microsoft.Compute/skus": "read",
    "Microsoft.Compute/snapshots": _CRUD,
    "Microsoft.Compute/virtualMachineScaleSets": (
        f"{_CRUD} delete/action start powerOff reapply restart deallocate manualUpgrade reimage reimageAll "
        "approveRollingUpgrade redeploy performMaintenance scale forceRecoveryServiceFabricPlatformUpdateDomainWalk "
        "osRollingUpgrade setOrchestrationServiceState"
    ),
    "Microsoft.Compute/virtualMachineScaleSets/extensions": _CRUD,
    "Microsoft.Compute/virtualMachineScaleSets/instanceView": "read",
    "Microsoft.Compute/virtualMachineScaleSets/networkInterfaces": "read",
    "Microsoft.Compute/virtualMachineScaleSets/osUpgradeHistory": "read",
    "Microsoft.Compute/virtualMachineScaleSets/publicIPAddresses": "read",
    "Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades": "read action",
    "Microsoft.Compute/virtualMachineScaleSets/skus": "read",
    "Microsoft.Compute/virtualMachineScaleSets/virtualMachines": (
        f"{_CRUD} {_INSTANCE} reimageAll approveRollingUpgrade attachDetachDataDisks retrieveBootDiagnosticsData"
    ),
    "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/extensions": _CRUD,
    "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommands": _CRUD,
    "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/instanceView": "read",
    "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/networkInterfaces": "read",
    "Microsoft.Compute/virtualMachines": (
        f"{_CRUD} {_INSTANCE} reapply attachDetachDataDisks generalize capture retrieveBootDiagnosticsData"
    ),
    "Microsoft.Compute/virtualMachines/extensions": _CRUD,
    "Microsoft.Compute/virtualMachines/runCommands": _CRUD,
    "Microsoft.Compute/virtualMachines/instanceView": "read",
    "Microsoft.ComputeSchedule/locations": (
        "virtualMachinesExecuteStart virtualMachinesExecuteDeallocate virtualMachinesExecuteHibernate "
        "virtualMachinesExecuteDelete virtualMachinesGetOperationStatus virtualMachinesGetOperationErrors "
        "virtualMachinesCancelOperations virtualMachinesSubmitStart virtualMachinesSubmitDeallocate "
        "virtualMachinesSubmitHibernate"
    ),
    "Microsoft.EventHub/namespaces/authorizationRules": f"{_CRUD} listkeys",
    "Microsoft.EventHub/namespaces/eventhubs/authorizationRules": f"{_CRUD} listkeys",
    "Microsoft.Features/features": "read",
    "Microsoft.Features/providers/features": "read register unregister",
    "Microsoft.Insights/autoscaleSettings": _CRUD,
    "Microsoft.Insights/diagnosticSettings": _CRUD,
    "Microsoft.KeyVault/vaults": f"{_CRUD} deploy",
    "Microsoft.ManagedIdentity/userAssignedIdentities": f"{_CRUD} assign",
    "Microsoft.Network/applicationGateways": _CRUD,
    "Microsoft.Network/applicationGateways/backendAddressPools": "join",
    "Microsoft.Network/applicationSecurityGroups": f"{_CRUD} joinIpConfiguration joinNetworkSecurityRule",
    "Microsoft.Network/ddosProtectionPlans": f"{_CRUD} join",
    "Microsoft.Network/loadBalancers": _CRUD,
    "Microsoft.Network/bastionHosts": _CRUD,
    "Microsoft.Network/loadBalancers/backendAddressPools": f"{_CRUD} join queryInboundNatRulePortMapping",
    "Microsoft.Network/loadBalancers/frontendIPConfigurations": "read join",
    "Microsoft.Network/loadBalancers/inboundNatPools": "read join",
    "Microsoft.Network/loadBalancers/inboundNatRules": f"{_CRUD} join",
    "Microsoft.Network/loadBalancers/loadBalancingRules": "read",
    "Microsoft.Network/loadBalancers/outboundRules": "read",
    "Microsoft.Network/loadBalancers/probes": "read join",
    "Microsoft.Network/natGateways": f"{_CRUD} join",
    "Microsoft.Network/networkInterfaces": f"{_CRUD} join",
    "Microsoft.Network/networkInterfaces/ipconfigurations": "read join",
    "Microsoft.Network/networkSecurityGroups": f"{_CRUD} join",
    "Microsoft.Network/networkSecurityGroups/securityRules": _CRUD,
    "Microsoft.Network/publicIPAddresses": f"{_CRUD} join",
    "Microsoft.Network/publicIPPrefixes": f"{_CRUD} join",
    "Microsoft.Network/routeTables": f"{_CRUD} join",
    "Microsoft.Network/serviceEndpointPolicies": f"{_CRUD} join",
    "Microsoft.Network/virtualNetworks": f"{_CRUD} join joinLoadBalancer peer",
    "Microsoft.Network/virtualNetworks/subnets": f"{_CRUD} join joinLoadBalancer joinViaServiceEndpoint",
    "Microsoft.OperationalInsights/workspaces": f"{_CRUD} sharedKeys",
    "Microsoft.ResourceGraph/resources": "read",
    "Microsoft.Resources/deployments": f"{_CRUD} cancel validate whatIf exportTemplate",
    "Microsoft.Resources/subscriptions": "read",
    "Microsoft.Resources/subscriptions/resourceGroups": _CRUD,
    "Microsoft.Resources/subscriptions/resourceGroups/resources": "read",
    "Microsoft.Resources/subscriptions/resources": "read",
    "Microsoft.StandbyPool/standbyVirtualMachinePools": _CRUD,
    "Microsoft.StandbyPool/standbyVirtualMachinePools/runtimeViews": "read",
    "Microsoft.Storage/storageAccounts": f"{_CRUD} listKeys",
}
"""The operations of each type; a word that is not read, write, delete or action means ``WORD/action``."""

UNLISTED: Mapping[str, str] = {
    "Microsoft.Compute/availabilitySets": (
        "validateMigrationToVirtualMachineScaleSet startMigrationToVirtualMachineScaleSet "
        "cancelMigrationToVirtualMachineScaleSet convertToVirtualMachineScaleSet"
    ),
    "Microsoft.Compute/virtualMachines": "migrateToVirtualMachineScaleSet",
    "Microsoft.Compute/virtualMachineScaleSets": (
        "scaleOut migrateVMAvailabilityZone extensionRollingUpgrade convertToSinglePlacementGroup"
    ),
    "Microsoft.Compute/virtualMachineScaleSets/lifecycleHookEvents": "read write",
}
"""What api-version 2026-04-01 has and the pages lack: the names follow Azure Resource Manager's own rule."""

_PLAIN = frozenset({"read", "write", "delete", "action"})


def _names(table: Mapping[str, str]) -> Iterator[str]:
    for kind, words in table.items():
        for word in words.split():
            yield f"{kind}/{word}" if word in _PLAIN or "/" in word else f"{kind}/{word}/action"


@functools.cache
def known() -> Mapping[str, str]:
    """Every operation as Azure spells it, by its lower-case text."""
    return {name.lower(): name for table in (LISTED, UNLISTED) for name in _names(table)}


@functools.cache
def pattern(action: str) -> re.Pattern[str]:
    """An action of a role, with ``*`` for anything, compared without case."""
    return re.compile(".*".join(re.escape(part) for part in action.split("*")), re.IGNORECASE)


def matches(action: str, operation: str) -> bool:
    """Whether an action of a role covers an operation."""
    return pattern(action).fullmatch(operation) is not None


@functools.cache
def is_known(action: str) -> bool:
    """Whether an action of a role matches an operation; one of a provider that is not listed here counts as known."""
    namespace = action.partition("/")[0].lower()
    if "*" in namespace or namespace not in {kind.partition("/")[0].lower() for kind in LISTED}:
        return True
    return any(matches(action, name) for name in known().values())
