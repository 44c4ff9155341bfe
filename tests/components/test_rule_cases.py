"""Every property rule of the mode table: what keeps it and what breaks it, in the component and in the simulator."""

from __future__ import annotations

import inspect
import sys
from typing import Any

import pytest
from support import azure_world as azure
from support.azure_world import Deployment, Refusal, World
from support.rule_cases import CASES, RuleCase
from support.scale_set_args import base, merged
from support.verdicts import REFUSED_HERE_ONLY, REFUSED_THERE_ONLY, verdict

from arm_simulator.core import ids, pipeline
from arm_simulator.core.errors import ArmError
from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.errors import ScaleSetArgsError
from scaleset_core.modes import RULES, Severity

OWN_TESTS = {
    "automatic-zone-placement-limits": "test_automatic_zone_placement_excludes_zones",
    "set-actions-protection-needs-scale-in": "test_protection_from_set_actions_includes_scale_in",
    "nat-pool-serves-flexible": "test_a_nat_pool_never_reaches_a_flexible_instance",
    "protected-instance-without-lock": "test_a_policy_does_not_stop_a_delete_and_a_lock_does",
    "lock-blocks-own-stack": "test_a_lock_above_its_own_stack_stops_it",
    "api-version-on-flexible": "test_a_flexible_set_needs_an_api_that_knows_it",
    "network-api-version-required-on-flexible": "test_the_network_api_version_cannot_be_taken_away",
}
"""Rules about several resources, or about their order, whose cases are separate tests."""


@pytest.fixture(scope="module")
def world() -> World:
    """One simulated subscription; each deployment is rolled back."""
    return World()


def test_every_rule_has_its_cases() -> None:
    """No rule of the table is without an accepted and a rejected case, and each is in one place."""
    assert CASES.keys() | OWN_TESTS.keys() == RULES.keys()
    assert not CASES.keys() & OWN_TESTS.keys()
    tests = dict(inspect.getmembers(sys.modules[__name__], inspect.isfunction))
    assert set(OWN_TESTS.values()) <= tests.keys()


def args_of(case: RuleCase, change: dict[str, Any], kind: str = "") -> dict[str, Any]:
    """The arguments of a case."""
    return merged(base(case.mode, kind or case.kind, windows=case.windows), change)


@pytest.mark.parametrize("rule", CASES)
def test_the_accepted_case(world: World, rule: str) -> None:
    """The component takes what keeps the rule, without a warning about it, and Azure takes all of its resources."""
    case = CASES[rule]
    ours = verdict(args_of(case, case.good))
    assert ours.accepted, ours.message
    assert rule not in ours.rules
    assert rule not in ours.warnings or rule == "automatic-os-upgrade-on-flexible"
    assert ours.plan is not None
    assert world.deploy(ours.plan) is None


@pytest.mark.parametrize("rule", CASES)
def test_the_rejected_case_in_the_component(rule: str) -> None:
    """The component refuses what breaks the rule, or warns about it, in the table's own words."""
    case, entry = CASES[rule], RULES[rule]
    assert entry.modes >= {case.mode}
    args = args_of(case, case.bad)
    if entry.severity is Severity.WARNING:
        message = "\n".join(compile_args("web", args).warnings)
    else:
        with pytest.raises(ScaleSetArgsError) as refused:
            compile_args("web", args)
        message = str(refused.value)
        assert rule in verdict(args).rules
    assert entry.statement in message
    assert entry.alternative in message


@pytest.mark.parametrize("rule", CASES)
def test_the_rejected_case_in_azure(world: World, rule: str) -> None:
    """Azure refuses the same resources with its own code for the same reason; or a list says why it accepts them."""
    case = CASES[rule]
    ours = verdict(args_of(case, case.bad))
    assert ours.plan is not None
    refused(world.deploy(ours.plan), case, case.about)


def refused(refusal: Refusal | None, case: RuleCase, about: str) -> None:
    """Check Azure's answer to what breaks a rule.

    Raises:
        AssertionError: It is not the one that the case says.
    """
    assert bool(about) != bool(case.taken)
    if not about:
        assert refusal is None, refusal
        return
    assert refusal is not None, "Azure takes it"
    assert refusal.code == case.code, refusal
    assert about in f"{refusal.target} {refusal.message}", refusal


