"""Journals of the command line's runs: where they are, and how a run goes on from one."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from scaleset_operations.errors import UsageError
from scaleset_operations.report import Report, State

if TYPE_CHECKING:
    from scaleset_operations import Operations
    from scaleset_operations.executor import Prior
    from scaleset_operations.journal import Journal, Story
    from scaleset_operations.planning import Plan

_OPEN = frozenset({State.UNKNOWN, State.PENDING})


@dataclass(slots=True)
class Log:
    """The journal of a run.

    Attributes:
        journal: The open file; None: there is none, since nothing is written to Azure or no file can be made.
        prior: What an earlier run left.
        keep: Whether the file stays in any case: its place was given.
        notes: What the user should know.
    """

    journal: Journal | None = None
    prior: Mapping[int, Prior] = field(default_factory=dict)
    keep: bool = False
    notes: list[str] = field(default_factory=list)

    def close(self, report: Report) -> Report:
        """Close the file; the report with what leads back to it, where something is left."""
        if self.journal is None:
            return report
        left = bool(report.of(*_OPEN))
        self.journal.close(remove=not left and not self.keep)
        return report if not left else replace(report, notes=(*report.notes, way_back(self.journal.path, report)))


def way_back(path: Path, report: Report) -> str:
    """How to find out, and to go on."""
    unknown, pending = len(report.of(State.UNKNOWN)), len(report.of(State.PENDING))
    parts = [
        *([f"how {unknown} ended is not known"] if unknown else []),
        *([f"{pending} were not started"] if pending else []),
    ]
    return (
        f"{' and '.join(parts)}: `scaleset resume {path}`, or the same command with --resume, asks Azure and does only "
        "what was not done"
    )


def begin(operations: Operations, plan: Plan, *, path: str, title: str, batch: int) -> Log:
    """The journal of a new run."""
    from scaleset_operations import journal, resume  # noqa: PLC0415 - help does not wait for it

    if all(call.reads for call in plan.calls):
        return Log()
    wire = operations.azure.retries
    endpoint = operations.azure.connection.endpoint
    log = Log(keep=bool(path))
    try:
        earlier = journal.unfinished(title, plan.target.id, endpoint)
        place = Path(path) if path else journal.new_path()
    except OSError as error:
        log.notes.append(f"there is no journal, so this run cannot be resumed: {error}")
        return log
    if earlier is not None:
        log.notes.append(f"an earlier run was interrupted and not resumed: `scaleset resume {earlier.path}`")
    log.journal = journal.Journal(place, clock=lambda: time.time() + wire.skew)
    log.journal.begin(resume.header(plan, endpoint=endpoint, title=title, batch=batch), plan.calls)
    return log


def find_story(operations: Operations, title: str, path: str) -> Story:
    """The journal that ``--resume`` means.

    Raises:
        UsageError: There is none, or it is another command's.
    """
    from scaleset_operations import journal  # noqa: PLC0415 - help does not wait for it

    endpoint = operations.azure.connection.endpoint
    story = journal.read(Path(path)) if path else journal.unfinished(title, operations.target.id, endpoint)
    if story is None:
        raise UsageError(
            f"--resume: no interrupted run of `scaleset {title}` on {operations.target.name} was found. Leave "
            "--resume out to begin a new one."
        )
    header = story.header
    if header["title"] != title or str(header["target"]).lower() != operations.target.id.lower():
        raise UsageError(
            f"--resume: {path} is the journal of `scaleset {header['title']}` on {header['target']}. Use "
            f"`scaleset resume {path}`."
        )
    return story


async def go_on(
    operations: Operations,
    story: Story,
    planner: Callable[[Operations], Awaitable[Plan]] | None,
    *,
    again: bool = False,
) -> tuple[Plan, Log]:
    """The plan of a journal and what is known of it.

    Args:
        operations: The operations on its scale set.
        story: The journal.
        planner: Makes the plan again, for bodies that were not kept; None: there is no planner.
        again: Whether to send again what left no trace in Azure.
    """
    from scaleset_operations import journal, resume  # noqa: PLC0415 - help does not wait for it

    wire = operations.azure.retries
    opened = journal.Journal(story.path, fresh=False, clock=lambda: time.time() + wire.skew)
    try:
        story = journal.read(story.path)  # again: now that nobody else writes to it
        if planner is None:
            resume.check_alone(story)
        elif resume.lacks_bodies(story):
            resume.with_bodies(story, await planner(operations))
        found = await resume.find(operations.azure, story, again=again)
        plan = resume.plan_of(story, found)
    except BaseException:
        opened.close(remove=False)
        raise
    return plan, Log(journal=opened, prior=found.prior, keep=not journal.is_ours(story.path))
