"""Locks of the set's own are lifted for its own changes and put back, on the real engine and the simulated Azure."""

from __future__ import annotations

from typing import Any

import pytest
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.resource.locks import ManagementLockClient
from components.conftest import Deployed
from harness import Workspace, WorkspaceFactory
from support.scalesets import GROUP, IMAGE, KEY, configured, created, flexible, uniform

from arm_simulator.testing import RunningSimulator
from devkit import paths
from devkit.environment import Azure

pytestmark = pytest.mark.engine

LARGER = {"vmSize": "Standard_D4s_v5"}
READ_ONLY = {"protection": {"scaleSetActions": True}}
GRANT = {
    "reader": {
        "roleDefinitionName": "Reader",
        "principalId": "22222222-3333-4444-5555-666666666666",
        "principalType": "ServicePrincipal",
    }
}


def lock_names(simulator: RunningSimulator, azure: Azure) -> list[str]:
    """The names of all locks in the group."""
    return sorted(lock.name for lock in locks(simulator, azure).list_at_resource_group_level(GROUP))


def locks(simulator: RunningSimulator, azure: Azure) -> Any:
    """The management locks."""
    return simulator.client(ManagementLockClient, azure.subscription).management_locks


def size(simulator: RunningSimulator, azure: Azure, machine: str) -> str:
    """The size of a machine as Azure has it."""
    compute = simulator.client(ComputeManagementClient, azure.subscription)
    found: str = compute.virtual_machines.get(GROUP, machine).properties.hardware_profile.vm_size
    return found


def two(**web_1: Any) -> dict[str, Any]:
    """Two named instances, the second one with these settings."""
    return flexible(instances={"web-0": {}, "web-1": web_1})


@pytest.mark.smoke
def test_a_locked_machine_changes_in_one_update(deployed: Deployed, simulator: RunningSimulator, azure: Azure) -> None:
    """A machine with ReadOnly protection changes in one `up`, its lock is there after it, and no other lock moved."""
    stack = deployed(two(**READ_ONLY))
    simulator.clear_requests()
    stack.up(configured(two(**READ_ONLY, **LARGER)))
    assert size(simulator, azure, "web-1") == "Standard_D4s_v5"
    assert lock_names(simulator, azure) == ["web-1-readonly"]
    assert writes(simulator) == ["DELETE web-1-readonly", "PUT web-1-readonly"]
    assert stack.preview().ops() == []


def test_a_change_in_the_update_that_removes_the_protection(
    deployed: Deployed, simulator: RunningSimulator, azure: Azure
) -> None:
    """The machine changes and its protection goes in one `up`; no lock is left in Azure or in the state."""
    stack = deployed(two(**READ_ONLY))
    stack.up(configured(two(**LARGER)))
    assert size(simulator, azure, "web-1") == "Standard_D4s_v5"
    assert lock_names(simulator, azure) == []
    assert stack.preview().ops() == []


def writes(simulator: RunningSimulator) -> list[str]:
    """The recorded writes of locks and their names, in order."""
    return [
        f"{each['method']} {each['path'].rsplit('/', 1)[-1]}"
        for each in simulator.requests()
        if each["method"] in {"PUT", "DELETE"} and "/locks/" in each["path"]
    ]


def test_an_instance_leaves_a_locked_balancer(deployed: Deployed, simulator: RunningSimulator, azure: Azure) -> None:
    """With locks on the balancer, too, an instance with a NAT rule is removed in one `up`, and all locks are there."""
    lock = {"level": "CanNotDelete", "includeDependencies": True}
    stack = deployed(two() | {"lock": lock})
    before = lock_names(simulator, azure)
    assert "web-lb-cannotdelete" in before
    stack.up(configured(flexible(instances={"web-0": {}}, lock=lock)))
    assert lock_names(simulator, azure) == before
    assert stack.preview().ops() == []
    stack.destroy()
    assert created(stack) == []


@pytest.mark.parametrize("mode", [two(), uniform(instances={})], ids=["Flexible", "Uniform"])
def test_a_grant_under_a_lock_is_removed(
    deployed: Deployed, simulator: RunningSimulator, azure: Azure, mode: dict[str, Any]
) -> None:
    """A role assignment on a locked set is removed in one `up`; the lock is there after it."""
    lock = {"lock": {"level": "CanNotDelete"}}
    stack = deployed({**mode, **lock, "roleAssignments": GRANT})
    stack.up(configured({**mode, **lock}))
    assert lock_names(simulator, azure) == ["web-cannotdelete"]
    assert stack.preview().ops() == []


