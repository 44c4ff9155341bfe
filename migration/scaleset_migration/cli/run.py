"""``scaleset migrate run``: the cut-over, step by step."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scaleset_migration.cli.walking import check_undoable, say, walk, wanted_steps
from scaleset_operations.cli.confirming import confirm
from scaleset_operations.cli.guarding import guard
from scaleset_operations.cli.options import ScopeOptions, grouped
from scaleset_operations.errors import UsageError

if TYPE_CHECKING:
    from scaleset_migration.availability.moving import Move
    from scaleset_migration.availability.saved import SavedMove
    from scaleset_migration.cutover.calling import Manner
    from scaleset_migration.cutover.journal import Journal
    from scaleset_migration.cutover.runner import CutOver
    from scaleset_migration.saved import Saved
    from scaleset_operations.azure import Azure


class StepName(StrEnum):
    """A step of the cut-over."""

    CREATE = "create"
    HEALTH = "health"
    JOIN = "join"
    DRAIN = "drain"
    PORTS = "ports"
    RETIRE = "retire"
    START = "start"
    MOVE = "move"
    CONVERT = "convert"


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
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask before a set is deleted or machines are stopped.")
    ] = False,
    batch: Annotated[
        int, typer.Option("--batch", min=1, metavar="N", help="How many instances join, leave or move at a time.")
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
    """Cut over from the old set to the new one, or move an availability set's machines, as `migrate plan` planned it.

    Each step is checked before the next one begins. The progress is saved in the plan's folder: run the command again
    after a failure or an interruption, and it continues. Without --retire the old set stays, in no pool, until you
    delete it.

    Exit code: 0 done, 1 a check failed or Azure refused (what is done stays done), 2 the plan cannot be used.
    """

    async def body() -> int:
        from scaleset_migration import saved  # noqa: PLC0415 - loads the component
        from scaleset_migration.cutover.calling import Manner  # noqa: PLC0415
        from scaleset_migration.cutover.journal import Journal  # noqa: PLC0415
        from scaleset_operations.azure import Azure  # noqa: PLC0415
        from scaleset_operations.cli.settings import resolve_scope  # noqa: PLC0415

        if rollback and (step or retire):
            raise UsageError("--rollback undoes all completed steps: leave --step and --retire out.")
        deleting = retire or step is StepName.RETIRE
        _ask(rollback=rollback, retire=deleting, sure=yes or dry_run)
        wanted = chosen(saved.load(folder), name)
        place, journal = resolve_scope(scope), Journal(folder, wanted.name)
        manner = Manner(batch, pause, health_timeout, dry=dry_run)
        async with Azure(place.connection, wanted.old.split("/")[2]) as azure:
            work = _work(azure, wanted, journal, manner)
            if not (rollback or yes or dry_run):
                _ask_to_move(work, step)
            with journal.held():
                code = await _done(work, step, folder, rollback=rollback, retire=deleting)
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


def _work(azure: Azure, wanted: Saved | SavedMove, journal: Journal, manner: Manner) -> CutOver | Move:
    """The run of a plan."""
    from scaleset_migration.saved import Saved  # noqa: PLC0415

    if isinstance(wanted, Saved):
        from scaleset_migration.cutover.runner import CutOver  # noqa: PLC0415

        found = wanted.settled()
        assert found.plan is not None
        return CutOver(azure, wanted.old, found.plan, journal, say, manner)
    from scaleset_migration.availability.moving import Move  # noqa: PLC0415

    return Move(azure, wanted, journal, say, manner)


def _ask_to_move(work: CutOver | Move, step: StepName | None) -> None:
    """Ask before machines are stopped or moved: that cannot be undone."""
    from scaleset_migration.availability.moving import Move  # noqa: PLC0415
    from scaleset_migration.cli import moving  # noqa: PLC0415

    moves = step in {None, StepName.MOVE, StepName.CONVERT}
    if isinstance(work, Move) and moves and not {"move", "convert"} & {*work.journal.done}:
        confirm("migrate run", moving.question(work))


async def _done(work: CutOver | Move, step: StepName | None, folder: Path, *, rollback: bool, retire: bool) -> int:
    """Continue or roll back; if it is interrupted, the state is printed."""
    import asyncio  # noqa: PLC0415 - help does not wait for it

    from scaleset_migration.availability.moving import Move  # noqa: PLC0415
    from scaleset_migration.cli import moving  # noqa: PLC0415
    from scaleset_operations.cli import stopping  # noqa: PLC0415

    try:
        if isinstance(work, Move):
            await (moving.back(work) if rollback else moving.forward(work, step or "", retire=retire))
        else:
            await (_back(work) if rollback else _forward(work, step, retire=retire))
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
        done = ", ".join(work.journal.done) or "none"
        more = " --rollback" if rollback else ""
        say(f"Interrupted. Done: {done}. `scaleset migrate run {folder}{more}` goes on where it stopped.")
        return stopping.code_now()
    return 0


def chosen(found: list[Saved | SavedMove], name: str) -> Saved | SavedMove:
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

    wanted = wanted_steps(list(Step), only or "", work.journal.done, retire=retire)
    await work.begin(retire=retire)
    await walk(work, wanted, STEPS, work.forward)
    if not retire and only is None and not work.dry:
        say(
            f"{work.old.name} is in no backend pool and still exists. Delete it with --retire when nobody "
            "needs it any more."
        )


async def _back(work: CutOver) -> None:
    from scaleset_migration.steps import STEPS, Step  # noqa: PLC0415

    check_undoable(work, "the old set")
    for step in reversed([each for each in Step if each is not Step.RETIRE]):
        say(f"{step}: {STEPS[step].back}")
        await work.backward(step)
    if not work.dry:
        work.journal.forget()
        say("Undone: the old set serves as before.")
