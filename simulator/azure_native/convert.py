"""Conversion between Pulumi's shape of a resource and ARM's, by the generated tables.

azure-native shows an ARM resource with its ``properties`` wrappers removed, at the top and inside lists, where the API
description has ``x-ms-client-flatten``; sets of identity ids are lists in Pulumi and objects in ARM. All functions are
pure. Values carry no secret marks here (``values.plain``); unknowns pass through untouched.
"""

from __future__ import annotations

from typing import Any

from azure_native.table import Members, Property, ResourceType, Shape
from azure_native.values import UNKNOWN, Unknown

Json = dict[str, Any]


def to_body(resource: ResourceType, inputs: Json, resource_id: str) -> Json:
    """The body of the PUT for the inputs of a resource.

    ``$self/…`` in the id of a sub-resource means the resource's own id, as in the official provider.
    """
    return _object_to_body(inputs, resource.inputs, resource, resource_id)


def to_outputs(resource: ResourceType, response: Json) -> Json:
    """The outputs for a response of ARM, without what ARM left null."""
    return _object_to_sdk(response, resource.outputs, resource)


def response_to_inputs(resource: ResourceType, response: Json, path_values: dict[str, str]) -> Json:
    """The inputs that would produce a response, for an import: empty lists and objects are left out."""
    body = _object_to_sdk(response, resource.inputs, resource)
    body.pop("id", None)
    cleaned = {name: _without_empty(value) for name, value in body.items()}
    return {**path_values, **{name: value for name, value in cleaned.items() if value is not None}}


def outputs_to_inputs(resource: ResourceType, outputs: Json) -> Json:
    """The outputs that could be inputs: read-only properties are left out, at every depth."""
    return _project(outputs, resource.inputs, resource)


def preview_outputs(resource: ResourceType, inputs: Json) -> Json:
    """The outputs that a preview knows: known inputs, and unknown for everything that ARM will add."""
    return _preview(inputs, resource.outputs, resource)


def _object_to_body(values: Json, members: Members, resource: ResourceType, own_id: str) -> Json:
    body: Json = {}
    for name, value in values.items():
        prop = members.get(name)
        if prop is None or value is None:
            continue
        target = body.setdefault(prop.container, {}) if prop.container else body
        target[prop.wire] = _value_to_body(value, prop.shape, resource, own_id)
    return body


def _value_to_body(value: Any, shape: Shape, resource: ResourceType, own_id: str) -> Any:
    if shape.kind == "list" and isinstance(value, list) and shape.item:
        return [_value_to_body(item, shape.item, resource, own_id) for item in value]
    if shape.kind == "map" and isinstance(value, dict) and shape.item:
        return {key: _value_to_body(item, shape.item, resource, own_id) for key, item in value.items()}
    if shape.kind == "set" and isinstance(value, list):
        return {item: {} for item in value if isinstance(item, str)}
    if shape.kind == "object" and isinstance(value, dict):
        name, members = _pick(value, shape, resource, by_wire=False)
        body = _object_to_body(value, members, resource, own_id)
        relative = body.get("id")
        if name == "SubResource" and isinstance(relative, str) and relative.startswith("$self/"):
            body["id"] = own_id + relative.removeprefix("$self")
        return body
    return value


def _object_to_sdk(body: Json, members: Members, resource: ResourceType) -> Json:
    result: Json = {}
    for prop in members.values():
        source = body
        if prop.container:
            inner = body.get(prop.container)
            if not isinstance(inner, dict):
                continue
            source = inner
        value = source.get(prop.wire)
        if value is not None:
            result[prop.name] = _value_to_sdk(value, prop.shape, resource)
    return result


def _value_to_sdk(value: Any, shape: Shape, resource: ResourceType) -> Any:
    if shape.kind == "list" and isinstance(value, list) and shape.item:
        return [_value_to_sdk(item, shape.item, resource) for item in value]
    if shape.kind == "map" and isinstance(value, dict) and shape.item:
        return {key: _value_to_sdk(item, shape.item, resource) for key, item in value.items()}
    if shape.kind == "set" and isinstance(value, dict):
        return list(value)
    if shape.kind == "object" and isinstance(value, dict):
        return _object_to_sdk(value, _pick(value, shape, resource, by_wire=True)[1], resource)
    return value


def _project(values: Json, members: Members, resource: ResourceType) -> Json:
    return {
        name: _project_value(value, members[name].shape, resource) for name, value in values.items() if name in members
    }


def _project_value(value: Any, shape: Shape, resource: ResourceType) -> Any:
    if shape.kind == "list" and isinstance(value, list) and shape.item:
        return [_project_value(item, shape.item, resource) for item in value]
    if shape.kind == "map" and isinstance(value, dict) and shape.item:
        return {key: _project_value(item, shape.item, resource) for key, item in value.items()}
    if shape.kind == "set" and isinstance(value, dict):
        return list(value)
    if shape.kind == "object" and isinstance(value, dict):
        return _project(value, _pick(value, shape, resource, by_wire=False)[1], resource)
    return value


def _preview(inputs: Json, members: Members, resource: ResourceType) -> Json:
    return {
        name: _preview_value(inputs[name], prop, resource) if name in inputs else UNKNOWN
        for name, prop in members.items()
    }


def _preview_value(value: Any, prop: Property, resource: ResourceType) -> Any:
    return prop.constant if prop.constant is not None else _preview_shape(value, prop.shape, resource)


def _preview_shape(value: Any, shape: Shape, resource: ResourceType) -> Any:
    if isinstance(value, Unknown):
        return UNKNOWN
    match shape.kind:
        case "any":
            result = value
        case "list" if isinstance(value, list) and shape.item:
            result = [_preview_shape(item, shape.item, resource) for item in value]
        case "map" if isinstance(value, dict) and shape.item:
            result = {key: _preview_shape(item, shape.item, resource) for key, item in value.items()}
        case "object" if isinstance(value, dict):
            union = len(shape.types) > 1
            result = value if union else _preview(value, resource.types[shape.types[0]], resource)
        case _:
            result = value if _is_scalar(value, shape.kind) else UNKNOWN
    return result


def _is_scalar(value: Any, kind: str) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in ("integer", "number"):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return kind == "string" and isinstance(value, str)


def _pick(value: Json, shape: Shape, resource: ResourceType, *, by_wire: bool) -> tuple[str, Members]:
    """The object type that a value has: in a union the one whose constants it has."""
    for name in shape.types[:-1]:
        members = resource.types[name]
        constants = [p for p in members.values() if p.constant is not None]
        if constants and all(value.get(p.wire if by_wire else p.name) == p.constant for p in constants):
            return name, members
    last = shape.types[-1]
    return last, resource.types[last]


def _without_empty(value: Any) -> Any:
    """The value without empty lists and objects inside; None if nothing is left."""
    if isinstance(value, dict):
        inner = {k: _without_empty(v) for k, v in value.items()}
        return {k: v for k, v in inner.items() if v is not None} or None
    if isinstance(value, list):
        return [c for c in map(_without_empty, value) if c is not None] or None
    return value
