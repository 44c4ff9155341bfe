"""Converts a policy's properties from the engine to a plain tree, with UNKNOWN for values that are not known.

Each leaf is read separately: one unknown value never hides the others. There are three input forms: the
protobuf struct of a request, the proxies that the SDK makes of it (which raise when an unknown value is touched), and
the trees of a remediation, in which secrets are wrapped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
from google.protobuf.struct_pb2 import Struct, Value
from pulumi_policy import Secret, proxy, secret

from scaleset_core.facts.properties import UNKNOWN

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - Pulumi's marker for secrets, not a secret
_RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
_OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_UNKNOWNS: Final = frozenset(
    {
        proxy.UNKNOWN_BOOLEAN_VALUE,
        proxy.UNKNOWN_NUMBER_VALUE,
        proxy.UNKNOWN_STRING_VALUE,
        proxy.UNKNOWN_ARRAY_VALUE,
        proxy.UNKNOWN_ASSET_VALUE,
        proxy.UNKNOWN_ARCHIVE_VALUE,
        proxy.UNKNOWN_OBJECT_VALUE,
    }
)
_PROXIES: Final = tuple(
    found
    for module, name in (
        (proxy, "_DictProxy"),
        (proxy, "_ListProxy"),
        (secret, "_DictSecretsProxy"),
        (secret, "_ListSecretsProxy"),
    )
    if (found := getattr(module, name, None)) is not None
)
"""Private classes of the SDK: if one is gone, its objects are not unwrapped but read through the proxy."""
_TARGET: Final = "__target"
"""The attribute in which the SDK's proxies keep the wrapped value."""


@dataclass
class Tree:
    """Properties.

    Attributes:
        root: Dicts, lists, plain values and UNKNOWN.
        secrets: The paths of secret values.
    """

    root: Any
    secrets: set[str] = field(default_factory=set)


def from_struct(struct: Struct) -> Tree:
    """The tree of a request's properties."""
    tree = Tree(None)
    tree.root = {name: _value(value, name, tree.secrets) for name, value in struct.fields.items()}
    return tree


def from_sdk(properties: Any) -> Tree:
    """The tree of a policy's or a remediation's properties."""
    tree = Tree(None)
    tree.root = _plain(properties, "", tree.secrets)
    return tree


def editable(properties: Any) -> Any:
    """A deep copy of a remediation's properties that can be edited and returned.

    Unknown values stay sentinels. A secret object or list becomes one whose leaves are secret, so that its content can
    be corrected and nothing becomes readable.
    """
    return _copy(_behind(properties), secret=False)


def _value(value: Value, path: str, secrets: set[str]) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text in _UNKNOWNS else text
    if kind == "struct_value":
        fields = value.struct_value.fields
        if _SIGNATURE in fields:
            return _signed(fields, path, secrets)
        return {name: _value(each, f"{path}.{name}", secrets) for name, each in fields.items()}
    if kind == "list_value":
        return [_value(each, f"{path}[{index}]", secrets) for index, each in enumerate(value.list_value.values)]
    if kind == "number_value":
        return _number(value.number_value)
    return value.bool_value if kind == "bool_value" else None


def _signed(fields: Mapping[str, Value], path: str, secrets: set[str]) -> Any:
    """A value with one of Pulumi's signatures: a secret, an output, a resource; assets stay opaque."""
    signature = fields[_SIGNATURE].string_value
    if signature == _SECRET:
        secrets.add(path)
    if signature == _OUTPUT and "secret" in fields and fields["secret"].bool_value:
        secrets.add(path)
    if signature in {_SECRET, _OUTPUT}:
        return _value(fields["value"], path, secrets) if "value" in fields else UNKNOWN
    if signature == _RESOURCE:
        return _value(fields["id"], path, secrets) if "id" in fields else UNKNOWN
    return UNKNOWN


def _plain(node: Any, path: str, secrets: set[str]) -> Any:
    if isinstance(node, Secret):
        secrets.add(path)
        return _plain(node.value, path, secrets)
    node = _behind(node)
    if isinstance(node, str):
        return UNKNOWN if node in _UNKNOWNS else node
    if isinstance(node, Mapping):
        return {str(name): _plain(node[name], f"{path}.{name}" if path else str(name), secrets) for name in node}
    if isinstance(node, Sequence):
        return [_plain(each, f"{path}[{index}]", secrets) for index, each in enumerate(node)]
    if isinstance(node, float):
        return _number(node)
    return node if node is None or isinstance(node, bool | int) else UNKNOWN


def _behind(node: Any) -> Any:
    """The value that a proxy wraps: reading through the proxy would raise at the first unknown value."""
    while isinstance(node, _PROXIES):
        node = node[_TARGET]
    return node


def _copy(node: Any, *, secret: bool) -> Any:
    node = _behind(node)
    if isinstance(node, Secret):
        return _copy(node.value, secret=True)
    if isinstance(node, Mapping):
        return {name: _copy(node[name], secret=secret) for name in node}
    if isinstance(node, Sequence) and not isinstance(node, str):
        return [_copy(each, secret=secret) for each in node]
    return Secret(node) if secret and not isinstance(node, pulumi.Asset | pulumi.Archive) else node


def _number(value: float) -> float:
    """Numbers without a fraction as integers: the engine sends 3 as 3.0."""
    return int(value) if value.is_integer() else value
