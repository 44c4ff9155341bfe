"""API versions on the engine: newer properties arrive in Azure, and a change of the version replaces nothing."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from harness import WorkspaceFactory
from support.scalesets import GROUP, PROGRAM, configured, flexible, uniform

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure

pytestmark = pytest.mark.engine

NEWEST = "2026-03-01"
MODES = {
    "Flexible": flexible(capacity=1, instances={"web-0": {}}),
    "Uniform": uniform(upgradePolicy={"mode": "Manual"}),
}
REPLACING = {"create", "delete", "replace", "create-replacement", "delete-replaced"}


def live(simulator: RunningSimulator, azure: Azure, group: str = GROUP) -> Any:
    """The scale set as Azure has it."""
    path = f"/subscriptions/{azure.subscription}/resourceGroups/{group}/providers/Microsoft.Compute"
    url = f"{simulator.endpoint}{path}/virtualMachineScaleSets/web?api-version=2026-04-01"
    return httpx.get(url, headers={"Authorization": f"Bearer {simulator.token}"}).json()


@pytest.mark.parametrize("mode", MODES)
def test_a_newer_property_arrives_and_versions_come_and_go(
    workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure, mode: str
) -> None:
    """`api_version` on a live set, another one, and none again: updates only; the property is in Azure meanwhile."""
    stack = workspace_factory(PROGRAM)
    args = MODES[mode]
    stack.up(configured(args))
    raw: dict[str, Any] = {"scaleSet": {"resiliencyPolicy": {"zoneAllocationPolicy": {"maxZoneCount": 2}}}}
    for change in (
        {"apiVersion": NEWEST, "overrides": raw},
        {"apiVersion": "2025-11-01", "overrides": raw},
        {},
        {"apiVersion": "2024-07-01"},
        {"apiVersion": "2024-11-01"},
    ):
        result = stack.up(configured({**args, **change}))
        assert not [op for op in result.ops() if op[0] in REPLACING], change
        if change.get("overrides"):
            zones = live(simulator, azure)["properties"]["resiliencyPolicy"]["zoneAllocationPolicy"]
            assert zones == {"maxZoneCount": 2}
    machines = [each["type"] for each in stack.resources() if "compute" in each["type"]]
    assert machines == [each for each in machines if "/v" not in each]
    stack.destroy()


NEWER_STILL = "2026-04-01"
BEYOND: dict[str, dict[str, Any]] = {
    "Flexible": flexible(capacity=1, instances={"web-0": {}}, health={"protocol": "tcp", "port": 22}),
    "Uniform": uniform(upgradePolicy={"mode": "Manual"}),
}


@pytest.mark.parametrize("mode", BEYOND)
def test_a_version_that_azure_native_lacks(
    workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure, mode: str
) -> None:
    """Set and machines are generic resources at that version: made, changed in place, refreshed and deleted as such."""
    stack = workspace_factory(PROGRAM)
    raw = {"scaleSet": {"virtualMachineProfile": {"storageProfile": {"diskApiVersion": "2025-01-02"}}}}
    args = {**BEYOND[mode], "apiVersion": NEWER_STILL, "overrides": raw, "tags": {"a": "1"}}
    stack.up(configured(args))
    found = live(simulator, azure)
    assert found["properties"]["virtualMachineProfile"]["storageProfile"]["diskApiVersion"] == "2025-01-02"
    assert found["tags"] == {"a": "1"}
    (nic,) = found["properties"]["virtualMachineProfile"]["networkProfile"]["networkInterfaceConfigurations"]
    assert nic["properties"]["ipConfigurations"][0]["properties"]["subnet"]["id"].endswith("/subnets/instances")
    assert stack.preview().ops() == []
    stack.refresh()
    assert stack.preview().ops() == []
    changed = stack.up(configured({**args, "tags": {"a": "2"}}))
    assert not [op for op in changed.ops() if op[0] in REPLACING]
    assert live(simulator, azure)["tags"] == {"a": "2"}
    stack.destroy()
    assert "error" in live(simulator, azure)


def test_a_live_set_does_not_become_a_generic_resource(
    workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure
) -> None:
    """The preview says so already, and neither `up` nor `up --continue-on-error` deletes or changes anything."""
    stack = workspace_factory(PROGRAM)
    args = BEYOND["Flexible"]
    stack.up(configured(args))
    before = live(simulator, azure)
    beyond = configured({**args, "apiVersion": NEWER_STILL})
    assert "is there already" in stack.preview(beyond, expect_failure=True).text
    for options in ((), ("--continue-on-error",)):
        result = stack.up(beyond, expect_failure=True, extra_args=options)
        assert not [op for op in result.ops() if op[0] in {"delete", "replace", "delete-replaced"}]
        assert live(simulator, azure) == before
    assert not [op for op in stack.up(configured(args)).ops() if op[0] in REPLACING]


def test_a_generic_resource_does_not_become_another_one(
    workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure
) -> None:
    """Without its api_version the set is refused as one that is there, and neither it nor a machine is deleted."""
    stack = workspace_factory(PROGRAM)
    args = BEYOND["Flexible"]
    beyond = configured({**args, "apiVersion": NEWER_STILL})
    stack.up(beyond)
    before = live(simulator, azure)
    for options in ((), ("--continue-on-error",)):
        result = stack.up(configured(args), expect_failure=True, extra_args=options)
        assert "keep that api_version" in result.text
        assert not [op for op in result.ops() if op[0] in {"delete", "replace", "delete-replaced"}]
        assert live(simulator, azure) == before
    assert stack.up(beyond).ops() == []


@pytest.mark.smoke
@pytest.mark.parametrize("mode", BEYOND)
def test_spot_plus_arrives(
    workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure, mode: str
) -> None:
    """Its priority, which only the newest API knows, is in Azure with what belongs to Spot."""
    stack = workspace_factory(PROGRAM)
    spot = {"priority": "SpotPlus", "evictionPolicy": "Deallocate", "maxPrice": -1}
    args = {**BEYOND[mode], "instances": {}, "capacity": 1, "apiVersion": NEWER_STILL, "spot": spot}
    stack.up(configured(args))
    profile = live(simulator, azure)["properties"]["virtualMachineProfile"]
    assert (profile["priority"], profile["evictionPolicy"]) == ("SpotPlus", "Deallocate")


@pytest.mark.parametrize("mode", BEYOND)
def test_zones_that_azure_chooses_and_health_from_outside(
    workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure, mode: str
) -> None:
    """Automatic zones by their argument, and external health by `overrides`, at a version that azure-native has."""
    stack = workspace_factory(PROGRAM)
    args = {**BEYOND[mode], "instances": {}, "capacity": 1, "apiVersion": NEWEST, "health": None}
    zones = {"excludeZones": ["3"], "maxZoneCount": 2}
    raw = {"scaleSet": {"externalHealthPolicy": {"enabled": True}}}
    stack.up(configured({**args, "zonePlacement": zones, "overrides": raw}))
    found = live(simulator, azure)
    assert found["placement"] == {"zonePlacementPolicy": "Auto", "excludeZones": ["3"]}
    assert found["properties"]["resiliencyPolicy"]["zoneAllocationPolicy"] == {"maxZoneCount": 2}
    assert found["properties"]["externalHealthPolicy"]["enabled"] is True
