"""Running a command: resolve, plan, ask, carry out, print, and the exit code for the result."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import typer

import scaleset_operations as library
from scaleset_core.modes import row as find_row
from scaleset_operations.cli import advice, ids, resuming, stopping
from scaleset_operations.cli.guarding import guard, reported
from scaleset_operations.cli.options import OutputOptions, TargetOptions, use_runner
from scaleset_operations.cli.output import check_query, err
from scaleset_operations.cli.reporting import Request, show_plan, show_report
from scaleset_operations.cli.settings import resolve
from scaleset_operations.cli.watching import repeated
from scaleset_operations.errors import AzureError, UsageError
from scaleset_operations.executor import Pace
from scaleset_operations.planning import Choices, Plan
from scaleset_operations.report import (
    Report,
)
from scaleset_operations.selection import Selection

if TYPE_CHECKING:
    from scaleset_operations import Operations
    from scaleset_operations.executor import Execution
    from scaleset_operations.scheduled import ScheduledExecution

Planner = Callable[["Operations"], Awaitable[Plan]]
Present = Callable[[Report, OutputOptions], int]


def open_operations(options: TargetOptions) -> Operations:
    """The operations on the scale set that the options name."""
    found = resolve(options)
    operations = library.Operations(found.connection, found.target, found.mode)
    operations.azure.retries.tell = tell
    return operations


def tell(text: str) -> None:
    """Say on stderr what is waited for."""
    err().print(f"{text} ...", markup=False)


@contextlib.asynccontextmanager
async def _limited(seconds: float) -> AsyncIterator[None]:
    """End what is read or planned after ``--timeout``; 0: never."""
    try:
        async with asyncio.timeout(seconds or None):
            yield
    except TimeoutError:
        raise AzureError(0, "Timeout", f"--timeout: {seconds:g} s were over. Nothing was changed.") from None


def read(
    target: TargetOptions,
    output: OutputOptions,
    work: Callable[[Operations], Awaitable[int | None]],
    *,
    watch: float = 0.0,
) -> None:
    """Run a command that only reads, once or every ``watch`` seconds."""

    async def body() -> int:
        check_query(output.query)
        return await repeated(watch, once) or 0

    async def once() -> int:
        async with open_operations(target) as operations, _limited(target.timeout):
            code = await work(operations) or 0
            for note in operations.notes:
                err().print(f"Note: {note}", markup=False)
            return code

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
        _check(request)
        begun = asyncio.get_running_loop().time()
        async with open_operations(request.target) as operations:
            async with _limited(request.target.timeout):
                if request.run.resume:
                    story = resuming.find_story(operations, request.title, request.run.journal)
                    plan, log = await resuming.go_on(operations, story, planner)
                else:
                    plan, log = await planner(operations), None
            if request.run.dry_run:
                show_plan(plan, request)
                return 0
            if log is None and plan.calls and replace(request, risk=plan.risk or request.risk).asks:
                _ask(plan, request)
            report = await carry_out(operations, plan, request, log, begun=begun)
        own = present(report, request.output) if present and not report.interrupted else None
        show_report(report, plan, request, columns, shown=own is not None)
        return report.exit_code or own or 0

    guard(body)


def _check(request: Request) -> None:
    check_query(request.output.query)
    if request.run.resume and request.run.dry_run:
        raise UsageError("--resume does not go with --dry-run: what is left is known when Azure has been asked.")
    if request.run.pause and not request.run.batch:
        raise UsageError("--pause is the wait between batches; give --batch K with it.")
    if request.run.no_wait and request.run.batch:
        raise UsageError(
            "--no-wait does not go with --batch: a batch has to end before the next one is begun. Use one."
        )


def _ask(plan: Plan, request: Request) -> None:
    if not sys.stdin.isatty():
        raise UsageError(
            f"`scaleset {request.title}` needs a confirmation and there is no terminal to ask on. Add --yes, or look "
            "first with --dry-run. Nothing was changed."
        )
    names = [name for call in plan.calls for name in call.instances]
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")  # noqa: PLR2004 - readable
    what = f"{len(names)} instance{'s' if len(names) > 1 else ''} ({shown})" if names else "the whole set"
    running = signal.signal(signal.SIGINT, signal.default_int_handler)  # Ctrl-C at the question means no
    try:
        agreed = typer.confirm(f"{request.title} {what} of {plan.target.name} ({plan.mode})?", err=True)
    except typer.Abort:
        agreed = False
    finally:
        signal.signal(signal.SIGINT, running)
    if not agreed:
        raise UsageError("not confirmed; nothing was changed.")


async def carry_out(
    operations: Operations, plan: Plan, request: Request, log: resuming.Log | None = None, *, begun: float
) -> Report:
    """Make the calls of a plan; the report tells how it went, also when it is stopped.

    Args:
        operations: The operations on the scale set.
        plan: The plan.
        request: The request.
        log: The journal of an interrupted run; None: a new run.
        begun: The loop's time when the command began.
    """
    from scaleset_operations.cli.progress import display  # noqa: PLC0415 - help does not wait for the live display

    total = sum(max(1, len(call.instances)) for call in plan.calls)
    scheduled = bool(plan.calls) and plan.calls[0].group == "scheduled_actions"
    if log is None and not scheduled:
        run = request.run
        log = resuming.begin(operations, plan, path=run.journal, title=request.title, batch=run.batch)
    log = log or resuming.Log()
    timeout = request.target.timeout
    late = False
    with display(f"{request.title} {plan.target.name}", total, reads=plan.route.reads) as listener:
        operations.azure.retries.tell = listener.tell
        execution = _execution(operations, plan, request, listener, log)

        def report() -> Report:
            notes = (*log.notes, *operations.notes)
            made = execution.report(throttled=operations.azure.retries.throttled, notes=notes)
            code = stopping.code_now()
            return replace(made, interrupted=bool(code), stopped=code or made.stopped)

        _at_once(lambda: show_report(log.close(report()), plan, request, ()))
        try:
            async with asyncio.timeout_at(begun + timeout if timeout else None):
                await execution.run()
                if isinstance(execution, library.Execution):
                    await operations.recheck(plan, execution)
        except TimeoutError:
            late = True
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None:
                task.uncancel()
    if late:
        log.notes.append(f"--timeout: {timeout:g} s were over; what Azure had accepted goes on there")
    return log.close(report())


def _at_once(say: Callable[[], None]) -> None:
    """What is said when a second signal ends the command without waiting for anything."""
    stop = stopping.CURRENT.get()
    if stop is not None:
        stop.last_words = say


def _execution(
    operations: Operations, plan: Plan, request: Request, listener: Any, log: resuming.Log
) -> Execution | ScheduledExecution:
    from scaleset_operations import scheduled  # noqa: PLC0415 - loads the Azure SDK

    if not plan.calls or plan.calls[0].group != "scheduled_actions":
        run = request.run
        pace = Pace(concurrency=run.max_concurrency, batch=run.batch, pause=run.pause, wait=not run.no_wait)
        return operations.execution(plan, pace, listener, log.journal, log.prior)
    body = plan.calls[0].body or {}
    journal = scheduled.open_journal(str(body["correlationid"]), plan.row, plan.target, plan.calls[0].arguments[0])
    return scheduled.ScheduledExecution(
        plan, operations.azure, journal, wait=not request.run.no_wait, listener=listener
    )


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
