"""Pulumi's classic azure provider: azurerm's attributes in camel case, read as azurerm's own."""

import json
from typing import Any

import pytest
from check.samples import SECRET
from check.terraform_plans import loaded

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies import arm_types
from scaleset_policies.engine import check
from scaleset_policies.estate import Resource
from scaleset_policies.formats.read import FileEstate
from scaleset_policies.formats.terraform.classic import camel, terraform_type

FLEXIBLE = "azure:compute/orchestratedVirtualMachineScaleSet:OrchestratedVirtualMachineScaleSet"
LINUX = "azure:compute/linuxVirtualMachineScaleSet:LinuxVirtualMachineScaleSet"
WINDOWS = "azure:compute/windowsVirtualMachineScaleSet:WindowsVirtualMachineScaleSet"
BALANCER, POOL = "azure:lb/loadBalancer:LoadBalancer", "azure:lb/backendAddressPool:BackendAddressPool"
SUBNET, GATEWAY = "azure:network/subnet:Subnet", "azure:network/natGateway:NatGateway"
LINK = "azure:network/subnetNatGatewayAssociation:SubnetNatGatewayAssociation"
NOT_YET = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET_MARK = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
NIC = {"name": "nic", "primary": True, "ipConfigurations": [{"name": "ip", "primary": True, "subnetId": NOT_YET}]}


