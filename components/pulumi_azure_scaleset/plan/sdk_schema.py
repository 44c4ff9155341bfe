"""What the installed azure-native SDK knows: the inputs of a resource type, at any depth, and its API versions.

The official provider sends what its schema has, and drops everything else without a word (SdkInputsToRequestBody walks
the schema's properties; pulumi-azure-native issue 1757). The SDK's input classes are that schema, so keys of raw inputs
are checked against them, without a request. Only what raw inputs are given for is imported, since the classes of
compute and network take a second each.
"""

import collections.abc
import functools
import importlib
import importlib.util
import inspect
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi

try:  # what reads the input classes is not in the SDK's documentation
    from pulumi import _types

    input_types: Any = _types
except ImportError:
    input_types = None

_PACKAGE = "pulumi_azure_native"
_VERSION = re.compile(r"Uses Azure REST API version ([0-9A-Za-z-]+)")
_OTHERS = re.compile(r"Other available API versions: ([0-9A-Za-z, -]+)\.")
_ALIAS = re.compile(r'pulumi\.Alias\(type_="(azure-native:[^"]+)"\)')


@dataclass(frozen=True, slots=True)
class Versions:
    """The API versions of a type.

    Attributes:
        default: The one that the type's plain token means.
        others: Those that the provider serves under versioned tokens.
    """

    default: str
    others: tuple[str, ...] = ()


def inputs_of(token: str) -> type | None:
    """The class of a resource type's inputs, None where the installed SDK has no such type, or can't be read.

    Args:
        token: The type token, ``azure-native:compute:VirtualMachine``.
    """
    if input_types is None:
        return None
    _, module, name = token.split(":")
    found = _module(module)
    for suffix in ("InitArgs", "Args"):  # InitArgs if an object type has the name already
        arguments = getattr(found, f"{name}{suffix}", None)
        if isinstance(arguments, type):
            return arguments
    return None


@functools.cache
def versions_of(token: str) -> Versions | None:
    """The API versions of a resource type, as the installed SDK documents them; None where it does not say.

    The text of the module says it, so nothing is imported for it.

    Args:
        token: The type token.
    """
    text = _text(token)
    default, others = _VERSION.search(text), _OTHERS.search(text)
    if default is None:
        return None
    listed = () if others is None else tuple(each.strip() for each in others[1].split(","))
    return Versions(default[1], listed)


@functools.cache
def aliases_of(token: str) -> tuple[str, ...]:
    """The tokens that the installed SDK's class takes a resource over from: those of versions 1 and 2, and old modules.

    Args:
        token: The type token.
    """
    return tuple(dict.fromkeys(_ALIAS.findall(_text(token))))


def _text(token: str) -> str:
    """The text of the SDK's module of a resource type; empty where there is none."""
    _, module, name = token.split(":")
    package = importlib.util.find_spec(_PACKAGE)
    if package is None or not package.submodule_search_locations:
        return ""
    file = Path(package.submodule_search_locations[0]) / module / f"{_snake(name)}.py"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _snake(name: str) -> str:
    """The name of a class's module: ``PublicIPAddress`` is in ``public_ip_address``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


@functools.cache
def members(cls: type) -> Mapping[str, Any]:
    """The properties of an input class by their names in azure-native, with their types."""
    found: Mapping[str, Any] = input_types.input_type_types(cls)
    return found


def objects_of(annotation: Any) -> tuple[type, ...]:
    """The input classes that a property's value, or each element of it, may be; none for text, numbers and JSON."""
    found: list[type] = []
    for each in _alternatives(annotation):
        if inspect.isclass(each) and input_types.is_input_type(each):
            found.append(each)
        elif typing.get_origin(each) in (collections.abc.Sequence, list):
            found += objects_of(typing.get_args(each)[0])
    return tuple(found)


def is_map(annotation: Any) -> bool:
    """Whether a property is a map with keys of the user's, or any JSON."""
    kinds = [typing.get_origin(each) or each for each in _alternatives(annotation)]
    return any(each in (collections.abc.Mapping, dict, Any) for each in kinds)


def is_text(annotation: Any) -> bool:
    """Whether a property is text and nothing else."""
    return _alternatives(annotation) == [str]


def _alternatives(annotation: Any) -> list[Any]:
    """The members of a union, without None, awaitables and Outputs."""
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        return [each for argument in typing.get_args(annotation) for each in _alternatives(argument)]
    if annotation is type(None) or origin in (collections.abc.Awaitable, pulumi.Output):
        return []
    return [annotation]


def _module(name: str) -> Any:
    try:
        found = importlib.import_module(f"{_PACKAGE}.{name}")
    except ImportError:
        return None
    getattr(found, name, None)  # the SDK imports lazily: asking for any name loads the module
    return found
