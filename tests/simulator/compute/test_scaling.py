"""Capacity, scale-in, upgrades, deletes and what depends on instances, in both modes, by unmodified clients."""

from __future__ import annotations

from typing import Any

import pytest
from simulator.compute import bodies
from simulator.compute.bodies import HEALTH, SCRIPT, Body
from simulator.compute.world import GROUP, World, code, instance_id, refused, set_id, vm_id

from simulator import worlds

BOTH = ("Uniform", "Flexible")
DATA = [{"lun": 0, "createOption": "Empty", "diskSizeGB": 8}]


def resources(world: World) -> tuple[int, int]:
    """How many NICs and disks the group has."""
    nics = len(list(world.network.network_interfaces.list(GROUP)))
    return nics, len(list(world.compute.disks.list_by_resource_group(GROUP)))


@pytest.mark.parametrize("mode", BOTH)
def test_instances_come_and_go_with_the_capacity(world: World, mode: str) -> None:
    """Scale out adds, scale in removes with NICs and disks; who stays keeps its name."""
    world.make_set(mode, {"vmp.storageProfile.dataDisks": DATA}, capacity=2)
    before = world.names()
    world.patch_set({"sku": {"capacity": 4}})
    grown = world.names()
    assert (grown[:2], len(grown)) == (before, 4)
    assert resources(world) == (4 if mode == "Flexible" else 0, 8)
    world.patch_set({"sku": {"capacity": 1}})
    assert world.names() == grown[:1]
    assert resources(world) == (1 if mode == "Flexible" else 0, 2)
    world.compute.virtual_machine_scale_sets.begin_delete(GROUP, "web").result()
    assert resources(world) == (0, 0)


@pytest.mark.parametrize("mode", BOTH)
def test_instances_are_spread_over_zones(world: World, mode: str) -> None:
    """Six instances in three zones are two in each; scale in keeps the zones even."""
    world.make_set(mode, {"zones": ["1", "2", "3"]}, capacity=6)
    vms = world.compute.virtual_machine_scale_set_vms
    assert sorted(str((vm.zones or [""])[0]) for vm in vms.list(GROUP, "web")) == ["1", "1", "2", "2", "3", "3"]
    world.patch_set({"sku": {"capacity": 3}})
    assert sorted(str((vm.zones or [""])[0]) for vm in vms.list(GROUP, "web")) == ["1", "2", "3"]


@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize(("rule", "left"), [("OldestVM", 2), ("NewestVM", 0)])
def test_scale_in_follows_its_rule(world: World, mode: str, rule: str, left: int) -> None:
    """OldestVM takes the first two of three, NewestVM the last two."""
    world.make_set(mode, {"p.scaleInPolicy": {"rules": [rule]}}, capacity=3)
    names = world.names()
    world.patch_set({"sku": {"capacity": 1}})
    assert world.names() == [names[left]]


@pytest.mark.parametrize("mode", BOTH)
def test_scale_in_spares_protected_and_locked_instances(world: World, mode: str) -> None:
    """Protected and locked ones stay; when too few are left the request fails and nothing goes."""
    world.make_set(mode, capacity=3)
    names = world.names()
    policy = {"location": "westeurope", "properties": {"protectionPolicy": {"protectFromScaleIn": True}}}
    vms: Any = world.compute.virtual_machine_scale_set_vms
    vms.begin_update(GROUP, "web", names[2], policy).result()
    world.lock(instance_id(mode, names[1]))
    world.patch_set({"sku": {"capacity": 2}})
    assert world.names() == [names[1], names[2]]
    assert code(refused(world.patch_set, {"sku": {"capacity": 1}})) == "ScopeLocked"
    world.locks.management_locks.delete_by_scope(instance_id(mode, names[1]), "lock")
    vms.begin_update(GROUP, "web", names[1], policy).result()
    assert code(refused(world.patch_set, {"sku": {"capacity": 1}})) == "OperationNotAllowed"
    assert world.names() == [names[1], names[2]]
    set_now = world.compute.virtual_machine_scale_sets.get(GROUP, "web")
    assert set_now.sku is not None
    assert set_now.sku.capacity == 2


