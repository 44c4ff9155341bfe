"""The effect of management locks: which lock stops which request.

A lock applies to its scope and everything below. ``CanNotDelete`` stops deletes; ``ReadOnly`` stops deletes, writes and
POST actions. A delete is also stopped by a lock further down, because it would delete the locked resource too. Locks
themselves may always be created and deleted. :mod:`~arm_simulator.core.lags` lets locks come and go late, on request.
"""

from __future__ import annotations

from arm_simulator.core import errors
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.store import Store

LOCK_TYPE = "Microsoft.Authorization/locks"


def check(store: Store, rid: ResourceId, verb: str) -> None:
    """Raise ScopeLocked when a lock stops the verb on the id.

    Args:
        store: The state.
        rid: The resource to be written, deleted or acted on.
        verb: ``write``, ``action`` or ``delete``.

    Raises:
        ArmError: 409 ScopeLocked, naming the locked scopes.
    """
    if rid.type_key == LOCK_TYPE.lower():
        return
    scopes = list(rid.ancestors())
    stored = store.locks_at(scopes)
    gone = store.lags.still_there(frozenset(scope.key for scope in scopes), rid.key if verb == "delete" else "")
    if verb == "delete":
        stored += store.locks_below(rid)
    level_stops = {"CanNotDelete", "ReadOnly"} if verb == "delete" else {"ReadOnly"}
    stopping = [lock for lock in stored if lock.level in level_stops and store.lags.effective(lock)]
    stopping += [lock for lock in gone if lock.level in level_stops and store.lags.still_stops(lock)]
    if stopping:
        named = dict.fromkeys(lock.scope_id for lock in stopping)
        raise errors.scope_locked(rid, "delete" if verb == "delete" else "write", named)
