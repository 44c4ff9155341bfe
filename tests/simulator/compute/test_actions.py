"""Day-2 actions through unmodified clients: state before and after, on sets, instances and VMs, in both modes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from simulator.compute.bodies import HEALTH, Body
from simulator.compute.world import GROUP, World, code, instance_id, refused, vm_id

BOTH = ("Uniform", "Flexible")
SPOT: Body = {"vmp.priority": "Spot"}


class Row(NamedTuple):
    """One action: its method, what it needs before, and what it does to a machine's state."""

    method: str
    before: tuple[str, ...]
    check: Callable[[Body, Body], bool]


ROWS = [
    Row("begin_restart", (), lambda old, new: new["bootCount"] == old["bootCount"] + 1 and new["power"] == "running"),
    Row("begin_power_off", (), lambda old, new: new["power"] == "stopped" and new["hostId"] == old["hostId"]),
    Row("begin_deallocate", (), lambda old, new: (old["power"], new["power"]) == ("running", "deallocated")),
    Row("begin_start", ("begin_power_off",), lambda old, new: (old["power"], new["power"]) == ("stopped", "running")),
    Row("begin_start", ("begin_deallocate",), lambda old, new: old["hostId"] != new["hostId"]),
    Row("begin_redeploy", (), lambda old, new: old["hostId"] != new["hostId"]),
    Row("begin_perform_maintenance", (), lambda _, new: new["maintenance"] == "MaintenanceCompleted"),
]


@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.method + "-after-" + "".join(row.before))
def test_set_actions_change_every_instance(world: World, mode: str, row: Row) -> None:
    """The batch call on the set changes all instances, or those that it names and no other."""
    world.make_set(mode)
    sets = world.compute.virtual_machine_scale_sets
    first, second = world.names()
    for method in row.before:
        getattr(sets, method)(GROUP, "web").result()
    old = {name: world.instance_state(mode, name) for name in (first, second)}
    getattr(sets, row.method)(GROUP, "web", {"instanceIds": [first]}).result()
    assert row.check(old[first], world.instance_state(mode, first))
    assert world.instance_state(mode, second) == old[second]
    getattr(sets, row.method)(GROUP, "web").result()
    assert row.check(old[second], world.instance_state(mode, second))


@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.method + "-after-" + "".join(row.before))
def test_instance_actions_change_one_instance(world: World, mode: str, row: Row) -> None:
    """The call on an instance, by the group that the mode has for it, changes that one."""
    world.make_set(mode)
    first, second = world.names()
    group, where = world.compute.virtual_machines, [GROUP, first]
    if mode == "Uniform":
        group, where = world.compute.virtual_machine_scale_set_vms, [GROUP, "web", first]  # type: ignore[assignment]
    for method in row.before:
        getattr(group, method)(*where).result()
    old, untouched = world.instance_state(mode, first), world.instance_state(mode, second)
    getattr(group, row.method)(*where).result()
    assert row.check(old, world.instance_state(mode, first))
    assert world.instance_state(mode, second) == untouched


def power(world: World, name: str) -> str:
    """The power state that the VM's instance view shows."""
    view = world.compute.virtual_machines.instance_view(GROUP, name)
    return next(str(item.code) for item in view.statuses or [] if str(item.code).startswith("PowerState"))


def test_instance_views_show_the_power_state(world: World) -> None:
    """A VM's view follows it; agent and computer name are there while it runs."""
    world.make_set("Flexible")
    name = world.names()[0]
    view = world.compute.virtual_machines.instance_view(GROUP, name)
    assert power(world, name) == "PowerState/running"
    assert view.vm_agent is not None
    world.compute.virtual_machines.begin_deallocate(GROUP, name).result()
    assert power(world, name) == "PowerState/deallocated"
    assert world.compute.virtual_machines.instance_view(GROUP, name).vm_agent is None


