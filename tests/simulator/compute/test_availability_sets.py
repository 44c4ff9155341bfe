"""Availability sets, and the two ways by which their machines come into a Flexible scale set."""

from __future__ import annotations

from typing import Any

import pytest
from simulator.compute.bodies import COMPUTE
from simulator.compute.world import GROUP, World, code, refused, set_id, vm_id
from simulator.worlds import LOCATION

from arm_simulator.testing import SUBSCRIPTION

RACKS = f"{COMPUTE}/availabilitySets/racks"
FEATURE = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Features/providers/Microsoft.Compute/features"


@pytest.fixture
def racks(world: World) -> World:
    """A world with an availability set of three machines, whose subscription takes part in the preview."""
    body: Any = {
        "location": LOCATION,
        "sku": {"name": "Aligned"},
        "properties": {"platformFaultDomainCount": 3, "platformUpdateDomainCount": 2},
    }
    world.compute.availability_sets.create_or_update(GROUP, "racks", body)
    for index in range(3):
        world.make_vm(f"db-{index}", {"p.availabilitySet": {"id": RACKS}})
    register(world)
    return world


def register(world: World, verb: str = "register") -> str:
    """Register the preview feature; its state."""
    answer = world.http.post(f"{FEATURE}/MigrateToVmssFlex/{verb}", params={"api-version": "2021-07-01"})
    return str(answer.json()["properties"]["state"])


def target(world: World, **more: Any) -> Any:
    """An empty Flexible set, and the request that names it."""
    body: Any = {
        "location": LOCATION,
        "properties": {"orchestrationMode": "Flexible", "platformFaultDomainCount": 3},
        **more,
    }
    made = world.compute.virtual_machine_scale_sets.begin_create_or_update(GROUP, "flex", body).result()
    return {"virtualMachineScaleSetFlexible": {"id": made.id}}


def members(world: World) -> list[str]:
    """The machines of the set ``flex``."""
    text = f"'virtualMachineScaleSet/id' eq '{set_id('flex')}'"
    return [str(each.name) for each in world.compute.virtual_machines.list(GROUP, filter=text)]


def test_machines_are_listed_with_their_domains(racks: World) -> None:
    """The availability set names its machines, group and name in capitals; they get its domains in turn."""
    found = racks.compute.availability_sets.get(GROUP, "racks")
    assert [str(each.id).rsplit("/", 1)[-1] for each in found.virtual_machines] == ["DB-0", "DB-1", "DB-2"]
    views = [racks.compute.virtual_machines.instance_view(GROUP, f"db-{index}") for index in range(3)]
    assert [view.platform_fault_domain for view in views] == [0, 1, 2]
    assert [view.platform_update_domain for view in views] == [0, 1, 0]


def test_the_feature_has_to_be_registered(racks: World) -> None:
    """Each of the calls is refused until the subscription takes part in the preview."""
    wanted = target(racks)
    assert register(racks, "unregister") == "Unregistered"
    sets = racks.compute.availability_sets
    for call in (
        lambda: sets.validate_migration_to_virtual_machine_scale_set(GROUP, "racks", wanted),
        lambda: sets.start_migration_to_virtual_machine_scale_set(GROUP, "racks", wanted),
        lambda: sets.cancel_migration_to_virtual_machine_scale_set(GROUP, "racks"),
        lambda: sets.begin_convert_to_virtual_machine_scale_set(GROUP, "racks"),
        lambda: racks.compute.virtual_machines.begin_migrate_to_vm_scale_set(GROUP, "db-0"),
    ):
        assert "'MigrateToVmssFlex'" in str(refused(call))
    assert register(racks) == "Registered"
    sets.validate_migration_to_virtual_machine_scale_set(GROUP, "racks", wanted)
    listed = racks.http.get(FEATURE, params={"api-version": "2021-07-01"}).json()["value"]
    assert [each["name"] for each in listed] == ["Microsoft.Compute/MigrateToVmssFlex"]


