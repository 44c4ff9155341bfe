"""Lists: the resources of a type, everything in a subscription or group, and paging by ``nextLink``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from arm_simulator.core import errors, ids, pipeline
from arm_simulator.core.ids import RESOURCE_GROUP_TYPE, SUBSCRIPTION_TYPE, ResourceId
from arm_simulator.core.kinds import Context, Registry
from arm_simulator.core.messages import Call, Reply, Settings
from arm_simulator.core.store import Resource
from arm_simulator.providers.resources import filters, locations, resource_manager, tags
from arm_simulator.server import refusals

Load = Callable[[int, int], Any]
_IN_SUBSCRIPTION, _IN_GROUP = 3, 5
"""How many parts the path of a list on a subscription and in a resource group has."""


class Lists:
    """Answers lists."""

    def __init__(self, registry: Registry, settings: Settings) -> None:
        self.registry = registry
        self.settings = settings

    def container(self, ctx: Context, call: Call, parts: list[str], lowered: list[str]) -> Reply | None:
        """A list on a subscription or in a group that is below no provider; None: it is none."""
        if call.method != "GET":
            return None
        if lowered[-1] == "resources" and len(parts) in {_IN_SUBSCRIPTION, _IN_GROUP}:
            return self._all(ctx, call, parts)
        if len(parts) != _IN_SUBSCRIPTION:
            return None
        word = lowered[2]
        if word == "resourcegroups":
            return self._groups(ctx, call, parts[1])
        found: dict[str, Callable[[], list[Any]]] = {
            "locations": lambda: locations.locations(parts[1]),
            "providers": lambda: locations.providers(self.registry, parts[1]),
            "tagnames": lambda: tags.names(ctx, parts[1]),
        }
        return Reply(200, {"value": found[word]()}) if word in found else None

    def collection(self, ctx: Context, call: Call, scope: ResourceId | None, resource_type: str) -> Reply:
        """The resources of a type at a scope.

        Raises:
            ArmError: The type is not played, the verb is wrong, or the scope is not there.
        """
        kind = self.registry.find(resource_type)
        if kind is None and scope is not None:
            owner, word = self.registry.find(scope.type), resource_type.rsplit("/", 1)[-1]
            if owner is not None and word.lower() in owner.inner_lists() and call.method == "GET":
                return Reply(200, {"value": _inner(ctx, scope, word)})
        if kind is None or scope is None:
            raise refusals.unknown_type(call, resource_type)
        if call.method != "GET":
            raise refusals.unknown_verb(call)
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

    def _all(self, ctx: Context, call: Call, parts: list[str]) -> Reply:
        group = parts[3] if len(parts) == _IN_GROUP else ""
        if group and not ctx.store.exists(ids.resource_group_id(parts[1], group)):
            raise errors.resource_group_not_found(group)
        test = filters.matcher(call.query.get("$filter", ""))
        return self._page(
            ctx,
            call,
            lambda after, limit: resource_manager.resources_in(
                ctx, parts[1], group, after=after, limit=limit, test=test
            ),
            lambda resource: resource_manager.listed(ctx, resource, ctx.expand),
        )

    def _groups(self, ctx: Context, call: Call, subscription: str) -> Reply:
        test = filters.matcher(call.query.get("$filter", ""))

        def load(after: int, limit: int) -> list[Resource]:
            found = ctx.store.list(type=RESOURCE_GROUP_TYPE, subscription=subscription, after=after)
            return [each for each in found if resource_manager.fits(test, each)][:limit]

        return self._page(ctx, call, load)

    def _page(self, ctx: Context, call: Call, load: Load, show: Callable[[Resource], Any] | None = None) -> Reply:
        """One page and the link to the next; the token is the last item's sequence number. ``$top`` is all there is."""
        token = call.query.get("$skiptoken", "0")
        if not token.isdigit():
            raise errors.bad_request(f"The $skiptoken '{token}' is not valid.", "$skiptoken")
        top = call.query.get("$top", "")
        if top and (not top.isdigit() or not int(top)):
            raise errors.bad_request(f"The $top '{top}' is not valid; it must be a whole number, 1 or more.", "$top")
        size = min(self.settings.page_size, int(top)) if top else self.settings.page_size
        found = list(load(int(token), size + 1))
        page = found[:size]
        expand = ctx.expand
        shown = show or (lambda item: ctx.kind(item.id).listed(ctx, item, expand))
        body: dict[str, Any] = {"value": [shown(item) for item in page]}
        if len(found) > size and size == self.settings.page_size:
            extra = "".join(
                f"&{name}={quote(value)}"
                for name, value in call.query.items()
                if name not in {"api-version", "$skiptoken"}
            )
            body["nextLink"] = (
                f"{call.base_url}{quote(call.path)}?api-version={ctx.api_version}&$skiptoken={page[-1].seq}{extra}"
            )
        return Reply(200, body)


def element(ctx: Context, rid: ResourceId) -> Any:
    """A named element of a list in the parent's ``properties``, as the parent's GET shows it.

    Raises:
        ArmError: 404, the parent or the element is not there.
    """
    assert rid.parent is not None
    for each in _inner(ctx, rid.parent, rid.type.rsplit("/", 1)[-1]):
        if isinstance(each, dict) and str(each.get("name", "")).lower() == rid.name.lower():
            return each
    raise errors.resource_not_found(rid)


def _inner(ctx: Context, scope: ResourceId, word: str) -> list[Any]:
    """The named elements of a list in a resource's ``properties``, as its GET shows them."""
    resource = ctx.get(scope)
    if resource is None:
        pipeline.check_parents(ctx, scope)
        raise errors.resource_not_found(scope)
    properties = ctx.render(resource).get("properties") or {}
    return next((list(value or ()) for name, value in properties.items() if name.lower() == word.lower()), [])
