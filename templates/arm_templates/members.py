"""Helpers for a template's JSON: members of objects by name, names and types by their parts."""

from collections.abc import Mapping
from typing import Any, Final

_NOTHING: Final = None


def member(value: Any, name: str, default: Any = _NOTHING) -> Any:
    """A member of an object of the template, by its name in any case."""
    if not isinstance(value, Mapping):
        return default
    if name in value:
        return value[name]
    lowered = name.lower()
    return next((item for key, item in value.items() if key.lower() == lowered), default)


def split_name(name: str) -> list[str]:
    """The parts of ``parent/child``; a slash within braces belongs to an unknown part."""
    parts, depth = [""], 0
    for character in name:
        depth += (character == "{") - (character == "}")
        if character == "/" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def without_case(text: str, marker: str) -> tuple[str, str, str]:
    """``text`` before ``marker``, the marker as written, and the rest: a case-insensitive ``str.partition``."""
    at = text.lower().find(marker)
    return (text, "", "") if at < 0 else (text[:at], text[at : at + len(marker)], text[at + len(marker) :])
