"""Progress: a live table on a terminal, one line for each event if the output is piped."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from scaleset_operations.fleet.engine import COUNTED
from scaleset_operations.fleet.plan import StackPlan
from scaleset_operations.fleet.schedule import Outcome, Result

STYLES = {
    "waiting": "dim",
    "running": "cyan",
    Outcome.DONE.value: "green",
    Outcome.FAILED.value: "bold red",
    Outcome.SKIPPED.value: "yellow",
    Outcome.CANCELLED.value: "yellow",
}
SAID = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted", "same": "same"}
PLANNED = {"create": "to create", "update": "to update", "replace": "to replace", "delete": "to delete", "same": "same"}


def told(changes: Mapping[str, int], *, planned: bool = False) -> str:
    """Operations in words: `3 created, 1 same`."""
    words = PLANNED if planned else SAID
    return ", ".join(f"{changes[kind]:,} {words[kind]}" for kind in COUNTED if changes.get(kind)) or "nothing"


class Screen:
    """Shows a run while it goes on. Use it as a context manager.

    Args:
        console: The console to print to.
        action: `up`, `preview`, `refresh` or `destroy`.
        waves: The stacks that take part, in the order of their waves.
    """

    def __init__(self, console: Console, action: str, waves: Sequence[Sequence[StackPlan]]) -> None:
        self._console, self._action = console, action
        self._plans = [plan for wave in waves for plan in wave]
        self._started: dict[str, float] = {}
        self._changes: dict[str, Counter[str]] = {}
        self._results: dict[str, Result] = {}
        self._lock = threading.Lock()
        self._beginning = time.monotonic()
        live = Live(console=console, get_renderable=self.table, refresh_per_second=4, vertical_overflow="ellipsis")
        self._live = live if console.is_terminal else None

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.__exit__(kind, error, trace)

    def started(self, plan: StackPlan) -> None:
        """A stack has started."""
        with self._lock:
            self._started[plan.name] = time.monotonic()
        if self._live is None:
            place = f"{plan.subscription} {plan.region}".strip()
            self.say(f"{plan.name}: {self._action} started (wave {plan.wave}, {place})")

    def progress(self, name: str, changes: Counter[str]) -> None:
        """A stack has progressed."""
        with self._lock:
            self._changes[name] = Counter(changes)

    def finished(self, result: Result) -> None:
        """A stack has ended."""
        with self._lock:
            self._results[result.plan.name] = result
        if self._live is None:
            detail = result.reason.replace("\n", "; ") or told(result.changes, planned=self._action == "preview")
            seconds = f" in {result.seconds:.1f} s" if result.seconds else ""
            self.say(f"{result.plan.name}: {self._action} {result.outcome.value}{seconds}: {detail}")

    def say(self, message: str) -> None:
        """A line for people; above the table on a terminal."""
        if self._console.is_terminal:
            self._console.print(message, markup=False)
        else:
            self._console.print(
                f"[{time.monotonic() - self._beginning:7.1f} s] {message}", markup=False, soft_wrap=True
            )

    def table(self) -> RenderableType:
        """All stacks as they are now."""
        with self._lock:
            results, changes, started = dict(self._results), dict(self._changes), dict(self._started)
        title = (
            f"{self._action}: {len(results)} of {len(self._plans)} stacks, {time.monotonic() - self._beginning:.0f} s"
        )
        table = Table("Stack", "Wave", "Region", "Instances", "State", "Resources", "Seconds", title=title)
        for plan in self._plans:
            result = results.get(plan.name)
            state = result.outcome.value if result else "running" if plan.name in started else "waiting"
            counts = result.changes if result else changes.get(plan.name, Counter())
            begun = started.get(plan.name)
            seconds = result.seconds if result else time.monotonic() - begun if begun is not None else 0
            table.add_row(
                plan.name,
                str(plan.wave),
                plan.region,
                f"{plan.instances:,}" if plan.role == "set" else "",
                Text(state, STYLES[state]),
                told(counts, planned=self._action == "preview") if counts else "",
                f"{seconds:.0f}" if seconds else "",
            )
        return table