@pytest.mark.parametrize("rule", [entry.id for entry in RULES.values() if entry.machine])
def test_a_named_instance_keeps_the_rules_of_machines(world: World, rule: str) -> None:
    """Without a profile the same rule holds for the named instances of a Flexible set, on both sides."""
    case, entry = CASES[rule], RULES[rule]
    args = args_of(case, case.bad if case.named is None else case.named, "named")
    args["orchestration_mode"] = "Flexible"
    args.pop("capacity", None)
    args.setdefault("instances", {"web-0": {}})
    ours = verdict(args)
    assert rule in (ours.warnings if entry.severity is Severity.WARNING else ours.rules), ours.message
    assert ours.plan is not None
    refused(world.deploy(ours.plan), case, case.named_about or case.about)


def test_what_only_one_side_enforces_is_said() -> None:
    """A rule whose rejected case Azure accepts is a warning, or is in the list of such rules; and vice versa."""
    taken = {rule for rule, case in CASES.items() if case.taken}
    assert {rule for rule in taken if RULES[rule].severity is Severity.ERROR} == REFUSED_HERE_ONLY.keys()
    warned = {rule for rule in CASES.keys() - taken if RULES[rule].severity is Severity.WARNING}
    assert warned == REFUSED_THERE_ONLY.keys()


# --- rules with separate tests ---

_INSTANCE = f"{azure.COMPUTE}/virtualMachineScaleSets/web/virtualMachines"
_ON = {"protectFromScaleIn": True, "protectFromScaleSetActions": True}


def test_protection_from_set_actions_includes_scale_in(world: World) -> None:
    """The component completes one protection by the other and refuses their contradiction, as Azure does."""
    half = {"instances": {"0": {"protection": {"scale_set_actions": True}}}}
    ours = verdict(merged(base("Uniform"), half))
    assert ours.accepted, ours.message
    assert ours.plan is not None
    assert world.deploy(ours.plan) is None
    contradiction = {"instances": {"0": {"protection": {"scale_set_actions": True, "scale_in": False}}}}
    refusal = verdict(merged(base("Uniform"), contradiction))
    assert not refusal.accepted
    assert RULES["set-actions-protection-needs-scale-in"].statement in refusal.message
    assert RULES["set-actions-protection-needs-scale-in"].alternative in refusal.message
    with world.scratch():
        assert Deployment(world).run(ours.plan) is None
        body = {"properties": {"protectionPolicy": {**_ON, "protectFromScaleIn": False}}}
        answer = world.refusal(f"{_INSTANCE}/0", body)
    assert answer is not None
    assert (answer.code, answer.target) == ("InvalidParameter", "protectionPolicy")


def test_a_nat_pool_never_reaches_a_flexible_instance(world: World) -> None:
    """No arguments give a Flexible set's balancer a NAT pool; where one is there, no instance can be put into it."""
    ways = {"inbound_nat": {"ssh": {"backend_port": 22, "kind": "PoolRule"}}}
    good = verdict(merged(base("Flexible"), ways))
    assert good.accepted
    assert good.plan is not None
    assert "inboundNatPools" not in good.plan.child("loadBalancer").inputs
    ways["inbound_nat"]["ssh"]["kind"] = "Pool"
    bad = verdict(merged(base("Flexible"), ways))
    assert not bad.accepted
    assert bad.plan is not None
    answer = world.deploy(bad.plan)
    assert answer is not None
    assert answer.child == "scaleSet"
    assert "loadBalancerInboundNatPools" in answer.target


def test_a_policy_does_not_stop_a_delete_and_a_lock_does(world: World) -> None:
    """Azure deletes an instance with a protection policy; scale_in alone gives a lock on Flexible, which stops it."""
    policy = {"properties": {"protectionPolicy": _ON}}
    machine = ids.parse(f"{azure.COMPUTE}/virtualMachines/web-0")
    for protection in ({}, {"protection": {"scale_in": True}}):
        ours = verdict(merged(base("Flexible", "named"), {"instances": {"web-0": protection}}))
        assert ours.accepted
        assert ours.plan is not None
        with world.scratch():
            assert Deployment(world).run(ours.plan) is None
            if not protection:
                world.put(f"{_INSTANCE}/web-0", policy)
                assert pipeline.delete(world.context(method="DELETE"), machine)
                continue
            with pytest.raises(ArmError) as stopped:
                pipeline.delete(world.context(method="DELETE"), machine)
            assert stopped.value.code == "ScopeLocked"


