"""The examples of virtual machines: ``VirtualMachine_Create_*`` and ``_Update_*``."""

from __future__ import annotations

from support.published.machines_kept import MACHINES_KEPT
from support.published.situation import (
    COMPUTE,
    ENCRYPTION,
    FILLER,
    GALLERY,
    IDENTITY,
    MACHINE,
    UNMANAGED,
    WINDOWS_IMAGE,
    Body,
    Situation,
    changed,
    disk,
    on_linux,
)

_P = "properties"
_IMAGE = f"{_P}.storageProfile.imageReference"
_DISK = f"{_P}.storageProfile.osDisk"
_SIZE = f"{_P}.hardwareProfile.vmSize"
_LOCAL: Body = {f"{_DISK}.caching": "ReadOnly", _SIZE: "Standard_D4ds_v5"}
_NO_PROFILE: Body = {f"{_P}.osProfile": ...}


def _vm(name: str, text: str, changes: Body, version: str = "2026-04-01", refused: str = "") -> Situation:
    return Situation(name, "machine", text, changed(MACHINE, changes), version, refused)


def _ephemeral(
    name: str, text: str, settings: Body, version: str = "2026-04-01", size: str = "Standard_D4ds_v5"
) -> Situation:
    return _vm(
        name, text, {**_LOCAL, f"{_DISK}.diffDiskSettings": {"option": "Local", **settings}, _SIZE: size}, version
    )


_IMAGES = (
    _vm(
        "Create_CustomImageVmFromAnUnmanagedGeneralizedOsImage",
        "an OS disk from a blob",
        {
            _IMAGE: ...,
            _DISK: {
                "name": "os",
                "osType": "Windows",
                "createOption": "FromImage",
                "image": {"uri": "https://a.blob.core.windows.net/x.vhd"},
                "vhd": {"uri": "https://a.blob.core.windows.net/y.vhd"},
            },
        },
        refused=UNMANAGED,
    ),
    _vm(
        "Create_PlatformImageVmWithUnmanagedOsAndDataDisks",
        "OS and data disks in a storage account",
        {
            _DISK: {"name": "os", "createOption": "FromImage", "vhd": {"uri": "https://a.blob.core.windows.net/o.vhd"}},
            f"{_P}.storageProfile.dataDisks": [disk(0, vhd={"uri": "https://a.blob.core.windows.net/d.vhd"})],
        },
        refused=UNMANAGED,
    ),
    _vm(
        "Create_FromACommunityGalleryImage",
        "an image of a community gallery",
        {_IMAGE: {"communityGalleryImageId": "/CommunityGalleries/c/Images/i/Versions/latest"}},
    ),
    _vm("Create_FromACustomImage", "a managed image", {_IMAGE: {"id": f"{COMPUTE}/images/own"}}),
    _vm(
        "Create_FromAGeneralizedSharedImage",
        "a generalized image of a gallery",
        {_IMAGE: {"id": f"{GALLERY}/images/plain"}},
    ),
    _vm(
        "Create_FromASharedGalleryImage",
        "an image that is shared with the subscription",
        {_IMAGE: {"sharedGalleryImageId": "/SharedGalleries/s/Images/i/Versions/latest"}},
    ),
    _vm(
        "Create_FromASpecializedSharedImage",
        "a specialized image of a gallery, so no OS profile",
        {_IMAGE: {"id": f"{GALLERY}/images/special"}, **_NO_PROFILE},
    ),
    _vm(
        "Create_WithAMarketplaceImagePlan",
        "an image that is bought",
        {"plan": {"publisher": "us", "product": "shop", "name": "basic"}, _IMAGE: {**WINDOWS_IMAGE, "publisher": "us"}},
    ),
    _vm(
        "Create_WithApplicationProfile",
        "two applications of galleries",
        {
            f"{_P}.applicationProfile": {
                "galleryApplications": [
                    {"packageReferenceId": f"{GALLERY}/applications/agent/versions/2.0", "order": 1, "tags": "base"},
                    {"packageReferenceId": f"{GALLERY}/applications/till/versions/3.1"},
                ]
            }
        },
    ),
)

