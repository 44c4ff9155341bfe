"""`scaleset set drift` on the state that the real engine wrote, against the simulated Azure."""

from __future__ import annotations

import json

import pytest
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.resource.locks import ManagementLockClient
from harness import WorkspaceFactory
from recovery.recovering import run
from recovery.small import PROGRAM, before
from support.scalesets import GROUP

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("mode", ["Uniform", "Flexible"])
def test_drift(workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure, mode: str) -> None:
    """Right after an update nothing differs; then changes and removals in Azure are reported, and nothing is written.

    The password, the custom data and the extension's secret settings, which Azure never shows, are no differences.
    """
    stack = workspace_factory(PROGRAM)
    stack.up(before(mode))
    exported = stack.stack_export()
    answer = run(stack, "set", "drift", "--stack", "dev", "-o", "json")
    assert (answer.code, answer.json()) == (0, []), answer.err
    if mode == "Uniform":
        sets = simulator.client(ComputeManagementClient, azure.subscription).virtual_machine_scale_sets
        sku = sets.get(GROUP, "web").sku
        assert sku is not None
        old, sku.capacity = sku.capacity, 3
        sets.begin_update(GROUP, "web", {"sku": sku}).result()
        expected = [{"kind": "update", "path": "sku.capacity", "diff": f"~ sku.capacity: {old} => 3"}]
    else:
        kind = ":ManagementLockByScope"
        lock = next(each for each in exported["deployment"]["resources"] if each["type"].endswith(kind))
        scope, _, name = lock["id"].rpartition("/providers/Microsoft.Authorization/locks/")
        locks = simulator.client(ManagementLockClient, azure.subscription).management_locks
        locks.delete_by_scope(scope.lstrip("/"), name)
        expected = [{"kind": "delete", "path": "", "diff": "- deleted in Azure"}]
    simulator.clear_requests()
    answer = run(stack, "set", "drift", "--stack", "dev", "-o", "json")
    assert answer.code == 1
    found = [{name: each[name] for name in ("kind", "path", "diff")} for each in answer.json()]
    assert found == expected, json.dumps(answer.json())
    assert {item["method"] for item in simulator.requests()} == {"GET"}
    assert stack.stack_export() == exported