@pytest.mark.parametrize("mode", BOTH)
def test_batch_delete_lowers_the_capacity_and_stops_at_locks(world: World, mode: str) -> None:
    """Named instances go, capacity follows; one locked among them stops the request before any goes."""
    world.make_set(mode, capacity=3)
    names = world.names()
    world.lock(instance_id(mode, names[1]))
    sets: Any = world.compute.virtual_machine_scale_sets
    assert code(refused(sets.begin_delete_instances, GROUP, "web", {"instanceIds": names[:2]})) == "ScopeLocked"
    assert world.names() == names
    sets.begin_delete_instances(GROUP, "web", {"instanceIds": [names[0]]}).result()
    assert world.names() == names[1:]
    assert sets.get(GROUP, "web").sku.capacity == 2


@pytest.mark.parametrize("mode", BOTH)
def test_manual_upgrade_waits_for_update_instances(world: World, mode: str) -> None:
    """A new size reaches an instance when somebody asks; latestModelApplied tells."""
    world.make_set(mode)
    first, second = world.names()
    vms, sets = world.compute.virtual_machine_scale_set_vms, world.compute.virtual_machine_scale_sets
    world.patch_set({"sku": {"name": "Standard_D4s_v5"}})

    def latest() -> list[bool | None]:
        return [vm.properties.latest_model_applied for vm in vms.list(GROUP, "web") if vm.properties]

    assert latest() == [False, False]
    body: Any = {"instanceIds": [first]}
    sets.begin_update_instances(GROUP, "web", body).result()
    assert latest() == [True, False]
    sizes = [
        vm.properties.hardware_profile.vm_size
        for vm in vms.list(GROUP, "web")
        if vm.properties and vm.properties.hardware_profile
    ]
    assert sizes == ["Standard_D4s_v5", "Standard_D2s_v5"]
    assert [world.instance_state(mode, name)["bootCount"] for name in (first, second)] == [2, 1]


@pytest.mark.parametrize("mode", BOTH)
def test_automatic_upgrade_applies_at_once(world: World, mode: str) -> None:
    """A new image replaces OS disks at once; the data disks stay."""
    world.make_set(mode, {"p.upgradePolicy": {"mode": "Automatic"}, "vmp.storageProfile.dataDisks": DATA})
    names = world.names()
    disks = {disk.name for disk in world.compute.disks.list_by_resource_group(GROUP)}
    image = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "9"}
    world.patch_set({"properties": {"virtualMachineProfile": {"storageProfile": {"imageReference": image}}}})
    assert world.names() == names
    assert [world.instance_state(mode, name)["osDiskGeneration"] for name in names] == [2, 2]
    kept = disks & {disk.name for disk in world.compute.disks.list_by_resource_group(GROUP)}
    assert len(kept) == 2


@pytest.mark.parametrize("mode", BOTH)
def test_rolling_upgrade_goes_in_batches_and_is_recorded(world: World, mode: str) -> None:
    """Twenty per cent of five is one at a time; rollingUpgrades/latest shows the end, cancel finds nothing."""
    world.make_set(
        mode, {"p.upgradePolicy": {"mode": "Rolling"}, "vmp.extensionProfile.extensions": [HEALTH]}, capacity=5
    )
    rolling = world.compute.virtual_machine_scale_set_rolling_upgrades
    assert refused(rolling.get_latest, GROUP, "web").status_code == 404
    world.patch_set({"sku": {"name": "Standard_D4s_v5"}})
    latest = rolling.get_latest(GROUP, "web")
    assert latest.properties is not None
    assert latest.properties.progress is not None
    assert latest.properties.progress.successful_instance_count == 5
    assert [len(batch) for batch in world.state(set_id())["rollingBatches"]] == [1, 1, 1, 1, 1]
    assert code(refused(rolling.begin_cancel, GROUP, "web")) == "OperationNotAllowed"
    rolling.begin_start_os_upgrade(GROUP, "web").result()
    assert [world.instance_state(mode, name)["osDiskGeneration"] for name in world.names()] == [2] * 5
    assert len(list(world.compute.virtual_machine_scale_sets.get_os_upgrade_history(GROUP, "web"))) == 1


