"""Values as each language writes them."""

import json
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any

import yaml

from scaleset_migration.settle import FromConfig

_WORD = re.compile(r"^[A-Za-z_$][A-Za-z0-9_$]*$")
_INDENT = "    "
_WIDTH = 100


def camel(name: str) -> str:
    """An argument's name in every language but Python."""
    head, *rest = name.split("_")
    return head + "".join(each[:1].upper() + each[1:] for each in rest)


class Keys(Enum):
    """What the keys of an object are."""

    ARGUMENTS = "arguments"
    """Names of arguments."""
    NAMES = "names"
    """Names that people chose, of objects with arguments."""
    RAW = "raw"
    """No arguments at any depth."""


_KEYS: Mapping[str, Keys] = {
    **dict.fromkeys(("tags", "settings", "overrides", "api_versions", "nat_ports", "properties"), Keys.RAW),
    **dict.fromkeys(("names", "types"), Keys.RAW),  # of what is adopted
    **dict.fromkeys(
        ("instances", "inbound_nat", "rules", "role_assignments", "diagnostic_settings"),
        Keys.NAMES,
    ),
}
"""The arguments whose objects have other keys than arguments."""


def camelled(value: Any, keys: Keys = Keys.ARGUMENTS) -> Any:
    """Arguments with their names as the package's schema has them; what is keyed by names of people stays.

    Args:
        value: The arguments.
        keys: What the keys of this object are.
    """
    if isinstance(value, Mapping):
        if keys is Keys.ARGUMENTS:
            return {camel(name): camelled(each, _KEYS.get(name, Keys.ARGUMENTS)) for name, each in value.items()}
        below = Keys.RAW if keys is Keys.RAW else Keys.ARGUMENTS
        return {name: camelled(each, below) for name, each in value.items()}
    # A list has no names: its elements are objects with arguments (rules of an autoscale profile).
    below = Keys.RAW if keys is Keys.RAW else Keys.ARGUMENTS
    return [camelled(each, below) for each in value] if isinstance(value, list | tuple) else value


def python(value: Any, depth: int = 0, before: int = 0) -> str:
    """A value as Black formats it.

    Args:
        value: The value.
        depth: How deep it is indented.
        before: How many characters precede it in its line.
    """
    if isinstance(value, FromConfig):
        kind = ("_secret" if value.secret else "") + ("_object" if value.structured else "")
        return f"config.require{kind}({json.dumps(value.name)})"
    if isinstance(value, Mapping):
        names = [f"{json.dumps(str(name))}: " for name in value]
        items = [name + python(each, depth + 1, len(name)) for name, each in zip(names, value.values(), strict=True)]
        return _block("{", items, "}", depth, before)
    if isinstance(value, list | tuple):
        return _block("[", [python(each, depth + 1) for each in value], "]", depth, before)
    if value is None or isinstance(value, bool):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def typescript(value: Any, depth: int = 0, before: int = 0) -> str:
    """A value as Prettier formats it; the arguments are those of :func:`python`."""
    if isinstance(value, FromConfig):
        kind = ("Secret" if value.secret else "") + ("Object" if value.structured else "")
        return f"config.require{kind}({json.dumps(value.name)})"
    if isinstance(value, Mapping):
        names = [f"{name if _WORD.match(str(name)) else json.dumps(str(name))}: " for name in value]
        items = [
            name + typescript(each, depth + 1, len(name)) for name, each in zip(names, value.values(), strict=True)
        ]
        return _block("{ ", items, " }", depth, before)
    if isinstance(value, list | tuple):
        return _block("[", [typescript(each, depth + 1) for each in value], "]", depth, before)
    return json.dumps(value, ensure_ascii=False)


def _block(opening: str, items: list[str], closing: str, depth: int, before: int) -> str:
    """On one line if it fits, with the comma after it, else an item a line."""
    if not items:
        return opening.strip() + closing.strip()
    line = opening + ", ".join(items) + closing
    if "\n" not in line and len(line) + len(_INDENT) * depth + before < _WIDTH:
        return line
    inner = "".join(f"{_INDENT * (depth + 1)}{item},\n" for item in items)
    return f"{opening.strip()}\n{inner}{_INDENT * depth}{closing.strip()}"


def document(value: Any) -> str:
    """A YAML document; what comes from the configuration is a reference."""
    text: str = yaml.safe_dump(_references(value), sort_keys=False, allow_unicode=True, width=_WIDTH)
    return text


def _references(value: Any) -> Any:
    if isinstance(value, FromConfig):
        reference = f"${{{value.name}}}"
        return {"fn::fromJSON": reference} if value.structured else reference
    if isinstance(value, Mapping):
        return {name: _references(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_references(each) for each in value]
    # A text that YAML programs would take for an interpolation is escaped.
    return value.replace("${", "$${") if isinstance(value, str) else value
