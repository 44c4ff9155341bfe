"""What a deployment would change in a resource, as a what-if shows it.

https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-what-if
"""

from __future__ import annotations

from typing import Any

from arm_simulator.core.kinds import Body

_SKIPPED = frozenset({"etag", "provisioningState", "updatedOn"})


def plain(value: Any) -> Any:
    """A resource's JSON without what changes with every write."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items() if name not in _SKIPPED}
    return [plain(item) for item in value] if isinstance(value, list) else value


def delta(before: Any, after: Any, path: str = "") -> list[Body]:
    """The properties that differ: created, deleted or modified; lists by their items."""
    if isinstance(before, dict) and isinstance(after, dict):
        changes: list[Body] = []
        for name in [*before, *(name for name in after if name not in before)]:
            where = f"{path}.{name}" if path else name
            if name not in after:
                changes.append(_change(where, "Delete", before[name], None))
            elif name not in before:
                changes.append(_change(where, "Create", None, after[name]))
            else:
                changes += delta(before[name], after[name], where)
        return changes
    if before == after:
        return []
    if isinstance(before, list) and isinstance(after, list):
        return [_change(path, "Array", None, None, _items(before, after))]
    return [_change(path, "Modify", before, after)]


def _items(before: list[Any], after: list[Any]) -> list[Body]:
    """The items that differ, by index; items of the same name are the same item."""
    changes: list[Body] = []
    old, new = _keyed(before), _keyed(after)
    for key, (index, item) in old.items():
        if key not in new:
            changes.append(_change(str(index), "Delete", item, None))
        elif item != new[key][1]:
            found = new[key][1]
            both = isinstance(item, dict) and isinstance(found, dict)
            inner = delta(item, found) if both else []
            changes.append(_change(str(index), "Modify", None if both else item, None if both else found, inner))
    changes += [_change(str(index), "Create", None, item) for key, (index, item) in new.items() if key not in old]
    return changes


def _keyed(items: list[Any]) -> dict[Any, tuple[int, Any]]:
    named = all(isinstance(item, dict) and isinstance(item.get("name"), str) for item in items)
    keyed = {item["name"].lower(): (index, item) for index, item in enumerate(items)} if named else {}
    return keyed if len(keyed) == len(items) else {index: (index, item) for index, item in enumerate(items)}


def _change(path: str, kind: str, before: Any, after: Any, children: list[Body] | None = None) -> Body:
    change: Body = {"path": path, "propertyChangeType": kind}
    if before is not None:
        change["before"] = before
    if after is not None:
        change["after"] = after
    return {**change, "children": children} if children else change
