"""Cases of the rules on health signals, images, sizes and features that exclude each other."""

from __future__ import annotations

from support import azure_world as azure
from support.rule_cases.parts import (
    AUTO_OS,
    BY_PLATFORM,
    CONFIDENTIAL,
    EXTENSION,
    FABRIC,
    HEALTH,
    HOSTS,
    HOT,
    HOT_CORE,
    JAMMY,
    LOCAL,
    MIX,
    PROBE,
    REBALANCE,
    RESERVED,
    ZONES,
    Args,
    RuleCase,
    disk,
    flexible,
    machine,
    profile,
    raw,
    uniform,
    upgrade,
)

_ROLLING = {"upgrade_policy": {"mode": "Rolling"}}
_MANAGED = {"image": {"id": f"{azure.COMPUTE}/images/own"}}
_GALLERY = {"image": {"id": f"{azure.COMPUTE}/galleries/shared/images/web"}}


def _mix(*names: str) -> Args:
    return {
        "vm_size": None,
        "instance_mix": {"vm_sizes": [{"name": name} for name in names]},
        "os_disk": {"storage_account_type": "Standard_LRS"},
    }


SIGNALS: dict[str, RuleCase] = {
    "one-health-signal": uniform({**_ROLLING, **PROBE, "extensions": [EXTENSION]}, "One source", {**_ROLLING, **PROBE}),
    "platform-patching-needs-health": flexible(BY_PLATFORM, "application health", {**BY_PLATFORM, **HEALTH}),
    "zone-rebalancing-needs-health": flexible({**REBALANCE, **ZONES}, "health", {**REBALANCE, **ZONES, **HEALTH}),
    "service-fabric-excludes-repairs": uniform(
        {"automatic_repairs": {}, **HEALTH, "extensions": [FABRIC]},
        "Service Fabric",
        {**HEALTH, "extensions": [FABRIC]},
    ),
}

IMAGES: dict[str, RuleCase] = {
    "automatic-os-upgrade-not-on-managed-images": uniform(
        {**upgrade(**AUTO_OS), **_MANAGED}, "image", {**upgrade(**AUTO_OS), **_GALLERY}
    ),
    "automatic-os-upgrade-listed-images": uniform(
        upgrade(**AUTO_OS),
        "",
        {**upgrade(**AUTO_OS), **JAMMY},
        taken="the list grows: an image that is not in it may be one that Azure upgrades today",
    ),
    "hotpatching-needs": flexible(
        profile(osProfile=HOT),
        "enableHotpatching",
        {
            **HOT_CORE,
            **BY_PLATFORM,
            **HEALTH,
            **profile(osProfile=HOT),
        },
        windows=True,
        named=machine(osProfile=HOT),
    ),
    "hotpatch-image-is-hotpatched": flexible(HOT_CORE, "otpatch", windows=True),
    "platform-patching-and-windows-updates": flexible(
        {**BY_PLATFORM, **HEALTH, "enable_automatic_updates": False},
        "enableAutomaticUpdates",
        {**BY_PLATFORM, **HEALTH},
        windows=True,
    ),
}

SIZES: dict[str, RuleCase] = {
    "vm-size-has-its-tier": flexible(
        {"vm_size": "D2s_v5"}, "", taken="the simulator has no list of all sizes, and takes any name"
    ),
    "premium-disks-need-a-premium-size": flexible(
        {"vm_size": "Standard_D2_v5", "os_disk": {"storage_account_type": "Premium_LRS"}},
        "Premium_LRS",
        {"vm_size": "Standard_D2_v5"},
    ),
    "ephemeral-disk-needs-local-storage": uniform({"os_disk": {"ephemeral": True}}, "local storage", LOCAL),
    "write-accelerator-needs-m-size": flexible(
        {"os_disk": {"write_accelerator_enabled": True, "caching": "ReadOnly"}},
        "Write Accelerator",
        {"vm_size": "Standard_M8ms", "os_disk": {"write_accelerator_enabled": True, "caching": "ReadOnly"}},
    ),
    "instance-mix-premium-storage": flexible(
        _mix("Standard_A2_v2", "Standard_D2s_v3", "Standard_F2s_v2"),
        "",
        _mix("Standard_D2s_v3", "Standard_F2s_v2"),
        taken="contested: azurerm's acceptance tests deploy it",
    ),
    "instance-mix-local-disk": flexible(_mix("Standard_D2s_v5", "Standard_D2ds_v5"), "local disk", MIX),
    "allocation-strategy-known": flexible(
        {**MIX, **raw(skuProfile={"allocationStrategy": "Cheapest"})},
        "allocationStrategy",
        MIX,
        code="BadRequest",
    ),
}

EXCLUDES: dict[str, RuleCase] = {
    "ephemeral-disk-limits": flexible(
        {**LOCAL, "os_disk": {"ephemeral": True, "storage_account_type": "Premium_ZRS"}},
        "storageAccountType",
        {**LOCAL, "os_disk": {"ephemeral": True, "storage_account_type": "Premium_LRS"}},
    ),
    "capacity-reservation-excludes-ultra-disks": flexible(
        {**RESERVED, **disk(storage_account_type="UltraSSD_LRS")}, "ltra", {**RESERVED, **disk()}
    ),
    "capacity-reservation-fault-domains": uniform(
        {**RESERVED, "platform_fault_domain_count": 5},
        "3 fault domains at most",
        {**RESERVED, "platform_fault_domain_count": 3},
    ),
    "hibernation-excludes": uniform(
        {"hibernation_enabled": True}, "ibernat", named={"hibernation_enabled": True, "spot": {}}
    ),
    "cross-zone-upgrade-needs-zones": flexible(
        upgrade(rolling={"enable_cross_zone_upgrade": True}),
        "enableCrossZoneUpgrade",
        {**upgrade(rolling={"enable_cross_zone_upgrade": True}), **ZONES},
    ),
    "rolling-batch-within-tolerance": flexible(
        upgrade(rolling={"max_batch_instance_percent": 50}),
        "maxBatchInstancePercent",
        upgrade(rolling={"max_batch_instance_percent": 20}),
    ),
    "encrypted-disk-needs-secure-boot": flexible(
        {**CONFIDENTIAL, "os_disk": {"security_encryption_type": "DiskWithVMGuestState"}},
        "secureBoot",
        {
            "security": {**CONFIDENTIAL["security"], "secure_boot_enabled": True},
            "os_disk": {"security_encryption_type": "DiskWithVMGuestState"},
        },
    ),
    "spot-on-dedicated-hosts": flexible(
        {**HOSTS, "spot": {}},
        "dedicated hosts",
        HOSTS,
        named={"instances": {"web-0": {"host_id": azure.HOST}}, "spot": {}},
    ),
}
