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
MODES = {"Flexible": flexible(capacity=1, instances={"web-0": {}}), "Uniform": uniform()}
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
