"""What ``migrate plan`` and ``migrate run`` do for an availability set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scaleset_migration.cli.walking import check_undoable, say, walk, wanted_steps

if TYPE_CHECKING:
    from scaleset_migration.availability.moving import Move


def question(work: Move) -> str:
    """What is asked before machines are moved."""
    count = len(work.plan.machines)
    machines = f"{count} machines" if count > 1 else "the machine"
    if work.plan.way.value == "convert":
        return f"convert {work.name}? Its {machines} keep running. This cannot be undone."
    batch = work.manner.batch
    return (
        f"stop, move and start {machines} of {work.name}, {batch} at a time? A machine that has moved cannot move back."
    )


async def forward(work: Move, only: str, *, retire: bool) -> None:
    """Do all steps that are left, or one.

    Raises:
        UsageError: The step can't be done now.
        CheckFailedError: A check failed.
    """
    from scaleset_migration.availability.ways import Way, steps  # noqa: PLC0415 - help does not wait for it

    wanted = wanted_steps(work.steps, only, work.journal.done, retire=retire)
    await work.begin(retire=retire)
    await walk(work, wanted, steps(work.plan.way), work.forward)
    if not only and not work.dry:
        if work.plan.way is Way.MIGRATE and not retire:
            say(f"{work.name} is empty, and still exists. Delete it with --retire.")
        group = work.plan.new.split("/")[4]
        say(f"Under Pulumi: scaleset adopt -g {group} -n {work.plan.name} --out {work.plan.name}")


async def back(work: Move) -> None:
    """Cancel, and undo what can be undone.

    Raises:
        UsageError: Nothing was begun.
        CheckFailedError: Machines have moved, and stay moved.
    """
    check_undoable(work, "the availability set")
    await work.backward()
    if not work.dry:
        work.journal.forget()
        say("Undone: the availability set is as before.")