def test_the_set_view_counts_on_uniform_and_is_refused_on_flexible(world: World) -> None:
    """GetInstanceView of the set sums the states up; a Flexible set has none."""
    world.make_set("Uniform", {"vmp.extensionProfile.extensions": [HEALTH]}, capacity=3)
    world.compute.virtual_machine_scale_sets.begin_power_off(GROUP, "web", {"instanceIds": ["1"]}).result()
    view = world.compute.virtual_machine_scale_sets.get_instance_view(GROUP, "web")
    assert view.virtual_machine is not None
    counts = {item.code: item.count for item in view.virtual_machine.statuses_summary or []}
    assert counts == {"ProvisioningState/succeeded": 3, "PowerState/running": 2, "PowerState/stopped": 1}
    single = world.compute.virtual_machine_scale_set_vms.get_instance_view(GROUP, "web", "0")
    assert single.vm_health is not None
    assert single.platform_fault_domain is not None
    world.make_set("Flexible", name="flex")
    error = refused(world.compute.virtual_machine_scale_sets.get_instance_view, GROUP, "flex")
    assert code(error) == "OperationNotAllowed"
    assert "'VirtualMachineScaleSets.instanceView.GET' is not allowed" in error.message


@pytest.mark.parametrize("mode", BOTH)
def test_unknown_instances_are_named_and_nothing_happens(world: World, mode: str) -> None:
    """One wrong id among right ones stops the whole request."""
    world.make_set(mode)
    first = world.names()[0]
    sets: Any = world.compute.virtual_machine_scale_sets
    error = refused(sets.begin_restart, GROUP, "web", {"instanceIds": [first, "99", "nobody"]})
    assert code(error) == "InvalidParameter"
    assert "99, nobody" in error.message
    assert world.instance_state(mode, first)["bootCount"] == 1


def test_reimage_all_resets_every_disk_and_is_uniform_only(world: World) -> None:
    """Reimage replaces the OS disk, reimageAll data disks too; Flexible has no reimageAll."""
    data = [{"lun": 0, "createOption": "Empty", "diskSizeGB": 8}]
    world.make_set("Uniform", {"vmp.storageProfile.dataDisks": data}, capacity=1)
    disks = {disk.name for disk in world.compute.disks.list_by_resource_group(GROUP)}
    sets: Any = world.compute.virtual_machine_scale_sets
    sets.begin_reimage(GROUP, "web", {"instanceIds": ["0"]}).result()
    after = {disk.name for disk in world.compute.disks.list_by_resource_group(GROUP)}
    assert len(disks & after) == 1
    assert world.instance_state("Uniform", "0")["osDiskGeneration"] == 2
    sets.begin_reimage_all(GROUP, "web").result()
    last = {disk.name for disk in world.compute.disks.list_by_resource_group(GROUP)}
    assert (len(last), last & after) == (2, set())
    assert world.instance_state("Uniform", "0")["dataDiskGeneration"] == 2
    world.make_set("Flexible", name="flex")
    assert code(refused(sets.begin_reimage_all, GROUP, "flex")) == "OperationNotAllowed"


def test_reimage_of_a_flexible_vm_needs_an_ephemeral_disk(world: World) -> None:
    """The single-VM call is for ephemeral OS disks; the set-level call with VM names takes any."""
    world.make_set("Flexible")
    ephemeral = {"createOption": "FromImage", "caching": "ReadOnly", "diffDiskSettings": {"option": "Local"}}
    world.make_set("Flexible", {"sku.name": "Standard_D2ds_v5", "vmp.storageProfile.osDisk": ephemeral}, name="eph")
    plain, local = world.names()[0], world.names("eph")[0]
    assert code(refused(world.compute.virtual_machines.begin_reimage, GROUP, plain)) == "OperationNotAllowed"
    world.compute.virtual_machines.begin_reimage(GROUP, local).result()
    assert world.state(vm_id(local))["osDiskGeneration"] == 2
    sets: Any = world.compute.virtual_machine_scale_sets
    assert code(refused(sets.begin_reimage, GROUP, "web")) == "InvalidParameter"
    sets.begin_reimage(GROUP, "web", {"instanceIds": [plain]}).result()
    assert world.state(vm_id(plain))["osDiskGeneration"] == 2


