"""Which scale sets use a part of the network: by their model, by an instance's own model, or by its interface.

Azure names the set in all three cases. An instance of a Uniform set that is not on the newest model goes on using what
its own model names (Azure/vm-scale-sets issue 53: a pool can be removed only after the instances were upgraded).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from arm_simulator.core import errors
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.references import Reference
from arm_simulator.providers.network.base import id_of, unique

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

_SET = re.compile(r"^.*?/providers/Microsoft\.Compute/virtualMachineScaleSets/[^/]+", re.IGNORECASE)


def scale_sets_in(users: Iterable[Reference]) -> list[str]:
    """The ids of the sets among the users, without repetitions."""
    return unique(match.group() for user in users if (match := _SET.match(user.via)))


def check_rules_stay(ctx: Context, balancer: ResourceId, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """A load-balancing rule cannot go while its probe is a set's health probe, whichever other rules have that probe.

    Azure's words are those of terraform-provider-azurerm issue 4769; azure-cli issue 14167 has a second rule with the
    same probe.

    Raises:
        ArmError: 400 CannotRemoveRuleUsedByProbeUsedByVMSS.
    """
    kept = {str(rule["name"]).lower() for rule in after.get("loadBalancingRules") or []}
    for rule in before.get("loadBalancingRules") or []:
        probe = id_of((rule.get("properties") or {}).get("probe"))
        if not probe or str(rule["name"]).lower() in kept:
            continue
        sets = scale_sets_in(ctx.store.referrers(probe))
        if sets:
            text = "Load balancer rule {} cannot be removed because the rule references the load balancer probe {} "
            text += "that is used as health probe by VM scale set {}. To remove this rule, please update VM scale set "
            text += "to remove the reference to the probe."
            rule_id = f"{balancer}/loadBalancingRules/{rule['name']}"
            raise errors.in_use("CannotRemoveRuleUsedByProbeUsedByVMSS", text.format(rule_id, probe, sets[0]))
