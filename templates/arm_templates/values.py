"""Values of expressions, some of which only Azure knows."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

MAX_TEXT: Final = 131_072
"""Longer strings are not built (Azure's limit for one value)."""
MAX_ITEMS: Final = 10_000
"""Longer lists are not built (Azure's limit of ``range``)."""

MAX_NODES: Final = 20_000
"""Larger objects are not built."""
_MAX_IDENTITY: Final = 2_000
_KEPT: Final = 500


NO_VALUE: Final = object()
"""Means that no value was given."""


@dataclass(frozen=True)
class Unresolved:
    """A value that only Azure knows: a parameter without a value, the resource group's name, a reference.

    Equal expressions have equal texts, so that a name that is not known yet still matches itself. Known text stays
    readable in it: ``web-{environment}``.

    Attributes:
        text: The identity, with the unknown parts in braces.
        secret: Whether it came from a secure parameter.
        member: Looks up a member of it (an output of a nested deployment), or None.
        value: The value of a secure parameter, by which conditions are decided; :data:`NO_VALUE` if there is none. It
            never becomes part of another text: names and ids have ``text`` instead.
    """

    text: str
    secret: bool = field(default=False, compare=False)
    member: Callable[[Any], Any] | None = field(default=None, compare=False, repr=False)
    value: Any = field(default=NO_VALUE, compare=False, repr=False)


class CannotEvaluateError(Exception):
    """A function got an invalid argument; Azure would refuse it, here the value stays unresolved."""


def unresolved(*parts: Any) -> Unresolved:
    """An unresolved string made by joining ``parts``, known or not."""
    secret = any(isinstance(part, Unresolved) and part.secret for part in parts)
    return Unresolved(shortened("".join(identity(part) for part in parts)), secret)


def shortened(text: str) -> str:
    """An identity of bounded length: a longer text keeps its beginning and a digest of the whole."""
    if len(text) <= _MAX_IDENTITY:
        return text
    return f"{text[:_KEPT]}...{hashlib.sha256(text.encode('utf-8', 'backslashreplace')).hexdigest()}"


def identity(value: Any) -> str:
    """The text that identifies a value."""
    if isinstance(value, Unresolved):
        return value.text
    if isinstance(value, str):
        return value
    try:
        return shortened(json.dumps(value, default=identity, sort_keys=True))
    except (TypeError, ValueError):
        return repr(type(value))


def hidden(value: Any, text: str) -> Any:
    """The value of a secure parameter: its structure, with each text and number as a secret that can be decided by.

    Args:
        value: The value.
        text: The parameter, for the identities of its parts.
    """
    if isinstance(value, dict):
        return {name: hidden(item, f"{text}.{name}") for name, item in value.items()}
    if isinstance(value, list):
        return [hidden(item, f"{text}.{index}") for index, item in enumerate(value)]
    if value is None or isinstance(value, bool | Unresolved):
        return value
    return Unresolved(f"{{{text}}}", secret=True, value=value)


def revealed(value: Any) -> Any:
    """``value`` with secrets as they are, for a decision whose result tells none."""
    if isinstance(value, dict):
        return {name: revealed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [revealed(item) for item in value]
    return value.value if isinstance(value, Unresolved) and value.value is not NO_VALUE else value


def holds_secret(value: Any) -> bool:
    """Whether anything in ``value`` is secret."""
    if isinstance(value, dict):
        return any(holds_secret(item) for item in value.values())
    if isinstance(value, list):
        return any(holds_secret(item) for item in value)
    return isinstance(value, Unresolved) and value.secret


def holds_unresolved(value: Any) -> bool:
    """Whether anything in ``value`` is unresolved."""
    if isinstance(value, dict):
        return any(holds_unresolved(item) for item in value.values())
    if isinstance(value, list):
        return any(holds_unresolved(item) for item in value)
    return isinstance(value, Unresolved)


def within_bounds(value: Any) -> bool:
    """Whether a value is small enough to continue: a template can double a value in each of a hundred variables."""
    stack, left = [value], MAX_NODES
    while stack:
        each = stack.pop()
        text = each.text if isinstance(each, Unresolved) else each
        left -= 1 + len(text) // 64 if isinstance(text, str) else 1
        if left < 0:
            return False
        if isinstance(each, dict):
            left -= len(each)
            stack.extend(each.values())
        elif isinstance(each, list):
            stack.extend(each)
    return True


def is_resource_id(text: str) -> bool:
    """Whether a text is a resource's id, whether or not its subscription and group are known."""
    lowered = text.lower()
    return "\n" not in text and lowered.startswith(("/subscriptions/", "/providers/")) and "/providers/" in lowered
