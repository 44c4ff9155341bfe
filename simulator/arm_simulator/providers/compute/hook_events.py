"""The events of a set's lifecycle hooks: when a rolling OS upgrade asks, whom, and how long it waits.

Sources: the REST specification of 2025-11-01 and its examples, the SDK on VMScaleSetLifecycleHookEventProperties. No
page says whether an upgrade that a user starts asks too: here it does, since nothing else starts one.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from arm_simulator.core.store import Resource

from .common import SET, Body
from .rules.problem import dig, duration, items

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

EVENT = f"{SET}/lifecycleHookEvents"
SCHEDULING, BATCH = "UpgradeAutoOSScheduling", "UpgradeAutoOSRollingBatchStarting"
DECISIONS = {"Approve": "Approved", "Reject": "Rejected"}
"""The state of a target resource by the action that is taken on it."""
_SHORTEST, _LONGEST = timedelta(minutes=5), timedelta(hours=3)


def _hook(scale_set: Resource, kind: str) -> Body | None:
    hooks = items(scale_set.properties, "lifecycleHooksProfile.lifecycleHooks")
    return next((dict(hook) for hook in hooks if hook.get("type") == kind), None)


def waits(ctx: Context, scale_set: Resource, work: Body) -> bool:
    """Whether the upgrade waits for an answer; asks when it is time to.

    Args:
        ctx: the request.
        scale_set: the set, with the upgrade in its runtime.
        work: the upgrade: ``asked`` is the id of the event that it waits for, ``scheduled`` whether it may start.
    """
    if work.get("asked"):
        return True
    hook = _hook(scale_set, SCHEDULING)
    if hook is not None and not work.get("scheduled"):
        work["asked"] = _ask(ctx, scale_set, hook, [scale_set.id.path])
        return True
    hook = _hook(scale_set, BATCH)
    if hook is None:
        return False
    work["asked"] = _ask(ctx, scale_set, hook, work["batches"][0])
    return True


def _ask(ctx: Context, scale_set: Resource, hook: Body, targets: Sequence[str]) -> str:
    number = ctx.store.next_counter(f"hooks:{scale_set.id.key}")
    rid = scale_set.id.child("lifecycleHookEvents", str(uuid.uuid5(uuid.NAMESPACE_URL, f"{scale_set.id.key} {number}")))
    wait = duration(hook.get("waitDuration")) or _SHORTEST
    properties = {
        "type": hook["type"],
        "waitUntil": _later(ctx.now, wait),
        "maxWaitUntil": _later(ctx.now, max(wait, _LONGEST)),
        "timeCreated": ctx.now,
        "defaultAction": hook.get("defaultAction") or "Approve",
        "targetResources": [{"resource": {"id": target}, "actionState": "Waiting"} for target in targets],
        "state": "Active",
    }
    ctx.save(Resource(rid, {"properties": properties}))
    return rid.path


def _later(now: str, wait: timedelta) -> str:
    return (datetime.fromisoformat(now) + wait).isoformat()


def expired(ctx: Context, scale_set: Resource) -> Resource | None:
    """The event that the upgrade waits for, with the hook's default action, once its time is over."""
    asked = dig(scale_set.runtime, "rolling.asked")
    event = ctx.store.get(asked) if asked else None
    if event is None or datetime.fromisoformat(event.properties["waitUntil"]) > datetime.fromisoformat(ctx.now):
        return None
    default = DECISIONS[event.properties["defaultAction"]]
    for target in event.properties["targetResources"]:
        if target["actionState"] == "Waiting":
            target["actionState"] = default
    return event


def close(ctx: Context, scale_set: Resource) -> None:
    """The upgrade is cancelled: the event that it waits for is over."""
    asked = dig(scale_set.runtime, "rolling.asked")
    event = ctx.store.get(asked) if asked else None
    if event is not None:
        event.properties["state"] = "Completed"
        ctx.save(event)
