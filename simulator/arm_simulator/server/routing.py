"""From a URL to the handler: ARM's case-insensitive grammar, verbs, conditions, paging and long-running responses.

Independent of HTTP libraries: :func:`dispatch` takes a :class:`Call` and returns a :class:`Reply`, both plain data.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from arm_simulator.core import errors, ids, lock_check, operations, pipeline, schema
from arm_simulator.core.collisions import Collisions
from arm_simulator.core.context import RequestContext
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import RESOURCE_GROUP_TYPE, ResourceId
from arm_simulator.core.kinds import Action, Context, Registry, ResourceKind
from arm_simulator.core.lags import Lags
from arm_simulator.core.messages import Call, Reply, Settings
from arm_simulator.core.store import Resource, Store
from arm_simulator.providers.resources import deployments, locations, resource_manager, tags
from arm_simulator.server import refusals, tenant
from arm_simulator.server.listing import Lists, element

__all__ = ["Call", "Reply", "Router", "Settings"]
_NEVER = 2**53

_PERMISSIONS = "microsoft.authorization/permissions"
_EVERYTHING = {"actions": ["*"], "notActions": [], "dataActions": [], "notDataActions": []}


_REGISTRATION = frozenset({"register", "unregister"})
"""Every provider is registered; asking for it changes nothing."""


class Router:
    """Answers ARM calls on one store."""

    def __init__(self, store: Store, registry: Registry, clock: Callable[[], str], settings: Settings) -> None:
        self.store = store
        self.registry = registry
        self.clock = clock
        self.settings = settings
        self.subscriptions: tuple[str, ...] = ()
        self.collisions = Collisions(store, settings)
        self.lists = Lists(registry, settings)
        store.lags = Lags(settings)
        self.endless = False  # whether an operation never ends
        self.tenant_routes: dict[tuple[str, str], Callable[[Context, Any], Reply]] = {}

    def context(self) -> RequestContext:
        """A view of the state that is no request's own."""
        return RequestContext(self.store, self.registry, self.clock())

    def dispatch(self, call: Call, failure: ArmError | None = None) -> Reply:
        """Answer a call; the caller turns an ArmError into a response.

        Args:
            call: The request.
            failure: Let the long-running operation that the call starts end as Failed with this error.
        """
        parts = ids.split_path(call.path)
        if [part.lower() for part in parts] == ["metadata", "endpoints"]:
            asked = call.query.get("api-version", "")
            return Reply(200, resource_manager.metadata_endpoints(call.base_url, asked))
        api_version = call.query.get("api-version", "")
        if not api_version:
            raise errors.missing_api_version(call.path)
        ctx = RequestContext(
            self.store, self.registry, self.clock(), api_version, call.method, call.query, failure=failure
        )
        ctx.put_keeps = self.settings.compute_put == "keep"
        ctx.rolling_reads = self.settings.rolling_reads
        ctx.may = call.may
        ctx.allocate = call.allocate
        ctx.base_url = call.base_url
        ctx.pool_members = self.settings.pool_members == "shown"
        ctx.basic_skus = self.settings.basic_skus == "taken"
        handler = self.tenant_routes.get((call.method, "/".join(parts).lower()))
        if handler is not None:
            return handler(ctx, call.body)
        if call.method in {"PUT", "PATCH", "POST", "DELETE"}:
            self.store.lags.next_request()
            with self.store.transaction():
                return self._route(ctx, call, parts)
        return self._route(ctx, call, parts)

    # --- the grammar -----------------------------------------------------------------------------------------------

    def _route(self, ctx: RequestContext, call: Call, parts: list[str]) -> Reply:
        parts = deployments.full_path(parts)
        lowered = [part.lower() for part in parts]
        outside = tenant.answer(ctx, call, lowered, self.subscriptions)
        if outside is not None:
            return outside
        below_management = lowered[:2] == ["providers", "microsoft.management"]
        if not parts or below_management or lowered[0] not in {"subscriptions", "providers"}:
            raise refusals.unknown_path(call)
        last_provider = max((i for i, part in enumerate(lowered) if part == "providers"), default=-1)
        if last_provider < 0 or last_provider == len(parts) - 1:
            return self._container(ctx, call, parts, lowered)
        return self._provider_route(ctx, call, parts, last_provider) or self._in_provider(
            ctx, call, parts, last_provider
        )

    def _in_provider(self, ctx: RequestContext, call: Call, parts: list[str], last_provider: int) -> Reply:
        """Below ``/providers/{namespace}``: even tails are resources, odd ones collections, actions or views."""
        tail = parts[last_provider + 1 :]
        scope_path = "/" + "/".join(parts[:last_provider])
        if len(tail) == 1:
            if call.method != "GET" or last_provider not in {0, 2}:
                raise refusals.unknown_path(call)
            return Reply(200, locations.provider(self.registry, parts[1] if last_provider else "", tail[0]))
        names = tail[1:]
        if last_provider == 0 and call.method != "GET":
            raise refusals.unknown_path(call)  # no type of the tenant's is written
        if call.method == "POST" and last_provider == 2 and names[0].lower() in _REGISTRATION and len(names) == 1:  # noqa: PLR2004
            return Reply(200, locations.provider(self.registry, parts[1], tail[0]))
        if len(names) % 2 == 0:
            return self._resource(ctx, call, ids.parse(call.path))
        if call.method == "GET" and f"{tail[0]}/{names[0]}".lower() == _PERMISSIONS and len(names) == 1:
            return Reply(200, {"value": call.permissions(scope_path) if call.permissions else [_EVERYTHING]})
        if len(names) == 1:
            scope = ids.parse(scope_path) if last_provider else None
            return self.lists.collection(ctx, call, scope, f"{tail[0]}/{names[0]}")
        return self._below(ctx, call, ids.parse("/" + "/".join(parts[:-1])), parts[-1])

    def _container(self, ctx: RequestContext, call: Call, parts: list[str], lowered: list[str]) -> Reply:
        """Subscriptions and resource groups and the listings on them."""
        found = self.lists.container(ctx, call, parts, lowered)
        if found is not None:
            return found
        try:
            rid = ids.parse(call.path)
        except ids.InvalidResourceIdError:
            raise refusals.unknown_path(call) from None
        return self._resource(ctx, call, rid)

    def _provider_route(self, ctx: Context, call: Call, parts: list[str], provider: int) -> Reply | None:
        operation = self._operation(call, parts, provider)
        if operation is not None:
            return operation
        if [part.lower() for part in parts[provider + 1 :]] == ["microsoft.resources", "tags", "default"]:
            return self._tags(ctx, call)
        if [part.lower() for part in parts[2:4]] == ["providers", "microsoft.features"]:
            provider = 2  # its paths go on with the provider that the feature is of
        if provider not in {2, 4} or len(parts) < provider + 3:
            return None
        found = self.registry.find_route(call.method, parts[provider + 1], parts[provider + 2 :])
        if found is None:
            return None
        handler, parameters = found
        parameters["subscription"] = parts[1]
        parameters["resource_group"] = parts[3] if provider == 4 else ""  # noqa: PLR2004 - after a resource group
        result = handler(ctx, parameters, call.body if isinstance(call.body, dict) else {})
        return result if isinstance(result, Reply) else Reply(200, result)

    def _tags(self, ctx: Context, call: Call) -> Reply:
        if call.method not in {"GET", "PUT", "PATCH", "DELETE"}:
            raise errors.method_not_allowed(call.method, call.path)
        found = tags.answer(ctx, ids.parse(call.path), call.body)
        return Reply(200, found)

    def _operation(self, call: Call, parts: list[str], provider: int) -> Reply | None:
        """``.../locations/{l}/operations/{id}``: the status, or with ``monitor=true`` the Location's answer."""
        tail = [part.lower() for part in parts[provider + 2 :]]
        if call.method != "GET" or len(tail) != 4 or tail[0] != "locations" or tail[2] != "operations":  # noqa: PLR2004
            return None
        monitor = call.query.get("monitor", "") == "true"
        operation = operations.poll(self.store, tail[3], now=self.clock(), busy_ms=self.settings.lro_ms)
        if operation is None:
            raise errors.not_found(f"The operation '{tail[3]}' was not found.")
        headers = {"Retry-After": str(self.settings.retry_after)}
        if not monitor:
            return Reply(200, operation.body(), headers if operation.status == "InProgress" else {})
        if operation.status == "InProgress":
            headers["Location"] = (
                f"{call.base_url}{quote(call.path)}?api-version={call.query['api-version']}&monitor=true"
            )
            return Reply(202, None, headers)
        if operation.error is not None:
            return Reply(409, {"error": operation.error})
        return Reply(204) if operation.result is None else Reply(200, operation.result)

    # --- one resource ----------------------------------------------------------------------------------------------

    def _resource(self, ctx: RequestContext, call: Call, rid: ResourceId) -> Reply:
        kind = self.registry.find(rid.type)
        if kind is None:
            return self._unknown(ctx, call, rid)
        if call.method not in kind.verbs:
            raise refusals.unknown_verb(call)
        if call.method in {"GET", "HEAD"}:
            return self._get(ctx, call, kind, rid)
        self._preconditions(ctx, call, kind, rid)
        self._take_turn(ctx, call, rid)
        if call.method == "DELETE":
            before = kind.load(ctx, rid) if kind.deleted_body else None
            existed = pipeline.delete(ctx, rid)
            if not existed:
                pipeline.check_parents(ctx, rid) if rid.resource_group else None
                if rid.type == RESOURCE_GROUP_TYPE:
                    raise errors.resource_group_not_found(rid.name)
                return Reply(204)
            if "DELETE" in kind.long_running:
                return self._accepted(ctx, call, rid, None)
            return Reply(200, kind.render(ctx, before) if before else None)
        body = call.body
        if not isinstance(body, dict):
            raise errors.invalid_request_content(
                "The request content was invalid and could not be deserialized: a JSON object is required."
            )
        if call.method == "PUT":
            resource, created = pipeline.put(ctx, rid, body)
        else:
            resource, created = pipeline.patch(ctx, rid, body), False
        return self._written(ctx, call, kind, resource, created)

    def _take_turn(self, ctx: RequestContext, call: Call, rid: ResourceId) -> None:
        """Meet the writes that are in progress under the same load balancer; see :mod:`.core.collisions`."""
        ctx.turn = self.collisions.enter(
            rid, call.method, call.body, now=ctx.now, operations_url=_operations_url(call, rid)
        )
        if ctx.turn is not None and ctx.turn.failure is not None:
            ctx.fail_operation(ctx.turn.failure)

    def _written(self, ctx: RequestContext, call: Call, kind: ResourceKind, resource: Resource, created: bool) -> Reply:
        """201 or 200 with the resource; a long-running kind adds the operation to poll."""
        headers: dict[str, str] = {}
        if call.method in kind.long_running:
            headers = self._start(ctx, call, resource.id, None)
        if ctx.failure is not None:
            resource.properties["provisioningState"] = "Canceled" if ctx.failure.code == "Canceled" else "Failed"
            ctx.save(resource)
        body = kind.render(ctx, resource)
        busy = ctx.turn is not None and self.settings.balancer_busy_ms
        in_progress = self.settings.lro_polls or self.settings.lro_ms or call.never or busy
        if headers and in_progress and isinstance(body.get("properties"), dict):
            body["properties"] = {**body["properties"], "provisioningState": "Creating" if created else "Updating"}
        headers.update(_etag_header(kind, resource))
        return Reply(kind.created_status if created else 200, body, headers)

    def _get(self, ctx: Context, call: Call, kind: ResourceKind, rid: ResourceId) -> Reply:
        resource = kind.load(ctx, rid)
        if call.method == "HEAD":
            return Reply(204 if resource else 404)
        if resource is None:
            if rid.type == RESOURCE_GROUP_TYPE:
                raise errors.resource_group_not_found(rid.name)
            pipeline.check_parents(ctx, rid)
            raise errors.resource_not_found(rid)
        body = kind.render(ctx, resource, ctx.expand)
        timed = self.settings.lro_polls or self.settings.balancer_busy_ms or self.endless
        if timed and isinstance(body.get("properties"), dict) and operations.running(self.store, rid, ctx.now):
            body["properties"] = {**body["properties"], "provisioningState": "Updating"}
        return Reply(200, body, _etag_header(kind, resource))

    def _preconditions(self, ctx: Context, call: Call, kind: ResourceKind, rid: ResourceId) -> None:
        wanted, unwanted = call.headers.get("if-match"), call.headers.get("if-none-match")
        if kind.etag is None or (wanted is None and unwanted is None):
            return
        current = kind.load(ctx, rid)
        if wanted is not None and (current is None or (wanted != "*" and _bare(wanted) != current.etag)):
            raise errors.precondition_failed(rid)
        if unwanted is not None and current is not None and (unwanted == "*" or _bare(unwanted) == current.etag):
            raise errors.precondition_failed(rid)

    # --- below a resource: actions, views, child collections ---------------------------------------------------------

    def _unknown(self, ctx: RequestContext, call: Call, rid: ResourceId) -> Reply:
        """An even path without a kind: a two-part action or view of the parent, or an inner element of it."""
        parent = rid.parent
        if parent is not None and rid.is_nested:
            kind = self.registry.find(parent.type)
            name = f"{rid.type.rsplit('/', 1)[-1]}/{rid.name}".lower()
            if kind is not None and (name in kind.actions or name in kind.views):
                return self._named(ctx, call, kind, parent, name)
            if kind is not None and call.method == "GET" and rid.type.rsplit("/", 1)[-1].lower() in kind.inner_lists():
                return Reply(200, element(ctx, rid))
        raise refusals.unknown_type(call, rid.type)

    def _below(self, ctx: RequestContext, call: Call, rid: ResourceId, word: str) -> Reply:
        """An odd path: a POST action, a view, or the collection of a child type."""
        kind = self.registry.find(rid.type)
        if kind is None:
            raise refusals.unknown_type(call, rid.type)
        name = word.lower()
        if name in kind.actions or name in kind.views:
            return self._named(ctx, call, kind, rid, name)
        return self.lists.collection(ctx, call, rid, f"{rid.type}/{word}")

    def _named(self, ctx: RequestContext, call: Call, kind: ResourceKind, rid: ResourceId, name: str) -> Reply:
        if call.method == "GET" and name in kind.views:
            pipeline.check_parents(ctx, rid)
            result = kind.views[name](ctx, ctx.require(rid))
            return result if isinstance(result, Reply) else Reply(200, result)
        if call.method != "POST" or name not in kind.actions:
            raise refusals.unknown_verb(call)
        return self._act(ctx, call, kind.actions[name], rid)

    def _act(self, ctx: RequestContext, call: Call, action: Action, rid: ResourceId) -> Reply:
        if action.locked:
            lock_check.check(self.store, rid, "action")
        pipeline.check_parents(ctx, rid)
        resource = ctx.require(rid)
        body = call.body
        if body is None:
            if action.body_required:
                raise errors.invalid_request_content("The request content was invalid: a JSON body is required.")
            body = {}
        elif action.model:
            body = schema.check(action.model, body)
        elif not isinstance(body, dict):
            raise errors.invalid_request_content("The request content was invalid: a JSON object is required.")
        result = action.run(ctx, resource, body)
        if isinstance(result, Reply):
            return result
        if action.long_running:
            return self._accepted(ctx, call, rid, result)
        return Reply(200, result)

    # --- long-running answers ----------------------------------------------------------------------------------------

    def _accepted(self, ctx: RequestContext, call: Call, rid: ResourceId, result: Any) -> Reply:
        headers = self._start(ctx, call, rid, result)
        headers["Location"] = headers["Azure-AsyncOperation"] + "&monitor=true"
        return Reply(202, None, headers)

    def _start(self, ctx: RequestContext, call: Call, rid: ResourceId, result: Any) -> dict[str, str]:
        polls = _NEVER if call.never else self.settings.lro_polls
        self.endless |= call.never
        operation = operations.start(self.store, rid, now=ctx.now, polls=polls, failure=ctx.failure, result=result)
        if ctx.turn is not None:
            self.collisions.begin(ctx.turn, operation, ctx.now)
        url = f"{_operations_url(call, rid)}/{operation}?api-version={ctx.api_version}"
        return {"Azure-AsyncOperation": url, "Retry-After": str(self.settings.retry_after)}


def _operations_url(call: Call, rid: ResourceId) -> str:
    return f"{call.base_url}/subscriptions/{rid.subscription}/providers/{rid.namespace}/locations/global/operations"


def _etag_header(kind: ResourceKind, resource: Resource) -> dict[str, str]:
    if kind.etag is None or not resource.etag:
        return {}
    return {"ETag": f'W/"{resource.etag}"' if kind.etag == "body" else f'"{resource.etag}"'}


def _bare(tag: str) -> str:
    return tag.strip().removeprefix("W/").strip('"')
