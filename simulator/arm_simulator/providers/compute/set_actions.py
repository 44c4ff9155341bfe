"""POST actions on a whole scale set, or on the instances that the request names, in both modes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from arm_simulator.core import errors
from arm_simulator.core.errors import ArmError
from arm_simulator.core.kinds import Action
from arm_simulator.core.store import Resource

from . import machine_actions, rolling, scaling, upgrades, views, zone_migration
from .common import Body, instances, is_flexible, protection
from .machine_actions import refused_on_flexible
from .rules.problem import dig

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

Runner = Callable[["Context", Resource, Body], Any]

REIMAGE_FLEXIBLE = "2024-03-01"
"""First api-version whose set-level reimage accepts VM names of a Flexible set."""
_IDS = "compute.VirtualMachineScaleSetVMInstanceIDs"
_REQUIRED_IDS = "compute.VirtualMachineScaleSetVMInstanceRequiredIDs"


def select(ctx: Context, scale_set: Resource, body: Body, *, actions: bool = True) -> list[Resource]:
    """The instances that a request selects.

    Args:
        ctx: the request.
        scale_set: the set.
        body: ``{"instanceIds": [...]}``; absent, empty or ``["*"]`` means all.
        actions: whether protectFromScaleSetActions holds: such instances are left out of "all", and refused by name.

    Raises:
        ArmError: 400 naming the ids that the set does not have; 409 for a protected one.
    """
    wanted = [str(item) for item in body.get("instanceIds") or []]
    if not wanted or wanted == ["*"]:
        everything = instances(ctx, scale_set)
        return [item for item in everything if not (actions and protection(item, "protectFromScaleSetActions"))]
    found, unknown = [], []
    for name in dict.fromkeys(wanted):
        item = _find(ctx, scale_set, name)
        if item is None:
            unknown.append(name)
        else:
            found.append(item)
    if unknown:
        raise errors.invalid_parameter(
            f"The provided instanceId {', '.join(unknown)} is not an active Virtual Machine Scale Set VM instanceId.",
            "instanceIds",
        )
    held = [item.id.name for item in found if actions and protection(item, "protectFromScaleSetActions")]
    if held:
        raise errors.operation_not_allowed(
            f"Instances {', '.join(held)} of Virtual Machine Scale Set '{scale_set.id.name}' are protected from scale "
            "set actions.",
            "instanceIds",
        )
    return found


def _find(ctx: Context, scale_set: Resource, name: str) -> Resource | None:
    if "/" in name:
        return None
    return ctx.get(scale_set.id.child("virtualMachines", name))


def _each(action: str) -> Runner:
    """Run one machine action on every chosen instance; locks on single VMs are checked before any of them changes."""

    def runner(ctx: Context, scale_set: Resource, body: Body) -> None:
        chosen = select(ctx, scale_set, body)
        for instance in chosen:
            ctx.check_locks(instance.id, "action")
        named = bool(body.get("instanceIds")) and body.get("instanceIds") != ["*"]
        for instance in chosen:
            try:
                machine_actions.run(ctx, instance, action)
            except ArmError:
                if named:
                    raise

    return runner


def _deallocate(ctx: Context, scale_set: Resource, body: Body) -> None:
    """Deallocate; ``hibernate=true`` is for Flexible sets with hibernation enabled."""
    if ctx.query.get("hibernate", "").lower() != "true":
        for instance in select(ctx, scale_set, body):
            machine_actions.refuse_ephemeral(instance)
        _each("deallocate")(ctx, scale_set, body)
        return
    if not is_flexible(scale_set):
        raise errors.operation_not_allowed(
            f"Operation 'VirtualMachineScaleSets.hibernate.POST' is not allowed on Virtual Machine Scale Set "
            f"'{scale_set.id.name}' because it has orchestration mode 'Uniform'."
        )
    for vm in select(ctx, scale_set, body):
        machine_actions.deallocate(ctx, vm, {})


def _reimage(ctx: Context, scale_set: Resource, body: Body) -> None:
    """Reimage; a Flexible set accepts VM names as instance ids, from the api-version that documents it."""
    if is_flexible(scale_set):
        if ctx.api_version < REIMAGE_FLEXIBLE:
            raise refused_on_flexible("VirtualMachineScaleSets.reimage.POST", scale_set.id.name)
        if not body.get("instanceIds"):
            raise errors.invalid_parameter("Required parameter 'instanceIds' is missing (null).", "instanceIds")
        _check_attached(scale_set, select(ctx, scale_set, body))
    _each("reimage")(ctx, scale_set, body)


def _check_attached(scale_set: Resource, chosen: Sequence[Resource]) -> None:
    """An attached VM is reimaged only if its OS profile matches that of the set (Reimage a virtual machine)."""
    wanted = dig(scale_set.properties, "virtualMachineProfile.osProfile") or {}
    for vm in chosen:
        own = vm.properties.get("osProfile") or {}
        members = ("adminUsername", "linuxConfiguration", "windowsConfiguration")
        if upgrades.has_own_model(vm) and any(own.get(member) != wanted.get(member) for member in members):
            raise errors.operation_not_allowed(
                f"Virtual Machine '{vm.id.name}' cannot be reimaged by Virtual Machine Scale Set '{scale_set.id.name}' "
                "because its OS profile is not that of the set."
            )


def _uniform_only(operation: str, runner: Runner) -> Runner:
    def guarded(ctx: Context, scale_set: Resource, body: Body) -> Any:
        if is_flexible(scale_set):
            raise refused_on_flexible(f"VirtualMachineScaleSets.{operation}.POST", scale_set.id.name)
        return runner(ctx, scale_set, body)

    return guarded


def _delete(ctx: Context, scale_set: Resource, body: Body) -> None:
    """Batch delete: protection does not stop a user's own deletes, locks do."""
    scaling.shrink(ctx, scale_set, select(ctx, scale_set, body, actions=False))


