"""From what was written to a validated model: every problem of single values, each with its field.

Wrong fields are reported and then set aside, so that the rest can still be checked against each other and against
the mode table: a person sees all problems at once.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from pulumi_azure_scaleset.checks import show
from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.model.base import is_deferred
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.names import counted_names

SECRET_FIELDS = frozenset({"admin_password", "protected_settings", "user_data", "custom_data"})
"""Arguments whose values are secrets, wherever they stand."""

_KEYED = frozenset(
    {"instances", "inbound_nat", "rules", "tags", "nat_ports", "role_assignments", "diagnostic_settings"}
)
"""Arguments that are maps with keys of the user's own."""
_PLACEHOLDERS = {"resource_group_name": "unknown", "scale_set_name": "unknown"}
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Shaped:
    """The result: a model of what is right, and the problems of what is not.

    Attributes:
        model: The model; None if even the rest cannot be read.
        problems: The problems of single values.
        dropped: The top-level arguments that were set aside.
    """

    model: ScaleSetModel | None
    problems: tuple[Problem, ...]
    dropped: frozenset[str]


def shape(name: str, args: object) -> Shaped:
    """Validate ``args`` for the component called ``name``. Never raises for wrong arguments."""
    if not isinstance(args, Mapping):
        wanted = "expected ScaleSetArgs, or a dict with the arguments by their names"
        return Shaped(None, (Problem("args", f"got {args!r}; {wanted}"),), frozenset())
    raw, problems = _normalise(name, args)
    found: list[Problem] = list(problems)
    dropped: set[str] = {problem.root for problem in problems}
    for _ in range(_ROUNDS):
        try:
            return Shaped(ScaleSetModel.model_validate(raw), tuple(found), frozenset(dropped))
        except ValidationError as error:
            for details in error.errors(include_url=False):
                location = _without_union_tags(details["loc"])
                found.append(Problem(_field(location), _message(location, details)))
                dropped.add(str(location[0]))
                _set_aside(raw, location)
    return Shaped(None, tuple(found), frozenset(dropped))


def snake(name: str) -> str:
    """A camelCase argument name as Python spells it."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _known(name: str) -> str:
    """The argument's name in snake_case; what is no argument stays as it was written."""
    spelt = snake(name)
    return spelt if spelt in ScaleSetModel.model_fields else name


def _normalise(name: str, args: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The arguments with snake_case names on top, without nulls, and with counts spelt out as instances."""
    raw = {_known(str(key)): value for key, value in args.items() if value is not None}
    raw.setdefault("scale_set_name", name)
    uniform = raw.get("orchestration_mode") == "Uniform"
    problems: list[Problem] = []
    instances = raw.get("instances")
    if _is_count(instances):
        raw.pop("instances")
        if "instance_count" in raw:
            problems.append(Problem("instance_count", "give instances as a number or instance_count, not both"))
        raw["instance_count"] = instances
    count: Any = raw.get("instance_count")
    if not _is_count(count) or count < 0 or count > 1000:  # noqa: PLR2004 - the model reports the limit
        return raw, problems
    if uniform:
        if raw.setdefault("capacity", count) != count:
            problems.append(Problem("instance_count", "on Uniform it means the same as capacity: give one of them"))
    elif isinstance(instances := raw.get("instances", {}), Mapping):
        named: dict[str, Any] = {each: {} for each in counted_names(str(raw["scale_set_name"]), int(count))}
        raw["instances"] = {**named, **instances}
    return raw, problems


def _is_count(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and float(value).is_integer()


def _without_union_tags(location: Sequence[int | str]) -> tuple[int | str, ...]:
    """Pydantic names the branch of a union or a validator inside a location; people did not write that."""
    return tuple(part for part in location if not (isinstance(part, str) and part.startswith("function-")))


def _set_aside(raw: dict[str, Any], location: Sequence[int | str]) -> None:
    """Remove the wrong field: one instance, or the top-level argument."""
    root = str(location[0])
    if root == "instances" and len(location) > 1 and isinstance(raw.get(root), Mapping):
        raw[root] = {key: value for key, value in raw[root].items() if key != location[1]}
    elif root in _PLACEHOLDERS:
        raw[root] = _PLACEHOLDERS[root]
    else:
        raw.pop(root, None)


def _field(location: Sequence[int | str]) -> str:
    text = ""
    keyed = False
    for part in location:
        if part == "[key]":
            continue
        if isinstance(part, int):
            text += f"[{part}]"
        elif keyed:
            text += f"[{part!r}]"
        else:
            text += f".{part}" if text else part
        keyed = part in _KEYED and not keyed
    return text


def _message(location: Sequence[int | str], details: Any) -> str:
    kind, value = details["type"], details.get("input")
    if kind == "missing":
        return "it is required"
    if kind == "extra_forbidden":
        return f"there is no such argument{_suggestion(location)}"
    if is_deferred(value):
        return (
            "got an Output (of a resource, or a secret), which has no value before the deployment; this decides what "
            "is deployed, so give it a plain value, for example from the configuration"
        )
    if kind == "value_error":
        # Our own rules name the value where it helps.
        return str(details["msg"]).removeprefix("Value error, ")
    return f"got {_shown(location, value)}; {_expected(kind, details)}"


def _shown(location: Sequence[int | str], value: Any) -> str:
    if any(part in SECRET_FIELDS for part in location):
        return "a secret value"
    # A whole number from another language is a float here, and nobody wrote 0.0.
    return show(int(value) if _is_count(value) else value)


def _expected(kind: str, details: Any) -> str:
    if kind in {"literal_error", "enum"}:
        return f"expected {details['ctx']['expected']}"
    if kind == "string_pattern_mismatch":
        return f"expected text that matches {details['ctx']['pattern']}"
    text = str(details["msg"])
    return f"{text[:1].lower()}{text[1:]}"


def _suggestion(location: Sequence[int | str]) -> str:
    known = sorted(_fields_at(ScaleSetModel, location[:-1]))
    close = difflib.get_close_matches(snake(str(location[-1])), known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(known)}"


def _fields_at(model: type[BaseModel], location: Sequence[int | str]) -> Sequence[str]:
    """The names of the fields that may stand at a location."""
    for part in location:
        field = model.model_fields.get(str(part))
        if field is not None:
            model = next(_models(field.annotation), model)
    return list(model.model_fields)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)
