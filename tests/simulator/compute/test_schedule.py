"""Microsoft.ComputeSchedule through the unmodified azure-mgmt-computeschedule client."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from azure.mgmt.computeschedule import ComputeScheduleMgmtClient
from simulator.compute.world import GROUP, World, refused, vm_id

from arm_simulator.testing import SUBSCRIPTION

PLACE = "westeurope"


@pytest.fixture
def actions(world: World) -> Any:
    """The scheduled actions of the client."""
    return world.sim.client(ComputeScheduleMgmtClient, SUBSCRIPTION).scheduled_actions


def request(names: list[str], **members: Any) -> Any:
    """A request for VMs by name."""
    return {
        "executionParameters": {"retryPolicy": {"retryCount": 1}},
        "resources": {"ids": [vm_id(name) for name in names]},
        "correlationid": "11111111-0000-0000-0000-000000000001",
        **members,
    }


def state(actions: Any, number: str) -> str:
    """The state of one operation."""
    body = {"operationIds": [number], "correlationid": "x"}
    answer = actions.virtual_machines_get_operation_status(PLACE, body)
    return str(answer.results[0].operation.state.value)


def test_execute_acts_on_every_vm_at_once(world: World, actions: Any) -> None:
    """Deallocate and start of two VMs: each has an operation that succeeded, and the VMs follow."""
    world.make_set("Flexible")
    names = world.names()
    answer = actions.virtual_machines_execute_deallocate(PLACE, request(names))
    assert [state(actions, item.operation.operation_id) for item in answer.results] == ["Succeeded", "Succeeded"]
    assert {world.state(vm_id(name))["power"] for name in names} == {"deallocated"}
    actions.virtual_machines_execute_start(PLACE, request(names))
    assert {world.state(vm_id(name))["power"] for name in names} == {"running"}
    actions.virtual_machines_execute_delete(PLACE, request(names))
    assert world.names() == []


def test_one_failure_does_not_hide_the_others(world: World, actions: Any) -> None:
    """A locked VM fails with its error, an absent one is named, the third is done."""
    world.make_set("Flexible")
    first, second = world.names()
    world.lock(vm_id(first), "ReadOnly")
    answer = actions.virtual_machines_execute_deallocate(PLACE, request([first, second, "nobody"]))
    failed, done, absent = answer.results
    assert (state(actions, failed.operation.operation_id), state(actions, done.operation.operation_id)) == (
        "Failed",
        "Succeeded",
    )
    assert absent.error_code == "ResourceNotFound"
    body = {"operationIds": [failed.operation.operation_id]}
    errors = actions.virtual_machines_get_operation_errors(PLACE, body).results[0].operation_errors
    assert [error.error_code for error in errors] == ["ScopeLocked"]
    assert [world.state(vm_id(name))["power"] for name in (first, second)] == ["running", "deallocated"]


def test_submit_waits_for_its_time_and_can_be_cancelled(world: World, actions: Any) -> None:
    """An operation for tomorrow is scheduled, cancelled, and never runs; one for now runs."""
    world.make_set("Flexible")
    names = world.names()
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    schedule = {"deadline": later, "deadlineType": "InitiateAt", "timezone": "UTC"}
    answer = actions.virtual_machines_submit_deallocate(PLACE, request(names, schedule=schedule))
    number = answer.results[0].operation.operation_id
    assert state(actions, number) == "Scheduled"
    actions.virtual_machines_cancel_operations(PLACE, {"operationIds": [number], "correlationid": "x"})
    assert state(actions, number) == "Cancelled"
    assert world.state(vm_id(names[0]))["power"] == "running"
    schedule["deadline"] = datetime.now(UTC).isoformat()
    answer = actions.virtual_machines_submit_deallocate(PLACE, request(names, schedule=schedule))
    assert state(actions, answer.results[0].operation.operation_id) == "Succeeded"
    assert world.state(vm_id(names[0]))["power"] == "deallocated"


def test_a_request_holds_a_hundred_vms(world: World, actions: Any) -> None:
    """The hundred-and-first is refused, and no VM is touched."""
    world.make_set("Flexible")
    error = refused(actions.virtual_machines_execute_start, PLACE, request(["x"] * 101))
    assert "at most 100" in error.message
    assert error.status_code == 400
    assert list(world.compute.virtual_machines.list(GROUP)) != []
