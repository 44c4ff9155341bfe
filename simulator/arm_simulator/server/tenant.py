"""What is asked of the tenant, above every subscription."""

from __future__ import annotations

from collections.abc import Sequence

from arm_simulator.core.context import RequestContext
from arm_simulator.core.messages import Call, Reply
from arm_simulator.providers.resources import locations, resource_manager


def answer(ctx: RequestContext, call: Call, lowered: Sequence[str], own: Sequence[str]) -> Reply | None:
    """The answer to a GET of the tenant's subscriptions, of itself or of its providers; None: another path.

    Args:
        ctx: The request.
        call: The same.
        lowered: The parts of its path in lower case.
        own: The subscriptions that the simulator was started with.
    """
    if call.method != "GET" or len(lowered) != 1:
        return None
    if lowered[0] == "subscriptions":
        return Reply(200, {"value": resource_manager.subscriptions(ctx, own)})
    if lowered[0] == "tenants":
        return Reply(200, {"value": [resource_manager.tenant()]})
    return Reply(200, {"value": locations.providers(ctx.registry)}) if lowered[0] == "providers" else None
