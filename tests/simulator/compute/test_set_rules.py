"""Azure's rules for scale sets: of each rule one body that Azure takes and one that it refuses, in its mode."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from simulator.compute import cases_capacity, cases_machine, cases_network_upgrade, cases_placement
from simulator.compute.bodies import Body, scale_set, windows_profile
from simulator.compute.cases import (
    FLEX,
    IP,
    PPG,
    SPOT,
    UNIFORM,
    Case,
)
from simulator.worlds import BALANCER, POOL, SUBNET

from arm_simulator.providers.compute.rules import SetRequest, check_scale_set

CASES = [*cases_placement.CASES, *cases_network_upgrade.CASES, *cases_capacity.CASES, *cases_machine.CASES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_each_rule_takes_one_body_and_refuses_another(case: Case) -> None:
    """The taken body has no problem at all; the refused one has the rule's problem, with its code, at its target."""
    assert check_scale_set(SetRequest("web", scale_set(case.mode, case.taken))) == []
    problems = check_scale_set(SetRequest("web", scale_set(case.mode, case.refused)))
    assert (case.code, case.target) in {(problem.code, problem.target) for problem in problems}


def test_flexible_needs_an_api_version_that_knows_it() -> None:
    """2021-03-01 is the first version with Flexible sets; Uniform works before it."""
    late = SetRequest("web", scale_set(FLEX), api_version="2021-03-01")
    early = SetRequest("web", scale_set(FLEX), api_version="2020-12-01")
    assert check_scale_set(late) == []
    assert [problem.target for problem in check_scale_set(early)] == ["orchestrationMode"]
    assert check_scale_set(SetRequest("web", scale_set(UNIFORM), api_version="2020-12-01")) == []


def found(body: Body) -> Callable[[str], Body | None]:
    """A lookup that finds one load balancer."""
    return lambda rid: body if rid == BALANCER else None


def test_flexible_refuses_a_basic_load_balancer() -> None:
    """The sku is that of the load balancer which the backend pool belongs to."""
    body = scale_set(FLEX, {f"{IP}.loadBalancerBackendAddressPools": [{"id": POOL}]})
    for sku, count in (("Standard", 0), ("Basic", 1)):
        request = SetRequest("web", body, lookup=found({"sku": {"name": sku}}))
        assert len(check_scale_set(request)) == count


def test_uniform_refuses_a_probe_that_no_rule_uses() -> None:
    """A probe is active only where a load-balancing rule names it."""
    body = scale_set(UNIFORM, {"vmp.networkProfile.healthProbe": {"id": f"{BALANCER}/probes/x"}})
    rule = {"properties": {"probe": {"id": f"{BALANCER}/probes/x"}}}
    for rules, codes in (([rule], []), ([], ["CannotUseInactiveHealthProbe"])):
        request = SetRequest("web", body, lookup=found({"properties": {"loadBalancingRules": rules}}))
        assert [problem.code for problem in check_scale_set(request)] == codes


CHANGES: list[tuple[str, Body, Body, str]] = [
    (FLEX, {}, {"p.platformFaultDomainCount": 2}, "platformFaultDomainCount"),
    (UNIFORM, {}, {"location": "northeurope"}, "location"),
    (FLEX, {}, {"zones": ["1"]}, "zones"),
    (FLEX, {"zones": ["1", "2"]}, {"zones": ["1"]}, "zones"),
    (UNIFORM, {}, {"p.singlePlacementGroup": True}, "singlePlacementGroup"),
    (FLEX, {}, {"p.proximityPlacementGroup": PPG}, "proximityPlacementGroup"),
    (UNIFORM, {}, {"vmp.osProfile.adminUsername": "other"}, "adminUsername"),
    (FLEX, {}, {"vmp.osProfile.computerNamePrefix": "other"}, "computerNamePrefix"),
    (UNIFORM, SPOT, {**SPOT, "vmp.priority": "Regular", "vmp.evictionPolicy": ...}, "priority"),
]


@pytest.mark.parametrize(("mode", "before", "after", "target"), CHANGES)
def test_what_is_fixed_at_creation_can_not_change(mode: str, before: Body, after: Body, target: str) -> None:
    """The change is a 409 PropertyChangeNotAllowed that names the property; the same body again is taken."""
    stored = scale_set(mode, before)
    assert check_scale_set(SetRequest("web", stored, stored)) == []
    problems = check_scale_set(SetRequest("web", scale_set(mode, after), stored))
    assert ("PropertyChangeNotAllowed", target, 409) in {(p.code, p.target, p.status) for p in problems}


@pytest.mark.parametrize(
    ("mode", "before", "after"),
    [
        (FLEX, {}, {"sku.capacity": 9}),
        (UNIFORM, {"p.singlePlacementGroup": True}, {"p.singlePlacementGroup": False}),
        (FLEX, {"zones": ["1", "2"]}, {"zones": ["2", "1"]}),
        (UNIFORM, {"zones": ["1"]}, {"zones": ["1", "2"]}),
        (FLEX, {"p.virtualMachineProfile": ..., "sku": ...}, {}),
        (UNIFORM, {}, {"p.proximityPlacementGroup": PPG}),
    ],
)
def test_what_may_change_after_creation(mode: str, before: Body, after: Body) -> None:
    """Capacity, more zones in any order, several placement groups, a first profile, a PPG on a stopped Uniform set."""
    assert check_scale_set(SetRequest("web", scale_set(mode, after), scale_set(mode, before))) == []


def test_the_mode_can_not_change() -> None:
    """OrchestrationMode is fixed in both directions."""
    for old, new in ((FLEX, UNIFORM), (UNIFORM, FLEX)):
        problems = check_scale_set(SetRequest("web", scale_set(new), scale_set(old)))
        assert "orchestrationMode" in {p.target for p in problems if p.code == "PropertyChangeNotAllowed"}


def test_an_update_may_leave_the_password_out() -> None:
    """Nobody reads a password back, so an update without it keeps it; a new set needs it."""
    body = scale_set(UNIFORM, {"vmp.osProfile": {**windows_profile(), "adminPassword": ...}})
    del body["properties"]["virtualMachineProfile"]["osProfile"]["adminPassword"]
    assert [problem.target for problem in check_scale_set(SetRequest("web", body))] == [
        "virtualMachineProfile.osProfile.adminPassword"
    ]
    assert check_scale_set(SetRequest("web", body, body)) == []


def test_all_problems_come_at_once() -> None:
    """Three mistakes give three problems."""
    body = scale_set(FLEX, {"p.overprovision": True, "sku.capacity": 2000, f"{IP}.subnet": ..., "zones": ["1", "1"]})
    assert len(check_scale_set(SetRequest("web", body))) == 4
    assert SUBNET not in str(body)
