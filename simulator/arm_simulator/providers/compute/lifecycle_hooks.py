"""``virtualMachineScaleSets/lifecycleHookEvents``: a rolling OS upgrade asks before it starts, or before each batch.

A set's ``lifecycleHooksProfile`` names the hooks. An event waits for its target resources to be approved or rejected;
after ``waitUntil`` the hook's default action is taken. See :mod:`.hook_events` and :mod:`.rolling`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from arm_simulator.core import errors
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import ResourceKind
from arm_simulator.core.store import Resource

from . import rolling
from .common import Body
from .hook_events import EVENT
from .rules.problem import dig, invalid

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context


class LifecycleHookEventKind(ResourceKind):
    """An event: read, and answered by a PATCH of its target resources or of ``waitUntil``."""

    type = EVENT
    patch_model = "compute.VMScaleSetLifecycleHookEventUpdate"
    tracked = False
    long_running = frozenset()
    verbs = frozenset({"GET", "PATCH"})

    def load(self, ctx: Context, rid: ResourceId) -> Resource | None:
        """The event, after its time is looked at."""
        self._look(ctx, rid.parent)
        return ctx.store.get(rid)

    def load_children(self, ctx: Context, parent: ResourceId, after: int, limit: int) -> Sequence[Resource]:
        """A page of the set's events, active and completed ones."""
        self._look(ctx, parent)
        return ctx.store.list(type=EVENT, parent=parent, after=after, limit=limit)

    def _look(self, ctx: Context, parent: ResourceId | None) -> None:
        scale_set = ctx.store.get(parent) if parent else None
        if scale_set is not None and scale_set.runtime.get("rolling"):
            with ctx.store.transaction():
                rolling.look(ctx, scale_set)

    def merge_patch(self, ctx: Context, existing: Resource, patch: Body) -> Body:
        """Answers by target, and a later ``waitUntil``.

        Raises:
            ArmError: 409 for an event that is over; 400 for a target that it does not have, or a wait that is too long.
        """
        sent = patch.get("properties") or {}
        if existing.properties["state"] != "Active":
            raise errors.operation_not_allowed(f"Lifecycle hook event '{existing.id.name}' is completed.")
        merged = super().merge_patch(ctx, existing, {})
        properties = merged["properties"] = {**existing.properties}
        states = {
            target["resource"]["id"].lower(): target["actionState"] for target in existing.properties["targetResources"]
        }
        for target in sent.get("targetResources") or []:
            name = str(dig(target, "resource.id") or "").lower()
            if name not in states:
                raise _bad("targetResources", f"The event has no target resource '{dig(target, 'resource.id')}'.")
            states[name] = target.get("actionState") or states[name]
        properties["targetResources"] = [
            {**target, "actionState": states[target["resource"]["id"].lower()]}
            for target in existing.properties["targetResources"]
        ]
        if sent.get("waitUntil") is not None:
            properties["waitUntil"] = _wait(existing, sent["waitUntil"])
        return merged

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:  # noqa: ARG002
        """Nothing besides: there is no PUT."""
        return body

    def after_put(self, ctx: Context, resource: Resource, existing: Resource | None) -> None:  # noqa: ARG002
        """Let the upgrade go on, when the event is decided."""
        scale_set = ctx.require(resource.id.parent or resource.id)
        rolling.settle(ctx, scale_set, resource)


def _wait(existing: Resource, value: Any) -> str:
    most = existing.properties["maxWaitUntil"]
    try:
        late = datetime.fromisoformat(value) > datetime.fromisoformat(most)
    except (TypeError, ValueError):
        raise _bad("waitUntil", f"The value '{value}' of parameter 'waitUntil' is not a time.") from None
    if late:
        raise _bad("waitUntil", f"The value '{value}' of parameter 'waitUntil' is later than maxWaitUntil {most}.")
    return str(value)


def _bad(target: str, text: str) -> errors.ArmError:
    problem = invalid(target, text)
    return errors.invalid_parameter(problem.message, problem.target)
