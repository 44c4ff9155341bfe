"""The fleet example's decisions: what is wrong with a file, which stacks there are, and which may start."""

from __future__ import annotations

import io
import threading
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from scaleset_operations.fleet import report
from scaleset_operations.fleet.config import load
from scaleset_operations.fleet.plan import StackPlan, UnknownStackError, expand, in_waves, select
from scaleset_operations.fleet.problems import FleetError
from scaleset_operations.fleet.schedule import Outcome, Result, next_ready, run_waves
from scaleset_operations.fleet.screen import Screen

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "fleet" / "fleet.yaml"
KEY = "ssh-ed25519 AAAA"
GUID = "00000000-0000-4000-8000-000000000001"
HEAD = f"name: shop\nsubscriptions: {{retail: {GUID}}}\ndefaults: {{ssh_public_keys: [{KEY}]}}\nmembers:\n"


def problems(tmp_path: Path, text: str) -> list[str]:
    """What is wrong with a fleet file."""
    file = tmp_path / "fleet.yaml"
    file.write_text(text)
    with pytest.raises(FleetError) as raised:
        load(file)
    return [str(problem) for problem in raised.value.problems]


def test_the_example_is_ten_sets_of_a_thousand_and_a_thousand_by_name() -> None:
    """The file of the example has what its first line says, over several subscriptions and regions."""
    fleet = load(EXAMPLE)
    plans = expand(fleet)
    assert [m.capacity for m in fleet.members if m.instances is None] == [1000] * 10
    assert sum(plan.instances for plan in plans if plan.member == "edge") == 1000
    assert {m.mode for m in fleet.members} == {"Flexible", "Uniform"}
    assert len({plan.subscription for plan in plans}) == 4
    assert len({plan.region for plan in plans}) == 5
    assert [len(wave) for wave in in_waves(plans)] == [1, 2, 18]


def test_all_problems_are_told_at_once_with_member_field_value_and_expectation(tmp_path: Path) -> None:
    """Each problem names where it is, what was got and what to write instead; a wrong default is reported once."""
    text = f"""
        name: Shop
        subscriptions: {{retail: 12}}
        defaults: {{ssh_public_keys: [{KEY}], wave: -1, sise: x}}
        members:
          - {{name: web, subscription: retial, region: West Europe, capacity: 1200}}
          - {{name: web, subscription: retail, region: westeurope, instances: 3, mode: Uniform, capacty: 3}}
          - {{subscription: retail, region: westeurope, capacity: 5, instances: 3, zones: [1]}}
    """
    assert problems(tmp_path, text) == [
        "name: got 'Shop'; expected 2 to 40 lower-case letters, digits and hyphens, a letter first",
        "defaults: wave: got -1; expected a whole number from 0 (the canary) to 99",
        "defaults: sise: there is no such field; did you mean size?",
        "member 'web': region: got 'West Europe'; expected a region's short name, such as westeurope",
        (
            "member 'web': capacity: got 1200; expected a whole number from 0 to 1000, the limit of one set; "
            "use two members for more"
        ),
        "member 'web': capacty: there is no such field; did you mean capacity?",
        'members[2]: zones[0]: got 1; expected a list of zones, of "1", "2" and "3" in quotes',
        "members[2]: name: missing; expected 2 to 40 lower-case letters, digits and hyphens, a letter first",
        "subscriptions: retail: got 12; expected a subscription id (a GUID)",
        "member 'web': subscription: got 'retial'; expected a name from `subscriptions`: retail",
        "member 'web': instances: a Uniform set has no named machines; use capacity, or mode: Flexible",
        (
            "members[2]: capacity, instances: both are given; expected capacity (made from a profile) or instances "
            "(by name)"
        ),
        "members: name: 2 stacks would be named 'web'; expected one, rename a member",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name: a\nname: b\n", "line 2, column 1: 'name' stands twice"),
        ("name: [a\n", "line 2, column 1: expected ',' or ']', but got '<stream end>'"),
        ("- a\n", "expected a mapping with name, subscriptions and members"),
        (
            HEAD + "  - {name: aa, subscription: retail, region: eastus, instances: 1, stacks: 2}\n"
            "  - {name: aa-00, subscription: retail, region: eastus, capacity: 1}\n",
            "members: name: 2 stacks would be named 'aa-00'; expected one, rename a member",
        ),
        (
            HEAD + "  - {name: aa, subscription: retail, region: eastus, capacity: 1, stacks: 2}\n",
            "member 'aa': stacks: only named instances go over several stacks; use instances, or several members",
        ),
    ],
)
def test_a_file_that_can_not_be_used_says_why(tmp_path: Path, text: str, problem: str) -> None:
    """Broken YAML, doubled keys and clashing names are reported with their place: no traceback, no guess."""
    assert problem in problems(tmp_path, text)


