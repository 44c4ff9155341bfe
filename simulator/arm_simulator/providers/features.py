"""Microsoft.Features: the preview features that a subscription takes part in.

Both forms of the REST reference: ``features/{name}/register`` and ``subscriptionFeatureRegistrations``. What is asked
for is registered at once; Azure takes minutes, and for some features a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from arm_simulator.core import ids
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Body, Registry, ResourceKind
from arm_simulator.core.store import Resource

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

_REGISTRATIONS = "Microsoft.Features/featureProviders/subscriptionFeatureRegistrations"
_REGISTERED, _UNREGISTERED = "Registered", "Unregistered"


def is_registered(ctx: Context, subscription: str, namespace: str, feature: str) -> bool:
    """Whether a subscription takes part in a preview feature."""
    return _state(ctx, _id(subscription, namespace, feature)) == _REGISTERED


class RegistrationKind(ResourceKind):
    """``featureProviders/subscriptionFeatureRegistrations``: a feature that the subscription asked for."""

    type = _REGISTRATIONS
    tracked = False
    long_running = frozenset()
    created_status = 200

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:  # noqa: ARG002
        """Register it."""
        return {"properties": {"state": _REGISTERED, "subscriptionId": rid.subscription}}


def _id(subscription: str, namespace: str, feature: str) -> str:
    scope = f"/subscriptions/{subscription}/providers/Microsoft.Features/featureProviders/{namespace}"
    return f"{scope}/subscriptionFeatureRegistrations/{feature}"


def _state(ctx: Context, identity: str) -> str:
    row = ctx.store.get(identity)
    return "NotRegistered" if row is None else str(row.properties.get("state"))


def _shown(ctx: Context, subscription: str, namespace: str, feature: str) -> Body:
    provider = f"/subscriptions/{subscription}/providers/Microsoft.Features/providers/{namespace}"
    return {
        "id": f"{provider}/features/{feature}",
        "name": f"{namespace}/{feature}",
        "type": "Microsoft.Features/providers/features",
        "properties": {"state": _state(ctx, _id(subscription, namespace, feature))},
    }


def _feature(ctx: Context, parameters: Mapping[str, str], body: Body) -> Body:  # noqa: ARG001 - a route's shape
    return _shown(ctx, parameters["subscription"], parameters["namespace"], parameters["feature"])


def _register(ctx: Context, parameters: Mapping[str, str], body: Body) -> Body:
    return _set(ctx, parameters, body, _REGISTERED)


def _unregister(ctx: Context, parameters: Mapping[str, str], body: Body) -> Body:
    return _set(ctx, parameters, body, _UNREGISTERED)


def _set(ctx: Context, parameters: Mapping[str, str], body: Body, state: str) -> Body:
    identity = _id(parameters["subscription"], parameters["namespace"], parameters["feature"])
    found = ctx.store.get(identity) or Resource(id=ids.parse(identity), body={})
    found.body["properties"] = {"state": state, "subscriptionId": parameters["subscription"]}
    ctx.save(found)
    return _feature(ctx, parameters, body)


def _all(ctx: Context, parameters: Mapping[str, str], body: Body) -> Body:  # noqa: ARG001
    """The features that were asked for; Azure lists all that there are."""
    rows = ctx.store.list(type=_REGISTRATIONS, subscription=parameters["subscription"])
    wanted = parameters.get("namespace", "").lower()
    named = [each.id.names for each in rows if not wanted or each.id.names[0].lower() == wanted]
    return {"value": [_shown(ctx, parameters["subscription"], namespace, feature) for namespace, feature in named]}


def register(registry: Registry) -> None:
    """Add the kind and the routes."""
    registry.add(RegistrationKind())
    one = "providers/{namespace}/features/{feature}"
    registry.route("GET", "Microsoft.Features", "features", _all)
    registry.route("GET", "Microsoft.Features", "providers/{namespace}/features", _all)
    registry.route("GET", "Microsoft.Features", one, _feature)
    registry.route("POST", "Microsoft.Features", f"{one}/register", _register)
    registry.route("POST", "Microsoft.Features", f"{one}/unregister", _unregister)
