"""How fast a plan is carried out."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_CONCURRENCY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast.

    Attributes:
        concurrency: Requests under way at the same time, at most. What Azure has accepted and works on has no part in
            it; ``batch`` bounds that.
        batch: Instances that are finished before the next ones start; 0: no batches. A batch with failures is the last.
        pause: Seconds between two batches.
        wait: Whether to wait for the end of each long-running operation.
    """

    concurrency: int = DEFAULT_CONCURRENCY
    batch: int = 0
    pause: float = 0.0
    wait: bool = True
