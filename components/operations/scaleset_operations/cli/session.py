"""Running a command, and its end: the exit code for each failure.

What a request then needs is imported when it is made: ``--help`` does not wait for it.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from scaleset_core.modes import row as find_row
from scaleset_operations.cli import advice, ids
from scaleset_operations.cli.options import OutputOptions, TargetOptions, use_runner
from scaleset_operations.cli.output import err
from scaleset_operations.cli.request import Planner, Present, Request
from scaleset_operations.errors import AzureError, OperationsError, UnknownOutcomeError, UsageError
from scaleset_operations.report import INTERRUPTED, PARTIAL, UNKNOWN, USAGE

if TYPE_CHECKING:
    from scaleset_operations import Operations
    from scaleset_operations.planning import Choices, Plan
    from scaleset_operations.selection import Selection

_UNAUTHORIZED = 401
_T = TypeVar("_T")


def guard(work: Callable[[], Awaitable[int]]) -> None:
    """Run a command's coroutine; every failure becomes one line on stderr and an exit code."""
    import asyncio  # noqa: PLC0415 - help does not wait for it

    from scaleset_operations.cli import stopping  # noqa: PLC0415

    try:
        code = asyncio.run(stopping.run(work))
    except UsageError as error:
        code = _fail(error, USAGE)
    except UnknownOutcomeError as error:
        code = _fail(error, UNKNOWN)
    except OperationsError as error:
        code = _fail(error, PARTIAL)
    except stopping.Stopped as stopped:
        err().print("Interrupted; nothing was changed.")
        code = stopped.code
    except KeyboardInterrupt:  # before anything was begun, or at the question
        err().print("Interrupted.")
        code = INTERRUPTED
    if code:
        raise typer.Exit(code)


def _fail(error: OperationsError, code: int) -> int:
    from rich.markup import escape  # noqa: PLC0415 - help does not wait for it

    err().print(f"[red]Error:[/] {escape(str(error))}{escape(_advice(error))}")
    return code


def _advice(error: OperationsError) -> str:
    """Advice for errors without a response, and for responses that the caller is not authorized."""
    if not isinstance(error, AzureError):
        return ""
    from urllib.parse import urlsplit  # noqa: PLC0415 - help does not wait for it

    endpoint = os.environ.get("SCALESET_ARM_ENDPOINT", "")
    if error.code == "NoConnection" and endpoint and urlsplit(endpoint).netloc in error.message:
        return f" SCALESET_ARM_ENDPOINT is {endpoint}: start what should answer there, or unset it to talk to Azure."
    if error.status == _UNAUTHORIZED:
        return " Check SCALESET_ARM_TOKEN." if os.environ.get("SCALESET_ARM_TOKEN") else " Sign in again: `az login`."
    return ""


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


def reported(make: Callable[[], _T]) -> _T:
    """The result of ``make``; every failure ends the command as it ends one of :func:`guard`."""
    try:
        return make()
    except OperationsError as error:
        raise typer.Exit(_fail(error, USAGE if isinstance(error, UsageError) else PARTIAL)) from None


def checked(make: Callable[[], _T]) -> _T:
    """The result of ``make``; a usage error ends the command."""
    try:
        return make()
    except UsageError as error:
        raise typer.Exit(_fail(error, USAGE)) from None


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
