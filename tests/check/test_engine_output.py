"""What the real engine writes is read: previews, stacks, policy events."""

from __future__ import annotations

import base64
import copy
from pathlib import Path
from typing import Any

import pytest
from check import samples
from harness import WorkspaceFactory

from scaleset_core.picture import Kind
from scaleset_policies import arm_types
from scaleset_policies.checking import Options, check_estate
from scaleset_policies.choices import FailOn, Format
from scaleset_policies.formats.read import FileEstate, read
from scaleset_policies.preview.drawing import pictures_of
from scaleset_policies.results import Exit, Results
from scaleset_policies.rule import Scope
from scaleset_policies.rules import RULES

pytestmark = pytest.mark.engine
PACK = Path(__file__).resolve().parents[2] / "policies"


def program(*, nat_pool: bool) -> dict[str, Any]:
    """A YAML program: a load balancer and a Flexible set that it serves, with a secret."""
    azure = "azure-native"
    group = {"type": f"{azure}:resources:ResourceGroup", "properties": {"location": "westeurope"}}
    here = {"resourceGroupName": "${group.name}"}
    address = {**here, "sku": {"name": "Standard"}, "publicIPAllocationMethod": "Static"}
    network = {
        **here,
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "subnets": [{"name": "web", "addressPrefix": "10.0.0.0/24"}],
    }
    balancer = {**here, **copy.deepcopy(samples.flat(samples.load_balancer(nat_pool=False)))}
    balancer["frontendIPConfigurations"][0]["publicIPAddress"] = {"id": "${address.id}"}
    for name in ("name", "location", "outboundRules"):
        del balancer[name]
    members = {**here, **samples.flat(samples.scale_set(nat_pool=nat_pool))}
    for name in ("name", "location"):
        del members[name]
    profile = members["virtualMachineProfile"]
    profile["osProfile"]["customData"] = {"fn::secret": base64.b64encode(samples.SECRET.encode()).decode()}
    ip = profile["networkProfile"]["networkInterfaceConfigurations"][0]["ipConfigurations"][0]
    ip["subnet"] = {"id": "${network.subnets[0].id}"}
    ip["loadBalancerBackendAddressPools"] = [{"id": "${balancer.id}/backendAddressPools/pool"}]
    if nat_pool:
        ip["loadBalancerInboundNatPools"] = [{"id": "${balancer.id}/inboundNatPools/ssh"}]
    return {
        "resources": {
            "group": group,
            "address": {"type": f"{azure}:network:PublicIPAddress", "properties": address},
            "network": {"type": f"{azure}:network:VirtualNetwork", "properties": network},
            "balancer": {"type": f"{azure}:network:LoadBalancer", "properties": balancer},
            "web": {"type": f"{azure}:compute:VirtualMachineScaleSet", "properties": members},
        }
    }


def checked(text: str, kind: Format) -> tuple[FileEstate, Results]:
    """A document of the engine, read and checked."""
    found = read(text, "engine.json")
    assert found is not None
    assert found.format is kind
    assert found.problems == ()
    assert base64.b64encode(samples.SECRET.encode()).decode() not in repr([each.properties for each in found.estate])
    return found, Results((check_estate(found, Options().config),))


def rules(results: Results) -> set[str]:
    """The names of the broken rules."""
    return {item.violation.rule.name for item in results.items}


@pytest.mark.smoke
def test_a_preview_of_the_engine_is_read(workspace_factory: WorkspaceFactory) -> None:
    """Nothing exists yet: the NAT pool is found, and the load balancer by the engine's property dependencies."""
    workspace = workspace_factory(program(nat_pool=True))
    preview = workspace.run("preview", "--json", "--stack", "dev")
    found, results = checked(preview.stdout, Format.PREVIEW)
    (members,) = found.estate.of_type(arm_types.SCALE_SET)
    assert members.secrets == {"virtualMachineProfile.osProfile.customData"}
    assert "nat-pool-on-flexible" in rules(results)
    assert results.exit(FailOn.ERROR) is Exit.VIOLATIONS
    lines = preview.stdout.split("\n")
    (item,) = [each for each in results.items if each.violation.rule.name == "nat-pool-on-flexible"]
    assert item.violation.location is not None
    assert "loadBalancerInboundNatPools" in lines[item.violation.location.line - 2]


def test_a_preview_of_the_engine_is_drawn(workspace_factory: WorkspaceFactory) -> None:
    """Before anything exists: front end, load balancer, subnet and interface are tied by the engine's dependencies."""
    workspace = workspace_factory(program(nat_pool=False))
    found, _ = checked(workspace.run("preview", "--json", "--stack", "dev").stdout, Format.PREVIEW)
    (picture,) = pictures_of(found.estate, "engine.json")
    kinds = {node.key: node.kind for node in picture.nodes}
    tied = {(kinds[left], kinds[right]) for left, right in picture.edges}
    assert tied >= {
        (Kind.ADDRESS, Kind.BALANCER),
        (Kind.BALANCER, Kind.INTERFACE),
        (Kind.SUBNET, Kind.INTERFACE),
        (Kind.INTERFACE, Kind.INSTANCE),
    }
    assert len(picture.of(Kind.INSTANCE)) == 3
    assert picture.unread == ()


def test_a_stack_and_its_policy_events_are_read(workspace_factory: WorkspaceFactory) -> None:
    """What is deployed: the exported stack, and the events of ``pulumi policy analyze`` agree."""
    workspace = workspace_factory(program(nat_pool=False))
    workspace.up()
    _, results = checked(workspace.run("stack", "export", "--stack", "dev").stdout, Format.STACK)
    assert "nat-pool-on-flexible" not in rules(results)
    assert "encryption-at-host" in rules(results)
    events = workspace.run(
        "policy",
        "analyze",
        "--policy-pack",
        str(workspace.runtime.installed(PACK)),
        "--stack",
        "dev",
        "--json",
        expect_failure=None,
    )
    _, reported = checked(events.stdout, Format.ANALYZE)
    of_stacks = {each.name for each in RULES.values() if each.scope is Scope.STACK}
    assert rules(reported) >= {"encryption-at-host"}
    assert rules(reported) & of_stacks
    assert rules(reported) == rules(results)
