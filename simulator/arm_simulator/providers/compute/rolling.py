"""How a changed model, a new OS image or an extension reaches the instances: at once, in batches, or not by itself.

A rolling upgrade ends within the request that starts it, unless something holds it. That is the policy's
``osRollingUpgradeDeferral`` (each instance waits for ApproveRollingUpgrade), lifecycle hooks (:mod:`.hook_events`), or
the setting ``rolling_reads``. What holds it is in ``runtime["rolling"]`` of the set::

    kind      model | os | extension
    batches   ids of the instances that are not upgraded yet, batch by batch
    done, rejected   ids of those that were upgraded, or whose upgrade was rejected
    reads     how many GETs of rollingUpgrades/latest the next batch still takes

Pages: "Configure rolling upgrades", "Automatic OS image upgrades"; the SDK on AutomaticOSUpgradePolicy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from arm_simulator.core import errors
from arm_simulator.core.store import Resource

from . import hook_events, machine_actions, upgrades
from .common import INSTANCE, Body, instances
from .rules.problem import dig, same

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

KEPT_HISTORY = 5
"""How many OS upgrades the history shows (Automatic OS image upgrades: the last five)."""
_DEFERRAL = "upgradePolicy.automaticOSUpgradePolicy.osRollingUpgradeDeferral"


def model_changed(ctx: Context, scale_set: Resource) -> None:
    """Store a set whose profile was not changed by a PUT of the set, and update the instances."""
    digests = scale_set.runtime.get("secretDigests") or {}
    upgrades.revise(scale_set.runtime, scale_set.body, digests)
    ctx.save(scale_set)
    roll_out(ctx, scale_set)


def roll_out(ctx: Context, scale_set: Resource) -> None:
    """Update instances to the newest model by the upgrade policy: all, in batches, or only on request."""
    mode = dig(scale_set.body, "properties.upgradePolicy.mode") or "Manual"
    if mode == "Manual" or scale_set.properties.get("virtualMachineProfile") is None:
        return
    found = instances(ctx, scale_set)
    stale = [item for item in found if upgrades.follows(item) and not upgrades.is_latest(scale_set, item)]
    if not stale:
        return
    if mode == "Rolling":
        _begin(ctx, scale_set, stale, "model")
        return
    for instance in stale:
        upgrades.apply_model(ctx, scale_set, instance)


def start(ctx: Context, scale_set: Resource, targets: Sequence[Resource], kind: str) -> None:
    """Start a rolling upgrade on request.

    Args:
        ctx: the request.
        scale_set: the set.
        targets: the instances that it reaches.
        kind: ``os`` or ``extension``.

    Raises:
        ArmError: 409 while another one is in progress.
    """
    if in_progress(scale_set):
        raise errors.operation_not_allowed(
            f"Virtual Machine Scale Set '{scale_set.id.name}' has a rolling upgrade in progress. Wait for its end, or "
            "cancel it."
        )
    _begin(ctx, scale_set, targets, kind)


def in_progress(scale_set: Resource) -> bool:
    """Whether a rolling upgrade of the set has not come to its end."""
    return bool(scale_set.runtime.get("rolling"))


def _begin(ctx: Context, scale_set: Resource, targets: Sequence[Resource], kind: str) -> None:
    percent = int(_policy(scale_set).get("maxBatchInstancePercent", 20))
    size = max(1, math.floor(max(len(instances(ctx, scale_set)), 1) * percent / 100))
    ids = [item.id.path for item in targets]
    batches = [ids[number : number + size] for number in range(0, len(ids), size)]
    scale_set.runtime["rolling"] = {
        "kind": kind,
        "batches": batches,
        "done": [],
        "rejected": [],
        "reads": ctx.rolling_reads,
        "started": ctx.now,
    }
    scale_set.runtime["rollingBatches"] = [[path.rsplit("/", 1)[-1] for path in batch] for batch in batches]
    if kind == "os":
        scale_set.runtime.setdefault("upgradeHistory", []).insert(0, {})
        del scale_set.runtime["upgradeHistory"][KEPT_HISTORY:]
    go_on(ctx, scale_set)


def go_on(ctx: Context, scale_set: Resource) -> None:
    """Upgrade batches until the end, or until something holds the upgrade."""
    work: Body = scale_set.runtime["rolling"]
    while work["batches"] and not _held(ctx, scale_set, work):
        _upgrade(ctx, scale_set, work["batches"].pop(0))
    _record(ctx, scale_set, "RollingForward" if work["batches"] else "Completed", "Start")


def _held(ctx: Context, scale_set: Resource, work: Body) -> bool:
    if work["kind"] == "os":
        if dig(scale_set.properties, _DEFERRAL) is True:
            return True
        if hook_events.waits(ctx, scale_set, work):
            return True
    if work["reads"] > 0:
        return True
    work["reads"] = ctx.rolling_reads
    return False


def _upgrade(ctx: Context, scale_set: Resource, batch: Sequence[str]) -> None:
    work: Body = scale_set.runtime["rolling"]
    for path in batch:
        instance = ctx.get(path)
        if instance is None:
            continue
        upgrades.apply_model(ctx, scale_set, instance)
        fresh = ctx.require(path)
        if work["kind"] == "os" and (fresh.runtime.get("implicit") or fresh.id.type_key == INSTANCE.lower()):
            machine_actions.run(ctx, fresh, "reimage")
        work["done"].append(path)


def read(ctx: Context, scale_set: Resource) -> Body:
    """The record that ``rollingUpgrades/latest`` shows. With ``rolling_reads`` each reading brings the end nearer."""
    with ctx.store.transaction():
        look(ctx, scale_set)
        work = scale_set.runtime.get("rolling")
        if work and work["reads"] > 0:
            work["reads"] -= 1
            go_on(ctx, scale_set)
    record: Body | None = scale_set.runtime.get("rollingUpgrade")
    if record is None:
        raise errors.ArmError(
            404, "NotFound", f"Virtual Machine Scale Set '{scale_set.id.name}' has no rolling upgrade to show."
        )
    return record


def approve(ctx: Context, scale_set: Resource, chosen: Sequence[Resource]) -> None:
    """Upgrade the named instances of an upgrade that waits for approval; all that wait, where ``chosen`` is all.

    Raises:
        ArmError: 409 where no deferred upgrade waits.
    """
    work = scale_set.runtime.get("rolling")
    deferred = dig(scale_set.properties, _DEFERRAL) is True
    if not work or work["kind"] != "os" or not deferred:
        raise errors.operation_not_allowed(
            f"Virtual Machine Scale Set '{scale_set.id.name}' has no deferred rolling upgrade that waits for approval."
        )
    wanted = {item.id.key for item in chosen}
    waiting = [path for batch in work["batches"] for path in batch]
    approved = [path for path in waiting if path.lower() in wanted]
    work["batches"] = [kept for batch in work["batches"] if (kept := [path for path in batch if path not in approved])]
    _upgrade(ctx, scale_set, approved)
    go_on(ctx, scale_set)


def look(ctx: Context, scale_set: Resource) -> None:
    """Take a hook's default action, if the time of its event is over."""
    event = hook_events.expired(ctx, scale_set)
    if event is not None:
        settle(ctx, scale_set, event)


