"""Values just outside the model's bounds, written into the plan of a valid configuration: does Azure refuse them?

The component refuses such a value before the layout, so no plan ever has one. This module takes the plan of a valid
configuration, finds the emitted places that hold the argument's value (another valid value appears at the same
places), and writes the value outside the bound there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from arm_simulator.core.ids import InvalidResourceIdError
from pulumi_azure_scaleset.compile import layout
from pulumi_azure_scaleset.model.forms import Form, Kind, forms
from pulumi_azure_scaleset.model.marks import Enumeration
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan.resources import Plan, Secret
from pulumi_azure_scaleset.validation.validate import validate
from support.azure_world import Refusal, World
from support.emitted import NAME, Path, changes, places, without

Leaves = dict[tuple[Any, ...], Any]


@dataclass(frozen=True, order=True)
class Bound:
    """One constraint of one argument: ``Outbound.idle_timeout_in_minutes le 120``."""

    model: str
    field: str
    constraint: str

    def __str__(self) -> str:
        return f"{self.model}.{self.field} {self.constraint}"


@dataclass(frozen=True)
class Tried:
    """A value outside a bound, at a place of a configuration."""

    bound: Bound
    path: Path
    value: Any


def bounds(args: Mapping[str, Any]) -> Iterator[Tried]:
    """All bounds that a configuration's arguments have, each with a value just outside."""
    for path in places(args):
        value: Any = args
        for part in path:
            value = value[part]
        owner, field, form = _form(path)
        if form is None or form.kind is not Kind.VALUE:
            continue
        for constraint, other in _outside(form, value):
            yield Tried(Bound(owner, field, constraint), path, other)


def _form(path: Path) -> tuple[str, str, Form | None]:
    """The owner, the name and the form of the argument at a path; the form is None inside free JSON."""
    owner, field, form = "", "", Form(Kind.OBJECT, ScaleSetModel)
    for part in path:
        if form.kind is Kind.OBJECT:
            owner, field, form = form.holds.__name__, str(part), forms(form.holds)[str(part)]
        elif form.item is not None:
            field, form = f"{field}[]", form.item
        else:
            return owner, field, None
    return owner, field, form


def _outside(form: Form, value: Any) -> Iterator[tuple[str, Any]]:
    """The constraints of a form that apply to a value, each with a value that breaks it."""
    if isinstance(value, int):
        yield from _numbers(form, value)
    elif isinstance(value, str):
        yield from _texts(form, value)


def _numbers(form: Form, value: int) -> Iterator[tuple[str, Any]]:
    limits = form.limits
    if limits.ge is not None:
        yield f"ge {limits.ge}", limits.ge - 1
    if limits.le is not None:
        yield f"le {limits.le}", limits.le + 1
    if limits.multiple_of is not None:
        yield f"multiple_of {limits.multiple_of}", value + 1


def _texts(form: Form, value: str) -> Iterator[tuple[str, Any]]:
    limits, mark = form.limits, form.mark(Enumeration)
    if form.values and not (mark is not None and mark.values):
        yield "values", f"{value}x"
    if limits.min_length is not None:
        yield f"min_length {limits.min_length}", value[: limits.min_length - 1]
    if limits.max_length is not None:
        yield f"max_length {limits.max_length}", value + "x" * (limits.max_length + 1 - len(value))
    if limits.pattern is not None:
        odd = {"a !": f"{value}!", "- first": f"-{value}", "- last": f"{value}-", "a /": f"{value}/x"}
        yield from ((f"pattern: {what}", other) for what, other in odd.items() if not re.search(limits.pattern, other))


class Sound:
    """One valid configuration, deployed repeatedly with one value changed."""

    def __init__(self, world: World, args: Mapping[str, Any]) -> None:
        self._world = world
        self._args = {name: value for name, value in args.items() if value is not None}
        self._plan = _plan(self._args)
        self._leaves = _leaves(self._plan)
        self._where: dict[Path, tuple[Leaves, Any]] = {}

    def verdict(self, tried: Tried) -> Refusal | bool:
        """Azure's refusal of the value; True if Azure accepts it, False if the value is not sent."""
        if tried.path not in self._where:
            self._where[tried.path] = self._holding(tried.path)
        holding, old = self._where[tried.path]
        new = {place: _written(value, old, tried.value) for place, value in holding.items()}
        if not new:
            return False
        try:
            return self._world.deploy(_rewritten(self._plan, new)) or True
        except InvalidResourceIdError as error:
            return Refusal(next(iter(new))[0], "InvalidResourceName", str(error))

    def refusal(self) -> Refusal | None:
        """Azure's refusal of the configuration itself."""
        return self._world.deploy(self._plan)

    def _holding(self, path: Path) -> tuple[Leaves, Any]:
        """The emitted places that hold the argument's value, and the value."""
        old: Any = self._args
        for part in path:
            old = old[part]
        for changed in (*list(changes(self._args, path))[1:], without(self._args, path)):
            plan = _plan(changed)
            if plan is None:
                continue
            other = _leaves(plan)
            found = {place: value for place, value in self._leaves.items() if other.get(place, _GONE) != value}
            found = {place: value for place, value in found.items() if _holds(value, old)}
            if found:
                return found, old
        return {}, old


_GONE = object()


def _plan(args: Mapping[str, Any]) -> Any:
    shaped = validate(NAME, args)
    return None if shaped.model is None or shaped.problems else layout(shaped.model, NAME)


def _leaves(plan: Plan) -> Leaves:
    return {(child.key, *place): value for child in plan.children for place, value in _flat((), dict(child.inputs))}


def _flat(place: tuple[Any, ...], value: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _flat((*place, name), item)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _flat((*place, index), item)
    else:
        yield place, value.value if isinstance(value, Secret) else value


def _holds(value: Any, old: Any) -> bool:
    if isinstance(value, bool) or isinstance(old, bool):
        return False
    return bool(value == old or value == str(old) or (isinstance(value, str) and isinstance(old, str) and old in value))


def _written(value: Any, old: Any, new: Any) -> Any:
    if value == old:
        return new
    return value.replace(str(old), str(new))


def _rewritten(plan: Plan, new: Leaves) -> Plan:
    """The plan with other values at some places."""
    children = []
    for child in plan.children:
        mine = {place[1:]: value for place, value in new.items() if place[0] == child.key}
        children.append(replace(child, inputs=_at((), child.inputs, mine)) if mine else child)
    changed = Plan()
    changed.children.extend(children)
    return changed


def _at(place: tuple[Any, ...], value: Any, new: Mapping[tuple[Any, ...], Any]) -> Any:
    if isinstance(value, Mapping):
        return {name: _at((*place, name), item, new) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_at((*place, index), item, new) for index, item in enumerate(value)]
    return new.get(place, value)
