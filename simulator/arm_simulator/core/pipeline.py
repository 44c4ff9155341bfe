"""The steps of a write, the same for requests and for resources that others create implicitly."""

from __future__ import annotations

import re
from typing import Any

from arm_simulator.core import errors, lock_check, schema, since
from arm_simulator.core.ids import RESOURCE_GROUP_TYPE, SUBSCRIPTION_TYPE, ResourceId
from arm_simulator.core.kinds import Body, Context, ResourceKind, keep
from arm_simulator.core.store import Resource

_ENVELOPE_READ_ONLY = ("id", "name", "type", "etag", "systemData")
_NAME = re.compile(r"^[^<>%&\\?/\x00-\x1f]{1,260}$")


def put(ctx: Context, rid: ResourceId, body: Body, *, check_locks: bool = True) -> tuple[Resource, bool]:
    """Create or replace a resource.

    Returns:
        The stored resource and whether it is new.

    Raises:
        ArmError: Whatever Azure would answer.
    """
    kind = ctx.kind(rid)
    if check_locks:
        lock_check.check(ctx.store, rid, "write")
    _check_name(rid)
    check_parents(ctx, rid)
    existing = kind.load(ctx, rid)
    if kind.model:
        body = schema.check(kind.model, body)
        if ctx.versioned:
            since.check(kind.model, body, ctx.api_version)
    if existing is not None and kind.put_keeps and ctx.put_keeps:
        keep(existing.body, body)
    return _write(ctx, kind, rid, body, existing)


def patch(ctx: Context, rid: ResourceId, body: Body) -> Resource:
    """Merge a body into an existing resource.

    Raises:
        ArmError: ResourceNotFound, or whatever Azure would answer.
    """
    kind = ctx.kind(rid)
    lock_check.check(ctx.store, rid, "write")
    check_parents(ctx, rid)
    existing = ctx.require(rid)
    model = kind.patch_model or kind.model
    if model:
        body = schema.check(model, body, partial=True)
        if ctx.versioned:
            since.check(kind.model or model, body, ctx.api_version)
    merged = kind.merge_patch(ctx, existing, _without_envelope(body))
    return _write(ctx, kind, rid, merged, existing)[0]


def delete(ctx: Context, rid: ResourceId, *, check_locks: bool = True) -> bool:
    """Delete a resource with its children and extension resources; False when it was absent."""
    kind = ctx.kind(rid)
    if check_locks:
        lock_check.check(ctx.store, rid, "delete")
    resource = kind.load(ctx, rid)
    if resource is None:
        return False
    kind.check_delete(ctx, resource)
    for child in reversed(ctx.store.below(rid)):
        child_kind = ctx.registry.find(child.id.type)
        ctx.store.delete(child.id)
        if child_kind is not None:
            child_kind.after_delete(ctx, child)
    ctx.store.delete(rid)
    kind.after_delete(ctx, resource)
    return True


def check_parents(ctx: Context, rid: ResourceId) -> None:
    """Every level above an id must exist.

    Raises:
        ArmError: SubscriptionNotFound, ResourceGroupNotFound or ParentResourceNotFound.
    """
    parent = rid.parent
    if rid.resource_group and rid.type_key != RESOURCE_GROUP_TYPE.lower():
        group_key = f"/subscriptions/{rid.subscription}/resourcegroups/{rid.resource_group}".lower()
        if not ctx.store.exists(group_key):
            raise errors.resource_group_not_found(rid.resource_group)
    if parent is None or parent.type_key in {RESOURCE_GROUP_TYPE.lower(), SUBSCRIPTION_TYPE.lower()}:
        return
    if ctx.get(parent) is None:
        raise errors.parent_resource_not_found(rid)


def _write(
    ctx: Context, kind: ResourceKind, rid: ResourceId, body: Body, existing: Resource | None
) -> tuple[Resource, bool]:
    body = {name: value for name, value in _without_envelope(body).items() if value is not None}
    _check_tags(body)
    if kind.tracked:
        _check_location(rid, body, existing)
    ctx.runtime = {**(existing.runtime if existing else {}), **ctx.runtime}
    body = kind.prepare_put(ctx, rid, body, existing)
    body, digests = schema.strip_secrets(body)
    runtime = ctx.runtime
    if digests:
        runtime["secretDigests"] = {**runtime.get("secretDigests", {}), **digests}
    if existing is not None and existing.body == body and existing.runtime == runtime:
        kind.after_put(ctx, existing, existing)
        return existing, False
    resource = Resource(
        id=existing.id if existing else rid,
        body=body,
        runtime=runtime,
        created=existing.created if existing else "",
    )
    ctx.store.save(resource, ctx.now)
    kind.after_put(ctx, resource, existing)
    return resource, existing is None


def _check_name(rid: ResourceId) -> None:
    if not _NAME.match(rid.name) or rid.name.endswith("."):
        raise errors.ArmError(
            400,
            "InvalidResourceName",
            f"Resource name {rid.name} is invalid. The name can be up to 260 characters long and cannot contain any of "
            "'<,>,%,&,\\,?,/' or control characters, or end with a period.",
            rid.path,
        )


def _check_tags(body: Body) -> None:
    """Tags are an object of texts, whatever resource has them."""
    tags = body.get("tags")
    if tags is None:
        return
    if not isinstance(tags, dict):
        raise errors.invalid_request_content("The request content is invalid: 'tags' must be an object.", "tags")
    for name, value in tags.items():
        if isinstance(value, dict | list):
            text = f"The request content is invalid: the value of the tag '{name}' must be a string."
            raise errors.invalid_request_content(text, f"tags.{name}")


def _check_location(rid: ResourceId, body: Body, existing: Resource | None) -> None:
    location = body.get("location")
    if not location:
        if existing is not None and existing.body.get("location"):
            body["location"] = existing.body["location"]
            return
        raise errors.ArmError(
            400, "LocationRequired", "The location property is required for this definition.", "location"
        )
    body["location"] = normal_location(location)
    if existing is not None and existing.body.get("location") not in {None, body["location"]}:
        raise errors.ArmError(
            409,
            "InvalidResourceLocation",
            f"The resource '{rid.name}' already exists in location '{existing.body['location']}' in resource group "
            f"'{rid.resource_group}'. A resource with the same name cannot be created in location "
            f"'{body['location']}'. Please select a new resource name.",
            "location",
        )


def normal_location(location: Any) -> str:
    """``East US`` and ``eastus`` are the same location; Azure stores the second."""
    if not isinstance(location, str):
        raise errors.invalid_request_content("The request content is invalid: 'location' must be a string.", "location")
    return location.replace(" ", "").lower()


def _without_envelope(body: Body) -> Body:
    return {name: value for name, value in body.items() if name not in _ENVELOPE_READ_ONLY}
