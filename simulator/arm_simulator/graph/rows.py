"""What changed in the tables that Resource Graph queries run over, since their last update.

Only what changed is rendered again: resources written since the last query, what they refer to or stopped referring to
(back references are part of a rendering), and their parents.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from arm_simulator.core.ids import ResourceId, parse
from arm_simulator.core.references import references_of
from arm_simulator.core.store import Resource
from arm_simulator.graph.shape import JSON, TABLES
from arm_simulator.providers.resources.resource_manager import TENANT

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

Row = dict[str, Any]


@dataclass(slots=True)
class Change:
    """A step from one state of the tables to the next.

    Attributes:
        fresh: Whether the tables are empty before it.
        gone: Keys of rows to remove, by table.
        rows: Rows to add, by table.
    """

    fresh: bool = False
    gone: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)


class Rows:
    """The last state of the store that the tables have."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """The tables are empty again: the next change has everything."""
        self._version = -1
        self._table_of: dict[str, tuple[str, str]] = {}
        self._targets: dict[str, set[str]] = {}

    def change(self, ctx: Context) -> Change:
        """What brings the tables to the store's version."""
        fresh, version = self._version < 0, ctx.store.version
        if version == self._version:
            return Change()
        changed = ctx.store.changed_since(self._version)
        gone = set(self._targets) - ctx.store.keys()
        dirty = {resource.id.key: resource for resource in changed}
        touched: set[str] = set()
        for key in gone:
            touched |= self._targets.pop(key) | {_parent(key)}
        for resource in changed:
            new = {reference.target for reference in references_of(resource.id, resource.body)}
            touched |= new ^ self._targets.get(resource.id.key, set())
            touched |= {_parent(resource.id.key)}
            self._targets[resource.id.key] = new
        for key in touched:
            for candidate in _upward(key):
                if candidate in self._targets and candidate not in dirty:
                    found = ctx.store.get(candidate)
                    if found is not None:
                        dirty[candidate] = found
        self._version = version
        return self._rendered(ctx, Change(fresh), dirty, gone)

    def _rendered(self, ctx: Context, change: Change, dirty: dict[str, Resource], gone: set[str]) -> Change:
        stale = [(self._table_of[key][0], key) for key in [*gone, *dirty] if key in self._table_of]
        for key in gone:
            self._table_of.pop(key, None)
        for key, resource in sorted(dirty.items(), key=lambda item: item[1].seq):
            kind = ctx.registry.find(resource.id.type)
            if kind is not None and kind.graph_table is not None:
                row = _row(resource.id, kind.graph_row(ctx, resource))
                change.rows.setdefault(kind.graph_table, []).append(row)
                self._table_of[key] = kind.graph_table, row["type"]
        for table in TABLES:
            change.gone[table] = [key for of, key in stale if of == table]
        return change

    def hidden(self, may: Callable[[str, str], bool]) -> frozenset[str]:
        """The keys of what the caller has no permission to read: Resource Graph leaves it out, without an error.

        Args:
            may: Whether they may do an operation (``microsoft.compute/virtualmachines/read``) at a scope.
        """
        return frozenset(key for key, (_, kind) in self._table_of.items() if not may(f"{kind}/read", key))


def _row(rid: ResourceId, body: dict[str, Any]) -> Row:
    """One resource in Resource Graph's columns: type and group in lower case, absent text as an empty string."""
    row: Row = {
        "key": rid.key,
        "id": rid.path,
        "name": rid.name,
        "type": rid.type_key
        if rid.resource_group != rid.name or rid.namespace != "Microsoft.Resources"
        else "microsoft.resources/subscriptions/resourcegroups",
        "tenantId": TENANT,
        "kind": body.get("kind") or "",
        "location": body.get("location") or "",
        "resourceGroup": rid.resource_group.lower(),
        "subscriptionId": rid.subscription,
        "managedBy": body.get("managedBy") or "",
    }
    row.update({name: body.get(name) for name in JSON})
    return row


def _parent(key: str) -> str:
    parent = parse(key).parent
    return parent.key if parent else ""


def _upward(key: str) -> list[str]:
    """A target and the ids above it: the row that renders an inner element is its parent or grandparent."""
    parts = key.split("/")
    return ["/".join(parts[:end]) for end in range(len(parts), max(len(parts) - 5, 0), -2)]
