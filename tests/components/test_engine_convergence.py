"""Twenty instances under one load balancer, where Azure's writes collide and take effect late, on the real engine."""

from __future__ import annotations

from typing import Any

import pytest
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.locks import ManagementLockClient
from components.conftest import Deployed
from harness import Workspace
from support.scalesets import GROUP, configured, created, flexible

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure

pytestmark = [pytest.mark.engine, pytest.mark.long]

INSTANCES = 20
LOCK = {"level": "CanNotDelete", "includeDependencies": True}


def many(count: int = INSTANCES, **more: Any) -> dict[str, Any]:
    """That many named instances, each with a NAT rule."""
    return flexible(instances={f"web-{number}": {} for number in range(count)}, **more)


def settle(stack: Workspace) -> None:
    """Nothing is left to do, except updates that change nothing.

    The engine keeps the failure of an attempt that Azure accepted, and updates that resource once more, although the
    next attempt succeeded.
    """
    for _ in range(6):
        left = stack.up()
        assert {op for op, _, _ in left.ops()} <= {"update"}
        assert not [step for step in left.steps if step.op == "update" and step.diffs]
        if not left.ops():
            break
    assert stack.preview().ops() == []


@pytest.mark.parametrize("answer", ["retryable", "conflict", "failed", "superseded", "mixed"])
def test_colliding_writes_converge(deployed: Deployed, simulator: RunningSimulator, azure: Azure, answer: str) -> None:
    """Created, changed, shrunk and destroyed while its writes collide: each time all is done, nothing is left over."""
    simulator.configure(lro_polls=1, retry_after=0, balancer_collisions=answer)
    stack = deployed(many(extensions=[]))
    network = simulator.client(NetworkManagementClient, azure.subscription)
    rules = list(network.inbound_nat_rules.list(GROUP, "web-lb"))
    assert len(rules) == INSTANCES
    assert all(rule.properties.backend_ip_configuration for rule in rules)
    settle(stack)
    # Everything under the balancer changes, then goes.
    ssh = {"ssh": {"backendPort": 22, "idleTimeoutInMinutes": 10}}
    stack.up(configured(many(extensions=[], inboundNat=ssh)))
    stack.up(configured(many(2, extensions=[], inboundNat=ssh)))
    assert len(list(network.inbound_nat_rules.list(GROUP, "web-lb"))) == 2
    settle(stack)
    for _ in range(6):  # without the program nothing is tried again
        if stack.destroy(expect_failure=None).exit_code == 0:
            break
    assert created(stack) == []


def test_locks_that_come_and_go_late(deployed: Deployed, simulator: RunningSimulator, azure: Azure) -> None:
    """With a lag of locks and principals: instances leave a locked balancer, a new principal gets its role."""
    simulator.configure(consistency_lag=2)
    grant = {"principalId": "22222222-3333-4444-5555-666666666666", "roleDefinitionName": "Reader"}
    grants: dict[str, Any] = {"roleAssignments": {"reader": grant}}
    stack = deployed(many(lock=LOCK, **grants))
    client = simulator.client(ManagementLockClient, azure.subscription).management_locks
    before = sorted(lock.name for lock in client.list_at_resource_group_level(GROUP))
    stack.up(configured(many(INSTANCES - 3, lock=LOCK, **grants)))
    assert sorted(lock.name for lock in client.list_at_resource_group_level(GROUP)) == before
    assert stack.preview().ops() == []
    stack.up(configured(many(INSTANCES - 3)))
    assert list(client.list_at_resource_group_level(GROUP)) == []