def _update_instances(ctx: Context, scale_set: Resource, body: Body) -> None:
    """Update instances to the newest model."""
    chosen = select(ctx, scale_set, body)
    for instance in chosen:
        ctx.check_locks(instance.id, "write")
    for instance in chosen:
        upgrades.apply_model(ctx, scale_set, instance)


def _orchestration_service(ctx: Context, scale_set: Resource, body: Body) -> None:
    """Suspend or resume automatic repairs or zone rebalancing."""
    name = body["serviceName"]
    if name not in views.services_of(scale_set):
        raise errors.operation_not_allowed(
            f"Orchestration service '{name}' is not enabled on Virtual Machine Scale Set '{scale_set.id.name}'."
        )
    suspended = [item for item in scale_set.runtime.get("suspendedServices") or [] if item != name]
    if body["action"] == "Suspend":
        suspended.append(name)
    scale_set.runtime.update(suspendedServices=suspended, lastAction="setOrchestrationServiceState")
    ctx.save_runtime(scale_set)


def _single_placement_group(ctx: Context, scale_set: Resource, body: Body) -> None:  # noqa: ARG001 - the hook's shape
    """Put a Uniform set of up to 100 instances back into one placement group."""
    capacity = dig(scale_set.body, "sku.capacity") or 0
    if capacity > 100:  # noqa: PLR2004 - the size of one placement group
        raise errors.operation_not_allowed(
            f"Virtual Machine Scale Set '{scale_set.id.name}' has {capacity} instances; one placement group holds 100."
        )
    scale_set.properties["singlePlacementGroup"] = True
    scale_set.runtime["lastAction"] = "convertToSinglePlacementGroup"
    ctx.save(scale_set)


def _force_recovery(ctx: Context, scale_set: Resource, body: Body) -> Body:  # noqa: ARG001 - the hook's shape
    """Walk one platform update domain; the answer names the next one, none after the last."""
    text = ctx.query.get("platformupdatedomain", "")
    if not text.isdigit():
        raise errors.invalid_parameter(
            f"The value '{text}' of parameter 'platformUpdateDomain' is not a number.", "platformUpdateDomain"
        )
    domain = int(text)
    domains = {int(item.runtime.get("updateDomain", 0)) for item in instances(ctx, scale_set)}
    walked = [item for item in instances(ctx, scale_set) if item.runtime.get("updateDomain") == domain]
    for instance in walked:
        instance.runtime["lastAction"] = "forceRecoveryUpdateDomainWalk"
        ctx.save_runtime(instance)
    following = sorted(number for number in domains if number > domain)
    answer: Body = {"walkPerformed": bool(walked)}
    if following:
        answer["nextPlatformUpdateDomain"] = following[0]
    return answer


