"""The pages of the rules: up to date, and their examples are what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
from policies.programs import estate_of

from scaleset_policies import pages
from scaleset_policies.config import load
from scaleset_policies.engine import check
from scaleset_policies.examples import EXAMPLES
from scaleset_policies.rule import Rule
from scaleset_policies.rules import RULES

DOCS = Path(__file__).resolve().parents[2] / "docs" / "policies"


def test_the_pages_are_up_to_date() -> None:
    """docs/policies is what the rules say today; otherwise run tools/gen_policy_docs.py."""
    present = {file.name: file.read_text() for file in DOCS.glob("*.md")}
    wanted = pages.pages()
    assert sorted(name for name in {*present, *wanted} if present.get(name) != wanted.get(name)) == []


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES.values()])
def test_the_programs_of_a_page_are_what_they_say(rule: Rule) -> None:
    """Copied from the page and read as a program, the bad one breaks exactly this rule, the good one none."""
    programs = pages.programs((DOCS / f"{rule.id}.md").read_text())
    example = EXAMPLES[rule.name]
    config = load({} if rule.name == "prefer-flexible" else {"SS124": "disabled"}, RULES)
    found = {
        kind: {each.rule.id for each in check(estate_of(program, before=example.before), config)}
        for kind, program in programs.items()
    }
    assert found == {"bad": {rule.id, *example.also}, "good": set(example.tolerates)}


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES.values()])
def test_a_page_says_everything_about_its_rule(rule: Rule) -> None:
    """Id, name, level, severity, reason, what to do, the source and every framework tag stand on the page."""
    page = (DOCS / f"{rule.id}.md").read_text()
    for part in (rule.id, rule.name, f"level: {rule.level.value}", f"severity: {rule.severity.value}", rule.title):
        assert part in page
    for part in (rule.reason[1:], rule.remediation[1:], rule.source):
        assert part in page
    for tag in rule.tags:
        framework, _, name = tag.partition(":")
        assert framework == "mode" or f"{framework} {name}" in page
    assert f"[{rule.id}]({rule.id}.md)" in (DOCS / "README.md").read_text()
