"""The package schema of the resource types in the tables, for programs that are checked against it (YAML).

It has the official schema's tokens, properties and types, without descriptions, functions and enum values.
"""

from __future__ import annotations

import functools
import json
from typing import Any

from azure_native.table import Members, Property, ResourceType, Shape, all_tokens, resource_type

_SIMPLE: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "any": {"$ref": "pulumi.json#/Any"},
    "set": {"type": "array", "items": {"type": "string"}},
}


@functools.cache
def package_schema(version: str) -> str:
    """The schema as JSON.

    Args:
        version: The version of azure-native that it is for.
    """
    types: dict[str, Any] = {}
    resources: dict[str, Any] = {}
    for token in all_tokens():
        module = token.split(":")[1]
        resource = resource_type(token)
        resources[token] = _resource(module, resource)
        for name, members in resource.types.items():
            types.setdefault(_type_token(module, name), _object(module, members))
    schema = {
        "name": "azure-native",
        "version": version,
        "resources": resources,
        "types": types,
        "config": {"variables": {name: {"type": "string"} for name in ("subscriptionId", "location")}},
        "provider": {"inputProperties": {name: {"type": "string"} for name in ("subscriptionId", "location")}},
    }
    return json.dumps(schema)


def _resource(module: str, resource: ResourceType) -> dict[str, Any]:
    parameters = {name: {"type": "string"} for name in resource.parameters}
    required = {p.name for p in resource.inputs.values() if p.required} | set(resource.required)
    if resource.auto_location:
        required.discard("location")
    return {
        "inputProperties": parameters | _properties(module, resource.inputs),
        "requiredInputs": sorted(required),
        "properties": _properties(module, resource.outputs),
        "required": sorted(p.name for p in resource.outputs.values() if p.required or p.name in {"name", "type"}),
    }


def _object(module: str, members: Members) -> dict[str, Any]:
    required = sorted(p.name for p in members.values() if p.required)
    return {"type": "object", "properties": _properties(module, members), "required": required}


def _properties(module: str, members: Members) -> dict[str, Any]:
    return {name: _property(module, member) for name, member in members.items()}


def _property(module: str, member: Property) -> dict[str, Any]:
    spec = _shape(module, member.shape)
    return spec if member.constant is None else {**spec, "const": member.constant}


def _shape(module: str, shape: Shape) -> dict[str, Any]:
    if shape.kind in _SIMPLE:
        return dict(_SIMPLE[shape.kind])
    if shape.kind == "object":
        options = [{"$ref": f"#/types/{_type_token(module, name)}"} for name in shape.types]
        return options[0] if len(options) == 1 else {"oneOf": options}
    assert shape.item is not None
    item = _shape(module, shape.item)
    return (
        {"type": "array", "items": item} if shape.kind == "list" else {"type": "object", "additionalProperties": item}
    )


def _type_token(module: str, name: str) -> str:
    return f"azure-native:{module}:{name}"
