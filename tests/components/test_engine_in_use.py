"""Nothing that is in use is removed half-way: the preview says what to run, and then it works, on the real engine."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from azure.mgmt.compute import ComputeManagementClient
from components.conftest import Deployed
from harness import WorkspaceFactory
from operations.conftest import run
from support.scalesets import GROUP, IMAGE, KEY, LOCATION, configured, created, flexible, uniform

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure

pytestmark = pytest.mark.engine

RULES = {"rules": {"http": {"frontendPort": 80, "probe": {"protocol": "Http", "port": 80, "requestPath": "/"}}}}
MANUAL = {"upgradePolicy": {"mode": "Manual"}}
GATEWAY = {"outbound": {"method": "NatGateway"}}
CLOSED: dict[str, Any] = {"inboundNat": {}, "virtualNetwork": {}}
PROFILE = flexible(instances={}, capacity=2, extensions=[], **GATEWAY)
UNIFORM = uniform(instances={}, **MANUAL)
CASES = {
    # what is there, what is wanted, what the preview names
    "a NAT pool goes": (UNIFORM | {"loadBalancer": RULES}, {"inboundNat": {}}, "NAT pool ssh"),
    "a NAT pool becomes a rule over the pool": (
        UNIFORM | {"loadBalancer": RULES},
        {"inboundNat": {"ssh": {"backendPort": 22, "kind": "PoolRule"}}},
        "NAT pool ssh",
    ),
    "Uniform: the balancer goes": (UNIFORM | GATEWAY, CLOSED, "load balancer web-lb"),
    "Flexible: the balancer goes": (PROFILE, CLOSED, "load balancer web-lb"),
}


def follow(refused: str, azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the command that a refusal gives."""
    command = shlex.split(refused.split("`scaleset ")[1].split("`", maxsplit=1)[0])
    monkeypatch.setenv("SCALESET_ARM_ENDPOINT", azure.endpoint)
    monkeypatch.setenv("SCALESET_ARM_TOKEN", azure.token)
    monkeypatch.setenv("AZURE_SUBSCRIPTION_ID", azure.subscription)
    answer = run(*command, "--yes")
    assert answer.code == 0, answer.err


@pytest.mark.parametrize(("before", "change", "named"), CASES.values(), ids=CASES)
def test_what_is_in_use_is_freed_first(
    deployed: Deployed,
    simulator: RunningSimulator,
    azure: Azure,
    monkeypatch: pytest.MonkeyPatch,
    before: dict[str, Any],
    change: dict[str, Any],
    named: str,
) -> None:
    """The preview refuses before anything is changed and gives the command; after it the update goes through."""
    stack = deployed(before)
    after = configured({**before, **change})
    refused = " ".join(stack.preview(after, expect_failure=True).text.split())
    assert f"The {named}" in refused
    follow(refused, azure, monkeypatch)
    stack.up()
    assert stack.preview().ops() == []
    compute = simulator.client(ComputeManagementClient, azure.subscription)
    assert compute.virtual_machine_scale_sets.get(GROUP, "web").sku.capacity == 2
    stack.destroy()
    assert created(stack) == []


@pytest.mark.parametrize("before", [UNIFORM, flexible()], ids=["Uniform", "Flexible"])
def test_the_range_of_a_subnet_in_use_stays(deployed: Deployed, before: dict[str, Any]) -> None:
    """Another subnet_prefix is refused in the preview while instances have addresses in the old one; destroy works."""
    stack = deployed(before)
    network = {**before["virtualNetwork"], "addressPrefix": "10.0.0.0/16", "subnetPrefix": "10.0.9.0/24"}
    refused = stack.preview(configured({**before, "virtualNetwork": network}), expect_failure=True)
    assert "virtual_network.subnet_prefix:" in refused.text
    assert "of the subnet instances are in use" in " ".join(refused.text.split())
    stack.destroy()
    assert created(stack) == []


