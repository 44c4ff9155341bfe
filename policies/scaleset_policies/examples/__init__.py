"""An example for each rule: a program that breaks it and a program that keeps it."""

from collections.abc import Mapping

from scaleset_policies.examples import of_practice, of_related, of_sets, of_upgrades
from scaleset_policies.examples.programs import Example, Program

__all__ = ["EXAMPLES", "Example", "Program"]

EXAMPLES: Mapping[str, Example] = {
    **of_sets.EXAMPLES,
    **of_upgrades.EXAMPLES,
    **of_related.EXAMPLES,
    **of_practice.EXAMPLES,
}
"""By the rule's name."""