@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("policy", ["Deallocate", "Delete"])
def test_eviction_follows_the_policy_and_is_for_spot(world: World, mode: str, policy: str) -> None:
    """A Spot instance is deallocated or deleted, and capacity follows; a Regular one is refused."""
    world.make_set(mode, {**SPOT, "vmp.evictionPolicy": policy})
    world.make_set(mode, name="regular")
    name, regular = world.names()[0], world.names("regular")[0]
    vms = world.compute.virtual_machine_scale_set_vms
    vms.simulate_eviction(GROUP, "web", name)
    if policy == "Delete":
        assert name not in world.names()
        sku = world.compute.virtual_machine_scale_sets.get(GROUP, "web").sku
        assert sku is not None
        assert sku.capacity == 1
    else:
        assert world.instance_state(mode, name)["power"] == "deallocated"
    assert code(refused(vms.simulate_eviction, GROUP, "regular", regular)) == "OperationNotAllowed"


def test_hibernation_is_flexible_only_and_must_be_enabled(world: World) -> None:
    """Deallocate with hibernate=true keeps the memory; Uniform and machines without the capability are refused."""
    world.make_set("Flexible", {"p.additionalCapabilities": {"hibernationEnabled": True}})
    world.make_set("Flexible", name="plain")
    world.make_set("Uniform", name="uni")
    sets = world.compute.virtual_machine_scale_sets
    sets.begin_deallocate(GROUP, "web", hibernate=True).result()
    view = world.compute.virtual_machines.instance_view(GROUP, world.names()[0])
    assert "HibernationState/Hibernated" in {item.code for item in view.statuses or []}
    assert code(refused(sets.begin_deallocate, GROUP, "plain", hibernate=True)) == "OperationNotAllowed"
    assert code(refused(sets.begin_deallocate, GROUP, "uni", hibernate=True)) == "OperationNotAllowed"


@pytest.mark.parametrize("mode", BOTH)
def test_protected_instances_are_left_out_of_set_actions(world: World, mode: str) -> None:
    """protectFromScaleSetActions: skipped by "all", refused by name, still reachable by the instance's own call."""
    world.make_set(mode)
    first, second = world.names()
    vms: Any = world.compute.virtual_machine_scale_set_vms
    policy = {"protectFromScaleIn": True, "protectFromScaleSetActions": True}
    vms.begin_update(
        GROUP, "web", first, {"location": "westeurope", "properties": {"protectionPolicy": policy}}
    ).result()
    shown = vms.get(GROUP, "web", first).properties.protection_policy
    assert (shown.protect_from_scale_in, shown.protect_from_scale_set_actions) == (True, True)
    sets: Any = world.compute.virtual_machine_scale_sets
    sets.begin_restart(GROUP, "web").result()
    assert [world.instance_state(mode, name)["bootCount"] for name in (first, second)] == [1, 2]
    assert code(refused(sets.begin_restart, GROUP, "web", {"instanceIds": [first]})) == "OperationNotAllowed"
    vms.begin_restart(GROUP, "web", first).result()
    assert world.instance_state(mode, first)["bootCount"] == 2


def test_protection_needs_an_api_version_that_has_it(world: World) -> None:
    """Flexible has protectionPolicy from 2023-09-01 on, and the two members have to agree."""
    world.make_set("Flexible")
    path = f"/subscriptions/{vm_id('x').split('/')[2]}/resourceGroups/{GROUP}/providers/Microsoft.Compute"
    path += f"/virtualMachineScaleSets/web/virtualMachines/{world.names()[0]}"
    body = {"location": "westeurope", "properties": {"protectionPolicy": {"protectFromScaleIn": True}}}
    assert world.http.put(path, params={"api-version": "2023-03-01"}, json=body).status_code == 400
    assert world.http.put(path, params={"api-version": "2023-09-01"}, json=body).status_code == 200
    wrong = {"protectFromScaleIn": False, "protectFromScaleSetActions": True}
    body["properties"] = {"protectionPolicy": wrong}
    assert world.http.put(path, params={"api-version": "2026-04-01"}, json=body).status_code == 400


@pytest.mark.parametrize("mode", BOTH)
def test_a_read_only_lock_on_an_instance_stops_the_batch(world: World, mode: str) -> None:
    """The lock of one instance stops the set's action before any instance changes."""
    world.make_set(mode)
    first, second = world.names()
    world.lock(instance_id(mode, second), "ReadOnly")
    assert code(refused(world.compute.virtual_machine_scale_sets.begin_restart, GROUP, "web")) == "ScopeLocked"
    assert [world.instance_state(mode, name)["bootCount"] for name in (first, second)] == [1, 1]