def settle(ctx: Context, scale_set: Resource, event: Resource) -> None:
    """Once every target of a hook's event is decided, complete it and let the upgrade go on, or end a rejected one."""
    targets = event.properties["targetResources"]
    if any(target["actionState"] == "Waiting" for target in targets):
        return
    event.properties["state"] = "Completed"
    ctx.save(event)
    work = scale_set.runtime.get("rolling")
    if not work or not same(work.get("asked"), event.id.path):
        return
    del work["asked"]
    states = hook_events.DECISIONS.values()
    found = {state: [t["resource"]["id"] for t in targets if t["actionState"] == state] for state in states}
    if event.properties["type"] == hook_events.BATCH:
        work["batches"].pop(0)
        work["rejected"] += found["Rejected"]
        _upgrade(ctx, scale_set, found["Approved"])
    elif found["Rejected"]:
        cancel(ctx, scale_set)
        return
    else:
        work["scheduled"] = True
    go_on(ctx, scale_set)


def cancel(ctx: Context, scale_set: Resource) -> None:
    """Stop the upgrade in progress; upgraded instances stay upgraded.

    Raises:
        ArmError: 409 where none is in progress.
    """
    if not in_progress(scale_set):
        raise errors.operation_not_allowed(
            f"Operation 'VirtualMachineScaleSets.rollingUpgrades.cancel' is not allowed on Virtual Machine Scale Set "
            f"'{scale_set.id.name}' since there is no rolling upgrade in progress."
        )
    hook_events.close(ctx, scale_set)
    _record(ctx, scale_set, "Cancelled", "Cancel")


def _policy(scale_set: Resource) -> Body:
    return dict(dig(scale_set.body, "properties.upgradePolicy.rollingUpgradePolicy") or {})


def _record(ctx: Context, scale_set: Resource, code: str, action: str) -> None:
    """Write what ``latest`` and the history show, and forget the work once it has come to its end."""
    work: Body = scale_set.runtime["rolling"]
    policy = _policy(scale_set)
    waiting = sum(len(batch) for batch in work["batches"])
    running = len(work["batches"][0]) if work["batches"] and work["reads"] and code == "RollingForward" else 0
    record: Body = {
        "policy": {
            "maxBatchInstancePercent": policy.get("maxBatchInstancePercent", 20),
            "maxUnhealthyInstancePercent": policy.get("maxUnhealthyInstancePercent", 20),
            "maxUnhealthyUpgradedInstancePercent": policy.get("maxUnhealthyUpgradedInstancePercent", 20),
            "pauseTimeBetweenBatches": policy.get("pauseTimeBetweenBatches", "PT0S"),
        },
        "runningStatus": {
            "code": code,
            "startTime": work["started"],
            "lastAction": action,
            "lastActionTime": ctx.now,
        },
        "progress": {
            "successfulInstanceCount": len(work["done"]),
            "failedInstanceCount": len(work["rejected"]),
            "inProgressInstanceCount": running,
            "pendingInstanceCount": waiting - running,
        },
    }
    scale_set.runtime["rollingUpgrade"] = record
    if work["kind"] == "os":
        ended = {} if code == "RollingForward" else {"endTime": ctx.now}
        scale_set.runtime["upgradeHistory"][0] = {**record, **ended}
    if code != "RollingForward":
        del scale_set.runtime["rolling"]
    ctx.save_runtime(scale_set)
