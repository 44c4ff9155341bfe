"""``Microsoft.Resources/tags/default`` at a resource, group or subscription, and the tag names of a subscription.

Tags of a resource are those in its body; a subscription's are a separate row. Source: "Tags - Create Or Update At
Scope" and its neighbours in the REST reference.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from arm_simulator.core import errors, lock_check
from arm_simulator.core.ids import SUBSCRIPTION_TYPE, ResourceId
from arm_simulator.core.kinds import Body
from arm_simulator.core.store import Resource

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

TYPE = "Microsoft.Resources/tags"
OPERATIONS = ("Replace", "Merge", "Delete")
MOST = 50
"""How many tags a resource can have (Use tags to organize your Azure resources)."""


def answer(ctx: Context, rid: ResourceId, body: Any) -> Body | None:
    """Answer a request for the tags at a scope.

    Args:
        ctx: The request.
        rid: ``{scope}/providers/Microsoft.Resources/tags/default``.
        body: ``{"properties": {"tags": ...}}``, of a PATCH with ``operation``.

    Returns:
        The tags resource; None after a DELETE.

    Raises:
        ArmError: The scope is not there or locked, or the body is wrong.
    """
    assert rid.scope is not None
    holder = _holder(ctx, rid)
    before: dict[str, str] = dict(holder.body.get("tags") or {})
    if ctx.method == "GET":
        return _shown(rid, before)
    lock_check.check(ctx.store, rid.scope, "delete" if ctx.method == "DELETE" else "write")
    after = _changed(ctx.method, before, body)
    if len(after) > MOST:
        raise errors.bad_request(f"The number of tags {len(after)} exceeds the limit of {MOST}.", "properties.tags")
    holder.body["tags"] = after
    ctx.save(holder)
    return None if ctx.method == "DELETE" else _shown(rid, after)


def _holder(ctx: Context, rid: ResourceId) -> Resource:
    assert rid.scope is not None
    if rid.scope.type == SUBSCRIPTION_TYPE:
        return ctx.store.get(rid) or Resource(id=rid, body={})
    return ctx.require(rid.scope)


def _changed(method: str, before: dict[str, str], body: Any) -> dict[str, str]:
    if method == "DELETE":
        return {}
    properties = body.get("properties") if isinstance(body, dict) else None
    tags = properties.get("tags") if isinstance(properties, dict) else None
    if not isinstance(tags, dict) or not all(isinstance(value, str) for value in tags.values()):
        raise errors.invalid_request_content(
            "The request content is invalid: 'properties.tags' must be an object of texts.", "properties.tags"
        )
    operation = str(body.get("operation") or "Merge") if method == "PATCH" else "Replace"
    known = {each.lower(): each for each in OPERATIONS}.get(operation.lower())
    if known is None:
        raise errors.bad_request(
            f"The value '{operation}' of 'operation' is not allowed; allowed are {', '.join(OPERATIONS)}.", "operation"
        )
    if known == "Replace":
        return dict(tags)
    gone = {name.lower() for name in tags}  # names of tags are compared without case
    kept = {name: value for name, value in before.items() if name.lower() not in gone}
    return kept if known == "Delete" else {**kept, **tags}


def _shown(rid: ResourceId, tags: dict[str, str]) -> Body:
    return {"id": rid.path, "name": "default", "type": TYPE, "properties": {"tags": tags}}


def names(ctx: Context, subscription: str) -> list[Body]:
    """``GET /subscriptions/{s}/tagNames``: every tag of the subscription's resources, with its values and counts."""
    counted: dict[str, dict[str, int]] = {}
    rows = ctx.store.execute("SELECT body FROM resources WHERE subscription = ?", (subscription.lower(),))
    for (text,) in rows:
        for name, value in (json.loads(text).get("tags") or {}).items():
            values = counted.setdefault(name, {})
            values[value] = values.get(value, 0) + 1
    base = f"/subscriptions/{subscription}/tagNames"
    return [
        {
            "id": f"{base}/{name}",
            "tagName": name,
            "count": {"type": "Total", "value": sum(values.values())},
            "values": [
                {
                    "id": f"{base}/{name}/tagValues/{value}",
                    "tagValue": value,
                    "count": {"type": "Total", "value": count},
                }
                for value, count in sorted(values.items())
            ],
        }
        for name, values in sorted(counted.items())
    ]
