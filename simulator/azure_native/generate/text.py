"""The tables as text: JSON with one property a line, so that a new SDK version gives a readable diff."""

from __future__ import annotations

import json
from typing import Any


def render(version: str, table: dict[str, Any]) -> str:
    """The file's text for the table of one module."""
    lines = ["{", f' "sdk": {json.dumps(version)},', ' "resources": {']
    lines += _entries(table["resources"], _resource)
    lines += [" },", ' "types": {']
    lines += _entries(table["types"], _type)
    lines += [" }", "}", ""]
    return "\n".join(lines)


def _entries(entries: dict[str, Any], render_one: Any) -> list[str]:
    lines: list[str] = []
    for index, (name, value) in enumerate(entries.items()):
        block = render_one(name, value)
        if index < len(entries) - 1:
            block[-1] += ","
        lines += block
    return lines


def _resource(name: str, value: dict[str, Any]) -> list[str]:
    lines = [f"  {json.dumps(name)}: {{"]
    for key, item in value.items():
        if key not in ("inputs", "outputs"):
            lines.append(f"   {json.dumps(key)}: {json.dumps(item)},")
    lines += ['   "inputs": {', *_properties(value["inputs"], 4), "   },"]
    lines += ['   "outputs": {', *_properties(value["outputs"], 4), "   }", "  }"]
    return lines


def _type(name: str, value: dict[str, Any]) -> list[str]:
    return [f"  {json.dumps(name)}: {{", *_properties(value, 3), "  }"]


def _properties(properties: dict[str, Any], indent: int) -> list[str]:
    rows = [f"{' ' * indent}{json.dumps(name)}: {json.dumps(spec)}" for name, spec in properties.items()]
    return [row + "," for row in rows[:-1]] + rows[-1:]
