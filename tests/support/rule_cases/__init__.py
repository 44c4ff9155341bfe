"""One accepted and one rejected case for each property rule of the mode table, for both sides."""

from support.rule_cases.machine import DISKS, MACHINE
from support.rule_cases.parts import RuleCase
from support.rule_cases.placement import NETWORK, PLACEMENT
from support.rule_cases.today import EXCLUDES, IMAGES, SIGNALS, SIZES
from support.rule_cases.upgrade import HEALTHY, PRICE, UPGRADE

__all__ = ["CASES", "RuleCase"]

CASES: dict[str, RuleCase] = {
    **PLACEMENT,
    **NETWORK,
    **UPGRADE,
    **HEALTHY,
    **PRICE,
    **MACHINE,
    **DISKS,
    **SIGNALS,
    **IMAGES,
    **SIZES,
    **EXCLUDES,
}
"""By the rule's id. The rules that are missing here have separate tests."""
