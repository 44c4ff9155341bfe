"""Every rule: broken, kept, unknown, not applicable, waived; by the pure functions and through the analyzer."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from policies.programs import analyzer, ask, configured, estate_of, put, replaced, text

from scaleset_core.facts.properties import UNKNOWN
from scaleset_core.modes import RULES as TABLE
from scaleset_core.modes import Mode
from scaleset_policies import arm_types
from scaleset_policies.config_reading import load
from scaleset_policies.engine import check
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.examples import EXAMPLES, Example
from scaleset_policies.outcome import Outcome, Verdict
from scaleset_policies.rule import Level, Rule, Scope
from scaleset_policies.rules import (
    BY_NAME,
    OWN,
    RULES,
    related_load_balancers,
    related_machines,
    related_outbound,
    related_protection,
)
from scaleset_policies.rules.related import Related

TODAY = date(2026, 11, 24)
ALL_RULES = [pytest.param(rule, id=f"{rule.id}-{rule.name}") for rule in RULES.values()]
WHATEVER_THE_SET = {
    "availability-set-excludes-scale-set",
    "fault-domain-needs-scale-set",
    "managed-disks-only-on-flexible",
    "set-actions-protection-needs-scale-in",
}
"""Rules about one machine, decided without its set: Azure refuses what they find in every machine."""
ONE_MODE = [
    pytest.param(rule, id=f"{rule.id}-{rule.name}")
    for rule in RULES.values()
    if rule.modes is not None and len(rule.modes) == 1 and rule.name not in WHATEVER_THE_SET
]
NEEDS_HISTORY = {"attach-existing-needs-one-fault-domain"}
"""Rules about a change: Pulumi's analyzer shows the new state only."""
SHOWN_TO_PULUMI = [
    pytest.param(rule, id=f"{rule.id}-{rule.name}")
    for rule in RULES.values()
    if rule.name not in NEEDS_HISTORY and rule.level is not Level.DISABLED
]


def settings_for(rule: Rule) -> dict[str, Any]:
    """Uniform examples break the preference for Flexible by being Uniform."""
    optional = {rule.id: "advisory"} if rule.level is Level.DISABLED else {}
    return optional if rule.name == "prefer-flexible" else {**optional, "SS124": "disabled"}


def broken(rule: Rule, example: Example, program: str, rules: dict[str, Rule] | None = None) -> set[str]:
    """The ids of the rules that a program of an example breaks."""
    estate = estate_of(getattr(example, program), before=example.before)
    config = load(settings_for(rule), RULES, today=TODAY)
    return {violation.rule.id for violation in check(estate, config, (rules or dict(RULES)).values())}


def case_holds(rule: Rule, rules: dict[str, Rule] | None = None) -> bool:
    """The bad example breaks exactly this rule (and those that it says), the good one none."""
    example = EXAMPLES[rule.name]
    bad = broken(rule, example, "bad", rules) == {rule.id, *example.also}
    return bad and broken(rule, example, "good", rules) == set(example.tolerates)


@pytest.mark.parametrize("rule", ALL_RULES)
def test_the_bad_example_breaks_exactly_this_rule_and_the_good_one_none(rule: Rule) -> None:
    """A rule finds what it is about, and nothing else finds it; what it asks for keeps every rule."""
    example = EXAMPLES[rule.name]
    assert broken(rule, example, "bad") == {rule.id, *example.also}
    assert broken(rule, example, "good") == set(example.tolerates)


@pytest.mark.parametrize("rule", ALL_RULES)
def test_a_rule_that_is_taken_out_is_missed(rule: Rule) -> None:
    """With the rule's decision replaced by "holds", the case above fails: no rule hides behind another."""
    silent = dataclasses.replace(rule, decide=lambda _, __: Outcome())
    assert case_holds(rule)
    assert not case_holds(rule, {**RULES, rule.id: silent})


@pytest.mark.parametrize("rule", ALL_RULES)
def test_decisions_do_not_rely_on_the_safety_net(rule: Rule) -> None:
    """On well-formed resources the bare decision raises nothing; the net under it is for garbage only."""
    example = EXAMPLES[rule.name]
    for program in (example.bad, example.good):
        estate = estate_of(program, before=example.before)
        for resource in estate.of_type(*rule.types):
            assert isinstance(rule.decide(estate, resource), Outcome)


@pytest.mark.parametrize("rule", ALL_RULES)
def test_what_is_unknown_is_never_called_right(rule: Rule) -> None:
    """With every value of the bad example unknown, the rule is undecided, or broken by the mere presence of a value."""
    example = EXAMPLES[rule.name]
    estate = estate_of(example.bad, before=example.before)
    guilty = {each.key for each in estate if rule.evaluate(estate, each).verdict is Verdict.VIOLATES}
    assert guilty
    hidden = Estate(
        [replaced(each, dict.fromkeys(each.properties, UNKNOWN)) if each.key in guilty else each for each in estate]
    )
    for resource in hidden:
        if resource.key in guilty:
            verdict = rule.evaluate(hidden, resource).verdict
            assert verdict in {Verdict.UNDECIDED, Verdict.VIOLATES}, f"{resource.key}: {verdict}"


