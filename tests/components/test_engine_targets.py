"""`--target`, `--exclude` and `destroy --continue-on-error`: who works on one instance touches only that one."""

from __future__ import annotations

from typing import Any

import pytest
from azure.mgmt.resource.locks import ManagementLockClient
from harness import Workspace, WorkspaceFactory
from support.scalesets import PROGRAM, configured, created, flexible

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure

pytestmark = pytest.mark.engine


def arguments(**more: Any) -> dict[str, Any]:
    """Three instances with extensions and NAT rules, the first one locked."""
    return flexible(instances={"web-0": {"protection": {"scaleIn": True}}, "web-1": {}, "web-2": {}}, **more)


def urn(stack: Workspace, name: str, kind: str) -> str:
    """The URN of the resource with this name and type."""
    return next(str(r["urn"]) for r in stack.resources() if r["urn"].endswith(f"{kind}::{name}"))


@pytest.mark.smoke
def test_one_machine_is_targeted(workspace_factory: WorkspaceFactory) -> None:
    """Of a change of all resources, `up --target` does the machine's alone; the preview after has the others'."""
    stack = workspace_factory(PROGRAM)
    stack.up(configured(arguments()))
    target = urn(stack, "web-1", "VirtualMachine")
    result = stack.up(configured(arguments(tags={"team": "a"})), extra_args=("--target", target))
    assert [(op, name) for op, _, name in result.ops(completed=True)] == [("update", "web-1")]
    left = {name for _, _, name in stack.preview().ops()}
    assert "web-1" not in left
    assert left >= {"web-0", "web-2", "web-1-hello", "web-0-nic"}


def test_the_network_is_targeted_in_a_new_stack(workspace_factory: WorkspaceFactory) -> None:
    """`up --target` of the network in a new stack makes it and what it needs; a whole `up` makes the rest."""
    stack = workspace_factory(PROGRAM)
    target = "urn:pulumi:dev::test::azure-scaleset:index:ScaleSet$azure-native:network:VirtualNetwork::web-vnet"
    group = "urn:pulumi:dev::test::azure-native:resources:ResourceGroup::group"
    component = "urn:pulumi:dev::test::azure-scaleset:index:ScaleSet::web"
    security = target.replace("VirtualNetwork::web-vnet", "NetworkSecurityGroup::web-nsg")
    targets = [part for each in (target, security, group, component) for part in ("--target", each)]
    stack.up(configured(arguments()), extra_args=targets)
    assert created(stack) == ["group", "web", "web-nsg", "web-vnet"]
    stack.up()
    assert "web-0-cannotdelete" in created(stack)
    assert stack.preview().ops() == []


def test_one_machine_is_excluded(workspace_factory: WorkspaceFactory) -> None:
    """`up --exclude` of a machine leaves it, and what depends on it, as it was; the others are updated."""
    stack = workspace_factory(PROGRAM)
    stack.up(configured(arguments()))
    excluded = urn(stack, "web-0", "VirtualMachine")
    options = ("--exclude", excluded, "--exclude-dependents")
    result = stack.up(configured(arguments(tags={"team": "a"})), extra_args=options)
    done = {(op, name) for op, _, name in result.ops(completed=True)}
    assert {op for op, _ in done} == {"update"}
    assert {name for _, name in done} >= {"web-1", "web-2", "web-1-hello"}
    assert not {name for _, name in done} & {"web-0", "web-0-hello", "web-0-cannotdelete"}


def test_a_locked_machine_stops_no_other_deletion(
    workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure
) -> None:
    """Somebody else's lock on one machine: `destroy --continue-on-error` removes all others, and later the rest."""
    stack = workspace_factory(PROGRAM)
    stack.up(configured(arguments()))
    locks = simulator.client(ManagementLockClient, azure.subscription).management_locks
    scope = next(r["id"] for r in stack.resources() if r["urn"].endswith("VirtualMachine::web-2"))
    locks.create_or_update_by_scope(scope, "foreign", {"level": "CanNotDelete"})
    result = stack.destroy(expect_failure=True, extra_args=("--continue-on-error",))
    assert "ScopeLocked" in result.text
    left = set(created(stack))
    assert left >= {"web-2", "web-2-nic"}
    assert not left & {"web-0", "web-1", "web-0-nic", "web-1-nic", "web-0-cannotdelete"}
    locks.delete_by_scope(scope, "foreign")
    stack.destroy()
    assert created(stack) == []
