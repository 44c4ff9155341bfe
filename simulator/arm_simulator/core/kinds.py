"""What a resource type is to the simulator: a :class:`ResourceKind` in the :class:`Registry`.

How a kind handles a request (all hooks may raise :class:`~arm_simulator.core.errors.ArmError`):

* PUT: lock check, parent and group check, body check against ``model`` (the azure-mgmt model of that name),
  ``prepare_put`` (validate, default, normalise: returns the body to store), store, ``after_put``. 201 or 200.
* PATCH: the body is checked against ``patch_model``, merged into the stored one by ``merge_patch``, then as PUT.
* GET: ``load`` then ``render``. Lists: ``load_children`` / the store, then ``render`` each.
* DELETE: lock check, ``load``, ``check_delete``, children deleted, store, ``after_delete``. 202, 200 or 204.
* POST: lock check (a ReadOnly lock stops actions), ``actions[name]``.

Write-only properties (passwords, customData, protectedSettings) are validated as they arrive and replaced by a digest
in ``runtime`` before the body is stored, so only ``prepare_put`` sees them.

Network interfaces of Uniform instances are rows below the instance, made with
:func:`arm_simulator.providers.network.instance_interfaces.put` (addresses, pools and NAT pools from the profile) and
deleted with it; Flexible instances get ordinary interfaces through ``ctx.put``.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.store import Resource, Store

Body = dict[str, Any]


class Context(Protocol):
    """What a kind's hooks can see and do during one request; :class:`~arm_simulator.core.context.RequestContext` is it.

    Attributes:
        store: The state; inside a write request every change is one transaction.
        registry: All kinds.
        now: The time of the request, RFC 3339 in UTC.
        api_version: The request's ``api-version``.
        method: The request's verb.
        query: The other query parameters, names in lower case (``"forcedeletion"``, ``"$expand"``).
        runtime: During ``prepare_put``: the private state to be stored with the resource (may be changed).
        scratch: Data from ``prepare_put`` for ``after_put`` of the same resource; never stored.
        failure: Set by :meth:`fail_operation`: the operation is accepted, then fails.
        put_keeps: Whether a PUT of Microsoft.Compute leaves what it does not name.
        rolling_reads: How many GETs of the newest rolling upgrade a batch takes.
        pool_members: Whether back-end pools show their members as addresses too.
        basic_skus: Whether new public addresses and load balancers may be Basic.
        base_url: Of the simulator, for links.
        versioned: Whether the body is the caller's own, so that it may only have what its api-version knows.
        may: Whether the sender may do an operation at a scope; None: anything.
        allocate: Why the next instance of the set, or the machine, with an id is not allocated; None: all are.
    """

    store: Store
    registry: Registry
    now: str
    api_version: str
    method: str
    query: dict[str, str]
    runtime: dict[str, Any]
    scratch: dict[str, Any]
    failure: ArmError | None
    put_keeps: bool
    versioned: bool
    rolling_reads: int
    may: Callable[[str, str], bool] | None
    allocate: Callable[[str], ArmError | None] | None
    pool_members: bool
    basic_skus: bool
    base_url: str

    @property
    def expand(self) -> tuple[str, ...]:
        """The lower-case words of ``$expand``."""

    def kind(self, rid: ResourceId) -> ResourceKind:
        """The kind of an id; raises NoRegisteredProviderFound."""

    def get(self, rid: ResourceId | str) -> Resource | None:
        """A resource by id, also one that its kind computes; None when it does not exist."""

    def require(self, rid: ResourceId | str) -> Resource:
        """A resource by id; raises ResourceNotFound."""

    def reference_exists(self, rid: str) -> bool:
        """Whether an id in a body names something."""

    def inner_element(self, rid: ResourceId) -> dict[str, Any] | None:
        """The named element of a list in the parent's ``properties`` that a child id identifies, or None."""

    def render(self, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """The public JSON of a resource, as a GET shows it."""

    def put(
        self,
        rid: ResourceId | str,
        body: Body,
        *,
        check_locks: bool = True,
        runtime: Body | None = None,
        api_version: str = "",
    ) -> Resource:
        """Create or replace another resource through its kind's whole pipeline, in this transaction.

        ``api_version`` is another one than the request's: a template names one for each resource.
        """

    def delete(self, rid: ResourceId | str, *, check_locks: bool = True) -> bool:
        """Delete another resource through its kind's pipeline; False when it was absent."""

    def save(self, resource: Resource) -> Resource:
        """Store a resource as it is, without its kind's checks: for effects such as a changed property."""

    def save_runtime(self, resource: Resource) -> None:
        """Store only a resource's private state (power state ...): its ETag stays."""

    def check_locks(self, rid: ResourceId, verb: str) -> None:
        """Raise ScopeLocked when a lock stops 'write', 'action' or 'delete' on an id."""

    def fail_operation(self, error: ArmError) -> None:
        """Accept the request, keep its changes, and let its long-running operation end as Failed with this error."""


Clock = Callable[[], str]
"""Gives the current time as RFC 3339 text in UTC."""


@dataclass(frozen=True, slots=True)
class Action:
    """A POST such as ``.../virtualMachines/vm/start``.

    Attributes:
        run: ``run(ctx, resource, body)``: does it, and returns the result body or None.
        long_running: Answer 202 with Azure-AsyncOperation and Location; else 200 at once.
        model: Name of the body's azure-mgmt model, ``"compute.RunCommandInput"``; None takes any JSON object.
        body_required: 400 when the body is missing.
        locked: Whether a ReadOnly lock stops it (false only for actions that are known to be reads by name: Azure also
            stops POSTs that only read, such as listing keys).
    """

    run: Callable[[Context, Resource, Body], Any]
    long_running: bool = True
    model: str | None = None
    body_required: bool = False
    locked: bool = True


View = Callable[[Context, Resource], Any]
"""A GET below a resource that is not itself a resource: ``view(ctx, resource)`` returns the JSON body."""

RouteHandler = Callable[[Context, Mapping[str, str], Body], Any]
"""A provider-level route: ``handler(ctx, path parameters, body)`` returns the JSON body."""


class ResourceKind:
    """Base of all resource types; subclass, set ``type`` and override what differs.

    Attributes:
        type: ``Microsoft.Compute/virtualMachines``, as Azure spells it.
        model: The azure-mgmt model of the PUT body, ``"compute.VirtualMachine"`` or ``"network.LoadBalancer"``.
        patch_model: The model of the PATCH body; default: ``model``.
        tracked: Has location and tags (top-level Azure resources); children and extension resources do not.
        long_running: The verbs answered as long-running operations.
        etag: ``"header"`` (ETag header only), ``"body"`` (header and ``etag`` in the body) or None.
        verbs: The verbs that exist; others give 405.
        actions: POST actions by lower-case path below the resource (``"start"``, ``"rollingupgrades/cancel"``).
        views: Extra GETs by lower-case path below the resource (``"instanceview"``, ``"rollingupgrades/latest"``).
        graph_table: Which Resource Graph table lists it: ``resources``, ``resourcecontainers``,
            ``authorizationresources``, or None.
        created_status: The status of a PUT that created: 201, for a few old types 200.
        deleted_body: Whether a DELETE answers with what was deleted, as Microsoft.Authorization's do.
        put_keeps: Whether a PUT leaves what it does not name where the setting ``compute_put`` is ``keep``.
        derived: The members of ``properties`` that other resources say, though the SDK has them as writable.
    """

    type: ClassVar[str] = ""
    model: ClassVar[str | None] = None
    patch_model: ClassVar[str | None] = None
    tracked: ClassVar[bool] = True
    long_running: ClassVar[frozenset[str]] = frozenset({"PUT", "PATCH", "DELETE"})
    etag: ClassVar[str | None] = None
    verbs: ClassVar[frozenset[str]] = frozenset({"GET", "PUT", "PATCH", "DELETE"})
    graph_table: ClassVar[str | None] = None
    created_status: ClassVar[int] = 201
    deleted_body: ClassVar[bool] = False
    put_keeps: ClassVar[bool] = False
    derived: ClassVar[frozenset[str]] = frozenset()

    def __init__(self) -> None:
        self.actions: dict[str, Action] = {}
        self.views: dict[str, View] = {}

    @property
    def type_key(self) -> str:
        """The registry key."""
        return self.type.lower()

    @property
    def is_child(self) -> bool:
        """Whether the type is nested (``virtualMachines/extensions``)."""
        return self.type.count("/") > 1

    def inner_lists(self) -> frozenset[str]:
        """The lists in ``properties``, lower case, whose named elements can be read as if they were resources."""
        return frozenset()

    # --- reading ---------------------------------------------------------------------------------------------------

    def load(self, ctx: Context, rid: ResourceId) -> Resource | None:
        """The resource, or None. Override for resources that are parts of another one."""
        return ctx.store.get(rid)

    def load_children(self, ctx: Context, parent: ResourceId, after: int, limit: int) -> Sequence[Resource]:
        """A page of this kind's resources below a parent, ``seq`` greater than ``after``. Override like ``load``."""
        return ctx.store.list(type=self.type, parent=parent, after=after, limit=limit)

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:  # noqa: ARG002 - hook
        """The public JSON of a stored resource; ``expand`` holds the lower-case words of ``$expand``.

        Overrides call ``super().render(...)`` first and change the copy they get.
        """
        body: Body = {"id": resource.id.path, "name": resource.id.name, "type": self.type}
        body.update(resource.body)
        if self.etag == "body":
            body["etag"] = f'W/"{resource.etag}"'
        return body

    def listed(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """What a list shows of a resource: what GET shows, and for some types less."""
        return self.render(ctx, resource, expand)

    def graph_row(self, ctx: Context, resource: Resource) -> Body:
        """What Resource Graph shows of a resource: what GET shows, and for some types more (a VM's power state)."""
        return self.render(ctx, resource)

    # --- writing ---------------------------------------------------------------------------------------------------

    def merge_patch(self, ctx: Context, existing: Resource, patch: Body) -> Body:  # noqa: ARG002 - hook
        """The full body that a PATCH results in: objects merge, lists and tags are replaced, null removes."""
        return merge(existing.body, patch, replace=frozenset({"tags"}))

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:  # noqa: ARG002 - hook
        """Check and complete a body; what is returned is stored. Read-only properties are already removed.

        ``ctx.runtime`` is the private state that will be stored with the resource; hooks may change it.
        """
        body.setdefault("properties", {})
        body["properties"]["provisioningState"] = "Succeeded"
        return body

    def after_put(self, ctx: Context, resource: Resource, existing: Resource | None) -> None:
        """Effects on other resources, in the same transaction; the resource is already stored."""

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """Raise when the resource cannot be deleted (it is in use)."""

    def after_delete(self, ctx: Context, resource: Resource) -> None:
        """Effects of a deletion on other resources, in the same transaction; children are already deleted."""


class Registry:
    """All kinds by type, and the provider-level routes, which are not below a resource."""

    def __init__(self) -> None:
        self._kinds: dict[str, ResourceKind] = {}
        self._routes: list[tuple[str, str, tuple[str, ...], RouteHandler]] = []

    def add(self, *kinds: ResourceKind) -> None:
        """Register kinds; a later one of the same type replaces the earlier."""
        for kind in kinds:
            self._kinds[kind.type_key] = kind

    def find(self, resource_type: str) -> ResourceKind | None:
        """The kind of a type, in any case, or None."""
        return self._kinds.get(resource_type.lower())

    def __iter__(self) -> Iterator[ResourceKind]:
        return iter(self._kinds.values())

    def route(self, method: str, namespace: str, path: str, handler: RouteHandler) -> None:
        """Add a GET or POST below ``/subscriptions/{s}[/resourceGroups/{g}]/providers/{namespace}/``.

        ``path`` may hold parameters: ``locations/{location}/virtualMachineScaleSets``. The handler's parameters are
        ``subscription``, ``resource_group`` (may be empty) and those of the path.
        """
        self._routes.append((method.upper(), namespace.lower(), tuple(path.strip("/").split("/")), handler))

    def find_route(
        self, method: str, namespace: str, parts: Sequence[str]
    ) -> tuple[RouteHandler, dict[str, str]] | None:
        """The handler of a provider-level route and its path parameters, or None."""
        for verb, provider, template, handler in self._routes:
            if verb != method or provider != namespace.lower() or len(template) != len(parts):
                continue
            parameters = _match(template, parts)
            if parameters is not None:
                return handler, parameters
        return None


def merge(base: Body, patch: Mapping[str, Any], replace: Iterable[str] = ()) -> Body:
    """A deep JSON merge into a copy: objects merge, everything else is replaced, null removes the member."""
    replaced = frozenset(replace)
    merged = dict(base)
    for name, value in patch.items():
        current = merged.get(name)
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping) and isinstance(current, dict) and name not in replaced:
            merged[name] = merge(current, value)
        else:
            merged[name] = value
    return merged


_WHOLE = frozenset({"imageReference", "protectedSettings", "settings", "tags", "userAssignedIdentities"})


def keep(base: Mapping[str, Any], body: Body) -> None:
    """Fill a body, in place, with the members of ``base`` that it leaves out or has as null; lists count as one value.

    A few objects are one value too: tags, identities, an image, and the settings of an extension. A machine that says
    null for its scale set leaves it, as Microsoft's page on detaching has it.
    """
    for name, value in base.items():
        current = body.get(name)
        if current is None and not (name == "virtualMachineScaleSet" and name in body):
            body[name] = copy.deepcopy(value)
        elif isinstance(current, dict) and isinstance(value, Mapping) and name not in _WHOLE:
            keep(value, current)


def _match(template: Sequence[str], parts: Sequence[str]) -> dict[str, str] | None:
    parameters: dict[str, str] = {}
    for pattern, part in zip(template, parts, strict=True):
        if pattern.startswith("{"):
            parameters[pattern[1:-1]] = part
        elif pattern.lower() != part.lower():
            return None
    return parameters
