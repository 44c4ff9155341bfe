"""Failures partway, Complete mode, cancelling, and the requests about a deployment."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.network import NetworkManagementClient
from simulator.deployments.case import KEY, address, card, machine, network, ref, scale_set, template, vnet
from simulator.deployments.deploying import VERSION, Deployments, make_group, state
from simulator.deployments.modules import module
from simulator.worlds import GROUP, SCOPE

from arm_simulator.testing import RunningSimulator
from simulator import worlds

_NOWHERE = {"id": f"{SCOPE}/providers/Microsoft.Network/virtualNetworks/no/subnets/s"}
_LOST = network(
    "networkInterfaces",
    "lost",
    {"ipConfigurations": [{"name": "c", "properties": {"subnet": _NOWHERE}}]},
)  # fmt: skip


@pytest.fixture
def deployments(http: httpx.Client) -> Deployments:
    """Deployments at an empty group."""
    make_group(http)
    return Deployments(http)


def names(http: httpx.Client) -> list[str]:
    """The names of the group's resources."""
    return sorted(each["name"] for each in http.get(f"{SCOPE}/resources", params=VERSION).json()["value"])


def test_a_failure_partway(deployments: Deployments, http: httpx.Client) -> None:
    """What was made stays, what needs the failed one is not made, everything else is; the error names the reason."""
    content = template(
        vnet("net", "a"), _LOST, network("applicationSecurityGroups", "after", {}, after=["lost"]), address("ip")
    )
    shown = deployments.run("d", content)
    assert (shown["provisioningState"], shown["error"]["code"]) == ("Failed", "DeploymentFailed")
    assert [each["code"] for each in shown["error"]["details"]] == ["InvalidResourceReference"]
    assert "outputs" not in shown
    assert names(http) == ["ip", "net"]
    found = {
        each["properties"]["targetResource"]["resourceName"]: each["properties"] for each in deployments.operations("d")
    }
    assert {name: each["provisioningState"] for name, each in found.items()} == {
        "net": "Succeeded",
        "lost": "Failed",
        "ip": "Succeeded",
    }
    assert found["lost"]["statusCode"] == "BadRequest"
    assert found["lost"]["statusMessage"]["error"]["code"] == "InvalidResourceReference"
    one = deployments.operations("d")[1]
    again = http.get(f"{deployments.url('d')}/operations/{one['operationId']}", params=VERSION)
    assert again.json() == one


