"""All rules by their id."""

from collections.abc import Mapping

from scaleset_policies.rule import Rule
from scaleset_policies.rules import (
    machine_rules,
    mode_rules,
    peer_rules,
    practice_operations,
    practice_security,
    schema_rules,
)

OWN: tuple[Rule, ...] = (
    *practice_security.RULES,
    *practice_operations.RULES,
    *schema_rules.RULES,
    *machine_rules.RULES,
    *peer_rules.RULES,
)
"""The rules that are not in the mode table: good practice, and what Azure takes in both modes."""
RULES: Mapping[str, Rule] = {rule.id: rule for rule in (*mode_rules.rules(), *OWN)}
"""Every rule by its id (``SS016``), in the order of the ids."""

BY_NAME: Mapping[str, Rule] = {rule.name: rule for rule in RULES.values()}
"""Every rule by its name (``nat-pool-on-flexible``)."""
