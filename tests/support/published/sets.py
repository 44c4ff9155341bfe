"""The examples of scale sets: ``VirtualMachineScaleSet_Create_*`` and ``_Update_*``."""

from __future__ import annotations

from support.published.situation import (
    BALANCER,
    COMPUTE,
    ENCRYPTION,
    FILLER,
    FLEXIBLE,
    GALLERY,
    GATEWAY,
    LINUX_IMAGE,
    SUBNET,
    UNIFORM,
    UNMANAGED,
    VAULT,
    WINDOWS_IMAGE,
    Body,
    Situation,
    changed,
    disk,
    interface,
    on_linux,
)

_P = "properties.virtualMachineProfile"
_IMAGE = f"{_P}.storageProfile.imageReference"
_DISK = f"{_P}.storageProfile.osDisk"
_IP = f"{_P}.networkProfile.networkInterfaceConfigurations.0.properties.ipConfigurations.0.properties"
_NICS = f"{_P}.networkProfile.networkInterfaceConfigurations"
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
_LOCAL: Body = {f"{_DISK}.caching": "ReadOnly"}
_SPOT: Body = {f"{_P}.priority": "Spot", f"{_P}.evictionPolicy": "Deallocate", f"{_P}.billingProfile": {"maxPrice": -1}}
_NO_DOMAINS: Body = {"properties.platformFaultDomainCount": ...}
_MIXED: Body = {
    "properties.priorityMixPolicy": {"baseRegularPriorityCount": 1, "regularPriorityPercentageAboveBase": 50}
}


def _set(
    name: str, text: str, changes: Body, version: str = "2026-04-01", refused: str = "", base: Body = UNIFORM
) -> Situation:
    return Situation(name, "scale set", text, changed(base, changes), version, refused)


_DISKS = (
    _set(
        "CreateA_WithDiffOsDiskUsingDiffDiskPlacement",
        "an ephemeral OS disk on the temporary disk, of an image that is bought",
        {
            **_LOCAL,
            f"{_DISK}.diffDiskSettings": {"option": "Local", "placement": "ResourceDisk"},
            "sku.name": "Standard_D4ds_v5",
            "plan": {"publisher": "us", "product": "shop", "name": "basic"},
        },
    ),
    _set(
        "CreateA_WithDiffOsDiskUsingDiffDiskPlacementAndFullCachingEnabled",
        "an ephemeral OS disk that is wholly cached",
        {
            **_LOCAL,
            f"{_DISK}.diffDiskSettings": {"option": "Local", "placement": "ResourceDisk", "enableFullCaching": True},
            "sku.name": "Standard_D8ds_v5",
        },
        "2025-11-01",
    ),
    _set(
        "CreateA_WithDiffOsDiskUsingDiffDiskPlacementAsNvmeDisk",
        "an ephemeral OS disk on a local NVMe disk",
        {
            **_LOCAL,
            f"{_DISK}.diffDiskSettings": {"option": "Local", "placement": "NvmeDisk"},
            "sku.name": "Standard_D4ads_v6",
        },
    ),
    _set(
        "Create_WithDiffOsDisk",
        "an ephemeral OS disk wherever Azure puts it",
        {**_LOCAL, f"{_DISK}.diffDiskSettings": {"option": "Local"}, "sku.name": "Standard_DS3_v2"},
    ),
    _set(
        "Create_WithDiskEncryptionSetResource",
        "OS and data disks encrypted with a key of one's own",
        {
            f"{_DISK}.managedDisk.diskEncryptionSet": {"id": ENCRYPTION},
            f"{_P}.storageProfile.dataDisks": [
                disk(0, managedDisk={"storageAccountType": "Standard_LRS", "diskEncryptionSet": {"id": ENCRYPTION}})
            ],
            "sku.name": "Standard_DS2_v2",
        },
    ),
    _set(
        "Create_WithEmptyDataDisksOnEachVm",
        "two empty data disks on each instance, a larger OS disk",
        {f"{_P}.storageProfile.dataDisks": [disk(0), disk(1)], f"{_DISK}.diskSizeGB": 256},
    ),
    _set(
        "Create_WithPremiumStorage",
        "premium OS disks on a size without premium storage",
        {f"{_DISK}.managedDisk.storageAccountType": "Premium_LRS"},
        refused="the size takes no premium disks (Azure managed disk types; azure-cli quotes the service)",
    ),
    _set(
        "Create_WithStorageFaultDomainAlignment",
        "OS disks in the fault domains of their machines",
        {
            f"{_DISK}.storageFaultDomainAlignment": "BestEffortAligned",
            "properties.zonalPlatformFaultDomainAlignMode": "Aligned",
        },
        "2026-03-01",
    ),
    _set(
        "Create_WithDiskControllerType",
        "NVMe disk controllers, one thread of each core, user data",
        {
            f"{_P}.storageProfile.diskControllerType": "NVMe",
            f"{_P}.hardwareProfile": {"vmSizeProperties": {"vCPUsAvailable": 2, "vCPUsPerCore": 1}},
            f"{_P}.userData": "b3Blbg==",
            "sku.name": "Standard_E8bds_v5",
        },
    ),
    _set(
        "Create_WithEncryptionAtHost",
        "encryption at the host",
        {f"{_P}.securityProfile": {"encryptionAtHost": True}, "sku.name": "Standard_DS2_v2"},
    ),
)

