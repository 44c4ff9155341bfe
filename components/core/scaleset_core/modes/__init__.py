"""THE TABLE: what differs between Uniform and Flexible orchestration, as typed data.

Two kinds of facts are here and nowhere else:

* :data:`ROWS`, for each task the REST call of a Uniform scale set and the route that replaces it on a Flexible one: the
  35 rows of Microsoft's "orchestration modes API comparison", and those that Azure has today and the comparison lacks.
* :data:`RULES`, the property rules: which property of a scale set (or of its parts) a mode requires, forbids
  or limits, with the reason, the alternative, the severity and the source.

The component, the policy pack, the operations, the command line's help and the documentation read this module; a
second list of the same facts elsewhere is a defect.
"""

import functools
from collections.abc import Mapping

from scaleset_core.modes.newer_rows import NEWER_ROWS
from scaleset_core.modes.rows import ROWS as _ROWS
from scaleset_core.modes.rules import RULES as _RULES
from scaleset_core.modes.types import (
    Category,
    Conflict,
    Example,
    Impact,
    Mode,
    PropertyRule,
    Route,
    RouteKind,
    Row,
    Sample,
    Severity,
    Subject,
)

__all__ = [
    "ROWS",
    "RULES",
    "Category",
    "Conflict",
    "Example",
    "Impact",
    "Mode",
    "PropertyRule",
    "Route",
    "RouteKind",
    "Row",
    "Sample",
    "Severity",
    "Subject",
    "machine_rules",
    "row",
    "rule",
    "rules_for",
]

ROWS: Mapping[str, Row] = {entry.id: entry for entry in (*_ROWS, *NEWER_ROWS)}
"""The rows by their id (``instance.reimage-all``): Microsoft's 35 in the order of its table, then the newer ones."""

RULES: Mapping[str, PropertyRule] = {entry.id: entry for entry in _RULES}
"""The property rules by their id (``nat-pool-on-flexible``)."""


def row(row_id: str) -> Row:
    """The row with this id.

    Raises:
        KeyError: no row has this id; the message lists those that exist.
    """
    try:
        return ROWS[row_id]
    except KeyError:
        raise KeyError(f"no row {row_id!r} in the mode table; it has: {', '.join(ROWS)}") from None


def rule(rule_id: str) -> PropertyRule:
    """The property rule with this id.

    Raises:
        KeyError: no rule has this id; the message lists those that exist.
    """
    try:
        return RULES[rule_id]
    except KeyError:
        raise KeyError(f"no property rule {rule_id!r} in the mode table; it has: {', '.join(RULES)}") from None


@functools.cache
def rules_for(mode: Mode, subject: Subject = Subject.SCALE_SET) -> tuple[PropertyRule, ...]:
    """The rules that apply to a scale set in ``mode`` and are about ``subject``, in the table's order."""
    return tuple(entry for entry in RULES.values() if mode in entry.modes and entry.subject is subject)


@functools.cache
def machine_rules(mode: Mode) -> tuple[PropertyRule, ...]:
    """The rules on a set's profile that also apply to each virtual machine of a set in ``mode``.

    Their checks take :func:`~scaleset_core.facts.checks.machine_view` of the machine.
    """
    return tuple(entry for entry in RULES.values() if entry.machine and mode in entry.modes)