def test_machines_are_migrated_one_at_a_time(racks: World) -> None:
    """Each is stopped, joins the set with its own name and interface, and starts on request."""
    wanted = target(racks)
    sets, machines = racks.compute.availability_sets, racks.compute.virtual_machines
    sets.start_migration_to_virtual_machine_scale_set(GROUP, "racks", wanted)
    info = sets.get(GROUP, "racks").virtual_machine_scale_set_migration_info
    assert str(info.migrate_to_virtual_machine_scale_set.id).endswith("/flex")
    nic = machines.get(GROUP, "db-1").network_profile.network_interfaces[0].id
    machines.begin_migrate_to_vm_scale_set(GROUP, "db-1").result()
    found = machines.get(GROUP, "db-1", expand="instanceView")
    assert (found.availability_set, str(found.virtual_machine_scale_set.id)) == (None, set_id("flex"))
    assert found.network_profile.network_interfaces[0].id == nic
    assert "PowerState/deallocated" in [each.code for each in found.instance_view.statuses]
    assert members(racks) == ["db-1"]
    machines.begin_start(GROUP, "db-1").result()
    assert racks.state(vm_id("db-1"))["power"] == "running"
    assert racks.state(vm_id("db-0"))["power"] == "running"


def test_the_availability_set_is_locked_meanwhile(racks: World) -> None:
    """From the start to the cancellation it takes no change and no machine; what was migrated stays in the set."""
    sets, machines = racks.compute.availability_sets, racks.compute.virtual_machines
    wanted = target(racks)
    sets.start_migration_to_virtual_machine_scale_set(GROUP, "racks", wanted)
    again = refused(sets.start_migration_to_virtual_machine_scale_set, GROUP, "racks", wanted)
    tagged: Any = {"tags": {"a": "b"}}
    changed = refused(sets.update, GROUP, "racks", tagged)
    new = refused(racks.make_vm, "db-3", {"p.availabilitySet": {"id": RACKS}})
    assert all("already in migration mode" in str(each) for each in (again, changed, new))
    machines.begin_migrate_to_vm_scale_set(GROUP, "db-0").result()
    sets.cancel_migration_to_virtual_machine_scale_set(GROUP, "racks")
    assert members(racks) == ["db-0"]
    assert len(sets.get(GROUP, "racks").virtual_machines) == 2
    error = refused(machines.begin_migrate_to_vm_scale_set, GROUP, "db-1")
    assert (code(error), "in migration mode" in str(error)) == ("OperationNotAllowed", True)
    sets.update(GROUP, "racks", tagged)


def test_a_zonal_set_needs_a_zone(racks: World) -> None:
    """Machine and disks move into the zone that is asked for; a zone of another set, or none, is refused."""
    wanted = target(
        racks, zones=["1", "2"], properties={"orchestrationMode": "Flexible", "platformFaultDomainCount": 1}
    )
    racks.compute.availability_sets.start_migration_to_virtual_machine_scale_set(GROUP, "racks", wanted)
    migrate = racks.compute.virtual_machines.begin_migrate_to_vm_scale_set
    assert "targetZone" in str(refused(migrate, GROUP, "db-0"))
    assert "1, 2" in str(refused(migrate, GROUP, "db-0", {"targetZone": "3"}))
    migrate(GROUP, "db-0", {"targetZone": "2", "targetVMSize": "Standard_D4s_v5"}).result()
    found = racks.compute.virtual_machines.get(GROUP, "db-0")
    assert (found.zones, found.hardware_profile.vm_size) == (["2"], "Standard_D4s_v5")
    disk = racks.compute.disks.get(GROUP, str(found.storage_profile.os_disk.name))
    assert disk.zones == ["2"]


def test_a_fault_domain_can_be_chosen(racks: World) -> None:
    """A fault domain of the set is taken, another one is refused."""
    racks.compute.availability_sets.start_migration_to_virtual_machine_scale_set(GROUP, "racks", target(racks))
    migrate = racks.compute.virtual_machines.begin_migrate_to_vm_scale_set
    assert "0 to 2" in str(refused(migrate, GROUP, "db-0", {"targetFaultDomain": 3}))
    migrate(GROUP, "db-0", {"targetFaultDomain": 2}).result()
    assert racks.compute.virtual_machines.instance_view(GROUP, "db-0").platform_fault_domain == 2


