"""What takes effect late, on request: management locks and new principals, for a number of requests that would notice.

* A lock stops nothing yet for the first ``consistency_lag`` requests that it would stop, and a deleted one still stops
  as many. azurerm waits until a lock is, and is not, there, because regions learn of it one after another
  (terraform-provider-azurerm pull request 23345); resources deleted right after their lock are refused with
  ``ScopeLocked`` (issues 5025 and 23768 there).
* A principal that was just made is not in every directory replica: assignments to it that do not say what kind of
  principal it is are refused with ``PrincipalNotFound`` as often; one that says ``ServicePrincipal`` passes
  (Microsoft's "Troubleshoot Azure RBAC", symptom "Assigning a role to a new principal sometimes fails").

* A new role assignment grants nothing yet to the next requests of its principal ("role assignment changes ... up to 10
  minutes to take effect", the same page).

Counted in requests, not in time, so that every run is the same. The countdowns are the server's, not the state file's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from arm_simulator.core.ids import ResourceId
from arm_simulator.core.messages import Settings


class Lock(NamedTuple):
    """A lock as the checks see it: the keys of itself and of its scope, the scope's id, and the level."""

    key: str
    scope: str
    scope_id: str
    level: str


@dataclass(slots=True)
class _Countdown:
    """How many requests are left; one request counts once, however often it asks."""

    left: int
    last: int = -1

    def passes(self, request: int) -> bool:
        """Whether it is not over yet; counts this request."""
        if self.last == request:
            return True
        if self.left <= 0:
            return False
        self.left, self.last = self.left - 1, request
        return True


class Lags:
    """The countdowns of one server."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._request = 0
        self.clear()

    def clear(self) -> None:
        """Forget all."""
        self._coming: dict[str, _Countdown] = {}
        self._going: dict[str, tuple[Lock, _Countdown]] = {}
        self._principals: dict[str, _Countdown] = {}
        self._assignments: dict[str, int] = {}

    def next_request(self) -> None:
        """Another request begins."""
        self._request += 1

    def lock_written(self, lock: Lock, before: Lock | None) -> None:
        """A lock was created or changed; ``before`` is what it was."""
        gone = self._going.pop(lock.key, None)
        if before is not None or (gone is not None and gone[0] == lock):
            return  # the same lock again: its level is known everywhere, or a change of level counts at once
        if self._settings.consistency_lag:
            self._coming[lock.key] = _Countdown(self._settings.consistency_lag)

    def lock_deleted(self, lock: Lock) -> None:
        """A lock was deleted; one that had no effect yet leaves none behind."""
        coming = self._coming.pop(lock.key, None)
        if self._settings.consistency_lag and (coming is None or coming.left <= 0):
            self._going[lock.key] = (lock, _Countdown(self._settings.consistency_lag))

    def effective(self, lock: Lock) -> bool:
        """Whether a lock that would stop this request does."""
        coming = self._coming.get(lock.key)
        if coming is None or not coming.passes(self._request):
            self._coming.pop(lock.key, None)
            return True
        return False

    def still_there(self, scopes: frozenset[str], below: str) -> list[Lock]:
        """The deleted locks at one of these scopes, or below that one (empty: none), that may still stop a request."""
        return [
            lock
            for lock, countdown in list(self._going.values())
            if (lock.scope in scopes or (below and lock.scope.startswith(below + "/")))
            and (countdown.left > 0 or countdown.last == self._request)
        ]

    def still_stops(self, lock: Lock) -> bool:
        """Whether a deleted lock stops this request; counts it."""
        return self._going[lock.key][1].passes(self._request)

    def assignment_written(self, key: str) -> None:
        """A role assignment was created."""
        if self._settings.consistency_lag:
            self._assignments[key] = self._settings.consistency_lag

    def assignment_effective(self, key: str) -> bool:
        """Whether an assignment grants something to the request that its principal sends now; counts the request."""
        left = self._assignments.get(key, 0)
        if left:
            self._assignments[key] = left - 1
        return not left

    def principal_known(self, principal: str) -> bool:
        """Whether a principal without a stated kind is in the directory replica that was asked."""
        if not self._settings.consistency_lag:
            return True
        countdown = self._principals.setdefault(principal, _Countdown(self._settings.consistency_lag))
        return not countdown.passes(self._request)


def lock_of(lock: ResourceId, level: str) -> Lock:
    """The lock with this id."""
    assert lock.scope is not None
    return Lock(lock.key, lock.scope.key, lock.scope.path, level)
