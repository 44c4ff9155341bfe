"""Normalises the written arguments before validation, and finds the values that no argument accepts.

Arguments are text, numbers, booleans, lists and maps, as in JSON, and Outputs and resources where values may be
deferred. Everything else (a date that YAML read, a set, a map that contains itself) would fail in the middle of the
registration, long after the first resource exists, or differ on every run.
"""

import math
from collections.abc import Iterator, KeysView, Mapping, Sequence, ValuesView
from enum import Enum
from typing import Any

import pulumi

from pulumi_azure_scaleset.model.base import has_id, is_deferred
from pulumi_azure_scaleset.model.forms import Form, Kind, member
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from scaleset_core.facts.checks import show

Location = tuple[int | str, ...]
"""The keys and indexes that lead to a value."""
Flaws = list[tuple[Location, str]]
"""What is wrong, and where."""

ROOT = Form(Kind.OBJECT, ScaleSetModel)
"""What the arguments as a whole are."""

_DEEPEST = 50
_LARGEST = 2**53
_KINDS = "expected text, a number, true or false, a list or a map"


def normalize(args: Mapping[Any, Any]) -> tuple[dict[str, Any], Flaws]:
    """``args`` as dicts, lists and single values, without nulls that only mean that an argument was left out.

    Args:
        args: The arguments, names in snake_case or camelCase.

    Returns:
        The arguments, and the values that no argument accepts, which are None in the result.
    """
    flaws: Flaws = []
    return _map(args, (), ROOT, flaws), flaws


def snake(name: str) -> str:
    """A camelCase argument name as Python spells it."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _normalized(value: Any, at: Location, form: Form | None, flaws: Flaws) -> Any:
    if isinstance(value, Enum):
        return _normalized(value.value, at, form, flaws)
    listed = _is_listed(value)
    if len(at) > _DEEPEST and (listed or isinstance(value, Mapping)):
        return _flaw(flaws, at[:2], f"it is more than {_DEEPEST} levels deep, or contains itself")
    if isinstance(value, Mapping):
        return _map(value, at, form, flaws)
    if listed:
        return [_normalized(item, (*at, index), member(form, index), flaws) for index, item in enumerate(value)]
    return _single(value, at, flaws, free=form is not None and form.kind is Kind.FREE)


def _is_listed(value: Any) -> bool:
    """Whether ``value`` is a list, or becomes one: an iterator can be read only once."""
    if isinstance(value, str | bytes | bytearray):
        return False
    return isinstance(value, Sequence | Iterator | KeysView | ValuesView)


def _map(value: Mapping[Any, Any], at: Location, form: Form | None, flaws: Flaws) -> dict[str, Any]:
    # A key that the user chose is kept without a value too: it was written for a purpose.
    keep = form is not None and form.kind in {Kind.FREE, Kind.KEYED}
    result: dict[str, Any] = {}
    for key, item in value.items():
        name = key.value if isinstance(key, Enum) else key
        if not isinstance(name, str):
            text = show(name)
            _flaw(flaws, (*at, text), f"the key is {text}; expected text, in quotes")
        elif item is not None or keep:
            result[name] = _normalized(item, (*at, name), member(form, name), flaws)
    return result


def _single(value: Any, at: Location, flaws: Flaws, *, free: bool) -> Any:
    wrong = ""
    if isinstance(value, str):
        wrong = "" if _is_text(value) else "it is a string that UTF-8 cannot encode"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        wrong = _number_problem(value)
    elif isinstance(value, set | frozenset):
        wrong = "got a set, which has another order on every run; give a list, for example sorted(...)"
    elif not (value is None or isinstance(value, bool) or _is_resolved_by_pulumi(value, free=free)):
        wrong = f"got {show(value)}; {_KINDS}"
    return _flaw(flaws, at, wrong) if wrong else value


def _number_problem(value: float) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return f"got {value}; expected a number that JSON can hold"
    return "" if abs(value) <= _LARGEST else f"the number is too large; expected one up to {_LARGEST:g}"


def _is_resolved_by_pulumi(value: Any, *, free: bool) -> bool:
    """Whether Pulumi resolves ``value``: an Output, a resource, or a type that only raw inputs or arguments take."""
    if is_deferred(value) or isinstance(value, pulumi.Resource):
        return True
    if free:
        return _is_input_object(value) or isinstance(value, pulumi.Asset | pulumi.Archive)
    return isinstance(value, bytes) or has_id(value)


@pulumi.input_type
class _InputType:
    """Shows how the SDK marks the classes of input objects, azure-native's ``...Args`` for example."""


_MARKS = frozenset(vars(_InputType)) - frozenset(dir(type("_Plain", (), {})))


def _is_input_object(value: Any) -> bool:
    return any(hasattr(type(value), mark) for mark in _MARKS)


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _flaw(flaws: Flaws, at: Location, text: str) -> None:
    flaws.append((at, text))
