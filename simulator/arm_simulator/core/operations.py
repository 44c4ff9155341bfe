"""Long-running operations: the targets of ``Azure-AsyncOperation`` and ``Location``.

The change itself is made when the request is accepted. ``polls`` is how often a client gets ``InProgress`` before the
end; meanwhile the resource shows the provisioning state ``Creating``, ``Updating`` or ``Deleting``.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any

from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.store import Store

_KEPT = 20_000  # finished operations that clients may still poll


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as its status URL shows it.

    Attributes:
        id: Its id, the last segment of the status URL.
        status: ``InProgress``, ``Succeeded``, ``Failed`` or ``Canceled``.
        error: The inner error object of a failed or cancelled one.
        result: What a GET of Location returns in the end.
        started: RFC 3339 time.
    """

    id: str
    status: str
    error: dict[str, Any] | None
    result: Any
    started: str

    def body(self) -> dict[str, Any]:
        """The JSON of the status URL."""
        body: dict[str, Any] = {"name": self.id, "status": self.status, "startTime": self.started}
        if self.status != "InProgress":
            body["endTime"] = self.started
        if self.error is not None:
            body["error"] = self.error
        if self.status == "Succeeded" and self.result is not None:
            body["properties"] = {"output": self.result}
        return body


def start(
    store: Store, target: ResourceId, *, now: str, polls: int, failure: ArmError | None = None, result: Any = None
) -> str:
    """Record a new operation and return its id."""
    operation = str(uuid.uuid4())
    store.execute(
        "INSERT INTO operations(id, subscription, target, polls, error, result, started) VALUES(?,?,?,?,?,?,?)",
        (
            operation,
            target.subscription.lower(),
            target.key,
            polls,
            json.dumps(failure.error()) if failure else None,
            json.dumps(result) if result is not None else None,
            now,
        ),
    )
    if store.next_counter("operations") % 1000 == 0:
        store.execute(
            "DELETE FROM operations WHERE polls = 0 AND rowid <= (SELECT max(rowid) FROM operations) - ?", (_KEPT,)
        )
    return operation


def poll(store: Store, operation: str, *, now: str, count: bool = True, busy_ms: int = 0) -> Operation | None:
    """The state of an operation; every counted poll advances it by one step.

    One that has a load balancer locked is in progress until the time in its turn has come, too; and every one for
    ``busy_ms`` milliseconds.
    """
    rows = store.execute(
        "SELECT polls, error, result, started, (SELECT max(until) FROM turns t WHERE t.operation = o.id)"
        " FROM operations o WHERE id = ?",
        (operation,),
    )
    if not rows:
        return None
    polls, error, result, started, until = rows[0]
    if polls > 0 and count:
        store.execute("UPDATE operations SET polls = polls - 1 WHERE id = ? AND polls > 0", (operation,))
    if polls > 0 or (until or "") > now or (busy_ms and later(started, busy_ms) > now):
        return Operation(operation, "InProgress", None, None, started)
    failure = json.loads(error) if error else None
    status = "Succeeded" if failure is None else "Canceled" if failure["code"] == "Canceled" else "Failed"
    return Operation(operation, status, failure, json.loads(result) if result else None, started)


def later(now: str, milliseconds: int) -> str:
    """A time so many milliseconds after another, both RFC 3339."""
    moment = dt.datetime.fromisoformat(now) + dt.timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def running(store: Store, target: ResourceId, now: str) -> bool:
    """Whether an operation on this id has not ended."""
    rows = store.execute(
        "SELECT 1 FROM operations o WHERE target = ? AND (polls > 0 OR EXISTS"
        " (SELECT 1 FROM turns t WHERE t.operation = o.id AND t.until > ?)) LIMIT 1",
        (target.key, now),
    )
    return bool(rows)
