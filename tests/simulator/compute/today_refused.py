"""What Azure of November 2026 refuses, beside what it takes, each with its source; see :mod:`.today`."""

from __future__ import annotations

from simulator.compute.bodies import HEALTH, windows_profile
from simulator.compute.cases import EXTENSIONS, FLEX, ROLLING, UNIFORM
from simulator.compute.today import (
    AUTO,
    CONFIDENTIAL,
    EPHEMERAL,
    GALLERY_IMAGE,
    HOTPATCH_IMAGE,
    RESERVATION,
    Refusal,
    data_disk,
    mix,
    patch_mode,
)
from simulator.compute.today_health import HEALTH_RULES

_PROFILE = "virtualMachineProfile"
_OS_TYPE = f"{_PROFILE}.storageProfile.osDisk.managedDisk.storageAccountType"
_HOT = f"{_PROFILE}.osProfile.windowsConfiguration.patchSettings.enableHotpatching"
_OS_TARGET = "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade"
_PREMIUM_OS = {"vmp.storageProfile.osDisk.managedDisk": {"storageAccountType": "Premium_LRS"}}
_DISK_TYPES_PAGE = "Azure managed disk types; azure-cli: 'does not support the storage account type Premium_LRS'"
_ONE_SOURCE = "Application Health extension, note: one source; azure-docs issue 114432 quotes the service"
_RESERVATION_PAGE = "On-demand capacity reservation (2026-02), limitations"
_SPOT_PAGE = "Azure Spot Virtual Machines for scale sets, limitations"
_MIX_PAGE = "Use multiple VM sizes with instance mix (2026-05), limitations"
_ZONES_PAGE = "Configure automatic zone placement (2026-08), limitations"
_PATCHING_PAGE = "Automatic Guest Patching: health monitoring is required for Flexible"
SIZES = [
    *(
        Refusal(
            f"premium disk, {size}",
            mode,
            {**_PREMIUM_OS, "sku.name": "Standard_D2s_v3"},
            {**_PREMIUM_OS, "sku.name": size},
            _OS_TYPE,
            _DISK_TYPES_PAGE,
        )
        for size in ("Standard_D2_v3", "Standard_D2_v5", "Standard_A2_v2", "Standard_F4", "Standard_D1_v2")
        for mode in (FLEX, UNIFORM)
    ),
    Refusal(
        "premium disk in a mix",
        FLEX,
        {**mix("Standard_DS2_v2", "Standard_D2s_v3"), **_PREMIUM_OS},
        {**mix("Standard_A2_v2", "Standard_D2s_v3"), **_PREMIUM_OS},
        _OS_TYPE,
        _DISK_TYPES_PAGE,
    ),
    Refusal(
        "premium data disk",
        UNIFORM,
        {"sku.name": "Standard_D2_v3", **data_disk("StandardSSD_LRS")},
        {"sku.name": "Standard_D2_v3", **data_disk("Premium_LRS")},
        f"{_PROFILE}.storageProfile.dataDisks[0].managedDisk.storageAccountType",
        _DISK_TYPES_PAGE,
    ),
    Refusal(
        "write accelerator, size",
        UNIFORM,
        {"sku.name": "Standard_M8ms", **data_disk("Premium_LRS", writeAcceleratorEnabled=True)},
        {"sku.name": "Standard_E8s_v5", **data_disk("Premium_LRS", writeAcceleratorEnabled=True)},
        f"{_PROFILE}.storageProfile.dataDisks[0].writeAcceleratorEnabled",
        "Enable Write Accelerator (2026-09), prerequisites",
    ),
    Refusal(
        "write accelerator, disk",
        UNIFORM,
        {"sku.name": "Standard_M8ms", **data_disk("StandardSSD_LRS", writeAcceleratorEnabled=False)},
        {"sku.name": "Standard_M8ms", **data_disk("StandardSSD_LRS", writeAcceleratorEnabled=True)},
        f"{_PROFILE}.storageProfile.dataDisks[0].writeAcceleratorEnabled",
        "Enable Write Accelerator (2026-09), prerequisites",
    ),
    Refusal(
        "write accelerator, caching",
        FLEX,
        {"sku.name": "Standard_M8ms", **data_disk("Premium_LRS", writeAcceleratorEnabled=True, caching="ReadOnly")},
        {"sku.name": "Standard_M8ms", **data_disk("Premium_LRS", writeAcceleratorEnabled=True, caching="ReadWrite")},
        f"{_PROFILE}.storageProfile.dataDisks[0].writeAcceleratorEnabled",
        "Enable Write Accelerator (2026-09), restrictions",
    ),
    Refusal(
        "local disks of a mix",
        FLEX,
        mix("Standard_D2ds_v5", "Standard_D2ds_v4"),
        mix("Standard_D2s_v5", "Standard_D2ds_v5"),
        "skuProfile.vmSizes",
        _MIX_PAGE,
    ),
    Refusal(
        "storage interfaces of a mix",
        FLEX,
        mix("Standard_D2s_v6", "Standard_E2s_v6"),
        mix("Standard_D2s_v5", "Standard_D2s_v6"),
        "skuProfile.vmSizes",
        _MIX_PAGE,
    ),
    Refusal(
        "duplicate sizes of a mix",
        FLEX,
        mix("Standard_D2s_v5"),
        mix("Standard_D2s_v5", "standard_d2s_v5"),
        "skuProfile.vmSizes",
        "instance mix, troubleshooting",
        "SkuProfileVMSizesCannotHaveDuplicates",
    ),
    *(
        Refusal(
            f"spot with {size}",
            FLEX,
            {**mix("Standard_D2s_v5", "Standard_E2s_v5"), "vmp.priority": "Spot"},
            {**mix("Standard_D2s_v5", size), "vmp.priority": "Spot"},
            "skuProfile.vmSizes",
            _SPOT_PAGE,
        )
        for size in ("Standard_B2s_v2", "Standard_DS2_v2_Promo")
    ),
    Refusal(
        "spot with a promotional size",
        UNIFORM,
        {"sku.name": "Standard_DS2_v2", "vmp.priority": "Spot"},
        {"sku.name": "Standard_DS2_v2_Promo", "vmp.priority": "Spot"},
        "sku.name",
        _SPOT_PAGE,
    ),
]

