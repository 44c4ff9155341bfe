"""What ``migrate plan`` and ``migrate run`` do for an availability set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scaleset_operations.cli.output import err
from scaleset_operations.errors import UsageError

if TYPE_CHECKING:
    from scaleset_migration.availability.moving import Move


def step_of(work: Move, only: str) -> None:
    """Check that a step is one of the way's, and that those before it are done.

    Raises:
        UsageError: It isn't, or they aren't.
    """
    names = [each.value for each in work.steps]
    if only not in names:
        raise UsageError(f"--step {only}: the steps of this plan ({work.plan.way}) are {', '.join(names)}.")
    before = [each for each in names[: names.index(only)] if each not in work.journal.done]
    if before:
        raise UsageError(f"--step {only}: {', '.join(before)} comes first.")


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
    from scaleset_migration.availability.ways import MoveStep, Way, steps  # noqa: PLC0415 - help does not wait for it

    if only:
        step_of(work, only)
    told, done = steps(work.plan.way), list(work.journal.done)
    wanted = [each for each in work.steps if (each.value == only if only else each is not MoveStep.RETIRE or retire)]
    await work.begin(retire=retire)
    for step in wanted:
        if step.value in done:
            _say(f"{step}: done before")
            continue
        _say(f"{step}: {told[step].does}")
        await work.forward(step)
        _say(f"{step}: {'planned' if work.dry else 'done'}. {told[step].check}")
    if not only and not work.dry:
        if work.plan.way is Way.MIGRATE and not retire:
            _say(f"{work.name} is empty, and still exists. Delete it with --retire.")
        group = work.plan.new.split("/")[4]
        _say(f"Under Pulumi: scaleset adopt -g {group} -n {work.plan.name} --out {work.plan.name}")


async def back(work: Move) -> None:
    """Cancel, and undo what can be undone.

    Raises:
        UsageError: Nothing was begun.
        CheckFailedError: Machines have moved, and stay moved.
    """
    if "retire" in work.journal.done:
        raise UsageError("the availability set is deleted: nothing can be undone.")
    if not work.journal.before:
        raise UsageError("nothing was begun: there is nothing to undo.")
    await work.backward()
    if not work.dry:
        work.journal.forget()
        _say("Undone: the availability set is as before.")


def _say(text: str) -> None:
    err().print(text, markup=False, highlight=False)
