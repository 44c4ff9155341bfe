"""Progress while a plan runs: a live display on a terminal, one plain line for each instance when piped."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from scaleset_operations.calls import Call
from scaleset_operations.cli.output import err
from scaleset_operations.report import Outcome, State

_STYLE = {State.DONE: "green", State.ACCEPTED: "green", State.FAILED: "red", State.UNKNOWN: "yellow"}


class Plain:
    """One line for each outcome."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End."""

    def tell(self, text: str) -> None:
        """Print what is waited for."""
        self._console.print(f"{text} ...", markup=False)

    def started(self, call: Call) -> None:
        """Do nothing: a log shows only how each instance ended."""

    def finished(self, outcome: Outcome) -> None:
        """Print the outcome."""
        why = f": {outcome.why}" if outcome.why else ""
        name = outcome.name or "scale set"
        self._console.print(f"{name} {outcome.state} ({outcome.seconds:.1f} s){why}", markup=False)


class Quiet(Plain):
    """Only what is waited for: the results of reads, and what failed of them, are printed at the end."""

    def finished(self, outcome: Outcome) -> None:
        """Do nothing."""


class Live:
    """A bar over all instances, a line for each that is under way, and failures as they come."""

    def __init__(self, console: Console, title: str, total: int) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._total = self._progress.add_task(title, total=total)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        """Begin."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        self._progress.stop()

    def tell(self, text: str) -> None:
        """Print what is waited for, above the bar."""
        self._progress.console.print(f"{text} ...", markup=False, style="dim")

    def started(self, call: Call) -> None:
        """A line for the instance."""
        if len(call.instances) == 1:
            name = call.instances[0]
            self._tasks[name] = self._progress.add_task(f"  {escape(name)}", total=None)

    def finished(self, outcome: Outcome) -> None:
        """Remove the line; a failure stays visible."""
        task = self._tasks.pop(outcome.name, None)
        if task is not None:
            self._progress.remove_task(task)
        self._progress.advance(self._total)
        if outcome.state in {State.FAILED, State.UNKNOWN}:
            style = _STYLE[outcome.state]
            self._progress.console.print(f"[{style}]{escape(outcome.name)} {outcome.state}[/]: {escape(outcome.why)}")


def display(title: str, total: int, *, reads: bool = False) -> Plain | Live:
    """The display that fits where stderr goes, and what is done."""
    console = err()
    if sys.stderr.isatty():
        return Live(console, title, total)
    return Quiet(console) if reads else Plain(console)
