"""From the written arguments to a validated model, with every problem of single values and its field.

Wrong fields are reported and then removed, so that the rest can still be cross-checked and checked against the mode
table: the user sees all problems at once.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.model.forms import KEY, forms, marked
from pulumi_azure_scaleset.model.marks import Decides, SaysHowMany, StandIn
from pulumi_azure_scaleset.model.scale_set import LONGEST_NAME, SET_NAME, UNNAMED, ScaleSetModel
from pulumi_azure_scaleset.validation.messages import (
    field_of,
    given_twice,
    message,
    spelled,
)
from pulumi_azure_scaleset.validation.normalize import normalize, snake
from scaleset_core.facts.checks import show
from scaleset_core.facts.names import counted_names
from scaleset_core.facts.secrets import secret_texts
from scaleset_core.modes import Mode

_STAND_INS = marked(ScaleSetModel, StandIn)
_DECIDING = marked(ScaleSetModel, Decides)
_HOW_MANY = marked(ScaleSetModel, SaysHowMany)
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Validated:
    """The result: a model of what is right, and the problems of what is not.

    Attributes:
        model: The model; None if even the rest cannot be read.
        problems: The problems of single values.
        dropped: The top-level arguments that were removed, or in which something was.
        secrets: The texts of secrets among the arguments: no message may show one.
        decided: Whether mode and operating system are known, without which the rest cannot be checked.
    """

    model: ScaleSetModel | None
    problems: tuple[Problem, ...]
    dropped: frozenset[str] = frozenset()
    secrets: tuple[str, ...] = ()
    decided: bool = True


def validate(name: str, args: object) -> Validated:
    """Validate ``args`` for the component called ``name``. Never raises for wrong arguments."""
    if not isinstance(args, Mapping):
        wanted = "expected ScaleSetArgs, or a dict with the arguments by their names"
        return Validated(None, (Problem("args", f"got {show(args)}; {wanted}"),))
    return _Validation(name, args).run()


class _Validation:
    def __init__(self, name: str, args: Mapping[Any, Any]) -> None:
        written, flaws = normalize(args)
        self._secrets = tuple(secret_texts(written))
        self._found: list[Problem] = []
        self._reported: list[tuple[int | str, ...]] = []
        self._dropped: set[str] = set()
        self._decided = True
        self._counted = False
        self._raw = self._in_snake_case(written)
        self._named = "scale_set_name" in self._raw
        self._raw.setdefault("scale_set_name", name)
        for location, text in flaws:
            place = spelled(location)
            self._report(place, text)
            self._remove(place)
        _read_numbers(self._raw)
        self._counted = _is_count(self._raw.get("instances"))
        miscounted = _expand_counts(self._raw)
        self._found += miscounted
        self._dropped |= {problem.root for problem in miscounted}

    def run(self) -> Validated:
        """Validate, and remove what is wrong, until the rest is a model."""
        model = None
        for attempt in range(_ROUNDS):
            try:
                model = ScaleSetModel.model_validate(self._raw)
                break
            except ValidationError as error:
                found = [(_without_union_tags(each["loc"]), each) for each in error.errors(include_url=False)]
            for location, details in found:
                if not self._follows(location):
                    self._report(location, self._message(location, details))
            for location, _ in reversed(found):
                # The first round removes the wrong values only: the more is left, the more can be checked.
                self._remove(location if attempt == 0 else location[: max(1, len(location) - attempt)])
        return Validated(model, tuple(self._found), frozenset(self._dropped), self._secrets, self._decided)

    def _follows(self, location: Sequence[int | str]) -> bool:
        """Whether a problem follows from what was removed: it is about the same location, or one that contains it."""
        place = tuple(location)
        return any(each[: len(place)] == place for each in self._reported)

    def _in_snake_case(self, written: Mapping[str, Any]) -> dict[str, Any]:
        """The top-level arguments by their snake_case names; unknown names stay as they were written."""
        raw: dict[str, Any] = {}
        for key, value in written.items():
            known = _known(key)
            if known in raw:
                self._found.append(Problem(known, given_twice(known)))
            if value is not None:
                raw[known] = value
        return raw

    def _message(self, location: Sequence[int | str], details: Any) -> str:
        text = message(location, details)
        if location[0] == "scale_set_name" and not self._named:
            text += " (it is the component's own name unless you set scale_set_name: set it)"
        return text

    def _report(self, location: Sequence[int | str], text: str) -> None:
        place = ("instances", *location[1:]) if self._counted and location[0] == "instance_count" else location
        self._found.append(Problem(field_of(place), text))
        self._reported.append(tuple(location))
        self._dropped.add(str(location[0]))

    def _remove(self, location: Sequence[int | str]) -> None:
        """Remove the value at ``location``; a whole argument leaves its placeholder, an instance an empty one."""
        raw, root = self._raw, str(location[0])
        if len(location) > 1:
            bare = location[0] == "instances" and len(location) == 2 and KEY not in location  # noqa: PLR2004
            raw[root] = _without(raw.get(root), tuple(part for part in location[1:] if part != KEY), bare=bare)
        elif root in _DECIDING:
            self._choose(root)
        elif root in _STAND_INS:
            raw[root] = _STAND_INS[root].value
        else:
            raw.pop(root, None)
            if root in _HOW_MANY and _HOW_MANY[root].profile:
                # It asked for instances from a profile; without a capacity, all that works on them would seem wrong.
                raw.setdefault("capacity", 0)

    def _choose(self, root: str) -> None:
        """Correct a value that is wrong in case only, so that the rest can be checked."""
        written = self._raw.pop(root, None)
        same = [choice for choice in forms(ScaleSetModel)[root].values if _same(written, choice)]
        if same:
            self._raw[root] = same[0]
        else:
            self._decided = False


def _known(name: str) -> str:
    """The argument's name in snake_case; an unknown name stays as it was written."""
    snaked = snake(name)
    return snaked if snaked in ScaleSetModel.model_fields else name


