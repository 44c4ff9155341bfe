"""All rules by their id."""

from collections.abc import Mapping

from scaleset_policies.rule import Rule
from scaleset_policies.rules import mode_rules

RULES: Mapping[str, Rule] = {rule.id: rule for rule in mode_rules.rules()}
"""Every rule by its id (``SS016``), in the order of the ids."""

BY_NAME: Mapping[str, Rule] = {rule.name: rule for rule in RULES.values()}
"""Every rule by its name (``nat-pool-on-flexible``)."""
