"""The state of the simulated Azure: one SQLite file that several processes may open, or ``:memory:``.

Every resource is one row: its public body (JSON without id, name and type), a private ``runtime`` object (power state,
host, secrets' digests ... whatever a kind keeps for itself), an ETag and timestamps. Three indexes keep single requests
independent of how many resources exist: ``(type, subscription, group)``, ``parent`` and the table ``refs``, which has
the resources that refer to each id (and through which inner element).

``version`` counts committed changes: Resource Graph refreshes only what changed since it last looked.
"""

from __future__ import annotations

import json
import os
import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from arm_simulator.core import ids
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.index_tables import IndexTables
from arm_simulator.core.references import Reference, references_of
from arm_simulator.core.tables import PRAGMAS, SCHEMA, TABLES

APPLICATION_ID = 0x41524D53  # "ARMS" in the SQLite header: identifies our files
SCHEMA_VERSION = 1
_OWNER_ONLY = 0o600

_COLUMNS = "seq, id, body, runtime, etag, created, changed, version"


class StateFileError(Exception):
    """The state file cannot be used: it is another program's, or of a newer simulator, or it cannot be created."""


def _connected(path: str) -> sqlite3.Connection:
    try:
        if path != ":memory:":
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY))
        return sqlite3.connect(path, isolation_level=None, cached_statements=512, check_same_thread=False)
    except (OSError, sqlite3.OperationalError) as error:
        raise StateFileError(f"'{path}' cannot be opened or created ({error}): is its folder there?") from None


@dataclass(slots=True)
class Resource:
    """One stored resource.

    Attributes:
        id: The ARM id.
        body: The public body as stored: envelope and ``properties``, without ``id``, ``name``, ``type``, ``etag``.
        runtime: The kind's private data; never shown.
        etag: Changes with every write.
        created: RFC 3339 time of creation; ``changed`` of the last write.
        version: The store's version of the last write.
    """

    id: ResourceId
    body: dict[str, Any]
    runtime: dict[str, Any] = field(default_factory=dict)
    etag: str = ""
    created: str = ""
    changed: str = ""
    version: int = 0
    seq: int = 0

    @property
    def properties(self) -> dict[str, Any]:
        """The ``properties`` object; created when missing."""
        properties: dict[str, Any] = self.body.setdefault("properties", {})
        return properties


# Store has a method named ``list``, which hides the built-in type in the annotations after it.
Resources = list[Resource]
References = list[Reference]
Rows = list[tuple[Any, ...]]
Terms = list[Any]


