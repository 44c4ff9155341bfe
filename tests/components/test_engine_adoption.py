"""A set that was written by hand becomes a component's: on the engine, nothing happens to it in Azure."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
from harness import Workspace, WorkspaceFactory
from hypothesis import given, settings
from hypothesis import strategies as st
from support.scalesets import configured

from devkit.launchers import provider_version
from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.model.adoption import Adoption
from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.adoption import aliases, former_types, problems

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


@pytest.mark.smoke
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
    """A resource that the argument does not name would be created, and the old one deleted: the preview says so."""
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
    former = [(child.type, aliases(adoption, child)[0].name) for child in plan.children]
    assert bool(list(problems(adoption, plan.children))) == (len(former) != len(set(former)))


def test_a_former_type_is_looked_for() -> None:
    """A child is looked for under the type that its program imported, and under its own if the argument has none."""
    plan = compile_args("web", {**arguments(), "resource_group_name": "rg", "subnet_id": SUBNET}).plan
    machine = "azure-native:compute:VirtualMachine"
    adoption = Adoption(
        types={machine: "azure-native:compute/v20240701:VirtualMachine"}, parent_urn="urn:pulumi:a::b::c::d"
    )
    former = {child.type: aliases(adoption, child) for child in plan.children}
    assert [each.type_ for each in former[machine]] == ["azure-native:compute/v20240701:VirtualMachine"]
    by_rule = former["azure-native:network:NetworkInterface"]
    unchanged: Any = by_rule[0].type_
    assert unchanged is ...
    assert [each.type_ for each in by_rule[1:]] == former_types("azure-native:network:NetworkInterface")
    assert {each.parent for found in former.values() for each in found} == {"urn:pulumi:a::b::c::d"}


@pytest.mark.parametrize("token", sorted(tokens.IDENTITY))
def test_the_types_of_every_release_are_found(token: str) -> None:
    """For each type: all that the SDK's own class takes over, and local packages of each version, in both spellings."""
    module, name = token.split(":")[1:]
    sdk: Any = getattr(importlib.import_module(f"pulumi_azure_native.{module}"), name)
    source = inspect.getsource(sdk)
    taken_over = set(re.findall(r'type_="([^"]+)"', source))
    found = former_types(token)
    assert taken_over <= set(found)
    assert len(found) == len(set(found))
    default = re.search(r"Uses Azure REST API version ([0-9a-z-]+)", source)
    assert default is not None
    version = f"v{default[1].replace('-', '')}"
    package = f"azure-native_{module}_{version}"
    assert {f"{package}:{module}:{name}", f"{package}:{module}/{version}:{name}"} <= set(found)


def test_version_2_had_monitoring_in_another_module() -> None:
    """Autoscale and diagnostic settings are found under `insights` too, at every version that there was."""
    settings_ = former_types(tokens.AUTOSCALE)
    assert {f"azure-native:insights{v}:AutoscaleSetting" for v in ("", "/v20221001", "/v20150401")} <= set(settings_)
    assert "azure-native:insights/v20210501preview:DiagnosticSetting" in former_types(tokens.DIAGNOSTIC_SETTING)


LOCAL = """
    import base64, json, pulumi
    from pulumi.runtime import settings
    from pulumi.runtime.proto import resource_pb2

    def local(module, version):
        \"\"\"The package, registered as a generated local SDK does it.\"\"\"
        name = f"azure-native_{module}_{version}"
        value = base64.b64encode(json.dumps({"module": module, "version": version}).encode())
        async def register():
            asked = resource_pb2.RegisterPackageRequest(name="azure-native", version=VERSION,
                parameterization=resource_pb2.Parameterization(name=name, version=VERSION, value=value))
            return settings.get_monitor().RegisterPackage(asked).ref
        def make(inside, kind, logical, props, opts=None):
            token = f"{name}:{module}{inside}:{kind}"
            return pulumi.CustomResource(token, logical, props, opts, package_ref=register())
        return make
"""


