"""From a provider's attributes to ARM's properties, by tables of field names."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies.formats.json_text import Path
from scaleset_policies.formats.shape import covered


@dataclass(frozen=True, slots=True)
class Refs:
    """Replaces a value in a configuration: the addresses that its expression names.

    Attributes:
        addresses: The planned resources that it refers to.
        known: Whether a plan knows everything that it refers to: variables, loops, data that was read.
    """

    addresses: tuple[str, ...]
    known: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A nested block: its target property and its fields.

    Attributes:
        path: The property that it becomes; ``""`` if its fields belong to the enclosing object.
        fields: Its own fields.
        many: Whether it becomes a list; Terraform writes single blocks as lists of one, too.
    """

    path: str
    fields: "Fields"
    many: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """A field whose value has another form in ARM."""

    path: str
    change: Callable[[Any], Any]


Fields: TypeAlias = "Mapping[str, str | Block | Changed]"


@dataclass(slots=True)
class Converted:
    """The result: a tree of properties, and the source of each."""

    tree: dict[str, Any]
    places: dict[str, Path]


def convert(values: Mapping[str, Any], fields: Fields) -> Converted:
    """The ARM properties of a resource's attributes.

    Args:
        values: The attributes; any value may be UNKNOWN or :class:`Refs`.
        fields: The target of each: a path (``sku.capacity``; with ``[].id`` a list of references), a block, or a
            changed value. Attributes that are null or empty are left out: Terraform writes them for "not set".
    """
    result = Converted({}, {})
    _fill(result.tree, result.places, values, fields, (), "")
    return result


def _fill(
    tree: dict[str, Any], places: dict[str, Path], values: Mapping[str, Any], fields: Fields, source: Path, at: str
) -> None:
    for name, target in fields.items():
        value = values.get(name)
        if value is None or value == "" or (value == [] and not isinstance(target, str)):
            continue
        path = target if isinstance(target, str) else target.path
        here = (*source, name)
        place = ".".join(filter(None, (at, path)))
        if isinstance(target, Block):
            _fill_block(tree, places, value, target, here, at)
        elif path.endswith("[].id"):
            put(tree, path[:-5], _ids(value))
            places[place[:-5]] = here
        else:
            put(tree, path, target.change(value) if isinstance(target, Changed) and is_plain(value) else value)
            places[place] = here


def _fill_block(tree: dict[str, Any], places: dict[str, Path], value: Any, block: Block, source: Path, at: str) -> None:
    if not isinstance(value, list | dict):
        if block.path:
            put(tree, block.path, value)
        else:
            _fill(tree, places, dict.fromkeys(block.fields, value), block.fields, source, at)
        return
    items = value if isinstance(value, list) else [value]
    place = ".".join(filter(None, (at, block.path)))
    if block.many:
        listed: list[Any] = []
        for index, item in enumerate(items):
            inner: dict[str, Any] = {}
            if isinstance(item, Mapping):
                _fill(inner, places, item, block.fields, (*source, index), f"{place}[{index}]")
                listed.append(inner)
            else:
                listed.append(item)
        put(tree, block.path, listed)
        places[place] = source
        return
    for index, item in enumerate(items[:1]):
        if isinstance(item, Mapping):
            inner = at_path(tree, block.path)
            step: Path = (index,) if isinstance(value, list) else ()
            _fill(inner, places, item, block.fields, (*source, *step), place)
        elif block.path:
            put(tree, block.path, item)
        places.setdefault(place, source)


def is_plain(value: Any) -> bool:
    """Whether a value is present and known."""
    return value is not UNKNOWN and not isinstance(value, Refs)


def all_known(value: Any) -> bool:
    """Whether nothing in a value is UNKNOWN."""
    if isinstance(value, dict):
        return all(all_known(each) for each in value.values())
    if isinstance(value, list):
        return all(all_known(each) for each in value)
    return value is not UNKNOWN


def put(tree: dict[str, Any], path: str, value: Any) -> None:
    """Set the property at a dotted path, creating the objects above it."""
    head, _, name = path.rpartition(".")
    at_path(tree, head)[name] = value


def at_path(tree: dict[str, Any], path: str) -> dict[str, Any]:
    """The object at a dotted path, created if it is missing."""
    for step in filter(None, path.split(".")):
        inner = tree.setdefault(step, {})
        if not isinstance(inner, dict):
            inner = tree[step] = {}
        tree = inner
    return tree


def _ids(value: Any) -> Any:
    if isinstance(value, list):
        return [{"id": item} for item in value]
    return [{"id": value}] if isinstance(value, Refs) else value


def parsed(value: Any) -> Any:
    """JSON in a string, the form of extension settings; UNKNOWN if it is not JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return UNKNOWN


def merged(after: Any, unknown: Any, sensitive: Any, name: str = "") -> Any:
    """Planned values, with UNKNOWN for values that are not known yet.

    A sensitive value is known: rules decide by it, and :func:`marked` keeps it out of reports. Only what no rule
    decides by (passwords, protected settings, ids) is UNKNOWN in it.
    """
    if unknown is True:
        return UNKNOWN
    if sensitive is True:
        after, sensitive = covered(after, name), None
    if isinstance(after, dict) or (after is None and isinstance(unknown, dict) and unknown):
        values = after if isinstance(after, dict) else {}
        names = [*values, *(name for name in _object(unknown) if name not in values)]
        return {
            each: merged(values.get(each), _object(unknown).get(each), _object(sensitive).get(each), each)
            for each in names
        }
    if isinstance(after, list) or (after is None and isinstance(unknown, list) and unknown):
        items = after if isinstance(after, list) else []
        length = max(len(items), len(_list(unknown)))
        return [merged(_at(items, i), _at(_list(unknown), i), _at(_list(sensitive), i), name) for i in range(length)]
    return int(after) if isinstance(after, float) and after.is_integer() else after


def marked(sensitive: Any) -> Any:
    """Terraform's markers of sensitive values as :class:`Refs`, to be converted like values."""
    if isinstance(sensitive, dict):
        return {name: marked(item) for name, item in sensitive.items()}
    if isinstance(sensitive, list):
        return [marked(item) for item in sensitive]
    return Refs(("sensitive",)) if sensitive is True else None


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _at(items: list[Any], index: int) -> Any:
    return items[index] if index < len(items) else None
