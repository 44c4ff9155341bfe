"""What all types of Microsoft.Network share: references that must exist, inner elements with ids, body ETags."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from arm_simulator.core import errors
from arm_simulator.core.ids import ResourceId, parse
from arm_simulator.core.kinds import Body, ResourceKind
from arm_simulator.core.references import Reference, references_of
from arm_simulator.core.store import Resource

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

_INNER_READ_ONLY = ("id", "etag", "type")
_NAMESPACE = uuid.UUID("5c1d1f6e-3d0d-4a6c-9f0a-0e1a3a6a7b10")


class NetworkKind(ResourceKind):
    """Base of the network types.

    Attributes:
        inner: The lists in ``properties`` whose elements have their own names and ids (``ipConfigurations``).
    """

    patch_model = "network.TagsObject"
    etag = "body"
    graph_table: ClassVar[str | None] = "resources"
    inner: ClassVar[tuple[str, ...]] = ()

    def inner_lists(self) -> frozenset[str]:
        """Those of :attr:`inner`."""
        return frozenset(name.lower() for name in self.inner)

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:
        """Check the names of inner elements and that references exist, then run the type's own rules."""
        properties = body.setdefault("properties", {}) or {}
        body["properties"] = properties
        strip_inner(rid, properties, self.inner)
        self.check(ctx, rid, body, existing)
        self.check_references(ctx, rid, body)
        properties["provisioningState"] = "Succeeded"
        if self.tracked:
            properties["resourceGuid"] = str(uuid.uuid5(_NAMESPACE, rid.key))
        return body

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:
        """The type's own rules and defaults; ``body`` may be changed."""

    def check_references(self, ctx: Context, rid: ResourceId, body: Body) -> None:
        """Every id in the body must name something; ids inside the resource itself are checked by the type.

        Raises:
            ArmError: 400 InvalidResourceReference.
        """
        for reference in references_of(rid, body):
            if reference.target.startswith(rid.key + "/"):
                if not inner_exists(rid, body, reference.target):
                    raise errors.invalid_resource_reference(rid, spelling(body, reference.target))
            elif not ctx.reference_exists(reference.target):
                raise errors.invalid_resource_reference(rid, spelling(body, reference.target))

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """Inner elements show id, etag, type and provisioning state."""
        body = super().render(ctx, resource, expand)
        properties = dict(body.get("properties") or {})
        body["properties"] = properties
        for name in self.inner:
            items = properties.get(name)
            if isinstance(items, list):
                properties[name] = [self._inner(resource, name, item) for item in items]
        return body

    def _inner(self, resource: Resource, name: str, item: Body) -> Body:
        properties = {**(item.get("properties") or {}), "provisioningState": "Succeeded"}
        return {
            **item,
            "id": f"{resource.id.path}/{name}/{item.get('name')}",
            "etag": f'W/"{resource.etag}"',
            "type": f"{self.type}/{name}",
            "properties": properties,
        }


def refuse_basic(ctx: Context, kind: str, sku: str) -> None:
    """New Basic public addresses and load balancers are refused: both retired on 2025-09-30.

    The code for addresses is Azure's (skypilot issue 7977); the one for balancers could not be found.

    Raises:
        ArmError: 400, unless the setting ``basic_skus`` is ``taken``.
    """
    if sku != "Basic" or ctx.basic_skus:
        return
    if kind == "publicIPAddresses":
        raise errors.ArmError(
            400,
            "IPv4BasicSkuPublicIpCountLimitReached",
            "Cannot create more than 0 IPv4 Basic SKU public IP addresses for this subscription in this region.",
            "sku.name",
        )
    raise errors.ArmError(
        400,
        "BasicSkuLoadBalancerRetired",
        "Load balancers of sku 'Basic' are retired and cannot be created. Use sku 'Standard'.",
        "sku.name",
    )


def strip_inner(rid: ResourceId, properties: Body, names: Iterable[str]) -> None:
    """Drop the read-only members of inner elements and check that their names are present and unique.

    Raises:
        ArmError: 400 InvalidRequestFormat for a missing name, DuplicateResourceName for two of one name.
    """
    for name in names:
        items = properties.get(name)
        if not items:
            continue
        seen: set[str] = set()
        for index, item in enumerate(items):
            for read_only in _INNER_READ_ONLY:
                item.pop(read_only, None)
            own = item.get("name")
            if not isinstance(own, str) or not own:
                where = f"properties.{name}[{index}].name"
                raise errors.ArmError(
                    400,
                    "InvalidRequestFormat",
                    f"Cannot parse the request. Required member '{where}' is missing.",
                    where,
                )
            if own.lower() in seen:
                raise errors.ArmError(
                    400, "DuplicateResourceName", f"Resource {rid} has two child resources with the same name ({own})."
                )
            seen.add(own.lower())


def inner_exists(rid: ResourceId, body: Body, target: str) -> bool:
    """Whether an id below the resource is that of one of its named elements."""
    kind, _, name = target[len(rid.key) + 1 :].partition("/")
    for key, items in (body.get("properties") or {}).items():
        if key.lower() == kind and isinstance(items, list):
            return any(isinstance(item, dict) and str(item.get("name", "")).lower() == name for item in items)
    return False


def spelling(value: Any, key: str) -> str:
    """An id in the caller's spelling: the first string in the body with that comparison key."""
    if isinstance(value, str):
        return value if value.lower().rstrip("/") == key else ""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in items:
        found = spelling(item, key)
        if found:
            return found
    return "" if isinstance(value, dict | list) else key


def of_type(references: Iterable[Reference], resource_type: str) -> list[Reference]:
    """The references whose source is of a type such as ``Microsoft.Network/networkInterfaces``."""
    wanted = resource_type.lower()
    return [reference for reference in references if parse(reference.source).type_key == wanted]


def unique(ids: Iterable[str]) -> list[str]:
    """Without repetitions, in order, compared without case."""
    return list({value.lower(): value for value in ids}.values())


def id_of(value: Any) -> str:
    """The ``id`` of a sub-resource object, or an empty string."""
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def id_objects(ids: Iterable[str]) -> list[Body]:
    """``[{"id": ...}, ...]`` without repetitions."""
    return [{"id": value} for value in unique(ids)]
