"""The configuration: levels, waivers, accepted values, and the messages about a wrong one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from policies.programs import estate_of

from scaleset_policies.config import ConfigError
from scaleset_policies.config_reading import load
from scaleset_policies.engine import check
from scaleset_policies.examples import EXAMPLES
from scaleset_policies.report import Pass, Undecided, Violation
from scaleset_policies.rule import Category, Level
from scaleset_policies.rules import BY_NAME, RULES

TODAY = date(2026, 11, 24)
NAT = BY_NAME["nat-pool-on-flexible"]
SSH = BY_NAME["ssh-keys-only"]


def levels(data: Any) -> dict[str, Level]:
    """The effective level of every rule by name."""
    config = load(data, RULES, today=TODAY)
    return {rule.name: config.level(rule) for rule in RULES.values()}


def test_without_configuration_every_rule_has_its_own_level() -> None:
    """An empty configuration changes nothing."""
    assert levels({}) == {rule.name: rule.level for rule in RULES.values()}


def test_the_more_specific_key_wins_whatever_its_place() -> None:
    """A rule's own level beats its category's, which beats the level of all."""
    found = levels({"ssh-keys-only": "mandatory", "all": "disabled", "good-practice": "advisory"})
    assert found["ssh-keys-only"] is Level.MANDATORY
    assert found["encryption-at-host"] is Level.ADVISORY
    assert found["nat-pool-on-flexible"] is Level.DISABLED


@pytest.mark.parametrize("key", ["SS016", "ss016", "nat-pool-on-flexible", "NAT-Pool-On-Flexible"])
def test_a_rule_is_named_by_id_or_name(key: str) -> None:
    """Both names of a rule work, in any case."""
    assert levels({key: {"enforcementLevel": "advisory"}})["nat-pool-on-flexible"] is Level.ADVISORY


def test_all_problems_are_said_at_once() -> None:
    """Every mistake is named with its place, what was there, what was expected, and the nearest rule."""
    with pytest.raises(ConfigError) as caught:
        load(
            {
                "nat-pool-on-flexibel": "mandatory",
                "SS01": "advisory",
                "xyzzy": "advisory",
                "ssh-keys-only": "strict",
                "SS102": 3,
                "trusted-launch": {"level": "advisory"},
                "zone-redundant": {"waivers": [{"resource": "*", "reason": " ", "expires": "soon"}, {"resource": "x"}]},
                "good-practice": {"allow": "x"},
            },
            RULES,
        )
    text = str(caught.value)
    assert "nat-pool-on-flexibel: there is no such rule; did you mean nat-pool-on-flexible?" in text
    assert "SS01: there is no such rule; did you mean SS" in text
    assert "xyzzy: there is no such rule; expected a rule's id or name, a category, or all" in text
    assert "ssh-keys-only.enforcementLevel: expected advisory, mandatory, remediate or disabled, got 'strict'" in text
    assert "SS102: expected a level (advisory, mandatory, remediate, disabled) or an object, got 3" in text
    assert "trusted-launch.level: there is no such setting" in text
    assert "zone-redundant.waivers[0].reason: expected a text that is not empty" in text
    assert "zone-redundant.waivers[0].expires: expected a date such as 2027-06-30, got 'soon'" in text
    assert "zone-redundant.waivers[1].reason: it is missing" in text
    assert "good-practice.allow: expected a list, got 'x'" in text
    assert len(caught.value.problems) == len(text.splitlines())


def test_a_rule_configured_twice_is_refused() -> None:
    """Two names of one rule with two levels would leave it open which counts."""
    with pytest.raises(ConfigError, match="nat-pool-on-flexible: the same rule as SS016; configure it once"):
        load({"SS016": "mandatory", "nat-pool-on-flexible": "advisory"}, RULES)


@pytest.mark.parametrize("data", [None, [], "all", 3])
def test_a_configuration_is_an_object(data: Any) -> None:
    """Anything else is refused with one sentence."""
    with pytest.raises(ConfigError, match="expected an object with rules as keys"):
        load(data, RULES)


@pytest.mark.parametrize(
    ("pattern", "matches"), [("web", True), ("W*", True), ("*", True), ("we", False), ("subnet", False)]
)
def test_a_waiver_is_about_the_resources_that_it_names(pattern: str, matches: bool) -> None:
    """The glob is compared with the whole name, in any case; other resources stay as they are."""
    waiver = {"resource": pattern, "reason": "OPS-1", "expires": "2026-11-24"}
    report = check(estate_of(EXAMPLES[NAT.name].bad), load({NAT.id: {"waivers": [waiver]}}, RULES, today=TODAY))
    assert bool(report.waived) is matches
    assert bool(report.violations) is not matches
    assert report.failed is not matches


def test_waivers_of_a_category_and_of_all_count_too() -> None:
    """A waiver can be written for more than one rule."""
    waiver = {"resource": "web", "reason": "OPS-1", "expires": "2027-01-01"}
    estate = estate_of(EXAMPLES[SSH.name].bad)
    for key in (Category.GOOD_PRACTICE.value, "all"):
        assert check(estate, load({key: {"waivers": [waiver]}}, RULES, today=TODAY)).waived


def test_the_waiver_that_holds_longest_counts() -> None:
    """An expired waiver next to one that holds changes nothing."""
    waivers = [
        {"resource": "web", "reason": text, "expires": day}
        for text, day in (("old", "2020-01-01"), ("new", "2027-01-01"))
    ]
    report = check(estate_of(EXAMPLES[NAT.name].bad), load({NAT.id: {"waivers": waivers}}, RULES, today=TODAY))
    assert [each.waiver.reason for each in report.waived if each.waiver] == ["new"]


def test_accepted_values_are_no_violations() -> None:
    """A value on the rule's list is right; any other is as wrong as before."""
    estate = estate_of(EXAMPLES["b1ls-on-flexible"].bad)
    rule = BY_NAME["b1ls-on-flexible"]
    accepted = check(estate, load({rule.id: {"allow": ["standard_b1*"]}}, RULES))
    assert rule.id in {each.rule.id for each in accepted.passes}
    refused = check(estate, load({rule.id: {"allow": ["Standard_B2s"]}}, RULES))
    assert rule.id in {each.rule.id for each in refused.violations}


def test_a_disabled_rule_is_not_run() -> None:
    """It is neither among the violations nor among the passes."""
    report = check(estate_of(EXAMPLES[NAT.name].bad), load({"SS016": "disabled"}, RULES))
    about: list[Violation | Undecided | Pass] = [*report.violations, *report.passes, *report.undecided]
    assert NAT.id not in {each.rule.id for each in about}


def test_advice_does_not_fail_a_check() -> None:
    """Only mandatory (and remediate) violations stop a deployment."""
    estate = estate_of(EXAMPLES[NAT.name].bad)
    assert check(estate).failed
    assert not check(estate, load({"SS016": "advisory"}, RULES)).failed
