"""How a decision over several resources says which rule of the mode table it decides."""

from collections.abc import Callable
from dataclasses import dataclass

from scaleset_policies.estate import Estate, Resource
from scaleset_policies.outcome import Outcome
from scaleset_policies.rule import Decide, Scope


@dataclass(frozen=True, slots=True)
class Related:
    """How a rule is decided.

    Attributes:
        rule: The rule's id in the mode table.
        scope: What has to be looked at together.
        types: The ARM types whose resources it looks at.
        decide: The decision.
    """

    rule: str
    scope: Scope
    types: frozenset[str]
    decide: Decide

    def __call__(self, estate: Estate, resource: Resource) -> Outcome:
        """The decision itself."""
        return self.decide(estate, resource)


def decides(rule: str, *types: str, scope: Scope = Scope.STACK) -> Callable[[Decide], Related]:
    """Mark a function as the decision of a rule over resources of these types."""
    return lambda decide: Related(rule, scope, frozenset(types), decide)
