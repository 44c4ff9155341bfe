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
from arm_simulator.core.ids import RESOURCE_GROUP_TYPE, SUBSCRIPTION_TYPE, ResourceId
from arm_simulator.core.kinds import Action, Context, Registry, ResourceKind
from arm_simulator.core.lags import Lags
from arm_simulator.core.messages import Call, Reply, Settings
from arm_simulator.core.store import Resource, Store
from arm_simulator.providers.resources import deployments, resource_manager

__all__ = ["Call", "Reply", "Router", "Settings"]
_NEVER = 2**53


class Router:
    """Answers ARM calls on one store."""

    def __init__(self, store: Store, registry: Registry, clock: Callable[[], str], settings: Settings) -> None:
        self.store = store
        self.registry = registry
        self.clock = clock
        self.settings = settings
        self.subscriptions: tuple[str, ...] = ()
        self.collisions = Collisions(store, settings)
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
        tenant = self.tenant_routes.get((call.method, "/".join(parts).lower()))
        if tenant is not None:
            return tenant(ctx, call.body)
        if call.method in {"PUT", "PATCH", "POST", "DELETE"}:
            self.store.lags.next_request()
            with self.store.transaction():
                return self._route(ctx, call, parts)
        return self._route(ctx, call, parts)

    # --- the grammar -----------------------------------------------------------------------------------------------

    def _route(self, ctx: RequestContext, call: Call, parts: list[str]) -> Reply:
        parts = deployments.full_path(parts)
        lowered = [part.lower() for part in parts]
        if not parts or lowered[0] not in {"subscriptions", "providers"}:
            raise errors.ArmError(404, "InvalidResourceType", f"No resource of the simulator answers '{call.path}'.")
        if len(parts) == 1:
            own = resource_manager.subscriptions(ctx, self.subscriptions) if lowered == ["subscriptions"] else []
            return Reply(200, {"value": own})
        last_provider = max((i for i, part in enumerate(lowered) if part == "providers"), default=-1)
        if last_provider < 0:
            return self._container(ctx, call, parts, lowered)
        return self._provider_route(ctx, call, parts, last_provider) or self._in_provider(
            ctx, call, parts, last_provider
        )

    def _in_provider(self, ctx: RequestContext, call: Call, parts: list[str], last_provider: int) -> Reply:
        """Below ``/providers/{namespace}``: even tails are resources, odd ones collections, actions or views."""
        tail = parts[last_provider + 1 :]
        scope_path = "/" + "/".join(parts[:last_provider])
        if not tail:
            raise errors.ArmError(404, "InvalidResourceNamespace", "The resource namespace is missing.")
        if len(tail) == 1:
            return Reply(200, resource_manager.provider_body(self.registry, parts[1], tail[0]))
        names = tail[1:]
        if len(names) % 2 == 0:
            return self._resource(ctx, call, ids.parse(call.path))
        if len(names) == 1:
            scope = ids.parse(scope_path) if last_provider else None
            return self._collection(ctx, call, scope, f"{tail[0]}/{names[0]}")
        return self._below(ctx, call, ids.parse("/" + "/".join(parts[:-1])), parts[-1])

    def _container(self, ctx: RequestContext, call: Call, parts: list[str], lowered: list[str]) -> Reply:
        """Subscriptions and resource groups and the listings on them."""
        if lowered[-1] == "resources" and len(parts) in {3, 5} and call.method == "GET":
            return self._all_resources(ctx, call, parts)
        if lowered[-1] == "providers" or (len(parts) == 3 and lowered[2] == "locations"):  # noqa: PLR2004
            return Reply(200, {"value": []})
        if len(parts) == 3 and lowered[2] == "resourcegroups":  # noqa: PLR2004 - keyword after the subscription
            if call.method != "GET":
                raise errors.method_not_allowed(call.method, call.path)
            return self._page(
                ctx,
                call,
                lambda after, limit: ctx.store.list(
                    type=RESOURCE_GROUP_TYPE, subscription=parts[1], after=after, limit=limit
                ),
            )
        try:
            rid = ids.parse(call.path)
        except ids.InvalidResourceIdError as error:
            raise errors.ArmError(404, "InvalidResourceType", str(error)) from None
        return self._resource(ctx, call, rid)

    def _provider_route(self, ctx: Context, call: Call, parts: list[str], provider: int) -> Reply | None:
        operation = self._operation(call, parts, provider)
        if operation is not None:
            return operation
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
            raise errors.method_not_allowed(call.method, rid.path)
        if call.method in {"GET", "HEAD"}:
            return self._get(ctx, call, kind, rid)
        self._preconditions(ctx, call, kind, rid)
        self._take_turn(ctx, call, rid)
        if call.method == "DELETE":
            existed = pipeline.delete(ctx, rid)
            if not existed:
                pipeline.check_parents(ctx, rid) if rid.resource_group else None
                if rid.type == RESOURCE_GROUP_TYPE:
                    raise errors.resource_group_not_found(rid.name)
                return Reply(204)
            if "DELETE" in kind.long_running:
                return self._accepted(ctx, call, rid, None)
            return Reply(200)
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
            if kind is not None and call.method == "GET":
                element = ctx.inner_element(rid)
                if element is not None:
                    return Reply(200, {"id": rid.path, "type": rid.type, **element})
                ctx.require(parent)
                raise errors.resource_not_found(rid)
        raise errors.no_registered_provider(rid.type, ctx.api_version)

    def _below(self, ctx: RequestContext, call: Call, rid: ResourceId, word: str) -> Reply:
        """An odd path: a POST action, a view, or the collection of a child type."""
        kind = self.registry.find(rid.type)
        if kind is None:
            raise errors.no_registered_provider(rid.type, ctx.api_version)
        name = word.lower()
        if name in kind.actions or name in kind.views:
            return self._named(ctx, call, kind, rid, name)
        return self._collection(ctx, call, rid, f"{rid.type}/{word}")

    def _named(self, ctx: RequestContext, call: Call, kind: ResourceKind, rid: ResourceId, name: str) -> Reply:
        if call.method == "GET" and name in kind.views:
            pipeline.check_parents(ctx, rid)
            result = kind.views[name](ctx, ctx.require(rid))
            return result if isinstance(result, Reply) else Reply(200, result)
        if call.method != "POST" or name not in kind.actions:
            raise errors.method_not_allowed(call.method, f"{rid.path}/{name}")
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

    # --- lists -----------------------------------------------------------------------------------------------------

    def _collection(self, ctx: Context, call: Call, scope: ResourceId | None, resource_type: str) -> Reply:
        kind = self.registry.find(resource_type)
        if kind is None or scope is None:
            raise errors.no_registered_provider(resource_type, ctx.api_version)
        if call.method != "GET":
            raise errors.method_not_allowed(call.method, call.path)
        if scope.type == SUBSCRIPTION_TYPE and kind.tracked:
            return self._page(
                ctx,
                call,
                lambda after, limit: ctx.store.list(
                    type=kind.type, subscription=scope.subscription, after=after, limit=limit
                ),
            )
        if scope.resource_group and not ctx.store.exists(
            ids.resource_group_id(scope.subscription, scope.resource_group)
        ):
            raise errors.resource_group_not_found(scope.resource_group)
        if scope.type not in {RESOURCE_GROUP_TYPE, SUBSCRIPTION_TYPE} and ctx.get(scope) is None:
            pipeline.check_parents(ctx, scope)
            raise errors.resource_not_found(scope)
        return self._page(ctx, call, lambda after, limit: kind.load_children(ctx, scope, after, limit))

    def _all_resources(self, ctx: Context, call: Call, parts: list[str]) -> Reply:
        group = parts[3] if len(parts) == 5 else ""  # noqa: PLR2004 - five segments: inside a group
        if group and not ctx.store.exists(ids.resource_group_id(parts[1], group)):
            raise errors.resource_group_not_found(group)
        return self._page(
            ctx,
            call,
            lambda after, limit: resource_manager.resources_in(ctx, parts[1], group, after=after, limit=limit),
            lambda resource: resource_manager.listed(ctx, resource),
        )

    def _page(
        self,
        ctx: Context,
        call: Call,
        load: Callable[[int, int], Any],
        show: Callable[[Resource], Any] | None = None,
    ) -> Reply:
        """One page and the link to the next; the token is the last item's sequence number."""
        token = call.query.get("$skiptoken", "0")
        if not token.isdecimal() or len(token) > 18:  # noqa: PLR2004 - digits of a 64-bit number
            raise errors.bad_request(f"The $skiptoken '{token}' is not valid.", "$skiptoken")
        size = self.settings.page_size
        found = list(load(int(token), size + 1))
        page = found[:size]
        expand = ctx.expand
        shown = show or (lambda item: ctx.kind(item.id).listed(ctx, item, expand))
        body: dict[str, Any] = {"value": [shown(item) for item in page]}
        if len(found) > size:
            extra = "".join(
                f"&{name}={quote(value)}"
                for name, value in call.query.items()
                if name not in {"api-version", "$skiptoken"}
            )
            body["nextLink"] = (
                f"{call.base_url}{quote(call.path)}?api-version={ctx.api_version}&$skiptoken={page[-1].seq}{extra}"
            )
        return Reply(200, body)

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