def test_a_lock_of_somebody_else_is_not_touched(deployed: Deployed, simulator: RunningSimulator, azure: Azure) -> None:
    """Beside the own lock somebody put another one: nothing is lifted, and the error names theirs and its notes."""
    stack = deployed(two(**READ_ONLY))
    machine = stack.outputs()["instanceIds"]["web-1"].lstrip("/")
    theirs = {"level": "ReadOnly", "notes": "audit until friday"}
    locks(simulator, azure).create_or_update_by_scope(machine, "audit", theirs)
    failed = stack.up(configured(two(**READ_ONLY, **LARGER)), expect_failure=True)
    told = " ".join(failed.text.split())
    assert "The ReadOnly lock 'audit' on" in told
    assert "audit until friday" in told
    assert lock_names(simulator, azure) == ["audit", "web-1-readonly"]
    assert size(simulator, azure, "web-1") == "Standard_D2s_v5"


def test_a_lock_comes_back_when_the_change_fails(deployed: Deployed, simulator: RunningSimulator, azure: Azure) -> None:
    """The change is refused for another reason once the lock is lifted: the lock is back, and the error is Azure's."""
    stack = deployed(two(**READ_ONLY))
    machine = {"method": "PUT", "path_regex": "virtualMachines/web-1$", "status": 400, "code": "Unlucky", "times": 1}
    simulator.inject(**machine, message="It is not your day.", after=1)
    failed = stack.up(configured(two(**READ_ONLY, **LARGER)), expect_failure=True)
    assert "It is not your day." in failed.text
    assert lock_names(simulator, azure) == ["web-1-readonly"]
    assert size(simulator, azure, "web-1") == "Standard_D2s_v5"


def test_a_lock_that_a_dead_process_left_lifted_is_put_back(
    deployed: Deployed, simulator: RunningSimulator, azure: Azure
) -> None:
    """The state has the lock and Azure has not: the preview says so, and `up` puts it back with its notes."""
    args = two(protection={"scaleIn": True, "notes": "the leader"})
    stack: Workspace = deployed(args)
    client = locks(simulator, azure)
    client.delete_by_scope(f"{stack.outputs()['instanceIds']['web-1']}".lstrip("/"), "web-1-cannotdelete")
    assert "The lock web-1-cannotdelete is in the state and not in Azure" in " ".join(stack.preview().text.split())
    assert lock_names(simulator, azure) == []
    stack.up()
    (back,) = client.list_at_resource_group_level(GROUP)
    assert (back.name, back.level, back.notes) == ("web-1-cannotdelete", "CanNotDelete", "the leader")
    assert "is in the state and not in Azure" not in stack.preview().text


def test_locks_are_lifted_for_a_program_of_another_language(
    workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure
) -> None:
    """From YAML, where the component runs in a separate process: a locked machine changes, another is deleted."""

    def program(*names: str, size: str) -> dict[str, Any]:
        args = {
            "resourceGroupName": "${group.name}",
            "instances": {name: {"protection": {"scaleSetActions": True}} for name in names},
            "vmSize": size,
            "image": IMAGE,
            "sshPublicKeys": [KEY],
            "virtualNetwork": {"allowFrom": ["198.51.100.0/24"]},
            "inboundNat": {"ssh": {"backendPort": 22}},
            "lock": {"level": "CanNotDelete", "includeDependencies": True},
        }
        return {
            "packages": {"azure-scaleset": str(paths.ROOT / "components")},
            "config": {"azure-native:location": {"value": "westeurope"}},
            "resources": {
                "group": {"type": "azure-native:resources:ResourceGroup", "properties": {"resourceGroupName": GROUP}},
                "web": {"type": "azure-scaleset:ScaleSet", "properties": args},
            },
        }

    stack = workspace_factory(program("web-0", "web-1", size="Standard_D2s_v5"))
    stack.up()
    before = lock_names(simulator, azure)
    stack.write_program(program("web-0", size="Standard_D4s_v5"))
    stack.up()
    stack.up()  # a lock that was lifted for a deletion as the process ended is put back here
    assert size(simulator, azure, "web-0") == "Standard_D4s_v5"
    assert lock_names(simulator, azure) == [name for name in before if not name.startswith("web-1-")]
    assert stack.preview().ops() == []
