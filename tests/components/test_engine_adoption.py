"""A set that was written by hand becomes a component's: on the engine, nothing happens to it in Azure."""

from __future__ import annotations

from typing import Any

import pytest
from harness import Workspace, WorkspaceFactory
from hypothesis import given, settings
from hypothesis import strategies as st
from support.scalesets import configured

from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.model.adoption import Adoption
from pulumi_azure_scaleset.plan.adoption import alias, problems

KEY = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7"
BY_HAND = f"""
    import pulumi
    from pulumi_azure_native import compute, network, resources

    group = resources.ResourceGroup("group", resource_group_name="rg", location="westeurope")
    vnet = network.VirtualNetwork("net", resource_group_name=group.name, virtual_network_name="net",
        address_space={{"address_prefixes": ["10.0.0.0/16"]}})
    subnet = network.Subnet("subnet", resource_group_name=group.name, virtual_network_name=vnet.name,
        subnet_name="apps", address_prefix="10.0.0.0/24")
    pulumi.export("subnet", subnet.id)
    scale_set = compute.VirtualMachineScaleSet("portal", resource_group_name=group.name, vm_scale_set_name="web",
        orchestration_mode="Flexible", platform_fault_domain_count=1, single_placement_group=False)
    for color in ("blue", "green"):
        nic = network.NetworkInterface(f"nic-{{color}}", resource_group_name=group.name,
            network_interface_name=f"{{color}}-interface",
            ip_configurations=[{{"name": "ipconfig", "primary": True, "private_ip_allocation_method": "Dynamic",
                               "subnet": {{"id": subnet.id}}}}])
        compute.VirtualMachine(f"vm-{{color}}", resource_group_name=group.name, vm_name=f"web-{{color}}",
            virtual_machine_scale_set={{"id": scale_set.id}}, hardware_profile={{"vm_size": "Standard_D2s_v5"}},
            network_profile={{"network_interfaces": [{{"id": nic.id}}]}},
            os_profile={{"computer_name": f"web-{{color}}", "admin_username": "azureuser", "linux_configuration": {{
                "disable_password_authentication": True, "provision_vm_agent": True, "ssh": {{"public_keys": [
                    {{"key_data": "{KEY}", "path": "/home/azureuser/.ssh/authorized_keys"}}]}}}}}},
            storage_profile={{
                "image_reference": {{"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server",
                                    "version": "latest"}},
                "os_disk": {{"create_option": "FromImage", "caching": "ReadWrite", "delete_option": "Delete",
                             "managed_disk": {{"storage_account_type": "Premium_LRS"}}}}}},
            diagnostics_profile={{"boot_diagnostics": {{"enabled": True}}}})
"""
COMPONENT = """
    import pulumi
    from pulumi_azure_native import network, resources
    from pulumi_azure_scaleset import ScaleSet

    group = resources.ResourceGroup("group", resource_group_name="rg", location="westeurope")
    vnet = network.VirtualNetwork("net", resource_group_name=group.name, virtual_network_name="net",
        address_space={"address_prefixes": ["10.0.0.0/16"]})
    subnet = network.Subnet("subnet", resource_group_name=group.name, virtual_network_name=vnet.name,
        subnet_name="apps", address_prefix="10.0.0.0/24")
    args = pulumi.Config().require_object("args")
    ScaleSet("web", {**args, "resource_group_name": group.name, "subnet_id": subnet.id})
"""
NAMES = {
    "web": "portal",
    "web-blue": "vm-blue",
    "web-blue-nic": "nic-blue",
    "web-green": "vm-green",
    "web-green-nic": "nic-green",
}
COLORS = ("blue", "green")


def arguments(**adoption: Any) -> dict[str, Any]:
    """What the hand-written program deploys, as the component's arguments."""
    return {
        "instances": {
            f"web-{color}": {"overrides": {"networkInterface": {"networkInterfaceName": f"{color}-interface"}}}
            for color in COLORS
        },
        "vmSize": "Standard_D2s_v5",
        "image": {"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
        "sshPublicKeys": [KEY],
        "outbound": {"method": "External"},
        "adopt": adoption,
    }


def by_hand(factory: WorkspaceFactory) -> Workspace:
    """The stack as the hand-written program leaves it."""
    stack = factory(BY_HAND)
    stack.up({"azure-native:location": "westeurope"})
    return stack


@pytest.mark.engine
def test_a_set_written_by_hand_becomes_the_components(workspace_factory: WorkspaceFactory) -> None:
    """Nothing happens but that the component appears; later, without `adopt`, nothing at all."""
    stack = by_hand(workspace_factory)
    before = {resource["id"] for resource in stack.resources() if resource["custom"]}
    stack.write_program(COMPONENT)
    result = stack.up(configured(arguments(names=NAMES)))
    assert result.ops() == [("create", "azure-scaleset:index:ScaleSet", "web")]
    assert {resource["id"] for resource in stack.resources() if resource["custom"]} == before
    assert stack.preview(configured(arguments())).ops() == []


@pytest.mark.engine
def test_a_forgotten_name_shows_in_the_preview(workspace_factory: WorkspaceFactory) -> None:
    """A resource that the argument does not name would be made anew and the old one deleted: the preview says so."""
    stack = by_hand(workspace_factory)
    stack.write_program(COMPONENT)
    forgotten = {name: old for name, old in NAMES.items() if name != "web-green-nic"}
    changes = stack.preview(configured(arguments(names=forgotten))).ops()
    assert ("create", "azure-native:network:NetworkInterface", "web-green-nic") in changes
    assert ("delete", "azure-native:network:NetworkInterface", "nic-green") in changes


SUBNET = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/net/subnets/apps"


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(NAMES)), st.text(min_size=1), max_size=5))
def test_each_child_is_looked_for_once(names: dict[str, str]) -> None:
    """Whatever names are given, each child has one former name, and two children with the same one are a problem."""
    plan = compile_args("web", {**arguments(), "resource_group_name": "rg", "subnet_id": SUBNET}).plan
    adoption = Adoption(names=names)
    former = [(child.type, alias(adoption, child).name) for child in plan.children]
    assert bool(list(problems(adoption, plan.children))) == (len(former) != len(set(former)))


def test_a_former_type_is_looked_for() -> None:
    """A child is looked for under the type that its program imported, and under its own if the argument has none."""
    plan = compile_args("web", {**arguments(), "resource_group_name": "rg", "subnet_id": SUBNET}).plan
    machine = "azure-native:compute:VirtualMachine"
    adoption = Adoption(
        types={machine: "azure-native:compute/v20240701:VirtualMachine"}, parent_urn="urn:pulumi:a::b::c::d"
    )
    former = {child.type: alias(adoption, child) for child in plan.children}
    assert former[machine].type_ == "azure-native:compute/v20240701:VirtualMachine"
    unchanged: Any = former["azure-native:network:NetworkInterface"].type_
    assert unchanged is ...
    assert {each.parent for each in former.values()} == {"urn:pulumi:a::b::c::d"}