@pytest.mark.parametrize("rule", ALL_RULES)
def test_a_rule_is_not_applicable_to_other_types(rule: Rule) -> None:
    """A rule says that it does not look at a resource, instead of passing it."""
    other = next(kind for kind in sorted(arm_types.ALL) if kind not in rule.types)
    resource = Resource(key="other", type=other, name="other", properties={})
    assert rule.evaluate(Estate([resource]), resource).verdict is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("rule", ONE_MODE)
def test_a_rule_of_one_mode_leaves_the_other_mode_alone(rule: Rule) -> None:
    """The same program in the other mode does not break the rule."""
    assert rule.modes is not None
    other = next(iter(rule.modes)).other
    program = EXAMPLES[rule.name].bad
    flipped = {
        name: {**body, "properties": {**body["properties"], "orchestrationMode": other.value}}
        if body["type"].endswith(":VirtualMachineScaleSet")
        else body
        for name, body in program.items()
    }
    estate = estate_of(flipped, before=EXAMPLES[rule.name].before)
    verdicts = {rule.evaluate(estate, each).verdict for each in estate.of_type(*rule.types)}
    assert Verdict.VIOLATES not in verdicts


@pytest.mark.parametrize("rule", ALL_RULES)
def test_a_waiver_is_reported_until_it_expires(rule: Rule) -> None:
    """A waived violation moves to the report's waived ones; the day after its last day it is back and says so."""
    example = EXAMPLES[rule.name]
    estate = estate_of(example.bad, before=example.before)
    waiver = {"resource": "*", "reason": "moves in Q2, OPS-123", "expires": TODAY.isoformat()}
    settings = {**settings_for(rule), rule.name: {"enforcementLevel": "advisory", "waivers": [waiver]}}
    settings.pop(rule.id, None)
    report = check(estate, load(settings, RULES, today=TODAY))
    assert rule.id in {each.rule.id for each in report.waived}
    assert rule.id not in {each.rule.id for each in report.violations}
    late = check(estate, load(settings, RULES, today=TODAY + timedelta(days=1)))
    messages = [each.message for each in late.violations if each.rule is rule]
    assert messages
    assert all("Its waiver expired on 2026-11-24 (moves in Q2, OPS-123)." in message for message in messages)


@pytest.mark.parametrize("rule", SHOWN_TO_PULUMI)
def test_the_analyzer_says_the_same(rule: Rule) -> None:
    """Through Pulumi's protocol a rule has the same verdict on both examples, at its own level."""
    example = EXAMPLES[rule.name]
    servicer = analyzer()
    found = [each for each in ask(servicer, estate_of(example.bad)) if each.policy == rule.name]
    assert found
    levels = {"advisory": 0, "mandatory": 1}
    assert {each.level for each in found} == {levels[rule.level.value]}
    assert all(each.message.startswith(rule.title) for each in found)
    assert not [each for each in ask(servicer, estate_of(example.good)) if each.policy == rule.name]


@pytest.mark.parametrize("rule", SHOWN_TO_PULUMI)
def test_the_analyzer_reports_waivers_as_advice(rule: Rule) -> None:
    """A waived violation stops nothing and is not hidden."""
    waiver = {"resource": "*", "reason": "OPS-123", "expires": "2999-01-01"}
    servicer = configured(analyzer(), {rule.name: {"enforcementLevel": "mandatory", "waivers": [waiver]}})
    found = [each for each in ask(servicer, estate_of(EXAMPLES[rule.name].bad)) if each.policy == rule.name]
    assert found
    assert all(each.level == 0 and "Waived until 2999-01-01 (OPS-123)." in each.message for each in found)


def test_every_record_of_the_mode_table_is_a_rule() -> None:
    """A rule of the policies has its record's number, name, impact and category, and nothing is left out."""
    assert {entry.id: entry.number for entry in TABLE.values()} == {
        name: rule.id for name, rule in BY_NAME.items() if name not in PRACTICE
    }
    for entry in TABLE.values():
        rule = BY_NAME[entry.id]
        assert (rule.severity, rule.category, rule.fix) == (entry.impact, entry.category, entry.fix)


PRACTICE = {rule.name for rule in OWN}
"""The rules that are not in the mode table."""
GONE: frozenset[str] = frozenset()
"""Numbers of rules that were taken out: their lines stay in the list, so that none is given again."""


def test_numbers_are_given_once_and_for_ever() -> None:
    """Each number is its rule's for ever: the list grows by a line for each new rule, and no line ever changes."""
    lines = (Path(__file__).parent / "golden" / "rule_numbers.txt").read_text().splitlines()
    given = dict(line.split(" ") for line in lines)
    assert len(given) == len(lines)
    assert len(set(given.values())) == len(lines)
    known = {rule.id: rule.name for rule in RULES.values()}
    assert not GONE & known.keys()
    assert {number: name for number, name in given.items() if number not in GONE} == known


