"""The examples of scale sets that are about places, prices, care and access."""

from __future__ import annotations

from support.published.situation import (
    COMPUTE,
    FLEXIBLE,
    GALLERY,
    UNIFORM,
    VAULT,
    WINDOWS_IMAGE,
    Body,
    Situation,
    changed,
    disk,
    on_linux,
)

_P = "properties.virtualMachineProfile"
_IMAGE = f"{_P}.storageProfile.imageReference"
_DISK = f"{_P}.storageProfile.osDisk"
_EXTENSION: Body = {
    "name": "setup",
    "properties": {
        "publisher": "Microsoft.Compute",
        "type": "CustomScriptExtension",
        "typeHandlerVersion": "1.10",
        "autoUpgradeMinorVersion": True,
        "settings": {"commandToExecute": "hostname"},
    },
}
_NO_HEALTH = "no application health monitoring, which the page on it requires"
_SPOT: Body = {f"{_P}.priority": "Spot", f"{_P}.evictionPolicy": "Deallocate", f"{_P}.billingProfile": {"maxPrice": -1}}
_NO_DOMAINS: Body = {"properties.platformFaultDomainCount": ...}
_MIXED: Body = {
    "properties.priorityMixPolicy": {"baseRegularPriorityCount": 1, "regularPriorityPercentageAboveBase": 50}
}


def _set(
    name: str, text: str, changes: Body, version: str = "2026-04-01", refused: str = "", base: Body = UNIFORM
) -> Situation:
    return Situation(name, "scale set", text, changed(base, changes), version, refused)


_PLACES = (
    _set(
        "Create_WithVMsInDifferentZones",
        "two zones, two data disks",
        {
            "zones": ["1", "3"],
            "properties.upgradePolicy.mode": "Automatic",
            f"{_P}.storageProfile.dataDisks": [disk(0), disk(1)],
        },
    ),
    _set(
        "Create_WithPlacement",
        "Azure chooses among two zones",
        {"placement": {"zonePlacementPolicy": "Auto", "includeZones": ["1", "2"]}, "properties.overprovision": False},
        "2026-03-01",
    ),
    _set(
        "Create_WithMaxZoneCount",
        "Azure chooses two zones",
        {
            "placement": {"zonePlacementPolicy": "Auto"},
            "properties.overprovision": False,
            "properties.resiliencyPolicy": {"zoneAllocationPolicy": {"maxZoneCount": 2}},
        },
    ),
    _set(
        "Create_WithMaxInstancePercentPerZonePolicy",
        "half of the instances in one zone at most",
        {
            "properties.overprovision": False,
            "properties.resiliencyPolicy": {
                "zoneAllocationPolicy": {"maxInstancePercentPerZonePolicy": {"enabled": True, "value": 50}}
            },
        },
        "2026-03-01",
    ),
    _set(
        "Create_WithZonalPlatformFaultDomainAlignMode",
        "fault domains that are aligned, reboots that are approved by themselves",
        {
            "properties.zonalPlatformFaultDomainAlignMode": "Aligned",
            "properties.scheduledEventsPolicy": {
                "userInitiatedRedeploy": {"automaticallyApprove": True},
                "userInitiatedReboot": {"automaticallyApprove": True},
                "scheduledEventsAdditionalPublishingTargets": {"eventGridAndResourceGraph": {"enable": True}},
            },
        },
        "2026-03-01",
    ),
    _set(
        "Create_WithCapacityReservation",
        "reserved capacity, the rest of the placement left to Azure",
        {
            f"{_P}.capacityReservation": {
                "capacityReservationGroup": {"id": f"{COMPUTE}/capacityReservationGroups/reserved"}
            },
            "sku.name": "Standard_DS2_v2",
        },
        refused="a Uniform set has one placement group and five fault domains by default, which reservations exclude "
        "(On-demand capacity reservation, limitations)",
    ),
    _set(
        "Create_WithAutomaticZoneRebalancingPolicy",
        "instances move to other zones by themselves, in a set without zones",
        {
            "properties.overprovision": False,
            "properties.resiliencyPolicy": {
                "automaticZoneRebalancingPolicy": {
                    "enabled": True,
                    "rebalanceStrategy": "Recreate",
                    "rebalanceBehavior": "CreateBeforeDelete",
                }
            },
        },
        refused=f"no zones, and {_NO_HEALTH} (Enable Automatic Zone Balance, prerequisites)",
    ),
)

