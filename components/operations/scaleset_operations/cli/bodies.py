"""JSON from the command line: literal, from a file, from stdin, or as single changes."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scaleset_operations.errors import UsageError
from scaleset_operations.planning import merge


def _source(text: str) -> str:
    return "stdin" if text == "@-" else text[1:]


def text_of(option: str, text: str) -> str:
    """A text given as it is, as ``@FILE`` or as ``@-`` (stdin).

    Raises:
        UsageError: The file cannot be read.
    """
    if not text.startswith("@"):
        return text
    try:
        return sys.stdin.read() if text == "@-" else Path(text[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise UsageError(f"{option} @{_source(text)}: can not be read: {reason}.") from None


def json_of(option: str, text: str) -> dict[str, Any]:
    """A JSON object given as text, as ``@FILE`` or as ``@-`` (stdin).

    Raises:
        UsageError: The file cannot be read, or it is not a JSON object. The text is not repeated: it may be secret.
    """
    source = "the text" if not text.startswith("@") else _source(text)
    try:
        found = json.loads(text_of(option, text))
    except ValueError as error:
        raise UsageError(
            f"{option}: {source} is no JSON: {error}. Expected an object such as '{{\"port\": 80}}'."
        ) from None
    if not isinstance(found, dict):
        raise UsageError(f"{option}: {source} is a JSON {type(found).__name__}; expected an object.")
    return found


def change_of(changes: Sequence[str], body: str) -> Mapping[str, Any]:
    """The change that ``--set`` and ``--body`` describe together.

    Raises:
        UsageError: There is none, or one cannot be read.
    """
    change: dict[str, Any] = json_of("--body", body) if body else {}
    for item in changes:
        path, mark, text = item.partition("=")
        parts = path.strip().split(".")
        if not mark or not all(parts):
            raise UsageError(f"--set {item!r} is no change; expected PATH=VALUE, such as tags.team=web.")
        value: Any = _value(text)
        for part in reversed(parts):
            value = {part: value}
        change = _overlay(change, value)
    if not change:
        raise UsageError("change what? Give --set PATH=VALUE or --body JSON.")
    return change


def _overlay(base: dict[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """As merge, but null stays: it requests the removal when the change is applied."""
    kept = {key: None for key, value in change.items() if value is None}
    nested = {key: value for key, value in change.items() if value is not None}
    return merge(base, nested) | kept


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
