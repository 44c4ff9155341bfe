"""Keys of raw inputs that azure-native does not know: it drops them without a word, and the user sees a success."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi_azure_scaleset.plan import lists, sdk_schema

_ALIKE = 0.75
"""How alike two names are before one is taken for a slip of the other."""
_RULED = "azureApiVersion"
"""What azure-native writes itself; the mode table has a rule about it."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A key that the installed SDK has no property for.

    Attributes:
        path: Its path.
        name: The key.
        meant: The property that it probably is, None if none resembles it.
    """

    path: str
    name: str
    meant: str | None


def unknown_keys(override: Mapping[str, Any], token: str, path: str) -> Iterator[Unknown]:
    """The keys of raw inputs, at any depth, that the type of a resource does not have.

    Args:
        override: The raw inputs.
        token: The type token.
        path: Their path in the arguments.
    """
    arguments = sdk_schema.inputs_of(token)
    if arguments is not None:
        yield from _of_object(override, (arguments,), path)


def _of_object(value: Mapping[str, Any], classes: Sequence[type], path: str) -> Iterator[Unknown]:
    known = {name: kind for cls in reversed(classes) for name, kind in sdk_schema.members(cls).items()}
    for name, inner in value.items():
        where = f"{path}.{name}"
        if name in known:
            yield from _of_value(inner, known[name], where)
        elif name != _RULED:
            close = difflib.get_close_matches(_camel(str(name)), known, n=1, cutoff=_ALIKE)
            yield Unknown(where, str(name), close[0] if close else None)


def _of_value(value: Any, kind: Any, path: str) -> Iterator[Unknown]:
    classes = sdk_schema.objects_of(kind)
    if not classes or sdk_schema.is_map(kind):
        return
    whole = lists.replaced_by(value)
    if whole is not None or isinstance(value, list | tuple):
        for index, element in enumerate(value if whole is None else whole):
            if isinstance(element, Mapping):
                yield from _of_object(element, classes, f"{path}[{index}]")
    elif isinstance(value, Mapping):
        yield from _of_object(value, classes, path)


def _camel(name: str) -> str:
    """``vm_size`` as ``vmSize``: the spelling of the SDKs."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)
