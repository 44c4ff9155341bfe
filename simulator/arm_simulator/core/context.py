"""One request: the :class:`~arm_simulator.core.kinds.Context` that kinds see, made of the store and the pipeline."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from arm_simulator.core import (
    errors,
    ids,
    lock_check,
    pipeline,
)
from arm_simulator.core.collisions import Turn
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Body, Registry, ResourceKind
from arm_simulator.core.store import Resource, Store


@dataclass(slots=True)
class RequestContext:
    """One request's view of the simulated Azure; the protocol describes its attributes."""

    store: Store
    registry: Registry
    now: str
    api_version: str = ""
    method: str = "GET"
    query: dict[str, str] = field(default_factory=dict)
    runtime: dict[str, Any] = field(default_factory=dict)
    scratch: dict[str, Any] = field(default_factory=dict)
    failure: ArmError | None = None
    turn: Turn | None = None
    put_keeps: bool = False
    versioned: bool = True
    rolling_reads: int = 0
    may: Callable[[str, str], bool] | None = None
    allocate: Callable[[str], ArmError | None] | None = None
    pool_members: bool = False
    basic_skus: bool = False
    base_url: str = ""

    @property
    def expand(self) -> tuple[str, ...]:
        """The lower-case words of ``$expand``."""
        return tuple(word.strip().lower() for word in self.query.get("$expand", "").split(",") if word.strip())

    # --- reading ---------------------------------------------------------------------------------------------------

    def kind(self, rid: ResourceId) -> ResourceKind:
        """The kind of an id.

        Raises:
            ArmError: NoRegisteredProviderFound.
        """
        kind = self.registry.find(rid.type)
        if kind is None:
            raise errors.no_registered_provider(rid.type, self.api_version)
        return kind

    def get(self, rid: ResourceId | str) -> Resource | None:
        """A resource by id, also one that its kind computes; None when it does not exist."""
        parsed = ids.parse(rid) if isinstance(rid, str) else rid
        kind = self.registry.find(parsed.type)
        return kind.load(self, parsed) if kind else self.store.get(parsed)

    def require(self, rid: ResourceId | str) -> Resource:
        """A resource by id.

        Raises:
            ArmError: ResourceNotFound.
        """
        parsed = ids.parse(rid) if isinstance(rid, str) else rid
        resource = self.get(parsed)
        if resource is None:
            raise errors.resource_not_found(parsed)
        return resource

    def reference_exists(self, rid: str) -> bool:
        """Whether an id in a body names something: a resource, or a named element inside one (a probe, a front end).

        Resources of types that are not simulated count as existing.
        """
        try:
            parsed = ids.parse(rid)
        except ids.InvalidResourceIdError:
            return False
        if self.store.exists(parsed):
            return True
        kind = self.registry.find(parsed.type)
        if kind is not None:
            return kind.load(self, parsed) is not None
        if parsed.is_nested and parsed.parent is not None and self.registry.find(parsed.parent.type) is not None:
            return self.inner_element(parsed) is not None
        return True

    def inner_element(self, rid: ResourceId) -> dict[str, Any] | None:
        """The named element of a list in the parent's ``properties`` that a child id identifies, or None."""
        parent = self.get(rid.parent) if rid.is_nested and rid.parent else None
        if parent is None:
            return None
        wanted = rid.type.rsplit("/", 1)[-1].lower()
        for name, value in parent.properties.items():
            if name.lower() == wanted and isinstance(value, list):
                for item in value:
                    if isinstance(item, dict) and str(item.get("name", "")).lower() == rid.name.lower():
                        return item
        return None

    def render(self, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """The public JSON of a resource, as a GET shows it."""
        return self.kind(resource.id).render(self, resource, expand)

    # --- writing other resources (implicit creation and deletion) ----------------------------------------------------

    def put(
        self,
        rid: ResourceId | str,
        body: Body,
        *,
        check_locks: bool = True,
        runtime: Body | None = None,
        api_version: str = "",
    ) -> Resource:
        """Create or replace another resource through its kind's whole pipeline, in this transaction."""
        parsed = ids.parse(rid) if isinstance(rid, str) else rid
        inner = self._nested("PUT", runtime)
        inner.api_version = api_version or self.api_version
        resource, _ = pipeline.put(inner, parsed, copy.deepcopy(body), check_locks=check_locks)
        self.failure = self.failure or inner.failure
        return resource

    def delete(self, rid: ResourceId | str, *, check_locks: bool = True) -> bool:
        """Delete another resource through its kind's pipeline; False when it was absent."""
        parsed = ids.parse(rid) if isinstance(rid, str) else rid
        return pipeline.delete(self._nested("DELETE", None), parsed, check_locks=check_locks)

    def save(self, resource: Resource) -> Resource:
        """Store a resource as it is, without its kind's checks: for effects such as a changed property."""
        return self.store.save(resource, self.now)

    def save_runtime(self, resource: Resource) -> None:
        """Store only a resource's private state (power state ...): its ETag stays."""
        self.store.save_runtime(resource)

    def check_locks(self, rid: ResourceId, verb: str) -> None:
        """Raise ScopeLocked when a lock stops 'write', 'action' or 'delete' on an id."""
        lock_check.check(self.store, rid, verb)

    def fail_operation(self, error: ArmError) -> None:
        """Accept the request, keep its changes, and let its long-running operation end as Failed with this error."""
        self.failure = error

    def _nested(self, method: str, runtime: Body | None) -> RequestContext:
        return RequestContext(
            self.store,
            self.registry,
            self.now,
            self.api_version,
            method,
            runtime=dict(runtime or {}),
            versioned=False,
            rolling_reads=self.rolling_reads,
            allocate=self.allocate,
            basic_skus=self.basic_skus,
        )
