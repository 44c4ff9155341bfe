"""Rules of storageProfile, the same for a VM and for a scale set's profile."""

from __future__ import annotations

from collections.abc import Iterator

from arm_simulator.providers.compute.sizes import fact

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
EPHEMERAL_DISK_TYPES = ("Standard_LRS", "StandardSSD_LRS", "Premium_LRS")
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
        if machine.get("storageProfile.osDisk.image") is not None:
            return  # a blob: os_disk says what is wrong with it
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
    elif disk.get("image") is not None:  # REST reference of OSDisk.image: the source of an unmanaged disk
        yield invalid(
            machine.at(f"{base}.image"),
            "A blob is the source of unmanaged disks, and these are retired. Make an image of it "
            "(Microsoft.Compute/images) and name it in storageProfile.imageReference.id.",
        )
    yield from _ephemeral(machine, disk)


def _ephemeral(machine: Machine, disk: Body) -> Iterator[Problem]:
    """Ephemeral OS disks (page of 2026-09): cached for reading, never deallocated, made from LRS disks.

    "VM sizes supported: all VM sizes with local storage": v5 and v6 sizes without a d have none, and no cache either.

    Spot machines are deallocated on eviction unless their policy is Delete (Use Azure Spot Virtual Machines).
    """
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
    for size in machine.sizes if option == "Local" else ():
        known = fact(size)
        if known is not None and known.ephemeral is False:
            yield invalid(target, f"OS disk of Ephemeral VM is not allowed for VM size {known.name}: no local storage.")
    if disk.get("deleteOption") not in {None, "Delete"}:
        yield invalid(machine.at(f"{base}.deleteOption"), "deleteOption of an ephemeral OS disk must be 'Delete'.")
    kind = dig(disk, "managedDisk.storageAccountType")
    if kind is not None and kind not in EPHEMERAL_DISK_TYPES:
        yield invalid(
            machine.at(f"{base}.managedDisk.storageAccountType"),
            f"An ephemeral OS disk is made from a disk of type {', '.join(EPHEMERAL_DISK_TYPES)}, not '{kind}'.",
        )
    if machine.spot and machine.get("evictionPolicy") in {None, "Deallocate"}:
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


def premium(machine: Machine) -> Iterator[Problem]:
    """Premium disks need a size that takes them (Azure managed disk types: premium SSD, VM support).

    Unknown sizes are not judged. All sizes of a mix have to take the disks.
    """
    plain = [found.name for found in map(fact, machine.sizes) if found is not None and not found.premium]
    if not plain:
        return
    for path, disk in _all_disks(machine):
        kind = dig(disk, "managedDisk.storageAccountType")
        if isinstance(kind, str) and kind.startswith("Premium"):
            yield invalid(
                machine.at(f"{path}.managedDisk.storageAccountType"),
                f"Requested operation cannot be performed because the VM size {plain[0]} does not support the "
                f"storage account type {kind} of disk '{path}'. Consider updating the VM to a size that supports "
                "Premium storage.",
            )


def write_accelerator(machine: Machine) -> Iterator[Problem]:
    """Write Accelerator: premium SSD disks of M-series machines, not cached for writing, up to a number by size.

    Microsoft's page "Enable Write Accelerator" (2026-09).
    """
    disks = [(path, disk) for path, disk in _all_disks(machine) if disk.get("writeAcceleratorEnabled") is True]
    for path, disk in disks:
        target = machine.at(f"{path}.writeAcceleratorEnabled")
        kind = dig(disk, "managedDisk.storageAccountType")
        if kind not in {None, "Premium_LRS", "Premium_ZRS"}:
            yield invalid(target, f"Write Accelerator requires a Premium SSD disk, not '{kind}'.")
        if disk.get("caching") == "ReadWrite":
            yield invalid(target, "Write Accelerator requires disk caching 'None' or 'ReadOnly'.")
    known = [found for found in map(fact, machine.sizes) if found is not None]
    most = min((found.accelerated_disks for found in known), default=len(disks))
    if len(disks) > most:
        yield invalid(
            machine.at(f"{disks[0][0]}.writeAcceleratorEnabled"),
            f"The VM size {known[0].name} supports Write Accelerator on {most} disks, not {len(disks)}.",
        )


def _all_disks(machine: Machine) -> list[tuple[str, Body]]:
    base = "storageProfile.osDisk"
    disk = machine.get(base)
    return [(base, disk if isinstance(disk, dict) else {}), *_numbered(machine)]


def _numbered(machine: Machine) -> list[tuple[str, Body]]:
    base = "storageProfile.dataDisks"
    return [(f"{base}[{number}]", disk) for number, disk in enumerate(machine.items(base))]


RULES = (image, os_disk, data_disks, premium, write_accelerator)
