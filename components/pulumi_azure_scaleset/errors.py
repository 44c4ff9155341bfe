"""Errors in arguments, for the person who wrote them.

    pulumi.RunError
      ScaleSetArgsError     all problems of one ScaleSet's arguments, before anything is registered

A :class:`pulumi.RunError` ends a program with its message and without a traceback.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi


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
