"""Properties of all rules at once: verdicts never depend on luck, on the reader, or on what is not known."""

from __future__ import annotations

import dataclasses
import itertools
import os
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from policies.programs import analyzer, ask, estate_of, places, put, replaced, sdk_analyzer, text

from scaleset_core.facts.properties import UNKNOWN
from scaleset_core.modes.examples import GROUP
from scaleset_policies import arm_types
from scaleset_policies.engine import check
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.examples import EXAMPLES, Program
from scaleset_policies.outcome import Verdict
from scaleset_policies.report import Pass, Undecided, Violation
from scaleset_policies.rule import Level
from scaleset_policies.rules import RULES

PROGRAMS = [(name, kind) for name in EXAMPLES for kind in ("bad", "good")]
THOROUGH = int(os.environ.get("SCALESET_THOROUGH", "1"))
"""How many times more examples than usual; with more than 1 they are also new ones each time."""
QUICK = settings(
    max_examples=60 * THOROUGH,
    deadline=None,
    derandomize=THOROUGH == 1,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
LONG = settings(QUICK, max_examples=200 * THOROUGH)
ANALYZER = analyzer()
SDK = sdk_analyzer()

leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 2000),
    st.sampled_from(["Flexible", "Uniform", "Spot", "Standard_B1ls", "PT5M", "1", "", "Rolling", "http", "Standard"]),
    st.text(max_size=6),
)
garbage = st.recursive(
    st.one_of(leaves, st.just(UNKNOWN), st.floats(allow_nan=True)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)


@st.composite
def programs(draw: st.DrawFn) -> Estate:
    """The estate of an example program."""
    name, kind = draw(st.sampled_from(PROGRAMS))
    example = EXAMPLES[name]
    return estate_of(getattr(example, kind), before=example.before)


def changed(draw: st.DrawFn, estate: Estate, values: st.SearchStrategy[Any], most: int = 4) -> Estate:
    """``estate`` with other values at some places."""
    resources = list(estate)
    for _ in range(draw(st.integers(1, most))):
        index = draw(st.integers(0, len(resources) - 1))
        resource = resources[index]
        found = list(places(resource.properties))
        if found:
            path = draw(st.sampled_from(found))
            resources[index] = replaced(resource, put(resource.properties, path, draw(values)))
    return Estate(resources)


@st.composite
def less_known(draw: st.DrawFn) -> tuple[Estate, Estate]:
    """An estate, and the same with some values unknown."""
    estate = draw(programs())
    return estate, changed(draw, estate, st.just(UNKNOWN), most=6)


@st.composite
def mutated(draw: st.DrawFn) -> Estate:
    """An example with other, unknown and secret values in it, and no history: Pulumi does not pass any to policies."""
    estate = changed(draw, draw(programs()), st.one_of(leaves, st.just(UNKNOWN)))
    resources = list(estate)
    index = draw(st.integers(0, len(resources) - 1))
    found = list(places(resources[index].properties))
    secrets = (
        frozenset(text(path) for path in draw(st.lists(st.sampled_from(found), max_size=2))) if found else frozenset()
    )
    resources[index] = replaced(resources[index], resources[index].properties, secrets)
    return Estate(dataclasses.replace(each, before=None) for each in resources)


@st.composite
def malformed(draw: st.DrawFn) -> Estate:
    """Resources that Azure would never take: any tree, of any type that rules look at."""
    estate = changed(draw, draw(programs()), garbage, most=6)
    kinds = st.sampled_from(sorted(arm_types.ALL))
    more = [
        Resource(key=f"garbage-{index}", type=draw(kinds), name="garbage", properties=draw(garbage))
        for index in range(draw(st.integers(0, 2)))
    ]
    return Estate([*estate, *more])


SECRETS_APART = "admin-password-taken"
"""It looks at passwords in the input: one that is not known there is a secret, as it should be."""


@LONG
@given(less_known())
def test_what_is_not_known_never_turns_a_verdict(pair: tuple[Estate, Estate]) -> None:
    """Less knowledge makes a verdict undecided at most; it never makes right what is wrong, or wrong what is right."""
    known, hidden = pair
    for rule in RULES.values():
        for before, after in zip(known, hidden, strict=True):
            full, partial = rule.evaluate(known, before).verdict, rule.evaluate(hidden, after).verdict
            if partial is Verdict.UNDECIDED or full is Verdict.UNDECIDED:
                continue
            if rule.name == SECRETS_APART and partial is Verdict.NOT_APPLICABLE:
                continue
            assert (full is Verdict.VIOLATES) == (partial is Verdict.VIOLATES), (rule.name, before.key, full, partial)


@LONG
@given(malformed())
def test_no_input_stops_the_check_and_none_is_forgotten(estate: Estate) -> None:
    """With any value in a resource, every rule about it says something about it, and none fails at it."""
    report = check(estate)
    assert not [each.message for each in report.failures]
    about: list[Violation | Undecided | Pass] = [*report.violations, *report.undecided, *report.passes]
    said = {(each.rule.id, each.resource.key) for each in about}
    for resource in estate:
        for rule in RULES.values():
            off = rule.level is Level.DISABLED
            if resource.type in rule.types and (rule.id, resource.key) not in said and not off:
                assert rule.evaluate(estate, resource).not_applicable


@pytest.mark.parametrize(("name", "kind"), PROGRAMS)
def test_before_and_after_the_deployment_the_verdicts_are_the_same(name: str, kind: str) -> None:
    """Ids unknown as in a preview, known without the resources' own as in an update, or all known as in a state."""
    example = EXAMPLES[name]
    program = getattr(example, kind)
    preview = estate_of(program, before=example.before)
    updated, state = deployed(program, example.before, own=False), deployed(program, example.before, own=True)
    expected = verdicts(found_by_check(preview))
    assert verdicts(found_by_check(updated)) == expected
    assert verdicts(found_by_check(state)) == expected
    assert verdicts(said_by(ANALYZER, updated)) == verdicts(said_by(ANALYZER, preview))


@QUICK
@given(mutated())
def test_the_analyzer_and_the_offline_check_agree(estate: Estate) -> None:
    """Same resources, same violations, same words: through Pulumi's protocol and without it."""
    said, found = said_by(ANALYZER, estate), found_by_check(estate)
    assert sorted(said - found) == sorted(found - said) == []


@settings(QUICK, max_examples=25)
@given(mutated())
def test_the_pack_means_the_same_under_the_sdk_alone(estate: Estate) -> None:
    """Served by the SDK's own analyzer, without anything prepared, the policies give the same verdicts."""
    assert verdicts(said_by(SDK, estate)) == verdicts(found_by_check(estate))


@QUICK
@given(st.text("abcdefgh0123456789", min_size=12, max_size=20), st.sampled_from(PROGRAMS), st.data())
def test_secrets_never_reach_a_message(secret: str, program: tuple[str, str], data: st.DataObject) -> None:
    """No message of either reader shows a secret, at whatever place it is."""
    example = EXAMPLES[program[0]]
    estate = estate_of(getattr(example, program[1]), before=example.before)
    resources = list(estate)
    index = data.draw(st.integers(0, len(resources) - 1))
    path = data.draw(st.sampled_from(list(places(resources[index].properties))))
    hidden = put(resources[index].properties, path, secret)
    resources[index] = replaced(resources[index], hidden, frozenset({text(path)}))
    estate = Estate(resources)
    report = check(estate)
    assert secret not in " ".join(each.message + each.shown for each in (*report.violations, *report.waived))
    assert not [each for each in ask(ANALYZER, estate) if secret in each.message]


def deployed(program: Program, before: Mapping[str, Any], *, own: bool) -> Estate:
    """A program after its deployment.

    Args:
        program: The program.
        before: What was there before.
        own: Whether the resources' own ids are known, and the sources of values are not, as in a state. Otherwise the
            sources are known and the ids are not, as the engine shows an update to a policy.
    """
    ids = {name: resource_id(name, program) for name in program}

    def known(node: Any) -> Any:
        if isinstance(node, str):
            for name, found in ids.items():
                node = node.replace(f"${{{name}.id}}", found).replace(f"${{{name}.name}}", found.rpartition("/")[2])
            return node
        if isinstance(node, dict):
            return {key: known(each) for key, each in node.items()}
        return [known(each) for each in node] if isinstance(node, list) else node

    plain = {each.key: each for each in estate_of(known(program), before=before)}
    return Estate(
        dataclasses.replace(
            each,
            properties=plain[each.key].properties,
            id=ids[each.key] if own else UNKNOWN,
            references={} if own else each.references,
            complete=not own,
        )
        for each in estate_of(program, before=before)
    )


def resource_id(name: str, program: Program) -> str:
    """The id that Azure would give a resource of an example."""
    body = program[name]
    kind = arm_types.from_pulumi(body["type"])
    properties = body["properties"]
    if kind == arm_types.RESOURCE_GROUP:
        return GROUP
    if kind == arm_types.LOCK:
        scope = properties.get("scope", "")
        target = scope.removeprefix("${").removesuffix(".id}")
        return f"{resource_id(target, program) if target else GROUP}/providers/Microsoft.Authorization/locks/{name}"
    own = properties.get(arm_types.NAMES.get(kind, ""), properties.get("instanceId", name))
    if kind not in arm_types.NESTED:
        return f"{GROUP}/providers/{kind}/{own}"
    parent, property_name = arm_types.NESTED[kind]
    container = re.sub(r"\$\{(\w+)\.name\}", r"web", properties[property_name])
    return f"{GROUP}/providers/{parent}/{container}/{kind.rpartition('/')[2]}/{own}"


def said_by(servicer: Any, estate: Estate) -> set[tuple[str, str, str]]:
    """The analyzer's violations: policy, resource, message."""
    return {(each.policy, each.urn, each.message) for each in ask(servicer, estate)}


def found_by_check(estate: Estate) -> set[tuple[str, str, str]]:
    """The offline check's violations in the same form: the analyzer puts the title in front."""
    return {
        (each.rule.name, each.resource.key, f"{each.rule.title}\n{each.message.replace(each.rule.title + ' ', '', 1)}")
        for each in check(estate).violations
    }


def verdicts(found: set[tuple[str, str, str]]) -> set[tuple[str, str]]:
    """Which rules are broken where."""
    return {(policy, urn) for policy, urn, _ in found}


OTHER_KINDS: tuple[Any, ...] = (5, 1.5, True, "x", [], ["x"], [5], {}, {"a": 1})


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_value_of_another_kind_makes_no_rule_fail(name: str) -> None:
    """At each place of a rule's example each kind of value is decided, or undecided; the rule's code does not raise."""
    example = EXAMPLES[name]
    rule = next(each for each in RULES.values() if each.name == name)
    resources = list(estate_of(example.bad, before=example.before))
    for index, resource in enumerate(resources):
        for place, value in itertools.product(places(resource.properties), OTHER_KINDS):
            changed_one = replaced(resource, put(resource.properties, place, value))
            estate = Estate([*resources[:index], changed_one, *resources[index + 1 :]])
            for each in estate.of_type(*rule.types):
                assert not rule.evaluate(estate, each).failure, (place, value)
