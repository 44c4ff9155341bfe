"""The template functions that take a lambda: ``map(array, lambda('item', ...))``."""

import functools
from collections.abc import Callable
from typing import Any

from arm_templates.values import CannotEvaluateError, Unresolved, identity

Closure = Callable[..., Any]


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise CannotEvaluateError
    return value


def _filter(items: Any, keep: Closure) -> list[Any]:
    kept = []
    for item in _listed(items):
        wanted = keep(item)
        if not isinstance(wanted, bool):
            raise CannotEvaluateError
        if wanted:
            kept.append(item)
    return kept


def _key(value: Any) -> str:
    if isinstance(value, Unresolved):
        raise CannotEvaluateError
    return identity(value)


def _sort(items: Any, before: Closure) -> list[Any]:
    def compare(left: Any, right: Any) -> int:
        first = before(left, right)
        if not isinstance(first, bool):
            raise CannotEvaluateError
        return -1 if first else 1

    return sorted(_listed(items), key=functools.cmp_to_key(compare))


def _to_object(items: Any, key: Closure, value: Closure | None = None) -> dict[str, Any]:
    return {_key(key(item)): value(item) if value else item for item in _listed(items)}


def _group_by(items: Any, key: Closure) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for item in _listed(items):
        groups.setdefault(_key(key(item)), []).append(item)
    return groups


def _map_values(value: Any, change: Closure) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CannotEvaluateError
    return {name: change(item) for name, item in value.items()}


LAMBDAS: dict[str, Callable[..., Any]] = {
    "map": lambda items, change: [change(item) for item in _listed(items)],
    "filter": _filter,
    "reduce": lambda items, start, join: functools.reduce(join, _listed(items), start),
    "sort": _sort,
    "toobject": _to_object,
    "groupby": _group_by,
    "mapvalues": _map_values,
}
"""The functions by name in lower case."""
