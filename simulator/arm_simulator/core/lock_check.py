"""The effect of management locks: which lock stops which request.

A lock applies to its scope and everything below. ``CanNotDelete`` stops deletes; ``ReadOnly`` stops deletes, writes and
POST actions. A delete is also stopped by a lock further down, because it would delete the locked resource too. Locks
themselves may always be created and deleted.
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
    found = store.locks_at(rid.ancestors())
    if verb == "delete":
        found += store.locks_below(rid)
        scopes = [scope for scope, _ in found]
    else:
        scopes = [scope for scope, level in found if level == "ReadOnly"]
    if scopes:
        raise errors.scope_locked(rid, "delete" if verb == "delete" else "write", dict.fromkeys(scopes))
