"""Links a decision over several resources to its rule in the mode table."""

from collections.abc import Callable
from dataclasses import dataclass

from scaleset_policies.estate import Estate, Resource
from scaleset_policies.outcome import Outcome
from scaleset_policies.rule import Decide, Scope


@dataclass(frozen=True, slots=True)
class Related:
    """The decision of a rule.

    Attributes:
        rule: The rule's id in the mode table.
        scope: The resources that the decision needs.
        types: The ARM types of the resources that it is about.
        decide: The decision.
    """

    rule: str
    scope: Scope
    types: frozenset[str]
    decide: Decide

    def __call__(self, estate: Estate, resource: Resource) -> Outcome:
        """Call the decision."""
        return self.decide(estate, resource)


def decides(rule: str, *types: str, scope: Scope = Scope.STACK) -> Callable[[Decide], Related]:
    """Mark a function as the decision of a rule over resources of these types."""
    return lambda decide: Related(rule, scope, frozenset(types), decide)
