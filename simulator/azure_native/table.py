"""The resource types that the provider knows: read from the generated ``tables/*.json``, one module at a time."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

TABLES = Path(__file__).parent / "tables"
LIMITS = Path(__file__).parent / "limits.json"
"""Where the generated tables are."""

_TOKEN = re.compile(
    r"^azure-native(?:_(?P<of>[a-z0-9]+)_v(?P<package>\d{8}(?:preview)?))?"
    r":(?P<module>[a-z0-9]+)(?:/v(?P<version>\d{8}(?:preview)?))?:(?P<name>\w+)$"
)
_SAME_MODULE = {"insights": "monitor"}
_NEWER = "newer"
API_VERSION = "azureApiVersion"
"""The property in which the provider keeps the api-version of each resource."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The type of a value.

    Attributes:
        kind: What it is; ``set`` is a list of strings that ARM writes as an object with those keys.
        item: For lists and maps, the shape of an element.
        types: For objects, the object types it may be (more than one: a discriminated union).
    """

    kind: Literal["string", "integer", "number", "boolean", "any", "list", "map", "set", "object"]
    item: Shape | None = None
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What the API description says of a number or a text; None where it says nothing."""

    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


UNLIMITED = Limits()


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a resource or an object type.

    Attributes:
        name: The name in Pulumi.
        wire: The name in ARM.
        container: The ARM object that contains it and that Pulumi does not show, usually ``properties``.
        shape: Its type.
        constant: The value that distinguishes this type from its siblings in a union.
        required: Whether an input must have it.
        force_new: Whether the official provider replaces the resource when it changes.
        maintain: Whether its elements are also separate resources, so that an update without it keeps them.
        since: The first api-version that has it; empty for all, ``newer`` for those after the plain token's.
        limits: Its range, length and pattern.
    """

    name: str
    wire: str
    container: str | None
    shape: Shape
    constant: str | None
    required: bool
    force_new: bool
    maintain: bool
    since: str = ""
    limits: Limits = UNLIMITED


Members = dict[str, Property]


@dataclass(frozen=True)
class ResourceType:
    """A resource type of the provider.

    Attributes:
        token: The Pulumi type token.
        api_version: The ARM api-version that it calls.
        path: URL template; a ``{parameter}`` has the name of the input that fills it.
        required: Inputs among the URL's parameters that have no generated default.
        inputs: Body properties that a program may set.
        outputs: Properties of the response.
        auto_name: The parameter that gets a generated name, and how (``random``, ``copy`` or ``uuid``).
        auto_location: Whether a missing location is filled in.
        types: The module's object types.
        version_input: The input that says at which api-version a generic resource is called; empty for none.
    """

    token: str
    api_version: str
    path: str
    required: tuple[str, ...]
    inputs: Members
    outputs: Members
    auto_name: tuple[str, str] | None
    auto_location: bool
    types: dict[str, Members] = field(repr=False)
    version_input: str = ""

    def at(self, inputs: Mapping[str, Any]) -> ResourceType:
        """The type at the api-version that the inputs or outputs of a generic resource say; others as they are."""
        version = (inputs.get(self.version_input) or inputs.get(API_VERSION)) if self.version_input else None
        return replace(self, api_version=version) if isinstance(version, str) else self

    @functools.cached_property
    def parameters(self) -> tuple[str, ...]:
        """The URL's parameters, ``subscriptionId`` left out."""
        return tuple(p for p in re.findall(r"{(\w+)}", self.path) if p != "subscriptionId")

    @functools.cached_property
    def replacing(self) -> frozenset[str]:
        """Paths of the inputs whose change replaces the resource, lists written as ``name[]``.

        The official provider checks the top level and one level below (provider/diff.go); nothing in the generated
        tables is marked below the top level, because its generator marks only properties of the resource itself.
        """
        return frozenset(self.parameters) | {p.name for p in self.inputs.values() if p.force_new}

    @functools.cached_property
    def maintained(self) -> tuple[Property, ...]:
        """The inputs whose absence in an update keeps the existing elements."""
        return tuple(p for p in self.inputs.values() if p.maintain)


class UnknownTypeError(LookupError):
    """A type token that the provider does not serve."""


