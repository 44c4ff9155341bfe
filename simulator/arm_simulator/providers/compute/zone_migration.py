"""``migrateVMAvailabilityZone``: instances of a zonal scale set move to another of its zones.

The REST specification of 2026-04-01: instance ids are required; without a target zone "the platform selects" one. A
machine moves while it is stopped, so a running one boots again; its managed disks move with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from arm_simulator.core import errors
from arm_simulator.core.store import Resource

from . import scaling, state
from .common import Body, instances
from .rules.problem import dig, items

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context


def migrate(ctx: Context, scale_set: Resource, chosen: Sequence[Resource], body: Body) -> None:
    """Move the chosen instances.

    Raises:
        ArmError: the set has no zones, or the target is none of them; a lock stops it.
    """
    zones = scaling.zones_of(scale_set)
    if not zones:
        raise errors.operation_not_allowed(
            "Operation 'VirtualMachineScaleSets.migrateVMAvailabilityZone.POST' is not allowed on Virtual Machine "
            f"Scale Set '{scale_set.id.name}' because it is not in availability zones."
        )
    target = body.get("targetZone")
    if target is not None and target not in zones:
        raise errors.invalid_parameter(
            f"The value '{target}' of parameter 'targetZone' is not allowed. Allowed values are: {', '.join(zones)}.",
            "targetZone",
        )
    for instance in chosen:
        ctx.check_locks(instance.id, "write")
    staying = Counter(dict.fromkeys(zones, 0))
    staying.update(zone for item in instances(ctx, scale_set) for zone in item.body.get("zones") or ())
    for instance in chosen:
        own = (instance.body.get("zones") or [""])[0]
        others = [zone for zone in zones if zone != own] or zones
        zone = target or min(others, key=lambda name: (staying[name], name))
        staying[own] -= 1
        staying[zone] += 1
        if zone != own:
            _move(ctx, instance, zone)


def _move(ctx: Context, instance: Resource, zone: str) -> None:
    instance.body["zones"] = [zone]
    move_disks(ctx, instance, zone)
    state.act(instance.runtime, "migrateVMAvailabilityZone", instance.id.name)
    ctx.save(instance)


def move_disks(ctx: Context, machine: Resource, zone: str) -> None:
    """The machine's managed disks move with it; those that are redundant over zones are in all of them."""
    storage = machine.properties.get("storageProfile") or {}
    for disk in [storage.get("osDisk") or {}, *items(storage, "dataDisks")]:
        row = ctx.store.get(str(dig(disk, "managedDisk.id") or "/none"))
        if row is not None and not str(dig(row.body, "sku.name")).endswith("_ZRS"):
            row.body["zones"] = [zone]
            ctx.save(row)
