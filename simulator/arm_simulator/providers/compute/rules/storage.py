"""Rules of storageProfile, the same for a VM and for a scale set's profile."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .problem import Body, Problem, check_choice, check_range, dig, invalid, missing
from .view import Machine

DISK_TYPES = (
    "Standard_LRS",
    "StandardSSD_LRS",
    "StandardSSD_ZRS",
    "Premium_LRS",
    "Premium_ZRS",
    "UltraSSD_LRS",
    "PremiumV2_LRS",
)
MAX_LUN = 63
MAX_DISK_GB = 32767
MAX_TUNABLE_DISK_GB = 65536
MAX_OS_DISK_GB = 4095

_TUNABLE = ("UltraSSD_LRS", "PremiumV2_LRS")
_IDS = ("id", "sharedGalleryImageId", "communityGalleryImageId")
_MARKETPLACE = ("publisher", "offer", "sku", "version")


def image(machine: Machine) -> Iterator[Problem]:
    """An image is given in one form: marketplace quadruple, id, shared or community gallery id."""
    target = machine.at("storageProfile.imageReference")
    reference = machine.get("storageProfile.imageReference")
    made_from_image = machine.get("storageProfile.osDisk.createOption") in {"FromImage", None}
    if not isinstance(reference, dict):
        if machine.get("storageProfile") is not None and made_from_image:
            yield missing(target)
        return
    ids = [member for member in _IDS if reference.get(member)]
    market = [member for member in _MARKETPLACE if reference.get(member)]
    if len(ids) + bool(market) != 1:
        yield invalid(
            target,
            "The image reference must name either publisher, offer, sku and version, or exactly one of id, "
            "sharedGalleryImageId and communityGalleryImageId.",
        )
    elif market and len(market) != len(_MARKETPLACE):
        lacking = ", ".join(member for member in _MARKETPLACE if member not in market)
        yield invalid(target, f"The image reference lacks: {lacking}.")


def os_disk(machine: Machine) -> Iterator[Problem]:
    """The OS disk: its source, type and size, and the ephemeral form."""
    base = "storageProfile.osDisk"
    disk = machine.get(base)
    if machine.get("storageProfile") is None:
        yield missing(machine.at("storageProfile"))
        return
    if not isinstance(disk, dict):
        if machine.mode is None:
            yield missing(machine.at(base))
        return
    options = ("FromImage",) if machine.mode else ("FromImage", "Attach", "Copy", "Restore", "Empty")
    option = disk.get("createOption")
    if option is None:
        yield missing(machine.at(f"{base}.createOption"))
    yield from check_choice(machine.at(f"{base}.createOption"), option, options)
    yield from check_choice(machine.at(f"{base}.caching"), disk.get("caching"), ("None", "ReadOnly", "ReadWrite"))
    yield from check_range(machine.at(f"{base}.diskSizeGB"), disk.get("diskSizeGB"), 1, MAX_OS_DISK_GB)
    kind = dig(disk, "managedDisk.storageAccountType")
    yield from check_choice(
        machine.at(f"{base}.managedDisk.storageAccountType"), kind, [k for k in DISK_TYPES if k not in _TUNABLE]
    )
    if disk.get("vhd") is not None or disk.get("vhdContainers"):
        yield invalid(machine.at(base), "Unmanaged disks are retired. Use a managed disk.")
    yield from _ephemeral(machine, disk)


def _ephemeral(machine: Machine, disk: Body) -> Iterator[Problem]:
    settings = disk.get("diffDiskSettings")
    if not isinstance(settings, dict):
        return
    base = "storageProfile.osDisk"
    target = machine.at(f"{base}.diffDiskSettings")
    option = settings.get("option")
    if option is None:
        yield missing(f"{target}.option")
    yield from check_choice(f"{target}.option", option, ("Local",))
    placements = ("CacheDisk", "ResourceDisk", "NvmeDisk", "FullCaching")
    yield from check_choice(f"{target}.placement", settings.get("placement"), placements)
    if option == "Local" and disk.get("caching") != "ReadOnly":
        yield invalid(machine.at(f"{base}.caching"), "Caching of an ephemeral OS disk must be 'ReadOnly'.")
    if disk.get("deleteOption") not in {None, "Delete"}:
        yield invalid(machine.at(f"{base}.deleteOption"), "deleteOption of an ephemeral OS disk must be 'Delete'.")
    if machine.spot and machine.get("evictionPolicy") == "Deallocate":
        yield invalid(
            target, "Ephemeral OS disks cannot be deallocated: 'evictionPolicy' must be 'Delete' with priority 'Spot'."
        )


def data_disks(machine: Machine) -> Iterator[Problem]:
    """Data disks: a LUN each, sizes, types, and the throughput of Ultra and PremiumV2."""
    disks = machine.items("storageProfile.dataDisks")
    luns = [disk.get("lun") for disk in disks]
    for lun in sorted({lun for lun in luns if isinstance(lun, int) and luns.count(lun) > 1}):
        yield invalid(
            machine.at("storageProfile.dataDisks"),
            f"A disk at LUN {lun} already exists; each data disk needs a LUN of its own.",
        )
    for number, disk in enumerate(disks):
        yield from _data_disk(machine, machine.at(f"storageProfile.dataDisks[{number}]"), disk)


def _data_disk(machine: Machine, base: str, disk: Body) -> Iterator[Problem]:
    if disk.get("lun") is None:
        yield missing(f"{base}.lun")
    yield from check_range(f"{base}.lun", disk.get("lun"), 0, MAX_LUN)
    options = ("Empty", "FromImage") if machine.mode else ("Empty", "FromImage", "Attach", "Copy", "Restore")
    option = disk.get("createOption")
    if option is None:
        yield missing(f"{base}.createOption")
    yield from check_choice(f"{base}.createOption", option, options)
    if option == "Empty" and disk.get("diskSizeGB") is None:
        yield missing(f"{base}.diskSizeGB")
    if option == "Attach" and dig(disk, "managedDisk.id") is None:
        yield missing(f"{base}.managedDisk.id")
    kind = dig(disk, "managedDisk.storageAccountType")
    most = MAX_TUNABLE_DISK_GB if kind in _TUNABLE else MAX_DISK_GB
    yield from check_range(f"{base}.diskSizeGB", disk.get("diskSizeGB"), 1, most)
    yield from check_choice(f"{base}.caching", disk.get("caching"), ("None", "ReadOnly", "ReadWrite"))
    yield from check_choice(f"{base}.managedDisk.storageAccountType", kind, DISK_TYPES)
    if kind in _TUNABLE:
        yield from _tunable(machine, base, disk, kind)
    elif any(disk.get(member) is not None for member in ("diskIOPSReadWrite", "diskMBpsReadWrite")):
        yield invalid(base, "Provisioned IOPS and MBps can only be set on UltraSSD_LRS and PremiumV2_LRS disks.")


def _tunable(machine: Machine, base: str, disk: Body, kind: str) -> Iterator[Problem]:
    if disk.get("caching") not in {None, "None"}:
        yield invalid(f"{base}.caching", f"Caching of a '{kind}' disk must be 'None'.")
    if kind == "UltraSSD_LRS" and not machine.ultra_enabled:
        yield invalid(
            f"{base}.managedDisk.storageAccountType",
            "StorageAccountType UltraSSD_LRS can be used only when additionalCapabilities.ultraSSDEnabled is set.",
        )


_PLAIN_SIZE = re.compile(r"(Standard|Basic)_(?!DS|GS)[A-Z]+[0-9]+(-[0-9]+)?[a-rt-z]*(_.*)?")
"""Sizes without the ``s`` of premium storage (Azure virtual machine sizes naming conventions), DS and GS apart."""


def premium(machine: Machine) -> Iterator[Problem]:
    """Premium disks need a size that takes them (Azure managed disk types: premium SSD, VM support)."""
    if not _PLAIN_SIZE.fullmatch(machine.size):
        return
    base = "storageProfile.osDisk"
    disks = [(base, machine.get(base)), *_numbered(machine)]
    for path, disk in disks:
        kind = dig(disk if isinstance(disk, dict) else {}, "managedDisk.storageAccountType")
        if isinstance(kind, str) and kind.startswith("Premium"):
            yield Problem(
                "InvalidParameter",
                f"Requested operation cannot be performed because the VM size {machine.size} does not support the "
                f"storage account type {kind} of disk '{path}'. Consider updating the VM to a size that supports "
                "Premium storage.",
                machine.at(f"{path}.managedDisk.storageAccountType"),
            )


def _numbered(machine: Machine) -> list[tuple[str, Body]]:
    base = "storageProfile.dataDisks"
    return [(f"{base}[{number}]", disk) for number, disk in enumerate(machine.items(base))]


RULES = (image, os_disk, data_disks, premium)
