"""Ctrl-C, SIGTERM and SIGHUP: the first one ends the command with a report, the second one at once."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextvars import ContextVar

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_BASE = 128
"""A shell's exit code for a signal is this and the signal's number."""


class Stopped(Exception):  # noqa: N818 - no error: somebody wished it
    """The command was stopped before it changed anything.

    Attributes:
        code: The exit code.
    """

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(code)


class Stop:
    """The signals that have come so far.

    Attributes:
        code: The exit code of the first signal; 0: there was none.
        last_words: Prints the state for a user who does not wait for the report.
    """

    def __init__(self) -> None:
        self.code = 0
        self.last_words: Callable[[], None] = lambda: None

    def strike(self, number: int, task: asyncio.Task[int]) -> None:
        """A signal came."""
        if not self.code:
            self.code = _BASE + number
            task.cancel()
            return
        try:
            self.last_words()
        finally:
            for stream in (
                sys.stdout,
                sys.stderr,
            ):  # what is written into a pipe waits for it, and the process ends here
                with contextlib.suppress(OSError, ValueError):
                    stream.flush()
            os._exit(self.code)


CURRENT: ContextVar[Stop | None] = ContextVar("stop", default=None)


def told() -> None:
    """The report is about to be printed: a second signal has nothing to add to it."""
    stop = CURRENT.get()
    if stop is not None:
        stop.last_words = lambda: None


def code_now() -> int:
    """The exit code of the signal that stops this command; 0: none came."""
    stop = CURRENT.get()
    return stop.code if stop is not None else 0


async def run(work: Callable[[], Awaitable[int]]) -> int:
    """Run a command.

    Raises:
        Stopped: A signal came, and the work did not report on it itself.
    """
    stop = Stop()
    CURRENT.set(stop)
    task = asyncio.current_task()
    assert task is not None
    heard = [number for number in _SIGNALS if _listen(number, stop, task)]
    try:
        return await work()
    except asyncio.CancelledError:
        if stop.code:
            raise Stopped(stop.code) from None
        raise
    finally:
        for number in heard:
            asyncio.get_running_loop().remove_signal_handler(number)
            if stop.code:  # the report is out and the process ends: a late signal must not change its exit code
                signal.signal(number, signal.SIG_IGN)


def _listen(number: signal.Signals, stop: Stop, task: asyncio.Task[int]) -> bool:
    """Listen for a signal, unless the parent process ignores it (nohup), or this is not the main thread."""
    if signal.getsignal(number) is signal.SIG_IGN:
        return False
    try:
        asyncio.get_running_loop().add_signal_handler(number, stop.strike, number, task)
    except (RuntimeError, ValueError):
        return False
    return True