_PLACES = (
    _vm(
        "Create_InAnAvailabilitySet",
        "in an availability set",
        {f"{_P}.availabilitySet": {"id": f"{COMPUTE}/availabilitySets/racks"}},
    ),
    _vm(
        "Create_InAVmssWithCustomerAssignedPlatformFaultDomain",
        "in a Flexible scale set, in a fault domain of one's choice",
        {
            f"{_P}.virtualMachineScaleSet": {"id": f"{COMPUTE}/virtualMachineScaleSets/spread"},
            f"{_P}.platformFaultDomain": 1,
        },
    ),
    _vm(
        "Create_WithCapacityReservation",
        "reserved capacity",
        {
            f"{_P}.capacityReservation": {
                "capacityReservationGroup": {"id": f"{COMPUTE}/capacityReservationGroups/reserved"}
            }
        },
    ),
    _vm(
        "Create_WithPlacement",
        "Azure chooses one of two zones",
        {"placement": {"zonePlacementPolicy": "Any", "includeZones": ["1", "2"]}},
        "2026-03-01",
    ),
    _vm(
        "Create_WithZoneMovementEnabled",
        "a machine that may move to another zone",
        {"zones": ["1"], f"{_P}.resiliencyProfile": {"zoneMovement": {"isEnabled": True}}},
        "2025-11-01",
    ),
    _vm(
        "Create_WithFlexProfile",
        "a preferred size, which Azure may not give",
        {f"{_P}.hardwareProfile": ..., f"{_P}.flexProfile": {"preferredVMSize": "Standard_D4s_v5"}, **on_linux(_P)},
    ),
    _vm(
        "Create_WithFlexProfileEchoedVMSize",
        "a preferred size, beside the size that Azure gave",
        {_SIZE: "Standard_D4as_v5", f"{_P}.flexProfile": {"preferredVMSize": "Standard_D4s_v5"}, **on_linux(_P)},
    ),
    _vm(
        "Create_WithVMSizePolicy",
        "five sizes in an order",
        {
            f"{_P}.hardwareProfile": {
                "vmSizePolicy": {
                    "vmSizes": [{"name": "Standard_D2s_v3", "rank": 0}],
                    "allocationStrategy": "Prioritized",
                }
            }
        },
        "2025-11-01",
        refused="no released version has vmSizePolicy: azure-mgmt-compute 38 and 39 do not know it",
    ),
    _vm(
        "Create_WithSpotPlusPriority",
        "SpotPlus at any price",
        {f"{_P}.priority": "SpotPlus", f"{_P}.evictionPolicy": "Deallocate", f"{_P}.billingProfile": {"maxPrice": -1}},
    ),
)

