"""Scaling to ``sku.capacity``: instances below a Uniform set, VMs and NICs beside a Flexible one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from arm_simulator.core import errors
from arm_simulator.core.store import Resource
from arm_simulator.providers.network import instance_interfaces

from . import disks, machine_body, state
from .common import INSTANCE, NIC, VM, Body, instances, is_flexible, is_locked, protection
from .provisioning import allocation_failure, not_allocated, provision
from .rules.problem import dig, items

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

MAX_NAME_FLEXIBLE = 44
MAX_ZONES = 3
_UPDATE_DOMAINS = 5


def scale(ctx: Context, scale_set: Resource) -> None:
    """Create or delete instances until their number is the set's capacity.

    Raises:
        ArmError: too few instances may be deleted.
    """
    wanted = dig(scale_set.body, "sku.capacity")
    if wanted is None or scale_set.properties.get("virtualMachineProfile") is None:
        return
    current = own_instances(ctx, scale_set)
    if len(current) > wanted:
        for victim in victims(ctx, scale_set, current, len(current) - wanted):
            remove(ctx, victim)
    elif len(current) < wanted:
        grow(ctx, scale_set, current, wanted - len(current))


def own_instances(ctx: Context, scale_set: Resource) -> list[Resource]:
    """The instances that capacity counts: all of a Uniform set, those made from the profile of a Flexible one."""
    found = instances(ctx, scale_set)
    return [vm for vm in found if vm.runtime.get("implicit")] if is_flexible(scale_set) else found


# --- out ---


def grow(ctx: Context, scale_set: Resource, current: Sequence[Resource], count: int, only: str = "") -> list[Resource]:
    """Create instances, spread over zones (or all in ``only``) and fault domains."""
    zones = [only] if only else zones_of(scale_set)
    per_zone = Counter(dict.fromkeys(zones, 0))
    per_zone.update(zone for item in current for zone in item.body.get("zones") or ())
    domains = int(scale_set.properties.get("platformFaultDomainCount") or 1)
    per_domain = Counter({(zone, n): 0 for zone in zones or [""] for n in range(domains)})
    per_domain.update(((item.body.get("zones") or [""])[0], item.runtime.get("faultDomain", 0)) for item in current)
    make = _new_vm if is_flexible(scale_set) else _new_instance
    created = []
    regular = sum(item.properties.get("priority") == "Regular" for item in current)
    flags = regular_flags(scale_set.properties.get("priorityMixPolicy"), regular, len(current), count)
    for flag in flags:
        zone = min(zones, key=lambda name: (per_zone[name], zones.index(name))) if zones else ""
        domain = min(range(domains), key=lambda number: (per_domain[zone, number], number))
        per_zone[zone] += 1
        per_domain[zone, domain] += 1
        failure = allocation_failure(ctx, scale_set.id)
        machine = make(ctx, scale_set, zone, domain, flag)
        created.append(machine)
        if failure is None:
            provision(ctx, machine, _profile_extensions(scale_set))
        else:
            not_allocated(machine, failure)
            ctx.save(machine)
            ctx.fail_operation(failure)
    ctx.save_runtime(scale_set)
    return created


def zones_of(scale_set: Resource) -> list[str]:
    """The zones that new instances may be in: the set's own, or those that automatic placement chooses from.

    Automatic placement spreads over three zones, or over ``maxZoneCount`` of them if that is given (Configure automatic
    zone placement). Every simulated region has the zones 1 to 3.
    """
    if dig(scale_set.body, "placement.zonePlacementPolicy") != "Auto":
        return [str(zone) for zone in scale_set.body.get("zones") or ()]
    included = dig(scale_set.body, "placement.includeZones") or ["1", "2", "3"]
    excluded = dig(scale_set.body, "placement.excludeZones") or []
    most = dig(scale_set.properties, "resiliencyPolicy.zoneAllocationPolicy.maxZoneCount") or MAX_ZONES
    return [str(zone) for zone in included if zone not in excluded][:most]


def _new_instance(ctx: Context, scale_set: Resource, zone: str, domain: int, regular: bool) -> Resource:  # noqa: ARG001 - one shape
    """One Uniform instance: the next decimal id, its disks and extensions."""
    number = scale_set.runtime.get("nextInstance", 0)
    scale_set.runtime["nextInstance"] = number + 1
    rid = scale_set.id.child("virtualMachines", str(number))
    runtime = state.new(rid.key)
    runtime.update(
        faultDomain=domain,
        updateDomain=number % _UPDATE_DOMAINS,
        model=scale_set.runtime.get("model"),
        placementGroupId=scale_set.runtime.get("placementGroupId"),
    )
    body = machine_body.instance(scale_set, rid, number, zone)
    body["properties"]["timeCreated"] = ctx.now
    body["properties"]["vmId"] = runtime["vmId"]
    disks.complete(ctx, rid, body, runtime)
    row = ctx.save(Resource(rid, body, runtime))
    for config in items(body, "properties.networkProfileConfiguration.networkInterfaceConfigurations"):
        instance_interfaces.put(ctx, rid, dict(config))
    return row


def _new_vm(ctx: Context, scale_set: Resource, zone: str, domain: int, regular: bool) -> Resource:
    """One implicit Flexible VM, with its NICs, public addresses and extensions as separate resources."""
    serial = ctx.store.next_counter(f"members:{scale_set.id.key}")
    mark = state.digest(scale_set.id.key, serial)
    name = f"{scale_set.id.name[: MAX_NAME_FLEXIBLE - len(mark) - 1]}_{mark}"
    rid = scale_set.id.sibling(VM, name)
    profile = scale_set.properties["virtualMachineProfile"]
    references = []
    for config in dig(profile, "networkProfile.networkInterfaceConfigurations") or []:
        public = machine_body.public_addresses(scale_set, config, mark, zone)
        for address, body in public.items():
            ctx.put(address, body, check_locks=False)
        nic = scale_set.id.sibling(NIC, f"{config.get('name')}-{mark}")
        ctx.put(nic, machine_body.interface(scale_set, config, public), check_locks=False)
        references.append(
            {
                "id": nic.path,
                "properties": {
                    "primary": dig(config, "properties.primary") is True,
                    "deleteOption": dig(config, "properties.deleteOption") or "Delete",
                },
            }
        )
    runtime = state.new(rid.key)
    runtime.update(implicit=True, faultDomain=domain, model=scale_set.runtime.get("model"))
    body = machine_body.virtual_machine(scale_set, name, mark, zone, references)
    if regular:
        for member in ("priority", "evictionPolicy", "billingProfile"):
            body["properties"].pop(member, None)
        body["properties"]["priority"] = "Regular"
    return ctx.put(rid, body, check_locks=False, runtime=runtime)


def regular_flags(policy: Body | None, regular: int, total: int, count: int) -> list[bool]:
    """Which of the next instances of a Spot priority mix are Regular: the base first, then the share above it.

    Args:
        policy: the set's priorityMixPolicy, None for no mix.
        regular: Regular instances so far.
        total: instances so far.
        count: how many will be created.
    """
    flags = []
    base = int((policy or {}).get("baseRegularPriorityCount") or 0)
    share = int((policy or {}).get("regularPriorityPercentageAboveBase") or 0)
    for number in range(total + 1, total + count + 1):
        above = number - base
        flag = policy is not None and (regular < base or (above > 0 and (regular - base) * 100 < share * above))
        regular += flag
        flags.append(flag)
    return flags


def _profile_extensions(scale_set: Resource) -> list[Body]:
    return list(dig(scale_set.properties, "virtualMachineProfile.extensionProfile.extensions") or [])


# --- in ---


def victims(ctx: Context, scale_set: Resource, current: Sequence[Resource], count: int) -> list[Resource]:
    """The instances to delete: by the scale-in rule, zones kept even; protected and locked ones stay.

    Raises:
        ArmError: 409 when fewer than ``count`` may be deleted.
    """
    free = [item for item in current if not protection(item, "protectFromScaleIn")]
    allowed = [item for item in free if not is_locked(ctx, item.id)]
    if len(allowed) < count:
        held = [item for item in current if item not in allowed]
        locked = [item for item in free if item not in allowed]
        if locked:
            ctx.check_locks(locked[0].id, "delete")
        raise errors.operation_not_allowed(
            f"Scale in of Virtual Machine Scale Set '{scale_set.id.name}' needs {count} instances to go but only "
            f"{len(allowed)} can: instances {', '.join(item.id.name for item in held)} are protected from scale in."
        )
    rules = dig(scale_set.properties, "scaleInPolicy.rules") or ["Default"]
    left, chosen = list(allowed), []
    staying = Counter((item.body.get("zones") or [""])[0] for item in current)
    for _ in range(count):
        fullest = max(staying[(item.body.get("zones") or [""])[0]] for item in left)
        pool = [item for item in left if staying[(item.body.get("zones") or [""])[0]] == fullest]
        victim = _pick(pool, rules[0])
        left.remove(victim)
        chosen.append(victim)
        staying[(victim.body.get("zones") or [""])[0]] -= 1
    return chosen


def _pick(pool: Sequence[Resource], rule: str) -> Resource:
    """OldestVM and NewestVM choose by age; Default chooses the newest in the fullest fault domain."""
    if rule == "OldestVM":
        return min(pool, key=lambda item: item.seq)
    if rule == "NewestVM":
        return max(pool, key=lambda item: item.seq)
    domains = Counter(item.runtime.get("faultDomain", 0) for item in pool)
    return max(pool, key=lambda item: (domains[item.runtime.get("faultDomain", 0)], item.seq))


def remove(ctx: Context, instance: Resource) -> None:
    """Delete an instance without lowering the set's capacity, which the caller does."""
    instance.runtime["leaving"] = True
    ctx.save_runtime(instance)
    ctx.delete(instance.id)


def shrink(ctx: Context, scale_set: Resource, chosen: Sequence[Resource]) -> None:
    """Delete instances that a caller named, and lower the capacity by those that count in it.

    Raises:
        ArmError: 409 ScopeLocked, before anything is deleted.
    """
    for instance in chosen:
        ctx.check_locks(instance.id, "delete")
    counted = sum(bool(item.runtime.get("implicit")) or item.id.type_key == INSTANCE.lower() for item in chosen)
    for instance in chosen:
        remove(ctx, instance)
    sku = scale_set.body.get("sku")
    if isinstance(sku, dict) and counted:
        sku["capacity"] = max(0, int(sku.get("capacity") or 0) - counted)
        ctx.save(scale_set)