OTHERS = [
    Refusal(
        "hotpatch image, patch mode not said",
        FLEX,
        {**patch_mode("AutomaticByPlatform", enableHotpatching=True), EXTENSIONS: [HEALTH]},
        {"vmp.osProfile": windows_profile(), "vmp.storageProfile.imageReference": HOTPATCH_IMAGE},
        _HOT,
        "azure-cli issue 21504 quotes the service",
    ),
    Refusal(
        "hotpatching of another image",
        FLEX,
        {**patch_mode("AutomaticByPlatform", enableHotpatching=True), EXTENSIONS: [HEALTH]},
        {
            **patch_mode("AutomaticByPlatform", enableHotpatching=True),
            "vmp.storageProfile.imageReference": {**HOTPATCH_IMAGE, "sku": "2022-datacenter"},
            EXTENSIONS: [HEALTH],
        },
        _HOT,
        "Automatic Guest Patching: supported Windows images (hotpatchable)",
    ),
    Refusal(
        "hotpatching without safety checks",
        FLEX,
        {
            **patch_mode(
                "AutomaticByPlatform",
                enableHotpatching=True,
                automaticByPlatformSettings={"bypassPlatformSafetyChecksOnUserSchedule": False},
            ),
            EXTENSIONS: [HEALTH],
        },
        {
            **patch_mode(
                "AutomaticByPlatform",
                enableHotpatching=True,
                automaticByPlatformSettings={"bypassPlatformSafetyChecksOnUserSchedule": True},
            ),
            EXTENSIONS: [HEALTH],
        },
        _HOT,
        "claranet/terraform-azurerm-windows-vm pull request 4 quotes the service",
    ),
    *(
        Refusal(
            f"ephemeral disk and spot, {mode}",
            mode,
            {**EPHEMERAL, "vmp.priority": "Spot", "vmp.evictionPolicy": "Delete"},
            {**EPHEMERAL, "vmp.priority": "Spot"},
            f"{_PROFILE}.storageProfile.osDisk.diffDiskSettings",
            "Ephemeral OS disks (2026-09): not deallocated; Spot: Deallocate is the default",
        )
        for mode in (FLEX, UNIFORM)
    ),
    *(
        Refusal(
            f"ephemeral disk without local storage, {mode}",
            mode,
            EPHEMERAL,
            {**EPHEMERAL, "sku.name": "Standard_D2s_v5"},
            f"{_PROFILE}.storageProfile.osDisk.diffDiskSettings",
            "Ephemeral OS disks (2026-09): the sizes with local storage",
        )
        for mode in (FLEX, UNIFORM)
    ),
    Refusal(
        "ephemeral disk, zone-redundant",
        UNIFORM,
        {**EPHEMERAL, "vmp.storageProfile.osDisk.managedDisk": {"storageAccountType": "StandardSSD_LRS"}},
        {**EPHEMERAL, "vmp.storageProfile.osDisk.managedDisk": {"storageAccountType": "StandardSSD_ZRS"}},
        _OS_TYPE,
        "Ephemeral OS disks (2026-09): the three types of base disks",
    ),
    Refusal(
        "reservation and ultra disk",
        FLEX,
        {**RESERVATION, **data_disk("PremiumV2_LRS")},
        {**RESERVATION, **data_disk("UltraSSD_LRS"), "p.additionalCapabilities": {"ultraSSDEnabled": True}},
        f"{_PROFILE}.capacityReservation",
        _RESERVATION_PAGE,
    ),
    Refusal(
        "reservation and five fault domains",
        UNIFORM,
        {**RESERVATION, "p.platformFaultDomainCount": 3},
        {**RESERVATION, "p.platformFaultDomainCount": 5},
        "platformFaultDomainCount",
        _RESERVATION_PAGE,
    ),
    Refusal(
        "reservation and the default of Uniform",
        UNIFORM,
        {**RESERVATION, "zones": ["1"]},
        RESERVATION,
        "platformFaultDomainCount",
        _RESERVATION_PAGE,
    ),
    Refusal(
        "reserved GPUs and fault domains",
        FLEX,
        {**RESERVATION, "sku.name": "Standard_NC4as_T4_v3"},
        {**RESERVATION, "sku.name": "Standard_NC4as_T4_v3", "p.platformFaultDomainCount": 2},
        "platformFaultDomainCount",
        _RESERVATION_PAGE,
    ),
    Refusal(
        "cross-zone upgrades without zones",
        UNIFORM,
        {f"{ROLLING}.enableCrossZoneUpgrade": True, "zones": ["1", "2"]},
        {f"{ROLLING}.enableCrossZoneUpgrade": True},
        "upgradePolicy.rollingUpgradePolicy.enableCrossZoneUpgrade",
        "azurerm's check of rolling_upgrade_policy",
    ),
    Refusal(
        "batches larger than the unhealthy share",
        FLEX,
        {ROLLING: {"maxBatchInstancePercent": 20, "maxUnhealthyInstancePercent": 20}},
        {ROLLING: {"maxBatchInstancePercent": 40, "maxUnhealthyInstancePercent": 20}},
        "upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent",
        "Microsoft.Batch RollingUpgradePolicy, which it hands to scale sets",
    ),
    Refusal(
        "hibernation",
        UNIFORM,
        {"p.additionalCapabilities": {"hibernationEnabled": False}},
        {"p.additionalCapabilities": {"hibernationEnabled": True}},
        "additionalCapabilities.hibernationEnabled",
        "SDK AdditionalCapabilities; orchestration modes: Flexible",
    ),
    Refusal(
        "confidential disk without secure boot",
        FLEX,
        CONFIDENTIAL,
        {**CONFIDENTIAL, "vmp.securityProfile.uefiSettings": {"vTpmEnabled": True}},
        f"{_PROFILE}.securityProfile.uefiSettings.secureBootEnabled",
        "SDK VMDiskSecurityProfile, azurerm's check",
    ),
    Refusal(
        "generalized image without a profile",
        UNIFORM,
        {},
        {"vmp.osProfile": ...},
        f"{_PROFILE}.osProfile",
        "Create a scale set from a generalized image version",
    ),
    Refusal(
        "specialized image with a profile",
        FLEX,
        {"vmp.osProfile": ..., "vmp.storageProfile.imageReference": GALLERY_IMAGE},
        {"vmp.storageProfile.imageReference": GALLERY_IMAGE},
        f"{_PROFILE}.osProfile",
        "Create a scale set from a specialized image version",
    ),
]