def test_only_a_flexible_set_of_the_same_place_is_a_target(racks: World) -> None:
    """A Uniform set, and an id of something else, are refused before anything starts."""
    racks.make_set("Uniform", name="uni", capacity=0)
    validate = racks.compute.availability_sets.validate_migration_to_virtual_machine_scale_set
    uniform: Any = {"virtualMachineScaleSetFlexible": {"id": set_id("uni")}}
    other: Any = {"virtualMachineScaleSetFlexible": {"id": RACKS}}
    assert "'Flexible'" in str(refused(validate, GROUP, "racks", uniform))
    assert code(refused(validate, GROUP, "racks", other)) == "InvalidParameter"


def test_unmanaged_disks_are_not_taken(racks: World) -> None:
    """A classic availability set is for machines with unmanaged disks: neither way takes them."""
    body: Any = {"location": LOCATION, "properties": {}}
    racks.compute.availability_sets.create_or_update(GROUP, "old", body)
    error = refused(racks.compute.availability_sets.begin_convert_to_virtual_machine_scale_set, GROUP, "old")
    assert "unmanaged disks" in str(error)


def test_a_conversion_stops_nothing(racks: World) -> None:
    """A new set of the availability set's name has all machines, which run on; the availability set is gone."""
    racks.compute.availability_sets.begin_convert_to_virtual_machine_scale_set(GROUP, "racks").result()
    made = racks.compute.virtual_machine_scale_sets.get(GROUP, "racks")
    assert (made.orchestration_mode, made.platform_fault_domain_count, made.zones) == ("Flexible", 3, None)
    states = [racks.state(vm_id(f"db-{index}")) for index in range(3)]
    assert [each["power"] for each in states] == ["running"] * 3
    assert [each["bootCount"] for each in states] == [1, 1, 1]
    assert [each["faultDomain"] for each in states] == [0, 1, 2]
    assert list(racks.compute.availability_sets.list(GROUP)) == []


def test_a_conversion_is_all_or_nothing(racks: World) -> None:
    """A set of the name, or a lock, stops it; everything is as before."""
    target(racks)
    convert = racks.compute.availability_sets.begin_convert_to_virtual_machine_scale_set
    taken = refused(convert, GROUP, "racks", {"virtualMachineScaleSetName": "flex"})
    assert (code(taken), "already exists" in str(taken)) == ("Conflict", True)
    racks.lock(RACKS)
    assert code(refused(convert, GROUP, "racks")) == "ScopeLocked"
    assert len(racks.compute.availability_sets.get(GROUP, "racks").virtual_machines) == 3
    assert members(racks) == []


def test_an_ephemeral_disk_cannot_be_migrated(racks: World) -> None:
    """The migration stops a machine, which one with an ephemeral OS disk cannot be."""
    changes = {
        "p.availabilitySet": {"id": RACKS},
        "p.storageProfile.osDisk": {
            "createOption": "FromImage",
            "caching": "ReadOnly",
            "diffDiskSettings": {"option": "Local", "placement": "CacheDisk"},
        },
        "p.hardwareProfile": {"vmSize": "Standard_D4ds_v5"},
    }
    racks.make_vm("db-9", changes)
    racks.compute.availability_sets.start_migration_to_virtual_machine_scale_set(GROUP, "racks", target(racks))
    error = refused(racks.compute.virtual_machines.begin_migrate_to_vm_scale_set, GROUP, "db-9")
    assert "ephemeral" in str(error)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("availabilitySets/a", {"sku": {"name": "Aligned"}}),
        ("proximityPlacementGroups/a", {}),
        ("hostGroups/a", {"properties": {"platformFaultDomainCount": 1}}),
        ("capacityReservationGroups/a", {}),
        ("sshPublicKeys/a", {}),
    ],
)
def test_what_is_read_can_be_written(path: str, body: Any, world: World) -> None:
    """A resource without a provisioning state takes its own GET back, as a read and a write of clients do."""
    url = f"{COMPUTE}/{path}"
    version = {"api-version": "2025-04-01"}
    made = world.http.put(url, params=version, json={"location": LOCATION, **body})
    assert made.status_code < 300, made.text
    read = world.http.get(url, params=version).json()
    assert "provisioningState" not in read["properties"]
    assert world.http.put(url, params=version, json=read).status_code == 200
