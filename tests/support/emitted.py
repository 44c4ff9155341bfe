"""The layout of a set of arguments, line by line: every emitted property with its value and its arguments."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from pulumi_azure_scaleset.compile import layout
from pulumi_azure_scaleset.model.base import Model
from pulumi_azure_scaleset.plan.resources import Child, Lazy, Plan, Ref, Secret
from pulumi_azure_scaleset.plan.versions import token_of
from pulumi_azure_scaleset.validation.validate import validate

NAME = "web"
_OUTPUTS = [each.name for each in fields(Plan) if each.name not in {"children", "conflicts", "network"} and each.init]
"""The component's outputs: a new output is added to the golden files automatically."""
Lines = dict[str, str]
Path = tuple[str | int, ...]


def lines(args: Mapping[str, Any]) -> Lines | None:
    """Each emitted value by its place: ``vm:web-0 hardwareProfile.vmSize``; None if the model refuses the arguments."""
    validated = validate(NAME, {name: value for name, value in args.items() if value is not None})
    if validated.model is None or validated.problems:
        return None
    found: Lines = {}
    plan = layout(validated.model, NAME)
    for child in plan.children:
        for place, value in (*_flat("", dict(child.inputs)), *_options(child)):
            found[f"{child.key} {place}"] = value
    for name in _OUTPUTS:
        found |= {f"(output) {place}": value for place, value in _flat(name, getattr(plan, name)) if value != "{}"}
    return found


def _options(child: Child) -> Iterator[tuple[str, str]]:
    yield "(resource)", f"{token_of(child)} {child.name}"
    for name in ("after", "ignore_changes", "replace_on_changes", "create_first", "deleted_with"):
        value = getattr(child, name)
        if value:
            yield f"({name})", json.dumps(value)
    for foreign in child.foreign:
        yield f"(foreign {'.'.join(map(str, foreign.path))})", json.dumps(foreign.names)


def _flat(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for name, item in value.items():
            yield from _flat(f"{place}.{name}" if place else str(name), item)
    elif isinstance(value, list | tuple) and value:
        for index, item in enumerate(value):
            yield from _flat(f"{place}[{index}]", item)
    else:
        yield place, _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, Ref):
        return f"<{value.child}.{value.attribute}{value.suffix}>"
    if isinstance(value, Lazy):
        return f"<{value.function.__name__}({', '.join(map(_shown, value.arguments))})>"
    if isinstance(value, Secret):
        return f"secret {_shown(value.value)}"
    return json.dumps(value, sort_keys=True, default=str)


def places(args: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of all arguments, each before those inside it."""
    items = args.items() if isinstance(args, Mapping) else enumerate(args) if isinstance(args, list) else ()
    for key, item in items:
        if item is not None:
            yield (*path, key)
            yield from places(item, (*path, key))


def without(args: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """The arguments without the one at ``path``."""
    changed = copy.deepcopy(dict(args))
    holder: Any = changed
    for part in path[:-1]:
        holder = holder[part]
    del holder[path[-1]]
    return changed


def spelled(path: Path) -> str:
    """A path as text."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def golden(args: Mapping[str, Any]) -> str:
    """Every emitted value, one on a line, and below it the arguments that it comes from.

    A value comes from an argument if it is missing or different without the argument, or with another value of it.
    """
    whole = lines(args)
    assert whole is not None
    owners: dict[str, list[Path]] = {place: [] for place in whole}
    for path in places(args):
        for place in _depending(args, whole, path):
            owners[place].append(path)
    text = []
    for place, value in whole.items():
        text.append(f"{place} = {value}")
        innermost = [path for path in owners[place] if not any(_inside(other, path) for other in owners[place])]
        if innermost:
            text.append(f"    <- {', '.join(map(spelled, innermost))}")
    return "\n".join(text) + "\n"


def _depending(args: Mapping[str, Any], whole: Lines, path: Path) -> dict[str, None]:
    """The places whose value depends on the argument at ``path``: without it, or with another value of it."""
    found: dict[str, None] = {}
    for index, changed in enumerate(changes(args, path)):
        other = lines(changed)
        if other is not None and other != whole:
            found |= dict.fromkeys(place for place, value in whole.items() if other.get(place) != value)
            if index > 0:
                break
    return found


def changes(args: Mapping[str, Any], path: Path) -> Iterator[dict[str, Any]]:
    """The arguments without the one at ``path``, then with other values of it."""
    yield without(args, path)
    value: Any = args
    for part in path:
        value = value[part]
    for other in _others(value):
        changed = copy.deepcopy(dict(args))
        holder: Any = changed
        for part in path[:-1]:
            holder = holder[part]
        holder[path[-1]] = other
        yield changed


def _others(value: Any) -> Iterator[Any]:
    """Other values of the same kind: the rest of an enumeration, the next number, a longer text."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1, value * 2)
    elif isinstance(value, str):
        yield from (other for group in _ENUMERATIONS if value in group for other in group if other != value)
        yield from (f"{value}x", f"x{value}", value[:-1], "Contributor")
        yield from (value.replace("10.8.0.0", "10.8.16.0"), value.replace("/16", "/15"))
        yield from (re.sub("[0-9]", digit, value) for digit in "12")


def _enumerations(hint: Any) -> Iterator[tuple[Any, ...]]:
    if get_origin(hint) is Literal:
        yield get_args(hint)
    for argument in get_args(hint):
        yield from _enumerations(argument)


def _of(model: type[BaseModel]) -> Iterator[tuple[Any, ...]]:
    for hint in get_type_hints(model, include_extras=True).values():
        yield from _enumerations(hint)


_ENUMERATIONS = {group for model in Model.__subclasses__() for group in _of(model)}


def _inside(one: Path, other: Path) -> bool:
    return one != other and one[: len(other)] == other
