"""The pages of the rules, and their examples: they are what they say."""

from __future__ import annotations

import json
from functools import cache

import pytest
import yaml
from policies.programs import estate_of
from typer.testing import CliRunner

from scaleset_core.command.main import app
from scaleset_policies import pages
from scaleset_policies.config_reading import load
from scaleset_policies.difference import difference
from scaleset_policies.engine import check
from scaleset_policies.examples import EXAMPLES
from scaleset_policies.rule import Level, Rule
from scaleset_policies.rules import RULES


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES.values()])
def test_the_whole_programs_are_what_they_say(rule: Rule) -> None:
    """Printed and read as programs again, the bad one breaks exactly this rule, the good one none."""
    text = run("show", rule.id, "--example")
    documents = list(yaml.safe_load_all(text[text.index("--- # breaks it") :]))
    example = EXAMPLES[rule.name]
    optional = {rule.id: "advisory"} if rule.level is Level.DISABLED else {}
    config = load(optional if rule.name == "prefer-flexible" else {**optional, "SS124": "disabled"}, RULES)
    found = [
        {each.rule.id for each in check(estate_of(document["resources"], before=example.before), config)}
        for document in documents
    ]
    assert found == [{rule.id, *example.also}, set(example.tolerates)]


def test_a_page_is_short_and_shows_what_differs() -> None:
    """No page has more than 80 lines, and each has a diff with at least one changed line."""
    for name, page in pages.pages().items():
        if name == "README.md":
            continue
        lines = page.splitlines()
        assert len(lines) <= 80, name
        diff = lines[lines.index("```diff") + 1 :]
        diff = diff[: diff.index("```")]
        assert any(line[:1] in {"+", "-"} for line in diff), name
        assert all(line[:1] in {"+", "-", " "} for line in diff), name


def test_a_difference_stands_below_what_leads_to_it() -> None:
    """The lines above a change are the names on the way to it, with the set's mode, and nothing else."""
    assert difference(EXAMPLES["encryption-at-host"]) == [
        " web:",
        "   properties:",
        "     orchestrationMode: Flexible",
        "     virtualMachineProfile:",
        "       securityProfile:",
        "+        encryptionAtHost: true",
    ]


@cache
def all_pages() -> dict[str, str]:
    """The pages by file name, written once for all tests."""
    return pages.pages()


def run(*arguments: str) -> str:
    """What ``scaleset rules`` prints."""
    found = CliRunner().invoke(app, ["rules", *arguments])
    assert found.exit_code == 0, found.output
    return found.output


def test_the_list_has_every_rule_once() -> None:
    """`scaleset rules list` has a line for each rule: number, id, level, modes and title."""
    lines = run("list").splitlines()
    assert [line.split()[:3] for line in lines] == [[each.id, each.name, each.level.value] for each in RULES.values()]
    assert all(line.endswith(each.title) for line, each in zip(lines, RULES.values(), strict=True))
    assert "nat-pool-on-flexible" not in run("list", "--mode", "Uniform")
    listed = json.loads(run("list", "--output", "json"))
    assert listed[15] == {
        "number": "SS016",
        "id": "nat-pool-on-flexible",
        "level": "mandatory",
        "modes": ["Flexible"],
        "title": RULES["SS016"].title,
    }


@pytest.mark.parametrize("name", ["SS017", "ss017", "nat-pools-retire"])
def test_a_rule_is_shown_by_number_and_by_id(name: str) -> None:
    """Statement, why, alternative, source, conflict, the difference and how to waive it; no whole program unasked."""
    text, rule = run("show", name), RULES["SS017"]
    assert rule.conflict is not None
    for part in (rule.title, rule.reason, rule.remediation, rule.conflict.stale, rule.conflict.followed):
        assert part in text
    for source in rule.sources:
        for part in (source.name, source.url, source.confidence.value, f"read {source.read}"):
            assert part in text
    assert "loadBalancerInboundNatPools" in text
    assert '"waivers"' in text
    assert "runtime: yaml" not in text
    assert "Fix: with the level remediate Pulumi corrects it automatically: drop" in run("show", "SS016")


def test_a_rule_that_does_not_exist_is_told() -> None:
    """A misspelt rule is a usage error that says where the rules are listed."""
    found = CliRunner().invoke(app, ["rules", "show", "SS999"])
    assert found.exit_code == 2
    assert "scaleset rules list" in found.output


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES.values()])
def test_a_page_says_everything_about_its_rule(rule: Rule) -> None:
    """Id, name, level, severity, reason, what to do, the source and every framework tag are on the page."""
    written = all_pages()
    page = written[f"{rule.id}.md"]
    for part in (rule.id, rule.name, f"level: {rule.level.value}", f"severity: {rule.severity.value}", rule.title):
        assert part in page
    for part in (rule.reason[1:], rule.remediation[1:]):
        assert part in page
    for source in rule.sources:
        for part in (source.name, f"({source.url})", source.confidence.value, f"read {source.read}"):
            assert part in page
    for tag in rule.tags:
        framework, _, name = tag.partition(":")
        assert framework == "mode" or f"{framework} {name}" in page
    assert f"[{rule.id}]({rule.id}.md)" in written["README.md"]
