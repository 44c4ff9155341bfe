"""Running a command: resolve, plan, ask, carry out, print, and the exit code for the result."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import typer
from rich.markup import escape

import scaleset_operations as library
from scaleset_core.modes import row as find_row
from scaleset_operations.cli import advice, ids, resuming, stopping
from scaleset_operations.cli.advice import complete
from scaleset_operations.cli.options import OutputOptions, RunOptions, TargetOptions, use_runner
from scaleset_operations.cli.output import check_query, err, show
from scaleset_operations.cli.settings import resolve
from scaleset_operations.cli.watching import repeated
from scaleset_operations.errors import AzureError, OperationsError, UnknownOutcomeError, UsageError
from scaleset_operations.executor import Pace
from scaleset_operations.planning import Choices, Plan
from scaleset_operations.report import (
    INTERRUPTED,
    PARTIAL,
    UNKNOWN,
    USAGE,
    Report,
    State,
    order,
)
from scaleset_operations.selection import Selection

if TYPE_CHECKING:
    from scaleset_operations import Operations
    from scaleset_operations.executor import Execution
    from scaleset_operations.scheduled import ScheduledExecution

_FEW = 30
_UNAUTHORIZED = 401
_T = TypeVar("_T")
Planner = Callable[["Operations"], Awaitable[Plan]]
Present = Callable[[Report, OutputOptions], int]


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


def guard(work: Callable[[], Awaitable[int]]) -> None:
    """Run a command's coroutine; every failure becomes one line on stderr and an exit code."""
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
    err().print(f"[red]Error:[/] {escape(str(error))}{escape(_advice(error))}")
    return code


def _advice(error: OperationsError) -> str:
    """Advice for errors without a response, and for responses that the caller is not authorized."""
    if not isinstance(error, AzureError):
        return ""
    endpoint = os.environ.get("SCALESET_ARM_ENDPOINT", "")
    if error.code == "NoConnection" and endpoint and urlsplit(endpoint).netloc in error.message:
        return f" SCALESET_ARM_ENDPOINT is {endpoint}: start what should answer there, or unset it to talk to Azure."
    if error.status == _UNAUTHORIZED:
        return " Check SCALESET_ARM_TOKEN." if os.environ.get("SCALESET_ARM_TOKEN") else " Sign in again: `az login`."
    return ""


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
                _show_plan(plan, request)
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
        for outcome in report.of(State.FAILED, State.UNKNOWN, State.SKIPPED):
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
