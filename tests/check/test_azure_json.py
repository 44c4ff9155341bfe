"""What Azure answers: resources of the Azure CLI and of REST, and what-ifs."""

import json
from typing import Any

import pytest
from check import samples
from check.terraform_plans import loaded

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies import arm_types
from scaleset_policies.choices import Format
from scaleset_policies.engine import check
from scaleset_policies.formats.read import read

POOL = f"{samples.LB_ID}/inboundNatPools/ssh"


def shown(mode: str = "Flexible", **more: Any) -> dict[str, Any]:
    """A set as ``az vmss show`` prints it: without wrappers, with null for all that is not set."""
    profile = {
        "networkProfile": {
            "healthProbe": None,
            "networkApiVersion": "2020-11-01" if mode == "Flexible" else None,
            "networkInterfaceConfigurations": [
                {
                    "name": "nic",
                    "primary": True,
                    "enableIpForwarding": False,
                    "ipConfigurations": [
                        {
                            "name": "ip",
                            "primary": True,
                            "loadBalancerInboundNatPools": [{"id": POOL, "resourceGroup": "rg"}],
                            "publicIpAddressConfiguration": None,
                            "subnet": {"id": samples.SUBNET_ID, "resourceGroup": "rg"},
                        }
                    ],
                }
            ],
        },
        "osProfile": {"adminPassword": None, "computerNamePrefix": "web", "linuxConfiguration": {"ssh": None}},
        "extensionProfile": {
            "extensions": [
                {
                    "id": None,
                    "name": "health",
                    "publisher": "Microsoft.ManagedServices",
                    "type": None,
                    "typePropertiesType": "ApplicationHealthLinux",
                }
            ]
        },
    }
    return {
        "id": samples.SET_ID,
        "name": "web",
        "type": "Microsoft.Compute/virtualMachineScaleSets",
        "location": "westeurope",
        "orchestrationMode": mode,
        "resourceGroup": "rg",
        "sku": {"capacity": 2, "name": "Standard_D2s_v5", "tier": "Standard"},
        "upgradePolicy": {"mode": "Rolling", "rollingUpgradePolicy": None},
        "virtualMachineProfile": profile,
        "zones": None,
        **more,
    }


def numbers(document: Any) -> set[str]:
    """The rules that a document breaks."""
    return {each.rule.id for each in check(loaded(json.dumps(document)).estate)}


@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
def test_a_set_that_the_azure_cli_shows_is_read(mode: str) -> None:
    """The NAT pool of a Flexible set is found; the extension's own type is not the type of the extension resource."""
    found = loaded(json.dumps(shown(mode)))
    assert found.format is Format.AZURE
    (resource,) = found.estate.of_type(arm_types.SCALE_SET)
    assert (resource.name, resource.id) == ("web", samples.SET_ID)
    broken = {each.rule.id for each in check(found.estate)}
    assert ("SS016" in broken) is (mode == "Flexible")
    assert broken.isdisjoint({"SS015", "SS025", "SS026", "SS125"})  # null is not set, and the health extension counts


@pytest.mark.parametrize("own", ["type", "typePropertiesType", "type1"])
def test_every_azure_cli_has_its_own_name_for_the_type_of_an_extension(own: str) -> None:
    """Newer versions print ``type``, older ones another name beside the empty type of the resource."""
    document = shown()
    (extension,) = document["virtualMachineProfile"]["extensionProfile"]["extensions"]
    del extension["typePropertiesType"]
    extension[own] = "ApplicationHealthLinux"
    assert "SS025" not in numbers(document)
    extension[own] = "CustomScript"
    assert "SS025" in numbers(document)


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda one: [one],
        lambda one: {"value": [one], "nextLink": None},
        lambda one: {"data": [one], "count": 1, "skip_token": None},
        lambda one: {**{name: one[name] for name in ("id", "name", "type", "sku")}, "properties": one},
    ],
)
def test_lists_and_rest_answers_are_read(wrapped: Any) -> None:
    """``az vmss list``, ``az rest``, ``az graph query`` and a resource with ARM's wrappers."""
    assert "SS016" in numbers(wrapped(shown()))


