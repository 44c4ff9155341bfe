"""Rules of the mode table that need several resources: what each looks at, and where it is decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scaleset_policies import arm_types
from scaleset_policies.rule import Decide, Scope
from scaleset_policies.rules import related_load_balancers


@dataclass(frozen=True, slots=True)
class Related:
    """How a rule is decided.

    Attributes:
        scope: What has to be looked at together.
        types: The ARM types whose resources it looks at.
        decide: The decision.
    """

    scope: Scope
    types: frozenset[str]
    decide: Decide


def _stack(decide: Decide, *types: str) -> Related:
    return Related(Scope.STACK, frozenset(types), decide)


RELATED: Final[Mapping[str, Related]] = {
    "nat-pool-serves-flexible": _stack(related_load_balancers.nat_pool_serves_flexible, arm_types.LOAD_BALANCER),
}
"""By the rule's id in the mode table."""
