"""Executing a plan: concurrently up to a limit, optionally in batches, with the result of every call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from scaleset_operations.calls import Call
from scaleset_operations.errors import AzureError
from scaleset_operations.planning import Plan
from scaleset_operations.report import Outcome, Report, State, order

DEFAULT_CONCURRENCY = 20
_IN_FLIGHT = "interrupted while Azure worked on it; it may still end by itself"
_NOT_STARTED = "not started"
_AFTER_FAILURE = "not started: an earlier batch or step had failures"

Invoke = Callable[..., Awaitable[Any]]


class Listener(Protocol):
    """Receives progress while a plan runs."""

    def started(self, call: Call) -> None:
        """A call was sent."""

    def finished(self, outcome: Outcome) -> None:
        """An instance is done, failed, or accepted."""


class Silent:
    """A listener that does nothing."""

    def started(self, call: Call) -> None:
        """Do nothing."""

    def finished(self, outcome: Outcome) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast.

    Attributes:
        concurrency: Calls under way at the same time, at most.
        batch: Instances that are finished before the next ones start; 0: no batches. A batch with failures is the last.
        pause: Seconds between two batches.
        wait: Whether to wait for the end of each long-running operation.
    """

    concurrency: int = DEFAULT_CONCURRENCY
    batch: int = 0
    pause: float = 0.0
    wait: bool = True


def batches(calls: Sequence[Call], size: int) -> Iterator[list[Call]]:
    """The calls in groups that touch at most ``size`` instances each; 0: one group."""
    if size <= 0:
        if calls:
            yield list(calls)
        return
    group: list[Call] = []
    weight = 0
    for call in calls:
        instances = max(1, len(call.instances))
        if group and weight + instances > size:
            yield group
            group, weight = [], 0
        group.append(call)
        weight += instances
    if group:
        yield group


def stages(calls: Sequence[Call]) -> Iterator[list[Call]]:
    """The calls by stage, in the order of the stages."""
    for stage in sorted({call.stage for call in calls}):
        yield [call for call in calls if call.stage == stage]


def merged(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """One outcome for each instance: of several calls on one, the worst, with the time of all."""
    found: dict[str, Outcome] = {}
    for number, outcome in enumerate(outcomes):
        key = outcome.name or f"({number})"
        before = found.get(key)
        if before is None:
            found[key] = outcome
            continue
        worst = order([before, outcome])[0]
        found[key] = replace(worst, seconds=before.seconds + outcome.seconds)
    return list(found.values())


class Execution:
    """One run of a plan. After :meth:`run`, or after its cancellation, :meth:`report` gives the outcomes.

    Args:
        plan: What to do.
        invoke: ``invoke(call, wait=...)`` makes one call: :meth:`Azure.invoke
            <scaleset_operations.azure.Azure.invoke>`.
        pace: How fast.
        listener: Receives progress.
    """

    def __init__(self, plan: Plan, invoke: Invoke, pace: Pace | None = None, listener: Listener | None = None) -> None:
        self.plan = plan
        self.pace = pace or Pace()
        self._invoke = invoke
        self._listener: Listener = listener or Silent()
        self._outcomes: dict[int, list[Outcome]] = {}
        self._flying: set[int] = set()
        self._stopped = False
        self._interrupted = False
        self._begun = time.monotonic()
        self._ended = self._begun

    async def run(self) -> Report:
        """Make every call.

        Returns:
            The report.

        Raises:
            asyncio.CancelledError: It was cancelled; :meth:`report` shows what is done and what is not.
        """
        self._begun = time.monotonic()
        numbers = {id(call): number for number, call in enumerate(self.plan.calls)}
        try:
            for stage in stages(self.plan.calls):
                await self._run_stage(stage, numbers)
                if self._failed:
                    self._stopped = True
                    break
        except asyncio.CancelledError:
            self._interrupted = True
            raise
        finally:
            self._ended = time.monotonic()
        return self.report()

    @property
    def _failed(self) -> bool:
        return any(outcome.state is State.FAILED for known in self._outcomes.values() for outcome in known)

    async def _run_stage(self, calls: Sequence[Call], numbers: Mapping[int, int]) -> None:
        for position, group in enumerate(batches(calls, self.pace.batch)):
            if position and self.pace.pause:
                await asyncio.sleep(self.pace.pause)
            await self._run_group([(numbers[id(call)], call) for call in group])
            if self.pace.batch and self._failed:
                return

    def correct(self, gone: Callable[[str], bool]) -> None:
        """Count failed instances of a call for many as done where what was asked for holds.

        Args:
            gone: Whether an instance is gone, by its name.
        """
        for number, known in self._outcomes.items():
            self._outcomes[number] = [
                replace(each, state=State.DONE, why="") if each.state is State.FAILED and gone(each.name) else each
                for each in known
            ]

    async def _run_group(self, group: list[tuple[int, Call]]) -> None:
        waiting = iter(group)

        async def work() -> None:
            for number, call in waiting:
                await self._make(number, call)

        workers = [asyncio.create_task(work()) for _ in range(max(1, min(self.pace.concurrency, len(group))))]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _make(self, number: int, call: Call) -> None:
        begun = time.monotonic()
        self._flying.add(number)
        self._listener.started(call)
        state, why, result = State.DONE, "", None
        try:
            result = await self._invoke(call, wait=self.pace.wait)
            if not self.pace.wait and call.method.startswith("begin_"):
                state, why = State.ACCEPTED, "not waited for"
        except AzureError as error:
            state, why = State.FAILED, str(error)
        self._flying.discard(number)
        seconds = time.monotonic() - begun
        self._outcomes[number] = [
            Outcome(name=name, state=state, why=why, seconds=seconds, result=result) for name in call.instances or ("",)
        ]
        for outcome in self._outcomes[number]:
            self._listener.finished(outcome)

    def report(self, *, throttled: int = 0, notes: tuple[str, ...] = ()) -> Report:
        """The outcomes so far; an instance without one is pending."""
        outcomes: list[Outcome] = []
        for number, call in enumerate(self.plan.calls):
            known = self._outcomes.get(number)
            if known is not None:
                outcomes += known
                continue
            why = _IN_FLIGHT if number in self._flying else _AFTER_FAILURE if self._stopped else _NOT_STARTED
            outcomes += [Outcome(name=name, state=State.PENDING, why=why) for name in call.instances or ("",)]
        outcomes = merged([*outcomes, *(skip.outcome() for skip in self.plan.skipped)])
        return Report(
            row=self.plan.row.id,
            mode=self.plan.mode,
            outcomes=tuple(outcomes),
            throttled=throttled,
            seconds=self._ended - self._begun,
            interrupted=self._interrupted,
            named=self.plan.named,
            notes=notes,
        )
