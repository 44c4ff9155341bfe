"""What the component refuses and Azure, as the simulator plays it, would take: nothing that is not on a list.

The differential test cannot see this: what no model holds leaves no plan. See :mod:`support.outside`.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from support.azure_world import World
from support.client_cases import CASES, everything
from support.maximal import EVERYTHING
from support.minimal import MINIMAL
from support.outside import Bound, Sound, Tried, bounds
from support.over_strict import OVER_STRICT, UNHEARD
from support.verdicts import CLIENT_REASONS, only_azure_knows, verdict

CONFIGURATIONS: dict[str, dict[str, Any]] = {**EVERYTHING, **MINIMAL}
NOTHING_TO_DEPLOY = {
    r": its \w+ would be called .* as that of",
    r"^attached_virtual_machine_ids\[\d+\]: .* is given twice",
}
"""Reasons for which two resources would be one: there is no whole plan to show to Azure."""


@pytest.fixture(scope="module")
def world() -> World:
    """One simulated subscription; each deployment is rolled back."""
    return World()


@pytest.fixture(scope="module")
def answers(world: World) -> dict[Bound, set[str]]:
    """Azure's answers to what is outside of each bound: ``taken``, ``refused``, or none if it never gets it."""
    found: dict[Bound, set[str]] = {}
    for args in CONFIGURATIONS.values():
        sound = Sound(world, args)
        for tried in bounds(args):
            verdict = sound.verdict(tried)
            heard = found.setdefault(tried.bound, set())
            if verdict is not False:
                heard.add("taken" if verdict is True else "refused")
    return found


def test_configurations_are_sound(world: World) -> None:
    """Azure takes each configuration as it is: what it refuses below, it refuses for the changed value."""
    assert {
        name: str(refused) for name, args in CONFIGURATIONS.items() if (refused := Sound(world, args).refusal())
    } == {}


@pytest.mark.slow
@pytest.mark.newest
def test_what_only_the_component_refuses_is_listed(answers: dict[Bound, set[str]]) -> None:
    """Each bound whose outside Azure takes is on the list with its reason, and nothing else is."""
    assert {str(bound) for bound, said in answers.items() if "taken" in said} == OVER_STRICT.keys()
    assert all(OVER_STRICT.values())


def test_what_nobody_hears_of_is_listed(answers: dict[Bound, set[str]]) -> None:
    """Each argument whose value is nowhere in the plan is listed with its reason, and nothing else is."""
    assert {f"{bound.model}.{bound.field}" for bound, said in answers.items() if not said} == UNHEARD.keys()
    assert all(UNHEARD.values())


def test_most_bounds_are_azures_own(answers: dict[Bound, set[str]]) -> None:
    """The comparison sees many bounds, and Azure enforces most of those that reach it."""
    heard = [said for said in answers.values() if said]
    assert len(heard) > 120
    assert sum("taken" not in said for said in heard) > len(heard) / 2


def test_a_bound_that_is_too_tight_is_noticed(world: World) -> None:
    """A value inside the bounds, tried as if it were outside, is accepted: such a bound would be named."""
    args = EVERYTHING["Flexible"]
    path = ("platform_fault_domain_count",)
    bound = Bound("ScaleSetModel", "platform_fault_domain_count", "ge 1")
    small = MINIMAL["uniform, the least"] | {"platform_fault_domain_count": 1}
    assert Sound(world, small).verdict(Tried(bound, path, 5)) is True
    refused = Sound(world, small).verdict(Tried(bound, path, 6))
    assert "platformFaultDomainCount" in str(refused)
    assert Sound(world, args).verdict(Tried(bound, ("outbound", "method"), "x")) is False


@pytest.mark.parametrize("index", range(len(CASES)))
def test_a_case_of_the_components_own_reasons_is_refused_for_them_alone(index: int) -> None:
    """Each case is refused, and nothing that Azure refuses is wrong with it."""
    ours = verdict(CASES[index])
    assert not ours.accepted
    assert ours.client
    assert not ours.azure_refuses, ours.message


def test_azure_takes_what_is_refused_for_the_components_own_reasons(world: World) -> None:
    """Each of these reasons is one for which Azure does take the arguments: else it is a fact, and a rule's."""
    shown: set[str] = set()
    for args in everything():
        ours = verdict(args)
        if ours.plan is None or ours.azure_refuses or not ours.client:
            continue
        refusal = world.deploy(ours.plan)
        if refusal is None or only_azure_knows(refusal.code, refusal.message):
            texts = [str(problem) for problem in ours.client]
            shown |= {pattern for pattern in CLIENT_REASONS if any(re.search(pattern, text) for text in texts)}
    assert CLIENT_REASONS.keys() - shown == NOTHING_TO_DEPLOY
