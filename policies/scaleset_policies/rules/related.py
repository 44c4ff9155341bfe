"""Rules of the mode table that need several resources: what each looks at, and where it is decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scaleset_policies import arm_types
from scaleset_policies.rule import Decide, Scope
from scaleset_policies.rules import related_load_balancers, related_machines, related_outbound, related_protection


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


_VM, _LOCK, _POOL = arm_types.VIRTUAL_MACHINE, arm_types.LOCK, arm_types.STANDBY_POOL

RELATED: Final[Mapping[str, Related]] = {
    "fault-domain-in-range": _stack(related_machines.fault_domain_in_range, _VM),
    "instance-zone-in-set": _stack(related_machines.instance_zone_in_set, _VM),
    "attach-needs-no-placement-group": _stack(related_machines.attach_needs_no_placement_group, _VM),
    "attach-existing-needs-one-fault-domain": _stack(related_machines.attach_existing_needs_one_fault_domain, _VM),
    "instances-by-name-on-uniform": _stack(related_machines.instances_by_name_on_uniform, _VM),
    "set-actions-protection-needs-scale-in": Related(
        Scope.RESOURCE, frozenset({arm_types.SCALE_SET_VM}), related_machines.set_actions_protection_needs_scale_in
    ),
    "nat-pool-serves-flexible": _stack(related_load_balancers.nat_pool_serves_flexible, arm_types.LOAD_BALANCER),
    "explicit-outbound-on-flexible": _stack(related_outbound.explicit_outbound, arm_types.SCALE_SET),
    "standby-pool-on-uniform": _stack(related_machines.standby_pool_on_uniform, _POOL),
    "standby-pool-one-fault-domain": _stack(related_machines.standby_pool_limits, _POOL),
    "protected-instance-without-lock": _stack(
        related_protection.protected_instance_without_lock, _VM, arm_types.SCALE_SET_VM
    ),
    "lock-blocks-own-stack": _stack(related_protection.lock_blocks_own_stack, _LOCK),
}
"""By the rule's id in the mode table."""
