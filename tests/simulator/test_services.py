"""The declared types of other providers: identities, autoscale settings, vaults, storage accounts, standby pools."""

from __future__ import annotations

import copy
from typing import Any

import httpx
import pytest
from simulator.worlds import LOCATION, SCOPE, VERSION

from simulator import worlds

TARGET = f"{SCOPE}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/target"
AUTOSCALE = f"{SCOPE}/providers/Microsoft.Insights/autoscaleSettings/auto"


@pytest.fixture(autouse=True)
def _group(http: httpx.Client) -> None:
    worlds.make_group(http)
    http.put(TARGET, params=VERSION, json={"location": LOCATION}).raise_for_status()


def setting() -> dict[str, Any]:
    """A valid autoscale setting (any resource can be its target here)."""
    rule = {
        "metricTrigger": {
            "metricName": "Percentage CPU",
            "metricResourceUri": TARGET,
            "timeGrain": "PT1M",
            "statistic": "Average",
            "timeWindow": "PT5M",
            "timeAggregation": "Average",
            "operator": "GreaterThan",
            "threshold": 70,
        },
        "scaleAction": {"direction": "Increase", "type": "ChangeCount", "value": "1", "cooldown": "PT5M"},
    }
    profile = {"name": "default", "capacity": {"minimum": "1", "maximum": "5", "default": "2"}, "rules": [rule]}
    return {"location": LOCATION, "properties": {"targetResourceUri": TARGET, "enabled": True, "profiles": [profile]}}


def test_identities_get_stable_ids(http: httpx.Client) -> None:
    """Principal and client id are there and stay."""
    first = http.get(TARGET, params=VERSION).json()["properties"]
    http.put(TARGET, params=VERSION, json={"location": LOCATION, "tags": {"a": "b"}})
    again = http.get(TARGET, params=VERSION).json()["properties"]
    assert first["principalId"] == again["principalId"] != again["clientId"]


def test_autoscale_settings_are_stored_as_given(http: httpx.Client) -> None:
    """What was put is what a GET shows."""
    body = setting()
    assert http.put(AUTOSCALE, params=VERSION, json=body).status_code == 201
    shown = http.get(AUTOSCALE, params=VERSION).json()["properties"]
    assert shown["profiles"] == body["properties"]["profiles"]


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("targetResourceUri",), TARGET + "x", "does not exist"),
        (("targetResourceUri",), None, "targetResourceUri is required"),
        (("profiles",), [], "1 to 20 profiles"),
        (("profiles", 0, "capacity", "minimum"), "9", "minimum <= default <= maximum"),
        (("profiles", 0, "capacity", "maximum"), "many", "whole number"),
        (("profiles", 0, "rules", 0, "scaleAction"), None, "scaleAction is required"),
        (("profiles", 0, "rules", 0, "metricTrigger", "operator"), "Above", "GreaterThan"),
        (("profiles", 0, "colour"), "red", "Could not find member 'colour'"),
    ],
)
def test_bad_autoscale_settings_are_refused(http: httpx.Client, path: tuple[Any, ...], value: Any, words: str) -> None:
    """Each mistake is an error that says what is wrong, and nothing is stored."""
    body = copy.deepcopy(setting())
    place: Any = body["properties"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    answer = http.put(AUTOSCALE, params=VERSION, json=body)
    assert answer.status_code in {400, 404}
    assert words in answer.json()["error"]["message"]
    assert http.get(AUTOSCALE, params=VERSION).status_code == 404


def test_storage_and_vault_names_and_members(http: httpx.Client) -> None:
    """Storage names have digits and small letters; a vault needs tenant and SKU; unknown members are refused."""
    storage = f"{SCOPE}/providers/Microsoft.Storage/storageAccounts"
    body = {"location": LOCATION, "sku": {"name": "Standard_LRS"}, "kind": "StorageV2"}
    assert http.put(f"{storage}/good1", params=VERSION, json=body).status_code == 201
    assert http.put(f"{storage}/Bad-1", params=VERSION, json=body).status_code == 400
    vault = f"{SCOPE}/providers/Microsoft.KeyVault/vaults/v"
    properties = {"tenantId": "t", "sku": {"family": "A", "name": "standard"}}
    assert http.put(vault, params=VERSION, json={"location": LOCATION, "properties": {}}).status_code == 400
    assert (
        http.put(vault, params=VERSION, json={"location": LOCATION, "properties": {**properties, "x": 1}}).status_code
        == 400
    )
    assert http.put(vault, params=VERSION, json={"location": LOCATION, "properties": properties}).status_code == 201


def test_a_standby_pool_needs_its_scale_set(http: httpx.Client) -> None:
    """Name, state and the attached set are checked."""
    pools = f"{SCOPE}/providers/Microsoft.StandbyPool/standbyVirtualMachinePools"
    target = f"{SCOPE}/providers/Microsoft.Compute/virtualMachineScaleSets/none"
    properties = {
        "attachedVirtualMachineScaleSetId": target,
        "virtualMachineState": "Running",
        "elasticityProfile": {"maxReadyCapacity": 2},
    }
    missing = http.put(f"{pools}/pool", params=VERSION, json={"location": LOCATION, "properties": properties})
    assert missing.json()["error"]["code"] == "InvalidResourceReference"
    short = http.put(f"{pools}/p", params=VERSION, json={"location": LOCATION, "properties": properties})
    assert "3 to 24" in short.json()["error"]["message"]
    state = {**properties, "virtualMachineState": "Asleep"}
    bad = http.put(f"{pools}/pool", params=VERSION, json={"location": LOCATION, "properties": state})
    assert "Running, Deallocated or Hibernated" in bad.json()["error"]["message"]
