"""The pack on the real engine: what it refuses is not created, what it corrects is deployed corrected."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from harness import Workspace, WorkspaceFactory

from scaleset_policies.rules import BY_NAME

pytestmark = pytest.mark.engine
PACK = Path(__file__).resolve().parents[2] / "policies"
NAT_POOL = "nat-pool-on-flexible"
ON_BALANCER = "nat-pool-serves-flexible"

PROGRAM = """
    import pulumi
    from pulumi_azure_native import compute, network, resources

    group = resources.ResourceGroup("group", location="westeurope")
    vnet = network.VirtualNetwork(
        "vnet", resource_group_name=group.name, address_space={"address_prefixes": ["10.0.0.0/16"]}
    )
    gateway_address = network.PublicIPAddress(
        "gateway-address",
        resource_group_name=group.name,
        sku={"name": "Standard"},
        public_ip_allocation_method="Static",
    )
    gateway = network.NatGateway(
        "gateway",
        resource_group_name=group.name,
        sku={"name": "Standard"},
        public_ip_addresses=[{"id": gateway_address.id}],
    )
    subnet = network.Subnet(
        "subnet",
        resource_group_name=group.name,
        virtual_network_name=vnet.name,
        address_prefix="10.0.0.0/24",
        nat_gateway={"id": gateway.id},
    )
    address = network.PublicIPAddress(
        "address", resource_group_name=group.name, sku={"name": "Standard"}, public_ip_allocation_method="Static"
    )
    balancer_id = pulumi.Output.concat(
        group.id, "/providers/Microsoft.Network/loadBalancers/", pulumi.get_stack(), "-balancer"
    )
    pools = [
        {
            "name": "ssh",
            "protocol": "Tcp",
            "frontend_port_range_start": 50000,
            "frontend_port_range_end": 50099,
            "backend_port": 22,
            "frontend_ip_configuration": {"id": balancer_id.apply(lambda i: i + "/frontendIPConfigurations/front")},
        }
    ]
    balancer = network.LoadBalancer(
        "balancer",
        resource_group_name=group.name,
        load_balancer_name=pulumi.get_stack() + "-balancer",
        sku={"name": "Standard"},
        frontend_ip_configurations=[{"name": "front", "public_ip_address": {"id": address.id}}],
        backend_address_pools=[{"name": "pool"}],
        inbound_nat_pools=pools if WITH_POOL else None,
    )
    configuration = {
        "name": "ip",
        "primary": True,
        "subnet": {"id": subnet.id},
        "load_balancer_backend_address_pools": [{"id": pulumi.Output.concat(balancer.id, "/backendAddressPools/pool")}],
    }
    if WITH_POOL:
        pool_id = pulumi.Output.concat(balancer.id, "/inboundNatPools/ssh")
        configuration["load_balancer_inbound_nat_pools"] = [{"id": pool_id}]
    scale_set = compute.VirtualMachineScaleSet(
        "web",
        resource_group_name=group.name,
        orchestration_mode="Flexible",
        platform_fault_domain_count=1,
        sku={"name": "Standard_D2s_v5", "capacity": 1},
        virtual_machine_profile={
            "os_profile": {
                "computer_name_prefix": "web",
                "admin_username": "azureuser",
                "linux_configuration": {
                    "disable_password_authentication": True,
                    "ssh": {
                        "public_keys": [{"path": "/home/azureuser/.ssh/authorized_keys", "key_data": "ssh-rsa AAAA"}]
                    },
                },
            },
            "storage_profile": {
                "image_reference": {
                    "publisher": "Canonical",
                    "offer": "ubuntu-24_04-lts",
                    "sku": "server",
                    "version": "latest",
                },
                "os_disk": {"create_option": "FromImage"},
            },
            "network_profile": {
                "network_api_version": "2020-11-01",
                "network_interface_configurations": [
                    {"name": "nic", "primary": True, "ip_configurations": [configuration]}
                ],
            },
        },
    )
