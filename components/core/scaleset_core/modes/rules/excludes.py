"""Property rules: features that exclude each other, or that need another one."""

from collections.abc import Iterator
from typing import Any

from scaleset_core.facts import images
from scaleset_core.facts.checks import Finding, NotDecided, is_number, same
from scaleset_core.facts.properties import View
from scaleset_core.modes.examples import ABSENT, GROUP, NO_ZONES, REGIONAL, SPOT, on_flexible, on_uniform
from scaleset_core.modes.pages import (
    AZURERM,
    BATCH_SDK,
    EPHEMERAL_DEPLOY_PAGE,
    EPHEMERAL_PAGE,
    HIBERNATION_PAGE,
    RESERVATION_PAGE,
    ZONE_PLACEMENT_PAGE,
)
from scaleset_core.modes.rules.parts import (
    AUTO_ZONES,
    BOTH,
    EPHEMERAL,
    PROFILE,
    RESERVATION,
    ROLLING,
    STORAGE,
    fabric_durability,
    is_spot,
    is_uniform,
    places_by_itself,
    profile_view,
    size_family,
    zones,
)
from scaleset_core.modes.types import Impact, PropertyRule, Severity

_OS = f"{STORAGE}.osDisk"
_OS_KIND = f"{_OS}.managedDisk.storageAccountType"
_OS_SECURITY = f"{_OS}.managedDisk.securityProfile.securityEncryptionType"
_SECURE_BOOT = f"{PROFILE}.securityProfile.uefiSettings.secureBootEnabled"
_HIBERNATION = "additionalCapabilities.hibernationEnabled"
_CROSS_ZONE = f"{ROLLING}.enableCrossZoneUpgrade"
_ULTRA = "UltraSSD_LRS"
_RESERVED_DOMAINS, _UNIFORM_DOMAINS = 3, 5
_ONE_DOMAIN_FAMILIES = ("M", "N")
_OLD_STORAGE = "_v2"
_FIRST_AUTO_ZONES = "2026-03-01"
_ZONE_POLICY = "resiliencyPolicy.zoneAllocationPolicy"
_Check = Iterator[Finding | NotDecided]


def _ephemeral_disk(view: View) -> _Check:
    if not view.has(EPHEMERAL):
        return
    kind, caching = view.value(_OS_KIND), view.value(f"{_OS}.caching")
    if isinstance(kind, str) and kind.upper().endswith("_ZRS"):
        yield Finding(_OS_KIND, kind, "expected Standard_LRS, StandardSSD_LRS or Premium_LRS")
    if same(caching, "ReadWrite"):
        yield Finding(f"{_OS}.caching", caching, "expected ReadOnly")


def _reserved_ultra(view: View) -> _Check:
    if not view.has(RESERVATION):
        return
    for found in view.each(f"{STORAGE}.dataDisks[].managedDisk.storageAccountType"):
        if not found.known:
            yield NotDecided(found.path)
        elif same(found.value, _ULTRA):
            yield Finding(found.path, found.value)


def _usual_domains(view: View) -> int:
    """The number of fault domains that Azure uses if none is given (page on fault domains, first table)."""
    regional = is_uniform(view) and not zones(view) and not places_by_itself(view)
    return _UNIFORM_DOMAINS if regional else 1


def _reserved_domains(view: View) -> _Check:
    domains = view.value("platformFaultDomainCount", _usual_domains(view))
    if not view.has(RESERVATION) or not is_number(domains) or domains <= 1:
        return
    if domains > _RESERVED_DOMAINS:
        yield Finding("platformFaultDomainCount", domains, f"expected at most {_RESERVED_DOMAINS}")
        return
    size = str(view.value("sku.name", ""))
    old_storage = size_family(size) == "L" and size.lower().endswith(_OLD_STORAGE)
    if size_family(size).startswith(_ONE_DOMAIN_FAMILIES) or old_storage:
        yield Finding("platformFaultDomainCount", domains, f"expected 1 with {size}")


