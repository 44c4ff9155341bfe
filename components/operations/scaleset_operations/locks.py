"""What to do about a lock that stops something: who has it set where, and the command that removes it there."""

from __future__ import annotations

import shlex

from scaleset_operations.inventory import Lock


def advice(lock: Lock) -> str:
    """The lock's scope, and the command that removes it there."""
    return f"it is set on {place(lock.scope)}, and `{removal(lock)}` removes it there"


def place(scope: str) -> str:
    """A scope in words: a subscription, a resource group, or a resource by its id."""
    parts = scope.strip("/").split("/")
    if len(parts) == 2:  # noqa: PLR2004 - subscriptions/ID
        return f"the subscription {parts[1]}"
    if len(parts) == 4:  # noqa: PLR2004 - subscriptions/ID/resourceGroups/NAME
        return f"the resource group {parts[3]}"
    return scope


def removal(lock: Lock) -> str:
    """The `az` command that removes a lock, by its whole id, whatever its scope is."""
    identity = f"{lock.scope.rstrip('/')}/providers/Microsoft.Authorization/locks/{lock.name}"
    return shlex.join(["az", "lock", "delete", "--ids", identity])
