"""The schema as objects: models with their properties, and what each property takes."""

from __future__ import annotations

import difflib
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

STRING, BOOLEAN, INTEGER, NUMBER, ANY = "string", "boolean", "integer", "number", "any"
_LIKE = 0.75
"""How similar two names must be for one to be a slip of the other."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a model.

    Attributes:
        name: Its name in ARM's spelling.
        kind: What it takes: one of the constants above, or the name of a model or an enumeration.
        many: Whether it takes a list of them.
    """

    name: str
    kind: str
    many: bool


@dataclass(frozen=True, slots=True)
class Model:
    """One kind of object.

    Attributes:
        properties: Its properties, by their names in ARM's spelling and in lower case.
        required: The names of those that must be there.
    """

    properties: Mapping[str, Property]
    required: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """The whole schema.

    Attributes:
        versions: The newest api-version that it knows, by resource provider in lower case.
        types: The name of a resource type's model, by the type in lower case.
        models: The models by name.
        enumerations: The values of each enumeration, in ARM's spelling.
        usual: Enumerations as what is compared: in lower case, without spaces.
    """

    versions: Mapping[str, str]
    types: Mapping[str, str]
    models: Mapping[str, Model]
    enumerations: Mapping[str, tuple[str, ...]]
    usual: Mapping[str, frozenset[str]] = field(repr=False)


@cache
def schema() -> Schema:
    """The schema of the package."""
    raw = json.loads(files("scaleset_policies.schema").joinpath("schema.json").read_text("utf-8"))
    return Schema(
        versions=raw["versions"],
        types=raw["types"],
        models={name: _model(properties) for name, properties in raw["models"].items()},
        enumerations={name: tuple(values) for name, values in raw["enumerations"].items()},
        usual={name: frozenset(map(plain, values)) for name, values in raw["enumerations"].items()},
    )


def _model(raw: Mapping[str, str]) -> Model:
    made = {}
    for written, kind in raw.items():
        name, many = written.removesuffix("!"), kind.startswith("[")
        made[name] = made[name.lower()] = Property(name, kind.strip("[]"), many)
    return Model(made, tuple(name.removesuffix("!") for name in raw if name.endswith("!")))


def plain(value: str) -> str:
    """A value of an enumeration as ARM compares it: the case and spaces (``SystemAssigned, UserAssigned``) are free."""
    return value.replace(" ", "").lower()


def advice(written: str, model: Model, kind: str) -> str:
    """What was meant by a name that a model does not have, as a hint; ``""`` if nobody can tell.

    Args:
        written: The name.
        model: The model.
        kind: The resource's type, where the name may have its place elsewhere.
    """
    near = difflib.get_close_matches(written.lower(), model.properties, n=1, cutoff=_LIKE)
    if near:
        return f"did you mean {model.properties[near[0]].name}?"
    places = _places(kind).get(written.lower(), ())
    if len(places) == 1:
        return f"its place is {places[0]}"
    return ""


def nearest(value: str, enumeration: str) -> str:
    """The value of an enumeration that was meant, or ``""``."""
    values = {plain(each): each for each in schema().enumerations[enumeration]}
    near = difflib.get_close_matches(plain(value), values, n=1, cutoff=_LIKE)
    return values[near[0]] if near else ""


@cache
def _places(kind: str) -> Mapping[str, tuple[str, ...]]:
    """The paths of each name in a resource type, the shallowest ones only."""
    found: dict[str, tuple[str, ...]] = {}
    depths: dict[str, int] = {}
    models = schema().models
    waiting = deque([(schema().types[kind], "", 0)])
    seen = set()
    while waiting:
        name, at, depth = waiting.popleft()
        if name in seen:
            continue
        seen.add(name)
        for each in {found.name: found for found in models[name].properties.values()}.values():
            lowered = each.name.lower()
            path = f"{at}.{each.name}" if at else each.name
            if depth <= depths.setdefault(lowered, depth):
                found[lowered] = (*found.get(lowered, ()), path)
            if each.kind in models:
                waiting.append((each.kind, f"{path}[]" if each.many else path, depth + 1))
    return found