def test_a_machine_that_the_azure_cli_shows_is_read() -> None:
    """A member of a Flexible set with a system-assigned identity, and its extension with its own type."""
    vm_id = samples.SET_ID.replace("virtualMachineScaleSets/web", "virtualMachines/web-0")
    machine = {
        "id": vm_id,
        "name": "web-0",
        "type": "Microsoft.Compute/virtualMachines",
        "virtualMachineScaleSet": {"id": samples.SET_ID, "resourceGroup": "rg"},
        "availabilitySet": {"id": "/subscriptions/s/resourceGroups/rg/providers/x/y/z"},
        "storageProfile": {"osDisk": {"vhd": None, "osType": "Linux", "diskSizeGb": 30}},
        "resources": None,
    }
    agent = {
        "id": f"{vm_id}/extensions/oms",
        "name": "oms",
        "publisher": "Microsoft.EnterpriseCloud.Monitoring",
        "type": "Microsoft.Compute/virtualMachines/extensions",
        "typePropertiesType": "OmsAgentForLinux",
    }
    assert {"SS059", "SS128"} <= numbers([machine, shown(), agent])
    assert "SS059" not in numbers([{**machine, "availabilitySet": None}, shown()])


def test_a_list_without_properties_is_not_guessed() -> None:
    """``az resource list`` has no properties: nothing is broken, nothing passes, and a note says what to use."""
    one = {name: shown()[name] for name in ("id", "name", "type", "sku", "location")}
    found = loaded(json.dumps([{**one, "properties": None}]))
    report = check(found.estate)
    assert "SS003" not in {each.rule.id for each in report}
    assert {"SS016", "SS014"} <= {each.rule.id for each in report.undecided}
    assert "az vmss list" in found.notes[0]


def what_if(*changes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The output of ``az deployment group what-if --no-pretty-print``."""
    return {"status": "Succeeded", "error": None, "changes": list(changes), **more}


def of(kind: str, after: Any, before: Any = None) -> dict[str, Any]:
    """One change."""
    return {"resourceId": samples.SET_ID, "changeType": kind, "after": after, "before": before, "delta": []}


BODY = {"apiVersion": "2024-07-01", "id": samples.SET_ID, "name": "web", "type": shown()["type"], "properties": shown()}


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (of("Create", BODY), True),
        (of("Modify", BODY, {**BODY, "properties": shown("Uniform")}), True),
        (of("NoChange", BODY, BODY), True),
        (of("Ignore", None, BODY), True),
        (of("Delete", None, BODY), False),
        (of("Modify", {**BODY, "properties": shown("Uniform")}, BODY), False),
    ],
)
def test_a_what_if_is_read(change: dict[str, Any], *, broken: bool) -> None:
    """What will be there afterwards counts, with what was there before."""
    text = json.dumps(what_if(change))
    found = loaded(text)
    assert found.format is Format.WHAT_IF
    assert ("SS016" in {each.rule.id for each in check(found.estate)}) is broken
    assert loaded(json.dumps({"status": "Succeeded", "properties": what_if(change)})).format is Format.WHAT_IF


def test_a_what_if_knows_less_than_the_deployment() -> None:
    """Expressions and hidden secrets are unknown; what was there before is kept for rules about changes."""
    properties = {**shown(), "platformFaultDomainCount": "[parameters('count')]", "overprovision": "*******"}
    found = loaded(json.dumps(what_if(of("Modify", {**BODY, "properties": properties}, BODY))))
    (resource,) = found.estate.of_type(arm_types.SCALE_SET)
    assert resource.properties["platformFaultDomainCount"] is UNKNOWN
    assert resource.properties["overprovision"] is UNKNOWN
    assert resource.before["orchestrationMode"] == "Flexible"
    assert resource.properties["azureApiVersion"] == "2024-07-01"


@pytest.mark.parametrize(
    "document",
    [
        what_if({"resourceId": samples.SET_ID, "changeType": "Deploy"}),
        what_if({"resourceId": samples.SET_ID, "changeType": "Unsupported", "unsupportedReason": "no name"}),
        what_if({"resourceId": samples.SET_ID, "changeType": "Create"}),
        what_if(status="Failed"),
    ],
)
def test_a_what_if_that_does_not_tell_is_told(document: dict[str, Any]) -> None:
    """A change without its resource, or a what-if that failed, leaves the result incomplete."""
    problems = loaded(json.dumps(document)).problems
    assert problems
    assert all(each.line for each in problems)


@pytest.mark.parametrize("value", [{"changes": []}, [], [1], {"id": "/x", "type": "a/b"}, {"value": []}])
def test_other_json_is_not_taken_for_it(value: Any) -> None:
    """Files of others in a folder stay what they are."""
    assert read(json.dumps(value), "f") is None