_PRICES = (
    _set(
        "Create_WithPriorityMixPolicy",
        "a half of Spot above one regular instance; not a word on placement groups",
        {**_SPOT, **_MIXED, "sku.name": "Standard_D8s_v5"},
        base=FLEXIBLE,
    ),
    _set(
        "Create_WithSpotRestorePolicy",
        "evicted instances come back within an hour",
        {
            **_SPOT,
            "properties.spotRestorePolicy": {"enabled": True, "restoreTimeout": "PT1H"},
            "sku.name": "Standard_D4_v3",
        },
    ),
    _set(
        "Create_WithSkuProfile",
        "three sizes by capacity, half of them Spot",
        {
            **_SPOT,
            **_MIXED,
            **_NO_DOMAINS,
            "sku": {"name": "Mix", "capacity": 2},
            "properties.skuProfile": {
                "vmSizes": [{"name": "Standard_D4s_v5"}, {"name": "Standard_E8s_v5"}, {"name": "Standard_D2s_v5"}],
                "allocationStrategy": "CapacityOptimized",
            },
        },
        base=FLEXIBLE,
    ),
    _set(
        "Create_WithSkuProfile_Prioritized",
        "three sizes in an order, half of them Spot",
        {
            **_SPOT,
            **_MIXED,
            **_NO_DOMAINS,
            "sku": {"name": "Mix", "capacity": 2},
            "properties.skuProfile": {
                "vmSizes": [
                    {"name": "Standard_D4s_v5", "rank": 0},
                    {"name": "Standard_E8s_v5", "rank": 1},
                    {"name": "Standard_D2s_v5", "rank": 2},
                ],
                "allocationStrategy": "Prioritized",
            },
        },
        base=FLEXIBLE,
    ),
    _set(
        "Create_WithSpotPlusPriorityFlex",
        "SpotPlus with a regular base, of three sizes",
        {
            **_SPOT,
            **_MIXED,
            **on_linux(_P),
            f"{_P}.priority": "SpotPlus",
            "sku": {"name": "Mix", "capacity": 2},
            "properties.skuProfile": {
                "vmSizes": [{"name": "Standard_D4s_v5"}, {"name": "Standard_E8s_v5"}, {"name": "Standard_D2s_v5"}],
                "allocationStrategy": "CapacityOptimized",
            },
        },
        base=FLEXIBLE,
    ),
)

_CARE = (
    _set(
        "Create_WithAutomaticRepairs",
        "repairs without anything that says who is ill",
        {"properties.automaticRepairsPolicy": {"enabled": True, "gracePeriod": "PT20M"}},
        refused=f"repairs with {_NO_HEALTH} (Automatic instance repairs, requirements)",
    ),
    _set(
        "Create_WithExternalHealthPolicy",
        "health that another service reports",
        {
            "properties.externalHealthPolicy": {"enabled": True, "expiryDuration": "PT15M", "gracePeriod": "PT1H"},
            "properties.scheduledEventsPolicy": {"allInstancesDown": {"automaticallyApprove": True}},
        },
        "2025-11-01",
    ),
    _set(
        "Create_WithLifecycleHooksProfile",
        "somebody is asked before each batch of an OS upgrade; no upgrade policy",
        {
            "properties.upgradePolicy": ...,
            "properties.overprovision": ...,
            "properties.lifecycleHooksProfile": {
                "lifecycleHooks": [
                    {"type": "UpgradeAutoOSRollingBatchStarting", "waitDuration": "PT10M", "defaultAction": "Reject"}
                ]
            },
        },
        "2026-03-01",
        refused="a Uniform set needs an upgrade policy: Required parameter 'upgradePolicy.mode' is missing",
    ),
    _set(
        "Create_WithBootDiagnostics",
        "boot diagnostics on an account",
        {
            f"{_P}.diagnosticsProfile": {
                "bootDiagnostics": {"enabled": True, "storageUri": "https://a.blob.core.windows.net"}
            }
        },
    ),
    _set(
        "Create_WithManagedBootDiagnostics",
        "boot diagnostics without an account",
        {f"{_P}.diagnosticsProfile": {"bootDiagnostics": {"enabled": True}}},
    ),
    _set(
        "Create_WithExtensionsSuppressFailuresEnabled",
        "an extension that may fail",
        {
            f"{_P}.extensionProfile": {
                "extensions": [{**_EXTENSION, "properties": {**_EXTENSION["properties"], "suppressFailures": True}}]
            }
        },
    ),
    _set(
        "Create_WithExtensionsTimeBudget",
        "extensions that have 75 minutes",
        {f"{_P}.extensionProfile": {"extensions": [_EXTENSION], "extensionsTimeBudget": "PT1H15M"}},
    ),
    _set(
        "Create_WithProtectedSettingsFromKeyVault",
        "an extension whose secrets are in a vault",
        {
            f"{_P}.extensionProfile": {
                "extensions": [
                    {
                        **_EXTENSION,
                        "properties": {
                            **_EXTENSION["properties"],
                            "protectedSettingsFromKeyVault": {
                                "secretUrl": "https://vault.vault.azure.net/secrets/s/1",
                                "sourceVault": {"id": VAULT},
                            },
                        },
                    }
                ]
            }
        },
    ),
    _set(
        "Create_WithOSImageScheduledEventEnabled",
        "a notice before the OS image changes",
        {f"{_P}.scheduledEventsProfile": {"osImageNotificationProfile": {"enable": True, "notBeforeTimeout": "PT15M"}}},
    ),
    _set(
        "Create_WithTerminateScheduledEventEnabled",
        "a notice before an instance ends",
        {
            f"{_P}.scheduledEventsProfile": {
                "terminateNotificationProfile": {"enable": True, "notBeforeTimeout": "PT10M"}
            }
        },
    ),
    _set(
        "Create_WithResilientVMCreationPolicy",
        "creations that are tried again",
        {"properties.resiliencyPolicy": {"resilientVMCreationPolicy": {"enabled": True}}},
    ),
    _set(
        "Create_WithResilientVMDeletionPolicy",
        "deletions that are tried again",
        {"properties.resiliencyPolicy": {"resilientVMDeletionPolicy": {"enabled": True}}},
    ),
    _set(
        "Create_WithScaleInPolicy",
        "the oldest go first, the unhealthy before them, by force",
        {"properties.scaleInPolicy": {"rules": ["OldestVM"], "prioritizeUnhealthyVMs": True, "forceDeletion": True}},
    ),
    _set("Create_WithUserData", "user data", {f"{_P}.userData": "b3Blbg=="}),
    _set(
        "Create_WithVMSizeProperties",
        "fewer threads than the size has, user data",
        {
            f"{_P}.hardwareProfile": {"vmSizeProperties": {"vCPUsAvailable": 1, "vCPUsPerCore": 1}},
            f"{_P}.userData": "b3Blbg==",
        },
    ),
)

