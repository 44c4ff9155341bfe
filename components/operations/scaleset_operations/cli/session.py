"""Running a command: read or change, for one set or several.

What a request then needs is imported when it is made: ``--help`` does not wait for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import typer

from scaleset_core.modes import row as find_row
from scaleset_operations.cli import advice, ids
from scaleset_operations.cli.guarding import guard, reported
from scaleset_operations.cli.options import OutputOptions, TargetOptions, use_runner
from scaleset_operations.cli.request import Planner, Present, Request

if TYPE_CHECKING:
    from scaleset_operations import Operations
    from scaleset_operations.planning import Choices, Plan
    from scaleset_operations.selection import Selection


def read(
    target: TargetOptions,
    output: OutputOptions,
    work: Callable[[Operations], Awaitable[int | None]],
    *,
    watch: float = 0.0,
) -> None:
    """Run a command that only reads, once or every ``watch`` seconds."""

    async def body() -> int:
        from scaleset_operations.cli import carrying  # noqa: PLC0415 - help does not wait for it

        return await carrying.reading(target, output, work, watch=watch)

    guard(body)


def perform_row(
    row_id: str,
    request: Request,
    selection: Selection | None,
    choices: Choices,
    *,
    columns: tuple[str, ...] = (),
    present: Present | None = None,
    complete: Callable[[Operations, Plan], Awaitable[Plan]] | None = None,
) -> None:
    """Run a command that is a row of the mode table."""
    entry = find_row(row_id)
    chosen = replace(choices, batch=request.run.batch)
    asked = replace(request, risk=entry.risk, named=selection is not None and selection.by_name)

    async def plan(operations: Operations) -> Plan:
        made = await operations.plan(row_id, selection, chosen, correlation=asked.correlation)
        return await complete(operations, made) if complete else made

    perform(asked, plan, columns=columns, present=present)


def perform(
    request: Request, planner: Planner, *, columns: tuple[str, ...] = (), present: Present | None = None
) -> None:
    """Plan, ask, carry out and report; ``present`` prints what was answered, and may find that it is a failure."""

    async def body() -> int:
        from scaleset_operations.cli import carrying  # noqa: PLC0415 - help does not wait for it

        return await carrying.performing(request, planner, columns, present)

    guard(body)


def _by_ids(packed: dict[str, Any], function: Callable[..., None], values: dict[str, Any]) -> None:
    """Run a command for each set that ``--ids`` names, one after the other; the exit code is the worst one."""
    worst = 0
    parts = reported(lambda: list(ids.each_set(packed)))
    for each in parts:
        advice.remember_instances(each)
        try:
            function(**each, **values)
        except typer.Exit as ended:
            worst = max(worst, ended.exit_code)
    if worst:
        raise typer.Exit(worst)


use_runner(_by_ids)
