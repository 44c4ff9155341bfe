"""Errors in arguments, for the person who wrote them.

    pulumi.RunError
      ScaleSetArgsError     all problems of one ScaleSet's arguments, before anything is registered

A :class:`pulumi.RunError` ends a program with its message and without a traceback. Pulumi's Python language host then
adds another error, "program exited with non-zero exit code: 1", unless the exit code says that everything was reported:
:func:`told_once`.
"""

import atexit
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import pulumi

EXECUTORS = ("pulumi-language-python-exec", "run_program.py")
"""The files that run a program for a language host: the official one, and the stand-in of this repository."""

FAILED_AND_SHOWN = 32
"""The exit code of both for a program whose error the user has seen."""

_E = TypeVar("_E", bound=pulumi.RunError)
_last: list[BaseException] = []


def told_once(error: _E) -> _E:
    """Have the program end with the code for an error that was shown, if it is this error that ends it.

    Whether it did is seen from the error at the end: its traceback begins where it was caught. An error that the
    program caught, and one in any other process (a test, an inline program of the Automation API), changes nothing.

    Args:
        error: An error that is about to be raised.
    """
    if not _last:
        atexit.register(_end)
    _last[:] = [error]
    return error


def _end() -> None:
    trace = _last[0].__traceback__
    if trace is None or os.path.basename(trace.tb_frame.f_code.co_filename) not in EXECUTORS:  # noqa: PTH119
        return
    # A function of the exit can't set its code otherwise. What came before this module and would still run is these.
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(FAILED_AND_SHOWN)


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem.

    Attributes:
        field: The argument (``instances['web-1'].zone``).
        message: What is wrong with it, what was expected, and what to do instead.
    """

    field: str
    message: str

    @property
    def root(self) -> str:
        """The top-level argument that the field belongs to."""
        return self.field.split(".", 1)[0].split("[", 1)[0]

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class ScaleSetArgsError(pulumi.RunError, ValueError):
    """The arguments of a ScaleSet are wrong; nothing was registered.

    Attributes:
        problems: All of them.
    """

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(problems)
        heading = f"ScaleSet {name!r}: {count} problem{'s' if count > 1 else ''} in its arguments, nothing was deployed"
        super().__init__("\n".join([f"{heading}:", *(f"  - {problem}" for problem in problems)]))
        told_once(self)
