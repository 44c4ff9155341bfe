"""Where a deployment deploys to: other groups, the subscription, and what its sender may."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from simulator.deployments.case import network, template
from simulator.deployments.deploying import ROOT, VERSION, Deployments, make_group
from simulator.deployments.modules import module
from simulator.worlds import SCOPE

from arm_simulator.testing import RunningSimulator

_ASG = network("applicationSecurityGroups", "asg", {})
_MAY = ("Microsoft.Resources/deployments/*", "Microsoft.Network/networkSecurityGroups/*")
_OTHER = f"{ROOT}/resourceGroups/other"


@pytest.fixture
def deployments(http: httpx.Client) -> Deployments:
    """Deployments at an empty group, beside another one."""
    make_group(http)
    http.put(_OTHER, params=VERSION, json={"location": "northeurope"})
    return Deployments(http)


def test_another_group(deployments: Deployments, http: httpx.Client) -> None:
    """A nested deployment is a deployment of its group: its resourceGroup() and ids are that group's."""
    outputs = {"id": {"type": "string", "value": "[resourceId('Microsoft.Network/applicationSecurityGroups', 'asg')]"}}
    inner = module("in", template(_ASG, outputs=outputs), resourceGroup="other")
    read = "[reference(resourceId('other', 'Microsoft.Resources/deployments', 'in'), '2022-09-01').outputs.id.value]"
    shown = deployments.run("d", template(inner, outputs={"x": {"type": "string", "value": read}}))
    assert shown["outputs"]["x"]["value"] == f"{_OTHER}/providers/Microsoft.Network/applicationSecurityGroups/asg"
    found = http.get(f"{_OTHER}/providers/Microsoft.Network/applicationSecurityGroups/asg", params=VERSION).json()
    assert found["location"] == "northeurope"
    assert Deployments(http, _OTHER).get("in")["provisioningState"] == "Succeeded"


def test_a_group_that_is_not_there(deployments: Deployments) -> None:
    """The nested deployment fails with ResourceGroupNotFound when its turn comes."""
    shown = deployments.run("d", template(_ASG, module("in", template(), resourceGroup="nowhere")))
    assert [each["code"] for each in shown["error"]["details"]] == ["ResourceGroupNotFound"]
    assert len(deployments.operations("d")) == 2


def test_complete_mode_spares_other_groups(deployments: Deployments, http: httpx.Client) -> None:
    """Only the deployment's own group is cleaned, and what its modules make in it stays."""
    for place in (SCOPE, _OTHER):
        Deployments(http, place).run("d", template(network("networkSecurityGroups", "old", {})))
    content = template(module("in", template(_ASG), resourceGroup="other"), module("own", template(_ASG)))
    assert deployments.run("d", content, mode="Complete")["provisioningState"] == "Succeeded"
    listed = {place: http.get(f"{place}/resources", params=VERSION).json()["value"] for place in (SCOPE, _OTHER)}
    assert [each["name"] for each in listed[SCOPE]] == ["asg"]
    assert sorted(each["name"] for each in listed[_OTHER]) == ["asg", "old"]


def test_at_the_subscription(http: httpx.Client) -> None:
    """The location is required and stays; Complete mode and resourceGroup() do not exist there."""
    make_group(http)
    deployments = Deployments(http, ROOT)
    body = deployments.body(template())
    assert deployments.put("d", {"properties": body["properties"]}).json()["error"]["code"] == "LocationRequired"
    assert "'Complete' is not supported" in deployments.put("d", deployments.body(template(), "Complete")).text
    assert deployments.put("d", body).status_code == 201
    moved = deployments.put("d", {**body, "location": "northeurope"})
    assert moved.json()["error"]["code"] == "InvalidDeploymentLocation"
    named = template({**_ASG, "name": "[resourceGroup().name]"})
    assert "The template function 'RESOURCEGROUP' is not expected" in deployments.put("e", deployments.body(named)).text
    listed = http.get(f"{ROOT}/providers/Microsoft.Resources/deployments", params=VERSION).json()["value"]
    assert [(each["name"], each["location"]) for each in listed] == [("d", "westeurope")]


@pytest.mark.usefixtures("deployments")
def test_what_the_sender_may(sim: RunningSimulator, http: httpx.Client) -> None:
    """A template's resources are checked one by one before anything is made, those in modules too."""
    identity = sim.identity("ann")
    role = {
        "roleName": "deployer",
        "permissions": [
            {"actions": ["Microsoft.Resources/deployments/*", "Microsoft.Network/networkSecurityGroups/*"]}
        ],
        "assignableScopes": [SCOPE],
    }
    definition = f"{SCOPE}/providers/Microsoft.Authorization/roleDefinitions/11111111-0000-0000-0000-000000000001"
    answer = http.put(definition, params={"api-version": "2022-04-01"}, json={"properties": role})
    assert answer.status_code in {200, 201}, answer.text
    grant: Any = {"roleDefinitionId": definition, "principalId": identity.object_id, "principalType": "User"}
    assignment = f"{SCOPE}/providers/Microsoft.Authorization/roleAssignments/11111111-0000-0000-0000-000000000002"
    assert http.put(assignment, params={"api-version": "2022-04-01"}, json={"properties": grant}).status_code == 201
    with httpx.Client(base_url=sim.endpoint, headers={"Authorization": f"Bearer {identity.token}"}) as own:
        theirs = Deployments(own)
        fine = template(module("in", template(network("networkSecurityGroups", "nsg", {}))))
        assert theirs.put("d", theirs.body(fine)).status_code == 201
        refused = theirs.put("d", theirs.body(template(module("in", template(_ASG)))))
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "InvalidTemplateDeployment")
    assert "'Microsoft.Network/applicationSecurityGroups/write'" in refused.json()["error"]["message"]


def test_the_subscription_from_a_group(deployments: Deployments, http: httpx.Client) -> None:
    """A nested deployment with a subscription and no group is one at the subscription."""
    group = {
        "type": "Microsoft.Resources/resourceGroups",
        "apiVersion": "2024-03-01",
        "name": "annex",
        "location": "[deployment().location]",
    }
    inner = module("in", template(group), subscriptionId="[subscription().subscriptionId]", location="northeurope")
    assert deployments.run("d", template(inner))["provisioningState"] == "Succeeded"
    assert http.get(f"{ROOT}/resourceGroups/annex", params=VERSION).json()["location"] == "northeurope"
    assert Deployments(http, ROOT).get("in")["provisioningState"] == "Succeeded"


def test_what_no_module_may(deployments: Deployments) -> None:
    """A nested deployment in Complete mode is refused, and one at a management group or the tenant is not played."""
    complete = module("in", template())
    complete["properties"]["mode"] = "Complete"
    refused = deployments.put("d", deployments.body(template(complete)))
    assert "'in' must have the mode 'Incremental'" in refused.json()["error"]["message"]
    above = module(
        "in", template(), scope="/providers/Microsoft.Management/managementGroups/top", location="westeurope"
    )
    answer = deployments.put("d", deployments.body(template(above)))
    assert (answer.status_code, "management groups" in answer.text) == (501, True)
