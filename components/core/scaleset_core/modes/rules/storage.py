"""Property rules: disks, confidential disks, extensions of a profile and of virtual machines."""

from collections.abc import Iterator

from scaleset_core.facts.checks import (
    Finding,
    NotDecided,
    both,
    evaluate,
    forbidden,
    is_number,
    lasts,
    one_of,
    same,
)
from scaleset_core.facts.properties import View
from scaleset_core.modes.examples import SPOT, on_flexible
from scaleset_core.modes.pages import (
    AZURERM,
    DISK_TYPES_PAGE,
    EPHEMERAL_PAGE,
    ORCHESTRATION_PAGE,
    SDK,
    SPOT_PAGE,
    UNMANAGED_DISKS_PAGE,
)
from scaleset_core.modes.rules.parts import (
    BOTH,
    EPHEMERAL,
    PROFILE,
    STORAGE,
    is_spot,
)
from scaleset_core.modes.types import Impact, PropertyRule

_OS_TYPE = f"{STORAGE}.osDisk.managedDisk.storageAccountType"
_OS_SECURITY = f"{STORAGE}.osDisk.managedDisk.securityProfile.securityEncryptionType"
_DATA_TYPE = f"{STORAGE}.dataDisks[].managedDisk.storageAccountType"
_BUDGET = f"{PROFILE}.extensionProfile.extensionsTimeBudget"
_COMMON_TYPES = ("Standard_LRS", "StandardSSD_LRS", "StandardSSD_ZRS", "Premium_LRS", "Premium_ZRS")
_ULTRA, _PREMIUM_V2 = "UltraSSD_LRS", "PremiumV2_LRS"
_LARGEST, _LARGEST_TUNABLE = 32_767, 65_536
_Check = Iterator[Finding | NotDecided]


def _types(view: View) -> _Check:
    for check in (one_of(_OS_TYPE, *_COMMON_TYPES), one_of(_DATA_TYPE, *_COMMON_TYPES, _ULTRA, _PREMIUM_V2)):
        outcome = evaluate(check, view)
        yield from outcome.findings
        yield from map(NotDecided, outcome.undecided)


def _sizes(view: View) -> _Check:
    for disk in view.members(f"{STORAGE}.dataDisks"):
        size, kind = disk.value("diskSizeGB"), disk.value("managedDisk.storageAccountType")
        most = _LARGEST_TUNABLE if same(kind, _ULTRA) or same(kind, _PREMIUM_V2) else _LARGEST
        if size is not None and not (is_number(size) and 1 <= size <= most):
            yield Finding(disk.path("diskSizeGB"), size, f"expected 1 to {most} GB")


def _ultra(view: View) -> _Check:
    found = [each for each in view.each(_DATA_TYPE) if not each.known or same(each.value, _ULTRA)]
    if not found or view.value("additionalCapabilities.ultraSSDEnabled") is True:
        return
    for each in found:
        if not each.known:
            yield NotDecided(each.path)
        else:
            yield Finding(each.path, _ULTRA, "additionalCapabilities.ultraSSDEnabled is not true")


def _confidential(view: View) -> _Check:
    security = f"{PROFILE}.securityProfile"
    confidential, disk = same(view.value(f"{security}.securityType"), "ConfidentialVM"), view.value(_OS_SECURITY)
    if not confidential:
        if disk is not None:
            yield Finding(_OS_SECURITY, disk, "the security type is not ConfidentialVM")
        return
    if disk is None:
        yield Finding(_OS_SECURITY, detail="it is missing")
    if view.value(f"{security}.uefiSettings.vTpmEnabled") is not True:
        yield Finding(f"{security}.uefiSettings.vTpmEnabled", detail="expected true")


def _ephemeral_spot(view: View) -> _Check:
    policy = view.value(f"{PROFILE}.evictionPolicy")
    if view.has(EPHEMERAL) and is_spot(view) and (policy is None or same(policy, "Deallocate")):
        unsaid = "" if policy is not None else "it is missing, and Deallocate is the default; "
        yield Finding(f"{PROFILE}.evictionPolicy", policy, f"{unsaid}expected Delete with an ephemeral OS disk")


_LOCAL = {EPHEMERAL: {"option": "Local"}, "sku.name": "Standard_D2ds_v5"}
_ULTRA_DISK = {
    "lun": 0,
    "createOption": "Empty",
    "diskSizeGB": 64,
    "managedDisk": {"storageAccountType": _ULTRA},
}

RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="unmanaged-disks-retired",
        number="SS081",
        modes=BOTH,
        path=f"{STORAGE}.osDisk.vhdContainers",
        statement="Disks must be managed disks.",
        reason="unmanaged disks retired on 2026-03-31",
        alternative="remove vhdContainers and image, and use managedDisk",
        sources=(
            UNMANAGED_DISKS_PAGE.at(
                "How am I affected?", says="after 2026-03-31 machines with unmanaged disks cannot be started"
            ),
            ORCHESTRATION_PAGE.at("Unsupported parameters", says="unmanaged disks, on Flexible"),
        ),
        check=forbidden(f"{STORAGE}.osDisk.vhdContainers[]", f"{STORAGE}.osDisk.image"),
        impact=Impact.HIGH,
        example=on_flexible({f"{STORAGE}.osDisk.vhdContainers": ["https://example.blob.core.windows.net/vhds"]}),
    ),
    PropertyRule(
        id="disk-types",
        number="SS082",
        modes=BOTH,
        path=_OS_TYPE,
        argument="os_disk.storage_account_type",
        statement="The disk type must be Standard_LRS, StandardSSD_LRS, StandardSSD_ZRS, Premium_LRS or Premium_ZRS; "
        "for data disks also UltraSSD_LRS or PremiumV2_LRS.",
        reason="Azure has only these types, and the last two cannot be OS disks",
        alternative="use Premium_LRS, the default",
        sources=(
            SDK.at("StorageAccountTypes", says="these seven values; UltraSSD_LRS for data disks only"),
            DISK_TYPES_PAGE.at(
                "Compare Azure managed disk types", says="Ultra Disk and Premium SSD v2 are not usable as OS disks"
            ),
        ),
        check=_types,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible(
            {f"{STORAGE}.osDisk.managedDisk.storageAccountType": "UltraSSD_LRS"},
            {f"{STORAGE}.osDisk.managedDisk.storageAccountType": "Premium_LRS"},
        ),
    ),
    PropertyRule(
        id="data-disk-size",
        number="SS083",
        modes=BOTH,
        path=f"{STORAGE}.dataDisks[].diskSizeGB",
        argument="data_disks",
        statement="A data disk has 1 to 32,767 GB; an UltraSSD_LRS or PremiumV2_LRS disk has up to 65,536 GB.",
        reason="Azure has no larger disks",
        alternative="use several disks",
        sources=(
            DISK_TYPES_PAGE.at(
                "Compare Azure managed disk types", says="at most 32,767 GiB; Ultra Disk and Premium SSD v2 65,536 GiB"
            ),
        ),
        check=_sizes,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible(
            {f"{STORAGE}.dataDisks": [{"lun": 0, "createOption": "Empty", "diskSizeGB": 40000}]},
            {f"{STORAGE}.dataDisks": [{"lun": 0, "createOption": "Empty", "diskSizeGB": 32767}]},
        ),
    ),
    PropertyRule(
        id="ultra-disks-need-capability",
        number="SS084",
        modes=BOTH,
        path="additionalCapabilities.ultraSSDEnabled",
        argument="ultra_ssd_enabled",
        statement="UltraSSD_LRS disks need additionalCapabilities.ultraSSDEnabled.",
        reason="Azure must place the instances where they can reach such disks",
        alternative="remove ultra_ssd_enabled: it is on automatically if there is such a disk",
        sources=(
            SDK.at(
                "AdditionalCapabilities.ultra_ssd_enabled",
                says="such disks can be added only if this property is enabled",
            ),
        ),
        check=_ultra,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible(
            {f"{STORAGE}.dataDisks": [_ULTRA_DISK]},
            {f"{STORAGE}.dataDisks": [_ULTRA_DISK], "additionalCapabilities": {"ultraSSDEnabled": True}},
        ),
    ),
    PropertyRule(
        id="confidential-disks",
        number="SS085",
        modes=BOTH,
        path=_OS_SECURITY,
        argument="os_disk.security_encryption_type",
        statement=(
            "ConfidentialVM needs a vTPM and the encryption type of its OS disk; no other security type has that type."
        ),
        reason="the vTPM seals the guest's state, which is stored on the disk",
        alternative="use security_type ConfidentialVM with vtpm_enabled true and os_disk.security_encryption_type, or "
        "none of them",
        sources=(
            SDK.at("VMDiskSecurityProfile.security_encryption_type", says="can be set for Confidential VMs only"),
            AZURERM.at(
                "documentation of azurerm_linux_virtual_machine_scale_set, os_disk.security_encryption_type",
                says="vtpm_enabled must be true when it is set",
            ),
        ),
        check=_confidential,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible(
            {f"{PROFILE}.securityProfile.securityType": "ConfidentialVM"},
            {
                f"{PROFILE}.securityProfile.securityType": "ConfidentialVM",
                f"{STORAGE}.osDisk.managedDisk.securityProfile": {"securityEncryptionType": "VMGuestStateOnly"},
            },
        ),
    ),
    PropertyRule(
        id="ephemeral-disk-cannot-be-deallocated",
        number="SS086",
        modes=BOTH,
        path=f"{PROFILE}.evictionPolicy",
        argument="spot.eviction_policy",
        statement=(
            "Spot instances with an ephemeral OS disk can only be deleted when Azure evicts them, not deallocated."
        ),
        reason="an ephemeral disk is lost when the instance leaves its host",
        alternative="use eviction policy Delete",
        sources=(
            EPHEMERAL_PAGE.at("Key differences", says="the stop-deallocated state is not supported"),
            SPOT_PAGE.at("Eviction policy", says="Deallocate moves evicted instances to the stopped-deallocated state"),
        ),
        check=_ephemeral_spot,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible(
            {
                f"{PROFILE}.priority": "Spot",
                f"{PROFILE}.evictionPolicy": "Deallocate",
                **_LOCAL,
            },
            {**SPOT, **_LOCAL},
        ),
    ),
    PropertyRule(
        id="extensions-time-budget",
        number="SS087",
        modes=BOTH,
        path=_BUDGET,
        argument="extensions_time_budget",
        statement="The time for all extensions together must be PT15M to PT2H.",
        reason="it is the limit of the REST specification",
        alternative="use a duration such as PT90M, the default",
        sources=(
            SDK.at(
                "VirtualMachineScaleSetExtensionProfile.extensions_time_budget",
                says="between 15 and 120 minutes, inclusive",
            ),
        ),
        check=both(lasts(_BUDGET, 15, 120), lasts(f"{PROFILE}.extensionsTimeBudget", 15, 120)),
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible(
            {f"{PROFILE}.extensionProfile.extensionsTimeBudget": "PT5M"},
            {f"{PROFILE}.extensionProfile.extensionsTimeBudget": "PT90M"},
        ),
    ),
)
