"""Carrying out a request: open the set, plan, ask, make the calls, print what came of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import scaleset_operations as library
from scaleset_operations.cli import resuming, stopping
from scaleset_operations.cli.confirming import confirm
from scaleset_operations.cli.options import OutputOptions, TargetOptions
from scaleset_operations.cli.output import check_query, err
from scaleset_operations.cli.repeating import repeated
from scaleset_operations.cli.reporting import show_plan, show_report
from scaleset_operations.cli.request import Planner, Present, Request
from scaleset_operations.cli.settings import resolve
from scaleset_operations.errors import AzureError, UsageError
from scaleset_operations.pace import Pace
from scaleset_operations.planning import Plan
from scaleset_operations.report import Report

if TYPE_CHECKING:
    from scaleset_operations import Operations
    from scaleset_operations.executor import Execution
    from scaleset_operations.scheduled import ScheduledExecution


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


async def reading(
    target: TargetOptions,
    output: OutputOptions,
    work: Callable[[Operations], Awaitable[int | None]],
    *,
    watch: float,
) -> int:
    """Carry out a command that only reads, once or every ``watch`` seconds; returns the exit code."""

    async def once() -> int:
        async with open_operations(target) as operations, _limited(target.timeout):
            code = await work(operations) or 0
            for note in operations.notes:
                err().print(f"Note: {note}", markup=False)
            return code

    check_query(output.query)
    return await repeated(watch, once) or 0


async def performing(request: Request, planner: Planner, columns: tuple[str, ...], present: Present | None) -> int:
    """Plan, ask, carry out and report; returns the exit code."""
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


def _check(request: Request) -> None:
    check_query(request.output.query)
    if request.run.resume and request.run.dry_run:
        raise UsageError("--resume cannot be combined with --dry-run: only requests to Azure show what is left to do.")
    if request.run.pause and not request.run.batch:
        raise UsageError("--pause is the wait between batches; give --batch K with it.")
    if request.run.no_wait and request.run.batch:
        raise UsageError(
            "--no-wait cannot be combined with --batch: a batch has to end before the next one begins. Use one of them."
        )


def _ask(plan: Plan, request: Request) -> None:
    names = [name for call in plan.calls for name in call.instances]
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")  # noqa: PLR2004 - readable
    what = f"{len(names)} instance{'s' if len(names) > 1 else ''} ({shown})" if names else "the whole set"
    confirm(request.title, f"{request.title} {what} of {plan.target.name} ({plan.mode})?")


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
    """Set what is printed if a second signal ends the command without waiting for anything."""
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
