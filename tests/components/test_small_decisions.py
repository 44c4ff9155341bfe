"""Small decisions, each by itself: what an interface gives out, whose problem follows from which, what is the same."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from support import azure_world as azure
from support.scale_set_args import base, merged

from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.errors import ScaleSetArgsError
from pulumi_azure_scaleset.layout.network import private_address
from pulumi_azure_scaleset.plan.resources import Child, Plan
from pulumi_azure_scaleset.validation.knock_on import follows

SOMEBODY = "11111111-0000-0000-0000-000000000001"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"


def plan(kind: str, **more: Any) -> Plan:
    """The plan of a Flexible set with these arguments."""
    return compile_args("web", merged(base("Flexible", kind), more)).plan


def children(found: Plan, kind: str) -> list[Child]:
    """The children of a kind."""
    return [child for child in found.children if child.kind == kind]


def test_only_the_primary_interface_gives_out_its_address() -> None:
    """The private address of an instance is that of its primary interface's first configuration."""
    found = plan("named", network_interfaces=[{"name": "back"}])
    outputs = {child.name: child.outputs for child in children(found, "networkInterface") if "web-0" in child.name}
    assert outputs == {"web-0-nic": ("ipConfigurations",), "web-0-back": ()}
    configurations = [{"privateIPAddress": "10.0.0.4"}, {"privateIPAddress": "fd00::4"}]
    assert private_address(configurations) == "10.0.0.4"
    assert private_address([]) is None
    assert private_address(None) is None


@pytest.mark.parametrize(("kind", "on_set"), [("named", False), ("profile", True), ("both", True)])
def test_a_purchase_plan_stands_where_machines_are_made(kind: str, *, on_set: bool) -> None:
    """The set has the plan of its image only if Azure makes machines from its profile; each named machine has it."""
    wanted = {"name": "plan", "publisher": "us", "product": "golden"}
    found = plan(kind, plan=wanted)
    assert ("plan" in found.child("scaleSet").inputs) is on_set
    assert all(child.inputs["plan"] == wanted for child in children(found, "virtualMachine"))


@pytest.mark.parametrize(
    ("field", "dropped", "expected"),
    [
        ("zones", {"zones"}, True),
        ("zones[0]", {"zones"}, True),
        ("zones.x", {"zones"}, True),
        ("instances['a'].zone", {"zones"}, True),
        ("instances['a'].zone.x", {"zones"}, True),
        ("instances['a'].zones", {"zones"}, False),
        ("instances['a'].vm_size", {"zones"}, False),
        ("vm_size", {"zones"}, False),
        ("vm_size", set(), False),
        ("vm_size", {"zones", "vm_size"}, True),
    ],
)
def test_which_problems_follow(field: str, dropped: set[str], *, expected: bool) -> None:
    """A problem follows from the same argument, and from one that its own is marked to need."""
    assert follows(field, dropped) is expected


def _refused(*principals: Any) -> set[str]:
    grants = {f"g{index}": {"role_definition_id": READER, "principal_id": who} for index, who in enumerate(principals)}
    try:
        plan("profile", role_assignments=grants)
    except ScaleSetArgsError as error:
        return {problem.field for problem in error.problems}
    return set()


async def test_what_is_not_known_yet_is_the_same_only_as_itself() -> None:
    """Two Outputs may be one principal, but nobody knows; the very same Output is one."""
    one, two = pulumi.Output.from_input(SOMEBODY), pulumi.Output.from_input(SOMEBODY)
    assert _refused(one, two) == set()
    assert _refused(one, SOMEBODY) == set()
    assert _refused(SOMEBODY, one) == set()
    assert _refused(one, one) == {"role_assignments['g1']"}
    assert _refused(SOMEBODY, SOMEBODY) == {"role_assignments['g1']"}


@pytest.mark.parametrize(
    ("protection", "policy"),
    [
        ({"scale_in": True}, False),
        ({"scale_in": True, "instance_policy": True}, True),
        ({"instance_policy": True}, True),
    ],
)
def test_a_policy_is_set_where_it_was_asked_for(protection: dict[str, bool], *, policy: bool) -> None:
    """On Flexible the protection policy comes besides the locks, with instance_policy only."""
    found = plan("named", instances={"web-0": {"protection": protection}})
    assert found.has("policy:web-0") is policy
    assert found.has("lock:web-0/cannotdelete") is protection.get("scale_in", False)


def test_a_set_of_its_own_has_no_balancer_without_need() -> None:
    """A load balancer is made for a way in, for an outbound rule, or where one was asked for; else there is none."""
    external = {"method": "External"}
    assert not children(plan("profile", outbound=external), "loadBalancer")
    assert children(plan("profile", outbound=external, load_balancer={}), "loadBalancer")
    assert children(plan("profile", outbound=external, inbound_nat={"ssh": {"backend_port": 22}}), "loadBalancer")
    assert children(plan("profile", outbound={"method": "LoadBalancer"}), "loadBalancer")
    assert not children(plan("profile", outbound=external, load_balancer={"id": azure.BALANCER}), "loadBalancer")
