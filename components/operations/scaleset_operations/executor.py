"""Executing a plan: concurrently up to a limit, optionally in batches, with the result of every call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from scaleset_operations.calls import Call
from scaleset_operations.errors import AzureError, UnknownOutcomeError
from scaleset_operations.following import Begin, finish
from scaleset_operations.lro import Accepted, Underway
from scaleset_operations.pace import Pace
from scaleset_operations.planning import Plan
from scaleset_operations.report import Outcome, Report, State, order

_IN_FLIGHT = "interrupted while Azure worked on it; Azure may still finish it"
_SENT = "interrupted before Azure answered; it may have happened, and Azure may still finish it"
_NOT_STARTED = "not started"
_AFTER_FAILURE = "not started: an earlier batch or step had failures"


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


class Recorder(Protocol):
    """Writes down what is sent, before it is, and what becomes of it: see :mod:`scaleset_operations.journal`."""

    def sending(self, number: int) -> None:
        """A call is about to be sent."""

    def accepted(self, number: int, operation: Accepted) -> None:
        """Azure has accepted it."""

    def following(self, number: int, step: int) -> None:
        """A call that follows it is about to be sent."""

    def ended(self, number: int, outcomes: Sequence[Outcome]) -> None:
        """It ended."""


class Forgetful:
    """A recorder that does nothing."""

    def sending(self, number: int) -> None:
        """Do nothing."""

    def accepted(self, number: int, operation: Accepted) -> None:
        """Do nothing."""

    def following(self, number: int, step: int) -> None:
        """Do nothing."""

    def ended(self, number: int, outcomes: Sequence[Outcome]) -> None:
        """Do nothing."""


Prior = Sequence[Outcome] | Underway
"""What an earlier run left of a call: how it ended, or what Azure is working on."""


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
        begin: ``begin(call)`` makes one call and gives its result, or an :class:`~scaleset_operations.lro.Underway`
            where Azure goes on working: :meth:`Azure.begin <scaleset_operations.azure.Azure.begin>`.
        pace: How fast.
        listener: Receives progress.
        recorder: Writes down what is sent.
        prior: What an earlier run left, by the number of the call: it is not sent again.
    """

    def __init__(
        self,
        plan: Plan,
        begin: Begin,
        pace: Pace | None = None,
        listener: Listener | None = None,
        recorder: Recorder | None = None,
        prior: Mapping[int, Prior] | None = None,
    ) -> None:
        self.plan = plan
        self.pace = pace or Pace()
        self._begin = begin
        self._listener: Listener = listener or Silent()
        self._recorder: Recorder = recorder or Forgetful()
        self._prior = dict(prior or {})
        self._outcomes: dict[int, list[Outcome]] = {}
        self._sent: set[int] = set()
        self._accepted: set[int] = set()
        self._slots = asyncio.Semaphore(max(1, self.pace.concurrency))
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
        """Whether a call of this run went wrong, or may have: then no further batch or stage is begun."""
        bad = {State.FAILED, State.UNKNOWN}
        return any(
            outcome.state in bad
            for number, known in self._outcomes.items()
            for outcome in known
            if not self._settled(number)
        )

    def _settled(self, number: int) -> bool:
        """Whether an earlier run knew how it ended."""
        prior = self._prior.get(number)
        return prior is not None and not isinstance(prior, Underway)

    async def _run_stage(self, calls: Sequence[Call], numbers: Mapping[int, int]) -> None:
        for position, group in enumerate(batches(calls, self.pace.batch)):
            if position and self.pace.pause:
                await asyncio.sleep(self.pace.pause)
            await self._run_group([(numbers[id(call)], call) for call in group])
            if self.pace.batch and self._failed:
                return

    def correct(self, gone: Callable[[str], bool]) -> None:
        """Count instances of a call for many that failed, or may have, as done where what was asked for holds.

        Args:
            gone: Whether an instance is gone, by its name.
        """
        for number, known in self._outcomes.items():
            self._outcomes[number] = [
                replace(each, state=State.DONE, why="")
                if each.state in {State.FAILED, State.UNKNOWN} and gone(each.name)
                else each
                for each in known
            ]

    async def _run_group(self, group: list[tuple[int, Call]]) -> None:
        tasks = [asyncio.create_task(self._make(number, call)) for number, call in group]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _make(self, number: int, call: Call) -> None:
        prior = self._prior.get(number)
        if prior is not None and not isinstance(prior, Underway):
            self._outcomes[number] = list(prior)
            return
        times = _Times()
        state, why, result = State.DONE, "", None
        try:
            found = await self._send(number, call, times) if prior is None else prior
            if isinstance(found, Underway):
                self._accepted.add(number)
                if prior is None:
                    self._recorder.accepted(number, found.operation)
                else:
                    self._listener.started(call)
                result = await self._finish(number, call, found.wait()) if self.pace.wait else None
                state = State.DONE if self.pace.wait else State.ACCEPTED
            else:
                result = await self._finish(number, call, asyncio.sleep(0, found))
        except UnknownOutcomeError as error:
            state, why, result = State.UNKNOWN, error.message, error.answer
        except AzureError as error:
            state, why, result = State.FAILED, str(error), error.answer
        if state is State.ACCEPTED:
            why = "not waited for"
        seconds = time.monotonic() - times.begun
        self._end(
            number,
            [Outcome(name=name, state=state, why=why, seconds=seconds, result=result) for name in _names(call)],
        )

    async def _send(self, number: int, call: Call, times: _Times) -> Any:
        """Send a call. Only this takes a place: while Azure works, others are sent."""
        async with self._slots:
            times.begun = time.monotonic()
            if not call.reads:
                self._recorder.sending(number)
            self._sent.add(number)
            self._listener.started(call)
            return await self._begin(call)

    async def _finish(self, number: int, call: Call, ended: Awaitable[Any]) -> Any:
        """Wait for the end of a call, and make those that follow it."""
        return await finish(call, ended, self._begin, lambda step: self._recorder.following(number, step))

    def _end(self, number: int, outcomes: list[Outcome]) -> None:
        self._outcomes[number] = outcomes
        self._recorder.ended(number, outcomes)
        for outcome in outcomes:
            self._listener.finished(outcome)

    def report(self, *, throttled: int = 0, notes: tuple[str, ...] = ()) -> Report:
        """The outcomes so far; an instance without one is pending."""
        outcomes: list[Outcome] = []
        for number, call in enumerate(self.plan.calls):
            known = self._outcomes.get(number)
            if known is not None:
                outcomes += known
                continue
            state, why = self._open(number, call)
            outcomes += [Outcome(name=name, state=state, why=why) for name in _names(call)]
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

    def _open(self, number: int, call: Call) -> tuple[State, str]:
        """What is known of a call that has no outcome."""
        if number in self._accepted or isinstance(self._prior.get(number), Underway):
            return State.UNKNOWN, _IN_FLIGHT
        if number in self._sent and not call.reads:
            return State.UNKNOWN, _SENT
        return State.PENDING, _AFTER_FAILURE if self._stopped else _NOT_STARTED


@dataclass(slots=True)
class _Times:
    """When a call began, which is when it had its place."""

    begun: float = field(default_factory=time.monotonic)


def _names(call: Call) -> tuple[str, ...]:
    return call.instances or ("",)
