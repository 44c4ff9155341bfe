"""Comparing the properties of one resource with the schema. Pure; what is not known stays undecided."""

from __future__ import annotations

from collections.abc import Mapping
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
    plain,
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


def slips(properties: Any, kind: str) -> tuple[Slipped, ...]:
    """The places of a resource's properties that are not as the schema has them.

    Args:
        properties: The properties, as readers make them.
        kind: The resource's type, in lower case; one that the schema has.
    """
    found = schema()
    walk = _Walk(kind)
    walk.model(properties, found.models[found.types[kind]], "")
    return tuple(walk.found)


class _Walk:
    """One walk through a resource. It collects instead of yielding: a check walks through thousands.

    Args:
        kind: The resource's type.

    Attributes:
        found: What was found.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.schema = schema()
        self.found: list[Slipped] = []

    def model(self, node: Any, model: Model, at: str) -> None:
        """An object that a model describes."""
        if node is UNKNOWN:
            self.found += [Slipped(slip, at, open=True) for slip in Slip]
            return
        if not isinstance(node, Mapping):
            self.found.append(Slipped(Slip.TYPE, at, node, "expected an object"))
            return
        prefix = f"{at}." if at else ""
        for written, value in node.items():
            known = model.properties.get(written) or model.properties.get(str(written).lower())
            if known is None:
                self.name(str(written), model, prefix)
            elif value is not None and (known.many or known.kind != ANY):
                self.property(value, known, f"{prefix}{written}")
        if model.required:
            self.required(node, model, prefix)

    def name(self, written: str, model: Model, prefix: str) -> None:
        """A name that the model does not have."""
        lowered = written.lower()
        if (not prefix and lowered in _ENVELOPE) or lowered == _COPY or "{" in lowered or lowered[:1] == "_":
            return
        self.found.append(Slipped(Slip.NAME, f"{prefix}{written}", detail=advice(written, model, self.kind)))

    def required(self, node: Mapping[str, Any], model: Model, prefix: str) -> None:
        """What the model must have; what a loop or azure-native's defaults may add is not missed."""
        names = {str(name).lower() for name, value in node.items() if value is not None}
        if _COPY in names:
            return
        for each in model.required:
            lowered = each.lower()
            if lowered not in names and (prefix or lowered not in _ENVELOPE):
                self.found.append(Slipped(Slip.MISSING, f"{prefix}{each}", detail="it is missing"))

    def property(self, value: Any, known: Property, at: str) -> None:
        """The value of a property."""
        if not known.many:
            self.single(value, known.kind, at)
        elif value is UNKNOWN:
            if known.kind not in {ANY, STRING}:
                self.found += [Slipped(slip, at, open=True) for slip in Slip]
        elif not isinstance(value, list | tuple):
            self.found.append(Slipped(Slip.TYPE, at, value, "expected a list"))
        elif known.kind != ANY:
            for index, item in enumerate(value):
                if item is not None:
                    self.single(item, known.kind, f"{at}[{index}]")

    def single(self, value: Any, kind: str, at: str) -> None:
        """One value, or one item of a list."""
        model = self.schema.models.get(kind)
        if model is not None:
            self.model(value, model, at)
        elif kind in self.schema.usual:
            if not (isinstance(value, str) and value.lower() in self.schema.usual[kind]):
                self.choice(value, kind, at)
        elif value is not UNKNOWN and (expected := _misfit(value, kind)):
            self.found.append(Slipped(Slip.TYPE, at, value, f"expected {expected}"))

    def choice(self, value: Any, kind: str, at: str) -> None:
        """A value of an enumeration; ARM takes a number for one, too, and nothing for an empty text."""
        if value is UNKNOWN:
            self.found.append(Slipped(Slip.VALUE, at, open=True))
        elif isinstance(value, Mapping | list | tuple):
            self.found.append(Slipped(Slip.TYPE, at, value, "expected a text"))
        elif isinstance(value, str) and value and "{" not in value and plain(value) not in self.schema.usual[kind]:
            near = nearest(value, kind)
            every = ", ".join(self.schema.enumerations[kind])
            wanted = f"did you mean {near}?" if near else f"expected one of {every}"
            self.found.append(Slipped(Slip.VALUE, at, value, wanted))


def _misfit(value: Any, kind: str) -> str:
    """What was expected in place of ``value``, ``""`` if ARM takes it: it reads ``"3"`` as 3 and 3 as ``"3"``."""
    if kind == STRING and isinstance(value, str):
        return ""
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
