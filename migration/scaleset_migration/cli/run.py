"""``scaleset migrate run``: the cut-over, step by step."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scaleset_operations.cli.confirming import confirm
from scaleset_operations.cli.guarding import guard
from scaleset_operations.cli.options import ScopeOptions, grouped
from scaleset_operations.cli.output import err
from scaleset_operations.errors import UsageError

if TYPE_CHECKING:
    from scaleset_migration.cutover.runner import CutOver
    from scaleset_migration.saved import Saved


class StepName(StrEnum):
    """A step of the cut-over."""

    CREATE = "create"
    HEALTH = "health"
    JOIN = "join"
    DRAIN = "drain"
    PORTS = "ports"
    RETIRE = "retire"


@grouped
def run(
    scope: ScopeOptions,
    folder: Annotated[Path, typer.Argument(metavar="DIRECTORY", help="What `migrate plan --out` wrote.")],
    name: Annotated[
        str, typer.Option("--name", "-n", metavar="NAME", help="Which old set, if the plan has several.")
    ] = "",
    step: Annotated[
        StepName | None,
        typer.Option("--step", help="Only this step; the steps before it must be done.", show_default=False),
    ] = None,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="Undo all completed steps, from the last to the first.")
    ] = False,
    retire: Annotated[bool, typer.Option("--retire", help="Delete the old set at the end.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before a set is deleted.")] = False,
    batch: Annotated[
        int, typer.Option("--batch", min=1, metavar="N", help="How many instances join or leave the pools at a time.")
    ] = 1,
    pause: Annotated[
        float,
        typer.Option("--pause", min=0, metavar="SECONDS", help="Time between two batches, for connections to end."),
    ] = 30,
    health_timeout: Annotated[
        float,
        typer.Option(
            "--health-timeout", min=0, metavar="SECONDS", help="How long new instances may take to be healthy."
        ),
    ] = 1800,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the REST calls of what is left, as far as they are known now.")
    ] = False,
) -> None:
    """Cut over from the old set to the new one, as `migrate plan` planned it.

    Each step is checked before the next one begins. The progress is saved in the plan's folder: run the command again
    after a failure or an interruption, and it continues. Without --retire the old set stays, in no pool, until you
    delete it.

    Exit code: 0 done, 1 a check failed or Azure refused (what is done stays done), 2 the plan cannot be used.
    """

    async def body() -> int:
        from scaleset_migration import saved  # noqa: PLC0415 - loads the component
        from scaleset_migration.cutover.journal import Journal  # noqa: PLC0415
        from scaleset_migration.cutover.runner import CutOver  # noqa: PLC0415
        from scaleset_operations.azure import Azure  # noqa: PLC0415
        from scaleset_operations.cli.settings import resolve_scope  # noqa: PLC0415
        from scaleset_operations.target import parse_target  # noqa: PLC0415

        if rollback and (step or retire):
            raise UsageError("--rollback undoes all completed steps: leave --step and --retire out.")
        _ask(rollback=rollback, retire=retire or step is StepName.RETIRE, sure=yes or dry_run)
        wanted = chosen(saved.load(folder), name)
        found = wanted.settled()
        assert found.plan is not None
        place = resolve_scope(scope)
        journal = Journal(folder, wanted.name)
        async with Azure(place.connection, parse_target(wanted.old).subscription) as azure:
            work = CutOver(
                azure, wanted.old, found.plan, journal, _say,
                batch=batch, pause=pause, patience=health_timeout, dry=dry_run,
            )  # fmt: skip
            with journal.held():
                code = await _done(work, step, folder, rollback=rollback, retire=retire or step is StepName.RETIRE)
        if dry_run:
            sys.stdout.write(json.dumps([each.to_json() for each in work.calls], indent=2) + "\n")
        return code

    guard(body)


def _ask(*, rollback: bool, retire: bool, sure: bool) -> None:
    """Ask before a set is deleted."""
    if retire and not sure:
        confirm("migrate run --retire", "delete the old set at the end? This cannot be undone.")
    if rollback and not sure:
        confirm("migrate run --rollback", "take the new set out of service and delete it?")


async def _done(work: CutOver, step: StepName | None, folder: Path, *, rollback: bool, retire: bool) -> int:
    """Go on or back; whoever interrupts it is told where it stands."""
    import asyncio  # noqa: PLC0415 - help does not wait for it

    from scaleset_operations.cli import stopping  # noqa: PLC0415

    try:
        await (_back(work) if rollback else _forward(work, step, retire=retire))
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
        done = ", ".join(work.journal.done) or "none"
        more = " --rollback" if rollback else ""
        _say(f"Interrupted. Done: {done}. `scaleset migrate run {folder}{more}` goes on where it stopped.")
        return stopping.code_now()
    return 0


def _say(text: str) -> None:
    err().print(text, markup=False, highlight=False)


def chosen(found: list[Saved], name: str) -> Saved:
    """The plan that is meant."""
    wanted = [each for each in found if not name or each.old.rsplit("/", 1)[-1].lower() == name.lower()]
    if len(wanted) == 1:
        return wanted[0]
    names = ", ".join(each.old.rsplit("/", 1)[-1] for each in found)
    raise UsageError(
        f"--name {name!r}: the plan has {names or 'no set'}."
        if name
        else f"the plan has {names}: choose one with --name."
    )


async def _forward(work: CutOver, only: StepName | None, *, retire: bool) -> None:
    from scaleset_migration.steps import STEPS, Step  # noqa: PLC0415

    done = list(work.journal.done)
    if only is not None:
        before = [each.value for each in list(Step)[: list(Step).index(Step(only.value))] if each.value not in done]
        if before:
            raise UsageError(f"--step {only}: {', '.join(before)} comes first.")
    wanted = [Step(only.value)] if only else [each for each in Step if each is not Step.RETIRE or retire]
    await work.begin(retire=retire)
    for step in wanted:
        if step.value in done:
            _say(f"{step}: done before")
            continue
        _say(f"{step}: {STEPS[step].does}")
        await work.forward(step)
        _say(f"{step}: {'planned' if work.dry else 'done'}. {STEPS[step].check}")
    if not retire and only is None and not work.dry:
        _say(
            f"{work.old.name} is in no backend pool and still exists. Delete it with --retire when nobody "
            "needs it any more."
        )


async def _back(work: CutOver) -> None:
    from scaleset_migration.steps import STEPS, Step  # noqa: PLC0415

    if "retire" in work.journal.done:
        raise UsageError("the old set is deleted: this cannot be undone.")
    if not work.journal.before:
        raise UsageError("nothing was begun: there is nothing to undo.")
    for step in reversed([each for each in Step if each is not Step.RETIRE]):
        _say(f"{step}: {STEPS[step].back}")
        await work.backward(step)
    if not work.dry:
        work.journal.forget()
        _say("Undone: the old set serves as before.")
