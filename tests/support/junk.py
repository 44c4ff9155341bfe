"""Values that no argument or only few arguments accept, and every place where one may be written by mistake."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import math
from collections.abc import Callable, Iterator
from typing import Any

import pulumi

Path = tuple[Any, ...]

MARK = "zQ9-never-shown-zQ9"
"""A text used as a secret."""


class Unshowable:
    """An object whose ``repr`` fails."""

    def __repr__(self) -> str:
        raise RuntimeError(MARK)


class Colour(enum.Enum):
    """An unrelated enumeration."""

    RED = "red"


class Later:
    """An awaitable, as an Input may be."""

    def __await__(self) -> Iterator[None]:
        yield


def _inside_itself() -> dict[str, Any]:
    loop: dict[str, Any] = {}
    loop["a"] = loop
    return loop


def _deep() -> Any:
    value: Any = MARK
    for _ in range(3000):
        value = [value]
    return value


JUNK: dict[str, Callable[[], Any]] = {
    "text": lambda: f"junk {MARK}",
    "no text": lambda: "",
    "blanks": lambda: "  ",
    "two lines": lambda: f"a\n{MARK}",
    "half a character": lambda: "\ud800",
    "very long": lambda: MARK + "x" * 100_000,
    "digits of another script": lambda: "٣",
    "zero": lambda: 0,
    "negative": lambda: -1,
    "huge": lambda: 10**5000,
    "text of a huge number": lambda: "9" * 4000,
    "fraction": lambda: 1.5,
    "not a number": lambda: math.nan,
    "infinite": lambda: math.inf,
    "true": lambda: True,
    "null": lambda: None,
    "empty list": list,
    "list": lambda: [MARK],
    "list of null": lambda: [None],
    "list of maps": lambda: [{"a": MARK}],
    "list of pairs": lambda: [("admin_password", MARK)],
    "empty map": dict,
    "map": lambda: {"a": MARK},
    "map by number": lambda: {1: MARK},
    "map by null": lambda: {None: {}},
    "map by nothing": lambda: {"": {}},
    "bytes": lambda: b"\xff" + MARK.encode(),
    "set": lambda: {MARK},
    "read once": lambda: iter([MARK]),
    "date": lambda: dt.date(2027, 1, 1),
    "decimal": lambda: decimal.Decimal("NaN"),
    "enumeration": lambda: Colour.RED,
    "complex": lambda: 1j,
    "function": lambda: len,
    "class": lambda: Unshowable,
    "unshowable": Unshowable,
    "awaitable": Later,
    "inside itself": _inside_itself,
    "deep": _deep,
    "half an id": lambda: "/subscriptions/ /resourceGroups//providers/x",
    "endless": lambda: "PT99999999999999999999H",
}
"""Values by what is wrong with them."""


def paths(value: Any, at: Path = ()) -> Iterator[Path]:
    """Every place in nested dicts and lists, from the outside in."""
    if at:
        yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths(item, (*at, key))


def written(args: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """``args`` with ``value`` at ``path``."""
    result: dict[str, Any] = unshared(args)
    node: Any = result
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = value
    return result


def unshared(value: Any) -> Any:
    """A copy in which no two places share an object."""
    if isinstance(value, dict):
        return {key: unshared(item) for key, item in value.items()}
    return [unshared(item) for item in value] if isinstance(value, list) else value


def unsendable(value: Any) -> str:
    """The part of a plan's ``value`` that Pulumi cannot send, or ``""``."""
    if isinstance(value, dict):
        return next((found for item in value.values() if (found := unsendable(item))), "")
    if isinstance(value, list | tuple):
        return next((found for item in value if (found := unsendable(item))), "")
    if isinstance(value, float):
        return "" if math.isfinite(value) else str(value)
    if isinstance(value, int):
        return "" if abs(value) <= 2**53 else "a number that is too large"
    if value is None or isinstance(value, str | bool | pulumi.Output | Later):
        return ""
    known = type(value).__module__ == "pulumi_azure_scaleset.plan.resources"
    return "" if known else f"a {type(value).__name__}"
