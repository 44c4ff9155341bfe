"""An example for each rule: a whole program that breaks it and one that complies, built from the rules' records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scaleset_policies.examples.programs import Program, program
from scaleset_policies.rule import Rule
from scaleset_policies.rules import RULES

__all__ = ["EXAMPLES", "Example", "Program", "example_of"]


@dataclass(frozen=True)
class Example:
    """A whole program that breaks a rule and one that complies with it.

    Attributes:
        bad: A program that breaks the rule.
        good: The same program, corrected.
        changes: The places that differ from the program that complies with every rule, as ``resource:path``.
        also: Ids of other rules that the bad program unavoidably breaks.
        tolerates: Ids of rules that the good program unavoidably breaks.
        before: For rules about a change: the named resources' previous properties.
        note: A sentence about the examples, or ``""``.
    """

    bad: Program
    good: Program
    changes: tuple[str, ...]
    also: tuple[str, ...] = ()
    tolerates: tuple[str, ...] = ()
    before: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    note: str = ""


def example_of(rule: Rule) -> Example:
    """The programs of one rule."""
    given = rule.example
    assert given is not None
    return Example(
        program(given.bad),
        program(given.good),
        given.places,
        also=given.also,
        tolerates=given.tolerates,
        before=given.before,
        note=given.note,
    )


EXAMPLES: Mapping[str, Example] = {rule.name: example_of(rule) for rule in RULES.values()}
"""By the rule's name."""
