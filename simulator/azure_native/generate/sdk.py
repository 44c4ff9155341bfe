"""The facts in the installed ``pulumi_azure_native``: resources, their inputs and outputs, and the object types."""

from __future__ import annotations

import builtins
import collections.abc
import enum
import functools
import importlib
import inspect
import re
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi import _types as pulumi_types

_API_VERSION = re.compile(r"Uses Azure REST API version ([0-9A-Za-z-]+)")
_OTHER_VERSIONS = re.compile(r"Other available API versions: ([0-9A-Za-z, -]+)\.")
_CONSTANT = re.compile(r"""pulumi\.set\(__self__, "(\w+)", '([^']+)'\)""")
_STANDALONE = "available as standalone resources"
_SCALARS = {str: "string", bool: "boolean", int: "integer", float: "number"}


@dataclass(frozen=True)
class SdkProperty:
    """One property of a class of the SDK.

    Attributes:
        name: The name in Pulumi (camel case).
        annotation: Its type with the Pulumi wrappers removed.
        required: Whether the class's constructor requires it.
        doc: Its description.
        constant: The value it always has (a discriminator), if any.
    """

    name: str
    annotation: Any
    required: bool
    doc: str
    constant: str | None = None

    @property
    def maintained(self) -> bool:
        """Whether the elements also exist as separate resources, so that leaving it out must keep them."""
        return _STANDALONE in self.doc


@dataclass(frozen=True)
class SdkResource:
    """A resource class: its token, api-versions (its own, and those of versioned tokens), inputs and outputs."""

    token: str
    api_version: str
    other_versions: tuple[str, ...]
    inputs: type
    resource: type

    @property
    def name(self) -> str:
        """The last part of the token."""
        return self.token.rsplit(":", 1)[1]


def resources(module_name: str) -> Iterator[SdkResource]:
    """The resources of one module of the SDK, such as ``compute``, in alphabetical order."""
    module = importlib.import_module(f"pulumi_azure_native.{module_name}")
    getattr(module, module_name, None)  # the SDK imports lazily: asking for any name loads the module
    for name, cls in sorted(vars(module).items()):
        if (
            inspect.isclass(cls)
            and issubclass(cls, pulumi.CustomResource)
            and cls.__module__.startswith(module.__name__)
        ):
            doc = _overload_doc(cls)
            version, others = _API_VERSION.search(doc), _OTHER_VERSIONS.search(doc)
            # "InitArgs" if an object type has the name already
            arguments = getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args", None)
            if version and arguments is not None:
                listed = tuple(v.strip() for v in others.group(1).split(",")) if others else ()
                token: str = cls.pulumi_type  # type: ignore[attr-defined]
                yield SdkResource(token, version.group(1), listed, arguments, cls)


def input_properties(cls: type) -> list[SdkProperty]:
    """The properties of an ``…Args`` class."""
    return _properties(cls, pulumi_types.input_type_types(cls), _required(cls))


def output_properties(cls: type) -> list[SdkProperty]:
    """The properties of a resource or of a ``…Response`` class."""
    if issubclass(cls, pulumi.Resource):
        return _properties(cls, pulumi_types.resource_types(cls), frozenset())
    return _properties(cls, pulumi_types.output_type_types(cls), frozenset())


def type_name(cls: type) -> str:
    """The name of an object type: ``SubResource`` for inputs, ``SubResourceResponse`` for outputs."""
    return cls.__name__.removesuffix("Args")


def shape(annotation: Any) -> tuple[str, tuple[type, ...]]:
    """A type in the table's notation, and the object classes in it.

    ``string``, ``integer``, ``number``, ``boolean``, ``any``, ``@Type``, ``@One|@Two``, ``[]T`` (a list of T) and
    ``{}T`` (a dictionary of T).
    """
    members = _members(annotation)
    objects = tuple(m for m in members if inspect.isclass(m) and _is_object(m))
    if objects:
        return "|".join(f"@{type_name(m)}" for m in objects), objects
    for member in members:
        origin = typing.get_origin(member)
        if origin in (collections.abc.Sequence, list):
            inner, classes = shape(typing.get_args(member)[0])
            return f"[]{inner}", classes
        if origin in (collections.abc.Mapping, dict):
            inner, classes = shape(typing.get_args(member)[1])
            return f"{{}}{inner}", classes
    scalars = {_SCALARS[m] for m in members if m in _SCALARS}
    if "string" not in scalars and any(inspect.isclass(m) and issubclass(m, enum.Enum) for m in members):
        return "string", ()
    return (scalars.pop(), ()) if len(scalars) == 1 else ("any", ())


def _members(annotation: Any) -> list[Any]:
    """The alternatives of a type without ``None``, awaitables and Outputs."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        members: list[Any] = []
        for argument in typing.get_args(annotation):
            members.extend(m for m in _members(argument) if m not in members)
        return members
    origin = typing.get_origin(annotation)
    if annotation is type(None) or origin in (collections.abc.Awaitable, pulumi.Output):
        return []
    return [annotation]


def _is_object(cls: type) -> bool:
    return bool(pulumi_types.is_input_type(cls) or pulumi_types.is_output_type(cls))


def _properties(cls: type, annotations: dict[str, Any], required: frozenset[str]) -> list[SdkProperty]:
    docs = _docs(cls)
    constants = _constants(cls.__module__).get(cls.__name__, {})
    python_names = {pulumi_name: python_name for python_name, pulumi_name, _ in _getters(cls)}
    return [
        SdkProperty(
            name=name,
            annotation=annotation,
            required=python_names.get(name, name) in required,
            doc=docs.get(name, ""),
            constant=constants.get(python_names.get(name, name)),
        )
        for name, annotation in annotations.items()
    ]


def _required(cls: type) -> frozenset[str]:
    """Python names of the constructor's parameters without a default."""
    parameters = inspect.signature(cls.__init__).parameters.values()  # type: ignore[misc]
    return frozenset(p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is p.empty)


def _getters(cls: type) -> Iterator[tuple[str, str, Any]]:
    yield from pulumi_types._py_properties(cls)  # noqa: SLF001


def _docs(cls: type) -> dict[str, str]:
    return {pulumi_name: (prop.fget.__doc__ or "") for _, pulumi_name, prop in _getters(cls)}


@functools.cache
def _constants(module_name: str) -> dict[str, dict[str, str]]:
    """The constants that the classes of one source file set, by class name and Python name."""
    source = inspect.getsource(importlib.import_module(module_name))
    parts = re.split(r"^class (\w+).*$", source, flags=re.MULTILINE)
    return {name: dict(_CONSTANT.findall(text)) for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def _overload_doc(cls: type) -> str:
    """The resource's description; the SDK writes it under the constructor's overloads."""
    overloads = typing.get_overloads(cls.__init__)  # type: ignore[misc]
    return "\n".join(o.__doc__ or "" for o in overloads) or builtins.str(cls.__doc__)
