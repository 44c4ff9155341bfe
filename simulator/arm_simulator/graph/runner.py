"""The process that runs queries, from the server's side: started at the first query, ended when one takes too much."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arm_simulator.graph.rows import Change

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take.

    Attributes:
        seconds: On the clock.
        megabytes: Of memory, for data; the process as a whole may have twice as much.
        answer: Characters of the answer; Azure's limit.
    """

    seconds: float = 10.0
    megabytes: int = 512
    answer: int = 16_777_216


class LimitError(Exception):
    """A query took too much; the process that ran it is gone. ``kind`` is ``time`` or ``memory``."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Runner:
    """The process. Its methods block, and are called by one thread at a time, except :meth:`close`.

    Attributes:
        limits: Of each query.
        generation: Counts the processes: another one has empty tables.
    """

    def __init__(self) -> None:
        self.limits = Limits()
        self.generation = 0
        self._process: subprocess.Popen[str] | None = None
        self._scope: Any = None
        self._starting = threading.Lock()
        self._closed = False

    def run(self, change: Change, scope: tuple[tuple[str, ...], tuple[str, ...]], query: dict[str, Any]) -> Any:
        """Change the tables, then run a query on them.

        Raises:
            LimitError: It took too much time or memory.
        """
        process = self._started()
        asked = {
            **query,
            "gone": change.gone,
            "rows": change.rows,
            "scope": None if scope == self._scope else scope,
            "seconds": self.limits.seconds,
            "answer": self.limits.answer,
        }
        self._scope = scope
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except (OSError, ValueError):  # it is gone, or was closed by the server's end
            answer = ""
        if answer.endswith("\n"):
            found = json.loads(answer)
            if found.get("error") != "memory":
                return found
            self._end()
            raise LimitError("memory")
        raise LimitError("time" if self._end() == -signal.SIGALRM else "memory")

    def _started(self) -> subprocess.Popen[str]:
        with self._starting:
            if self._closed:
                raise LimitError("time")
            if self._process is None:
                paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
                environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
                self._process = subprocess.Popen(  # noqa: S603 - this Python, with a module of ours
                    [sys.executable, "-m", "arm_simulator.graph.worker", str(self.limits.megabytes)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                    env=environment,
                )
            return self._process

    def _end(self) -> int:
        """End the process; its exit code."""
        with self._starting:
            process, self._process, self._scope = self._process, None, None
            self.generation += 1
        if process is None:
            return 0
        with suppress(OSError):  # what was not sent is lost with the process
            process.stdin.close() if process.stdin else None
        try:
            code = process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        if process.stdout:
            process.stdout.close()
        return code

    def close(self) -> None:
        """End the process, also in the middle of a query; it is never started again."""
        with self._starting:
            self._closed = True
            if self._process is not None:
                self._process.kill()

    def tidy(self) -> None:
        """After :meth:`close`, when no thread runs a query any more."""
        self._end()
