"""Regular expressions that a fault is found by: of the kind that cannot keep the server busy.

Python's ``re`` has no time limit, and a pattern such as ``(a+)+$`` takes longer than anybody waits. So patterns are
refused that repeat what has a choice in itself, and those with many repetitions; only the first part of a path is
searched. The worst that is left takes seconds, such as ``a*a*x`` on a path of nothing but ``a``.
"""

from __future__ import annotations

import re
import warnings

MOST_CHARACTERS = 400
MOST_REPETITIONS = 2
MOST_CHOICES = 4
SEARCHED = 512
"""How many characters of a path are searched."""

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[*+?]|\{\d*,?\d*\}|\(\?|[()|]|.", re.DOTALL)
_REPEATS = re.compile(r"[*+]|\{\d*,?\d*\}")


def compiled(text: str) -> re.Pattern[str]:
    """The pattern, which ignores case.

    Raises:
        ValueError: It is no regular expression, or one that may take long; the message says what to do instead.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"'path_regex' has {len(text)} characters; at most {MOST_CHARACTERS} are possible")
    problem = _problem(text)
    if problem:
        raise ValueError(f"'path_regex' {problem}; name the path more exactly instead")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return re.compile(text, re.IGNORECASE)
        except (re.error, Warning, OverflowError, RecursionError) as error:
            raise ValueError(f"'path_regex' is not a regular expression: {error}") from None


def _problem(text: str) -> str:
    """Why a pattern may take long; empty: it cannot."""
    repetitions, optional = 0, 0
    open_groups = [False]  # whether each has a choice in it: a repetition, an alternative, something optional
    closed = False  # whether the part before ended a group with a choice
    for part in (found[0] for found in _TOKEN.finditer(text)):
        repeats = _REPEATS.fullmatch(part) is not None
        if part[0] == "\\" and part[1:].isdigit():
            return "refers back to a group"
        if repeats and closed:
            return "repeats a group that has repetitions or alternatives itself"
        closed = False
        if part[0] == "(":
            open_groups.append(False)
        elif part == ")" and len(open_groups) > 1:
            closed = open_groups.pop()
            open_groups[-1] |= closed
        elif repeats or part in "?|":
            repetitions += repeats
            optional += not repeats
            open_groups[-1] = True
    if repetitions > MOST_REPETITIONS:
        return f"has {repetitions} repetitions; at most {MOST_REPETITIONS} are possible"
    if optional > MOST_CHOICES:
        return f"has {optional} alternatives and optional parts; at most {MOST_CHOICES} are possible"
    return ""
