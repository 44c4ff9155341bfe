"""Comparing the properties of one resource with the schema. Pure; what is not known stays undecided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies.arm_types import NAMES
from scaleset_policies.schema.model import (
    ANY,
    BOOLEAN,
    INTEGER,
    NUMBER,
    STRING,
    Model,
    Property,
    advice,
    nearest,
    schema,
)


class Slip(StrEnum):
    """What can be wrong with a property."""

    NAME = "name"
    """There is no property of this name."""
    VALUE = "value"
    """The value is none of the enumeration's."""
    TYPE = "type"
    """The value is of another type."""
    MISSING = "missing"
    """A property that must be there is missing."""


@dataclass(frozen=True, slots=True)
class Slipped:
    """One place that is not as the schema has it.

    Attributes:
        slip: What is wrong.
        path: The property, with list indexes.
        value: The value, None where it does not matter.
        detail: What was expected.
        open: Whether nobody can tell, since the value is not known yet.
    """

    slip: Slip
    path: str
    value: Any = None
    detail: str = ""
    open: bool = False


_ENVELOPE: Final = frozenset(
    {
        *(name.lower() for name in NAMES.values()),
        *("apiversion", "azureapiversion", "name", "type", "id", "scope", "location", "tags", "etag", "managedby"),
        *("condition", "comments", "metadata", "dependson", "copy", "resources", "asserts", "kind", "systemdata"),
    }
)
"""What every resource may have on top, in templates or in azure-native's arguments."""
_COPY: Final = "copy"
"""A loop over properties whose count is not known stays as it is."""
_FLAGS: Final = frozenset({"true", "false", ""})


def slips(properties: Any, kind: str) -> Iterator[Slipped]:
    """The places of a resource's properties that are not as the schema has them.

    Args:
        properties: The properties, as readers make them.
        kind: The resource's type, in lower case; one that the schema has.
    """
    found = schema()
    yield from _Walk(kind).model(properties, found.models[found.types[kind]], "")


class _Walk:
    """One walk through a resource.

    Args:
        kind: The resource's type.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.schema = schema()

    def model(self, node: Any, model: Model, at: str) -> Iterator[Slipped]:
        """An object that a model describes."""
        if node is UNKNOWN:
            yield from (Slipped(slip, at, open=True) for slip in Slip)
            return
        if not isinstance(node, Mapping):
            yield Slipped(Slip.TYPE, at, node, "expected an object")
            return
        names = {str(name).lower() for name, value in node.items() if value is not None}
        for written, value in node.items():
            path = f"{at}.{written}" if at else str(written)
            lowered = str(written).lower()
            known = model.get(lowered)
            if known is not None:
                yield from self.property(value, known, path)
            elif not at and lowered in _ENVELOPE:
                continue
            elif lowered != _COPY and "{" not in lowered and not lowered.startswith("_"):
                yield Slipped(Slip.NAME, path, detail=advice(str(written), model, self.kind))
        if _COPY in names:
            return
        for lowered, each in model.items():
            if each.required and lowered not in names and (at or lowered not in _ENVELOPE):
                yield Slipped(Slip.MISSING, f"{at}.{each.name}" if at else each.name, detail="it is missing")

    def property(self, value: Any, known: Property, at: str) -> Iterator[Slipped]:
        """The value of a property."""
        if value is None or (known.kind == ANY and not known.many):
            return
        if not known.many:
            yield from self.single(value, known.kind, at)
        elif value is UNKNOWN:
            if known.kind not in {ANY, STRING}:
                yield from (Slipped(slip, at, open=True) for slip in Slip)
        elif not isinstance(value, list | tuple):
            yield Slipped(Slip.TYPE, at, value, "expected a list")
        else:
            for index, item in enumerate(value):
                if item is not None and known.kind != ANY:
                    yield from self.single(item, known.kind, f"{at}[{index}]")

    def single(self, value: Any, kind: str, at: str) -> Iterator[Slipped]:
        """One value, or one item of a list."""
        if kind in self.schema.models:
            yield from self.model(value, self.schema.models[kind], at)
        elif kind in self.schema.enumerations:
            yield from self.choice(value, kind, at)
        elif value is not UNKNOWN and (expected := _misfit(value, kind)):
            yield Slipped(Slip.TYPE, at, value, f"expected {expected}")

    def choice(self, value: Any, kind: str, at: str) -> Iterator[Slipped]:
        """A value of an enumeration; ARM takes a number for one, too, and nothing for an empty text."""
        if value is UNKNOWN:
            yield Slipped(Slip.VALUE, at, open=True)
        elif isinstance(value, Mapping | list | tuple):
            yield Slipped(Slip.TYPE, at, value, "expected a text")
        elif (
            isinstance(value, str)
            and value
            and "{" not in value
            and "".join(value.split()).lower() not in (self.schema.usual[kind])
        ):
            near = nearest(value, kind)
            every = ", ".join(self.schema.enumerations[kind])
            yield Slipped(Slip.VALUE, at, value, f"did you mean {near}?" if near else f"expected one of {every}")


def _misfit(value: Any, kind: str) -> str:
    """What was expected in place of ``value``, ``""`` if ARM takes it: it reads ``"3"`` as 3 and 3 as ``"3"``."""
    if isinstance(value, Mapping | list | tuple):
        return {STRING: "a text", BOOLEAN: "true or false", INTEGER: "a whole number", NUMBER: "a number"}[kind]
    if not isinstance(value, str) or "{" in value:
        return "a whole number" if kind == INTEGER and isinstance(value, float) and not value.is_integer() else ""
    if kind == BOOLEAN:
        return "" if value.strip().lower() in _FLAGS else "true or false"
    if kind in (INTEGER, NUMBER) and value and not _is_number(value):
        return "a whole number" if kind == INTEGER else "a number"
    return ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
