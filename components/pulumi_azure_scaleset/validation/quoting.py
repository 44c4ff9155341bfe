"""Problems in the mode table's words."""

from typing import Any

from pulumi_azure_scaleset.errors import Problem
from scaleset_core.facts.checks import show
from scaleset_core.modes import rule


def quote(rule_id: str, field: str, value: Any = None) -> Problem:
    """The problem that ``field`` breaks the rule, in the table's own words: what, why, and what to do instead."""
    entry = rule(rule_id)
    got = "" if value is None else f"got {show(value)}. "
    return Problem(field, f"{got}{entry.statement} Why: {entry.reason}. Instead: {entry.alternative}.")