def _hibernation(view: View) -> _Check:
    if view.value(_HIBERNATION) is not True:
        return
    if is_uniform(view):
        yield Finding(_HIBERNATION, value=True, detail="the set is Uniform")
    if view.has(EPHEMERAL):
        yield Finding(EPHEMERAL, detail="not with hibernation")
    if is_spot(view):
        yield Finding(f"{PROFILE}.priority", "Spot", "not with hibernation")
    if view.has(RESERVATION):
        yield Finding(RESERVATION, detail="not with hibernation")
    if images.is_managed_image(profile_view(view)):
        yield Finding(f"{STORAGE}.imageReference.id", detail="a managed image, not with hibernation")


def _cross_zone(view: View) -> _Check:
    if view.value(_CROSS_ZONE) is True and not places_by_itself(view) and not zones(view):
        yield Finding(_CROSS_ZONE, value=True, detail="the set has no zones")


def _batch(view: View) -> _Check:
    batch, unhealthy = (view.value(f"{ROLLING}.max{name}InstancePercent") for name in ("Batch", "Unhealthy"))
    if is_number(batch) and is_number(unhealthy) and batch > unhealthy:
        detail = f"maxUnhealthyInstancePercent is {unhealthy:g}"
        yield Finding(f"{ROLLING}.maxBatchInstancePercent", batch, detail)


def _secure_boot(view: View) -> _Check:
    if same(view.value(_OS_SECURITY), "DiskWithVMGuestState") and view.value(_SECURE_BOOT) is not True:
        yield Finding(_SECURE_BOOT, view.value(_SECURE_BOOT), "expected true with DiskWithVMGuestState")


def _spot_on_host(view: View) -> _Check:
    if view.has("hostGroup.id") and is_spot(view):
        yield Finding(f"{PROFILE}.priority", "Spot")


def _auto_zones(view: View) -> _Check:
    if not places_by_itself(view):
        return
    for path in ("zones", "skuProfile", "hostGroup.id", "proximityPlacementGroup.id", RESERVATION):
        if view.has(path) and view.value(path) != []:
            yield Finding(path, detail="not with automatic zone placement")
    # Azure's default on Uniform is true; Flexible has none to switch off.
    overprovision = view.value("overprovision", is_uniform(view))
    if overprovision is not False:
        yield Finding("overprovision", view.value("overprovision"), "expected false with automatic zone placement")
    if fabric_durability(view) is not None:
        yield Finding(AUTO_ZONES, view.value(AUTO_ZONES), "the set is a Service Fabric node type")
    yield from _auto_zone_settings(view)


def _auto_zone_settings(view: View) -> _Check:
    if view.value("placement.includeZones") and view.value("placement.excludeZones"):
        yield Finding("placement.excludeZones", view.value("placement.excludeZones"), "not with includeZones")
    if view.value("zoneBalance") is not True:
        return
    if not view.has(f"{_ZONE_POLICY}.maxZoneCount"):
        yield Finding(f"{_ZONE_POLICY}.maxZoneCount", detail="it is missing, and zoneBalance needs it")
    if view.value(f"{_ZONE_POLICY}.maxInstancePercentPerZonePolicy.enabled") is True:
        yield Finding(
            f"{_ZONE_POLICY}.maxInstancePercentPerZonePolicy.enabled", value=True, detail="not with zoneBalance"
        )


_COMPUTE = f"{GROUP}/providers/Microsoft.Compute"
_RESERVED: dict[str, Any] = {
    f"{PROFILE}.capacityReservation": {"capacityReservationGroup": {"id": f"{_COMPUTE}/capacityReservationGroups/web"}},
    "singlePlacementGroup": False,
}
_ULTRA_DISK = {"lun": 0, "createOption": "Empty", "diskSizeGB": 64, "managedDisk": {"storageAccountType": _ULTRA}}
_DISKS = {"additionalCapabilities": {"ultraSSDEnabled": True}, f"{STORAGE}.dataDisks": [_ULTRA_DISK]}
_LOCAL = {EPHEMERAL: {"option": "Local"}, "sku.name": "Standard_D2ds_v5"}
_CONFIDENTIAL = {
    f"{PROFILE}.securityProfile.securityType": "ConfidentialVM",
    f"{_OS}.managedDisk.securityProfile": {"securityEncryptionType": "DiskWithVMGuestState"},
    "sku.name": "Standard_DC2as_v5",
}
_SURGE = {"maxSurge": True, "enableCrossZoneUpgrade": True}
_AUTO = {"placement": {"zonePlacementPolicy": "Auto"}, "azureApiVersion": _FIRST_AUTO_ZONES}

RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="ephemeral-disk-limits",
        number="SS138",
        modes=BOTH,
        path=EPHEMERAL,
        argument="os_disk",
        statement="An ephemeral OS disk must have caching ReadOnly and a locally redundant type.",
        reason="the disk is a file on the host, with a base disk that is only read",
        alternative="remove caching or set it to ReadOnly, and use Standard_LRS, StandardSSD_LRS or Premium_LRS",
        sources=(
            EPHEMERAL_DEPLOY_PAGE.at("Scale set template deployment", says="the caching policy must be ReadOnly"),
            EPHEMERAL_PAGE.at("SSD storage account support", says="Standard_LRS, StandardSSD_LRS and Premium_LRS"),
        ),
        check=_ephemeral_disk,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible({**_LOCAL, f"{_OS}.caching": "ReadWrite"}, {**_LOCAL, f"{_OS}.caching": "ReadOnly"}),
    ),
    PropertyRule(
        id="capacity-reservation-excludes-ultra-disks",
        number="SS139",
        modes=BOTH,
        path=RESERVATION,
        argument="capacity_reservation_group_id",
        statement="Reserved capacity does not support UltraSSD_LRS disks.",
        reason="reserved hosts may be unable to reach such disks",
        alternative="use PremiumV2_LRS disks, or remove the capacity reservation",
        sources=(
            RESERVATION_PAGE.at(
                "Limitations and restrictions", says="virtual machines with ultra disks are not supported"
            ),
        ),
        check=_reserved_ultra,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible({**_RESERVED, **_DISKS}, _DISKS),
    ),
    PropertyRule(
        id="capacity-reservation-fault-domains",
        number="SS140",
        modes=BOTH,
        path="platformFaultDomainCount",
        argument="platform_fault_domain_count",
        statement=(
            "With reserved capacity a set has at most three fault domains, and only one with M, N and Lsv2 sizes."
        ),
        reason="Azure spreads reserved capacity over three fault domains, and large sizes only over zones",
        alternative="use platform_fault_domain_count 1",
        sources=(
            RESERVATION_PAGE.at(
                "Limitations and restrictions", says="at most three fault domains; with some large sizes one"
            ),
        ),
        check=_reserved_domains,
        impact=Impact.HIGH,
        example=on_uniform({**_RESERVED, "platformFaultDomainCount": 5}, {**_RESERVED, "platformFaultDomainCount": 1}),
    ),
    PropertyRule(
        id="hibernation-excludes",
        number="SS141",
        modes=BOTH,
        path=_HIBERNATION,
        argument="hibernation_enabled",
        statement=(
            "Hibernation is Flexible only, and not for Spot, ephemeral OS disks, reserved capacity or managed images."
        ),
        reason="a hibernated machine saves its memory on its OS disk and releases its host",
        alternative="turn hibernation_enabled off, or remove the other feature",
        sources=(
            HIBERNATION_PAGE.at(says="not with Uniform, Spot, ephemeral OS disks, reserved capacity, managed images"),
        ),
        check=_hibernation,
        machine=True,
        impact=Impact.HIGH,
        example=on_uniform({"additionalCapabilities": {"hibernationEnabled": True}}),
    ),
    PropertyRule(
        id="cross-zone-upgrade-needs-zones",
        number="SS142",
        modes=BOTH,
        path=_CROSS_ZONE,
        argument="upgrade_policy.rolling.enable_cross_zone_upgrade",
        statement="Cross-zone upgrades need zones.",
        reason="without zones there are no zone boundaries to cross",
        alternative="remove enable_cross_zone_upgrade, or name zones",
        severity=Severity.WARNING,
        sources=(
            BATCH_SDK.at("EnableCrossZoneUpgrade", says="of Batch pools: with zonal placement only"),
            AZURERM.at("rolling_upgrade_policy", says="refuses cross_zone_upgrades_enabled without zones"),
        ),
        check=_cross_zone,
        impact=Impact.LOW,
        example=on_flexible(
            {**REGIONAL, f"{ROLLING}.enableCrossZoneUpgrade": True},
            {**REGIONAL, f"{ROLLING}.enableCrossZoneUpgrade": False},
            also=NO_ZONES,
            tolerates=NO_ZONES,
        ),
    ),
    PropertyRule(
        id="rolling-batch-within-tolerance",
        number="SS143",
        modes=BOTH,
        path=f"{ROLLING}.maxBatchInstancePercent",
        argument="upgrade_policy.rolling.max_batch_instance_percent",
        statement="A rolling batch must not be larger than the share of instances that may be unhealthy.",
        reason="the instances of a batch count as unhealthy during their upgrade, so the upgrade would stop",
        alternative="raise max_unhealthy_instance_percent to at least max_batch_instance_percent",
        severity=Severity.WARNING,
        sources=(
            BATCH_SDK.at("MaxBatchInstancePercent", says="of Batch pools: not more than maxUnhealthyInstancePercent"),
        ),
        check=_batch,
        impact=Impact.MEDIUM,
        example=on_flexible(
            {ROLLING: {"maxBatchInstancePercent": 50, "maxUnhealthyInstancePercent": 20}},
            {ROLLING: {"maxBatchInstancePercent": 20, "maxUnhealthyInstancePercent": 20}},
        ),
    ),
    PropertyRule(
        id="encrypted-disk-needs-secure-boot",
        number="SS144",
        modes=BOTH,
        path=_SECURE_BOOT,
        argument="security.secure_boot_enabled",
        statement="An OS disk that is encrypted with its guest state (DiskWithVMGuestState) needs secure boot.",
        reason="Azure gives the disk's key only to a machine that proves how it booted",
        alternative="set secure_boot_enabled to true, or use VMGuestStateOnly",
        sources=(
            AZURERM.at("security_encryption_type", says="secure_boot_enabled must be true with DiskWithVMGuestState"),
        ),
        check=_secure_boot,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible({**_CONFIDENTIAL, _SECURE_BOOT: False}, {**_CONFIDENTIAL, _SECURE_BOOT: True}),
    ),
    PropertyRule(
        id="spot-on-dedicated-hosts",
        number="SS145",
        modes=BOTH,
        path="hostGroup.id",
        argument="host_group_id",
        statement="Spot instances cannot use dedicated hosts.",
        reason="you have already paid for the capacity of a dedicated host; we do not know whether Azure refuses it",
        alternative="remove one of the two",
        severity=Severity.WARNING,
        sources=(AZURERM.at("dedicated hosts and priority"),),
        check=_spot_on_host,
        machine=True,
        impact=Impact.LOW,
        example=on_flexible(
            {"hostGroup": {"id": f"{_COMPUTE}/hostGroups/web"}, "zones": ["1"], **SPOT},
            {"hostGroup": {"id": f"{_COMPUTE}/hostGroups/web"}, "zones": ["1"]},
            also=NO_ZONES,
            tolerates=NO_ZONES,
        ),
    ),
    PropertyRule(
        id="automatic-zone-placement-limits",
        number="SS146",
        modes=BOTH,
        path=AUTO_ZONES,
        argument="zone_placement",
        statement="Automatic zone placement does not support zones, instance mix, dedicated hosts, proximity placement "
        "group, reserved capacity, overprovisioning or Service Fabric; with zoneBalance it needs maxZoneCount.",
        reason="Azure chooses the zones by available capacity (preview)",
        alternative="remove the other property, or name the zones and remove placement",
        sources=(
            ZONE_PLACEMENT_PAGE.at(
                says="what automatic placement does not go with; zoneBalance together with maxZoneCount"
            ),
        ),
        since=_FIRST_AUTO_ZONES,
        check=_auto_zones,
        impact=Impact.HIGH,
        example=on_flexible(_AUTO, {**_AUTO, "zones": ABSENT}),
    ),
)
