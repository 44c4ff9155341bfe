"""What happened: one outcome for each instance, and the exit code that follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from scaleset_core.modes import Mode

OK = 0
PARTIAL = 1
USAGE = 2
UNKNOWN = 3
INTERRUPTED = 130


class State(StrEnum):
    """How it ended for one instance."""

    DONE = "done"
    ACCEPTED = "accepted"
    """Azure accepted the request; its end was not awaited (``--no-wait``)."""
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Sent, and how it ended is not known: it may have happened."""
    SKIPPED = "skipped"
    PENDING = "pending"
    """Not started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One line of a report.

    Attributes:
        name: The instance's name; empty: the scale set as a whole.
        state: How it ended.
        why: The reason, for all but ``done``.
        seconds: How long it took.
        result: The JSON of Azure's response, for reads.
    """

    name: str
    state: State
    why: str = ""
    seconds: float = 0.0
    result: Any = None

    def to_row(self) -> dict[str, Any]:
        """The flat record that is printed."""
        return {
            "instance": self.name or "(scale set)",
            "state": self.state.value,
            "seconds": round(self.seconds, 1),
            "why": self.why,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All outcomes of one operation.

    Attributes:
        row: The row of the mode table.
        mode: The scale set's mode.
        outcomes: One for each instance, in the plan's order.
        throttled: The number of 429 responses; each was retried after the wait.
        seconds: The time it took.
        interrupted: Whether it was interrupted.
        named: Whether the instances were named one by one: then a skipped one is not a success.
        notes: Further notes for the user.
        stopped: The exit code of what interrupted it: 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.
    """

    row: str
    mode: Mode
    outcomes: tuple[Outcome, ...]
    throttled: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    named: bool = False
    notes: tuple[str, ...] = field(default=())
    stopped: int = INTERRUPTED

    def of(self, *states: State) -> tuple[Outcome, ...]:
        """The outcomes in any of these states."""
        return tuple(outcome for outcome in self.outcomes if outcome.state in states)

    @property
    def counts(self) -> Mapping[str, int]:
        """The number of outcomes by state; only states that occurred."""
        return {state.value: len(self.of(state)) for state in State if self.of(state)}

    @property
    def exit_code(self) -> int:
        """0: all is done; 1: some of it is not; 3: of some it is not known; 129, 130, 143: interrupted."""
        if self.interrupted:
            return self.stopped
        if self.of(State.UNKNOWN):
            return UNKNOWN
        if self.of(State.FAILED, State.PENDING) or (self.named and self.of(State.SKIPPED)):
            return PARTIAL
        if self.of(State.SKIPPED) and not self.of(State.DONE, State.ACCEPTED):
            return PARTIAL
        return OK

    @property
    def summary(self) -> str:
        """One line: ``998 done, 2 failed in 31.2 s``."""
        counted = ", ".join(f"{number} {state}" for state, number in self.counts.items()) or "nothing to do"
        throttled = f", throttled {self.throttled} times" if self.throttled else ""
        return f"{counted} in {self.seconds:.1f} s{throttled}"

    def results(self) -> list[Any]:
        """The JSON of every read that succeeded."""
        return [outcome.result for outcome in self.of(State.DONE)]


def order(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Failures first, the others in order: what needs attention is on top."""
    rank = {
        State.FAILED: 0, State.UNKNOWN: 1, State.PENDING: 2, State.SKIPPED: 3, State.ACCEPTED: 4, State.DONE: 4,
    }  # fmt: skip
    return tuple(sorted(outcomes, key=lambda outcome: rank[outcome.state]))
