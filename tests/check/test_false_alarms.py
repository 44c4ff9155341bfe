"""Correct templates: what Microsoft publishes breaks no rule, and what a template does not say is not guessed."""

import json
from typing import Any

import pytest
from check import samples
from check.arm_samples import SET
from check.terraform_plans import change, loaded, plan

from scaleset_policies.engine import check
from scaleset_policies.report import Report

VM = "Microsoft.Compute/virtualMachines"
SET_ID = "[resourceId('Microsoft.Compute/virtualMachineScaleSets', 'web')]"
SUBNET_ID = "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'net', 'vms')]"
GROUP_ID = "[resourceId('Microsoft.Network/networkSecurityGroups', 'shut')]"


def report(*resources: dict[str, Any]) -> Report:
    """The report about a template of these resources."""
    return check(loaded(samples.template(*resources)).estate)


def verdict(found: Report, rule: str) -> str:
    """``broken``, ``undecided`` or ``""``."""
    if rule in {each.rule.id for each in found}:
        return "broken"
    return "undecided" if rule in {each.rule.id for each in found.undecided} else ""


def a_set(properties: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A set; without properties if there are none."""
    body = {} if properties is None else {"properties": properties}
    return {"type": SET, "apiVersion": "2023-09-01", "name": "web", "location": "westeurope", **body, **more}


def machine(**properties: Any) -> dict[str, Any]:
    """A virtual machine that joins the set."""
    joins = {"virtualMachineScaleSet": {"id": SET_ID}, **properties}
    return {"type": VM, "apiVersion": "2023-09-01", "name": "web-0", "location": "westeurope", "properties": joins}


def test_a_template_that_only_changes_the_size_is_no_new_set() -> None:
    """Scaling an existing set takes its ``sku`` alone: no rule asks it for a mode, a profile or zones."""
    found = report(a_set(sku={"name": "Standard_D2s_v5", "tier": "Standard", "capacity": 5}, tags={"a": "b"}))
    assert [each.rule.id for each in found] == []
    assert [each.rule.id for each in found.undecided] == []
    assert verdict(report(a_set(sku={"name": "Standard_D2s_v5", "capacity": 5000})), "SS008") == "broken"


@pytest.mark.parametrize("mode", [{}, {"orchestrationMode": "Flexible"}])
def test_machines_join_a_flexible_set_without_a_profile(mode: dict[str, Any]) -> None:
    """The first Flexible sets had no mode in their body: that machines join them says it."""
    found = report(a_set({"singlePlacementGroup": False, "platformFaultDomainCount": 2, **mode}), machine())
    assert {verdict(found, each) for each in ("SS003", "SS066", "SS124")} == {""}


def test_a_set_that_does_not_tell_its_mode_is_undecided() -> None:
    """Neither a mode nor a profile, and no machine: it may exist, and it may be a Uniform set without a profile."""
    found = report(a_set({"overprovision": True}))
    assert verdict(found, "SS003") == "undecided"
    assert verdict(found, "SS124") == "undecided"


@pytest.mark.parametrize(
    ("properties", "rule"),
    [
        ({"orchestrationMode": "Uniform"}, "SS003"),
        ({"orchestrationMode": "Uniform"}, "SS066"),
        ({"virtualMachineProfile": {}}, "SS066"),
    ],
)
def test_a_uniform_set_is_still_one(properties: dict[str, Any], rule: str) -> None:
    """By its own word, or by a profile without a mode."""
    assert verdict(report(a_set(properties), machine()), rule) == "broken"


def test_a_program_declares_the_whole_set() -> None:
    """Only a template may change a part of a set: Pulumi and Terraform make what they declare, Uniform by default."""
    state = json.loads(samples.stack())
    inputs = {"resourceGroupName": "rg", "vmScaleSetName": "web", "sku": {"name": "Standard_D2s_v5"}}
    state["deployment"]["resources"][1] |= {"inputs": inputs, "outputs": {}}
    assert verdict(check(loaded(json.dumps(state)).estate), "SS003") == "broken"


def test_a_resource_that_only_updates_declares_a_part() -> None:
    """``azapi_update_resource`` changes a set that exists; ``azapi_resource`` makes one."""
    kind = "Microsoft.Compute/virtualMachineScaleSets@2024-07-01"
    for address, expected in (("azapi_resource.web", "broken"), ("azapi_update_resource.web", "")):
        text = plan(change(address, {"type": kind, "name": "web", "body": {"sku": {"capacity": 3}}}))
        assert verdict(check(loaded(text).estate), "SS003") == expected


def flexible(nic: dict[str, Any] | None = None) -> dict[str, Any]:
    """A Flexible set with one network interface in the subnet."""
    ip = {"name": "ip", "properties": {"primary": True, "subnet": {"id": SUBNET_ID}}}
    interface = {"name": "nic", "properties": {"primary": True, "ipConfigurations": [ip], **(nic or {})}}
    network = {"networkApiVersion": "2020-11-01", "networkInterfaceConfigurations": [interface]}
    return a_set({"orchestrationMode": "Flexible", "virtualMachineProfile": {"networkProfile": network}})


def network(**subnet: Any) -> dict[str, Any]:
    """A virtual network that lists the subnet."""
    listed = [{"name": "vms", "properties": {"addressPrefix": "10.0.0.0/24", **subnet}}]
    kind = "Microsoft.Network/virtualNetworks"
    return {"type": kind, "apiVersion": "2023-09-01", "name": "net", "properties": {"subnets": listed}}


def rule(access: str, target: str, priority: int, **more: Any) -> dict[str, Any]:
    """A rule of a security group about outbound traffic."""
    said = {"direction": "Outbound", "access": access, "protocol": "*", "destinationAddressPrefix": target, **more}
    return {"name": f"{access}-{priority}", "properties": {"priority": priority, **said}}


DENY = rule("Deny", "Internet", 200)


@pytest.mark.parametrize(
    ("subnet", "rules", "nic", "expected"),
    [
        ({}, [], None, "broken"),
        ({"defaultOutboundAccess": True}, [], None, "broken"),
        ({"defaultOutboundAccess": False}, [], None, ""),
        ({"networkSecurityGroup": {"id": GROUP_ID}}, [], None, "broken"),
        ({"networkSecurityGroup": {"id": GROUP_ID}}, [DENY], None, ""),
        ({"networkSecurityGroup": {"id": GROUP_ID}}, [rule("Deny", "*", 200)], None, ""),
        ({"networkSecurityGroup": {"id": GROUP_ID}}, [DENY, rule("Allow", "VirtualNetwork", 100)], None, ""),
        ({"networkSecurityGroup": {"id": GROUP_ID}}, [DENY, rule("Allow", "AzureCloud", 100)], None, "broken"),
        ({"networkSecurityGroup": {"id": GROUP_ID}}, [rule("Deny", "Internet", 9, protocol="Tcp")], None, "broken"),
        ({}, [DENY], {"networkSecurityGroup": {"id": GROUP_ID}}, ""),
    ],
)
def test_a_set_that_is_isolated_on_purpose_needs_no_way_out(
    subnet: dict[str, Any], rules: list[Any], nic: dict[str, Any] | None, expected: str
) -> None:
    """A subnet that says that it is private, or a security group that lets nothing out, is a decision."""
    group = {"type": "Microsoft.Network/networkSecurityGroups", "apiVersion": "2023-09-01", "name": "shut"}
    shut = {**group, "properties": {"securityRules": rules}}
    assert verdict(report(flexible(nic), network(**subnet), shut), "SS069") == expected


def test_a_missing_network_api_version_is_no_matter_of_opinion() -> None:
    """Without it Azure refuses the set (mandatory); which versions there are is contested (advice)."""
    missing, other = flexible(), flexible()
    profile = missing["properties"]["virtualMachineProfile"]["networkProfile"]
    del profile["networkApiVersion"]
    other["properties"]["virtualMachineProfile"]["networkProfile"]["networkApiVersion"] = "2021-11-01"
    levels = {each.rule.id: str(each.level) for found in (report(missing), report(other)) for each in found}
    assert levels["SS150"] == "mandatory"
    assert levels["SS014"] == "advisory"
    assert verdict(report(missing), "SS014") == verdict(report(other), "SS150") == ""
    del profile["networkInterfaceConfigurations"]
    assert verdict(report(missing), "SS150") == ""


WINDOWS = {
    "publisher": "MicrosoftWindowsServer",
    "offer": "WindowsServer",
    "sku": "2022-datacenter",
    "version": "latest",
}
UBUNTU = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
GALLERY = {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/g/images/windows-web"}
PREFIX = "fourteen-chars"


@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
@pytest.mark.parametrize(
    ("profile", "system"),
    [
        ({"storageProfile": {"imageReference": WINDOWS}}, "Windows"),
        ({"storageProfile": {"imageReference": {**WINDOWS, "offer": "[parameters('offer')]"}}}, "Windows"),
        ({"storageProfile": {"imageReference": UBUNTU}}, "Linux"),
        ({"storageProfile": {"imageReference": GALLERY}}, ""),
        ({"storageProfile": {"imageReference": GALLERY, "osDisk": {"osType": "Windows"}}}, "Windows"),
        ({"storageProfile": {"imageReference": GALLERY, "osDisk": {"osType": "Linux"}}}, "Linux"),
        ({"storageProfile": {"imageReference": GALLERY}, "licenseType": "Windows_Server"}, "Windows"),
        ({"storageProfile": {"imageReference": GALLERY}, "licenseType": "RHEL_BYOS"}, "Linux"),
        ({"storageProfile": {"imageReference": GALLERY}, "licenseType": "None"}, ""),
        ({"storageProfile": {"imageReference": "[parameters('image')]"}, "licenseType": "Windows_Client"}, "Windows"),
        ({"storageProfile": {"imageReference": "[parameters('image')]"}}, ""),
        ({"storageProfile": {"imageReference": {"publisher": "somebody", "offer": "o", "sku": "s"}}}, ""),
    ],
)
def test_the_operating_system_comes_from_all_signals(mode: str, profile: dict[str, Any], system: str) -> None:
    """A Windows image needs no windowsConfiguration to be one; what nobody says stays unknown."""
    os_profile = {"computerNamePrefix": PREFIX, "adminUsername": "ops", "adminPassword": "[parameters('secret')]"}
    body = a_set({"orchestrationMode": mode, "virtualMachineProfile": {"osProfile": os_profile, **profile}})
    found = report(body)
    prefix = {"Windows": "broken", "Linux": "", "": "undecided"}
    password = {"Windows": "", "Linux": "broken", "": "undecided"}
    assert (verdict(found, "SS058"), verdict(found, "SS101")) == (prefix[system], password[system])
    written = json.loads(
        json.dumps(body).replace('"osProfile": {', f'"osProfile": {{"{system.lower() or "x"}Configuration": {{}}, ')
    )
    assert verdict(report(written), "SS058") == prefix[system]
