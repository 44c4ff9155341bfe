"""What to do about a lock that stops something: who has it set where, and the command that removes it there."""

from __future__ import annotations

import shlex
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """One management lock.

    Attributes:
        name: Its name.
        level: ``CanNotDelete`` or ``ReadOnly``.
        scope: The ARM id that it is set on.
    """

    name: str
    level: str
    scope: str

    def __str__(self) -> str:
        """``keep (CanNotDelete)``."""
        return f"{self.name} ({self.level})"

    @property
    def read_only(self) -> bool:
        """Whether it stops changes as well as deletes."""
        return self.level.lower() == "readonly"

    def covers(self, resource_id: str) -> bool:
        """Whether it applies to the resource: a lock holds for its scope and all below."""
        scope = self.scope.rstrip("/").lower()
        return resource_id.lower() == scope or resource_id.lower().startswith(scope + "/")


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
