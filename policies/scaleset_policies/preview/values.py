"""Reading an estate's resources for a picture: names, parts and texts, whatever is known of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scaleset_core.facts.properties import UNKNOWN
from scaleset_core.picture import NOT_KNOWN
from scaleset_core.picture.texts import plain
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource, Targets
from scaleset_policies.relations import merged

Body = Mapping[str, Any]


def name_of(resource: Resource) -> str:
    """The name in Azure if it is known, else that of the program."""
    own = resource.view.first(arm_types.NAMES.get(resource.type, "name"))
    name = own.value if own is not None and isinstance(own.value, str) else resource.name
    return name.rpartition("/")[2]


def text_at(resource: Resource, path: str) -> str:
    """The value at ``path`` as text, :data:`NOT_KNOWN` if it is not known yet, ``""`` if there is none."""
    found = resource.view.first(path)
    return "" if found is None else plain(found.value)


def parts(value: Any) -> list[Body]:
    """The members of a list that can be read."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list | tuple) else []


def parts_at(resource: Resource, path: str) -> list[Body]:
    """The members of the list at ``path`` that can be read."""
    found = resource.view.first(path)
    return [] if found is None else parts(found.value)


def last(value: Any) -> str:
    """The last segment of an id, :data:`NOT_KNOWN` if it is not known yet, ``""`` without one."""
    identity = value.get("id") if isinstance(value, Mapping) else value
    if identity is UNKNOWN:
        return NOT_KNOWN
    return str(identity).rstrip("/").rpartition("/")[2] if isinstance(identity, str) else ""


def followed(estate: Estate, resource: Resource, paths: tuple[str, ...], *types: str) -> Targets:
    """The targets of several paths as one."""
    return merged(estate.follow(resource, path, *types) for path in paths)


def all_of(targets: Targets) -> Iterator[Resource]:
    """What is certainly, and what is perhaps, the target."""
    yield from targets.sure
    yield from targets.maybe


def deployed(resource: Resource, *steps: str | int) -> str:
    """A value that only Azure's answer has: an address, for example; ``""`` where the input does not have it."""
    value: Any = resource.outputs
    for step in steps:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    return plain(value)
