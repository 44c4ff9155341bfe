"""The formats of ``-o``, which mean the same in every command: a table for people, JSON, YAML and TSV for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Format(StrEnum):
    """How a result is printed."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"
    TSV = "tsv"


def dump(data: Any, kind: Format) -> str:
    """Data for a program, without the last line break.

    Args:
        data: JSON-like data.
        kind: The format; a table is not one of these.
    """
    if kind is Format.YAML:
        import yaml  # noqa: PLC0415 - help does not wait for it

        return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True)).rstrip("\n")
    if kind is Format.TSV:
        return "\n".join(_lines(data))
    return json.dumps(data, indent=2, ensure_ascii=False, default=str)


def text(value: Any) -> str:
    """A value in a cell of a table or of TSV."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _lines(data: Any) -> list[str]:
    """A line for each item, its members in cells."""
    lines = []
    for item in data if isinstance(data, list) else [data]:
        cells = list(item.values()) if isinstance(item, Mapping) else item if isinstance(item, list) else [item]
        lines.append("\t".join(text(cell).replace("\t", " ").replace("\n", " ") for cell in cells))
    return [] if data is None else lines
