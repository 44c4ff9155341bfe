"""Which ids a body refers to: every string that is an ARM id, with the inner element that holds it.

``via`` is the id of the nearest named list element around the reference, for example
``{nic}/ipConfigurations/primary`` for a backend pool of a network interface: what Azure shows in back references.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from arm_simulator.core.ids import ResourceId, key_of

# Free text from users: an id in here is data, not a reference.
_OPAQUE = frozenset({"tags", "settings", "protectedsettings", "metadata", "userdata", "customdata", "parameters"})


class Reference(NamedTuple):
    """One reference; ``source`` and ``target`` are comparison keys (lower case).

    Attributes:
        source: The key of the resource that refers.
        target: The key of what is referred to (may be an inner element such as a front-end configuration).
        via: The id (in its original spelling) of the named list element inside the source that holds the reference, or
            of the source.
        path: The JSON path of the reference, for messages: ``properties.ipConfigurations[0].properties.subnet.id``.
    """

    source: str
    target: str
    via: str
    path: str


def references_of(rid: ResourceId, body: Any) -> list[Reference]:
    """All references of one body."""
    return [Reference(rid.key, key_of(target), via, path) for target, via, path in _walk(body, rid.path, "")]


def mentioned(body: Any) -> list[tuple[str, str]]:
    """Each id in a body, in its own spelling, and the JSON path of it."""
    return [(target, path) for target, _, path in _walk(body, "", "")]


def _walk(value: Any, via: str, path: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name.lower() in _OPAQUE:
                continue
            where = f"{path}.{name}" if path else name
            if isinstance(inner, str):
                if inner[:15].lower() == "/subscriptions/":
                    yield inner, via, where
            elif isinstance(inner, list):
                yield from _walk_list(inner, name, via, where)
            elif inner:
                yield from _walk(inner, via, where)
        # user-assigned identities are the keys of an object
        identities = value.get("userAssignedIdentities")
        if isinstance(identities, dict):
            for key in identities:
                yield key, via, f"{path}.userAssignedIdentities" if path else "userAssignedIdentities"


def _walk_list(items: list[Any], name: str, via: str, path: str) -> Iterator[tuple[str, str, str]]:
    for index, item in enumerate(items):
        where = f"{path}[{index}]"
        if isinstance(item, str):
            if item[:15].lower() == "/subscriptions/":
                yield item, via, where
        elif isinstance(item, dict):
            inner_name = item.get("name")
            inner = f"{via}/{name}/{inner_name}" if isinstance(inner_name, str) else via
            yield from _walk(item, inner, where)
