"""Rolling upgrades that take their time: cancelled, deferred until approved, or held by lifecycle hooks."""

from __future__ import annotations

from typing import Any

import pytest
from simulator.compute.bodies import HEALTH, Body
from simulator.compute.cases import EXTENSIONS
from simulator.compute.world import GROUP, World, code, refused, set_id

BOTH = ["Flexible", "Uniform"]
ROLLING: Body = {"p.upgradePolicy": {"mode": "Rolling"}, EXTENSIONS: [HEALTH]}
DEFERRED: Body = {
    EXTENSIONS: [HEALTH],
    "p.upgradePolicy": {
        "mode": "Manual",
        "automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True, "osRollingUpgradeDeferral": True},
    },
}


def hooked(*kinds: str, **members: str) -> Body:
    """A set of Manual upgrades with lifecycle hooks."""
    hooks = [{"type": kind, "waitDuration": "PT30M", **members} for kind in kinds]
    return {EXTENSIONS: [HEALTH], "p.lifecycleHooksProfile": {"lifecycleHooks": hooks}}


def word(value: Any) -> str:
    """The text of a value of one of the SDK's enumerations."""
    return str(getattr(value, "value", value))


def status(world: World) -> tuple[str, int, int]:
    """The code of the newest rolling upgrade, and how many instances are done and still to come."""
    found = world.compute.virtual_machine_scale_set_rolling_upgrades.get_latest(GROUP, "web").properties
    assert found is not None
    assert found.running_status is not None
    assert found.progress is not None
    left = (found.progress.pending_instance_count or 0) + (found.progress.in_progress_instance_count or 0)
    return word(found.running_status.code), int(found.progress.successful_instance_count or 0), left


def running(history: list[Any]) -> list[Any]:
    """The status of each entry of the history."""
    return [entry.properties.running_status for entry in history]


def generations(world: World, mode: str) -> list[int]:
    """How many OS disks each instance has had."""
    return [world.instance_state(mode, name)["osDiskGeneration"] for name in world.names()]


@pytest.mark.parametrize("mode", BOTH)
def test_an_upgrade_in_progress_is_seen_and_cancelled(world: World, mode: str) -> None:
    """With ``rolling_reads`` each batch takes a reading; a cancel leaves the rest on the old model."""
    world.make_set(mode, ROLLING, capacity=5)
    world.sim.configure(rolling_reads=1)
    rolling = world.compute.virtual_machine_scale_set_rolling_upgrades
    world.patch_set({"sku": {"name": "Standard_D4s_v5"}})
    assert status(world) == ("RollingForward", 1, 4)
    assert status(world) == ("RollingForward", 2, 3)
    assert code(refused(rolling.begin_start_os_upgrade, GROUP, "web")) == "OperationNotAllowed"
    rolling.begin_cancel(GROUP, "web").result()
    assert status(world) == ("Cancelled", 2, 3)
    latest = [vm.latest_model_applied for vm in world.compute.virtual_machine_scale_set_vms.list(GROUP, "web")]
    assert latest == [True, True, False, False, False]
    assert code(refused(rolling.begin_cancel, GROUP, "web")) == "OperationNotAllowed"


@pytest.mark.parametrize("mode", BOTH)
def test_an_upgrade_comes_to_its_end_by_reading(world: World, mode: str) -> None:
    """The last batch ends it; a changed model after a cancelled upgrade starts a new one for what is left."""
    world.make_set(mode, ROLLING, capacity=2)
    world.sim.configure(rolling_reads=1)
    world.patch_set({"sku": {"name": "Standard_D4s_v5"}})
    world.compute.virtual_machine_scale_set_rolling_upgrades.begin_cancel(GROUP, "web").result()
    world.patch_set({"sku": {"name": "Standard_D8s_v5"}})
    assert [status(world)[0] for _ in range(3)] == ["RollingForward", "Completed", "Completed"]


@pytest.mark.parametrize("mode", BOTH)
def test_a_deferred_os_upgrade_waits_for_approval(world: World, mode: str) -> None:
    """``osRollingUpgradeDeferral``: no instance is touched until it is approved: by name, on itself, or all."""
    world.make_set(mode, DEFERRED, capacity=4)
    sets, vms = world.compute.virtual_machine_scale_sets, world.compute.virtual_machine_scale_set_vms
    assert code(refused(sets.begin_approve_rolling_upgrade, GROUP, "web")) == "OperationNotAllowed"
    world.compute.virtual_machine_scale_set_rolling_upgrades.begin_start_os_upgrade(GROUP, "web").result()
    names = world.names()
    assert (generations(world, mode), status(world)) == ([1] * 4, ("RollingForward", 0, 4))
    ids: Any = {"instanceIds": [names[1]]}
    sets.begin_approve_rolling_upgrade(GROUP, "web", ids).result()
    assert (generations(world, mode), status(world)) == ([1, 2, 1, 1], ("RollingForward", 1, 3))
    vms.begin_approve_rolling_upgrade(GROUP, "web", names[3]).result()
    assert generations(world, mode) == [1, 2, 1, 2]
    sets.begin_approve_rolling_upgrade(GROUP, "web").result()
    assert (generations(world, mode), status(world)) == ([2] * 4, ("Completed", 4, 0))
    history = list(sets.get_os_upgrade_history(GROUP, "web"))
    assert [word(item.code) for item in running(history)] == ["Completed"]


