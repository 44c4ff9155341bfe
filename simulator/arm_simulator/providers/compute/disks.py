"""Managed disks: created with a machine, replaced by a reimage, deleted or kept by deleteOption."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from arm_simulator.core import errors
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Action, ResourceKind
from arm_simulator.core.store import Resource

from .common import DISK, VM, Body
from .rules.problem import dig, items, same
from .rules.view import windows_image
from .sizes import default_disk_type
from .state import State, digest

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context


def complete(ctx: Context, rid: ResourceId, body: Body, state: State, previous: Body | None = None) -> None:
    """Name the disks of a machine body and create those that are new.

    Args:
        ctx: the request.
        rid: of the machine that the disks belong to.
        body: the machine's body, completed in place.
        state: the machine's private state: its disk generations name new disks.
        previous: the stored body, whose disks are kept.
    """
    storage = dig(body, "properties.storageProfile")
    if not isinstance(storage, dict):
        return
    os_disk = storage.get("osDisk")
    if isinstance(os_disk, dict):
        _complete_os_disk(ctx, rid, body, os_disk, state, dig(previous, "properties.storageProfile.osDisk") or {})
    known = {disk.get("lun"): disk for disk in items(previous, "properties.storageProfile.dataDisks")}
    for disk in storage.get("dataDisks") or []:
        old = known.get(disk.get("lun")) or {}
        generation = state["dataDiskGeneration"]
        own = str(dig(disk, "managedDisk.id") or "").rpartition("/")[2]  # a disk that was there keeps its name
        name = disk.get("name") or old.get("name") or own or _name(rid, f"disk{disk.get('lun')}", generation)
        disk["name"] = name
        _attach(ctx, rid, body, disk, dig(old, "managedDisk.id"))


def _complete_os_disk(ctx: Context, rid: ResourceId, body: Body, disk: Body, state: State, old: Body) -> None:
    disk["name"] = disk.get("name") or old.get("name") or _name(rid, "OsDisk_1", state["osDiskGeneration"])
    if "osType" not in disk:
        windows = dig(body, "properties.osProfile.windowsConfiguration") is not None or windows_image(
            dig(body, "properties.storageProfile.imageReference")
        )
        disk["osType"] = old.get("osType") or ("Windows" if windows else "Linux")
    if dig(disk, "diffDiskSettings.option") == "Local":
        return
    present = dig(old, "managedDisk.id")
    if rid.type_key == VM.lower() and present is not None and state.get("power") != "deallocated":
        _check_running(ctx, rid, present, disk)
    _attach(ctx, rid, body, disk, present)


def _check_running(ctx: Context, rid: ResourceId, disk_id: str, disk: Body) -> None:
    """An OS disk grows while its machine is deallocated.

    learn.microsoft.com: Expand virtual hard disks attached to a Linux (Windows) VM; Azure's words are those of
    kubernetes issue 96706.
    """
    row, wanted = ctx.store.get(disk_id), disk.get("diskSizeGB")
    if row is not None and wanted is not None and wanted > row.properties["diskSizeGB"]:
        raise errors.ArmError(
            409,
            "OperationNotAllowed",
            f"Cannot resize disk {row.id.name} while it is attached to running VM {rid}. Resizing a disk of an Azure "
            "Virtual Machine requires the virtual machine to be deallocated. Please stop your VM and retry the "
            "operation.",
        )


def _resize(ctx: Context, disk_id: str, disk: Body) -> None:
    """A disk becomes larger, and never smaller."""
    row, wanted = ctx.store.get(disk_id), disk.get("diskSizeGB")
    if row is None or wanted is None or wanted == row.properties.get("diskSizeGB"):
        return
    size = int(row.properties.get("diskSizeGB") or 0)
    if wanted < size:
        raise errors.ArmError(
            400,
            "ResizeDiskError",
            f"Disk size reduction is not supported. Current size is {size << 30} bytes, requested size is "
            f"{wanted << 30} bytes.",
        )
    row.properties["diskSizeGB"] = wanted
    ctx.save(row)


def _name(rid: ResourceId, role: str, generation: int) -> str:
    owner = "_".join(rid.names)
    return f"{owner}_{role}_{digest(rid.key, role, generation)}{digest(generation, role, rid.key)}"


def _attach(ctx: Context, rid: ResourceId, body: Body, disk: Body, old: str | None) -> None:
    managed = disk.setdefault("managedDisk", {})
    machine_size = str(dig(body, "properties.hardwareProfile.vmSize") or "")
    managed.setdefault("storageAccountType", default_disk_type([machine_size]))
    if managed.get("id") is None and old is not None:
        managed["id"] = old
    if managed.get("id") is not None:
        _take(ctx, rid, managed["id"])
        if old is not None and same(old, managed["id"]):
            _resize(ctx, managed["id"], disk)
        return
    disk_id = rid.sibling(DISK, disk["name"])
    managed["id"] = disk_id.path
    if ctx.store.exists(disk_id):
        _take(ctx, rid, disk_id.path)
        return
    size = disk.get("diskSizeGB") or (30 if disk.get("osType") != "Windows" else 127)
    row = Resource(
        disk_id,
        {
            "location": body.get("location"),
            "sku": {"name": managed["storageAccountType"]},
            "managedBy": rid.path,
            "properties": {
                "diskSizeGB": size,
                "diskState": "Attached",
                "timeCreated": ctx.now,
                "creationData": {"createOption": disk.get("createOption")},
                "uniqueId": disk_id.name[-16:],
                "provisioningState": "Succeeded",
            },
        },
    )
    if body.get("zones"):
        row.body["zones"] = list(body["zones"])
    if disk.get("osType"):
        row.properties["osType"] = disk["osType"]
    ctx.save(row)


def _take(ctx: Context, rid: ResourceId, disk_id: str) -> None:
    disk = ctx.store.get(disk_id)
    if disk is None:
        return
    holder = disk.body.get("managedBy")
    if holder and not same(holder, rid.path):
        raise errors.ArmError(
            409,
            "AttachDiskWhileBeingDetached"
            if disk.properties.get("diskState") == "Unattached"
            else "OperationNotAllowed",
            f"Cannot attach data disk '{disk.id.name}' to VM '{rid.name}' because the disk is currently in use by "
            f"'{holder}'.",
        )
    if not holder:
        disk.body["managedBy"] = rid.path
        disk.properties["diskState"] = "Attached"
        ctx.save(disk)


def replace(ctx: Context, machine: Resource, *, data: bool) -> None:
    """Give a machine a fresh OS disk (and data disks), for a reimage; the body and its disks are changed and saved.

    The old disk stays where its deleteOption is Detach (Reimage a virtual machine).
    """
    storage = machine.properties.get("storageProfile") or {}
    disks = [storage.get("osDisk") or {}, *((storage.get("dataDisks") or []) if data else [])]
    for disk in disks:
        managed = disk.get("managedDisk") or {}
        if managed.get("id"):
            free(ctx, disk, disk.get("deleteOption") or "Delete")
            del managed["id"]
        disk.pop("name", None)
    complete(ctx, machine.id, machine.body, machine.runtime)
    ctx.save(machine)


def release(ctx: Context, machine: Resource, *, default: str) -> None:
    """Delete or detach the disks of a deleted machine, each by its deleteOption.

    Args:
        ctx: the request.
        machine: the deleted machine.
        default: ``Delete`` or ``Detach`` for disks without a deleteOption.
    """
    storage = machine.properties.get("storageProfile") or {}
    for disk in [storage.get("osDisk") or {}, *(storage.get("dataDisks") or [])]:
        free(ctx, disk, disk.get("deleteOption") or default)


def free(ctx: Context, disk: Body, option: str) -> None:
    """Delete one disk, or leave it unattached."""
    disk_id = dig(disk, "managedDisk.id")
    row = ctx.store.get(disk_id) if disk_id else None
    if row is None:
        return
    if option == "Delete":
        ctx.store.delete(row.id)
        return
    row.body.pop("managedBy", None)
    row.properties["diskState"] = "Unattached"
    ctx.save(row)


def access_actions() -> dict[str, Action]:
    """``beginGetAccess`` and ``endGetAccess`` of disks and snapshots."""
    return {
        "begingetaccess": Action(_grant, model="compute.GrantAccessData", body_required=True),
        "endgetaccess": Action(_revoke),
    }


def _grant(ctx: Context, disk: Resource, body: Body) -> Body:
    """A signed URL, as "Disks - Grant Access" gives it; nothing is behind it."""
    if disk.body.get("managedBy"):
        raise errors.operation_not_allowed(f"Disk {disk.id.name} is attached to VM {disk.body['managedBy']}.")
    disk.properties["diskState"] = "ActiveSAS"
    ctx.save(disk)
    signed = f"sr=b&sp={str(body['access'])[0].lower()}&sig=none"
    return {"accessSAS": f"https://md-simulated.blob.storage.invalid/{disk.id.name}/abcd?{signed}"}


def _revoke(ctx: Context, disk: Resource, _: Body) -> None:
    disk.properties["diskState"] = "Unattached"
    ctx.save(disk)


class DiskKind(ResourceKind):
    """``Microsoft.Compute/disks``."""

    def __init__(self) -> None:
        super().__init__()
        self.actions.update(access_actions())

    type: ClassVar[str] = DISK
    model = "compute.Disk"
    created_status = 202
    graph_table = "resources"

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:  # noqa: ARG002
        """A new disk is unattached; an existing one keeps its machine."""
        properties = body["properties"] = body.get("properties") or {}
        holder = existing.body.get("managedBy") if existing else None
        body.setdefault("sku", {"name": "Standard_LRS"})
        if holder:
            body["managedBy"] = holder
        properties["timeCreated"] = existing.properties.get("timeCreated") if existing else ctx.now
        properties["diskState"] = "Attached" if holder else "Unattached"
        properties["provisioningState"] = "Succeeded"
        return body

    def check_delete(self, ctx: Context, resource: Resource) -> None:  # noqa: ARG002
        """An attached disk cannot be deleted."""
        holder = resource.body.get("managedBy")
        if holder:
            raise errors.operation_not_allowed(
                f"Disk {resource.id.name} is attached to VM {holder}.",
            )
