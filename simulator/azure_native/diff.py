"""What changed between two sets of inputs, and whether that replaces the resource: the official provider's rules."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from azure_native.checks import CREATE_BEFORE_DELETE
from azure_native.table import ResourceType
from azure_native.values import Unknown

_MISSING = object()
_ID = re.compile(r"^/subscriptions/[^/]+/resourcegroups/[^/]+/providers/", re.IGNORECASE)


class Kind(Enum):
    """How one property changed."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True)
class Change:
    """One changed property: how, and whether it replaces the resource."""

    kind: Kind
    replace: bool


@dataclass(frozen=True)
class Difference:
    """The result of comparing two sets of inputs.

    Attributes:
        changes: By property path in Pulumi's notation (``sku.capacity``, ``zones[0]``, ``tags["a.b"]``).
        delete_first: Whether a replacement deletes before it creates: true with fixed names; with a generated name the
            new resource can exist beside the old one.
    """

    changes: dict[str, Change] = field(default_factory=dict)
    delete_first: bool = False

    @property
    def replaces(self) -> list[str]:
        """The paths that force a replacement."""
        return [path for path, change in self.changes.items() if change.replace]


def difference(
    resource: ResourceType, old_inputs: dict[str, Any], new_inputs: dict[str, Any], old_outputs: dict[str, Any]
) -> Difference:
    """Compare old and new inputs (both without secret marks).

    A property that is added with the value that the resource already has does not replace it. Locations are compared
    without case and spaces, resource group names and resource ids without case; nothing else is normalised, as in the
    official provider.
    """
    walk = _Walk(resource.replacing)
    walk.objects(_visible(old_inputs), _visible(new_inputs), "", "")
    changes = {path: c for path, c in walk.changes.items() if not _same_in_azure(path, old_inputs, new_inputs)}
    for path, change in list(changes.items()):
        if change.replace and change.kind is Kind.ADD and path in old_outputs and new_inputs[path] == old_outputs[path]:
            changes[path] = Change(Kind.ADD, replace=False)
    replaces = any(c.replace for c in changes.values())
    random_name = old_inputs.get(CREATE_BEFORE_DELETE)
    delete_first = not random_name if isinstance(random_name, bool) else replaces
    return Difference(changes, delete_first and replaces)


def apply_changes(values: Any, old: Any, new: Any) -> Any:
    """The inputs after a refresh: what differs between the old and the new projected outputs, applied to ``values``.

    Only what changed in Azure since the last operation is copied, so that defaults which Azure filled in do not
    become inputs; inputs that Azure never returns (passwords, protected settings) stay as they are.
    """
    if isinstance(values, dict) and isinstance(old, dict) and isinstance(new, dict):
        result = {key: value for key, value in values.items() if key in new or key not in old}
        for key, value in new.items():
            if key not in old:
                result[key] = value
            elif old[key] != value:
                result[key] = apply_changes(values[key], old[key], value) if key in values else value
        return result
    if isinstance(values, list) and isinstance(old, list) and isinstance(new, list):
        shared = min(len(values), len(old))
        return [
            (values[i] if old[i] == item else apply_changes(values[i], old[i], item)) if i < shared else item
            for i, item in enumerate(new)
        ]
    return new


def normalised_location(location: str) -> str:
    """``West Europe`` and ``WestEurope`` as ``westeurope``."""
    return location.replace(" ", "").lower()


def _visible(inputs: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in inputs.items() if not key.startswith("__")}


def _same_in_azure(path: str, old_inputs: dict[str, Any], new_inputs: dict[str, Any]) -> bool:
    old, new = old_inputs.get(path), new_inputs.get(path)
    if not (isinstance(old, str) and isinstance(new, str)):
        return False
    if path == "location":
        return normalised_location(old) == normalised_location(new)
    return path == "resourceGroupName" and old.lower() == new.lower()


class _Walk:
    """Collects the changes between two trees.

    A path for the engine has indexes and quoted keys; the path that is looked up among the replacing ones has ``[]``.
    """

    def __init__(self, replacing: frozenset[str]) -> None:
        self.changes: dict[str, Change] = {}
        self._replacing = replacing

    def objects(self, old: dict[str, Any], new: dict[str, Any], path: str, rule: str) -> None:
        for key in [*old, *(k for k in new if k not in old)]:
            self._values(old.get(key, _MISSING), new.get(key, _MISSING), _join(path, key), f"{rule}.{key}".strip("."))

    def _values(self, old: Any, new: Any, path: str, rule: str) -> None:
        if old is _MISSING or old is None:
            if new is not _MISSING and new is not None:
                self._add(path, Kind.ADD, rule)
        elif new is _MISSING or new is None:
            self._add(path, Kind.DELETE, rule)
        elif isinstance(old, dict) and isinstance(new, dict):
            self._nested(old, new, path, rule)
        elif isinstance(old, list) and isinstance(new, list):
            for index in range(max(len(old), len(new))):
                self._values(_item(old, index), _item(new, index), f"{path}[{index}]", f"{rule}[]")
        elif isinstance(old, Unknown) or isinstance(new, Unknown) or not _equal(old, new):
            self._add(path, Kind.UPDATE, rule)

    def _nested(self, old: dict[str, Any], new: dict[str, Any], path: str, rule: str) -> None:
        """A nested object: if a change of the object replaces the resource, so does a change inside it."""
        before = set(self.changes)
        self.objects(old, new, path, rule)
        if rule in self._replacing:
            for inner in set(self.changes) - before:
                if self.changes[inner].kind is Kind.UPDATE:
                    self.changes[inner] = Change(Kind.UPDATE, replace=True)

    def _add(self, path: str, kind: Kind, rule: str) -> None:
        self.changes[path] = Change(kind, replace=rule in self._replacing)


def _equal(old: Any, new: Any) -> bool:
    """Equality of two scalars; ids of resources are compared without case, as ARM does."""
    if isinstance(old, str) and isinstance(new, str) and _ID.match(old) and _ID.match(new):
        return old.lower() == new.lower()
    return bool(old == new)


def _item(values: list[Any], index: int) -> Any:
    return values[index] if index < len(values) else _MISSING


def _join(path: str, key: str) -> str:
    """Append a key to a property path; keys that are not valid unquoted are quoted."""
    if all(c.isalnum() or c in "_-$" for c in key) and key:
        return f"{path}.{key}" if path else key
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'{path}["{escaped}"]'
