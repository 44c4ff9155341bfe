"""Property values: plain Python data plus markers for secrets and unknown values.

A value is ``None``, ``bool``, ``int`` or ``float``, ``str``, ``list``, ``dict``, ``UNKNOWN`` or ``Secret(value)``.
The engine's wire form is a protobuf ``Struct`` in which secrets are objects with a signature and unknowns are strings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf import struct_pb2

Properties = dict[str, Any]


class Unknown:
    """The type of ``UNKNOWN``."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
"""A value that is not known before the deployment."""


@dataclass(frozen=True)
class Secret:
    """A secret value; its text form never shows it."""

    value: Any

    def __repr__(self) -> str:
        return "Secret([secret])"


_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  the protocol's marker for secrets, not a secret
_UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWNS = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        _UNKNOWN_STRING,
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)


def from_struct(struct: struct_pb2.Struct) -> Properties:
    """Properties from the wire; nulls are left out, as the official provider does."""
    result = {}
    for key, value in struct.fields.items():
        decoded = _decode(value)
        if decoded is not None:
            result[key] = decoded
    return result


def to_struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Properties for the wire; nulls are left out."""
    struct = struct_pb2.Struct()
    _fill(struct, properties)
    return struct


def _decode(value: struct_pb2.Value) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if value.string_value in _UNKNOWNS else value.string_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_decode(item) for item in value.list_value.values]
        case "struct_value":
            return _decode_object(value.struct_value)
    return None


def _decode_object(struct: struct_pb2.Struct) -> Any:
    if _SIGNATURE in struct.fields and struct.fields[_SIGNATURE].string_value == _SECRET:
        inner = _decode(struct.fields["value"])
        return inner if isinstance(inner, Secret) else Secret(inner)
    return from_struct(struct)


def _fill(struct: struct_pb2.Struct, properties: Mapping[str, Any]) -> None:
    for key, value in properties.items():
        if value is not None:
            _encode(value, struct.fields[key])


def _encode(value: Any, target: struct_pb2.Value) -> None:
    if value is None:
        target.null_value = struct_pb2.NULL_VALUE
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, (int, float)):
        target.number_value = value
    elif isinstance(value, str):
        target.string_value = value
    elif isinstance(value, Unknown):
        target.string_value = _UNKNOWN_STRING
    elif isinstance(value, Secret):
        target.struct_value.fields[_SIGNATURE].string_value = _SECRET
        _encode(value.value, target.struct_value.fields["value"])
    elif isinstance(value, Mapping):
        target.struct_value.SetInParent()
        _fill(target.struct_value, value)
    else:
        target.list_value.SetInParent()
        for item in value:
            _encode(item, target.list_value.values.add())


def plain(value: Any) -> Any:
    """A copy without the secret marks; unknowns stay."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value


def has_unknowns(value: Any) -> bool:
    """Whether anything inside is unknown."""
    if isinstance(value, Secret):
        return has_unknowns(value.value)
    if isinstance(value, dict):
        return any(has_unknowns(v) for v in value.values())
    if isinstance(value, list):
        return any(has_unknowns(v) for v in value)
    return isinstance(value, Unknown)


def mark_secrets(outputs: Any, inputs: Any) -> Any:
    """The outputs, with everything secret that is secret in the inputs, by property path.

    List elements are matched by position. When the two lists differ in length, or a dictionary's key is missing on the
    output side, a secret cannot be placed exactly; a list that contains secrets and changed length becomes secret as a
    whole.
    """
    if isinstance(inputs, Secret):
        return outputs if isinstance(outputs, Secret) or outputs is None else Secret(plain(outputs))
    if isinstance(outputs, Secret):
        return outputs
    if isinstance(inputs, dict) and isinstance(outputs, dict):
        return {k: mark_secrets(v, inputs[k]) if k in inputs else v for k, v in outputs.items()}
    if isinstance(inputs, list) and isinstance(outputs, list):
        if len(inputs) == len(outputs):
            return [mark_secrets(o, i) for o, i in zip(outputs, inputs, strict=True)]
        return Secret(plain(outputs)) if has_secrets(inputs) else outputs
    return Secret(plain(outputs)) if has_secrets(inputs) and outputs is not None else outputs


def has_secrets(value: Any) -> bool:
    """Whether anything inside is secret."""
    if isinstance(value, dict):
        return any(has_secrets(v) for v in value.values())
    if isinstance(value, list):
        return any(has_secrets(v) for v in value)
    return isinstance(value, Secret)