def test_the_probe_that_is_the_sets_health_is_swapped(
    deployed: Deployed, simulator: RunningSimulator, azure: Azure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another rule with another probe as the health of a Uniform set: refused first, and done after the command."""

    def probed(rule: str) -> dict[str, Any]:
        group = f"/subscriptions/{azure.subscription}/resourceGroups/{GROUP}"
        probe = f"{group}/providers/Microsoft.Network/loadBalancers/web-lb/probes/{rule}"
        entry = {"frontendPort": 80, "probe": {"protocol": "Http", "port": 80, "requestPath": f"/{rule}"}}
        balancer = {"rules": {rule: entry}}
        return {**UNIFORM, "inboundNat": {}, "loadBalancer": balancer, "health": {"probeId": probe}}

    stack = deployed(probed("old"))
    after = configured(probed("new"))
    refused = " ".join(stack.preview(after, expect_failure=True).text.split())
    assert "The probe old is in use by the model of web" in refused
    follow(refused, azure, monkeypatch)
    stack.up()
    compute = simulator.client(ComputeManagementClient, azure.subscription)
    profile = compute.virtual_machine_scale_sets.get(GROUP, "web").properties.virtual_machine_profile
    assert profile.network_profile.health_probe.id.endswith("/probes/new")
    assert stack.preview().ops() == []


MOVING = f"""
    import pulumi
    from pulumi_azure_native import network, resources
    from pulumi_azure_scaleset import ScaleSet

    args = pulumi.Config().require_object("args")
    group = resources.ResourceGroup("group", resource_group_name="{GROUP}", location="{LOCATION}")
    networks = {{
        name: network.VirtualNetwork(
            name, virtual_network_name=name, resource_group_name=group.name, location="{LOCATION}",
            address_space={{"address_prefixes": [f"10.{{number}}.0.0/16"]}},
            subnets=[
                {{"name": part, "address_prefix": f"10.{{number}}.{{index}}.0/24"}} for index, part in enumerate("ab")
            ],
        )
        for number, name in enumerate(("one", "two"))
    }}

    def subnet(where):
        name, part = where.split("/")
        return pulumi.Output.concat(networks[name].id, "/subnets/", part)

    for each in args.get("networkInterfaces", []):
        each["subnetId"] = subnet(each.pop("where"))
    where = subnet(args.pop("where"))
    ScaleSet("web", {{**args, "resource_group_name": group.name, "subnet_id": where}})
"""
"""A set in one of four subnets of two networks."""
PLACED = {
    "instances": {"web-0": {}},
    "vmSize": "Standard_D4s_v5",
    "image": IMAGE,
    "sshPublicKeys": [KEY],
    "outbound": {"method": "External"},
}


def test_an_interface_stays_in_its_network(workspace_factory: WorkspaceFactory) -> None:
    """Another subnet of its network is an update in place; another network is refused in the preview."""
    stack = workspace_factory(MOVING)
    stack.up(configured({**PLACED, "where": "one/a"}))
    done = stack.up(configured({**PLACED, "where": "one/b"}))
    assert [(op, name) for op, _, name in done.ops(completed=True)] == [("update", "web-0-nic")]
    refused = stack.preview(configured({**PLACED, "where": "two/a"}), expect_failure=True)
    assert "instances['web-0']: its interface web-0-nic can't move" in " ".join(refused.text.split())
    stack.destroy()
    assert created(stack) == []


def test_a_second_interface_moves_while_its_machine_is_stopped(
    workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure
) -> None:
    """Azure moves a secondary interface of a stopped machine only: the error says so, and that way works."""
    stack = workspace_factory(MOVING)
    stack.up(configured({**PLACED, "where": "one/a", "networkInterfaces": [{"name": "back", "where": "one/a"}]}))
    moved = {**PLACED, "where": "one/a", "networkInterfaces": [{"name": "back", "where": "one/b"}]}
    refused = " ".join(stack.up(configured(moved), expect_failure=True).text.split())
    assert "`scaleset instances deallocate --instances web-0`, `pulumi up`" in refused
    machines = simulator.client(ComputeManagementClient, azure.subscription).virtual_machines
    machines.begin_deallocate(GROUP, "web-0").result()
    done = stack.up()
    assert [(op, name) for op, _, name in done.ops(completed=True)] == [("update", "web-0-back")]
    assert stack.preview().ops() == []


@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
def test_a_lost_nat_gateway_is_a_warning(
    deployed: Deployed, azure: Azure, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    """The preview names the instances that the new outbound rule does not serve; on Uniform one command adds them."""
    closed = {"inboundNat": {}, "virtualNetwork": {}, "instances": {}, "capacity": 2, "extensions": []}
    before = {**(flexible() if mode == "Flexible" else UNIFORM), **closed, **GATEWAY}
    stack = deployed(before)
    after = configured({**before, "outbound": {"method": "LoadBalancer"}})
    warning = " ".join(stack.preview(after).text.split()).partition("lose their NAT gateway with this update")[2]
    assert warning
    stack.up(after)
    if mode == "Uniform":
        follow(warning, azure, monkeypatch)
        assert run("outbound", "show", "-g", GROUP, "-n", "web").out.count("outbound rule") == 2