"""


def program(*, pool: bool) -> str:
    """A hand-written program with a Flexible set, with or without a NAT pool."""
    return PROGRAM.replace("WITH_POOL", str(pool))


def yaml_program(*, pool: bool) -> dict[str, Any]:
    """A YAML program with a Flexible set in a network that exists elsewhere."""
    subscription = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/elsewhere"
    configuration: dict[str, Any] = {
        "name": "ip",
        "primary": True,
        "subnet": {"id": f"{subscription}/providers/Microsoft.Network/virtualNetworks/v/subnets/s"},
    }
    balancer = f"{subscription}/providers/Microsoft.Network/loadBalancers/b"
    if pool:
        configuration["loadBalancerInboundNatPools"] = [{"id": f"{balancer}/inboundNatPools/ssh"}]
    properties = {
        "resourceGroupName": "${group.name}",
        "orchestrationMode": "Flexible",
        "platformFaultDomainCount": 1,
        "sku": {"name": "Standard_D2s_v5", "capacity": 1},
        "virtualMachineProfile": {
            "osProfile": {"computerNamePrefix": "web", "adminUsername": "azureuser"},
            "storageProfile": {
                "imageReference": {
                    "publisher": "Canonical",
                    "offer": "ubuntu-24_04-lts",
                    "sku": "server",
                    "version": "latest",
                }
            },
            "networkProfile": {
                "networkApiVersion": "2020-11-01",
                "networkInterfaceConfigurations": [
                    {"name": "nic", "primary": True, "ipConfigurations": [configuration]}
                ],
            },
        },
    }
    group = {"type": "azure-native:resources:ResourceGroup", "properties": {"location": "westeurope"}}
    web = {"type": "azure-native:compute:VirtualMachineScaleSet", "properties": properties}
    return {"resources": {"group": group, "web": copy.deepcopy(web)}}


def settings(workspace: Workspace, values: dict[str, Any]) -> list[str]:
    """The arguments that give the pack this configuration."""
    file = workspace.directory / "policy-config.json"
    file.write_text(json.dumps(values))
    return ["--policy-pack-config", str(file)]


@pytest.mark.smoke
def test_a_nat_pool_on_a_flexible_set_stops_the_preview(workspace_factory: WorkspaceFactory) -> None:
    """The preview fails with the rule's message, at the profile and at the load balancer, and nothing is created."""
    workspace = workspace_factory(program(pool=True))
    result = workspace.preview(policy_packs=[PACK], expect_failure=True)
    mandatory = {each.policy: each for each in result.violations if each.enforcement == "mandatory"}
    assert set(mandatory) >= {NAT_POOL}
    assert mandatory[NAT_POOL].pack == "azure-scaleset"
    message = mandatory[NAT_POOL].message
    assert BY_NAME[NAT_POOL].title in message
    assert "loadBalancerInboundNatPools[0]" in message
    assert "[SS016: scaleset rules show SS016]" in message
    assert mandatory[NAT_POOL].urn.endswith("::web")
    assert workspace.resources() == []


def test_the_corrected_program_is_deployed(workspace_factory: WorkspaceFactory) -> None:
    """Without the pool nothing mandatory is left, in the preview and in the deployment."""
    workspace = workspace_factory(program(pool=False))
    assert not [each for each in workspace.preview(policy_packs=[PACK]).violations if each.enforcement == "mandatory"]
    result = workspace.up(policy_packs=[PACK])
    assert not [each for each in result.violations if each.enforcement == "mandatory"]
    assert "web" in {each["urn"].rsplit("::", 1)[1] for each in workspace.resources()}


def test_with_remediation_the_deployed_set_has_no_nat_pool(workspace_factory: WorkspaceFactory) -> None:
    """The pool is dropped from the profile before Azure sees it; on the load balancer it is reported."""
    workspace = workspace_factory(program(pool=True))
    config = settings(workspace, {NAT_POOL: "remediate", ON_BALANCER: "advisory"})
    result = workspace.up(policy_packs=[PACK], extra_args=config)
    scale_set = next(each for each in workspace.resources() if each["type"].endswith(":VirtualMachineScaleSet"))
    network = scale_set["inputs"]["virtualMachineProfile"]["networkProfile"]
    (configuration,) = network["networkInterfaceConfigurations"][0]["ipConfigurations"]
    assert "loadBalancerInboundNatPools" not in configuration
    assert configuration["loadBalancerBackendAddressPools"]
    assert "inboundNatPools/" not in json.dumps(scale_set["outputs"])
    advice = {each.policy: each for each in result.violations if each.enforcement == "advisory"}
    assert advice[ON_BALANCER].urn.endswith("::balancer")


def test_a_yaml_program_is_held_to_the_same_rules(workspace_factory: WorkspaceFactory) -> None:
    """The pack does not care which language wrote the set."""
    refused = workspace_factory(yaml_program(pool=True)).preview(policy_packs=[PACK], expect_failure=True)
    assert NAT_POOL in {each.policy for each in refused.violations if each.enforcement == "mandatory"}
    accepted = workspace_factory(yaml_program(pool=False)).preview(policy_packs=[PACK])
    assert not [each for each in accepted.violations if each.enforcement == "mandatory"]


@pytest.mark.smoke
def test_a_waived_violation_is_shown_and_stops_nothing(workspace_factory: WorkspaceFactory) -> None:
    """The waiver's reason and last day are in the engine's own output."""
    workspace = workspace_factory(yaml_program(pool=True))
    waiver = {"resource": "web", "reason": "moves in Q2, OPS-123", "expires": "2999-01-01"}
    config = settings(workspace, {NAT_POOL: {"enforcementLevel": "mandatory", "waivers": [waiver]}})
    result = workspace.preview(policy_packs=[PACK], extra_args=config)
    assert "Waived until 2999-01-01 (moves in Q2, OPS-123)." in result.text


@pytest.mark.smoke
def test_a_wrong_policy_configuration_is_refused(workspace_factory: WorkspaceFactory) -> None:
    """A waiver with an impossible date stops the command and says what is wrong with it."""
    workspace = workspace_factory(yaml_program(pool=True))
    waiver = {"resource": "web", "reason": "OPS-123", "expires": "soon"}
    config = settings(workspace, {NAT_POOL: {"enforcementLevel": "mandatory", "waivers": [waiver]}})
    result = workspace.preview(policy_packs=[PACK], extra_args=config, expect_failure=True)
    assert "nat-pool-on-flexible.waivers[0].expires: expected a date such as 2027-06-30, got 'soon'" in result.text
