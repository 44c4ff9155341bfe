"""Microsoft.Authorization/locks as resources; their effect is in :mod:`~arm_simulator.core.lock_check`."""

from __future__ import annotations

from collections.abc import Sequence

from arm_simulator.core import errors
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Body, Context, Registry, ResourceKind
from arm_simulator.core.lags import lock_of
from arm_simulator.core.lock_check import LOCK_TYPE
from arm_simulator.core.store import Resource

LEVELS = ("CanNotDelete", "ReadOnly")


class LockKind(ResourceKind):
    """``Microsoft.Authorization/locks``, an extension resource of every scope."""

    type = LOCK_TYPE
    tracked = False
    long_running = frozenset()
    verbs = frozenset({"GET", "PUT", "DELETE"})
    graph_table = "authorizationresources"

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:  # noqa: ARG002
        """A lock needs a level; notes are limited to 512 characters."""
        properties = body.get("properties")
        if not isinstance(properties, dict):
            raise errors.invalid_request_content("The request content is invalid: 'properties' is required for a lock.")
        unknown = sorted(set(properties) - {"level", "notes", "owners"})
        if unknown:
            raise errors.invalid_request_content(
                f"Could not find member '{unknown[0]}' on object of type 'ManagementLockProperties'.",
                f"properties.{unknown[0]}",
            )
        level = next((known for known in LEVELS if known.lower() == str(properties.get("level", "")).lower()), None)
        if level is None:
            raise errors.ArmError(
                400,
                "LockLevelNotValid" if properties.get("level") else "LockLevelNotSpecified",
                f"The lock level '{properties.get('level')}' is not valid. Valid levels are {', '.join(LEVELS)}.",
                "properties.level",
            )
        properties["level"] = level
        if len(str(properties.get("notes") or "")) > 512:  # noqa: PLR2004 - Azure's limit
            raise errors.ArmError(
                400, "LockNotesTooLong", "Lock notes are limited to 512 characters.", "properties.notes"
            )
        return body

    def after_put(self, ctx: Context, resource: Resource, existing: Resource | None) -> None:
        """Add the lock to the index that writes read."""
        assert resource.id.scope is not None
        ctx.store.set_lock(resource.id, resource.id.scope, resource.properties["level"])
        before = lock_of(existing.id, existing.properties["level"]) if existing else None
        ctx.store.lags.lock_written(lock_of(resource.id, resource.properties["level"]), before)

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """Nothing stops the deletion of a lock; remember that it is the lock that goes, not the resource with it."""
        ctx.scratch["unlocked"] = resource.id.key

    def after_delete(self, ctx: Context, resource: Resource) -> None:
        """A deleted lock may have effect for a while; after its resource is deleted, it has nothing left to stop."""
        if ctx.scratch.pop("unlocked", None) == resource.id.key:
            ctx.store.lags.lock_deleted(lock_of(resource.id, resource.properties["level"]))

    def load_children(self, ctx: Context, parent: ResourceId, after: int, limit: int) -> Sequence[Resource]:
        """Listing at a scope gives the locks of the scope and of everything below it, as Azure does."""
        if parent.is_extension or parent.is_nested or parent.type_key.startswith("microsoft.resources/") is False:
            return ctx.store.list(type=self.type, parent=parent, after=after, limit=limit)
        group = parent.resource_group or None
        return ctx.store.list(type=self.type, subscription=parent.subscription, group=group, after=after, limit=limit)


def register(registry: Registry) -> None:
    """Add the lock kind."""
    registry.add(LockKind())