def test_a_misspelt_choice_is_refused_with_the_name_that_was_meant() -> None:
    """`--only` with a name that fits nothing would otherwise do nothing and look like success."""
    plans = expand(load(EXAMPLE))
    assert [plan.name for plan in select(plans, ["web-w*", "edge-03"])] == ["web-weu", "edge-03"]
    assert len(select(plans, ["edge"])) == 11
    with pytest.raises(UnknownStackError, match="Did you mean web-weu"):
        select(plans, ["webb-weu"])
    with pytest.raises(UnknownStackError, match="no such wave"):
        select(plans, [], [7])
    with pytest.raises(UnknownStackError, match="fit no stack together: web-weu in wave 1"):
        select(plans, ["web-weu"], [0])


def test_a_destroy_goes_backwards() -> None:
    """The last wave is deleted first, and a network after the sets that depend on it."""
    last, _, first = in_waves(expand(load(EXAMPLE)), reverse=True)
    assert first[0].name == "canary-weu"
    network = next(plan for plan in last if plan.role == "network")
    assert set(network.needs) == {f"edge-{n:02d}" for n in range(10)}
    assert all(plan.needs == () for plan in last if plan.role == "set")


def test_the_next_stack_is_one_of_the_least_busy_subscription() -> None:
    """Azure counts requests by subscription; a stack whose need is still open waits."""
    a, b, c = StackPlan("a", "a", subscription="1"), StackPlan("b", "b", subscription="1"), StackPlan("c", "c")
    assert next_ready([b, c], [a], {}) == c
    assert next_ready([StackPlan("d", "d", needs=("a",))], [a], {}) is None
    failed = {"a": Result(a, Outcome.FAILED)}
    assert next_ready([StackPlan("d", "d", needs=("a",))], [], failed) is None


PLANS = st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.integers(0, 2)), min_size=1, max_size=12).map(
    lambda drawn: [
        (StackPlan(f"s{n}", "m", wave=wave, needs=(f"s{n - 1}",) if needs and n else (), subscription=str(sub)), None)
        for n, (wave, needs, sub) in enumerate(drawn)
    ]
)


@given(plans=PLANS, failing=st.sets(st.integers(0, 11)), parallel=st.integers(1, 4), keep_going=st.booleans())
def test_every_stack_ends_once_and_never_more_than_allowed_run(
    plans: list[tuple[StackPlan, None]], failing: set[int], parallel: int, keep_going: bool
) -> None:
    """Whatever fails: each stack has one result, at most `parallel` run, and no wave starts after one that failed."""
    waves = in_waves([plan for plan, _ in plans])
    # A need is in the same wave, as the network of a member is.
    of = {plan.name: plan.wave for wave in waves for plan in wave}
    waves = [
        [p if all(of[n] == p.wave for n in p.needs) else StackPlan(p.name, "m", wave=p.wave) for p in w] for w in waves
    ]
    lock, running, most, order = threading.Lock(), Counter[str](), [0], list[StackPlan]()

    def work(plan: StackPlan) -> Result:
        with lock:
            running[plan.name] += 1
            order.append(plan)
            most[0] = max(most[0], running.total())
        outcome = Outcome.FAILED if int(plan.name[1:]) in failing else Outcome.DONE
        with lock:
            running[plan.name] -= 1
        return Result(plan, outcome)

    results = run_waves(
        waves, work, parallel=parallel, keep_going=keep_going, stopping=threading.Event(), finished=lambda _: None
    )
    assert sorted(result.plan.name for result in results) == sorted(plan.name for wave in waves for plan in wave)
    assert most[0] <= parallel
    assert [plan.wave for plan in order] == sorted(plan.wave for plan in order)
    ended = {result.plan.name: result.outcome for result in results}
    for plan in order:
        assert all(ended[need] is Outcome.DONE for need in plan.needs)
    failed = [plan.wave for plan in order if ended[plan.name] is Outcome.FAILED]
    if failed and not keep_going:
        assert max(plan.wave for plan in order) == min(failed)


def test_on_a_terminal_the_run_is_a_live_table() -> None:
    """Every stack has its row with what it does now; a reason with brackets is shown as it is, not taken for markup."""
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=True, highlight=False, width=150)
    first, second = StackPlan("first", "m", region="eastus", instances=1000), StackPlan("second", "m", wave=1)
    result = Result(first, Outcome.FAILED, {"create": 5}, 61.0, "got [/red] and [x]")
    with Screen(console, "up", [[first], [second]]) as screen:
        screen.started(first)
        screen.progress("first", Counter(create=4))
        screen.say("a line [/red]")
        screen.finished(result)
    text = shown.getvalue()
    for word in (
        "first",
        "eastus",
        "1,000",
        "5 created",
        "failed",
        "second",
        "waiting",
        "1 of 2 stacks",
        "a line [/red]",
    ):
        assert word in text
    report.show(console, "up", [result], 61.0)
    assert "got [/red] and [x]" in shown.getvalue()
