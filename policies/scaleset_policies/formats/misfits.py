"""Values of a kind that their property never has: Azure refuses them, and rules could not read them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies.formats.shape import OPAQUE, table

_LOOP: Final = "copy"
"""Left in a body only if it is not a loop that could be unrolled."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value of the wrong kind.

    Attributes:
        path: The property.
        expected: The kind that it has: ``an object``, ``a list``.
        got: The actual kind only, since the value may be a secret.
    """

    path: str
    expected: str
    got: str


def misfits(properties: Mapping[str, Any], at: str = "") -> Iterator[Misfit]:
    """The places of a shaped body that have another value instead of the expected object or list.

    Unknown values and null are valid everywhere.
    """
    for name, value in properties.items():
        path = f"{at}.{name}" if at else name
        expected = _expected(name)
        if name == _LOOP:
            yield Misfit(path, "a list of copy loops with name, count and input", _kind(value))
        elif expected and not _fits(value, expected):
            yield Misfit(path, expected, _kind(value))
        elif name.lower() not in OPAQUE:
            yield from _inside(name, value, path)


def _inside(name: str, value: Any, path: str) -> Iterator[Misfit]:
    if isinstance(value, Mapping):
        yield from misfits(value, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, Mapping):
                yield from misfits(item, f"{path}[{index}]")
            elif name in table()["objects"] and not _fits(item, "an object"):
                yield Misfit(f"{path}[{index}]", "an object", _kind(item))


def _expected(name: str) -> str:
    if name in table()["object"]:
        return "an object"
    return "a list" if name in table()["list"] else ""


def _fits(value: Any, expected: str) -> bool:
    return value is None or value is UNKNOWN or isinstance(value, Mapping if expected == "an object" else list)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return "a text" if isinstance(value, str) else "a number"
