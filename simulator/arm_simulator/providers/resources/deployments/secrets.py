"""What of a deployment may be shown and stored: never the value of a secure parameter or output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arm_simulator.core import schema
from arm_templates import parameters as types
from arm_templates.members import member

MASK = "***"
_SHOWN = {"securestring": "SecureString", "secureobject": "SecureObject"}
_NAMES = {"string": "String", "int": "Int", "bool": "Bool", "object": "Object", "array": "Array", **_SHOWN}


def shown(template: Mapping[str, Any], section: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters or outputs as a deployment shows them: each with its type, secrets without values.

    Args:
        template: The template that declares them.
        section: ``parameters`` or ``outputs``.
        values: The values by their declared names.
    """
    result = {}
    for name, value in values.items():
        declared = member(member(template, section, {}), name, {})
        kind = str(member(types.declaration(template, declared), "type", "string")).lower()
        result[name] = {"type": _NAMES.get(kind, kind)}
        if kind not in _SHOWN:
            result[name]["value"] = value
    return result


def storable(template: Any) -> Any:
    """A template without the default values of its secure parameters, and those that it gives to nested templates."""
    if isinstance(template, list):
        return [storable(item) for item in template]
    if not isinstance(template, dict):
        return template
    cleaned = _without_defaults(template)
    inner = member(cleaned, "template")
    if isinstance(inner, dict) and isinstance(member(cleaned, "parameters"), dict):
        cleaned = {
            name: _literals_masked(inner, value) if name.lower() == "parameters" else value
            for name, value in cleaned.items()
        }
    return {name: MASK if _is_secret(name, value) else storable(value) for name, value in cleaned.items()}


def _without_defaults(template: dict[str, Any]) -> dict[str, Any]:
    declared = member(template, "parameters")
    if not isinstance(declared, dict) or member(template, "resources") is None:
        return template
    safe = {
        name: {key: value for key, value in each.items() if key.lower() != "defaultvalue" or not _is_literal(value)}
        if isinstance(each, dict) and types.is_secure(template, each)
        else each
        for name, each in declared.items()
    }
    return {name: safe if name.lower() == "parameters" else value for name, value in template.items()}


def _literals_masked(template: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters with values, masked where the template that they are for declares secrets."""
    return {
        name: {"value": MASK}
        if types.is_secure(template, member(member(template, "parameters", {}), name, {}))
        and _is_literal(member(entry, "value"))
        else entry
        for name, entry in given.items()
    }


def redacted(body: Any) -> Any:
    """A deployment's request as it may be recorded."""
    properties = member(body, "properties")
    template = member(properties, "template")
    if not isinstance(template, dict) or member(template, "resources") is None:
        return body
    given = member(properties, "parameters")
    hidden = {
        name: _literals_masked(template, value)
        if name.lower() == "parameters" and isinstance(given, dict)
        else storable(value)
        if name.lower() == "template"
        else value
        for name, value in properties.items()
    }
    return {name: hidden if name.lower() == "properties" else value for name, value in body.items()}


def _is_secret(name: str, value: Any) -> bool:
    """Whether a member is a secret that the template writes down; a parameter of that name is declared by an object."""
    written = isinstance(value, str | list) or (isinstance(value, dict) and "type" not in value)
    return name in schema.WRITE_ONLY and written and _is_literal(value)


def _is_literal(value: Any) -> bool:
    """Whether a value is a literal text and not an expression."""
    if isinstance(value, dict):
        return any(_is_literal(item) for item in value.values())
    if isinstance(value, list):
        return any(_is_literal(item) for item in value)
    return value is not None and not (isinstance(value, str) and value.startswith("[") and value.endswith("]"))