_ACCESS = (
    _set("Create_WithPasswordAuthentication", "a password", {_IMAGE: WINDOWS_IMAGE}),
    _set("Create_WithSshAuthentication", "SSH keys only", on_linux(_P)),
    _set(
        "Create_WithProxyAgentSettings",
        "the metadata service behind a proxy agent",
        {
            **on_linux(_P),
            f"{_P}.securityProfile": {
                "proxyAgentSettings": {
                    "enabled": True,
                    "addProxyAgentExtension": True,
                    "imds": {
                        "inVMAccessControlProfileReferenceId": f"{GALLERY}/inVMAccessControlProfiles/p/versions/1.0.0"
                    },
                    "wireServer": {"mode": "Audit"},
                }
            },
            "sku.name": "Standard_D2s_v3",
        },
        "2026-03-01",
    ),
    _set(
        "Create_WithSecurityTypeConfidentialVM",
        "confidential machines whose guest state is encrypted",
        {
            f"{_P}.securityProfile": {
                "securityType": "ConfidentialVM",
                "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True},
            },
            f"{_DISK}.managedDisk": {
                "storageAccountType": "StandardSSD_LRS",
                "securityProfile": {"securityEncryptionType": "VMGuestStateOnly"},
            },
            "sku.name": "Standard_DC4as_v5",
        },
    ),
    _set(
        "Create_WithSecurityTypeConfidentialVMWithNonPersistedTPM",
        "confidential machines whose TPM does not last",
        {
            **on_linux(_P),
            f"{_P}.securityProfile": {
                "securityType": "ConfidentialVM",
                "uefiSettings": {"secureBootEnabled": False, "vTpmEnabled": True},
            },
            f"{_DISK}.managedDisk": {
                "storageAccountType": "StandardSSD_LRS",
                "securityProfile": {"securityEncryptionType": "NonPersistedTPM"},
            },
            "sku.name": "Standard_DC4es_v5",
        },
    ),
    _set(
        "Create_WithUefiSettings",
        "trusted launch",
        {
            f"{_P}.securityProfile": {
                "securityType": "TrustedLaunch",
                "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True},
            },
            f"{_DISK}.managedDisk.storageAccountType": "StandardSSD_LRS",
            "sku.name": "Standard_D2s_v3",
        },
    ),
)


SETS_PLACED: tuple[Situation, ...] = (*_PLACES, *_PRICES, *_CARE, *_ACCESS)