def test_a_priority_mix_has_its_regular_base(world: World) -> None:
    """Base 1 and half of the rest: of five instances three are Regular."""
    mix = {"baseRegularPriorityCount": 1, "regularPriorityPercentageAboveBase": 50}
    changes: Body = {"vmp.priority": "Spot", "vmp.evictionPolicy": "Delete", "p.priorityMixPolicy": mix}
    world.make_set("Flexible", changes, capacity=5)
    priorities = [vm.properties.priority for vm in world.compute.virtual_machines.list(GROUP) if vm.properties]
    assert sorted(str(getattr(item, "value", item)) for item in priorities) == [
        "Regular",
        "Regular",
        "Regular",
        "Spot",
        "Spot",
    ]


def test_names_of_instances(world: World) -> None:
    """Uniform counts; Flexible names a VM by its set and eight hex digits, and the NIC has the same digits."""
    world.make_set("Uniform", name="uni")
    world.make_set("Flexible", name="flex")
    uniform = list(world.compute.virtual_machine_scale_set_vms.list(GROUP, "uni"))
    assert [(vm.instance_id, vm.name) for vm in uniform] == [("0", "uni_0"), ("1", "uni_1")]
    vms = [str(vm.name) for vm in world.compute.virtual_machines.list(GROUP)]
    nics = [str(nic.name) for nic in world.network.network_interfaces.list(GROUP)]
    assert all(name.startswith("flex_") and len(name) == 13 for name in vms)
    assert [name.removeprefix("flex_") for name in vms] == [name.removeprefix("nic-") for name in nics]


def test_uniform_interfaces_are_listed_below_the_instance(world: World) -> None:
    """An instance's NIC has an address of the subnet and is not a separate resource."""
    world.make_set("Uniform")
    listed: Any = world.network.network_interfaces
    found = list(listed.list_virtual_machine_scale_set_vm_network_interfaces(GROUP, "web", "0"))
    assert [nic.name for nic in found] == ["nic"]
    assert found[0].ip_configurations[0].private_ip_address.startswith("10.0.")
    assert len(list(listed.list_virtual_machine_scale_set_network_interfaces(GROUP, "web"))) == 2
    assert list(world.network.network_interfaces.list(GROUP)) == []


def test_a_flexible_set_with_attached_vms_stays(world: World) -> None:
    """Delete is refused while an attached VM is in the set; its own instances are deleted with it."""
    world.make_set("Flexible", capacity=1)
    world.make_vm("named", scale_set="web")
    assert len(world.names()) == 2
    sets = world.compute.virtual_machine_scale_sets
    error = refused(sets.begin_delete, GROUP, "web")
    assert (code(error), error.status_code) == ("OperationNotAllowed", 409)
    assert "named" in error.message
    assert len(world.names()) == 2
    world.compute.virtual_machines.begin_delete(GROUP, "named").result()
    sets.begin_delete(GROUP, "web").result()
    assert list(world.compute.virtual_machines.list(GROUP)) == []


def test_a_locked_instance_keeps_its_flexible_set(world: World) -> None:
    """A lock on an implicit VM stops the set's deletion with nothing gone."""
    world.make_set("Flexible")
    names = world.names()
    world.lock(vm_id(names[1]))
    assert code(refused(world.compute.virtual_machine_scale_sets.begin_delete, GROUP, "web")) == "ScopeLocked"
    assert world.names() == names


def test_scale_in_leaves_explicit_vms_alone(world: World) -> None:
    """Capacity counts the instances made from the profile."""
    world.make_set("Flexible", capacity=2)
    world.make_vm("named", scale_set="web")
    world.patch_set({"sku": {"capacity": 0}})
    assert world.names() == ["named"]


def test_deleting_an_implicit_vm_lowers_the_capacity(world: World) -> None:
    """The set counts one less, so that no new VM takes its place."""
    world.make_set("Flexible", capacity=2)
    world.compute.virtual_machines.begin_delete(GROUP, world.names()[0]).result()
    found = world.compute.virtual_machine_scale_sets.get(GROUP, "web")
    assert found.sku is not None
    assert (found.sku.capacity, len(world.names())) == (1, 1)


