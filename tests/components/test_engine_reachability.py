"""What a set is reached by from outside, on the engine: the security group of the network that the component makes."""

from __future__ import annotations

from typing import Any

import pytest
from harness import WorkspaceFactory
from support.reach import Inbound, arrives
from support.scalesets import PROGRAM, configured, created, flexible, uniform

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure

pytestmark = pytest.mark.engine

OFFICE, STRANGER = "198.51.100.7", "192.0.2.1"


def asking(mode: str, **more: Any) -> dict[str, Any]:
    """A set of a mode with SSH for the office and HTTP for everybody, on another port of the instances."""
    http = {"frontendPort": 80, "backendPort": 8080, "allowFrom": ["Internet"]}
    of = flexible if mode == "Flexible" else uniform
    return of(loadBalancer={"rules": {"http": http}}, **more)


@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
def test_exactly_what_was_asked_for_comes_in(
    mode: str, workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure
) -> None:
    """The office reaches SSH, everybody reaches HTTP on its backend port, nobody reaches anything else."""
    stack = workspace_factory(PROGRAM)
    stack.up(configured(asking(mode)))
    reached = {
        (source, port)
        for source in (OFFICE, STRANGER)
        for port in (22, 80, 443, 8080)
        if arrives(simulator, azure, Inbound(source, "Tcp", port))
    }
    assert reached == {(OFFICE, 22), (OFFICE, 8080), (STRANGER, 8080)}
    assert not arrives(simulator, azure, Inbound(OFFICE, "Udp", 22))


@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
def test_a_group_comes_and_goes_in_place(
    mode: str, workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure
) -> None:
    """A set that had none gets its group by an update of the network alone, and loses it again; no machine notices."""
    stack = workspace_factory(PROGRAM)
    without: dict[str, Any] = {"virtualNetwork": {"allowFrom": []}}
    office = Inbound(OFFICE, "Tcp", 22)
    arguments = flexible(loadBalancer={}) if mode == "Flexible" else uniform(loadBalancer={})
    stack.up(configured({**arguments, **without}))
    assert not arrives(simulator, azure, office)
    network, group = "azure-native:network:VirtualNetwork", "azure-native:network:NetworkSecurityGroup"
    opened = stack.up(configured(arguments))
    assert {(op, kind) for op, kind, _ in opened.ops()} == {("update", network), ("create", group)}
    assert arrives(simulator, azure, office)
    closed = stack.up(configured({**arguments, **without}))
    assert [(step.op, step.type) for step in closed.completed if step.op != "same"][-2:] == [
        ("update", network),
        ("delete", group),
    ]
    assert "web-nsg" not in created(stack)
    assert stack.preview().ops() == []


def test_the_network_and_its_group_go_together(workspace_factory: WorkspaceFactory) -> None:
    """Under another name of the set all is replaced, the group after its network; destroy leaves nothing."""
    stack = workspace_factory(PROGRAM)
    stack.up(configured(flexible()))
    moved = stack.up(configured(flexible(scaleSetName="portal")))
    order = [step.type.rsplit(":", 1)[-1] for step in moved.completed if step.op == "delete-replaced"]
    assert order.index("VirtualNetwork") < order.index("NetworkSecurityGroup")
    assert stack.preview().ops() == []
    stack.destroy()
    assert stack.resources() == []


@pytest.mark.smoke
def test_nothing_is_deployed_if_nobody_opens_the_way(workspace_factory: WorkspaceFactory) -> None:
    """Without sources the preview already ends, with the argument and the remedies, and Azure gets no request."""
    stack = workspace_factory(PROGRAM)
    refused = stack.preview(configured(flexible(virtualNetwork={})), expect_failure=True)
    for word in ("virtual_network.allow_from", "Tcp 22", '"Internet"', "network_security_group_id", "[]"):
        assert word in refused.text
    assert "Traceback" not in refused.text


@pytest.mark.smoke
def test_a_subnet_that_is_declared_elsewhere_is_told_once(workspace_factory: WorkspaceFactory) -> None:
    """Two sets of many instances in somebody else's subnet: one warning each, and no security group."""
    program = PROGRAM.replace(
        'scale_set = ScaleSet("web", {**args,',
        """from pulumi_azure_native import network
    net = network.VirtualNetwork("net", resource_group_name=group.name, location=group.location,
                                 address_space={"address_prefixes": ["10.9.0.0/16"]},
                                 subnets=[{"name": "main", "address_prefix": "10.9.0.0/20"}])
    scale_set = ScaleSet("web", {**args, "subnet_id": pulumi.Output.concat(net.id, "/subnets/main"),""",
    )
    stack = workspace_factory(program)
    deployed = stack.up(configured(flexible(virtualNetwork=None)))
    told = [d.message for d in deployed.diagnostics if "network security group of this subnet" in d.message]
    assert len(told) == 1
    assert "Tcp 22 (inbound_nat['ssh'])" in told[0]
    assert not any("web-nsg" in name for name in created(stack))