@pytest.mark.engine
@pytest.mark.parametrize("inside", ["", "/v20240701"])
def test_a_set_of_a_local_package_becomes_the_components(inside: str, workspace_factory: WorkspaceFactory) -> None:
    """A set and its machines of `azure-native_compute_v20240701` are adopted without a word about their types.

    At their API version nothing happens in Azure; without `apiVersion` they would be sent again at azure-native's own.
    """
    head = textwrap.dedent(LOCAL).replace("VERSION", repr(provider_version()))
    body = textwrap.dedent(BY_HAND)
    for kind in ("VirtualMachineScaleSet", "VirtualMachine"):
        body = body.replace(f"compute.{kind}(", f"typed({inside!r}, {kind!r}, ")
    typed = """
def typed(inside, kind, logical, **inputs):
    return compute_v(inside, kind, logical, {**deep(inputs), "location": "westeurope"})

def spelt(name):
    head, *rest = name.split("_")
    return head + "".join("VM" if each == "vm" else each.title() for each in rest)

def deep(value):
    if isinstance(value, dict):
        return {spelt(key): deep(each) for key, each in value.items()}
    return [deep(each) for each in value] if isinstance(value, list) else value

compute_v = local("compute", "v20240701")
"""
    stack = workspace_factory(head + typed + body)
    stack.up({"azure-native:location": "westeurope"})
    old = {resource["type"] for resource in stack.resources()}
    assert f"azure-native_compute_v20240701:compute{inside}:VirtualMachine" in old
    before = {resource["id"] for resource in stack.resources() if resource["custom"]}
    stack.write_program(COMPONENT)
    stated = {**arguments(names=NAMES), "apiVersion": "2024-07-01"}
    newer = [step for step in stack.preview(configured(arguments(names=NAMES))).steps if step.op == "update"]
    assert {step.name for step in newer} == {"web", "web-blue", "web-green"}
    assert {path for step in newer for path in step.detailed} == {"azureApiVersion"}
    result = stack.up(configured(stated))
    assert result.ops() == [("create", "azure-scaleset:index:ScaleSet", "web")]
    assert {resource["id"] for resource in stack.resources() if resource["custom"]} == before
    providers = [r["type"] for r in stack.stack_export()["deployment"]["resources"] if "providers" in r["type"]]
    assert providers == ["pulumi:providers:azure-native"]
    del stated["adopt"]
    assert stack.preview(configured(stated)).ops() == []


@pytest.mark.engine
def test_settings_of_version_2_become_the_components(workspace_factory: WorkspaceFactory, tmp_path: Path) -> None:
    """A state of version 2, with `insights` in the types of its settings, is adopted with nothing done in Azure."""
    given = arguments()
    del given["instances"]
    given |= {
        "capacity": 1,
        "outbound": {"method": "External"},
        "autoscale": {"profiles": [{"name": "all", "minimum": 1, "maximum": 3, "default": 1}]},
    }
    stack = workspace_factory(COMPONENT)
    del given["adopt"]
    stack.up(configured(given))
    state = stack.stack_export(show_secrets=True)
    text = json.dumps(state)
    kinds = sorted({r["type"] for r in stack.resources()})
    assert tokens.AUTOSCALE in kinds
    text = text.replace(tokens.AUTOSCALE, "azure-native:insights/v20221001:AutoscaleSetting")
    text = text.replace(tokens.SCALE_SET, "azure-native:compute/v20230301:VirtualMachineScaleSet")
    # As a hand-written program leaves them: at the top, under different names.
    text = text.replace("azure-scaleset:index:ScaleSet$", "")
    state = json.loads(text)
    left = [r for r in state["deployment"]["resources"] if r["type"] != "azure-scaleset:index:ScaleSet"]
    top = next(r["urn"] for r in left if r["type"] == "pulumi:pulumi:Stack")
    for resource in left:
        if resource.get("parent", "").startswith("urn:pulumi:dev::test::azure-scaleset"):
            resource["parent"] = top
    state["deployment"]["resources"] = left
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state))
    stack.run("stack", "import", "--stack", "dev", "--file", str(file))
    result = stack.up(configured({**given, "adopt": {"names": {}}}))
    assert result.ops() == [("create", "azure-scaleset:index:ScaleSet", "web")]
    assert stack.preview(configured(given)).ops() == []
