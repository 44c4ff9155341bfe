"""The outcome of a rule on one resource."""

import traceback
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from scaleset_core.facts import checks
from scaleset_core.facts.checks import Finding

__all__ = ["PASSES", "Finding", "Outcome", "Verdict", "failed", "not_applicable", "told"]


class Verdict(StrEnum):
    """An outcome in one word."""

    FAILED = "failed"
    """The rule itself failed: a fault of the rule, not of the resource."""
    VIOLATES = "violates"
    UNDECIDED = "undecided"
    PASSES = "passes"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a rule on one resource.

    Attributes:
        findings: The places that break the rule.
        undecided: The property paths whose values are needed to decide the rest.
        not_applicable: Why the rule does not look at this resource, ``""`` if it does.
        failure: How the rule's own code failed (the exception's type and place, never its text, which may contain a
            secret), ``""`` if it did not.
    """

    findings: tuple[Finding, ...] = ()
    undecided: tuple[str, ...] = ()
    not_applicable: str = ""
    failure: str = ""

    @property
    def verdict(self) -> Verdict:
        """The outcome in one word; a violation takes precedence over an unknown value."""
        if self.failure:
            return Verdict.FAILED
        if self.findings:
            return Verdict.VIOLATES
        if self.undecided:
            return Verdict.UNDECIDED
        return Verdict.NOT_APPLICABLE if self.not_applicable else Verdict.PASSES


PASSES = Outcome()
"""The outcome of a rule that a resource complies with: that of most, so there is one."""


def told(outcome: checks.Outcome) -> Outcome:
    """The outcome of a check as a rule's."""
    return PASSES if outcome.clean else Outcome(outcome.findings, outcome.undecided)


def not_applicable(reason: str) -> Outcome:
    """The outcome of a rule that does not look at this resource."""
    return Outcome(not_applicable=reason)


def failed(error: Exception) -> Outcome:
    """The outcome of a rule whose code raised ``error``."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Outcome(failure=f"{type(error).__name__}{place}")
