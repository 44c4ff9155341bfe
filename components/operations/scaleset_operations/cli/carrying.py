"""Carrying out a request: open the set, plan, ask, make the calls, print what came of them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import typer

import scaleset_operations as library
from scaleset_operations.cli import resuming, stopping
from scaleset_operations.cli.advice import complete
from scaleset_operations.cli.options import OutputOptions, TargetOptions
from scaleset_operations.cli.output import check_query, err, show
from scaleset_operations.cli.repeating import repeated
from scaleset_operations.cli.request import Planner, Present, Request
from scaleset_operations.cli.settings import resolve
from scaleset_operations.errors import AzureError, UsageError
from scaleset_operations.pace import Pace
from scaleset_operations.planning import Plan
from scaleset_operations.report import Report, State, order

if TYPE_CHECKING:
    from scaleset_operations import Operations
    from scaleset_operations.executor import Execution
    from scaleset_operations.scheduled import ScheduledExecution

_FEW = 30


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
            _show_plan(plan, request)
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
    from scaleset_operations.cli.progress import display  # noqa: PLC0415 - reads do not wait for it

    total = sum(max(1, len(call.instances)) for call in plan.calls)
    scheduled = bool(plan.calls) and plan.calls[0].group == "scheduled_actions"
    if log is None and not scheduled:
        run = request.run
        log = resuming.begin(operations, plan, path=run.journal, title=request.title, batch=run.batch)
    log = log or resuming.Log()
    timeout = request.target.timeout
    late = False
    with display(f"{request.title} {plan.target.name}", total) as listener:
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


def _show_plan(plan: Plan, request: Request) -> None:
    if request.output.output is None and not request.output.query:
        calls = [each for first in plan.calls for each in (first, *first.then)]
        for call in calls:
            sys.stdout.write(f"{call.verb} {call.url}\n")
            if call.body is not None:
                sys.stdout.write(f"  {json.dumps(call.to_json()['body'])}\n")
        for skip in plan.skipped:
            sys.stdout.write(f"skip {skip.name}: {complete(skip.why)}\n")
        count = len(calls)
        err().print(f"Dry run: {count} call{'' if count == 1 else 's'}, nothing was changed.")
        return
    show(plan.to_json(), request.output)


def show_report(
    report: Report, plan: Plan, request: Request, columns: tuple[str, ...] = (), *, shown: bool = False
) -> None:
    """Print how it went: results to stdout, the rest to stderr."""
    reads = plan.route.reads
    if shown:
        for outcome in report.of(State.FAILED, State.SKIPPED):
            err().print(f"{outcome.name or 'scale set'} {outcome.state}: {outcome.why}", markup=False)
    elif (reads or plan.route.answers) and not report.interrupted:
        show(_results(report), request.output, columns=columns)
        for outcome in report.of(State.FAILED, State.UNKNOWN, State.SKIPPED):
            err().print(f"{outcome.name or 'scale set'} {outcome.state}: {outcome.why}", markup=False)
    else:
        _show_outcomes(report, request)
    for note in report.notes:
        err().print(f"Note: {note}", markup=False)
    if not reads or report.exit_code:
        err().print(f"{request.title} {plan.target.name} ({plan.mode}): {report.summary}", markup=False)


def _show_outcomes(report: Report, request: Request) -> None:
    rows = [{**row, "why": complete(row["why"])} for row in (each.to_row() for each in order(report.outcomes))]
    if request.output.output is None and not request.output.query:
        if len(rows) > _FEW and sys.stdout.isatty():
            rows = [line for line in rows if line["state"] not in {State.DONE.value, State.ACCEPTED.value}]
        show(rows, request.output, columns=("instance", "state", "seconds", "why"))
        return
    record = {
        "operation": report.row,
        "mode": report.mode.value,
        "counts": dict(report.counts),
        "seconds": round(report.seconds, 1),
        "throttled": report.throttled,
        "interrupted": report.interrupted,
        "instances": rows,
        "notes": list(report.notes),
    }
    kind = (request.output.output or "").lower()
    show(rows if kind in {"table", "tsv"} and not request.output.query else record, request.output)


def _results(report: Report) -> Any:
    """The results of the reads: one object for the set; for instances a list, each with its instance's name."""
    done = report.of(State.DONE)
    if len(done) == 1 and not done[0].name:
        return done[0].result
    rows: list[Any] = []
    for outcome in done:
        items = outcome.result if isinstance(outcome.result, list) else [outcome.result]
        rows += [
            {"instance": outcome.name or "(profile)", **item} if isinstance(item, dict) else item for item in items
        ]
    return rows
