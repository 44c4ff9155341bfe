"""The DuckDB tables that Resource Graph queries run over, kept in sync with the store.

Only what changed is rendered again: resources written since the last query, what they refer to or stopped referring to
(back references are part of a rendering), and their parents.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import duckdb
import duckdb_kql

from arm_simulator.core.ids import ResourceId, parse
from arm_simulator.core.references import references_of
from arm_simulator.core.store import Resource
from arm_simulator.providers.resources.resource_manager import TENANT

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

TABLES = ("resources", "resourcecontainers", "authorizationresources")
_TEXT = (
    "key",
    "id",
    "name",
    "type",
    "tenantId",
    "kind",
    "location",
    "resourceGroup",
    "subscriptionId",
    "managedBy",
)
_JSON = ("sku", "plan", "properties", "tags", "identity", "zones", "extendedLocation")
_DEFINITION = ", ".join([*(f'"{name}" VARCHAR' for name in _TEXT), *(f'"{name}" JSON' for name in _JSON)])
_SHAPE = json.dumps([{**dict.fromkeys(_TEXT, "VARCHAR"), **dict.fromkeys(_JSON, "JSON")}])
_BATCH = 2000
_DELETE = 'DELETE FROM "all_{table}" WHERE key IN (SELECT unnest(?))'
_INSERT = 'INSERT INTO "all_{table}" SELECT r.* FROM (SELECT unnest(from_json(?::JSON, ?)) AS r)'
_VIEW = 'CREATE OR REPLACE VIEW "{table}" AS SELECT {columns} FROM "all_{table}"{condition}'


class GraphTables:
    """The tables, the connection, and the last state of the store that they show."""

    def __init__(self) -> None:
        self.connection = duckdb_kql.connect()
        for table in TABLES:
            self.connection.execute(f'CREATE TABLE "all_{table}"({_DEFINITION})')
        self.connection.execute("SET enable_external_access=false")
        self._version = -1
        self._scope: tuple[tuple[str, ...], frozenset[str]] | None = None
        self._table_of: dict[str, str] = {}
        self._targets: dict[str, set[str]] = {}
        self.rendered = 0

    def refresh(self, ctx: Context) -> None:
        """Update the tables to the store's version."""
        version = ctx.store.version
        if version == self._version:
            return
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
        self._write(ctx, dirty, gone)
        self._version = version

    def _write(self, ctx: Context, dirty: dict[str, Resource], gone: set[str]) -> None:
        rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
        for key, resource in sorted(dirty.items(), key=lambda item: item[1].seq):
            kind = ctx.registry.find(resource.id.type)
            if kind is not None and kind.graph_table is not None:
                rows[kind.graph_table].append(_row(resource.id, kind.graph_row(ctx, resource)))
                self._table_of[key] = kind.graph_table
                self.rendered += 1
        for table in TABLES:
            stale = [key for key in [*gone, *dirty] if self._table_of.get(key) == table]
            for start in range(0, len(stale), _BATCH):
                self.connection.execute(_DELETE.format(table=table), [stale[start : start + _BATCH]])
            for start in range(0, len(rows[table]), _BATCH):
                batch = json.dumps(rows[table][start : start + _BATCH])
                self.connection.execute(_INSERT.format(table=table), [batch, _SHAPE])
        for key in gone:
            self._table_of.pop(key, None)

    def hidden(self, may: Callable[[str, str], bool]) -> frozenset[str]:
        """The keys of what somebody may not read: Resource Graph leaves it out, without an error.

        Args:
            may: Whether they may do an operation (``microsoft.compute/virtualmachines/read``) at a scope.
        """
        found = []
        for table in TABLES:
            rows = self.connection.execute(f'SELECT "key", "type" FROM "all_{table}"').fetchall()  # noqa: S608 - a constant
            found += [key for key, kind in rows if not may(f"{kind}/read", key)]
        return frozenset(found)

    def scope(self, subscriptions: tuple[str, ...], hidden: frozenset[str] = frozenset()) -> None:
        """Let the tables show only these subscriptions (lower case; empty: all), and not some keys."""
        if (subscriptions, hidden) == self._scope:
            return
        conditions = []
        if subscriptions:
            conditions.append(f'lower("subscriptionId") IN ({_quoted(subscriptions)})')
        if hidden:
            conditions.append(f'"key" NOT IN ({_quoted(sorted(hidden))})')
        condition = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        for table in TABLES:
            columns = ", ".join(f'"{name}"' for name in (*_TEXT[1:], *_JSON))
            self.connection.execute(_VIEW.format(table=table, columns=columns, condition=condition))
        self._scope = subscriptions, hidden

    def run(self, query: str) -> duckdb.DuckDBPyRelation:
        """Run KQL that cannot write."""
        return duckdb_kql.kql(self.connection, query, allow_write=False)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join("'" + name.replace("'", "''") + "'" for name in names)


def _row(rid: ResourceId, body: dict[str, Any]) -> dict[str, Any]:
    """One resource in Resource Graph's columns: type and group in lower case, absent text as an empty string."""
    row: dict[str, Any] = {
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
    row.update({name: body.get(name) for name in _JSON})
    return row


def _parent(key: str) -> str:
    parent = parse(key).parent
    return parent.key if parent else ""


def _upward(key: str) -> list[str]:
    """A target and the ids above it: the row that renders an inner element is its parent or grandparent."""
    parts = key.split("/")
    return ["/".join(parts[:end]) for end in range(len(parts), max(len(parts) - 5, 0), -2)]
