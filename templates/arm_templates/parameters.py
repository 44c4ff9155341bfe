"""Parameters against their declarations: types, user-defined types, allowed values, bounds.

The texts follow Azure's. https://learn.microsoft.com/azure/azure-resource-manager/templates/parameters and
https://learn.microsoft.com/azure/azure-resource-manager/templates/definitions
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from arm_templates.members import member

_SECURE: Final = {"securestring": "string", "secureobject": "object"}
_DEEPEST: Final = 40
_NAMES: Final = {str: "String", bool: "Boolean", int: "Integer", float: "Float", list: "Array", dict: "Object"}
_TYPES: Final[Mapping[str, type]] = {"string": str, "int": int, "bool": bool, "array": list, "object": dict}


def declaration(template: Mapping[str, Any], declared: Any) -> Mapping[str, Any]:
    """A declaration with what it refers to by ``$ref`` under it."""
    result: dict[str, Any] = dict(declared) if isinstance(declared, Mapping) else {}
    for _ in range(_DEEPEST):
        reference = result.pop("$ref", None)
        if not isinstance(reference, str):
            break
        target = member(member(template, "definitions", {}), reference.rpartition("/")[2], {})
        result = {**(target if isinstance(target, Mapping) else {}), **result}
    return result


def is_secure(template: Mapping[str, Any], declared: Any) -> bool:
    """Whether a parameter or output is a secret."""
    return str(member(declaration(template, declared), "type", "")).lower() in _SECURE


def coerced(template: Mapping[str, Any], declared: Any, value: Any) -> Any:
    """A value as its declaration has it: Azure takes ``"3"`` for a number and ``"true"`` for a boolean."""
    kind = str(member(declaration(template, declared), "type", "")).lower()
    if isinstance(value, str):
        if kind == "int" and value.strip().lstrip("-").isdecimal() and value.isascii():
            return int(value)
        if kind == "bool" and value.strip().lower() in {"true", "false"}:
            return value.strip().lower() == "true"
    return value


def problems(template: Mapping[str, Any], name: str, declared: Any, value: Any, depth: int = 0) -> Iterator[str]:
    """What is wrong with a parameter's value; nothing if it is valid.

    Args:
        template: The template, for its definitions.
        name: The parameter, or the place in it.
        declared: Its declaration.
        value: The value, after :func:`coerced`.
        depth: How deep in the value this is.
    """
    if depth > _DEEPEST:
        return
    rule = declaration(template, declared)
    if value is None and member(rule, "nullable") is True:
        return
    written = str(member(rule, "type", "")).lower()
    kind = _SECURE.get(written, written)
    expected = _TYPES.get(kind)
    begin = f"The provided value for the template parameter '{name}' is not valid."
    if expected is not None and (not isinstance(value, expected) or (kind == "int" and isinstance(value, bool))):
        given = _NAMES.get(type(value), "Null")
        yield f"{begin} Expected a value of type '{_NAMES[expected]}', but received a value of type '{given}'."
        return
    shown = "" if written in _SECURE else f" '{value}'"
    for text in _bounds(rule, value, shown):
        yield f"{begin} {text}"
    if isinstance(value, dict):
        yield from _in_object(template, name, rule, value, depth)
    if isinstance(value, list):
        yield from _in_list(template, name, rule, value, depth)


def _bounds(rule: Mapping[str, Any], value: Any, shown: str) -> Iterator[str]:
    allowed = member(rule, "allowedValues")
    if isinstance(allowed, list):
        each = value if isinstance(value, list) and value not in allowed else [value]
        if not all(item in allowed for item in each):
            listed = ",".join(str(item) for item in allowed)
            yield f"The value{shown} is not part of the allowed value(s): '{listed}'."
    if isinstance(value, str | list):
        low, high = member(rule, "minLength"), member(rule, "maxLength")
        if isinstance(low, int) and len(value) < low:
            yield f"Length of the value should be greater than or equal to '{low}'."
        if isinstance(high, int) and len(value) > high:
            yield f"Length of the value should be less than or equal to '{high}'."
    if isinstance(value, int) and not isinstance(value, bool):
        low, high = member(rule, "minValue"), member(rule, "maxValue")
        if isinstance(low, int) and value < low:
            yield f"The value should be greater than or equal to '{low}'."
        if isinstance(high, int) and value > high:
            yield f"The value should be less than or equal to '{high}'."


def _in_object(
    template: Mapping[str, Any], name: str, rule: Mapping[str, Any], value: dict[str, Any], depth: int
) -> Iterator[str]:
    rule = _chosen(template, rule, value)
    declared = member(rule, "properties")
    known = declared if isinstance(declared, Mapping) else {}
    for key, inner in known.items():
        if key in value:
            yield from problems(template, f"{name}.{key}", inner, value[key], depth + 1)
        elif member(declaration(template, inner), "nullable") is not True:
            yield f"The provided value for the template parameter '{name}' is not valid. Expected the property '{key}'."
    others = member(rule, "additionalProperties")
    for key in value if others is not None else ():
        if key in known:
            continue
        if others is False:
            yield (
                f"The provided value for the template parameter '{name}' is not valid. The property '{key}' is not "
                "permitted."
            )
        elif isinstance(others, Mapping):
            yield from problems(template, f"{name}.{key}", others, value[key], depth + 1)


def _chosen(template: Mapping[str, Any], rule: Mapping[str, Any], value: dict[str, Any]) -> Mapping[str, Any]:
    """The variant of a union that the value's discriminating property names."""
    choice = member(rule, "discriminator")
    if not isinstance(choice, Mapping):
        return rule
    key = str(member(choice, "propertyName", ""))
    variant = declaration(template, member(member(choice, "mapping", {}), str(value.get(key, ""))))
    known = {**(member(rule, "properties") or {}), **(member(variant, "properties") or {})}
    return {**rule, **variant, "properties": known}


def _in_list(
    template: Mapping[str, Any], name: str, rule: Mapping[str, Any], value: list[Any], depth: int
) -> Iterator[str]:
    first = member(rule, "prefixItems")
    fixed = first if isinstance(first, list) else []
    others = member(rule, "items")
    for index, item in enumerate(value):
        inner = fixed[index] if index < len(fixed) else others
        if isinstance(inner, Mapping):
            yield from problems(template, f"{name}[{index}]", inner, item, depth + 1)