def test_a_decision_over_several_resources_names_a_record_without_a_check() -> None:
    """What is decided over several resources is exactly what the table cannot decide over one."""
    modules = (related_load_balancers, related_machines, related_outbound, related_protection)
    decided = [each.rule for module in modules for each in vars(module).values() if isinstance(each, Related)]
    assert sorted(decided) == sorted(entry.id for entry in TABLE.values() if entry.check is None)


def test_ids_and_names_are_unique_and_well_formed() -> None:
    """An id is SS and three digits, a name is a slug; none is given twice or is a word of the configuration."""
    assert len(BY_NAME) == len(RULES)
    for rule in RULES.values():
        assert len(rule.id) == 5
        assert rule.id.startswith("SS")
        assert rule.id[2:].isdigit()
        assert rule.name.replace("-", "").isalnum()
        assert rule.name.lower() == rule.name
        assert rule.name not in {"all", "correctness", "protection", "outbound", "good-practice"}


def test_contested_rules_are_advisory_and_say_so() -> None:
    """Where Microsoft's sources conflict, a rule advises, and its message names the conflict."""
    contested = [rule for rule in RULES.values() if rule.conflict is not None]
    assert contested
    for rule in contested:
        assert rule.level is Level.ADVISORY
        example = EXAMPLES[rule.name]
        report = check(estate_of(example.bad, before=example.before))
        messages = [each.message for each in report if each.rule is rule]
        assert all("Microsoft's sources conflict here" in message for message in messages)


@pytest.mark.parametrize("mode", ["Automatic", "Manual", "Rolling"])
def test_flexible_sets_may_have_an_upgrade_policy(mode: str) -> None:
    """The 2021 page bans upgradePolicy on Flexible; what is valid today breaks no rule."""
    program = EXAMPLES["upgrade-mode-known"].good
    program = {**program, "web": {**program["web"], "properties": {**program["web"]["properties"]}}}
    program["web"]["properties"]["upgradePolicy"] = {"mode": mode}
    assert not check(estate_of(program)).violations


def test_a_set_without_a_mode_is_uniform() -> None:
    """The REST API's default: a set that does not say its mode is held to the Uniform rules."""
    program = EXAMPLES["network-api-version-on-uniform"].bad
    properties = {key: value for key, value in program["web"]["properties"].items() if key != "orchestrationMode"}
    report = check(estate_of({**program, "web": {**program["web"], "properties": properties}}))
    assert "network-api-version-on-uniform" in {each.rule.name for each in report}


def test_stack_rules_say_nothing_about_a_resource_on_its_own() -> None:
    """A rule that needs several resources never calls one of them right or wrong without the others."""
    for rule in RULES.values():
        if rule.scope is not Scope.STACK or rule.name == "no-public-address-per-instance":
            continue
        for resource in estate_of(EXAMPLES[rule.name].bad):
            alone = Estate([resource], whole=False)
            verdict = rule.evaluate(alone, resource).verdict
            partly = {"nat-pools-exclude-nat-rules", "standby-pool-one-fault-domain"}
            if rule.name not in partly:
                assert verdict is not Verdict.VIOLATES, (rule.name, resource.key)


def test_modes_are_compared_as_arm_does() -> None:
    """``flexible`` in lower case is the Flexible mode: its NAT pools are found."""
    program = EXAMPLES["nat-pool-on-flexible"].bad
    properties = {**program["web"]["properties"], "orchestrationMode": "flexible"}
    report = check(estate_of({**program, "web": {**program["web"], "properties": properties}}))
    assert {each.rule.name for each in report} == {"nat-pool-on-flexible"}
    assert Mode.FLEXIBLE in RULES["SS016"].modes  # type: ignore[operator]


def test_os_upgrades_and_platform_patching_exclude_each_other_on_flexible_too() -> None:
    """Where automatic OS upgrades on Flexible are accepted, the platform must not patch the instances as well."""
    program = EXAMPLES["automatic-os-upgrade-on-flexible"].good
    policy = {"mode": "Automatic", "automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True}}
    web = {**program["web"], "properties": {**program["web"]["properties"], "upgradePolicy": policy}}
    found = [each for each in check(estate_of({**program, "web": web})) if each.rule.id == "SS032"]
    assert [each.path.rpartition(".")[2] for each in found] == ["patchMode"]


@pytest.mark.parametrize("value", ["deploy --quiet", UNKNOWN])
def test_a_secret_in_public_settings_is_found_before_its_value_is_known(value: Any) -> None:
    """A value that the program marks as secret breaks the rule, whatever it reads like, also in a first preview."""
    rule = BY_NAME["no-secrets-in-extension-settings"]
    machine_set = next(each for each in estate_of(EXAMPLES[rule.name].bad) if each.type == arm_types.SCALE_SET)
    path = ("virtualMachineProfile", "extensionProfile", "extensions", 2, "settings", "commandToExecute")
    marked = replaced(machine_set, put(machine_set.properties, path, value), frozenset({text(path)}))
    plain = replaced(machine_set, put(machine_set.properties, path, value))
    assert rule.evaluate(Estate([marked]), marked).verdict is Verdict.VIOLATES
    assert rule.evaluate(Estate([plain]), plain).verdict is not Verdict.VIOLATES
