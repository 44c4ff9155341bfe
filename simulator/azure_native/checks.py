"""What is wrong with a set of inputs: missing, unknown and mistyped properties, each with its path."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from azure_native import limits
from azure_native.failures import Failure
from azure_native.naming import OPTIONAL
from azure_native.table import API_VERSION, Members, ResourceType, Shape
from azure_native.values import Unknown

API_VERSION_INPUT = API_VERSION
CREATE_BEFORE_DELETE = "__createBeforeDelete"

_STRING = Shape("string")
_PYTHON_TYPES: dict[str, type] = {
    "string": str,
    "boolean": bool,
    "list": list,
    "set": list,
    "map": dict,
    "object": dict,
}
_LOCATION_HELP = ". Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'."


def check(resource: ResourceType, inputs: dict[str, Any], *, refuses_unknown: bool = False) -> list[Failure]:
    """Everything that is wrong with inputs (without secret marks, defaults filled in).

    Args:
        resource: The type.
        inputs: The inputs.
        refuses_unknown: Whether properties that the type does not have are wrong too; they are never sent.
    """
    found = list(_failures(resource, inputs))
    return [each for each in found if refuses_unknown or not each.unknown]


def _failures(resource: ResourceType, inputs: dict[str, Any]) -> Iterator[Failure]:
    failures: list[Failure] = []
    for name in resource.parameters:
        value = inputs.get(name)
        if name not in inputs:
            if name in resource.required or (resource.auto_name and resource.auto_name[0] == name):
                failures.append(Failure(name, f"missing required property '{name}'"))
        elif not isinstance(value, (str, Unknown)):
            failures.append(Failure(name, f"'{name}' should be of type 'string' but got {_kind(value)}"))
        elif value == "" and name not in OPTIONAL:
            failures.append(Failure(name, f"'{name}' is empty; it is part of the resource's URL"))
    version = resource.version_input
    if version and version not in inputs:
        failures.append(Failure(version, f"missing required property '{version}'"))
    apart = {*resource.parameters, version}
    body = {k: v for k, v in inputs.items() if k not in apart and not _internal(k)}
    yield from failures
    yield from _object(body, resource.inputs, resource, "", also=resource.parameters)


def _internal(name: str) -> bool:
    return name.startswith("__") or name == API_VERSION_INPUT


def _object(
    values: dict[str, Any], members: Members, resource: ResourceType, path: str, also: tuple[str, ...] = ()
) -> Iterator[Failure]:
    for prop in members.values():
        if prop.required and prop.name not in values:
            where = f"{path}.{prop.name}" if path else prop.name
            reason = f"missing required property '{where}'"
            yield Failure(where, reason + (_LOCATION_HELP if where == "location" else ""))
    for name, value in values.items():
        where = f"{path}.{name}" if path else name
        known = members.get(name)
        if known is None:
            yield Failure(where, _unknown_property(where, name, [*members, *also], resource), unknown=True)
        elif known.constant is not None and value != known.constant and not isinstance(value, Unknown):
            yield Failure(where, f"'{where}' must be '{known.constant}' but got {value!r}")
        else:
            yield from _value(value, known.shape, resource, where)
            yield from limits.failures(where, value, known.limits)


def _unknown_property(where: str, name: str, known: list[str], resource: ResourceType) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean '{close[0]}'?" if close else f" Known properties: {', '.join(sorted(known))}."
    return f"unknown property '{where}' of {resource.token}.{hint}"


def _value(value: Any, shape: Shape, resource: ResourceType, where: str) -> Iterator[Failure]:
    if isinstance(value, Unknown) or value is None or shape.kind == "any":
        return
    if not _fits(value, shape.kind):
        wanted = {"list": "array", "set": "array", "map": "object"}.get(shape.kind, shape.kind)
        reason = (
            f"must be an integer but got {value}"
            if _is_fraction(value, shape.kind)
            else (f"should be of type '{wanted}' but got {_kind(value)}")
        )
        yield Failure(where, f"'{where}' {reason}")
    elif shape.kind == "object" and len(shape.types) == 1:
        yield from _object(value, resource.types[shape.types[0]], resource, where)
    elif shape.kind in ("list", "set"):
        for index, item in enumerate(value):
            yield from _value(item, shape.item or _STRING, resource, f"{where}[{index}]")
    elif shape.kind == "map" and shape.item:
        for key, item in value.items():
            yield from _value(item, shape.item, resource, f'{where}["{key}"]')


def _fits(value: Any, kind: str) -> bool:
    if kind in ("integer", "number"):
        return isinstance(value, (int, float)) and not isinstance(value, bool) and not _is_fraction(value, kind)
    return isinstance(value, _PYTHON_TYPES[kind])


def _is_fraction(value: Any, kind: str) -> bool:
    return kind == "integer" and isinstance(value, float)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "an array" if isinstance(value, list) else "an object"
