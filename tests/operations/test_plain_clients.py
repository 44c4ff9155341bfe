"""The same operations by plain azure-mgmt-compute calls end in the same states: the simulator is not shaped to us."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure.mgmt.compute import ComputeManagementClient
from operations.conftest import Cli
from operations.world import GROUP, World

from arm_simulator.testing import SUBSCRIPTION
from scaleset_core.modes import Mode

COMPARED = ("power", "bootCount", "hostMoves", "osDiskGeneration", "dataDiskGeneration", "lastAction")
ACTIONS = {
    True: ("power-off", "start", "restart", "power-off", "redeploy", "reimage", "perform-maintenance"),
    False: ("power-off", "start", "restart", "deallocate", "redeploy", "perform-maintenance"),
}
"""By whether the OS disk is ephemeral: such a machine is never deallocated, and alone can be reimaged by itself."""


def plain_uniform(client: Any, action: str, names: list[str]) -> None:
    """One batch call of the scale-set API."""
    method = getattr(client.virtual_machine_scale_sets, f"begin_{action.replace('-', '_')}")
    method(GROUP, "plain", {"instanceIds": names[:2]}).result()


def plain_flexible(client: Any, action: str, names: list[str]) -> None:
    """One call for each virtual machine."""
    for name in names[:2]:
        getattr(client.virtual_machines, f"begin_{action.replace('-', '_')}")(GROUP, name).result()


PLAIN: dict[Mode, Callable[[Any, str, list[str]], None]] = {Mode.UNIFORM: plain_uniform, Mode.FLEXIBLE: plain_flexible}


@pytest.mark.parametrize("ephemeral", [True, False])
@pytest.mark.parametrize("mode", list(Mode))
def test_same_states(world: World, cli: Cli, mode: Mode, ephemeral: bool) -> None:
    """Two sets, the same actions one after the other: ours by the command line, the other by Azure's own client."""
    client = world.simulator.client(ComputeManagementClient, SUBSCRIPTION)
    for name in ("ours", "plain"):
        world.scale_set(name, mode.value, 3, ephemeral=ephemeral)
    ours, plain = world.names("ours"), world.names("plain")
    for action in ACTIONS[ephemeral]:
        answer = cli("instances", action, "-n", "ours", "-i", ",".join(ours[:2]), "--yes")
        assert answer.code == 0, answer.err
        PLAIN[mode](client, action, plain)
        left, right = world.state("ours"), world.state("plain")
        for one, other in zip(ours, plain, strict=True):
            assert {key: left[one].get(key) for key in COMPARED} == {key: right[other].get(key) for key in COMPARED}
        if action in {"deallocate", "power-off"}:
            assert cli("instances", "start", "-n", "ours", "-i", ",".join(ours[:2])).code == 0
            PLAIN[mode](client, "start", plain)
