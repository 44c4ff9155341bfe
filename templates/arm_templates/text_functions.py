"""Template functions on strings, as Azure evaluates them (with .NET's rules where they are visible)."""

import base64
import json
import re
import urllib.parse
import uuid
from collections.abc import Callable
from typing import Any, Final

from arm_templates.values import MAX_TEXT, CannotEvaluateError, Unresolved, unresolved

_HOLE = re.compile(r"\{\{|\}\}|\{(?P<index>\d{1,4})(?:,(?P<width>-?\d{1,4}))?(?::(?P<spec>[^}]*))?\}")
_GUID_NAMESPACE: Final = uuid.UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")
"""The namespace of the ``guid`` function: version 5 UUIDs over the arguments joined by dashes."""


def string(value: Any) -> str:
    """A value as the ``string`` function writes it: strings stay, the rest is JSON."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def plain(value: Any) -> Any:
    """A value as ``concat`` and ``format`` write it: booleans are .NET's True and False, null is nothing."""
    if isinstance(value, Unresolved | str):
        return value
    if value is None:
        return ""
    return str(value) if isinstance(value, bool) else string(value)


def formatted(template: Any, *arguments: Any) -> Any:
    """``format('{0}-{1:00}', ...)``; unresolved arguments stay unresolved in the text."""
    if not isinstance(template, str):
        raise CannotEvaluateError
    parts: list[Any] = []
    at = 0
    for match in _HOLE.finditer(template):
        parts.append(template[at : match.start()])
        at = match.end()
        if match["index"] is None:
            parts.append(match[0][0])
        else:
            parts.append(_hole(arguments[int(match["index"])], match["width"], match["spec"]))
    parts.append(template[at:])
    if any(isinstance(part, Unresolved) for part in parts):
        return unresolved(*parts)
    return "".join(parts)


def _hole(value: Any, width: str | None, spec: str | None) -> Any:
    if isinstance(value, Unresolved):
        return value
    written = plain(value)
    if spec and isinstance(value, int) and not isinstance(value, bool):
        digits = re.fullmatch(r"[dD](\d{0,2})|(0+)", spec)
        if digits is None:
            raise CannotEvaluateError
        written = str(value).zfill(int(digits[1] or 0) if digits[2] is None else len(digits[2]))
    if width is not None:
        written = written.rjust(int(width)) if int(width) > 0 else written.ljust(-int(width))
    return written


def upper(value: Any) -> Any:
    """``toUpper``; of an unresolved string another unresolved string."""
    return Unresolved(f"{{toUpper({value.text})}}", value.secret) if isinstance(value, Unresolved) else value.upper()


def lower(value: Any) -> Any:
    """``toLower``; an unresolved resource id stays the same, because ids are case-insensitive."""
    if not isinstance(value, Unresolved):
        return value.lower()
    text = value.text.lower() if value.text.startswith("/") else f"{{toLower({value.text})}}"
    return Unresolved(text, value.secret)


def boolean(value: Any) -> bool:
    """``bool`` of a string or number."""
    if isinstance(value, str):
        known = {"true": True, "1": True, "false": False, "0": False}
        return known[value.strip().lower()]
    return bool(value)


def nothing(value: Any) -> Any:
    """``first`` and ``last`` of an empty value: an empty string, or null for a list."""
    return "" if isinstance(value, str) else None


def index(value: Any, part: Any, *, last: bool = False) -> int:
    """``indexOf`` and ``lastIndexOf``: in a string, case-insensitively, or in a list; -1 if not found."""
    if isinstance(value, str):
        haystack, needle = value.lower(), part.lower()
        return haystack.rfind(needle) if last else haystack.find(needle)
    places = [at for at, item in enumerate(value) if item == part]
    return (places[-1] if last else places[0]) if places else -1


def split(value: str, by: Any) -> list[str]:
    """``split`` by one delimiter or any of a list."""
    delimiters = [by] if isinstance(by, str) else by
    return re.split("|".join(re.escape(each) for each in delimiters), value)


def join(items: list[Any], between: str, write: Callable[[Any], str] = string) -> str:
    """``join``, up to the maximum length of a string."""
    parts = [write(item) for item in items]
    if sum(map(len, parts)) + len(between) * len(parts) > MAX_TEXT:
        raise CannotEvaluateError
    return between.join(parts)


def replace(value: str, old: str, new: str) -> str:
    """``replace`` of every occurrence."""
    if not old or value.count(old) * len(new) + len(value) > MAX_TEXT:
        raise CannotEvaluateError
    return value.replace(old, new)


def substring(value: str, start: int, length: int | None = None) -> str:
    """``substring``, which must stay within the string."""
    end = len(value) if length is None else start + length
    if not 0 <= start <= end <= len(value):
        raise CannotEvaluateError
    return value[start:end]


def pad_left(value: Any, width: int, padding: str = " ") -> str:
    """``padLeft`` of a string or an integer."""
    if width > MAX_TEXT or len(padding) != 1:
        raise CannotEvaluateError
    return string(value).rjust(width, padding)


def guid(*parts: str) -> str:
    """``guid``: equal arguments give equal values (the value itself is not compared with anything)."""
    return str(uuid.uuid5(_GUID_NAMESPACE, "-".join(parts)))


def of_data_uri(value: str) -> str:
    """``dataUriToString``: the text in a data URI, written as it is or in base 64."""
    head, comma, content = value.partition(",")
    if not head.startswith("data:") or not comma:
        raise CannotEvaluateError
    if head.endswith(";base64"):
        return base64.b64decode(content, validate=True).decode()
    return urllib.parse.unquote(content)