_IMAGES = (
    _set(
        "Create_CustomImageFromAnUnmanagedGeneralizedOsImage",
        "an OS disk from a blob",
        {
            _IMAGE: ...,
            _DISK: {
                "name": "os",
                "osType": "Windows",
                "createOption": "FromImage",
                "image": {"uri": "https://a/x.vhd"},
            },
        },
        refused=UNMANAGED,
    ),
    _set("Create_FromACustomImage", "a managed image", {_IMAGE: {"id": f"{COMPUTE}/images/own"}}),
    _set(
        "Create_FromAGeneralizedSharedImage",
        "a generalized image of a gallery",
        {_IMAGE: {"id": f"{GALLERY}/images/plain"}},
    ),
    _set(
        "Create_FromASpecializedSharedImage",
        "a specialized image of a gallery, so no OS profile",
        {_IMAGE: {"id": f"{GALLERY}/images/special"}, f"{_P}.osProfile": ...},
    ),
    _set(
        "Create_PlatformImageWithUnmanagedOsDisks",
        "OS disks in storage accounts",
        {
            _DISK: {
                "name": "os",
                "createOption": "FromImage",
                "caching": "ReadWrite",
                "vhdContainers": ["https://a.blob.core.windows.net/vhds"],
            }
        },
        refused=UNMANAGED,
    ),
    _set(
        "Create_WithAMarketplaceImagePlan",
        "an image that is bought",
        {"plan": {"publisher": "us", "product": "shop", "name": "basic"}, _IMAGE: {**LINUX_IMAGE, "publisher": "us"}},
    ),
    _set(
        "Create_WithServiceArtifactReference",
        "automatic OS upgrades held to an artifact",
        {
            f"{_P}.serviceArtifactReference": {"id": f"{GALLERY}/serviceArtifacts/a/vmArtifactsProfiles/p"},
            "properties.upgradePolicy": {
                "mode": "Automatic",
                "automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True},
            },
        },
        refused=f"automatic OS upgrades with {_NO_HEALTH} (Automatic OS image upgrades, requirements)",
    ),
    _set(
        "Create_WithSecurityPostureReference",
        "automatic OS upgrades with a security posture",
        {
            f"{_P}.securityPostureReference": {"id": "/CommunityGalleries/g/securityPostures/s/versions/latest"},
            "properties.upgradePolicy": {
                "mode": "Automatic",
                "automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True},
            },
        },
        refused=f"automatic OS upgrades with {_NO_HEALTH} (Automatic OS image upgrades, requirements)",
    ),
    _set(
        "Create_WithApplicationProfile",
        "two applications of galleries on each instance",
        {
            f"{_P}.applicationProfile": {
                "galleryApplications": [
                    {
                        "packageReferenceId": f"{GALLERY}/applications/agent/versions/2.0",
                        "order": 1,
                        "treatFailureAsDeploymentFailure": True,
                        "enableAutomaticUpgrade": False,
                    },
                    {"packageReferenceId": f"{GALLERY}/applications/till/versions/3.1"},
                ]
            }
        },
    ),
)

_NETWORKS = (
    _set(
        "Create_FromWithDisableTcpStateTrackingNetworkInterface",
        "an accelerated interface that tracks no TCP states, and a second one",
        {
            _NICS: [
                interface(enableAcceleratedNetworking=True, disableTcpStateTracking=True),
                interface("back", primary=False, disableTcpStateTracking=False),
            ],
            "sku.name": "Standard_DS3_v2",
        },
    ),
    _set(
        "Create_FromWithFpgaNetworkInterface",
        "a second interface for an FPGA",
        {_NICS: [interface(), interface("card", primary=False, enableFpga=True)]},
    ),
    _set(
        "Create_FromWithNetworkInterfaceWithDnsSettings",
        "public addresses with names, and the scope of their hash",
        {
            f"{_IP}.publicIPAddressConfiguration": {
                "name": "address",
                "properties": {
                    "idleTimeoutInMinutes": 10,
                    "dnsSettings": {"domainNameLabel": "shop", "domainNameLabelScope": "TenantReuse"},
                },
            }
        },
    ),
    _set(
        "Create_WithAzureApplicationGateway",
        "instances behind an application gateway",
        {f"{_IP}.applicationGatewayBackendAddressPools": [{"id": f"{GATEWAY}/backendAddressPools/pool"}]},
    ),
    _set(
        "Create_WithAzureLoadBalancer",
        "instances in a pool and a NAT pool, with addresses of their own",
        {
            f"{_IP}.loadBalancerBackendAddressPools": [{"id": f"{BALANCER}/backendAddressPools/pool"}],
            f"{_IP}.loadBalancerInboundNatPools": [{"id": f"{BALANCER}/inboundNatPools/logins"}],
            f"{_IP}.publicIPAddressConfiguration": {
                "name": "address",
                "properties": {"publicIPAddressVersion": "IPv4"},
            },
        },
    ),
    _set(
        "Create_WithHighSpeedInterconnectPlacement",
        "no placement by interconnect, said in so many words",
        {"properties.highSpeedInterconnectPlacement": "None", f"{_IP}.subnet": {"id": SUBNET}},
        "2025-04-01",
        base=FLEXIBLE,
    ),
)

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

_NOTHING = (
    Situation("Update_MaximumSet_Gen", "scale set", "every member of a PATCH", None, refused=FILLER),
    Situation("Update_MinimumSet_Gen", "scale set", "an empty PATCH", None, refused=FILLER),
)

SETS: tuple[Situation, ...] = (*_DISKS, *_IMAGES, *_NETWORKS, *_PLACES, *_PRICES, *_CARE, *_ACCESS, *_NOTHING)
