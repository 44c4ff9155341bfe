"""What cannot change on a virtual machine after its creation, or not while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .problem import Body, Problem, change_not_allowed, dig, items
from .vm import VmRequest

FIXED = (
    ("location", "location"),
    ("osProfile.computerName", "properties.osProfile.computerName"),
    ("osProfile.adminUsername", "properties.osProfile.adminUsername"),
    ("linuxConfiguration.ssh.publicKeys", "properties.osProfile.linuxConfiguration.ssh.publicKeys"),
    (
        "linuxConfiguration.disablePasswordAuthentication",
        "properties.osProfile.linuxConfiguration.disablePasswordAuthentication",
    ),
    ("windowsConfiguration.timeZone", "properties.osProfile.windowsConfiguration.timeZone"),
    (
        "windowsConfiguration.additionalUnattendContent",
        "properties.osProfile.windowsConfiguration.additionalUnattendContent",
    ),
    ("windowsConfiguration.winRM.listeners", "properties.osProfile.windowsConfiguration.winRM.listeners"),
    ("imageReference", "properties.storageProfile.imageReference"),
    ("osDisk.createOption", "properties.storageProfile.osDisk.createOption"),
    ("osDisk.name", "properties.storageProfile.osDisk.name"),
    ("osDisk.diffDiskSettings", "properties.storageProfile.osDisk.diffDiskSettings"),
    ("availabilitySet", "properties.availabilitySet.id"),
    ("platformFaultDomain", "properties.platformFaultDomain"),
    ("priority", "properties.priority"),
    ("evictionPolicy", "properties.evictionPolicy"),
    ("plan", "plan"),
)
"""What cannot change on a VM after its creation: reported target, path of the body."""


def fixed(request: VmRequest) -> Iterator[Problem]:
    """Members that are fixed at creation stay as they are."""
    if request.before is None:
        return
    yield from unchanged(request.body, request.before, FIXED)
    yield from _switches(request.body, request.before)
    yield from _storage_kept(request)
    old = [str(zone) for zone in request.before.get("zones") or ()]
    if sorted(request.zones) != sorted(old):
        yield change_not_allowed("zones")
    for number, disk in enumerate(items(request.properties, "storageProfile.dataDisks")):
        yield from _disk_kept(request.before, number, disk)


SWITCHES = (
    ("windowsConfiguration.enableAutomaticUpdates", "properties.osProfile.windowsConfiguration"),
    ("windowsConfiguration.provisionVMAgent", "properties.osProfile.windowsConfiguration"),
    ("linuxConfiguration.provisionVMAgent", "properties.osProfile.linuxConfiguration"),
)
"""Switches that are on unless a creation turns them off, and stay.

REST reference of OSProfile: some settings cannot be changed once the VM is provisioned. The service's answer,
PropertyChangeNotAllowed, names the member.
"""


def _switches(body: Body, before: Body) -> Iterator[Problem]:
    for target, path in SWITCHES:
        member = f"{path}.{target.rpartition('.')[2]}"
        new, old = dig(body, member), dig(before, member)
        if new is not None and bool(new) != (old is None or bool(old)):
            yield change_not_allowed(target)


def _storage_kept(request: VmRequest) -> Iterator[Problem]:
    """The type of the OS disk is a property of the disk: Convert managed disks storage."""
    target = "storageProfile.osDisk.managedDisk.storageAccountType"
    new, old = dig(request.properties, target), dig(request.before or {}, f"properties.{target}")
    if new is not None and old is not None and not _equal(new, old):
        text = f"Managed disk storage account type change through Virtual Machine '{request.name}' is not allowed. "
        yield Problem("OperationNotAllowed", f"{text}Please update the disk resource.", target, 409)


def _disk_kept(before: Body, number: int, disk: Body) -> Iterator[Problem]:
    for old in items(before, "properties.storageProfile.dataDisks"):
        if old.get("lun") == disk.get("lun") and old.get("createOption") != disk.get("createOption"):
            yield change_not_allowed(f"dataDisks[{number}].createOption")


WHILE_DEALLOCATED = (
    "securityProfile.securityType",
    "securityProfile.encryptionAtHost",
    "additionalCapabilities.ultraSSDEnabled",
    "additionalCapabilities.hibernationEnabled",
    "proximityPlacementGroup.id",
    "host.id",
    "hostGroup.id",
    "capacityReservation.capacityReservationGroup.id",
    "storageProfile.osDisk.managedDisk.diskEncryptionSet.id",
    "storageProfile.diskControllerType",
)
"""What changes on a deallocated VM only. A missing security type means Standard.

