"""Values of a resource that somebody else owns: an update carries what Azure has, not what this program last wrote.

``ignore_changes`` of Pulumi does not do that. It keeps the value of the state, which is the one that this program wrote
or last refreshed, and every update sends the whole resource: a set that autoscale brought to five instances goes back
to two because a tag changes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

_PART = re.compile(r"""\.?([A-Za-z_$][\w$-]*)|\[(\d+)\]|\[["']([^"'\]]+)["']\]""")
Step = str | int
CAPACITY: tuple[Step, ...] = ("sku", "capacity")
"""The path of a scale set's number of instances, in its inputs and in Azure."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A value that somebody else owns.

    Attributes:
        path: Its path in the inputs (``("sku", "capacity")``).
        names: For a map, the names in it that are foreign, ``*`` for any text; all of the value without any.
        declared: Whether the program's value is sent if Azure has none. Otherwise no value is sent then.
    """

    path: tuple[Step, ...]
    names: tuple[str, ...] = ()
    declared: bool = True


def steps(path: str) -> tuple[Step, ...] | None:
    """The steps of a property path (``a.b[0]["c"]``); None if it is none, or has a wildcard."""
    found: list[Step] = []
    position = 0
    while position < len(path):
        part = _PART.match(path, position)
        if part is None:
            return None
        name, index, quoted = part.groups()
        found.append(int(index) if index is not None else name or quoted)
        position = part.end()
    return tuple(found) or None


def at(value: Any, path: Sequence[Step]) -> Any:
    """The value at ``path``; None if there is none."""
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, Sequence) and not isinstance(value, str) and isinstance(step, int):
            value = value[step] if step < len(value) else None
        else:
            return None
    return value


def reaches(value: Any, path: Sequence[Step]) -> bool:
    """Whether ``value`` is plain down to the parent of ``path``, so that another value can be put there."""
    for step in path[:-1]:
        if isinstance(value, Mapping):
            value = value.get(step, {})
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return False
    return isinstance(value, Mapping) or (
        isinstance(value, list) and isinstance(path[-1], int) and path[-1] < len(value)
    )


def put(value: Any, path: Sequence[Step], new: Any) -> Any:
    """A copy of ``value`` with ``new`` at ``path``."""
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        assert isinstance(step, int)
        return [
            put(item, rest, new) if rest and index == step else new if index == step else item
            for index, item in enumerate(value)
        ]
    inner = put(value.get(step, {}), rest, new) if rest else new
    return {**value, step: inner}


def carried(foreign: Foreign, declared: Any, live: Mapping[str, Any] | None) -> Any:
    """What an update carries at the path of ``foreign``.

    Args:
        foreign: Whose it is.
        declared: The program's value, None for none.
        live: The resource as Azure has it; None if it does not exist, or can't be known yet.
    """
    if live is None:
        return declared
    found = at(live, foreign.path)
    if foreign.names:
        theirs = {name: value for name, value in (found or {}).items() if matches(name, foreign.names)}
        return {**(declared or {}), **theirs} or None
    return declared if found is None and foreign.declared else found


def matches(name: str, patterns: Sequence[str]) -> bool:
    """Whether one of ``patterns`` describes ``name``, which Azure compares without case."""
    return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns)
