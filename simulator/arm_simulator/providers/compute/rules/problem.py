"""The problems that rules report, in Azure's words, and helpers that read ARM bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

Body = Mapping[str, Any]

_DURATION = re.compile(r"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$")


@dataclass(frozen=True)
class Problem:
    """One reason why Azure refuses a request body.

    Attributes:
        code: ARM error code, e.g. ``InvalidParameter``.
        message: the sentence in Azure's response.
        target: path of the offending property, without ``properties.``.
        status: HTTP status, 400 for bad bodies and 409 for changes that are not allowed.
    """

    code: str
    message: str
    target: str
    status: int = 400


def dig(value: Any, path: str) -> Any:
    """The value at a dotted path of nested objects, None where any step is missing."""
    for step in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value


def items(value: Any, path: str) -> list[Body]:
    """The objects of the list at ``path``; anything else in it is left out."""
    found = dig(value, path)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def same(left: str | None, right: str | None) -> bool:
    """Whether two ARM names or ids are equal: ARM compares both without case."""
    return (left or "").lower().rstrip("/") == (right or "").lower().rstrip("/")


def duration(text: Any) -> timedelta | None:
    """An ISO 8601 duration such as ``PT10M``; None when it is not a duration."""
    match = _DURATION.match(text) if isinstance(text, str) and text not in {"P", "PT"} else None
    if match is None:
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def invalid(target: str, message: str) -> Problem:
    """400 InvalidParameter with the rule's own message."""
    return Problem("InvalidParameter", message, target)


def missing(target: str) -> Problem:
    """400 InvalidParameter for a missing required member."""
    return invalid(target, f"Required parameter '{target}' is missing (null).")


def value_not_allowed(target: str, value: Any, allowed: Iterable[Any]) -> Problem:
    """400 InvalidParameter for a value outside a fixed list."""
    choices = ", ".join(str(choice) for choice in allowed)
    return invalid(
        target, f"The value '{value}' of parameter '{target}' is not allowed. Allowed values are: {choices}."
    )


def out_of_range(target: str, value: Any, low: Any, high: Any) -> Problem:
    """400 InvalidParameter for a value outside ``low``..``high`` (both allowed)."""
    return invalid(target, f"The value '{value}' of parameter '{target}' must be in the range {low} to {high}.")


def not_allowed_in_mode(target: str, name: str, mode: str) -> Problem:
    """400 InvalidParameter for a member that one orchestration mode does not have."""
    return invalid(
        target,
        f"Parameter '{target}' is not allowed on Virtual Machine Scale Set '{name}' "
        f"because its orchestrationMode is '{mode}'.",
    )


def change_not_allowed(target: str) -> Problem:
    """409 PropertyChangeNotAllowed: a member that cannot change after creation."""
    return Problem("PropertyChangeNotAllowed", f"Changing property '{target}' is not allowed.", target, 409)


def check_range(target: str, value: Any, low: float, high: float) -> Iterator[Problem]:
    """A number, when it is given, lies within ``low``..``high``."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        yield out_of_range(target, value, low, high)


def check_choice(target: str, value: Any, allowed: Iterable[str]) -> Iterator[Problem]:
    """A value, when it is given, is one of ``allowed``."""
    choices = list(allowed)
    if value is not None and value not in choices:
        yield value_not_allowed(target, value, choices)


def check_duration(target: str, value: Any, low: str, high: str) -> Iterator[Problem]:
    """A duration, when it is given, is ISO 8601 and lies within ``low``..``high``."""
    if value is None:
        return
    length, least, most = duration(value), duration(low), duration(high)
    assert least is not None
    assert most is not None
    if length is None:
        yield invalid(target, f"The value '{value}' of parameter '{target}' is not an ISO 8601 duration such as {low}.")
    elif not least <= length <= most:
        yield out_of_range(target, value, low, high)
