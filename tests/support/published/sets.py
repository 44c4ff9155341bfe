"""The examples of scale sets: ``VirtualMachineScaleSet_Create_*`` and ``_Update_*``."""

from __future__ import annotations

from support.published.sets_placed import SETS_PLACED
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
    Body,
    Situation,
    changed,
    disk,
    interface,
)

_P = "properties.virtualMachineProfile"
_IMAGE = f"{_P}.storageProfile.imageReference"
_DISK = f"{_P}.storageProfile.osDisk"
_IP = f"{_P}.networkProfile.networkInterfaceConfigurations.0.properties.ipConfigurations.0.properties"
_NICS = f"{_P}.networkProfile.networkInterfaceConfigurations"
_NO_HEALTH = "no application health monitoring, which the page on it requires"
_LOCAL: Body = {f"{_DISK}.caching": "ReadOnly"}


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

_NOTHING = (
    Situation("Update_MaximumSet_Gen", "scale set", "every member of a PATCH", None, refused=FILLER),
    Situation("Update_MinimumSet_Gen", "scale set", "an empty PATCH", None, refused=FILLER),
)

SETS: tuple[Situation, ...] = (*_DISKS, *_IMAGES, *_NETWORKS, *SETS_PLACED, *_NOTHING)
