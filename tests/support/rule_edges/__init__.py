"""Rules of the mode table on both sides of each edge: properties, and the places that break the rule."""

from support.rule_edges.capacity import CAPACITY
from support.rule_edges.machine import MACHINE
from support.rule_edges.upgrade import HEALTH_RULES, UPGRADE

EDGES = {**CAPACITY, **HEALTH_RULES, **UPGRADE, **MACHINE}
"""The cases by the rule's id."""