@pytest.mark.parametrize("option", ["Delete", "Detach"])
def test_disks_and_nic_of_a_vm_go_or_stay_by_delete_option(world: World, option: str) -> None:
    """Delete takes OS disk, data disk and NIC along; Detach leaves them unattached."""
    nic = worlds.make_interface(world.network, "nic")
    members: Body = {
        "p.storageProfile.osDisk.deleteOption": option,
        "p.storageProfile.dataDisks": [{**DATA[0], "deleteOption": option}],
        "p.networkProfile.networkInterfaces": [{"id": nic.id, "properties": {"deleteOption": option}}],
    }
    body: Any = bodies.virtual_machine(members)
    vm = world.compute.virtual_machines.begin_create_or_update(GROUP, "vm", body).result()
    attached = world.network.network_interfaces.get(GROUP, "nic").properties
    assert attached is not None
    assert attached.virtual_machine is not None
    assert attached.virtual_machine.id == vm.id
    assert {disk.managed_by for disk in world.compute.disks.list_by_resource_group(GROUP)} == {vm.id}
    world.compute.virtual_machines.begin_delete(GROUP, "vm").result()
    assert resources(world) == ((0, 0) if option == "Delete" else (1, 2))
    assert {disk.managed_by for disk in world.compute.disks.list_by_resource_group(GROUP)} <= {None}


def test_a_nic_serves_one_vm(world: World) -> None:
    """A NIC in use and a NIC that does not exist are refused."""
    world.make_vm("first")
    create: Any = world.compute.virtual_machines.begin_create_or_update
    assert code(refused(create, GROUP, "second", bodies.virtual_machine(nic="first-nic"))) == "NicInUse"
    assert code(refused(create, GROUP, "third", bodies.virtual_machine(nic="none"))) == "InvalidResourceReference"


@pytest.mark.parametrize("mode", BOTH)
def test_profile_extensions_reach_instances_in_order(world: World, mode: str) -> None:
    """An extension in the profile is on each instance; protected settings are never shown."""
    later = {
        "name": "a-later",
        "properties": {
            "publisher": "Test",
            "type": "Later",
            "typeHandlerVersion": "1.0",
            "provisionAfterExtensions": ["hello"],
            "protectedSettings": {"secret": "s3cret"},
        },
    }
    world.make_set(mode, {"vmp.extensionProfile.extensions": [later, SCRIPT]})
    name = world.names()[0]
    if mode == "Uniform":
        found: Any = world.compute.virtual_machine_scale_set_vm_extensions.list(GROUP, "web", name)
    else:
        found = world.compute.virtual_machine_extensions.list(GROUP, name)
    assert [item.name for item in found.value] == ["hello", "a-later"]
    path = instance_id(mode, name)
    answer = world.http.get(path, params={"api-version": "2026-04-01", "$expand": "instanceView"})
    shown = world.http.get(set_id(), params={"api-version": "2026-04-01"})
    assert "s3cret" not in answer.text + shown.text


def test_paging_of_many_instances(world: World) -> None:
    """A thousand Flexible instances, made both ways, are several pages; every one is listed once."""
    world.make_set("Flexible", capacity=999)
    world.make_vm("named", scale_set="web")
    assert world.http.post("/_simulator/settings", json={"page_size": 300}).is_success
    names = world.names()
    assert (len(names), len(set(names))) == (1000, 1000)


@pytest.mark.parametrize("mode", BOTH)
def test_a_group_goes_with_everything_in_it(world: World, mode: str) -> None:
    """Deleting the resource group takes sets, instances, NICs and disks along; a lock inside stops it whole."""
    world.make_set(mode)
    world.make_vm("alone")
    world.lock(vm_id("alone"))
    path, query = set_id().split("/providers/")[0], {"api-version": "2025-04-01"}
    assert world.http.delete(path, params=query).status_code == 409
    assert len(world.names()) == 2
    world.locks.management_locks.delete_by_scope(vm_id("alone"), "lock")
    assert world.http.delete(path, params=query).status_code == 202
    assert world.sim.simulator.router.store.keys() == set()
