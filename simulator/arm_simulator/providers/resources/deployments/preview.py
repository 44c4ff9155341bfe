"""What a deployment would do: it is run for real, and everything is undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from arm_simulator.core import schema
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Body
from arm_simulator.core.store import Resource
from arm_simulator.providers.resources.deployments import difference, problems, records, request
from arm_simulator.providers.resources.deployments.complete import others
from arm_simulator.providers.resources.deployments.engine import Engine, savepoint
from arm_simulator.providers.resources.deployments.frame import Frame

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context


def validate(ctx: Context, rid: ResourceId, asked: request.Request) -> Body:
    """The answer of ``validate``.

    Raises:
        ArmError: InvalidTemplate, or InvalidTemplateDeployment with what the providers refuse.
    """
    engine = Engine(ctx)
    frame = engine.plan(rid, asked)
    body, runtime = engine.contents(frame)
    with savepoint(ctx.store, keep=False):
        failure = _attempt(engine, frame)
    if failure is not None:
        raise problems.refused(failure.details)
    runtime["deployment"]["validatedResources"] = [{"id": each.id.path} for each in engine.touched.values()]
    body["properties"]["provisioningState"] = "Succeeded"
    return records.shown(Resource(id=rid, body=body, runtime=runtime))


def what_if(ctx: Context, rid: ResourceId, asked: request.Request) -> Body:
    """The result of ``whatIf``.

    Raises:
        ArmError: InvalidTemplate: the request itself is refused.
    """
    engine = Engine(ctx)
    frame = engine.plan(rid, asked)
    with savepoint(ctx.store, keep=False):
        failure = _attempt(engine, frame)
        after = {each.id.key: _look(ctx, each.id) for each in engine.touched.values()}
    if failure is not None:
        return {"status": "Failed", "error": problems.refused(failure.details).error()}
    changes = [_change(ctx, each.id, after[each.id.key], asked.format) for each in engine.touched.values()]
    if rid.resource_group:
        kind = "Delete" if asked.mode == "Complete" else "Ignore"
        changes += [
            {"resourceId": other.path, "changeType": kind, **_payload(asked.format, _look(ctx, other))}
            for other in others(ctx, rid, set(engine.touched))
        ]
    return {"status": "Succeeded", "properties": {"correlationId": engine.correlation, "changes": changes}}


def _attempt(engine: Engine, frame: Frame) -> ArmError | None:
    body, runtime = engine.contents(frame)
    record = engine.ctx.save(Resource(id=frame.id, body=body, runtime=runtime))
    return engine.run(frame, record)


@dataclass(frozen=True, slots=True)
class _Look:
    """A resource at one time.

    Attributes:
        shown: As a GET shows it; None if it is not there.
        own: What of that can be written: the rest (who refers to it, say) is the change of another resource.
    """

    shown: Any = None
    own: Any = None


def _look(ctx: Context, target: ResourceId) -> _Look:
    resource = ctx.get(target)
    if resource is None:
        return _Look()
    shown = difference.plain(ctx.render(resource))
    return _Look(shown, _writable(ctx, target, shown))


def _writable(ctx: Context, target: ResourceId, shown: Body) -> Body:
    """A resource without its read-only members, if the models of the SDK know it whole."""
    model = ctx.kind(target).model
    if not model:
        return shown
    body = {name: value for name, value in shown.items() if name not in {"id", "name", "type", "systemData"}}
    derived = ctx.kind(target).derived
    if derived:
        body["properties"] = {name: value for name, value in body["properties"].items() if name not in derived}
    try:
        return schema.check(model, body, partial=True)
    except ArmError:
        return shown


def _change(ctx: Context, target: ResourceId, after: _Look, form: str) -> Body:
    before = _look(ctx, target)
    change: Body = {"resourceId": target.path}
    if before.own is None:
        return {**change, "changeType": "Create", **_payload(form, after=after)}
    if form == "ResourceIdOnly":
        return {**change, "changeType": "Deploy"}
    found = difference.delta(before.own, after.own)
    kind = "Modify" if found else "NoChange"
    return {**change, "changeType": kind, **_payload(form, before, after), **({"delta": found} if found else {})}


def _payload(form: str, before: _Look | None = None, after: _Look | None = None) -> Body:
    if form == "ResourceIdOnly":
        return {}
    looks = {"before": before, "after": after}
    return {name: look.shown for name, look in looks.items() if look is not None and look.shown is not None}
