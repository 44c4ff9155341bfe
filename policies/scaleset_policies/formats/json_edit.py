"""Changing one member of a JSON text and nothing else: its comments, its order and its indentation stay."""

import json
import re
from typing import Any

from scaleset_policies.formats.json_text import JsonText, Path

_LINE = re.compile(r"\r?\n[ \t]*\Z")


def removed(document: JsonText, path: Path) -> str | None:
    """The text without the member at ``path``; None if an expression is there or above."""
    span = document.span(path)
    if span is None:
        return None
    begin, _, end = span
    text, source = document.text, document.source
    after = _skip(text, end)
    if text[after] == ",":
        return source[:begin] + source[_skip(text, after + 1) :]
    before = len(text[:begin].rstrip())
    if text[before - 1] == ",":
        return source[: before - 1] + source[end:]
    return source[:before] + source[after:]


def replaced(document: JsonText, path: Path, value: Any) -> str | None:
    """The text with another value of the member at ``path``; None if an expression is above it."""
    span = document.span(path)
    if span is None:
        return None
    _, begin, end = span
    return document.source[:begin] + json.dumps(value) + document.source[end:]


def added(document: JsonText, path: Path, name: str, value: Any) -> str | None:
    """The text with a new last member of the object at ``path``; None if there is no such object."""
    members = document.members(path)
    if members is None:
        return None
    start, end, first, last = members
    text, source = document.text, document.source
    member = f"{json.dumps(name)}: {json.dumps(value)}"
    if first is None or last is None:
        return source[: start + 1] + member + source[end - 1 :]
    line = _LINE.search(text[start + 1 : first])
    return source[:last] + "," + (line[0] if line else " ") + member + source[last:]


def _skip(text: str, offset: int) -> int:
    return offset + len(text[offset:]) - len(text[offset:].lstrip())
