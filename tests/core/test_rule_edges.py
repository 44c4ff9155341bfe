"""Rules of the mode table on both sides of each edge: the properties, and the places that break the rule."""

from __future__ import annotations

import pytest
from support.rule_edges import EDGES
from support.rule_edges.parts import Properties, tree

from scaleset_core.facts.checks import evaluate
from scaleset_core.facts.properties import View
from scaleset_core.modes import RULES


def broken(rule: str, properties: Properties) -> list[str]:
    """The places that break a rule, and with a question mark those that cannot be decided."""
    check = RULES[rule].check
    assert check is not None
    outcome = evaluate(check, View(tree(properties)))
    for each in outcome.findings:
        there = View(tree(properties)).first(each.path)
        told = each.value if isinstance(each.value, bool | int | float) else None
        assert told is None or there is None or there.value == told
    return [each.path for each in outcome.findings] + [f"?{path}" for path in outcome.undecided]


@pytest.mark.parametrize(
    ("rule", "index"), [(rule, index) for rule, cases in EDGES.items() for index in range(len(cases))]
)
def test_the_edge(rule: str, index: int) -> None:
    """Exactly these places break the rule."""
    properties, expected = EDGES[rule][index]
    assert broken(rule, properties) == expected