@pytest.mark.parametrize("mode", BOTH)
def test_orchestration_services_are_suspended_and_resumed(world: World, mode: str) -> None:
    """AutomaticRepairs of a set that has them; a set without is refused."""
    repairs = {"vmp.extensionProfile.extensions": [HEALTH], "p.automaticRepairsPolicy": {"enabled": True}}
    world.make_set(mode, repairs)
    world.make_set(mode, name="without")
    sets: Any = world.compute.virtual_machine_scale_sets
    body = {"serviceName": "AutomaticRepairs", "action": "Suspend"}
    sets.begin_set_orchestration_service_state(GROUP, "web", body).result()
    scope = instance_id("Uniform", "0").split("/virtualMachines/")[0]
    assert world.state(scope)["suspendedServices"] == ["AutomaticRepairs"]
    if mode == "Uniform":
        services = sets.get_instance_view(GROUP, "web").orchestration_services
        assert [(item.service_name, item.service_state) for item in services] == [("AutomaticRepairs", "Suspended")]
    sets.begin_set_orchestration_service_state(GROUP, "web", {**body, "action": "Resume"}).result()
    assert world.state(scope)["suspendedServices"] == []
    assert code(refused(sets.begin_set_orchestration_service_state, GROUP, "without", body)) == "OperationNotAllowed"


def test_placement_group_and_domain_walk_are_uniform_only(world: World) -> None:
    """ConvertToSinglePlacementGroup and the Service Fabric walk work on Uniform and are refused on Flexible."""
    world.make_set("Uniform")
    world.make_set("Flexible", name="flex")
    sets: Any = world.compute.virtual_machine_scale_sets
    sets.convert_to_single_placement_group(GROUP, "web", {})
    assert sets.get(GROUP, "web").properties.single_placement_group is True
    walk = sets.force_recovery_service_fabric_platform_update_domain_walk
    answer = walk(GROUP, "web", platform_update_domain=0)
    assert (answer.walk_performed, answer.next_platform_update_domain) == (True, 1)
    assert code(refused(sets.convert_to_single_placement_group, GROUP, "flex", {})) == "OperationNotAllowed"
    assert code(refused(walk, GROUP, "flex", platform_update_domain=0)) == "OperationNotAllowed"


def test_restart_of_a_deallocated_vm_is_refused(world: World) -> None:
    """A VM without a host has to be started, not restarted."""
    world.make_vm("alone")
    world.compute.virtual_machines.begin_deallocate(GROUP, "alone").result()
    assert code(refused(world.compute.virtual_machines.begin_restart, GROUP, "alone")) == "OperationNotAllowed"


@pytest.mark.parametrize("mode", BOTH)
def test_run_command_and_boot_diagnostics(world: World, mode: str) -> None:
    """A running machine takes a command; boot diagnostics need to be on."""
    world.make_set(mode, {"vmp.diagnosticsProfile": {"bootDiagnostics": {"enabled": True}}})
    world.make_set(mode, name="off")
    vms: Any = world.compute.virtual_machine_scale_set_vms
    name = world.names()[0]
    result = vms.begin_run_command(GROUP, "web", name, {"commandId": "RunShellScript", "script": ["id"]}).result()
    assert result.value[0].code == "ComponentStatus/StdOut/succeeded"
    assert vms.retrieve_boot_diagnostics_data(GROUP, "web", name).serial_console_log_blob_uri
    error = refused(vms.retrieve_boot_diagnostics_data, GROUP, "off", world.names("off")[0])
    assert code(error) == "OperationNotAllowed"


def test_health_is_what_the_extension_reports(world: World) -> None:
    """A machine with the health extension shows its health; one without shows none."""
    world.make_set("Flexible", {"vmp.extensionProfile.extensions": [HEALTH]})
    world.make_vm("plain")
    name = world.names()[0]
    vms = world.compute.virtual_machines
    assert vms.instance_view(GROUP, "plain").vm_health is None
    answer = world.http.post("/_simulator/state", json={"id": vm_id(name), "health": "unhealthy"})
    assert answer.status_code == 204, answer.text
    health = vms.instance_view(GROUP, name).vm_health
    assert health is not None
    assert health.status is not None
    assert health.status.code == "HealthState/unhealthy"
