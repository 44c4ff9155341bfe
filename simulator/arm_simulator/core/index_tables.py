"""The small index tables of the state file: management locks by scope, and claims on numbers.

A claim reserves a number for one resource: an address of a subnet, a port of a front end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from arm_simulator.core.ids import ResourceId
from arm_simulator.core.lags import Lags, Lock


class IndexTables:
    """Locks and claims on one database connection; :class:`~arm_simulator.core.store.Store` adds the resources.

    Attributes:
        lags: What takes effect late; the server gives its own.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        self.lags = Lags()

    # --- locks -----------------------------------------------------------------------------------------------------

    def set_lock(self, lock: ResourceId, scope: ResourceId, level: str) -> None:
        """Add a management lock to the index that every write reads."""
        self._db.execute(
            "INSERT OR REPLACE INTO locks(key, scope, scope_id, level) VALUES(?,?,?,?)",
            (lock.key, scope.key, scope.path, level),
        )

    def locks_at(self, scopes: Iterable[ResourceId]) -> list[Lock]:
        """The locks set exactly on these scopes."""
        found: list[Lock] = []
        for scope in scopes:
            rows = self._db.execute("SELECT key, scope, scope_id, level FROM locks WHERE scope = ?", (scope.key,))
            found += map(Lock._make, rows.fetchall())
        return found

    def locks_below(self, scope: ResourceId) -> list[Lock]:
        """The locks set on anything below a scope."""
        rows = self._db.execute(
            "SELECT key, scope, scope_id, level FROM locks WHERE scope >= ? AND scope < ? ORDER BY scope",
            (scope.key + "/", scope.key + "0"),
        )
        return list(map(Lock._make, rows.fetchall()))

    # --- claims: numbers that only one resource can have (addresses in a subnet, ports of a front end) ----------------

    def claim(self, scope: str, number: int, owner: ResourceId, note: str = "") -> str | None:
        """Claim a number for a resource; None on success, else the key of the resource that has it.

        A claim ends with its owner's row. ``note`` names the owner's inner element, and re-claiming overwrites it.
        """
        row = self._db.execute("SELECT owner FROM claims WHERE scope = ? AND number = ?", (scope, number)).fetchone()
        if row is not None and row[0] != owner.key:
            return str(row[0])
        self._db.execute("INSERT OR REPLACE INTO claims VALUES(?,?,?,?)", (scope, number, owner.key, note))
        return None

    def claim_lowest(self, scope: str, low: int, high: int, owner: ResourceId, note: str = "") -> int | None:
        """Claim the lowest free number of a range, both ends included; None when the range is full.

        Where the search begins is remembered until a claim of the scope ends, so that filling a range stays linear.
        """
        start = self._free_from(scope, low)
        row = self._db.execute("SELECT 1 FROM claims WHERE scope = ? AND number = ?", (scope, start)).fetchone()
        number = start
        if row is not None:
            number = self._db.execute(
                "SELECT c.number + 1 FROM claims c WHERE c.scope = ? AND c.number >= ? AND NOT EXISTS"
                " (SELECT 1 FROM claims d WHERE d.scope = c.scope AND d.number = c.number + 1)"
                " ORDER BY c.number LIMIT 1",
                (scope, start),
            ).fetchone()[0]
        if number > high:
            return None
        self._db.execute("INSERT INTO claims VALUES(?,?,?,?)", (scope, number, owner.key, note))
        self._db.execute("INSERT OR REPLACE INTO free_from VALUES(?,?,?)", (scope, low, number + 1))
        return number

    def _free_from(self, scope: str, low: int) -> int:
        """Below which number all of a range are claimed, as far as is known."""
        row = self._db.execute("SELECT number FROM free_from WHERE scope = ? AND low = ?", (scope, low)).fetchone()
        return int(row[0]) if row else low

    def claims_of(self, owner: ResourceId) -> list[tuple[str, int, str]]:
        """``(scope, number, note)`` of everything a resource has claimed."""
        return self._db.execute(
            "SELECT scope, number, note FROM claims WHERE owner = ? ORDER BY 1, 2", (owner.key,)
        ).fetchall()

    def claims_in(self, scope: str) -> list[tuple[int, str, str]]:
        """``(number, owner key, note)`` of all claims of a scope."""
        return self._db.execute(
            "SELECT number, owner, note FROM claims WHERE scope = ? ORDER BY 1", (scope,)
        ).fetchall()

    def release(self, owner: ResourceId, scope: str | None = None, number: int | None = None) -> None:
        """Release claims: all of an owner, those in one scope, or one number."""
        self._forget_free(owner.key)
        self._db.execute(
            "DELETE FROM claims WHERE owner = ? AND scope = ifnull(?, scope) AND number = ifnull(?, number)",
            (owner.key, scope, number),
        )

    def _forget_free(self, owner: str) -> None:
        """Claims of this owner are about to end: numbers below the remembered ones may become free."""
        self._db.execute("DELETE FROM free_from WHERE scope IN (SELECT scope FROM claims WHERE owner = ?)", (owner,))