def state(token: str, name: str, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One resource; ``of`` names what its inputs were made from."""
    of = {each: [urn(*target) for target in targets] for each, targets in more.pop("of", {}).items()}
    return {
        "urn": urn(token, name),
        "type": token,
        "custom": True,
        "inputs": inputs,
        "propertyDependencies": of,
        **more,
    }


def urn(token: str, name: str) -> str:
    """Its URN."""
    return f"urn:pulumi:dev::shop::{token}::{name}"


def stack(*states: dict[str, Any]) -> FileEstate:
    """A stack's state."""
    return loaded(json.dumps({"version": 3, "deployment": {"resources": list(states)}}, indent=1))


def preview(*states: dict[str, Any]) -> FileEstate:
    """A preview that creates them."""
    steps = [{"op": "create", "urn": each["urn"], "newState": each} for each in states]
    return loaded(json.dumps({"steps": steps, "changeSummary": {"create": len(steps)}}, indent=1))


def events(*states: dict[str, Any]) -> FileEstate:
    """The engine's events."""
    lines: list[dict[str, Any]] = [
        {"resourcePreEvent": {"metadata": {"op": "create", "urn": each["urn"], "new": each}}} for each in states
    ]
    return loaded("\n".join(json.dumps(each) for each in [*lines, {"summaryEvent": {}}]))


def verdicts(found: FileEstate) -> dict[str, str]:
    """What is broken and what is undecided."""
    report = check(found.estate)
    return {each.rule.id: "undecided" for each in report.undecided} | {each.rule.id: "broken" for each in report}


def only(found: FileEstate, kind: str) -> Resource:
    """The one resource of a type."""
    (resource,) = found.estate.of_type(kind)
    return resource


@pytest.mark.parametrize("form", [stack, preview, events])
def test_a_flexible_set_is_read(form: Any) -> None:
    """Blocks, lists with names in the plural, what the provider always sends; each value at its line."""
    inputs = {
        "name": "web",
        "skuName": "Standard_D2s_v5",
        "upgradeMode": "Rolling",
        "platformFaultDomainCount": 5,
        "zones": ["1"],
        "networkInterfaces": [NIC],
        "osProfile": {"linuxConfiguration": {"adminUsername": "ops", "adminSshKeys": [{"publicKey": "ssh-rsa A"}]}},
        "osDisk": {"caching": "ReadOnly", "diffDiskSettings": {"option": "Local"}},
        "extensions": [{"name": "x", "publisher": "Microsoft.Azure.Extensions", "type": "CustomScript"}],
        "identity": {"type": "UserAssigned", "identityIds": ["/id"]},
    }
    found = form(state(FLEXIBLE, "web", inputs))
    scale_set = only(found, arm_types.SCALE_SET)
    profile = scale_set.properties["virtualMachineProfile"]
    assert scale_set.properties["orchestrationMode"] == "Flexible"
    assert scale_set.properties["identity"] == {"type": "UserAssigned", "userAssignedIdentities": {"/id": {}}}
    assert profile["networkProfile"]["networkApiVersion"] == "2020-11-01"
    assert profile["osProfile"]["computerNamePrefix"] == "web"
    assert profile["osProfile"]["linuxConfiguration"]["disablePasswordAuthentication"] is True
    assert profile["osProfile"]["linuxConfiguration"]["ssh"]["publicKeys"] == [{"keyData": "ssh-rsa A"}]
    assert profile["storageProfile"]["osDisk"]["diffDiskSettings"] == {"option": "Local"}
    assert profile["networkProfile"]["networkInterfaceConfigurations"][0]["ipConfigurations"][0]["primary"] is True
    broken = verdicts(found)
    assert (broken["SS025"], broken["SS004"]) == ("broken", "broken")
    assert "SS101" not in broken
    place = scale_set.where("platformFaultDomainCount")
    assert place is not None
    assert place.pointer.endswith("/inputs/platformFaultDomainCount")
    assert place.line > 1 or form is events


def test_uniform_sets_are_read() -> None:
    """Linux and Windows, with the defaults of the provider where the program leaves them out."""
    linux = verdicts(stack(state(LINUX, "web", {"name": "web", "adminUsername": "ops", "sku": "Standard_B1ls"})))
    assert "SS101" not in linux
    open_ = {"name": "web", "disablePasswordAuthentication": False, "adminPassword": "x"}
    assert verdicts(stack(state(LINUX, "web", open_)))["SS101"] == "broken"
    windows = verdicts(stack(state(WINDOWS, "w", {"name": "longer-than-nine", "adminUsername": "ops"})))
    assert windows["SS058"] == "broken"
    assert "SS101" not in windows


def test_what_the_provider_fills_in_is_known_or_absent() -> None:
    """Outputs give the provider's own values; those that it makes up after the deployment are not in the request."""
    inputs = {"name": "web", "adminUsername": "ops", "sku": "Standard_D2s_v5"}
    outputs = {
        **inputs,
        "overprovision": True,
        "automaticInstanceRepair": NOT_YET,
        "extensions": NOT_YET,
        "id": NOT_YET,
    }
    found = preview(state(LINUX, "web", inputs, outputs=outputs))
    scale_set = only(found, arm_types.SCALE_SET)
    assert scale_set.properties["overprovision"] is True
    assert "automaticRepairsPolicy" not in scale_set.properties
    assert [each for each, verdict in verdicts(found).items() if verdict == "undecided"] == []
    unknown = preview(state(LINUX, "web", {**inputs, "upgradeMode": NOT_YET}))
    assert only(unknown, arm_types.SCALE_SET).properties["upgradePolicy"]["mode"] is UNKNOWN


@pytest.mark.parametrize(("linked", "expected"), [(True, ""), (False, "broken")])
def test_parts_and_associations_are_followed(linked: bool, expected: str) -> None:
    """A load balancer's pool as a separate resource, a NAT gateway by an association: by Pulumi's dependencies."""
    pools = {"loadBalancerBackendAddressPoolIds": [NOT_YET]}
    nic = {**NIC, "ipConfigurations": [{**NIC["ipConfigurations"][0], **pools}]}  # type: ignore[index]
    states = [
        state(SUBNET, "vms", {"name": "vms"}),
        state(GATEWAY, "out", {"name": "out"}),
        state(BALANCER, "lb", {"name": "lb", "sku": "Basic"}),
        state(POOL, "pool", {"name": "pool", "loadbalancerId": NOT_YET}, of={"loadbalancerId": [(BALANCER, "lb")]}),
        state(
            FLEXIBLE,
            "web",
            {"name": "web", "networkInterfaces": [nic]},
            of={"networkInterfaces": [(SUBNET, "vms"), (POOL, "pool")]},
        ),
    ]
    of = {"subnetId": [(SUBNET, "vms")], "natGatewayId": [(GATEWAY, "out")]}
    link = state(LINK, "link", {"subnetId": NOT_YET, "natGatewayId": NOT_YET}, of=of)
    found = verdicts(preview(*states, *([link] if linked else [])))
    assert found["SS023"] == "broken"
    assert found.get("SS069", "") == expected


def test_secrets_of_the_provider_are_hidden() -> None:
    """Marked values are known to the rules and marked in ARM's names."""
    password = {**SECRET_MARK, "plaintext": json.dumps(SECRET)}
    extensions = {**SECRET_MARK, "plaintext": json.dumps([{"name": "x", "settings": '{"commandToExecute": "./a"}'}])}
    inputs = {"name": "web", "adminPassword": password, "extensions": extensions, "upgradeMode": "Rolling"}
    found = stack(state(LINUX, "web", inputs))
    scale_set = only(found, arm_types.SCALE_SET)
    assert scale_set.secrets == {
        "virtualMachineProfile.osProfile.adminPassword",
        "virtualMachineProfile.extensionProfile.extensions",
    }
    assert SECRET not in repr(found)
    assert verdicts(found)["SS026"] == "broken"


def test_a_set_that_is_not_known_is_refused() -> None:
    """A type of sets that nobody reads is an error, other types of the provider are passed over."""
    other = "azure:compute/newVirtualMachineScaleSet:NewVirtualMachineScaleSet"
    found = stack(state(other, "web", {}), state("azure:storage/account:Account", "data", {}))
    (problem,) = found.problems
    assert "NewVirtualMachineScaleSet of the classic azure provider cannot be read" in str(problem)
    assert len(found.estate) == 0


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        (LINUX, "azurerm_linux_virtual_machine_scale_set"),
        ("azure:compute/scaleSet:ScaleSet", "azurerm_virtual_machine_scale_set"),
        ("azure:compute/linuxVirtualMachine:LinuxVirtualMachine", "azurerm_linux_virtual_machine"),
        ("azure:compute/extension:Extension", "azurerm_virtual_machine_extension"),
        ("azure:lb/natPool:NatPool", "azurerm_lb_nat_pool"),
        ("azure:lb/rule:Rule", "azurerm_lb_rule"),
        ("azure:network/publicIp:PublicIp", "azurerm_public_ip"),
        (
            "azure:network/networkInterfaceBackendAddressPoolAssociation:NetworkInterfaceBackendAddressPoolAssociation",
            "azurerm_network_interface_backend_address_pool_association",
        ),
        ("azure:core/resourceGroup:ResourceGroup", "azurerm_resource_group"),
        ("azure:management/lock:Lock", "azurerm_management_lock"),
        ("azure:monitoring/autoscaleSetting:AutoscaleSetting", "azurerm_monitor_autoscale_setting"),
        ("azure:storage/account:Account", ""),
    ],
)
def test_type_tokens_are_azurerms_types(token: str, kind: str) -> None:
    """Each token is the Terraform type that it was made from."""
    assert terraform_type(token) == kind
    assert not kind or kind.endswith("association") or "name" in camel(kind)