def test_a_lock_above_its_own_stack_stops_it(world: World) -> None:
    """The component's locks come after all that they guard; an earlier ReadOnly lock stops the deployment."""
    locked = {"lock": {"level": "ReadOnly", "include_dependencies": True}, "load_balancer": {}}
    ours = verdict(merged(base("Flexible", "both"), locked))
    assert ours.accepted
    assert ours.plan is not None
    children = [child.kind for child in ours.plan.children]
    assert set(children[children.index("lock") :]) == {"lock"}
    assert world.deploy(ours.plan) is None
    with world.scratch():
        lock = f"{azure.SCOPE}/providers/Microsoft.Authorization/locks/all"
        world.put(lock, {"properties": {"level": "ReadOnly"}})
        answer = Deployment(world).run(ours.plan)
    assert answer is not None
    assert answer.code == "ScopeLocked"


def test_a_flexible_set_needs_an_api_that_knows_it(world: World) -> None:
    """A version from before Flexible is refused as raw input, and by Azure; Uniform sets are older than it."""
    old = "2020-12-01"
    raw = {"overrides": {"scaleSet": {"azureApiVersion": old}}}
    for mode, accepted in (("Flexible", False), ("Uniform", True)):
        ours = verdict(merged(base(mode), raw))
        assert ours.accepted == accepted, ours.message
        assert ("api-version-on-flexible" in ours.rules) is not accepted
        assert ours.plan is not None
        with world.scratch():
            deployment = Deployment(world)
            deployment.run(ours.plan)
            body = _without(deployment.bodies["scaleSet"], "deleteOption", "networkApiVersion")
            path = f"{azure.COMPUTE}/virtualMachineScaleSets/old"
            if accepted:
                world.put(path, body, old)
                continue
            with pytest.raises(ArmError) as refused_:
                world.put(path, body, old)
            assert refused_.value.target == "orchestrationMode"
            assert "2021-03-01" in refused_.value.message


def test_the_network_api_version_cannot_be_taken_away(world: World) -> None:
    """The component always sends it; raw input that takes it away is refused, and by Azure."""
    rule = "network-api-version-required-on-flexible"
    raw = {"virtualMachineProfile": {"networkProfile": {"networkApiVersion": None}}}
    ours = verdict(merged(base("Flexible"), {"overrides": {"scaleSet": raw}}))
    assert rule in ours.rules
    assert ours.plan is not None
    refused_ = world.deploy(ours.plan)
    assert refused_ is not None
    assert "networkApiVersion" in refused_.target
    assert rule not in verdict(base("Flexible")).rules


def _without(node: Any, *names: str) -> Any:
    """``node`` without the members that are newer than an old api-version."""
    if isinstance(node, dict):
        return {key: _without(value, *names) for key, value in node.items() if key not in names}
    return [_without(each, *names) for each in node] if isinstance(node, list) else node


@pytest.mark.newest
def test_automatic_zone_placement_excludes_zones(world: World) -> None:
    """At its api-version, zones that Azure chooses exclude given zones; both sides say so, and accept it alone."""
    placed = {"zonePlacementPolicy": "Auto"}
    chosen = {"api_version": "2026-03-01", "overrides": {"scaleSet": {"placement": placed}}}
    for mode in ("Flexible", "Uniform"):
        plain = verdict(base(mode))
        good, bad = verdict(merged(base(mode), chosen)), verdict(merged(base(mode), {**chosen, "zones": ["1", "2"]}))
        assert good.accepted, good.message
        assert bad.rules == {"automatic-zone-placement-limits"}
        assert plain.plan is not None
        with world.scratch():
            deployment = Deployment(world)
            assert deployment.run(plain.plan) is None
            body, path = deployment.bodies["scaleSet"], f"{azure.COMPUTE}/virtualMachineScaleSets/placed"
            world.put(path, {**body, "placement": placed}, "2026-03-01")
            with pytest.raises(ArmError) as refused_:
                world.put(f"{path}-2", {**body, "placement": placed, "zones": ["1"]}, "2026-03-01")
            assert refused_.value.target == "placement.zonePlacementPolicy"
