"""The steps of a run on the terminal: those that are left, each announced, done and confirmed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from scaleset_operations.cli.output import err
from scaleset_operations.errors import UsageError

if TYPE_CHECKING:
    from scaleset_migration.cutover.calling import Caller
    from scaleset_migration.steps import Told


_S = TypeVar("_S", bound=StrEnum)


def say(text: str) -> None:
    """A line of progress."""
    err().print(text, markup=False, highlight=False)


def wanted_steps(steps: Sequence[_S], only: str, done: Sequence[str], *, retire: bool) -> list[_S]:
    """The steps to run: one, or all; the deletion of what was there before only if it is wanted.

    Args:
        steps: The steps of the plan, in order.
        only: The step that was asked for, ``""`` for all.
        done: The steps that are done.
        retire: Whether the old set is deleted in the end.

    Raises:
        UsageError: The plan has no such step, or others come before it.
    """
    if not only:
        return [each for each in steps if each.value != "retire" or retire]
    names = [each.value for each in steps]
    if only not in names:
        raise UsageError(f"--step {only}: the steps of this plan are {', '.join(names)}.")
    before = [each for each in names[: names.index(only)] if each not in done]
    if before:
        raise UsageError(f"--step {only}: {', '.join(before)} comes first.")
    return [steps[names.index(only)]]


async def walk(
    work: Caller, wanted: Sequence[_S], told: Mapping[_S, Told], forward: Callable[[_S], Awaitable[None]]
) -> None:
    """Run the steps; those that an earlier run did are passed over.

    Args:
        work: The run.
        wanted: The steps, in order.
        told: The description of each.
        forward: Does a step and checks it.
    """
    done = list(work.journal.done)
    for step in wanted:
        if step.value in done:
            say(f"{step}: done before")
            continue
        say(f"{step}: {told[step].does}")
        await forward(step)
        say(f"{step}: {'planned' if work.dry else 'done'}. {told[step].check}")


def check_undoable(work: Caller, deleted: str) -> None:
    """Refuse to undo what can't be undone, or was never begun.

    Args:
        work: The run.
        deleted: What the last step deletes, for people.

    Raises:
        UsageError: It is deleted, or nothing was begun.
    """
    if "retire" in work.journal.done:
        raise UsageError(f"{deleted} is deleted: this cannot be undone.")
    if not work.journal.before:
        raise UsageError("nothing was begun: there is nothing to undo.")