def test_validate_tells_what_providers_refuse(deployments: Deployments, sim: RunningSimulator) -> None:
    """Validate is 400 InvalidTemplateDeployment with the provider's error; what-if fails with it; nothing is made."""
    before = state(sim)
    body = deployments.body(template(vnet("net", "a"), _LOST))
    answer = deployments.http.post(f"{deployments.url('d')}/validate", params=VERSION, json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidTemplateDeployment")
    assert answer.json()["error"]["details"][0]["code"] == "InvalidResourceReference"
    accepted = deployments.http.post(f"{deployments.url('d')}/whatIf", params=VERSION, json=body)
    result = deployments.http.get(accepted.headers["Location"]).json()
    assert (result["status"], result["error"]["code"]) == ("Failed", "InvalidTemplateDeployment")
    assert state(sim) == before
    good = deployments.http.post(
        f"{deployments.url('d')}/validate", params=VERSION, json=deployments.body(template(vnet("net", "a")))
    )
    assert good.json()["properties"]["provisioningState"] == "Succeeded"
    assert [each["id"].rsplit("/", 1)[1] for each in good.json()["properties"]["validatedResources"]] == ["net"]
    assert state(sim) == before


def test_a_failed_resource_changes_nothing_of_itself(deployments: Deployments, sim: RunningSimulator) -> None:
    """A PUT that is refused after it began leaves the resource, and its neighbours, as they were."""
    deployments.run("d", template(vnet("net", "a")))
    before = state(sim)
    overlapping = vnet("net", "a", "b")
    overlapping["properties"]["subnets"][1]["properties"]["addressPrefix"] = "10.20.0.0/24"
    assert deployments.run("d", template(overlapping))["provisioningState"] == "Failed"
    assert state(sim) == before


def test_an_output_that_fails(deployments: Deployments, http: httpx.Client) -> None:
    """Everything is made; the deployment fails with DeploymentOutputEvaluationFailed, which says which output."""
    outputs = {"x": {"type": "string", "value": "[reference('net').nothing]"}}
    shown = deployments.run("d", template(vnet("net", "a"), outputs=outputs))
    assert shown["error"]["code"] == "DeploymentOutputEvaluationFailed"
    assert "output 'x'" in shown["error"]["details"][0]["message"]
    assert names(http) == ["net"]
    typed = {"x": {"type": "int", "value": "[reference('net').addressSpace]"}}
    assert (
        deployments.run("d", template(vnet("net", "a"), outputs=typed))["error"]["code"]
        == "DeploymentOutputEvaluationFailed"
    )


def test_fail(deployments: Deployments) -> None:
    """fail() fails its resource when it is reached, and not in a branch that is not taken."""

    def tagged(value: str) -> Any:
        return template(vnet("net", "a"), network("networkSecurityGroups", "nsg", {}, tags={"x": value}))

    where = "reference('net').addressSpace.addressPrefixes[0]"
    fine = deployments.run("d", tagged(f"[if(startsWith({where}, '10.'), 'ten', fail('elsewhere'))]"))
    assert fine["provisioningState"] == "Succeeded", fine["error"]
    shown = deployments.run("d", tagged(f"[if(startsWith({where}, '11.'), 'eleven', fail('elsewhere'))]"))
    assert "The template function 'fail' was called: elsewhere" in shown["error"]["details"][0]["message"]


def test_a_module_that_fails(deployments: Deployments) -> None:
    """The nested deployment is Failed by itself, and is the reason of the outer one."""
    shown = deployments.run("d", template(module("inner", template(_LOST))))
    assert shown["error"]["details"][0]["code"] == "DeploymentFailed"
    assert shown["error"]["details"][0]["details"][0]["code"] == "InvalidResourceReference"
    assert deployments.get("inner")["provisioningState"] == "Failed"
    assert deployments.get("inner")["correlationId"] == shown["correlationId"]


def test_complete_mode(deployments: Deployments, http: httpx.Client) -> None:
    """What the template lacks is deleted, users before what they use, and what-if says so before."""
    deployments.run(
        "d",
        template(vnet("net", "a"), card("nic", "net", "a"), address("ip"), network("networkSecurityGroups", "nsg", {})),
    )
    left = template(network("networkSecurityGroups", "nsg", {}))
    told = {each["resourceId"].rsplit("/", 1)[1]: each["changeType"] for each in deployments.what_if(left, "complete")}
    assert told == {"nsg": "NoChange", "net": "Delete", "nic": "Delete", "ip": "Delete"}
    assert names(http) == ["ip", "net", "nic", "nsg"]
    shown = deployments.run("d", left, mode="COMPLETE")
    assert shown["provisioningState"] == "Succeeded", shown["error"]
    assert names(http) == ["nsg"]
    verbs = [each["properties"]["provisioningOperation"] for each in deployments.operations("d")]
    assert sorted(verbs) == ["Create", "Delete", "Delete", "Delete"]


def test_complete_mode_spares_what_a_set_made(deployments: Deployments, sim: RunningSimulator) -> None:
    """What a Flexible set made (machines, interfaces, addresses, disks) is deleted with it and not before."""
    profile = {"publicIPAddressConfiguration": {"name": "own", "properties": {}, "sku": {"name": "Standard"}}}
    content = template(
        vnet("net", "a"),
        scale_set("rye", 2, "net", "a", address=profile),
        card("nic", "net", "a"),
        machine("vm", "nic", "vm"),
        parameters={"key": {"type": "string", "defaultValue": KEY}},
    )
    deployments.run("d", content)
    before = state(sim)
    assert sum("/publicipaddresses/" in key for key in before) == 2
    shown = deployments.run("d", content, mode="Complete")
    assert shown["provisioningState"] == "Succeeded", shown["error"]
    assert state(sim) == before
    assert {each["changeType"] for each in deployments.what_if(content, "Complete")} == {"NoChange"}
    assert deployments.run("d", template(), mode="Complete")["provisioningState"] == "Succeeded"
    (left,) = [key for key in state(sim) if "/providers/" in key]
    assert (
        "/disks/vm_osdisk" in left
    )  # a machine's disk stays when it is deleted, unless its deleteOption says otherwise


def test_complete_mode_and_a_lock(deployments: Deployments, http: httpx.Client) -> None:
    """What cannot be deleted stays, and the deployment fails with the refusal."""
    deployments.run("d", template(vnet("net", "a"), address("ip")))
    lock = f"{SCOPE}/providers/Microsoft.Network/virtualNetworks/net/providers/Microsoft.Authorization/locks/l"
    http.put(lock, params={"api-version": "2020-05-01"}, json={"properties": {"level": "CanNotDelete"}})
    shown = deployments.run("d", template(), mode="Complete")
    assert [each["code"] for each in shown["error"]["details"]] == ["ScopeLocked"]
    assert names(http) == ["net"]


def test_complete_mode_after_a_failure(deployments: Deployments, http: httpx.Client) -> None:
    """Nothing is deleted when something could not be made."""
    deployments.run("d", template(vnet("net", "a")))
    assert deployments.run("d", template(_LOST), mode="Complete")["provisioningState"] == "Failed"
    assert names(http) == ["net"]


def test_others_are_put_whole(deployments: Deployments, http: httpx.Client) -> None:
    """A redeployment without a property takes it away from a network's resource, as Microsoft's page on modes says."""
    deployments.run("d", template(network("networkSecurityGroups", "nsg", {}, tags={"a": "1"})))
    deployments.run("d", template(network("networkSecurityGroups", "nsg", {})))
    found = http.get(f"{SCOPE}/providers/Microsoft.Network/networkSecurityGroups/nsg", params=VERSION).json()
    assert not found.get("tags")


def test_in_progress(deployments: Deployments, sim: RunningSimulator) -> None:
    """While it runs the state is Running and another deployment of the name is 409; cancelling ends it, once."""
    deployments.run("d", template(address("ip")))
    sim.configure(lro_polls=2)
    accepted = deployments.put("d", deployments.body(template(address("ip"))))
    assert accepted.status_code == 200
    assert deployments.get("d")["provisioningState"] == "Running"
    assert deployments.put("d", deployments.body(template())).json()["error"]["code"] == "DeploymentActive"
    cancel = f"{deployments.url('d')}/cancel"
    assert deployments.http.post(cancel, params=VERSION).status_code == 204
    assert deployments.http.get(accepted.headers["Azure-AsyncOperation"]).json()["status"] == "Canceled"
    assert deployments.get("d")["provisioningState"] == "Canceled"
    assert deployments.http.post(cancel, params=VERSION).status_code == 409


def test_requests_about_deployments(deployments: Deployments, http: httpx.Client) -> None:
    """List with a filter, HEAD, export, the old address, delete: what it made stays."""
    content = template(address("ip"))
    deployments.run("good", content)
    deployments.run("bad", template(_LOST))
    listing = f"{SCOPE}/providers/Microsoft.Resources/deployments"
    found = http.get(listing, params=VERSION).json()["value"]
    assert [each["name"] for each in found] == ["good", "bad"]
    failed = http.get(listing, params={**VERSION, "$filter": "provisioningState eq 'Failed'"}).json()["value"]
    assert [each["name"] for each in failed] == ["bad"]
    assert http.head(deployments.url("good"), params=VERSION).status_code == 204
    assert http.head(deployments.url("none"), params=VERSION).status_code == 404
    assert http.post(f"{deployments.url('good')}/exportTemplate", params=VERSION).json() == {"template": content}
    old = http.get(f"{SCOPE}/deployments/good/operations", params=VERSION)
    assert old.json()["value"] == deployments.operations("good")
    assert http.delete(deployments.url("good"), params=VERSION).status_code == 202
    assert http.get(deployments.url("good"), params=VERSION).json()["error"]["code"] == "DeploymentNotFound"
    assert names(http) == ["ip"]


def test_as_az_sends_it(deployments: Deployments, http: httpx.Client) -> None:
    """The body of az has the template's text as it is: an unquoted name, comments, a trailing comma, line breaks."""
    text = """{"properties": {"mode": "Incremental", "parameters": {}, template:{
      // the only one
      "contentVersion": "1.0.0.0", /* "resources": [] */
      "resources": [{"type": "Microsoft.Network/applicationSecurityGroups", "apiVersion": "2024-05-01", "name": "a",
        "location": "[resourceGroup().location]", "tags": {"url": "https://example.org/*x*/", "is": "[concat('a',
        'b')]"},},],
    }}}"""
    answer = http.put(deployments.url("d"), params=VERSION, content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == 201, answer.text
    found = http.get(f"{SCOPE}/providers/Microsoft.Network/applicationSecurityGroups/a", params=VERSION).json()
    assert found["tags"] == {"url": "https://example.org/*x*/", "is": "ab"}
    broken = http.put(
        deployments.url("d"), params=VERSION, content="{'a': 1", headers={"Content-Type": "application/json"}
    )
    assert broken.status_code == 400


def test_an_unmodified_client_sees_what_was_made(deployments: Deployments, sim: RunningSimulator) -> None:
    """A client of azure-mgmt reads the deployed network, and is refused what the template's state forbids."""
    deployments.run("d", template(vnet("net", "a"), card("nic", "net", "a")))
    client: NetworkManagementClient = worlds.network_client(sim)
    subnets = client.virtual_networks.get(GROUP, "net").subnets
    assert subnets is not None
    assert [each.name for each in subnets] == ["a"]
    with pytest.raises(HttpResponseError, match="InUseSubnetCannotBeDeleted"):
        client.subnets.begin_delete(GROUP, "net", "a").result()


def test_providers_and_the_rest_of_azure(deployments: Deployments) -> None:
    """providers(), subscription(), tenant(), deployment(), newGuid() and utcNow() are answered; list*() if played."""
    values: dict[str, Any] = {
        "type": "[providers('Microsoft.Compute', 'virtualMachines').resourceType]",
        "version": "[substring(providers('Microsoft.Compute', 'virtualMachines').apiVersions[0], 0, 2)]",
        "sub": "[subscription().subscriptionId]",
        "tenant": "[tenant().tenantId]",
        "own": "[deployment().name]",
        "year": "[substring(parameters('now'), 0, 2)]",
        "id": "[string(length(parameters('id')))]",
    }
    parameters = {
        "now": {"type": "string", "defaultValue": "[utcNow('yyyy')]"},
        "id": {"type": "string", "defaultValue": "[newGuid()]"},
    }
    outputs = {name: {"type": "string", "value": value} for name, value in values.items()}
    shown = deployments.run("d", template(parameters=parameters, outputs=outputs))["outputs"]
    assert {name: each["value"] for name, each in shown.items()} == {
        "type": "virtualMachines",
        "version": "20",
        "sub": SCOPE.split("/")[2],
        "tenant": "00000000-0000-0000-0000-0000000000aa",
        "own": "d",
        "year": "20",
        "id": "36",
    }
    listing = {"x": {"type": "object", "value": "[listKeys('net', '2024-05-01')]"}}
    error = deployments.run("d", template(vnet("net", "a"), outputs=listing))["error"]
    assert "'listkeys' of 'Microsoft.Network/virtualNetworks'" in error["details"][0]["message"]
    assert ref("virtualNetworks", "net")
