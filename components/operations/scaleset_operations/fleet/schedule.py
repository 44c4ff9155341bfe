"""Waves and bounded parallelism: which stack starts when, and which never does."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from enum import Enum

from scaleset_operations.fleet.plan import StackPlan


class Outcome(Enum):
    """How a stack ended."""

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Result:
    """The end of one stack.

    Attributes:
        plan: The stack.
        outcome: How it ended.
        changes: How many resources had which operation: create, update, replace, delete, same.
        seconds: How long it took.
        reason: Why it failed or was skipped.
    """

    plan: StackPlan
    outcome: Outcome
    changes: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    reason: str = ""


Work = Callable[[StackPlan], Result]
Finished = Callable[[Result], None]


def next_ready(
    waiting: Sequence[StackPlan], running: Sequence[StackPlan], ended: Mapping[str, Result]
) -> StackPlan | None:
    """The stack to start now, if any: one whose needs are met, in the subscription with the fewest running.

    Azure counts requests by subscription, so stacks of different ones slow each other down least.

    Args:
        waiting: The stacks of this wave that have not started, in their order.
        running: Those that run.
        ended: The results so far, of this wave and those before.
    """
    open_names = {plan.name for plan in (*waiting, *running)}
    ready = [plan for plan in waiting if not open_names.intersection(plan.needs) and blocked(plan, ended) is None]
    busy = Counter(plan.subscription for plan in running)
    return min(ready, key=lambda plan: busy[plan.subscription], default=None)


def blocked(plan: StackPlan, ended: Mapping[str, Result]) -> str | None:
    """The stack that this one needs and that did not succeed, or None. A need that is not part of the run is met."""
    return next((need for need in plan.needs if need in ended and ended[need].outcome is not Outcome.DONE), None)


def run_waves(
    waves: Sequence[Sequence[StackPlan]],
    work: Work,
    *,
    parallel: int,
    keep_going: bool,
    stopping: threading.Event,
    finished: Finished,
) -> list[Result]:
    """Run all stacks, wave by wave.

    A wave ends when each of its stacks has; the next one starts if none failed.

    Args:
        waves: The stacks of each wave.
        work: Runs one stack; it reports failures by its result.
        parallel: How many stacks run at once, at most.
        keep_going: Start a wave even if one before it failed.
        stopping: Set when no further stack may start.
        finished: Called with each result, in the order of completion.
    """
    ended: dict[str, Result] = {}

    def end(result: Result) -> None:
        ended[result.plan.name] = result
        finished(result)

    failed_wave: int | None = None
    with ThreadPoolExecutor(max_workers=parallel) as pool:
        for wave in waves:
            if failed_wave is not None and not keep_going:
                for plan in wave:
                    end(Result(plan, Outcome.SKIPPED, reason=f"wave {failed_wave} failed"))
                continue
            _run_wave(wave, work, pool, parallel, stopping, ended, end)
            if any(ended[plan.name].outcome in {Outcome.FAILED, Outcome.CANCELLED} for plan in wave):
                failed_wave = wave[0].wave
    return list(ended.values())


def _run_wave(
    wave: Sequence[StackPlan],
    work: Work,
    pool: ThreadPoolExecutor,
    parallel: int,
    stopping: threading.Event,
    ended: Mapping[str, Result],
    end: Finished,
) -> None:
    waiting = list(wave)
    running: dict[Future[Result], StackPlan] = {}
    while waiting or running:
        if stopping.is_set():
            _drop(waiting, end)
        for plan, need in [(plan, need) for plan in waiting if (need := blocked(plan, ended))]:
            waiting.remove(plan)
            end(Result(plan, Outcome.SKIPPED, reason=f"it needs {need}, which has not been done"))
        while len(running) < parallel and (chosen := next_ready(waiting, [*running.values()], ended)):
            waiting.remove(chosen)
            running[pool.submit(work, chosen)] = chosen
        if running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                del running[future]
                end(future.result())


def _drop(waiting: list[StackPlan], end: Finished) -> None:
    while waiting:
        end(Result(waiting.pop(0), Outcome.CANCELLED, reason="interrupted before it started"))
