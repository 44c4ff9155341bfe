"""Protection of instances: the protectionPolicy on Uniform; on Flexible a management lock, and the policy beside it.

The two guard against different things. Scale-in, automatic repairs and zone rebalancing leave an instance with a policy
alone and take another one; at a lock they fail. A lock stops people too. So on a Flexible set with a profile, whose
capacity something may change, an instance gets both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from scaleset_operations.locks import Lock, advice
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
_POLICY = "instance-protection"
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
        lock: Whether a lock is part of it, on Flexible.
        instance_protection: Whether the protectionPolicy is part of it, on Flexible. None: where the set has a profile.
    """

    scale_in: bool = True
    scale_set_actions: bool = False
    level: LockLevel | None = None
    lock_name: str = ""
    lock: bool = True
    instance_protection: bool | None = None

    @property
    def variant(self) -> str:
        """The route's variant: the lock where it is part of it, else the policy alone."""
        return "" if self.lock else _POLICY


def check(mode: Mode, wanted: Wanted) -> Route:
    """The route of protection in this mode.

    Raises:
        UsageError: An option does not fit the mode.
    """
    if mode is Mode.UNIFORM and wanted.instance_protection is False:
        raise UsageError(
            "--no-instance-protection: on a Uniform scale set the protectionPolicy is the only protection of an "
            "instance. Leave the option out."
        )
    route = choose_route(ROW, mode, Choices(variant=wanted.variant))
    if route.kind is not RouteKind.LOCK and (wanted.level or wanted.lock_name):
        option = "--lock" if wanted.level else "--lock-name"
        where = (
            "a Uniform scale set, whose instances are not separate resources"
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
    policy = _policy_route(mode, wanted)
    for item in instances:
        if policy is not None and not _has_policy(item, wanted):
            calls.append(_policy_call(mode, policy, target, item, scale_in=True, actions=wanted.scale_set_actions))
        elif policy is route:
            skipped.append(Skip(name=item.name, why="it is protected so already", satisfied=True))
        if route.kind is RouteKind.LOCK:  # last: a ReadOnly lock stops the policy too
            calls.append(replace(_lock_call(route, target, item, wanted), stage=1))
    return Plan(row=ROW, mode=mode, route=route, target=target, calls=tuple(calls), skipped=tuple(skipped), named=named)


def _policy_route(mode: Mode, wanted: Wanted) -> Route | None:
    """The route of the protectionPolicy, if it is part of what is wanted."""
    if mode is Mode.UNIFORM:
        return check(mode, wanted)
    if wanted.lock and not wanted.instance_protection:
        return None
    return choose_route(ROW, mode, Choices(variant=_POLICY))


def _has_policy(item: Instance, wanted: Wanted) -> bool:
    return item.protect_scale_in >= wanted.scale_in and item.protect_actions == wanted.scale_set_actions


def plan_unprotect(
    mode: Mode, target: Target, instances: Sequence[Instance], locks: Sequence[Lock], wanted: Wanted, *, named: bool
) -> Plan:
    """The calls that remove protection: the policy's flags, or the locks on the machine itself.

    A lock on the resource group or the subscription protects more than the instance and is never removed.
    """
    check(mode, wanted)
    policy = _policy_route(mode, wanted)
    locked = mode is Mode.FLEXIBLE and wanted.lock
    route = choose_route(ROW, mode, Choices(variant="remove")) if locked or policy is None else policy
    calls: list[Call] = []
    skipped: list[Skip] = []
    for item in instances:
        has_policy = policy is not None and (item.protect_scale_in or item.protect_actions)
        if policy is not None and has_policy:
            call = _policy_call(mode, policy, target, item, scale_in=False, actions=False)
            calls.append(replace(call, stage=1))  # after the lock, which may be ReadOnly
        if not locked:
            if not has_policy:
                skipped.append(Skip(name=item.name, why="it has no protectionPolicy", satisfied=True))
            continue
        own = [lock for lock in locks if same_id(lock.scope, target.machine_id(item.name)) and _matches(lock, wanted)]
        calls += [build(route, target, instance=item, name=lock.name) for lock in own]
        if not own and not has_policy:
            above = [lock for lock in locks if lock.covers(target.machine_id(item.name)) and lock not in own]
            told = "; ".join(_told(lock, target.machine_id(item.name)) for lock in above)
            why = "no lock sits on it" + (f" itself; {told}" if above else "")
            skipped.append(Skip(name=item.name, why=why, satisfied=not above))
    return Plan(row=ROW, mode=mode, route=route, target=target, calls=tuple(calls), skipped=tuple(skipped), named=named)


def _told(lock: Lock, machine: str) -> str:
    """A lock that stays: with its scope and its removal, unless it is on the machine and was not asked for."""
    more = "" if same_id(lock.scope, machine) else f": {advice(lock)}"
    return f"{lock} covers it from above{more}"


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
