"""What a rule says about one resource."""

from dataclasses import dataclass

from scaleset_core.facts.checks import Finding

__all__ = ["Finding", "Outcome", "Verdict", "not_applicable"]

from enum import StrEnum


class Verdict(StrEnum):
    """An outcome in one word."""

    VIOLATES = "violates"
    UNDECIDED = "undecided"
    PASSES = "passes"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule found at one resource.

    Attributes:
        findings: The places that break the rule.
        undecided: The property paths whose values would be needed to decide the rest.
        not_applicable: Why the rule does not look at this resource, ``""`` if it does.
    """

    findings: tuple[Finding, ...] = ()
    undecided: tuple[str, ...] = ()
    not_applicable: str = ""

    @property
    def verdict(self) -> Verdict:
        """The outcome in one word; what is broken counts more than what is not known."""
        if self.findings:
            return Verdict.VIOLATES
        if self.undecided:
            return Verdict.UNDECIDED
        return Verdict.NOT_APPLICABLE if self.not_applicable else Verdict.PASSES


def not_applicable(reason: str) -> Outcome:
    """The outcome of a rule that does not look at this resource."""
    return Outcome(not_applicable=reason)
