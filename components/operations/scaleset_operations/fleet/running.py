"""What the fleet's commands do: prepare, run the waves, tell."""

from __future__ import annotations

import shlex
import signal
import sys
import threading
import time
from collections.abc import Sequence
from types import FrameType
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from scaleset_core.command.formats import Format, dump, text
from scaleset_operations.fleet import report
from scaleset_operations.fleet.choices import DEFAULT_FILE, HERE, OPERATIONS, PARALLEL, Run
from scaleset_operations.fleet.config import load
from scaleset_operations.fleet.engine import Engine, EngineUnusableError, RefusedError
from scaleset_operations.fleet.plan import StackPlan, UnknownStackError, expand, in_waves, select
from scaleset_operations.fleet.problems import FleetError
from scaleset_operations.fleet.schedule import Outcome, Result, run_waves
from scaleset_operations.fleet.screen import Screen

FAILED, MISUSED, INTERRUPTED = 1, 2, 130
PLAIN_WIDTH = 160
"""Columns if the output is not a terminal, so that no table is cut."""


def status(run: Run, output: Format) -> None:
    """Show each stack, and stacks that left the file."""
    plans, engine = prepare(run)
    rows = [_status(plan, engine) for plan in plans]
    if output is not Format.TABLE:
        typer.echo(dump(rows, output))
        return
    table = Table("Stack", "Wave", "Subscription", "Region", "Instances", "State", "Resources", "Last update")
    for row in rows:
        wave = "not in the file" if row["wave"] is None else str(row["wave"])
        instances = f"{row['instances']:,}" if row["instances"] else ""
        table.add_row(
            row["stack"], wave, row["subscription"], row["region"], instances, row["state"] or "-",
            text(row["resources"]), row["lastUpdate"],
        )  # fmt: skip
    console().print(table)


def _status(plan: StackPlan, engine: Engine) -> dict[str, Any]:
    """A stack's line."""
    found = engine.stacks.get(plan.name)
    state = "locked" if found and found.update_in_progress else "deployed" if engine.is_deployed(plan.name) else ""
    return {
        "stack": plan.name,
        "wave": plan.wave if plan.member else None,
        "subscription": plan.subscription,
        "region": plan.region,
        "instances": plan.instances,
        "state": state,
        "resources": (found.resource_count or 0) if found else None,
        "lastUpdate": f"{found.last_update:%Y-%m-%d %H:%M:%S}" if found and found.last_update else "",
    }


def secret(run: Run, key: str) -> None:
    """Set a secret of the stacks: asked for on a terminal, else read from standard input."""
    plans, engine = prepare(run)
    plans = [plan for plan in plans if plan.member and plan.role == "set"]
    value = typer.prompt(key, hide_input=True) if sys.stdin.isatty() else sys.stdin.read().rstrip("\n")
    if not value:
        fail("The secret is empty; nothing was set.", MISUSED)
    for plan in plans:
        try:
            engine.set_secret(plan, key, value)
        except RefusedError as error:
            fail(f"{plan.name}: {error}", FAILED)
    console().print(f"{key} is set in: {', '.join(plan.name for plan in plans)}.")


def execute(run: Run, *, confirm: bool = False, remove: bool = False, expect_no_changes: bool = False) -> None:
    """Run, show the progress and the result, and exit with the matching code."""
    plans, engine = prepare(run)
    if run.action != "destroy":
        plans = [plan for plan in plans if plan.member]
    elif confirm:
        agree(plans, engine)
    waves = in_waves(plans, reverse=run.action == "destroy")
    started = time.monotonic()
    stopping = threading.Event()
    deployed: set[str] = set()
    with Screen(console(), run.action, waves) as screen:
        listen_for_interrupts(engine, stopping, screen)

        def work(plan: StackPlan) -> Result:
            screen.started(plan)
            result = engine.run(run.action, plan, screen.progress, deployed.__contains__)
            if stopping.is_set() and result.outcome is Outcome.FAILED:
                return Result(plan, Outcome.CANCELLED, result.changes, result.seconds, "interrupted")
            return result

        def finished(result: Result) -> None:
            if run.action == "up" and result.outcome is Outcome.DONE:
                deployed.add(result.plan.name)
            screen.finished(result)

        results = run_waves(
            waves, work, parallel=run.parallel, keep_going=run.keep_going, stopping=stopping, finished=finished
        )
    for result in results:
        if remove and result.outcome is Outcome.DONE:
            engine.remove(result.plan.name)
    conclude(run, results, time.monotonic() - started, interrupted=stopping.is_set())
    changing = [r.plan.name for r in results if set(r.changes) - {"same"} or r.outcome is Outcome.SKIPPED]
    if expect_no_changes and changing:
        fail(f"There are changes in: {', '.join(changing)}.", FAILED)