@pytest.mark.parametrize("mode", BOTH)
def test_the_history_has_the_last_five_os_upgrades(world: World, mode: str) -> None:
    """One that is in progress has no end; extensions and models are not in it."""
    world.make_set(mode, {EXTENSIONS: [HEALTH]}, capacity=1)
    rolling = world.compute.virtual_machine_scale_set_rolling_upgrades
    for _ in range(6):
        rolling.begin_start_os_upgrade(GROUP, "web").result()
    rolling.begin_start_extension_upgrade(GROUP, "web").result()
    world.sim.configure(rolling_reads=3)
    rolling.begin_start_os_upgrade(GROUP, "web").result()
    history = list(world.compute.virtual_machine_scale_sets.get_os_upgrade_history(GROUP, "web"))
    assert [(word(item.code), item.end_time is None) for item in running(history)] == [
        ("RollingForward", True),
        *[("Completed", False)] * 4,
    ]


@pytest.mark.parametrize("mode", BOTH)
def test_a_hook_asks_before_each_batch(world: World, mode: str) -> None:
    """An event names a batch's instances; approved ones are upgraded, rejected ones not, then the next is asked."""
    world.make_set(mode, hooked("UpgradeAutoOSRollingBatchStarting"), capacity=2)
    events = world.compute.virtual_machine_scale_set_life_cycle_hook_events
    world.compute.virtual_machine_scale_set_rolling_upgrades.begin_start_os_upgrade(GROUP, "web").result()
    [first] = events.list(GROUP, "web")
    assert first.properties is not None
    assert first.properties.state == "Active"
    [target] = first.properties.target_resources or []
    assert target.resource is not None
    assert str(target.resource.id).endswith(world.names()[0])
    answer(world, first, "Approved")
    assert (generations(world, mode), status(world)) == ([2, 1], ("RollingForward", 1, 1))
    second = next(event for event in events.list(GROUP, "web") if event.name != first.name)
    answer(world, second, "Rejected")
    assert (generations(world, mode), status(world)) == ([2, 1], ("Completed", 1, 0))
    assert {word(event.properties.state) for event in events.list(GROUP, "web") if event.properties} == {"Completed"}
    assert code(refused(answer, world, second, "Approved")) == "OperationNotAllowed"


def answer(world: World, event: Any, state: str) -> Any:
    """PATCH an event: each of its targets gets a state."""
    targets = [{"resource": {"id": t.resource.id}, "actionState": state} for t in event.properties.target_resources]
    body: Any = {"properties": {"targetResources": targets}}
    return world.compute.virtual_machine_scale_set_life_cycle_hook_events.update(GROUP, "web", event.name, body)


@pytest.mark.parametrize(("state", "end", "disks"), [("Approved", "Completed", 2), ("Rejected", "Cancelled", 1)])
def test_a_hook_asks_before_the_upgrade(world: World, state: str, end: str, disks: int) -> None:
    """The target is the scale set; a rejected upgrade does not take place."""
    world.make_set("Flexible", hooked("UpgradeAutoOSScheduling"))
    world.compute.virtual_machine_scale_set_rolling_upgrades.begin_start_os_upgrade(GROUP, "web").result()
    [event] = world.compute.virtual_machine_scale_set_life_cycle_hook_events.list(GROUP, "web")
    assert event.properties is not None
    assert [t.resource.id for t in event.properties.target_resources or [] if t.resource] == [set_id()]
    answer(world, event, state)
    assert status(world)[0] == end
    assert generations(world, "Flexible") == [disks, disks]


def test_the_wait_of_an_event_has_a_most(world: World) -> None:
    """``waitUntil`` may be moved up to ``maxWaitUntil``; strangers are no targets; a cancel completes the event."""
    world.make_set("Uniform", hooked("UpgradeAutoOSScheduling"))
    rolling = world.compute.virtual_machine_scale_set_rolling_upgrades
    rolling.begin_start_os_upgrade(GROUP, "web").result()
    events = world.compute.virtual_machine_scale_set_life_cycle_hook_events
    [event] = events.list(GROUP, "web")
    assert event.properties is not None
    name, most = str(event.name), event.properties.max_wait_until
    later: Any = {"properties": {"waitUntil": most}}
    changed = events.update(GROUP, "web", name, later).properties
    assert changed is not None
    assert changed.wait_until == most
    too_late: Any = {"properties": {"waitUntil": "2100-01-01T00:00:00+00:00"}}
    assert refused(events.update, GROUP, "web", name, too_late).status_code == 400
    stranger: Any = {"properties": {"targetResources": [{"resource": {"id": "/x"}, "actionState": "Approved"}]}}
    assert refused(events.update, GROUP, "web", name, stranger).status_code == 400
    rolling.begin_cancel(GROUP, "web").result()
    over = events.get(GROUP, "web", name).properties
    assert over is not None
    assert over.state == "Completed"


def test_the_default_action_is_taken_after_the_wait(world: World) -> None:
    """``defaultAction`` Reject: nobody answers in time, and the upgrade is cancelled."""
    world.make_set("Uniform", hooked("UpgradeAutoOSScheduling", defaultAction="Reject"))
    world.compute.virtual_machine_scale_set_rolling_upgrades.begin_start_os_upgrade(GROUP, "web").result()
    [event] = world.compute.virtual_machine_scale_set_life_cycle_hook_events.list(GROUP, "web")
    past: Any = {"properties": {"waitUntil": "2020-01-01T00:00:00+00:00"}}
    world.compute.virtual_machine_scale_set_life_cycle_hook_events.update(GROUP, "web", str(event.name), past)
    assert status(world)[0] == "Cancelled"
    assert generations(world, "Uniform") == [1, 1]