_DISKS = (
    _ephemeral("Create_WithADiffOsDisk", "an ephemeral OS disk", {}),
    _ephemeral(
        "Create_WithADiffOsDiskAndFullCachingEnabled",
        "an ephemeral OS disk, wholly cached",
        {"enableFullCaching": True},
        "2025-11-01",
        "Standard_D8ds_v5",
    ),
    _ephemeral(
        "Create_WithADiffOsDiskUsingDiffDiskPlacementAsCacheDisk",
        "an ephemeral OS disk in the cache",
        {"placement": "CacheDisk"},
        size="Standard_DS3_v2",
    ),
    _ephemeral(
        "Create_WithADiffOsDiskUsingDiffDiskPlacementAsNvmeDisk",
        "an ephemeral OS disk on NVMe",
        {"placement": "NvmeDisk"},
        size="Standard_D4ads_v6",
    ),
    _ephemeral(
        "Create_WithADiffOsDiskUsingDiffDiskPlacementAsResourceDisk",
        "an ephemeral OS disk on the temporary disk",
        {"placement": "ResourceDisk"},
    ),
    _vm(
        "Create_WithDataDisksFromSourceResource",
        "data disks copied from a snapshot and a disk, and restored from a restore point",
        {
            f"{_P}.storageProfile.dataDisks": [
                disk(0, createOption="Copy", sourceResource={"id": f"{COMPUTE}/snapshots/yesterday"}),
                disk(1, createOption="Copy", sourceResource={"id": f"{COMPUTE}/disks/master"}),
                disk(
                    2,
                    createOption="Restore",
                    sourceResource={"id": f"{COMPUTE}/restorePointCollections/c/restorePoints/p/diskRestorePoints/d"},
                ),
            ]
        },
    ),
    _vm(
        "Create_WithDiskControllerType",
        "an NVMe disk controller, user data",
        {f"{_P}.storageProfile.diskControllerType": "NVMe", f"{_P}.userData": "b3Blbg==", _SIZE: "Standard_E8bds_v5"},
    ),
    _vm(
        "Create_WithDiskEncryptionSetResource",
        "OS and data disks encrypted with a key of one's own; a data disk that exists",
        {
            f"{_DISK}.managedDisk.diskEncryptionSet": {"id": ENCRYPTION},
            f"{_P}.storageProfile.dataDisks": [
                disk(0, managedDisk={"storageAccountType": "Standard_LRS", "diskEncryptionSet": {"id": ENCRYPTION}}),
                {"lun": 1, "createOption": "Attach", "diskSizeGB": 64, "managedDisk": {"id": f"{COMPUTE}/disks/kept"}},
            ],
        },
    ),
    _vm("Create_WithEmptyDataDisks", "two empty data disks", {f"{_P}.storageProfile.dataDisks": [disk(0), disk(1)]}),
    _vm("Create_WithEncryptionAtHost", "encryption at the host", {f"{_P}.securityProfile": {"encryptionAtHost": True}}),
    _vm(
        "Create_WithEncryptionIdentity",
        "disk encryption with an identity of the machine's",
        {
            "identity": {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}},
            f"{_P}.securityProfile": {"encryptionIdentity": {"userAssignedIdentityResourceId": IDENTITY}},
        },
    ),
    _vm(
        "Create_WithPremiumStorage",
        "a premium OS disk on a size without premium storage",
        {_SIZE: "Standard_D2_v2", f"{_DISK}.managedDisk.storageAccountType": "Premium_LRS"},
        refused="the size takes no premium disks (Azure managed disk types; azure-cli quotes the service)",
    ),
    _vm(
        "Create_WithAdditionalDiskProperties",
        "a data disk of a higher tier behind a private access",
        {
            f"{_P}.storageProfile.diskApiVersion": "2026-03-02",
            f"{_P}.storageProfile.dataDisks": [
                disk(
                    0,
                    managedDisk={
                        "storageAccountType": "Premium_LRS",
                        "additionalDiskProperties": {
                            "managedDiskProperties": {
                                "tier": "P40",
                                "networkAccessPolicy": "AllowPrivate",
                                "diskAccessId": f"{COMPUTE}/diskAccesses/door",
                            }
                        },
                    },
                )
            ],
        },
    ),
)

_UPDATES = (
    Situation(
        "Update_WithInstanceProfile",
        "machine",
        "tags of a machine that was made from an instance profile",
        None,
        refused="no released version has instanceProfile: azure-mgmt-compute 39 does not know it",
    ),
    Situation(
        "Update_WithFlexProfile",
        "machine",
        "tags of a machine with a preferred size",
        None,
        refused="a PATCH of tags; the machine of Create_WithFlexProfile is the situation",
    ),
    Situation(
        "Extension_CreateOrUpdate_MaximumSet_Gen", "machine", "every member of an extension", None, refused=FILLER
    ),
)

MACHINES: tuple[Situation, ...] = (*_IMAGES, *_PLACES, *_DISKS, *MACHINES_KEPT, *_UPDATES)