def prepare(run: Run) -> tuple[list[StackPlan], Engine]:
    """The stacks that the command is for, and the engine; exits with a message if anything is wrong."""
    try:
        file = run.project / run.file
        plans = expand(load(file))
        engine = Engine(run.project, file, run.operations)
        names = {plan.name for plan in plans}
        left = [StackPlan(name, "") for name in engine.stacks if name not in names]
        if left and run.action in {"up", "destroy"}:
            listed = ", ".join(plan.name for plan in left)
            commands = ", ".join(f"`{command(run, 'destroy', only=[plan.name])}`" for plan in left)
            console(stderr=True).print(
                f"No longer in {run.file.name}: {listed}. Delete with {commands}", markup=False, soft_wrap=True
            )
        chosen = select([*plans, *left] if run.action in {"status", "destroy"} else plans, run.only, run.wave)
    except (FleetError, UnknownStackError) as error:
        fail(str(error), MISUSED)
    except EngineUnusableError as error:
        fail(str(error), FAILED)
    return [plan for plan in chosen if plan.member or run.only or run.action == "status"], engine


def agree(plans: Sequence[StackPlan], engine: Engine) -> None:
    """Ask before anything is deleted."""
    deployed = [plan for plan in plans if engine.is_deployed(plan.name)]
    instances = sum(plan.instances for plan in deployed)
    question = f"Delete {len(deployed)} stacks with {instances:,} instances: {', '.join(p.name for p in deployed)}?"
    if not sys.stdin.isatty():
        fail(f"{question} There is no terminal for a confirmation; use --yes.", MISUSED)
    if deployed and not typer.confirm(question):
        fail("Nothing was deleted.", FAILED)


def listen_for_interrupts(engine: Engine, stopping: threading.Event, screen: Screen) -> None:
    """Ctrl-C: no further stack starts, and running ones continue to their end, so that nothing is half done.

    A second time, or SIGTERM: the engines cancel and release their locks. A third time: they stop at once.
    """

    def interrupt(number: int, _frame: FrameType | None) -> None:
        again = stopping.is_set()
        stopping.set()
        if number == signal.SIGINT and not again:
            screen.say(
                "Interrupted: no stack starts any more, those that run go on to their end. Ctrl-C cancels them too."
            )
        else:
            count = engine.command.interrupt()
            screen.say(
                f"Cancelling {count} running: what is under way in Azure may be unknown to the state afterwards."
            )

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)


def conclude(run: Run, results: Sequence[Result], seconds: float, *, interrupted: bool) -> None:
    """Show and write the result; exits with a non-zero code if anything is not done."""
    report.show(console(), run.action, results, seconds)
    if run.report is not None:
        report.write(run.report, run.action, results, seconds)
    if interrupted:
        again = command(run, run.action, only=run.only)
        fail(f"Interrupted. `{again}` continues: finished stacks do not change.", INTERRUPTED)
    failed = [result.plan.name for result in results if result.outcome is Outcome.FAILED]
    if failed:
        again = command(run, run.action, only=run.only)
        fail(f"Failed: {', '.join(failed)}. `{again}` goes on from here.", FAILED)


def command(run: Run, action: str, *, only: Sequence[str]) -> str:
    """A command on the same fleet that can be pasted, with what differs from the defaults."""
    words = ["scaleset", "fleet", action]
    words += ["--file", str(run.file)] if run.file != DEFAULT_FILE else []
    words += ["--cwd", str(run.project)] if run.project != HERE else []
    words += [word for each in only for word in ("--only", each)]
    if action == run.action:
        words += [word for each in run.wave for word in ("--wave", str(each))]
        words += ["--parallel", str(run.parallel)] if run.parallel != PARALLEL else []
        words += ["--operations", str(run.operations)] if run.operations != OPERATIONS else []
        words += ["--continue-on-error"] if run.keep_going and action in {"up", "destroy"} else []
        words += ["--report", str(run.report)] if run.report is not None else []
    return shlex.join(words)


def console(*, stderr: bool = False) -> Console:
    """The console: as wide as the terminal, or without one wide enough for every table."""
    terminal = sys.stderr.isatty() if stderr else sys.stdout.isatty()
    return Console(stderr=stderr, highlight=False, width=None if terminal else PLAIN_WIDTH)


def fail(message: str, code: int) -> NoReturn:
    """Print the reason and exit."""
    console(stderr=True).print(message, markup=False, soft_wrap=True)
    raise typer.Exit(code)
