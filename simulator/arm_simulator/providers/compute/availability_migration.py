"""From an availability set into a Flexible scale set: ``migrate``, a machine at a time, and ``convert``, all at once.

Microsoft's pages "Migrate availability sets to Virtual Machine Scale Sets" and "Convert availability sets to Virtual
Machine Scale Sets" (March 2026, both in preview), and the REST specification of 2024-11-01 and later. Their error
messages are on the pages; the codes are not, so ``OperationNotAllowed`` is used for most of them. Where the pages say
that an action answers 200, the specification says 204, and the SDKs accept nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from arm_simulator.core import errors
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Action
from arm_simulator.core.messages import Reply
from arm_simulator.core.store import Resource
from arm_simulator.providers import features

from . import machine_actions, state
from .common import SET, VM, Body, is_flexible, member_count
from .rules.problem import dig, items
from .zone_migration import move_disks

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

AVAILABILITY_SET = "Microsoft.Compute/availabilitySets"
FEATURE = "MigrateToVmssFlex"
_MEMBER_PATH = "properties.availabilitySet.id"
_TARGET = "migratesTo"
_MOST = 1000
_NAME_TAKEN = "A virtual machine scale set with the specified name already exists"


def set_actions() -> dict[str, Action]:
    """The POST actions of an availability set."""
    model = "compute.MigrateToVirtualMachineScaleSetInput"
    return {
        "validatemigrationtovirtualmachinescaleset": Action(
            _validate, long_running=False, model=model, body_required=True
        ),
        "startmigrationtovirtualmachinescaleset": Action(_start, long_running=False, model=model, body_required=True),
        "cancelmigrationtovirtualmachinescaleset": Action(_cancel, long_running=False),
        "converttovirtualmachinescaleset": Action(_convert, model="compute.ConvertToVirtualMachineScaleSetInput"),
    }


def machine_action() -> dict[str, Action]:
    """The POST action of a virtual machine."""
    model = "compute.MigrateVMToVirtualMachineScaleSetInput"
    return {"migratetovirtualmachinescaleset": Action(migrate_machine, model=model)}


def machines_of(ctx: Context, availability_set: ResourceId) -> list[Resource]:
    """The machines of an availability set, in order of creation."""
    rows = ctx.store.execute(
        "SELECT resources.id FROM refs JOIN resources ON resources.key = refs.src "
        "WHERE refs.dst = ? AND refs.path = ? ORDER BY resources.seq",
        (availability_set.key, _MEMBER_PATH),
    )
    found = [ctx.store.get(str(row[0])) for row in rows]
    return [each for each in found if each is not None]


def target_of(availability_set: Resource) -> str:
    """The id of the scale set that the machines are migrated to; ``""`` if they are not."""
    return str(availability_set.runtime.get(_TARGET) or "")


def refuse_while_migrating(availability_set: Resource, operation: str) -> None:
    """An availability set is locked from the start of its migration until it is cancelled or deleted.

    Raises:
        ArmError: 409 OperationNotAllowed.
    """
    if target_of(availability_set):
        raise errors.operation_not_allowed(
            f"Operation '{operation}' is not allowed on Availability Set '{availability_set.id.name}': "
            "The availability set is already in migration mode."
        )


def check_registered(ctx: Context, subscription: str) -> None:
    """The subscription has to take part in the preview.

    Raises:
        ArmError: 409 OperationNotAllowed.
    """
    if not features.is_registered(ctx, subscription, "Microsoft.Compute", FEATURE):
        raise errors.operation_not_allowed(
            f"The subscription is not registered to use feature '{FEATURE}'. "
            f"Register Microsoft.Compute/{FEATURE} and try again."
        )


def _problems(ctx: Context, availability_set: Resource, machines: list[Resource]) -> Iterator[str]:
    """What neither way takes: unmanaged disks, Basic addresses, Basic load balancers."""
    unmanaged = [each.id.name for each in machines if dig(each.properties, "storageProfile.osDisk.vhd")]
    if unmanaged or dig(availability_set.body, "sku.name") == "Classic":
        names = ", ".join(unmanaged) or "the availability set is 'Classic'"
        yield f"VMs with unmanaged disks are not supported for conversion: {names}."
    basic = [each.id.name for each in machines if _is_behind_basic(ctx, each)]
    if basic:
        yield f"VMs with Basic public IP addresses or Basic Load Balancers are not supported: {', '.join(basic)}."


def _is_behind_basic(ctx: Context, machine: Resource) -> bool:
    for reference in items(machine.properties, "networkProfile.networkInterfaces"):
        nic = ctx.get(str(reference.get("id")))
        for config in items(nic.properties, "ipConfigurations") if nic else ():
            pools = items(config, "properties.loadBalancerBackendAddressPools")
            balancers = [str(pool.get("id")).partition("/backendAddressPools/")[0] for pool in pools]
            address = dig(config, "properties.publicIPAddress.id")
            for each in [*balancers, *([str(address)] if address else [])]:
                row = ctx.get(each)
                if row is not None and dig(row.body, "sku.name") == "Basic":
                    return True
    return False


def _check(ctx: Context, availability_set: Resource, body: Body) -> Resource:
    """The scale set of a request that can take all machines.

    Raises:
        ArmError: it cannot.
    """
    check_registered(ctx, availability_set.id.subscription)
    wanted = str(dig(body, "virtualMachineScaleSetFlexible.id") or "")
    target = ctx.get(wanted) if wanted else None
    if target is None or target.id.type_key != SET.lower():
        raise errors.invalid_parameter(
            f"The value '{wanted}' of parameter 'virtualMachineScaleSetFlexible.id' names no Virtual Machine Scale "
            "Set.",
            "virtualMachineScaleSetFlexible.id",
        )
    machines = machines_of(ctx, availability_set.id)
    problems = list(_problems(ctx, availability_set, machines))
    if not is_flexible(target):
        problems.append(f"Virtual Machine Scale Set '{target.id.name}' does not have orchestration mode 'Flexible'.")
    if target.body.get("location") != availability_set.body.get("location"):
        problems.append(f"Virtual Machine Scale Set '{target.id.name}' is in another location.")
    if member_count(ctx, target.id.path) + len(machines) > _MOST:
        problems.append(f"A Virtual Machine Scale Set has {_MOST} instances at most.")
    if problems:
        raise errors.operation_not_allowed(" ".join(problems), "virtualMachineScaleSetFlexible.id")
    return target


def _validate(ctx: Context, availability_set: Resource, body: Body) -> Reply:
    _check(ctx, availability_set, body)
    return Reply(204)


def _start(ctx: Context, availability_set: Resource, body: Body) -> Reply:
    refuse_while_migrating(availability_set, "startMigrationToVirtualMachineScaleSet")
    availability_set.runtime[_TARGET] = _check(ctx, availability_set, body).id.path
    ctx.save(availability_set)
    return Reply(204)


def _cancel(ctx: Context, availability_set: Resource, _: Body) -> Reply:
    """Machines that were migrated stay in the scale set, the others in the availability set."""
    check_registered(ctx, availability_set.id.subscription)
    if not target_of(availability_set):
        raise errors.operation_not_allowed(
            "Operation 'cancelMigrationToVirtualMachineScaleSet' is not allowed on Availability Set "
            f"'{availability_set.id.name}' because it is not in migration mode."
        )
    del availability_set.runtime[_TARGET]
    ctx.save(availability_set)
    return Reply(204)


def migrate_machine(ctx: Context, vm: Resource, body: Body) -> None:
    """``migrateToVirtualMachineScaleSet``: stop a machine, and make it a member of the scale set.

    It is deallocated afterwards, and "does not start automatically".

    Raises:
        ArmError: its availability set is not in migration mode; the zone, fault domain or size does not fit.
    """
    check_registered(ctx, vm.id.subscription)
    operation = "VirtualMachines.migrateToVirtualMachineScaleSet.POST"
    group = ctx.get(str(dig(vm.properties, "availabilitySet.id") or "/none"))
    target = ctx.get(target_of(group)) if group is not None and target_of(group) else None
    if group is None or target is None:
        raise errors.operation_not_allowed(
            f"Operation '{operation}' is not allowed on VM '{vm.id.name}' because it is in no Availability Set that is "
            "in migration mode."
        )
    machine_actions.refuse_ephemeral(vm)
    zone = _zone(target, body)
    domain = _fault_domain(ctx, target, body)
    if body.get("targetVMSize"):
        vm.properties["hardwareProfile"] = {"vmSize": body["targetVMSize"]}
    if zone:
        vm.body["zones"] = [zone]
        move_disks(ctx, vm, zone)
    state.deallocate(vm.runtime, vm.id.name)
    vm.runtime["lastAction"] = "migrateToVirtualMachineScaleSet"
    _join(ctx, vm, target, domain)


def _zone(target: Resource, body: Body) -> str:
    zones = [str(each) for each in target.body.get("zones") or ()]
    wanted = str(body.get("targetZone") or "")
    if wanted and wanted not in zones:
        allowed = ", ".join(zones) or "none: the Virtual Machine Scale Set is regional"
        raise errors.invalid_parameter(
            f"The value '{wanted}' of parameter 'targetZone' is not allowed. Allowed values are: {allowed}.",
            "targetZone",
        )
    if zones and not wanted:
        raise errors.invalid_parameter("Required parameter 'targetZone' is missing (null).", "targetZone")
    return wanted


def _fault_domain(ctx: Context, target: Resource, body: Body) -> int:
    count = int(dig(target.body, "properties.platformFaultDomainCount") or 1)
    wanted = body.get("targetFaultDomain")
    if wanted is None:
        return (ctx.store.next_counter(f"faultDomains:{target.id.key}") - 1) % count
    if not 0 <= int(wanted) < count:
        raise errors.invalid_parameter(
            f"The value '{wanted}' of parameter 'targetFaultDomain' is not allowed. Allowed values are 0 to "
            f"{count - 1}.",
            "targetFaultDomain",
        )
    return int(wanted)


def _join(ctx: Context, vm: Resource, target: Resource, domain: int) -> None:
    """Give a machine to a scale set."""
    del vm.properties["availabilitySet"]
    vm.properties["virtualMachineScaleSet"] = {"id": target.id.path}
    vm.runtime["faultDomain"] = domain
    vm.runtime.pop("updateDomain", None)
    vm.runtime["operated"] = ctx.now
    ctx.save(vm)


def _convert(ctx: Context, availability_set: Resource, body: Body) -> None:
    """A new regional Flexible set takes all machines as they run; the availability set is deleted."""
    refuse_while_migrating(availability_set, "convertToVirtualMachineScaleSet")
    check_registered(ctx, availability_set.id.subscription)
    machines = machines_of(ctx, availability_set.id)
    problems = list(_problems(ctx, availability_set, machines))
    if problems:
        raise errors.operation_not_allowed(" ".join(problems))
    for each in (availability_set, *machines):
        ctx.check_locks(each.id, "write")
    ctx.check_locks(availability_set.id, "delete")
    name = body.get("virtualMachineScaleSetName") or availability_set.id.name
    parent = availability_set.id.path.rpartition("/providers/")[0]
    wanted = f"{parent}/providers/{SET}/{name}"
    if ctx.get(wanted) is not None:
        raise errors.conflict(f"{_NAME_TAKEN}: '{name}'.", "virtualMachineScaleSetName")
    target = ctx.put(wanted, _converted(availability_set), api_version=ctx.api_version)
    for each in machines:
        _join(ctx, each, target, int(each.runtime.get("faultDomain") or 0))
    ctx.delete(availability_set.id)


def _converted(availability_set: Resource) -> Body:
    """The set that Azure makes: the same fault domains and placement, and less room than other sets have."""
    properties = {
        "orchestrationMode": "Flexible",
        "platformFaultDomainCount": availability_set.properties.get("platformFaultDomainCount"),
        "constrainedMaximumCapacity": True,
    }
    for member in ("proximityPlacementGroup", "scheduledEventsPolicy"):
        if availability_set.properties.get(member):
            properties[member] = availability_set.properties[member]
    tags = availability_set.body.get("tags")
    return {
        "location": availability_set.body["location"],
        "properties": properties,
        **({"tags": dict(tags)} if tags else {}),
    }


def place(ctx: Context, wanted: str | None) -> None:
    """Give a new machine of an availability set its domains, in turn.

    Raises:
        ArmError: the availability set is in migration mode, and takes no new machines.
    """
    row = ctx.get(wanted) if wanted else None
    if row is None:
        return
    refuse_while_migrating(row, f"{VM}.PUT")
    turn = ctx.store.next_counter(f"domains:{row.id.key}") - 1
    for name, member in (("faultDomain", "platformFaultDomainCount"), ("updateDomain", "platformUpdateDomainCount")):
        ctx.runtime[name] = turn % int(row.properties.get(member) or 1)
