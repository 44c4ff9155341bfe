"""One protection, two forms: the protectionPolicy of a Uniform instance, a management lock on a Flexible one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scaleset_core.modes import (
    Mode,
    Route,
    RouteKind,
    row,
)
from scaleset_operations.calls import Call, build
from scaleset_operations.errors import UsageError
from scaleset_operations.instances import Instance
from scaleset_operations.inventory import Lock
from scaleset_operations.planning import (
    Choices,
    Plan,
    Skip,
    choose_route,
    merge,
    writable,
)
from scaleset_operations.target import Target, same_id

LOCK_NAME = "scaleset-protect"
_NOTES = "Set by `scaleset instances protect`."
ROW = row("protection")


class LockLevel(StrEnum):
    """The levels of a management lock."""

    CAN_NOT_DELETE = "CanNotDelete"
    READ_ONLY = "ReadOnly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to protect from.

    Attributes:
        scale_in: From scale-in; on Flexible a CanNotDelete lock.
        scale_set_actions: From set-wide actions too; on Flexible a ReadOnly lock.
        level: The lock's level, if it is given explicitly.
        lock_name: The lock's name.
        variant: ``instance-protection`` for the protectionPolicy on Flexible.
    """

    scale_in: bool = True
    scale_set_actions: bool = False
    level: LockLevel | None = None
    lock_name: str = ""
    variant: str = ""


def check(mode: Mode, wanted: Wanted) -> Route:
    """The route of protection in this mode.

    Raises:
        UsageError: An option does not fit the mode.
    """
    route = choose_route(ROW, mode, Choices(variant=wanted.variant))
    if route.kind is not RouteKind.LOCK and (wanted.level or wanted.lock_name):
        option = "--lock" if wanted.level else "--lock-name"
        where = (
            "a Uniform scale set, whose instances are no resources of their own"
            if mode is Mode.UNIFORM
            else ("a protectionPolicy (--instance-protection)")
        )
        raise UsageError(
            f"{option} does not go with {where}. Use --scale-in and --scale-set-actions there"
            + (
                "; or lock the whole set in your program."
                if mode is Mode.UNIFORM
                else ", or leave --instance-protection out."
            )
        )
    return route


def plan_protect(mode: Mode, target: Target, instances: Sequence[Instance], wanted: Wanted, *, named: bool) -> Plan:
    """The calls that protect the instances; those that are already protected like that are skipped."""
    route = check(mode, wanted)
    calls: list[Call] = []
    skipped: list[Skip] = []
    for item in instances:
        if route.kind is RouteKind.LOCK:
            calls.append(_lock_call(route, target, item, wanted))
        elif item.protect_scale_in >= wanted.scale_in and item.protect_actions == wanted.scale_set_actions:
            skipped.append(Skip(name=item.name, why="it is protected so already", satisfied=True))
        else:
            calls.append(_policy_call(mode, route, target, item, scale_in=True, actions=wanted.scale_set_actions))
    return Plan(row=ROW, mode=mode, route=route, target=target, calls=tuple(calls), skipped=tuple(skipped), named=named)


def plan_unprotect(
    mode: Mode, target: Target, instances: Sequence[Instance], locks: Sequence[Lock], wanted: Wanted, *, named: bool
) -> Plan:
    """The calls that remove protection: the policy's flags, or the locks on the machine itself.

    A lock on the resource group or the subscription protects more than the instance and is never removed.
    """
    check(mode, wanted)
    policy = mode is Mode.UNIFORM or wanted.variant == "instance-protection"
    route = choose_route(ROW, mode, Choices(variant=wanted.variant if policy else "remove"))
    calls: list[Call] = []
    skipped: list[Skip] = []
    for item in instances:
        if policy:
            if item.protect_scale_in or item.protect_actions:
                calls.append(_policy_call(mode, route, target, item, scale_in=False, actions=False))
            else:
                skipped.append(Skip(name=item.name, why="it has no protectionPolicy", satisfied=True))
            continue
        own = [lock for lock in locks if same_id(lock.scope, target.machine_id(item.name)) and _matches(lock, wanted)]
        calls += [build(route, target, instance=item, name=lock.name) for lock in own]
        if not own:
            above = [str(lock) for lock in locks if lock.covers(target.machine_id(item.name)) and lock not in own]
            why = "no lock sits on it" + (f" itself; {', '.join(above)} covers it from above" if above else "")
            skipped.append(Skip(name=item.name, why=why, satisfied=not above))
    return Plan(row=ROW, mode=mode, route=route, target=target, calls=tuple(calls), skipped=tuple(skipped), named=named)


def _matches(lock: Lock, wanted: Wanted) -> bool:
    named = not wanted.lock_name or lock.name.lower() == wanted.lock_name.lower()
    return named and (wanted.level is None or lock.level.lower() == wanted.level.value.lower())


def _lock_call(route: Route, target: Target, instance: Instance, wanted: Wanted) -> Call:
    level = wanted.level or (LockLevel.READ_ONLY if wanted.scale_set_actions else LockLevel.CAN_NOT_DELETE)
    body = {"properties": {"level": level.value, "notes": _NOTES}}
    return build(route, target, instance=instance, name=wanted.lock_name or LOCK_NAME, body=body)


def _policy_call(
    mode: Mode, route: Route, target: Target, instance: Instance, *, scale_in: bool, actions: bool
) -> Call:
    """The PUT of the scale-set VM: the whole model on Uniform; on Flexible the model is the VM's own."""
    policy = {"protectFromScaleIn": scale_in or actions, "protectFromScaleSetActions": actions}
    model = writable(instance.model) if mode is Mode.UNIFORM else {"location": instance.model.get("location")}
    body = merge(model, {"properties": {"protectionPolicy": policy}})
    return build(route, target, instance=instance, body=body)
