"""What all parts of the reverse have in common."""

from collections.abc import Mapping, Sequence
from typing import Any

from scaleset_core.facts.properties import UNKNOWN


def at(node: Any, path: str) -> Any:
    """The value at a path of objects, None if it is absent or not known."""
    for step in path.split("."):
        if not isinstance(node, Mapping):
            return None
        node = node.get(step)
    return None if node is UNKNOWN else node


def objects(node: Any, path: str) -> list[Mapping[str, Any]]:
    """The objects in the list at a path."""
    found = at(node, path)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list | tuple) else []


def ids(node: Any, path: str) -> list[Any]:
    """The ids of the references in the list at a path: texts, or what a program asks for."""
    return [each["id"] for each in objects(node, path) if each.get("id") not in (None, UNKNOWN)]


def given(**arguments: Any) -> dict[str, Any]:
    """The arguments that have a value: not None, and no empty list or object."""
    return {name: value for name, value in arguments.items() if value is not None and value not in ([], {})}


def renamed(node: Any, names: Mapping[str, str]) -> dict[str, Any]:
    """Arguments from paths: ``names`` has the path of each argument."""
    return given(**{argument: plain(at(node, path)) for argument, path in names.items()})


def plain(value: Any) -> Any:
    """A value without what is not known."""
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items() if each is not UNKNOWN}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [plain(each) for each in value if each is not UNKNOWN]
    return value
