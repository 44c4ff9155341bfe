"""`scaleset recover` on the real engine, against the simulated Azure."""

from __future__ import annotations

from typing import Any

import pytest
from azure.mgmt.resource.locks import ManagementLockClient
from harness import Workspace, WorkspaceFactory
from recovery.recovering import recover
from support.scalesets import GROUP, PROGRAM, configured, flexible, uniform

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure

pytestmark = pytest.mark.engine

LOCK = "azure-native:authorization:ManagementLockByScope"
NOT_COMPARED = frozenset({"created", "modified", "sourcePosition", "stackTrace"})
SECRET = "a-token-of-the-extension"
EXTENSION = {
    "name": "hello",
    "publisher": "Microsoft.Azure.Extensions",
    "type": "CustomScript",
    "typeHandlerVersion": "2.1",
    "settings": {"fileUris": []},
    "protectedSettings": {"commandToExecute": f"login {SECRET}"},
}


def small(**more: Any) -> dict[str, Any]:
    """A Flexible set of two instances, one of them locked, with a secret in an extension and in the machines."""
    return flexible(
        instances={"web-0": {}, "web-1": {"protection": {"scaleIn": True}}},
        extensions=[EXTENSION],
        adminUsername="azureuser",
        adminPassword="Swordfish-2026",
        customData="I2Nsb3VkLWNvbmZpZwo=",
        **more,
    )


def entries(stack: Workspace) -> dict[str, dict[str, Any]]:
    """The resources of the state by their logical names, without times and places in the program."""
    found = {}
    for each in stack.stack_export(show_secrets=True)["deployment"].get("resources") or []:
        plain = {name: value for name, value in each.items() if name not in NOT_COMPARED}
        along = plain.get("propertyDependencies") or {}
        plain["propertyDependencies"] = {name: sorted(urns or ()) for name, urns in along.items()}
        found[plain["urn"].rsplit("::", 1)[-1]] = plain
    return found


def differences(
    before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]], name: str
) -> dict[str, tuple[Any, Any]]:
    """The fields of a resource that are not as before."""
    old, new = before[name], after[name]
    return {field: (old.get(field), new.get(field)) for field in {*old, *new} if old.get(field) != new.get(field)}


def lock_group(simulator: RunningSimulator, azure: Azure, level: str = "CanNotDelete") -> Any:
    """Lock the resource group, as somebody else does."""
    locks = simulator.client(ManagementLockClient, azure.subscription).management_locks
    return locks.create_or_update_at_resource_group_level(GROUP, "audit", {"level": level})


def unlock_group(simulator: RunningSimulator, azure: Azure) -> None:
    """Take that lock away."""
    simulator.client(ManagementLockClient, azure.subscription).management_locks.delete_at_resource_group_level(
        GROUP, "audit"
    )


def test_a_refused_destroy(workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure) -> None:
    """A lock refuses `destroy`, which has dropped the extensions from the state: recover brings them back, secrets
    and all, a preview is empty, the lock is named, and without it `destroy` is complete.
    """
    stack: Workspace = workspace_factory(PROGRAM)
    stack.up(configured(small()))
    before = entries(stack)
    lock_group(simulator, azure)
    stack.destroy(expect_failure=True)
    assert sorted(before.keys() - entries(stack).keys()) == ["web-0-hello", "web-1-cannotdelete", "web-1-hello"]
    again = stack.up(expect_failure=True)
    assert "cannot create already existing resource" in again.text
    answer = recover(stack)
    assert answer.code == 0, answer.err
    assert answer.named("imported") == ["web-0-hello", "web-1-hello"]
    assert [(each["lock"], each["level"]) for each in answer.json()["locks"]] == [("audit", "CanNotDelete")]
    after = entries(stack)
    assert differences(before, after, "web-0-hello") == differences(before, after, "web-1-hello") == {}
    assert stack.up().ops(completed=True) == [("create", LOCK, "web-1-cannotdelete")]
    assert SECRET not in str(stack.stack_export())
    assert SECRET in str(stack.stack_export(show_secrets=True))
    unlock_group(simulator, azure)
    stack.destroy()
    assert stack.resources() == []