ZONES = [
    *(
        Refusal(
            f"automatic zones and {name}",
            FLEX,
            AUTO,
            {**AUTO, **changes},
            target,
            _ZONES_PAGE,
        )
        for name, target, changes in (
            ("zones", "placement.zonePlacementPolicy", {"zones": ["1", "2"]}),
            ("a reservation", "placement.zonePlacementPolicy", RESERVATION),
            ("a mix", "placement.zonePlacementPolicy", mix("Standard_D2s_v5")),
            ("balance without a count", "zoneBalance", {"p.zoneBalance": True}),
            (
                "both lists",
                "placement",
                {"placement": {"zonePlacementPolicy": "Auto", "includeZones": ["1"], "excludeZones": ["2"]}},
            ),
            (
                "too small a share",
                "resiliencyPolicy.zoneAllocationPolicy.maxInstancePercentPerZonePolicy.value",
                {
                    "p.resiliencyPolicy": {
                        "zoneAllocationPolicy": {"maxInstancePercentPerZonePolicy": {"enabled": True, "value": 33}}
                    }
                },
            ),
        )
    ),
    Refusal(
        "automatic zones and overprovisioning",
        UNIFORM,
        {**AUTO, "p.overprovision": False},
        AUTO,
        "overprovision",
        _ZONES_PAGE,
    ),
]
REFUSALS = [*SIZES, *HEALTH_RULES, *OTHERS, *ZONES]