The controller of the disks: REST, StorageProfile.diskControllerType; with another size it changes on a running VM too.

Disks: Server-side encryption with customer-managed keys, restrictions: not while they are attached to a running VM.
"""

_CONTROLLER = "storageProfile.diskControllerType"
_UNSET: dict[str, Any] = {"securityProfile.securityType": "Standard"}


def deallocated_first(request: VmRequest) -> Iterator[Problem]:
    """Some members, and the list of NICs, change while the VM is deallocated; a confidential VM stays one."""
    if request.before is None:
        return
    for member in WHILE_DEALLOCATED:
        new, old = dig(request.properties, member), dig(request.before, f"properties.{member}")
        new, old = (_UNSET.get(member, False) if value is None else value for value in (new, old))
        if dig(request.properties, member) is None or _equal(new, old):
            continue
        if member == _CONTROLLER and _resized(request):
            continue
        target = member.removesuffix(".id").removesuffix(".capacityReservationGroup")
        if "ConfidentialVM" in (new, old):
            yield change_not_allowed(target)
        elif not request.deallocated:
            yield _only_deallocated(f"Property '{target}' can only be updated when VM is in deallocated state.", target)
    yield from _price(request)
    target = "networkProfile.networkInterfaces"
    wanted, had = (
        {str(nic.get("id")).lower() for nic in items(properties, target)}
        for properties in (request.properties, request.before.get("properties"))
    )
    if wanted and wanted != had and not request.deallocated:
        text = "Network interfaces can be added to a VM, or removed from it, only when it is in deallocated state."
        yield _only_deallocated(text, target)


def _resized(request: VmRequest) -> bool:
    """Whether the request changes the size, for which Azure deallocates the VM itself."""
    size = "hardwareProfile.vmSize"
    return not _equal(dig(request.properties, size), dig(request.before or {}, f"properties.{size}"))


def _price(request: VmRequest) -> Iterator[Problem]:
    """The maximum price of a Spot VM (Use Azure Spot Virtual Machines: deallocate the VM before you change it)."""
    target = "billingProfile.maxPrice"
    new, old = dig(request.properties, target), dig(request.before or {}, f"properties.{target}")
    if new is not None and float(new) != float(-1 if old is None else old) and not request.deallocated:
        yield _only_deallocated("Max price change is not allowed: the VM has to be deallocated first.", target)


def _only_deallocated(message: str, target: str) -> Problem:
    return Problem("OperationNotAllowed", message, target, 409)


def unchanged(body: Body, before: Body, members: tuple[tuple[str, str], ...]) -> Iterator[Problem]:
    """Each member keeps its stored value; a body that leaves it out keeps it too."""
    for target, path in members:
        new, old = dig(body, path), dig(before, path)
        if new is not None and not _equal(new, old):
            yield change_not_allowed(target)


def _equal(new: Any, old: Any) -> bool:
    if isinstance(new, str) and isinstance(old, str):
        return new.lower().replace(" ", "") == old.lower().replace(" ", "")
    if isinstance(new, dict):
        other = old if isinstance(old, dict) else {}
        return all(_equal(value, other.get(name)) for name, value in new.items())
    if isinstance(new, list) and isinstance(old, list) and len(new) == len(old):
        return all(_equal(one, other) for one, other in zip(new, old, strict=True))
    return bool(new == old)


RULES = (fixed, deallocated_first)
