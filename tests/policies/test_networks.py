"""Subnets that a network lists itself, and settings that are marked secret: what is known is decided."""

from __future__ import annotations

from typing import Any

import pytest
from policies.programs import analyzer
from pulumi.runtime import proto

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies import arm_types
from scaleset_policies.engine import check
from scaleset_policies.estate import Estate, Resource

GROUP = "/subscriptions/s/resourceGroups/{resourceGroup}/providers"
VNET = f"{GROUP}/Microsoft.Network/virtualNetworks/vnet"
GATEWAY = {"id": f"{GROUP}/Microsoft.Network/natGateways/gateway"}
GUARD = {"id": f"{GROUP}/Microsoft.Network/networkSecurityGroups/guard"}
SET = "azure-native:compute:VirtualMachineScaleSet"


def verdicts(*subnets: Any, listed: bool) -> set[str]:
    """The verdicts about outbound access and security groups of a Flexible set in the subnet ``web``."""
    ip = {"name": "ip", "subnet": {"id": f"{VNET}/subnets/web"}}
    nics = [{"name": "nic", "ipConfigurations": [ip]}]
    properties = {
        "orchestrationMode": "Flexible",
        "virtualMachineProfile": {"networkProfile": {"networkInterfaceConfigurations": nics}},
    }
    resources = [Resource(key="web", type=arm_types.SCALE_SET, name="web", properties=properties)]
    if listed:
        inside = {"subnets": list(subnets)}
        resources.append(Resource(key="v", type=arm_types.VIRTUAL_NETWORK, name="vnet", properties=inside, id=VNET))
    else:
        for each in subnets:
            name = each["name"]
            found = Resource(key=name, type=arm_types.SUBNET, name=name, properties=each, id=f"{VNET}/subnets/{name}")
            resources.append(found)
    report = check(Estate(resources))
    found_ids = {each.rule.id for each in report} | {f"?{each.rule.id}" for each in report.undecided}
    return {each for each in found_ids if each.endswith(("SS069", "SS107"))}


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, {"SS069", "SS107"}),
        ({"natGateway": GATEWAY}, {"SS107"}),
        ({"networkSecurityGroup": GUARD}, {"SS069"}),
        ({"natGateway": {"id": UNKNOWN}, "networkSecurityGroup": {"id": UNKNOWN}}, set()),
        ({"natGateway": UNKNOWN, "networkSecurityGroup": UNKNOWN}, {"?SS069", "?SS107"}),
    ],
)
def test_a_subnet_is_read_where_it_stands(more: dict[str, Any], expected: set[str], *, listed: bool) -> None:
    """A separate subnet and one in its network's list say the same; what may not be there is undecided."""
    assert verdicts({"name": "other"}, {"name": "web", **more}, listed=listed) == expected


def test_a_subnet_that_is_not_in_the_list_is_undecided() -> None:
    """The network may have subnets that this input does not make."""
    assert verdicts({"name": "other"}, listed=True) == {"?SS069", "?SS107"}


@pytest.mark.parametrize(
    ("secrets", "found"),
    [
        ({"virtualMachineProfile.extensionProfile.extensions[0].settings.token"}, True),
        ({"virtualMachineProfile.extensionProfile.extensions[0].settings.token.value"}, True),
        ({"virtualMachineProfile.extensionProfile.extensions[0].protectedSettings.token"}, False),
        ({"virtualMachineProfile"}, False),
        (set(), False),
    ],
)
def test_a_setting_that_is_marked_secret_is_found_by_its_mark(secrets: set[str], *, found: bool) -> None:
    """Whatever its name: what the program marks as secret does not belong into settings that everyone can read."""
    extension = {"name": "e", "settings": {"token": UNKNOWN, "port": 80}, "protectedSettings": {"token": UNKNOWN}}
    properties = {"virtualMachineProfile": {"extensionProfile": {"extensions": [extension]}}}
    resource = Resource(
        key="web", type=arm_types.SCALE_SET, name="web", properties=properties, secrets=frozenset(secrets)
    )
    assert ("SS105" in {each.rule.id for each in check(Estate([resource]))}) is found


