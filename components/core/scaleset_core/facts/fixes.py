"""Corrections of a resource's properties that are safe to make automatically.

A fix gets the properties as Pulumi has them: plain dicts and lists, with opaque objects for secrets and sentinel texts
for unknown values, which it does not change. It is applied only where its rule found something.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fix:
    """One correction.

    Attributes:
        apply: Corrects the properties in place; True if it changed something.
        text: What it does, as an instruction.
    """

    apply: Callable[[dict[str, Any]], bool]
    text: str


def drop(parent: str, *names: str) -> Fix:
    """Remove ``names`` from the objects at ``parent`` (``""``: from the properties themselves)."""

    def apply(properties: dict[str, Any]) -> bool:
        found = [(each, name) for each in objects(properties, parent) for name in names if name in each]
        for each, name in found:
            del each[name]
        return bool(found)

    return Fix(apply, f"drop {' and '.join(names)}")


def set_missing(parent: str, name: str, value: Any) -> Fix:
    """Set ``name`` on the objects at ``parent`` that do not have it."""

    def apply(properties: dict[str, Any]) -> bool:
        holders = [each for each in objects(properties, parent) if each.get(name) is None]
        for each in holders:
            each[name] = value
        return bool(holders)

    return Fix(apply, f"set {name} to {value} where it is missing")


def objects(node: Any, path: str) -> Iterator[dict[str, Any]]:
    """The objects at ``path``; ``[]`` iterates over a list."""
    if not path:
        if isinstance(node, dict):
            yield node
        return
    step, _, rest = path.partition(".")
    name = step.removesuffix("[]")
    child = node.get(name) if isinstance(node, dict) else None
    if not step.endswith("[]"):
        yield from objects(child, rest)
    elif isinstance(child, list):
        for item in child:
            yield from objects(item, rest)
