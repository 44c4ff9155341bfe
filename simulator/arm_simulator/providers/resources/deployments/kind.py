"""``Microsoft.Resources/deployments``: the requests about deployments, at resource groups and subscriptions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from arm_simulator.core import errors, operations, pipeline
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Body, Registry, ResourceKind
from arm_simulator.core.messages import Reply
from arm_simulator.core.store import Resource
from arm_simulator.providers.resources.deployments import preview, problems, records, request
from arm_simulator.providers.resources.deployments.engine import Engine
from arm_simulator.providers.resources.deployments.frame import deployment_id

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

_NAME = re.compile(r"[-\w.()]{1,64}")
_FILTER = re.compile(r"provisioningState\s+eq\s+'(?P<state>\w+)'", re.IGNORECASE)
_NAMESPACE = "Microsoft.Resources"


class DeploymentKind(ResourceKind):
    """A deployment. Deleting it deletes nothing that it made."""

    type = records.TYPE
    tracked = False
    verbs = frozenset({"GET", "HEAD", "PUT", "DELETE"})

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:
        """Check the request and its template; nothing is deployed before all of it is valid."""
        if not _NAME.fullmatch(rid.name):
            raise ArmError(
                400,
                "InvalidDeploymentName",
                f"The deployment name '{rid.name}' is not valid: 1 to 64 letters, digits, '-', '_', '.', '(', ')'.",
            )
        asked = request.read(body, at_group=bool(rid.resource_group))
        if existing is not None and operations.running(ctx.store, rid, ctx.now):
            raise problems.still_active(rid.name, existing.properties.get("timestamp", ""))
        if existing is not None and not rid.resource_group and existing.body.get("location") != asked.location:
            raise ArmError(
                409,
                "InvalidDeploymentLocation",
                f"The deployment '{rid.name}' already exists in location '{existing.body.get('location', '')}'. A "
                f"deployment with the same name cannot be created in location '{asked.location}'.",
            )
        engine = Engine(ctx)
        frame = engine.plan(rid, asked)
        ctx.scratch["deployment"] = (engine, frame)
        stored, runtime = engine.contents(frame)
        ctx.runtime.update(runtime)
        return {**stored, **({"tags": dict(asked.tags)} if asked.tags else {})}

    def after_put(self, ctx: Context, resource: Resource, existing: Resource | None) -> None:  # noqa: ARG002
        """Deploy; what failed becomes the end of the long-running operation."""
        engine, frame = ctx.scratch.pop("deployment")
        failure = engine.run(frame, resource)
        if failure is not None:
            ctx.fail_operation(failure)

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:  # noqa: ARG002 - hook
        """The deployment; the answer to its PUT has no results yet."""
        body = records.shown(resource)
        if ctx.method == "PUT":
            left_out = {"outputs", "outputResources", "error"}
            kept = {name: value for name, value in body["properties"].items() if name not in left_out}
            body["properties"] = {**kept, "provisioningState": "Accepted"}
        return body

    def load_children(self, ctx: Context, parent: ResourceId, after: int, limit: int) -> Sequence[Resource]:
        """A list at a scope, with ``$filter=provisioningState eq 'Failed'``."""
        wanted = ctx.query.get("$filter", "")
        match = _FILTER.fullmatch(wanted.strip())
        if wanted and match is None:
            raise errors.bad_request(f"The filter '{wanted}' is not supported.", "$filter")
        found = ctx.store.list(type=self.type, parent=parent, after=after, limit=None if match else limit)
        if match is None:
            return found
        state = match["state"].lower()
        return [each for each in found if each.properties["provisioningState"].lower() == state][:limit]


def _rid(parameters: Mapping[str, str]) -> ResourceId:
    return deployment_id(parameters["subscription"], parameters["resource_group"], parameters["name"])


def _found(ctx: Context, parameters: Mapping[str, str]) -> Resource:
    rid = _rid(parameters)
    resource = ctx.store.get(rid)
    if resource is None:
        pipeline.check_parents(ctx, rid)
        raise problems.not_found(rid.name)
    return resource


def _asked(ctx: Context, parameters: Mapping[str, str], body: Body) -> tuple[ResourceId, request.Request]:
    rid = _rid(parameters)
    pipeline.check_parents(ctx, rid)
    return rid, request.read(body, at_group=bool(rid.resource_group))


def _get(ctx: Context, parameters: Mapping[str, str], body: Body) -> Body:  # noqa: ARG001 - a route
    resource = _found(ctx, parameters)
    shown = records.shown(resource)
    if operations.running(ctx.store, resource.id, ctx.now):
        kept = {name: value for name, value in shown["properties"].items() if name not in {"outputs", "error"}}
        shown["properties"] = {**kept, "provisioningState": "Running"}
    return shown


def _validate(ctx: Context, parameters: Mapping[str, str], body: Body) -> Body:
    rid, asked = _asked(ctx, parameters, body)
    return preview.validate(ctx, rid, asked)


def _what_if(ctx: Context, parameters: Mapping[str, str], body: Body) -> Reply:
    rid, asked = _asked(ctx, parameters, body)
    result = preview.what_if(ctx, rid, asked)
    operation = operations.start(ctx.store, rid, now=ctx.now, polls=0, result=result)
    url = f"{ctx.base_url}/subscriptions/{rid.subscription}/providers/{_NAMESPACE}/locations/global/operations"
    return Reply(
        202, None, {"Location": f"{url}/{operation}?api-version={ctx.api_version}&monitor=true", "Retry-After": "0"}
    )


def _cancel(ctx: Context, parameters: Mapping[str, str], body: Body) -> Reply:  # noqa: ARG001 - a route
    resource = _found(ctx, parameters)
    if not operations.running(ctx.store, resource.id, ctx.now):
        state = resource.properties["provisioningState"]
        raise ArmError(
            409,
            "DeploymentCannotBeCancelled",
            f"The deployment '{resource.id.name}' cannot be cancelled: its state is '{state}', not 'Running'.",
        )
    error = ArmError(409, "Canceled", f"The deployment '{resource.id.name}' was canceled.")
    ctx.store.execute(
        "UPDATE operations SET polls = 0, error = ?, started = '' WHERE target = ? AND polls > 0",
        (json.dumps(error.error()), resource.id.key),
    )
    resource.properties["provisioningState"] = "Canceled"
    ctx.save(resource)
    return Reply(204)


def _export(ctx: Context, parameters: Mapping[str, str], body: Body) -> Body:  # noqa: ARG001 - a route
    return {"template": _found(ctx, parameters).runtime["deployment"]["template"]}


def _operations(ctx: Context, parameters: Mapping[str, str], body: Body) -> Body:  # noqa: ARG001 - a route
    return {"value": _found(ctx, parameters).runtime["deployment"].get("operations", [])}


def _operation(ctx: Context, parameters: Mapping[str, str], body: Body) -> Body:  # noqa: ARG001 - a route
    wanted = parameters["operation"]
    for each in _found(ctx, parameters).runtime["deployment"].get("operations", []):
        if each["operationId"].lower() == wanted.lower():
            return dict(each)
    raise ArmError(404, "DeploymentOperationNotFound", f"Deployment operation '{wanted}' could not be found.")


def register(registry: Registry) -> None:
    """Add the type and its requests."""
    registry.add(DeploymentKind())
    one = "deployments/{name}"
    for method, path, handler in (
        ("GET", one, _get),
        ("POST", f"{one}/validate", _validate),
        ("POST", f"{one}/whatIf", _what_if),
        ("POST", f"{one}/cancel", _cancel),
        ("POST", f"{one}/exportTemplate", _export),
        ("GET", f"{one}/operations", _operations),
        ("GET", f"{one}/operations/{{operation}}", _operation),
    ):
        registry.route(method, _NAMESPACE, path, handler)
