"""What an update takes away is gone in Azure, where a PUT keeps what it leaves out: on the engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from harness import WorkspaceFactory
from support.scalesets import GROUP, PROGRAM, configured, flexible, uniform

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure
from pulumi_azure_scaleset.engine.cleared import taken_away
from pulumi_azure_scaleset.plan import tokens

PROFILE = "virtualMachineProfile"
DISK = {"lun": 0, "sizeGb": 8}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"tags": {"a": "1"}}, {"tags": {"b": "1"}}, {}),
        ({"tags": {"a": "1"}}, {}, {"tags": {}}),
        ({}, {}, {}),
        (
            {PROFILE: {"storageProfile": {"dataDisks": [{"lun": 0}]}}},
            {PROFILE: {"storageProfile": {}}},
            {"properties": {PROFILE: {"storageProfile": {"dataDisks": []}}}},
        ),
        ({PROFILE: {"storageProfile": {"dataDisks": [{"lun": 0}]}}}, {}, {}),
        ({"automaticRepairsPolicy": {"enabled": False}}, {}, {}),
        (
            {"automaticRepairsPolicy": {"enabled": True}},
            {},
            {"properties": {"automaticRepairsPolicy": {"enabled": False}}},
        ),
    ],
)
def test_what_is_taken_away(old: dict[str, Any], new: dict[str, Any], expected: dict[str, Any]) -> None:
    """Only what was there, and only as a whole: a list that is given is the whole list."""
    assert taken_away(tokens.SCALE_SET, old, new) == expected
    assert taken_away(tokens.LOAD_BALANCER, old, new) == {}


@pytest.fixture(params=["keep", "replace"])
def keeping(request: pytest.FixtureRequest, simulator: RunningSimulator) -> Iterator[RunningSimulator]:
    """A simulated Azure in which a PUT of Microsoft.Compute keeps what it leaves out, and one in which it does not."""
    simulator.configure(compute_put=request.param)
    yield simulator
    simulator.configure(compute_put="keep")


def live(simulator: RunningSimulator, azure: Azure, path: str) -> Any:
    """A resource of Microsoft.Compute as Azure has it."""
    scope = f"/subscriptions/{azure.subscription}/resourceGroups/{GROUP}/providers/Microsoft.Compute"
    url = f"{simulator.endpoint}{scope}/{path}?api-version=2024-11-01"
    return httpx.get(url, headers={"Authorization": f"Bearer {simulator.token}"}).json()


@pytest.mark.engine
@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
def test_what_is_gone_from_the_program_is_gone_in_azure(
    workspace_factory: WorkspaceFactory, keeping: RunningSimulator, azure: Azure, mode: str
) -> None:
    """The last tag, data disk and extension, and automatic repairs: of the set, and of a named machine."""
    health = {"protocol": "tcp", "port": 22}
    base: dict[str, Any] = {"virtualNetwork": {}, "inboundNat": {}, "upgradePolicy": {"mode": "Manual"}}
    if mode == "Flexible":
        args = flexible(**base, capacity=1, instances={"web-0": {}}, extensions=[], outbound={"method": "NatGateway"})
    else:
        args = uniform(**base, outbound={"method": "NatGateway"}, instances={}, health=None)
    full = {
        **args,
        "tags": {"a": "1"},
        "dataDisks": [DISK],
        "health": health,
        "automaticRepairs": {"gracePeriod": "PT30M"},
    }
    stack = workspace_factory(PROGRAM)
    stack.up(configured(full))
    before = live(keeping, azure, "virtualMachineScaleSets/web")
    assert before["tags"]
    stack.up(configured({**args, "health": None}))
    found = live(keeping, azure, "virtualMachineScaleSets/web")
    profile = found["properties"][PROFILE]
    assert not found.get("tags")
    assert not profile["storageProfile"].get("dataDisks")
    assert not (profile.get("extensionProfile") or {}).get("extensions")
    assert not (found["properties"].get("automaticRepairsPolicy") or {}).get("enabled")
    if mode == "Flexible":
        machine = live(keeping, azure, "virtualMachines/web-0")
        assert not machine.get("tags")
        assert not machine["properties"]["storageProfile"].get("dataDisks")
    assert stack.preview().ops() == []


@pytest.mark.engine
def test_a_lock_of_the_sets_own_is_no_obstacle(
    workspace_factory: WorkspaceFactory, keeping: RunningSimulator, azure: Azure
) -> None:
    """A set with a ReadOnly lock loses its last tag: the lock is lifted for it, and is back afterwards."""
    args = flexible(
        instances={}, inboundNat={}, virtualNetwork={}, lock={"level": "ReadOnly"}, extensions=[], capacity=0
    )
    args["outbound"] = {"method": "NatGateway"}
    stack = workspace_factory(PROGRAM)
    stack.up(configured({**args, "tags": {"a": "1"}}))
    stack.up(configured(args))
    assert not live(keeping, azure, "virtualMachineScaleSets/web").get("tags")
    assert stack.preview().ops() == []
