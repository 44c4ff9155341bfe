"""A wrong value in words: the field as it was written, its value, what was expected, what to do instead."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pulumi

from pulumi_azure_scaleset.model.base import is_deferred
from pulumi_azure_scaleset.model.forms import KEY, Form, Kind, Limits, at, forms, limited, member, sized
from pulumi_azure_scaleset.validation import names_elsewhere
from pulumi_azure_scaleset.validation.normalize import ROOT, snake
from scaleset_core.facts.checks import is_number, show
from scaleset_core.facts.secrets import HIDDEN, is_secret

_TEXT, _TRUTH = "expected text", "expected true or false"
_NUMBER, _WHOLE = "expected a number", "expected a whole number"
_EXPECTED = {
    "string_type": _TEXT,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "list_type": "expected a list",
    "dict_type": "expected a map with names of your own, {name: ...}",
}


_Words = Callable[[Limits], str]
_LIMITED: Mapping[str, _Words] = {
    "greater_than_equal": limited,
    "less_than_equal": limited,
    "multiple_of": limited,
    "string_too_short": lambda limits: sized(limits, "character"),
    "string_too_long": lambda limits: sized(limits, "character"),
    "too_short": lambda limits: sized(limits, "item"),
    "too_long": lambda limits: sized(limits, "item"),
    "string_pattern_mismatch": lambda limits: f"text that matches {limits.pattern}",
}
"""The text for a limit that is exceeded, by pydantic's name of the error."""


def spelled(location: Sequence[int | str]) -> tuple[int | str, ...]:
    """A location with the arguments' names in snake_case; keys of the user's own stay as they are."""
    result: list[int | str] = []
    form: Form | None = ROOT
    for part in location:
        own = form is not None and form.kind in {Kind.KEYED, Kind.FREE}
        result.append(part if isinstance(part, int) or own else snake(part))
        form = member(form, part)
    return tuple(result)


def field_of(location: Sequence[int | str]) -> str:
    """A location as people write it: ``instances['web-1'].zone``."""
    text = ""
    form: Form | None = ROOT
    for part in location:
        if part == KEY:
            continue
        keyed = form is not None and form.kind is Kind.KEYED
        if isinstance(part, int):
            text += f"[{part}]"
        elif keyed or (not part.isidentifier() and text):
            text += f"[{show(part)}]"
        elif part.isidentifier() and len(part) <= _LONGEST_NAME:
            text += f".{part}" if text else part
        else:
            text += f".{show(part)}" if text else show(part)
        form = member(form, part)
    return text


_LONGEST_NAME = 80


def message(location: Sequence[int | str], details: Any) -> str:
    """What is wrong at a location.

    Args:
        location: Where.
        details: One of pydantic's errors.
    """
    kind, value = details["type"], details.get("input")
    if kind == "missing":
        return "it is required"
    if kind == "extra_forbidden":
        return _unknown(location)
    if is_deferred(value):
        return (
            "got an Output (of a resource, or a secret), which has no value before the deployment; this decides what "
            "is deployed, so give it a plain value, for example from the configuration"
        )
    if kind == "value_error":
        # Our own rules include the value where it helps.
        return str(details["msg"]).removeprefix("Value error, ")
    return f"got {_shown(location, value)}; {_expected(location, kind, details)}"


def given_twice(name: str) -> str:
    """The message about an argument that is given in both spellings."""
    return f"it is set twice, as {name} and in camelCase: remove one"


def _shown(location: Sequence[int | str], value: Any) -> str:
    if value is None:
        return "null"
    if is_secret(location):
        return HIDDEN
    if isinstance(value, pulumi.Resource):
        return f"the resource {type(value).__name__}"
    # A whole number from another language is a float here: show 0, not 0.0.
    return show(int(value) if isinstance(value, float) and value.is_integer() else value)


def _expected(location: Sequence[int | str], kind: str, details: Any) -> str:
    value = details.get("input")
    if value is None:
        empty = " ({} for one without arguments)" if kind == "model_type" else ""
        return f"set a value{empty}, or leave it out"
    if kind == "model_type":
        return f"expected a map with arguments: {_listed(_arguments_at(location))}"
    if kind in {"literal_error", "enum"}:
        return f"expected {details['ctx']['expected']}{', as text' if is_number(value) else ''}"
    if kind in _LIMITED:
        form = at(ROOT, location)
        assert form is not None
        return f"expected {_LIMITED[kind](form.limits)}"
    if kind == "string_type" and isinstance(value, pulumi.Resource):
        return "expected a string: pass one of its outputs, for example its name"
    text = _EXPECTED.get(kind, str(details["msg"]))
    return f"{text[:1].lower()}{text[1:]}"


def _unknown(location: Sequence[int | str]) -> str:
    known = sorted(_arguments_at(location[:-1]))
    name = str(location[-1])
    if name in known:
        return given_twice(name)
    respelt = [each for each in known if names_elsewhere.plain(each) == names_elsewhere.plain(name)]
    elsewhere = "" if respelt else _elsewhere(location, known)
    close = respelt or difflib.get_close_matches(snake(name)[:_LONGEST_NAME], known, n=1)
    meant = elsewhere or (f"did you mean {close[0]!r}?" if close else _some(name, known))
    return f"there is no such argument; {meant}"


def _listed(known: Sequence[str]) -> str:
    return ", ".join(known) if len(known) <= _FEW else f"{', '.join(known[:_FEW])} ...; {_PAGE}"


_FEW = 8
"""So many names fit into a sentence."""
_PAGE = "docs/arguments.md has them all"


def _some(name: str, known: Sequence[str]) -> str:
    """A few arguments: all where there are few, else those that share a word with ``name``."""
    if len(known) <= _FEW:
        return f"there are {', '.join(known)}"
    words = {word for word in snake(name)[:_LONGEST_NAME].split("_") if word}
    related = [each for each in known if words & set(each.split("_"))][:_FEW]
    return f"{', '.join(related)} {'are' if len(related) > 1 else 'is'} near; {_PAGE}" if related else _PAGE


def _elsewhere(location: Sequence[int | str], known: Sequence[str]) -> str:
    """The argument that is called so in another tool; "" if none is."""
    above, name = location[:-1], str(location[-1])
    of_instance = len(above) > 1 and above[0] == "instances"
    relative = above[2:] if of_instance else above
    place = "".join("[]" if isinstance(part, int) else f".{snake(part)}" for part in relative).removeprefix(".")
    row = names_elsewhere.meant(place, name)
    if row is None:
        return ""
    ours = row.ours.removeprefix(f"{place}.") if place else row.ours
    whole = " of the set, which all its instances share" if of_instance and ours.partition(".")[0] not in known else ""
    whose = names_elsewhere.whose(row, name)
    note = f" ({row.note})" if row.note else ""
    return f"{f'it is the name in {whose}; ' if whose else ''}here it is {ours}{whole}{note}"


def _arguments_at(location: Sequence[int | str]) -> Sequence[str]:
    """The names of the arguments that are valid at a location."""
    form = at(ROOT, location)
    return list(forms(form.holds)) if form is not None and form.kind is Kind.OBJECT else ()