def _read_numbers(raw: dict[str, Any]) -> None:
    """Configuration is text: "3" is three."""
    for field in ("instances", "instance_count", "capacity"):
        if isinstance(raw.get(field), str) and re.fullmatch(r"[0-9]{1,9}", raw[field]):
            raw[field] = int(raw[field])


def _expand_counts(raw: dict[str, Any]) -> list[Problem]:
    """Expand counts to instances, or to the capacity on Uniform."""
    uniform = _same(raw.get("orchestration_mode"), Mode.UNIFORM.value)
    problems: list[Problem] = []
    instances = raw.get("instances")
    if _is_count(instances):
        raw.pop("instances")
        if "instance_count" in raw:
            problems.append(Problem("instances", "give instances as a number or instance_count, not both"))
        raw["instance_count"] = instances
    count: Any = raw.get("instance_count")
    if not _is_count(count) or count < 0 or count > 1000:  # noqa: PLR2004 - the model reports the limit
        return problems
    if uniform:
        if raw.setdefault("capacity", count) != count:
            problems.append(Problem("instance_count", "on Uniform it means the same as capacity: give one of them"))
    elif isinstance(instances := raw.get("instances", {}), Mapping):
        stem = raw["scale_set_name"]
        usable = isinstance(stem, str) and len(stem) <= LONGEST_NAME and re.fullmatch(SET_NAME, stem)
        named: dict[str, Any] = {each: {} for each in counted_names(stem if usable else UNNAMED, int(count))}
        raw["instances"] = {**named, **instances}
    return problems


def _same(written: Any, choice: str) -> bool:
    return isinstance(written, str) and written.lower() == choice.lower()


def _without(value: Any, location: Sequence[int | str], *, bare: bool) -> Any:
    """``value`` without what is at ``location``; with ``bare``, an empty map replaces it."""
    step, rest = location[0], location[1:]
    if isinstance(value, Mapping):
        name = step if step in value else next((key for key in value if snake(str(key)) == step), step)
        kept = {key: item for key, item in value.items() if key != name}
        if name not in value or (not rest and not bare):
            return kept
        return {**kept, name: _without(value[name], rest, bare=False) if rest else {}}
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        changed = [_without(value[step], rest, bare=False)] if rest else []
        return [*value[:step], *changed, *value[step + 1 :]]
    return value


def _is_count(value: Any) -> bool:
    """Whether ``value`` is a whole number, however it is written."""
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


def _without_union_tags(location: Sequence[int | str]) -> tuple[int | str, ...]:
    """Drop the names that pydantic gives to a union's branch or a validator: they are not in the arguments."""
    return tuple(part for part in location if not (isinstance(part, str) and part.startswith("function-")))