class Store(IndexTables):
    """Typed access to the state file. All methods are synchronous and meant for one thread."""

    def __init__(self, path: str | Path = ":memory:") -> None:
        """Open or create the state.

        Raises:
            StateFileError: The file is not a state file of the simulator, or cannot be opened.
        """
        self.path = str(path)
        super().__init__(_connected(self.path))
        self._depth = 0
        self._touched = False
        try:
            self._open()
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise StateFileError(f"'{self.path}' is not a state file of the ARM simulator ({error}).") from None

    def _open(self) -> None:
        application = self._db.execute("PRAGMA application_id").fetchone()[0]
        has_tables = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if application != APPLICATION_ID and (application or has_tables):
            raise StateFileError(f"'{self.path}' is not a state file of the ARM simulator; it was left untouched.")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise StateFileError(f"'{self.path}' was written by a newer simulator (format {version}).")
        if self.path != ":memory:":
            os.chmod(self.path, _OWNER_ONLY)  # noqa: PTH101 - one of an earlier release; it has what clients stored
        for pragma in PRAGMAS:
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(SCHEMA)  # a file of an earlier release lacks the newest tables
        if application != APPLICATION_ID:
            self._db.execute(f"PRAGMA application_id={APPLICATION_ID}")
            self._db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Nested use joins the outer transaction."""
        if self._depth:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
            return
        self._db.execute("BEGIN IMMEDIATE")
        self._depth = 1
        self._touched = False
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        else:
            self._db.execute("COMMIT")
        finally:
            self._depth = 0

    def _next_version(self) -> int:
        """The version of this transaction: one step per transaction."""
        if not self._touched or not self._depth:
            self.next_counter("version")
            self._touched = True
        return self.version

    @property
    def version(self) -> int:
        """The number of committed changes; equal versions mean equal content."""
        row = self._db.execute("SELECT value FROM counters WHERE name = 'version'").fetchone()
        return int(row[0]) if row else 0

    def next_counter(self, name: str) -> int:
        """Count up: 1, 2, 3 ... A name's numbers are never reused."""
        row = self._db.execute(
            "INSERT INTO counters(name, value) VALUES(?, 1) "
            "ON CONFLICT(name) DO UPDATE SET value = value + 1 RETURNING value",
            (name,),
        ).fetchone()
        return int(row[0])

    # --- resources -------------------------------------------------------------------------------------------------

    def get(self, rid: ResourceId | str) -> Resource | None:
        """The resource of that id, or None."""
        row = self._db.execute(f"SELECT {_COLUMNS} FROM resources WHERE key = ?", (_key(rid),)).fetchone()  # noqa: S608 - a constant
        return _resource(row) if row else None

    def exists(self, rid: ResourceId | str) -> bool:
        """Whether a row of that id exists (inner elements are not rows)."""
        return self._db.execute("SELECT 1 FROM resources WHERE key = ?", (_key(rid),)).fetchone() is not None

    def save(self, resource: Resource, now: str) -> Resource:
        """Insert or replace; sets etag, timestamps and version, and rebuilds the resource's references."""
        with self._joined():
            resource.version = self._next_version()
            resource.etag = str(uuid.uuid4())
            resource.changed = now
            resource.created = resource.created or now
            rid = resource.id
            parent = rid.parent
            row = self._db.execute(
                "INSERT INTO resources(key, id, type, subscription, grp, parent, body, runtime, etag, created, changed,"
                " version) VALUES(?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(key) DO UPDATE SET body=excluded.body,"
                " runtime=excluded.runtime, etag=excluded.etag, changed=excluded.changed, version=excluded.version"
                " RETURNING seq",
                (
                    rid.key,
                    rid.path,
                    rid.type_key,
                    rid.subscription.lower(),
                    rid.resource_group.lower(),
                    parent.key if parent else "",
                    _dumps(resource.body),
                    _dumps(resource.runtime),
                    resource.etag,
                    resource.created,
                    resource.changed,
                    resource.version,
                ),
            ).fetchone()
            resource.seq = row[0]
            self._replace_references(rid.key, references_of(rid, resource.body))
        return resource

    def save_runtime(self, resource: Resource) -> None:
        """Write only the private state: the ETag and the references stay, the version moves."""
        with self._joined():
            resource.version = self._next_version()
            self._db.execute(
                "UPDATE resources SET runtime = ?, version = ? WHERE key = ?",
                (_dumps(resource.runtime), resource.version, resource.id.key),
            )

    def delete(self, rid: ResourceId | str) -> bool:
        """Remove one row with its references and locks; False when there was none."""
        key = _key(rid)
        with self._joined():
            cursor = self._db.execute("DELETE FROM resources WHERE key = ?", (key,))
            if not cursor.rowcount:
                return False
            self._next_version()
            self._db.execute("DELETE FROM refs WHERE src = ?", (key,))
            self._db.execute("DELETE FROM locks WHERE key = ?", (key,))
            self._forget_free(key)
            self._db.execute("DELETE FROM claims WHERE owner = ?", (key,))
        return True

    def list(
        self,
        *,
        type: str | None = None,  # noqa: A002 - Azure's word
        subscription: str | None = None,
        group: str | None = None,
        parent: ResourceId | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> Resources:
        """Resources in order of creation; ``after`` and ``limit`` page by ``Resource.seq``."""
        clauses, values = ["seq > ?"], [after]
        terms: Terms = [*values]
        for column, value in (
            ("type", type.lower() if type else None),
            ("subscription", subscription.lower() if subscription else None),
            ("grp", group.lower() if group is not None else None),
            ("parent", parent.key if parent else None),
        ):
            if value is not None:
                clauses.append(f"{column} = ?")
                terms.append(value)
        sql = f"SELECT {_COLUMNS} FROM resources WHERE {' AND '.join(clauses)} ORDER BY seq LIMIT ?"  # noqa: S608 - constants
        rows = self._db.execute(sql, (*terms, -1 if limit is None else limit))
        return [_resource(row) for row in rows.fetchall()]

    def below(self, rid: ResourceId) -> Resources:
        """Everything whose id lies below: children, grandchildren and extension resources, deepest last."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM resources WHERE key >= ? AND key < ? ORDER BY seq",  # noqa: S608 - constants
            (rid.key + "/", rid.key + "0"),
        )
        return [_resource(row) for row in rows.fetchall()]

    def changed_since(self, version: int) -> Resources:
        """Resources written after that version."""
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM resources WHERE version > ?", (version,))  # noqa: S608 - constants
        return [_resource(row) for row in rows.fetchall()]

    def keys(self) -> set[str]:
        """The comparison keys of all resources."""
        return {row[0] for row in self._db.execute("SELECT key FROM resources").fetchall()}

    def count(self, type: str, parent: ResourceId | None = None) -> int:  # noqa: A002 - Azure's word
        """How many resources of a type exist (below one parent)."""
        if parent is None:
            row = self._db.execute("SELECT count(*) FROM resources WHERE type = ?", (type.lower(),)).fetchone()
        else:
            row = self._db.execute(
                "SELECT count(*) FROM resources WHERE parent = ? AND type = ?", (parent.key, type.lower())
            ).fetchone()
        return int(row[0])

    # --- references ------------------------------------------------------------------------------------------------

    def _replace_references(self, source: str, references: Iterable[Reference]) -> None:
        self._db.execute("DELETE FROM refs WHERE src = ?", (source,))
        self._db.executemany(
            "INSERT OR IGNORE INTO refs(src, dst, via, path) VALUES(?,?,?,?)",
            [(source, ref.target, ref.via, ref.path) for ref in references],
        )

    def referrers(
        self, target: ResourceId | str, *, inner: bool = False, own: bool = False, below: str = ""
    ) -> References:
        """The referrers of this id; with ``inner`` also of all below it; with ``below`` only sources below that id.

        References from the target itself or from below it never count; with ``own`` those of the resource that contains
        the target do (a balancer's rule that names the balancer's own pool).
        """
        key = _key(target)
        sql = "SELECT src, dst, via, path FROM refs WHERE dst = ?"
        terms: Terms = [key]
        if inner:
            sql = sql.replace("dst = ?", "(dst = ? OR (dst >= ? AND dst < ?))")
            terms += [key + "/", key + "0"]
        if below:
            sql += " AND src >= ? AND src < ?"
            terms += [below.lower() + "/", below.lower() + "0"]
        rows = self._db.execute(sql + " ORDER BY src, via", terms).fetchall()
        return [
            Reference(*row)
            for row in rows
            if row[0] != key and not row[0].startswith(key + "/") and (own or not row[1].startswith(row[0] + "/"))
        ]

    # --- raw access for the modules that own a table -----------------------------------------------------------------

    def execute(self, sql: str, parameters: tuple[Any, ...] = ()) -> Rows:
        """Run one statement and fetch all rows (the module ``operations`` keeps its table this way)."""
        return self._db.execute(sql, parameters).fetchall()

    def clear(self) -> None:
        """Forget everything but the version, which moves on."""
        self.lags.clear()
        with self.transaction():
            version = self.version
            for table in TABLES:
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - constants
            self._db.execute("INSERT INTO counters(name, value) VALUES('version', ?)", (version + 1,))

    @contextmanager
    def _joined(self) -> Iterator[None]:
        if self._depth:
            yield
        else:
            with self.transaction():
                yield


def _key(rid: ResourceId | str) -> str:
    return rid.key if isinstance(rid, ResourceId) else ids.key_of(rid)


def _resource(row: tuple[Any, ...]) -> Resource:
    seq, rid, body, runtime, etag, created, changed, version = row
    return Resource(ids.parse(rid), json.loads(body), json.loads(runtime), etag, created, changed, version, seq)


def _dumps(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