@functools.cache
def resource_type(token: str) -> ResourceType:
    """The resource type of a token: plain, versioned (``azure-native:compute/v20241101:Disk``), or of a local package.

    A local package (``pulumi package add azure-native compute v20240701``) is one module at one api-version; its types
    are named ``azure-native_compute_v20240701:compute:Disk``, in older releases with the version inside as well.

    Raises:
        UnknownTypeError: There is no such type in the tables.
    """
    match = _TOKEN.match(token)
    if match is None:
        raise UnknownTypeError(f"{token!r} is not a type of azure-native; expected azure-native:<module>:<Type>")
    module = _SAME_MODULE.get(match["module"], match["module"])
    entry = _module(module)["resources"].get(match["name"]) if (TABLES / f"{module}.json").exists() else None
    if entry is None:
        raise UnknownTypeError(
            f"Resource type {token} not found. This stand-in for azure-native serves the types that are listed in "
            f"simulator/azure_native/tables ({', '.join(sorted(p.stem for p in TABLES.glob('*.json')))})"
        )
    auto = entry.get("autoName")
    named = match["package"] or match["version"]
    version = _dashed(named) if named else entry["apiVersion"]
    served = (entry["apiVersion"], *entry.get("versions", ()))
    if version not in served:
        raise UnknownTypeError(f"Resource type {token} not found. azure-native has it at {', '.join(sorted(served))}")
    shown = version if version > entry["apiVersion"] else ""
    return ResourceType(
        token=token,
        api_version=version,
        path=entry["path"],
        required=tuple(entry["required"]),
        inputs=_members(entry["inputs"], shown, _limits(module, match["name"])),
        outputs=_members(entry["outputs"], shown),
        auto_name=(auto["parameter"], auto["kind"]) if auto else None,
        auto_location=entry.get("autoLocation", True) and "location" in entry["inputs"],
        types=_types(module, shown),
        version_input=entry.get("versionInput", ""),
    )


def function_type(token: str) -> ResourceType:
    """The resource type that a ``get`` function reads: ``azure-native:compute:getDisk`` reads ``compute:Disk``.

    Raises:
        UnknownTypeError: It is not such a function.
    """
    head, _, name = token.rpartition(":")
    if not name.startswith("get"):
        raise UnknownTypeError(
            f"Invoke type {token} not found: this stand-in serves the get functions of its resources"
        )
    return resource_type(f"{head}:{name.removeprefix('get')}")


def all_tokens() -> list[str]:
    """Every resource token of the tables."""
    return [
        f"azure-native:{p.stem}:{name}" for p in sorted(TABLES.glob("*.json")) for name in _module(p.stem)["resources"]
    ]


@functools.cache
def _module(name: str) -> dict[str, Any]:
    table: dict[str, Any] = json.loads((TABLES / f"{name}.json").read_text(encoding="utf-8"))
    return table


@functools.cache
def _types(module: str, version: str) -> dict[str, Members]:
    return {name: _members(spec, version, _limits(module, name)) for name, spec in _module(module)["types"].items()}


@functools.cache
def _all_limits() -> dict[str, dict[str, dict[str, dict[str, Any]]]]:
    found: dict[str, dict[str, dict[str, dict[str, Any]]]] = json.loads(LIMITS.read_text(encoding="utf-8"))
    return found


def _limits(module: str, name: str) -> dict[str, Limits]:
    """The limits of a type's properties, by their names in ARM."""
    found = _all_limits().get(module, {}).get(name, {})
    return {
        wire: Limits(
            each.get("minimum"), each.get("maximum"), each.get("minLength"), each.get("maxLength"), each.get("pattern")
        )
        for wire, each in found.items()
    }


def _members(spec: dict[str, dict[str, Any]], version: str, limits: dict[str, Limits] | None = None) -> Members:
    """The members that an api-version has; an empty one means the plain token's, and those before it."""
    return {
        name: Property(
            name=name,
            wire=entry.get("wire", name),
            container=entry.get("in"),
            shape=_shape(entry["type"]),
            constant=entry.get("const"),
            required=entry.get("required", False),
            force_new=entry.get("forceNew", False),
            maintain=entry.get("maintain", False),
            since=entry.get("since", ""),
            limits=(limits or {}).get(entry.get("wire", name), UNLIMITED),
        )
        for name, entry in spec.items()
        if _has(version, entry.get("since", ""))
    }


def _has(version: str, since: str) -> bool:
    return not since or (bool(version) and (since == _NEWER or since <= version))


@functools.cache
def _shape(text: str) -> Shape:
    if text.startswith("[]"):
        return Shape("list", _shape(text[2:]))
    if text.startswith("{}"):
        return Shape("map", _shape(text[2:]))
    if text.startswith("@"):
        return Shape("object", types=tuple(t.removeprefix("@") for t in text.split("|")))
    return Shape(text)  # type: ignore[arg-type]


def _dashed(version: str) -> str:
    """``20240701`` as ``2024-07-01``, ``20240701preview`` as ``2024-07-01-preview``."""
    day, preview = version[:8], version[8:]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" + (f"-{preview}" if preview else "")
