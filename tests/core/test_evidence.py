"""The evidence of the rules: every fact has sources with an address and a day, and doubt is never mandatory."""

import dataclasses
import datetime as dt
import re

import pytest

from scaleset_core.modes import RULES as TABLE
from scaleset_core.modes import PropertyRule, pages
from scaleset_core.modes.evidence import Confidence, Source, backed, named
from scaleset_policies.rule import Level, Rule
from scaleset_policies.rules import RULES

LONGEST = 120
VERSION = re.compile(r"20\d\d-\d\d-\d\d(-preview)?")


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES.values()])
def test_a_rule_has_sources_with_addresses_and_days(rule: Rule) -> None:
    """Each source of each rule is a URL, with the day on which it was read, which is not in the future."""
    assert rule.sources
    for source in rule.sources:
        assert source.url.startswith("https://"), source
        assert dt.date.fromisoformat(source.read) <= dt.datetime.now(tz=dt.UTC).date(), source
        assert re.fullmatch(r"(20\d\d(-\d\d){0,2})?", source.dated), source
        assert source.title, source


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES.values()])
def test_a_source_that_contradicts_makes_a_conflict(rule: Rule) -> None:
    """What a source says is short; where one contradicts the rule, the rule has a conflict, so it is advice."""
    assert all(len(source.says) <= LONGEST for source in rule.sources)
    if any(source.says.startswith("contradicts") for source in rule.sources):
        assert rule.conflict is not None


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES.values()])
def test_a_mandatory_rule_has_a_source_of_microsoft(rule: Rule) -> None:
    """What no source of Microsoft's states, and what two of them dispute, stops nobody: it is advice by default."""
    if rule.level is Level.MANDATORY:
        assert backed(rule.sources), named(rule.sources)
        assert rule.conflict is None


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in TABLE.values()])
def test_versions_are_api_versions(rule: PropertyRule) -> None:
    """The first and the last api-version of a rule are api-versions, in that order."""
    for version in (rule.since, rule.until):
        assert not version or VERSION.fullmatch(version)
    assert not (rule.since and rule.until) or rule.since <= rule.until


def test_a_rule_without_a_source_of_microsoft_is_contested() -> None:
    """A rule that rests on a third party alone is contested, and says why; with a page of Microsoft's it is not."""
    rule = TABLE["one-health-extension"]
    other = Source(title="a blog", url="https://example.com", confidence=Confidence.THIRD_PARTY, read="2026-11-29")
    doubtful = dataclasses.replace(rule, sources=(other,), conflict=None)
    assert doubtful.contested
    assert doubtful.doubt == "no source of Microsoft's says so"
    assert not dataclasses.replace(doubtful, sources=(other, pages.HEALTH_PAGE)).contested
    assert dataclasses.replace(doubtful, sources=(other, pages.HEALTH_PAGE)).doubt == ""


def test_a_part_of_a_source_keeps_the_rest() -> None:
    """`at` names the part and what it says; address, confidence and days stay."""
    found = pages.SDK.at("PatchSettings.patch_mode", says="three values")
    assert found.name == "azure-mgmt-compute 39.0.0 (api-version 2026-04-01): PatchSettings.patch_mode"
    assert (found.url, found.confidence, found.read) == (pages.SDK.url, pages.SDK.confidence, pages.SDK.read)
    assert found.says == "three values"


@pytest.mark.parametrize(
    ("since", "until", "version", "holds"),
    [
        ("", "", "2020-01-01", True),
        ("2026-03-01", "", "2025-11-01", False),
        ("2026-03-01", "", "2026-03-01", True),
        ("2026-03-01", "", "2026-03-01-preview", True),
        ("", "2024-11-01", "2024-11-01", True),
        ("", "2024-11-01", "2025-04-01", False),
        ("2026-03-01", "2026-04-01", "", True),
    ],
)
def test_a_rule_holds_in_its_versions(since: str, until: str, version: str, *, holds: bool) -> None:
    """From the first version to the last, both included; in one that is not known it holds."""
    rule = dataclasses.replace(TABLE["one-health-extension"], since=since, until=until)
    assert rule.holds_in(version) is holds
