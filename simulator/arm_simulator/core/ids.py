"""Azure Resource Manager ids: one parsed, comparable value for every URL the simulator answers.

Grammar (all keywords and provider names are compared without case, the caller's spelling is kept)::

    /subscriptions/{s}
    /subscriptions/{s}/resourceGroups/{rg}
    {scope}/providers/{namespace}/{type}/{name}[/{childType}/{childName}...]
    {resource}/providers/{namespace}/{type}/{name}            an extension resource, for example a lock

Empty segments are dropped, because the lock client sends ``Microsoft.Compute//virtualMachineScaleSets/v/...``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

SUBSCRIPTION_TYPE = "Microsoft.Resources/subscriptions"
RESOURCE_GROUP_TYPE = "Microsoft.Resources/resourceGroups"


class InvalidResourceIdError(ValueError):
    """The text does not follow the grammar of an ARM resource id."""


@dataclass(frozen=True, eq=False)
class ResourceId:
    """A parsed ARM id.

    Equality and hash ignore case, as Azure does; ``str()`` gives the original spelling.

    Attributes:
        path: The canonical text, starting with ``/``, without a trailing or double slash.
        type: ``Microsoft.Compute/virtualMachines/extensions``, with the namespace of the innermost provider.
        name: The last name, for example ``hello`` of ``.../virtualMachines/vm/extensions/hello``.
        subscription: The subscription id, or an empty string for a tenant-level id.
        resource_group: The resource group's name, or an empty string.
        scope: For an extension resource the id it is attached to; else the resource group or subscription. Root: None.
        names: Every name under the innermost provider: ``("vm", "hello")``.
    """

    path: str
    type: str
    name: str
    subscription: str
    resource_group: str
    scope: ResourceId | None
    names: tuple[str, ...]
    key: str = field(repr=False)

    def __str__(self) -> str:
        return self.path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ResourceId) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def namespace(self) -> str:
        """The resource provider, for example ``Microsoft.Compute``."""
        return self.type.partition("/")[0]

    @property
    def type_key(self) -> str:
        """The type in lower case: the key of registries and tables."""
        return self.type.lower()

    @property
    def is_nested(self) -> bool:
        """Whether this is a child such as ``virtualMachines/extensions``."""
        return len(self.names) > 1

    @property
    def is_extension(self) -> bool:
        """Whether this resource is attached to another resource, group or subscription through ``/providers/``."""
        return self.scope is not None and self.scope.type_key not in {
            RESOURCE_GROUP_TYPE.lower(),
            SUBSCRIPTION_TYPE.lower(),
        }

    @cached_property
    def parent(self) -> ResourceId | None:
        """The id one level up: the parent resource of a child, else the scope."""
        if self.is_nested:
            return parse(self.path.rsplit("/", 2)[0])
        return self.scope

    def ancestors(self) -> Iterator[ResourceId]:
        """This id, then every id above it up to the subscription: the scopes whose locks apply."""
        current: ResourceId | None = self
        while current is not None:
            yield current
            current = current.parent

    def child(self, child_type: str, name: str) -> ResourceId:
        """The id of a nested resource: ``vm.child("extensions", "hello")``."""
        return parse(f"{self.path}/{child_type}/{name}")

    def extension(self, resource_type: str, name: str) -> ResourceId:
        """The id of an extension resource: ``vm.extension("Microsoft.Authorization/locks", "lk")``."""
        return parse(f"{self.path}/providers/{resource_type}/{name}")

    def sibling(self, resource_type: str, name: str) -> ResourceId:
        """The id of a top-level resource in the same resource group (or subscription)."""
        base = subscription_id(self.subscription)
        if self.resource_group:
            base = resource_group_id(self.subscription, self.resource_group)
        return base.extension(resource_type, name)


def subscription_id(subscription: str) -> ResourceId:
    """``/subscriptions/{subscription}``."""
    return parse(f"/subscriptions/{subscription}")


def resource_group_id(subscription: str, group: str) -> ResourceId:
    """``/subscriptions/{subscription}/resourceGroups/{group}``."""
    return parse(f"/subscriptions/{subscription}/resourceGroups/{group}")


def key_of(text: str) -> str:
    """The comparison key of an id's text, without parsing it: lower case, single slashes, no trailing slash."""
    lowered = text.lower()
    if "//" in lowered:
        lowered = "/" + "/".join(part for part in lowered.split("/") if part)
    return lowered.rstrip("/")


def split_path(path: str) -> list[str]:
    """The segments of a URL path or id; empty ones are dropped."""
    return [part for part in path.split("/") if part]


@lru_cache(maxsize=65536)
def parse(text: str) -> ResourceId:
    """Parse an ARM id.

    Raises:
        InvalidResourceIdError: The text is not an id: it has a type without a name, or does not start with a scope.
    """
    parts = split_path(text)
    current: ResourceId | None = None
    position = 0
    if len(parts) >= 2 and parts[0].lower() == "subscriptions":  # noqa: PLR2004 - keyword and name
        current = _make(f"/subscriptions/{parts[1]}", SUBSCRIPTION_TYPE, (parts[1],), parts[1], "", None)
        position = 2
        if len(parts) >= 4 and parts[2].lower() == "resourcegroups":  # noqa: PLR2004 - two keywords, two names
            path = f"{current.path}/resourceGroups/{parts[3]}"
            current = _make(path, RESOURCE_GROUP_TYPE, (parts[3],), parts[1], parts[3], current)
            position = 4
    while position < len(parts):
        current, position = _parse_provider(text, parts, position, current)
    if current is None:
        raise InvalidResourceIdError(
            f"'{text}' is not a resource id: it must start with /subscriptions/ or /providers/."
        )
    return current


def _parse_provider(text: str, parts: list[str], position: int, scope: ResourceId | None) -> tuple[ResourceId, int]:
    """Parse one ``providers/{namespace}/{type}/{name}...`` run; it ends at the next ``providers`` or at the end."""
    if parts[position].lower() != "providers" or position + 3 >= len(parts):
        raise InvalidResourceIdError(f"'{text}' is not a resource id: expected /providers/NAMESPACE/TYPE/NAME.")
    namespace = parts[position + 1]
    position += 2
    types: list[str] = []
    names: list[str] = []
    while position < len(parts) and parts[position].lower() != "providers":
        if position + 1 >= len(parts):
            raise InvalidResourceIdError(f"'{text}' is not a resource id: the type '{parts[position]}' has no name.")
        types.append(parts[position])
        names.append(parts[position + 1])
        position += 2
    if not types:
        raise InvalidResourceIdError(f"'{text}' is not a resource id: the provider '{namespace}' has no type.")
    tail = "/".join(f"{kind}/{name}" for kind, name in zip(types, names, strict=True))
    base = scope.path if scope else ""
    subscription = scope.subscription if scope else ""
    group = scope.resource_group if scope else ""
    path = f"{base}/providers/{namespace}/{tail}"
    return _make(path, "/".join([namespace, *types]), tuple(names), subscription, group, scope), position


def _make(
    path: str, kind: str, names: tuple[str, ...], subscription: str, group: str, scope: ResourceId | None
) -> ResourceId:
    return ResourceId(
        path=path,
        type=kind,
        name=names[-1],
        subscription=subscription,
        resource_group=group,
        scope=scope,
        names=names,
        key=path.lower(),
    )
