"""What one command asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaleset_operations.cli.options import OutputOptions, RunOptions, TargetOptions

if TYPE_CHECKING:
    from scaleset_operations import Operations
    from scaleset_operations.planning import Plan
    from scaleset_operations.report import Report

Planner = Callable[["Operations"], Awaitable["Plan"]]
Present = Callable[["Report", OutputOptions], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One command's request, with everything it takes from the command line.

    Attributes:
        title: What is done, for questions and progress (``restart``).
        target: Which scale set.
        run: How.
        output: Where to.
        risk: ``loss``, ``outage`` or ``""``: see :class:`~scaleset_core.modes.Row`.
        named: Whether single instances were named.
        correlation: The correlation id of scheduled actions; ``""`` for a new one.
    """

    title: str
    target: TargetOptions
    run: RunOptions
    output: OutputOptions
    risk: str = ""
    named: bool = False
    correlation: str = ""

    @property
    def asks(self) -> bool:
        """Whether a person must confirm: an operation that loses data, or an outage of more than named instances."""
        return (
            not self.run.yes
            and not self.run.dry_run
            and (self.risk == "loss" or (self.risk == "outage" and not self.named))
        )
