"""Fan-out by Azure instead of by this machine: Microsoft.ComputeSchedule's execute calls, in batches of a hundred.

What was submitted is recorded in a small file under the correlation id, before anything is awaited: an interrupted run
is resumed with that id, submits what is missing and polls the rest.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaleset_core.modes import Mode, Row
from scaleset_operations.azure import Azure
from scaleset_operations.calls import Call
from scaleset_operations.errors import AzureError, UnknownOutcomeError, UsageError
from scaleset_operations.executor import Listener, Silent
from scaleset_operations.instances import Instance
from scaleset_operations.planning import (
    Choices,
    Plan,
    choose_route,
    divide,
    nothing_fits,
)
from scaleset_operations.report import Outcome, Report, State
from scaleset_operations.statedir import folder, place, write_private
from scaleset_operations.target import Target, last_segment

BATCH = 100
"""Virtual machines in one request, the service's limit."""
_ENDED = {"succeeded", "failed", "cancelled", "blocked"}
_RETRY = {"retryCount": 3, "retryWindowInMinutes": 30}


def plan_scheduled(
    row: Row,
    mode: Mode,
    target: Target,
    location: str,
    instances: Sequence[Instance],
    correlation: str,
    choices: Choices,
) -> Plan:
    """The execute calls for the instances.

    Raises:
        UsageError: The mode or the row has no such route, or no instance can take part.
    """
    route = choose_route(row, mode, choices)
    fit, skipped = divide(row.route(mode), instances, choices)
    if instances and not fit:
        raise UsageError(nothing_fits(row, mode, skipped))
    path = (
        f"/subscriptions/{target.subscription}/providers/Microsoft.ComputeSchedule/locations/{location}/"
        + route.http.split(" ", 1)[1]
    )
    calls = []
    for start in range(0, len(fit), BATCH):
        part = fit[start : start + BATCH]
        body = {
            "executionParameters": {"retryPolicy": _RETRY},
            "resources": {"ids": [target.machine_id(item.name) for item in part]},
            "correlationid": correlation,
        }
        calls.append(
            Call(
                group=route.group, method=route.method, arguments=(location,), verb="POST", path=path, body=body,
                instances=tuple(item.name for item in part),
            )
        )  # fmt: skip
    return Plan(
        row=row, mode=mode, route=route, target=target, calls=tuple(calls), skipped=tuple(skipped), named=choices.named
    )