def _os_upgrade(ctx: Context, scale_set: Resource, body: Body) -> None:  # noqa: ARG001 - the hook's shape
    """A rolling OS upgrade: every instance that may be touched gets a fresh OS disk, in batches."""
    rolling.start(ctx, scale_set, select(ctx, scale_set, {}), "os")


def _extension_upgrade(ctx: Context, scale_set: Resource, body: Body) -> None:  # noqa: ARG001 - the hook's shape
    """A rolling upgrade of extensions."""
    rolling.start(ctx, scale_set, select(ctx, scale_set, {}), "extension")


def _cancel(ctx: Context, scale_set: Resource, body: Body) -> None:  # noqa: ARG001 - the hook's shape
    rolling.cancel(ctx, scale_set)


def _approve(ctx: Context, scale_set: Resource, body: Body) -> None:
    """Approve a deferred rolling upgrade of the named instances, or of all."""
    rolling.approve(ctx, scale_set, select(ctx, scale_set, body))


def _scale_out(ctx: Context, scale_set: Resource, body: Body) -> None:
    """Raise the capacity by a number of instances, on request all in one of the set's zones.

    REST reference, Virtual Machine Scale Sets - Scale Out (2025-04-01 and later): nothing in it limits it to one mode.
    """
    wanted = int(body.get("capacity") or 0)
    sku = scale_set.body.get("sku")
    if not isinstance(sku, dict) or wanted < 1:
        raise errors.invalid_parameter(f"The value '{wanted}' of parameter 'capacity' is not allowed.", "capacity")
    zone = str(dig(body, "properties.zone") or "")
    zones = [str(name) for name in scale_set.body.get("zones") or ()]
    if zone and zone not in zones:
        raise errors.invalid_parameter(
            f"The value '{zone}' of parameter 'properties.zone' is not among the zones [{', '.join(zones)}].",
            "properties.zone",
        )
    sku["capacity"] = int(sku.get("capacity") or 0) + wanted
    ctx.save(scale_set)
    scaling.grow(ctx, scale_set, scaling.own_instances(ctx, scale_set), wanted, zone)


def _migrate(ctx: Context, scale_set: Resource, body: Body) -> None:
    """Move instances to another availability zone."""
    zone_migration.migrate(ctx, scale_set, select(ctx, scale_set, body), body)


def _reapply(ctx: Context, scale_set: Resource, body: Body) -> None:  # noqa: ARG001 - the hook's shape
    scale_set.runtime["lastAction"] = "reapply"
    ctx.save_runtime(scale_set)


def actions() -> dict[str, Action]:
    """The actions of ``Microsoft.Compute/virtualMachineScaleSets``."""
    table: dict[str, Action] = {
        name.lower(): Action(_each(name), model=_IDS)
        for name in ("start", "restart", "powerOff", "redeploy", "performMaintenance")
    }
    reimage_all = _uniform_only("reimageAll", _each("reimageAll"))
    convert = _uniform_only("convertToSinglePlacementGroup", _single_placement_group)
    walk = _uniform_only("forceRecoveryServiceFabricPlatformUpdateDomainWalk", _force_recovery)
    input_model = "compute.VMScaleSetConvertToSinglePlacementGroupInput"
    return table | {
        "deallocate": Action(_deallocate, model=_IDS),
        "reimage": Action(_reimage, model="compute.VirtualMachineScaleSetReimageParameters"),
        "reimageall": Action(reimage_all, model=_IDS),
        "delete": Action(_delete, model=_REQUIRED_IDS, body_required=True),
        "manualupgrade": Action(_update_instances, model=_REQUIRED_IDS, body_required=True),
        "setorchestrationservicestate": Action(
            _orchestration_service, model="compute.OrchestrationServiceStateInput", body_required=True
        ),
        "converttosingleplacementgroup": Action(convert, long_running=False, model=input_model),
        "forcerecoveryservicefabricplatformupdatedomainwalk": Action(walk, long_running=False),
        "osrollingupgrade": Action(_os_upgrade),
        "extensionrollingupgrade": Action(_extension_upgrade),
        "rollingupgrades/cancel": Action(_cancel),
        "approverollingupgrade": Action(_approve, model=_IDS),
        "scaleout": Action(_scale_out, model="compute.VMScaleSetScaleOutInput", body_required=True),
        "reapply": Action(_reapply),
        "migratevmavailabilityzone": Action(
            _migrate, model="compute.MigrateVMAvailabilityZoneInput", body_required=True
        ),
    }
