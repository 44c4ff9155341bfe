"""The inputs that ``pulumi import`` makes of a resource: what Azure shows of it and a program could write.

The provider walks its schema and takes from Azure's answer what is an input, at every depth; empty lists and objects
are left out (pulumi-azure-native, provider.go, Read, and convert.ResponseToSdkInputs). The SDK's input classes are that
schema.
"""

from collections.abc import Mapping
from typing import Any

from pulumi_azure_scaleset.plan import sdk_schema
from scaleset_core.facts.properties import UNKNOWN

_SELF = "id"
_IDENTITIES = "userAssignedIdentities"


def inputs(token: str, properties: Mapping[str, Any], path: Mapping[str, str]) -> dict[str, Any]:
    """The inputs of an imported resource.

    Args:
        token: Its type token, ``azure-native:compute:VirtualMachine``.
        properties: Its properties as azure-native flattens them, read-only ones included.
        path: The inputs that its id tells: its name, its parent's and the resource group.
    """
    schema = sdk_schema.inputs_of(token)
    found = dict(properties) if schema is None else _object(properties, schema)
    found.pop(_SELF, None)
    cleaned = {name: _without_empty(value) for name, value in found.items() if name not in path}
    return {**path, **{name: value for name, value in cleaned.items() if value is not None}}


def _object(value: Mapping[str, Any], schema: type) -> dict[str, Any]:
    members = sdk_schema.members(schema)
    return {name: _value(each, members[name], name) for name, each in value.items() if name in members}


def _value(value: Any, annotation: Any, name: str) -> Any:
    if name == _IDENTITIES and isinstance(value, Mapping):
        return list(value)
    classes = sdk_schema.objects_of(annotation)
    if not classes:
        return _scalar(value, annotation)
    if isinstance(value, list | tuple):
        return [_value(each, annotation, "") for each in value]
    return _object(value, _fitting(value, classes)) if isinstance(value, Mapping) else value


def _scalar(value: Any, annotation: Any) -> Any:
    """A number that the provider has as text, as text: the readers make numbers of what looks like one."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if number and sdk_schema.is_text(annotation) else value


def _fitting(value: Mapping[str, Any], classes: tuple[type, ...]) -> type:
    """The class of a union that knows most of the value's members."""
    return max(classes, key=lambda each: len(value.keys() & sdk_schema.members(each).keys()))


def _without_empty(value: Any) -> Any:
    """The value without empty lists and objects inside; None if nothing is left."""
    if value is UNKNOWN:
        return value
    if isinstance(value, Mapping):
        inner = {name: _without_empty(each) for name, each in value.items()}
        return {name: each for name, each in inner.items() if each is not None} or None
    if isinstance(value, list | tuple):
        return [each for each in map(_without_empty, value) if each is not None] or None
    return value