@dataclass(slots=True)
class Journal:
    """What was submitted under one correlation id.

    Attributes:
        correlation: The id, a GUID.
        row: The row's id.
        location: The region of the requests.
        target: The scale set's ARM id.
        operations: Operation ids by VM name; empty text where the submission itself was refused.
    """

    correlation: str
    row: str = ""
    location: str = ""
    target: str = ""
    operations: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Its file."""
        return place("scheduled-actions") / f"{self.correlation}.json"

    def save(self) -> None:
        """Write it, readable for its owner only."""
        folder("scheduled-actions")
        write_private(self.path, json.dumps({name: getattr(self, name) for name in self.__slots__}, indent=2))


def new_correlation() -> str:
    """A fresh correlation id."""
    return str(uuid.uuid4())


def open_journal(correlation: str, row: Row, target: Target, location: str) -> Journal:
    """The journal of a correlation id, resumed where its file exists.

    Raises:
        UsageError: The id is not a GUID, or belongs to another operation or scale set.
    """
    try:
        uuid.UUID(correlation)
    except ValueError:
        raise UsageError(
            f"--correlation-id {correlation!r} is not a GUID; use the id that the first run printed."
        ) from None
    journal = Journal(correlation, row.id, location, target.id)
    if not journal.path.exists():
        return journal
    found = json.loads(journal.path.read_text(encoding="utf-8"))
    if found["row"] != row.id or found["target"].lower() != target.id.lower():
        raise UsageError(
            f"--correlation-id {correlation}: that run was {found['row']} on {found['target']}; resume it "
            "with the same command and the same scale set, or leave the option out to begin a new run."
        )
    return Journal(**found)


class ScheduledExecution:
    """Submits a plan of execute calls, then follows the operations to their end."""

    def __init__(
        self, plan: Plan, azure: Azure, journal: Journal, *, wait: bool = True, listener: Listener | None = None
    ) -> None:
        self.plan = plan
        self.journal = journal
        self._azure = azure
        self._wait = wait
        self._listener: Listener = listener or Silent()
        self._outcomes: dict[str, Outcome] = {}
        self._interrupted = False
        self._begun = time.monotonic()

    async def run(self) -> Report:
        """Submit and follow.

        Raises:
            asyncio.CancelledError: It was cancelled; :meth:`report` gives the outcomes so far.
        """
        self._begun = time.monotonic()
        try:
            for call in self.plan.calls:
                await self._submit(call)
            if self._wait:
                await self._follow()
        except asyncio.CancelledError:
            self._interrupted = True
            raise
        return self.report()

    async def _submit(self, call: Call) -> None:
        missing = [name for name in call.instances if name not in self.journal.operations]
        if not missing:
            return
        assert call.body is not None
        ids = [item for item in call.body["resources"]["ids"] if last_segment(item) in missing]
        body = {**call.body, "resources": {"ids": ids}}
        self._listener.started(call)
        try:
            answer = await self._azure.ask(call.group, call.method, *call.arguments, body=body)
        except UnknownOutcomeError as error:
            for name in missing:
                self._end(name, State.UNKNOWN, error.message)
            return
        except AzureError as error:
            for name in missing:
                self._end(name, State.FAILED, str(error))
            return
        for result in answer.get("results") or []:
            name = last_segment(str(result.get("resourceId") or ""))
            operation = (result.get("operation") or {}).get("operationId") or ""
            if result.get("errorCode") or not operation:
                self._end(name, State.FAILED, f"{result.get('errorCode')}: {result.get('errorDetails')}")
            else:
                self.journal.operations[name] = str(operation)
        self.journal.save()

    async def _follow(self) -> None:
        known = {operation: name for name, operation in self.journal.operations.items()}
        pending = {operation for operation, name in known.items() if name not in self._outcomes}
        while pending:
            try:
                ended = await self._look(sorted(pending), known)
            except AzureError as error:
                for operation in pending:
                    self._end(known[operation], State.UNKNOWN, f"submitted; asking how it went failed: {error}")
                return
            pending -= ended
            if pending:
                await asyncio.sleep(self._azure.connection.poll_seconds)

    async def _look(self, operations: list[str], known: dict[str, str]) -> set[str]:
        ended: set[str] = set()
        failed: list[str] = []
        for start in range(0, len(operations), BATCH):
            part = operations[start : start + BATCH]
            body = {"operationIds": part, "correlationid": self.journal.correlation}
            answer = await self._ask("virtual_machines_get_operation_status", body)
            for result in answer.get("results") or []:
                details = result.get("operation") or {}
                operation, state = str(details.get("operationId")), str(details.get("state") or "").lower()
                if operation not in known or state not in _ENDED:
                    continue
                ended.add(operation)
                if state == "succeeded":
                    self._end(known[operation], State.DONE, "")
                else:
                    failed.append(operation)
        if failed:
            await self._explain(failed, known)
        return ended

    async def _explain(self, failed: list[str], known: dict[str, str]) -> None:
        answer = await self._ask("virtual_machines_get_operation_errors", {"operationIds": failed})
        reasons = {
            str(item.get("operationId")): "; ".join(
                f"{error.get('errorCode')}: {error.get('errorDetails')}" for error in item.get("operationErrors") or []
            )
            or f"{item.get('requestErrorCode')}: {item.get('requestErrorDetails')}"
            for item in answer.get("results") or []
        }
        for operation in failed:
            self._end(known[operation], State.FAILED, reasons.get(operation, "Azure gives no reason"))

    async def _ask(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = await self._azure.ask("scheduled_actions", method, self.journal.location, body=body)
        return answer

    def _end(self, name: str, state: State, why: str) -> None:
        outcome = Outcome(name=name, state=state, why=why, seconds=time.monotonic() - self._begun)
        self._outcomes[name] = outcome
        self._listener.finished(outcome)

    def report(self, *, throttled: int = 0, notes: tuple[str, ...] = ()) -> Report:
        """The outcomes so far."""
        outcomes = []
        for name in (name for call in self.plan.calls for name in call.instances):
            submitted = bool(self.journal.operations.get(name))
            state = State.PENDING if not submitted else State.UNKNOWN if self._wait else State.ACCEPTED
            why = "submitted, not known to have ended" if submitted else "not submitted"
            outcomes.append(self._outcomes.get(name) or Outcome(name=name, state=state, why=why))
        outcomes += [skip.outcome() for skip in self.plan.skipped]
        return Report(
            row=self.plan.row.id, mode=self.plan.mode, outcomes=tuple(outcomes), throttled=throttled,
            seconds=time.monotonic() - self._begun, interrupted=self._interrupted, named=self.plan.named,
            notes=(*notes, f"correlation id {self.journal.correlation}: resume with --correlation-id"),
        )  # fmt: skip
