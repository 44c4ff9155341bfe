"""What Azure writes into resources of a set when others refer to them, and what a refresh and `up` make of it."""

from __future__ import annotations

from typing import Any

import pytest
from harness import WorkspaceFactory
from support.reach import closed_ways
from support.scalesets import PROGRAM, configured, flexible, uniform

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure

pytestmark = pytest.mark.engine

CLIENT = "198.51.100.7"
POOL = "backendAddressPools[0].loadBalancerBackendAddresses"


@pytest.mark.parametrize("args", [flexible(), uniform()], ids=["Flexible", "Uniform"])
def test_the_members_of_a_pool(
    args: dict[str, Any], workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure
) -> None:
    """A balancer whose pool shows its members: the first refresh notes them, the next `up` sends it once as it is.

    No member leaves the pool, every way in stays open, and after that there is nothing to do.
    """
    simulator.configure(pool_members="shown")
    stack = workspace_factory(PROGRAM)
    stack.up(configured(args))
    assert stack.preview().ops() == []
    first = stack.refresh()
    assert {(s.name, path) for s in first.completed if s.op == "update" for path in s.detailed} == {("web-lb", POOL)}
    assert stack.up().ops() == [("update", "azure-native:network:LoadBalancer", "web-lb")]
    assert closed_ways(simulator, azure, [CLIENT]) == []
    stack.preview(extra_args=["--refresh", "--expect-no-changes"])
    stack.refresh(extra_args=["--expect-no-changes"])


def test_the_gateway_of_an_address(workspace_factory: WorkspaceFactory) -> None:
    """The address of the set's own NAT gateway: a refresh notes the gateway once, `up` never sends it again."""
    args = {**flexible(), "outbound": {"method": "NatGateway"}}
    stack = workspace_factory(PROGRAM)
    stack.up(configured(args))
    first = stack.refresh()
    noted = {(s.name, path) for s in first.completed if s.op == "update" for path in s.detailed}
    assert noted == {("web-natgw-pip", "natGateway")}
    stack.refresh(extra_args=["--expect-no-changes"])
    stack.preview(extra_args=["--expect-no-changes"])
