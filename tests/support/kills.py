"""Processes that are killed when they have made a certain request."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from arm_simulator.testing import RunningSimulator


@contextmanager
def killed_at(
    simulator: RunningSimulator,
    process: subprocess.Popen[str],
    number: int,
    matches: Callable[[Any], bool],
    *,
    after: bool,
) -> Iterator[None]:
    """``kill -9`` at the n-th request that matches, before or after it took effect; the block waits for the end.

    Args:
        simulator: What the process talks to.
        process: The process.
        number: Which request, from 1.
        matches: Whether a request counts.
        after: Whether the request still takes effect; else it is lost.
    """
    seen = [0]

    def hit(call: Any) -> bool:
        if not matches(call):
            return False
        seen[0] += 1
        if seen[0] != number:
            return False
        process.kill()
        process.wait()
        return True

    if after:
        simulator.control.after = lambda call: (hit(call), None)[1]
    else:
        simulator.control.before = hit
    try:
        yield
    finally:
        simulator.control.before = lambda _: False
        simulator.control.after = lambda _: None
