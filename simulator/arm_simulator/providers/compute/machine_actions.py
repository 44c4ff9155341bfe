"""POST actions on one machine: a VM, or an instance of a Uniform scale set."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from arm_simulator.core import errors
from arm_simulator.core.kinds import Action
from arm_simulator.core.messages import Reply
from arm_simulator.core.store import Resource

from . import boot_blobs, disks, state
from .common import INSTANCE, Body, is_flexible
from .rules.problem import dig
from .rules.view import SPARE_PRIORITIES

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

Runner = Callable[["Context", Resource, Body], Any]


def run(ctx: Context, machine: Resource, action: str) -> None:
    """Run one action on a machine and store what it changed.

    Args:
        ctx: the request.
        machine: the VM or instance.
        action: a key of :data:`state.TRANSITIONS`.

    Raises:
        ArmError: the power state, or a lock on the machine itself, does not allow it.
    """
    ctx.check_locks(machine.id, "action")
    if action in _STOPS:
        refuse_ephemeral(machine)
    state.act(machine.runtime, action, machine.id.name)
    if action in {"reimage", "reimageAll"}:
        disks.replace(ctx, machine, data=action == "reimageAll")
    machine.runtime["operated"] = ctx.now
    ctx.save_runtime(machine)


def _runner(action: str) -> Runner:
    def runner(ctx: Context, resource: Resource, _: Body) -> None:
        run(ctx, resource, action)

    return runner


def deallocate(ctx: Context, vm: Resource, _: Body) -> None:
    """Deallocate, or with ``hibernate=true`` hibernate a VM that has hibernation enabled."""
    if ctx.query.get("hibernate", "").lower() == "true":
        if dig(vm.properties, "additionalCapabilities.hibernationEnabled") is not True:
            raise errors.operation_not_allowed(
                f"Operation 'hibernate' is not allowed on VM '{vm.id.name}' because 'hibernationEnabled' is not true."
            )
        run(ctx, vm, "hibernate")
        return
    run(ctx, vm, "deallocate")


_STOPS = frozenset({"deallocate", "hibernate"})
"""What takes a machine off its host, and an ephemeral OS disk with it."""


def refuse_ephemeral(machine: Resource) -> None:
    """A machine with an ephemeral OS disk is never deallocated (Ephemeral OS disks: "Not supported").

    Raises:
        ArmError: 409 OperationNotAllowed.
    """
    if is_ephemeral(machine):
        raise errors.operation_not_allowed(
            f"Operation 'deallocate' is not allowed on VM '{machine.id.name}' because it has an ephemeral OS disk. "
            "Stop, restart, reimage or delete it instead."
        )


def is_ephemeral(machine: Resource) -> bool:
    """Whether the OS disk is ephemeral."""
    return bool(dig(machine.properties, "storageProfile.osDisk.diffDiskSettings.option") == "Local")


def reimage_vm(ctx: Context, vm: Resource, _: Body) -> None:
    """Reimage a VM: the single-VM call takes ephemeral OS disks only."""
    if not is_ephemeral(vm):
        raise errors.operation_not_allowed(
            f"Operation 'reimage' is not allowed on VM '{vm.id.name}' because it does not have an ephemeral OS disk."
        )
    run(ctx, vm, "reimage")


def simulate_eviction(ctx: Context, machine: Resource, _: Body) -> None:
    """Evict a Spot machine: deallocate or delete it, by its evictionPolicy."""
    properties = machine.properties
    if machine.id.type_key == INSTANCE.lower():
        scale_set = ctx.require(machine.id.parent or machine.id)
        properties = dig(scale_set.body, "properties.virtualMachineProfile") or {}
    state.refuse_unless_spot(properties.get("priority") in SPARE_PRIORITIES, machine.id.name)
    if properties.get("evictionPolicy") == "Delete":
        ctx.delete(machine.id)
        return
    ctx.check_locks(machine.id, "action")
    state.deallocate(machine.runtime, machine.id.name)
    machine.runtime["lastAction"] = "simulateEviction"
    machine.runtime["operated"] = ctx.now
    ctx.save_runtime(machine)


def _evicted(ctx: Context, machine: Resource, body: Body) -> Reply:
    simulate_eviction(ctx, machine, body)
    return Reply(204)


def boot_diagnostics(ctx: Context, machine: Resource, _: Body) -> Body:
    """The URLs of screenshot and serial log, with a signature instead of a token: see :mod:`.boot_blobs`.

    Raises:
        ArmError: boot diagnostics are off.
    """
    enabled = dig(machine.properties, "diagnosticsProfile.bootDiagnostics.enabled")
    if machine.id.type_key == INSTANCE.lower():
        scale_set = ctx.require(machine.id.parent or machine.id)
        profile = dig(scale_set.body, "properties.virtualMachineProfile")
        enabled = dig(profile, "diagnosticsProfile.bootDiagnostics.enabled")
    if enabled is not True:
        raise errors.operation_not_allowed(
            f"Operation 'retrieveBootDiagnosticsData' is not allowed on VM '{machine.id.name}' since boot diagnostics "
            "are not enabled."
        )
    return boot_blobs.addresses(ctx.base_url, str(machine.runtime["vmId"]))


def run_command(ctx: Context, machine: Resource, body: Body) -> Body:  # noqa: ARG001 - one shape for all
    """Accept a script on a running machine; nothing is executed, the output names the command.

    Raises:
        ArmError: the machine does not run.
    """
    if machine.runtime["power"] != "running":
        raise errors.operation_not_allowed(
            "Cannot modify extensions in the VM when the VM is not running.", machine.id.name
        )
    texts = {"StdOut": f"command {body.get('commandId')} accepted", "StdErr": ""}
    return {
        "value": [
            {
                "code": f"ComponentStatus/{name}/succeeded",
                "level": "Info",
                "displayStatus": "Provisioning succeeded",
                "message": text,
            }
            for name, text in texts.items()
        ]
    }


def attach_detach(ctx: Context, machine: Resource, body: Body) -> Body:
    """Attach and detach existing disks; returns the new storage profile.

    Raises:
        ArmError: a disk is absent, in use, or its LUN is taken.
    """
    storage: Body = machine.properties.setdefault("storageProfile", {})
    attached: list[Body] = storage.setdefault("dataDisks", [])
    for wanted in body.get("dataDisksToDetach") or []:
        disk_id = str(wanted.get("diskId")).lower()
        held = next((d for d in attached if str(dig(d, "managedDisk.id")).lower() == disk_id), None)
        if held is None:
            raise errors.bad_request(f"Disk '{wanted.get('diskId')}' is not attached to VM '{machine.id.name}'.")
        attached.remove(held)
        disks.free(ctx, held, "Detach")
    for wanted in body.get("dataDisksToAttach") or []:
        row = ctx.require(str(wanted.get("diskId")))
        used = {disk.get("lun") for disk in attached}
        lun = wanted.get("lun", next(n for n in range(64) if n not in used))
        if lun in used:
            raise errors.bad_request(f"A disk at LUN {lun} already exists.")
        attached.append({"lun": lun, "createOption": "Attach", "name": row.id.name, "managedDisk": {"id": row.id.path}})
    disks.complete(ctx, machine.id, machine.body, machine.runtime, None)
    ctx.save(machine)
    return storage


def _generalize(ctx: Context, vm: Resource, _: Body) -> None:
    if vm.runtime["power"] == "running":
        raise errors.operation_not_allowed(f"Operation 'generalize' is not allowed on VM '{vm.id.name}' since it runs.")
    vm.runtime["generalized"] = True
    ctx.save_runtime(vm)


def _common() -> dict[str, Action]:
    simple = {
        name.lower(): Action(_runner(name))
        for name in ("start", "restart", "powerOff", "redeploy", "performMaintenance")
    }
    return {
        **simple,
        "simulateeviction": Action(_evicted, long_running=False),
        "retrievebootdiagnosticsdata": Action(boot_diagnostics, long_running=False),
        "runcommand": Action(run_command, model="compute.RunCommandInput", body_required=True),
        "attachdetachdatadisks": Action(attach_detach, model="compute.AttachDetachDataDisksRequest"),
    }


def vm_actions() -> dict[str, Action]:
    """The actions of ``Microsoft.Compute/virtualMachines``."""
    return {
        **_common(),
        "deallocate": Action(deallocate),
        "reimage": Action(reimage_vm, model="compute.VirtualMachineReimageParameters"),
        "reapply": Action(_runner("reapply")),
        "generalize": Action(_generalize, long_running=False),
    }


def instance_actions() -> dict[str, Action]:
    """The actions of ``virtualMachineScaleSets/virtualMachines``; on Flexible they reach the member VM."""
    return {
        **_common(),
        "deallocate": Action(_runner("deallocate")),
        "reimage": Action(_reimage_instance, model="compute.VirtualMachineScaleSetVMReimageParameters"),
        "reimageall": Action(_reimage_all),
    }


def _reimage_instance(ctx: Context, machine: Resource, body: Body) -> None:
    if machine.id.type_key == INSTANCE.lower():
        run(ctx, machine, "reimage")
    else:
        reimage_vm(ctx, machine, body)


def _reimage_all(ctx: Context, machine: Resource, _: Body) -> None:
    if machine.id.type_key != INSTANCE.lower():
        raise refused_on_flexible("VirtualMachineScaleSetVMs.reimageAll.POST", machine.id.name)
    run(ctx, machine, "reimageAll")


def refused_on_flexible(operation: str, name: str) -> errors.ArmError:
    """409 for an operation that Flexible sets do not have."""
    return errors.operation_not_allowed(
        f"Operation '{operation}' is not allowed on Virtual Machine Scale Set '{name}' because it has orchestration "
        "mode 'Flexible'."
    )


def set_of(ctx: Context, machine: Resource) -> Resource | None:
    """The scale set of a VM or instance, None for a standalone VM."""
    if machine.id.type_key == INSTANCE.lower():
        return ctx.get(machine.id.parent) if machine.id.parent else None
    found = dig(machine.properties, "virtualMachineScaleSet.id")
    scale_set = ctx.get(str(found)) if found else None
    return scale_set if is_flexible(scale_set) else None