@pytest.mark.parametrize(
    ("properties", "policy", "found"),
    [
        ({"sku": {"capacity": "2000"}}, "capacity-limit", True),
        ({"overprovision": "true"}, "overprovision-on-flexible", True),
        ({"virtualMachineProfile": {"securityProfile": {"securityType": "trustedlaunch"}}}, "trusted-launch", False),
    ],
)
def test_the_pack_reads_values_as_azure_does(properties: dict[str, Any], policy: str, *, found: bool) -> None:
    """Numbers and booleans in quotes, enumerations in other letters: the verdict is that of the value they mean."""
    request = proto.AnalyzeRequest(type=SET, urn="urn:web", name="web")
    request.properties.update({"orchestrationMode": "flexible", **properties})
    assert (policy in {each.policyName for each in analyzer().Analyze(request, None).diagnostics}) is found


HEALTH = {"publisher": "Microsoft.ManagedServices", "type": "ApplicationHealthLinux"}
MONITOR = {"publisher": "Microsoft.Azure.Monitor", "type": "AzureMonitorLinuxAgent"}
SET_ID = f"{GROUP}/Microsoft.Compute/virtualMachineScaleSets/web"


@pytest.mark.parametrize(
    ("extension", "owner", "expected"),
    [
        ({}, SET_ID, {"SS125", "SS129"}),
        (HEALTH, SET_ID, {"SS129"}),
        (MONITOR, SET_ID, {"SS125"}),
        (MONITOR, SET_ID.replace("web", "other"), {"SS125", "SS129"}),
        (HEALTH | {"type": UNKNOWN}, SET_ID, {"?SS125", "?SS129"}),
        (HEALTH, None, {"?SS125", "SS129"}),
    ],
)
def test_an_extension_of_its_own_counts_for_its_set(
    extension: dict[str, Any], owner: str | None, expected: set[str]
) -> None:
    """Health and monitoring by an extension resource are there, on its own set; whose it is may not be known."""
    profile: dict[str, Any] = {"virtualMachineProfile": {}}
    sets = [
        Resource(key=each, type=arm_types.SCALE_SET, name=each, properties=profile, id=f"{SET_ID[:-3]}{each}")
        for each in ("web", "other")
    ]
    own_id = UNKNOWN if owner is None else f"{owner}/extensions/e"
    own = Resource(key="e", type=arm_types.SCALE_SET_EXTENSION, name="e", properties=extension, id=own_id)
    report = check(Estate([*sets, own]))
    found = {each.rule.id for each in report if each.resource.key == "web"}
    found |= {f"?{each.rule.id}" for each in report.undecided if each.resource.key == "web"}
    assert {each for each in found if each.endswith(("SS125", "SS129"))} == expected


@pytest.mark.parametrize(("made_from", "expected"), [(("v",), {"SS069", "SS107"}), ((), {"?SS069", "?SS107"})])
def test_a_network_without_an_id_is_found_by_what_the_subnets_id_was_made_from(
    made_from: tuple[str, ...], expected: set[str]
) -> None:
    """Pulumi's policies see no ids of resources; the engine's property dependencies lead to the network."""
    ip = {"name": "ip", "subnet": {"id": f"{VNET}/subnets/web"}}
    nics = [{"name": "nic", "ipConfigurations": [ip]}]
    properties = {
        "orchestrationMode": "Flexible",
        "virtualMachineProfile": {"networkProfile": {"networkInterfaceConfigurations": nics}},
    }
    references = {"virtualMachineProfile": made_from}
    network = Resource(
        key="v",
        type=arm_types.VIRTUAL_NETWORK,
        name="v",
        properties={"virtualNetworkName": "vnet", "subnets": [{"name": "web"}]},
    )
    scale_set = Resource(
        key="web", type=arm_types.SCALE_SET, name="web", properties=properties, references=references, complete=True
    )
    report = check(Estate([network, scale_set]))
    found = {each.rule.id for each in report} | {f"?{each.rule.id}" for each in report.undecided}
    assert {each for each in found if each.endswith(("SS069", "SS107"))} == expected
