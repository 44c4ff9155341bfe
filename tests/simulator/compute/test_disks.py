"""Managed disks: when they grow, and that they never shrink."""

from __future__ import annotations

from typing import Any

from simulator.compute.world import GROUP, World, code, refused


def os_disk(size: int) -> Any:
    """A PATCH of the OS disk's size."""
    return {"properties": {"storageProfile": {"osDisk": {"diskSizeGB": size, "createOption": "FromImage"}}}}


def size_of(world: World, name: str = "vm") -> int | None:
    """The size of a machine's OS disk, as the disk itself has it."""
    machine: Any = world.compute.virtual_machines.get(GROUP, name)
    disk = machine.properties.storage_profile.os_disk.name
    properties: Any = world.compute.disks.get(GROUP, disk).properties
    size: int | None = properties.disk_size_gb
    return size


def test_an_os_disk_grows_on_a_deallocated_machine(world: World) -> None:
    """On a running machine the change is refused and nothing changes; deallocated, the disk itself becomes larger."""
    world.make_vm("vm", {"p.storageProfile.osDisk.diskSizeGB": 64})
    machines = world.compute.virtual_machines
    error = refused(machines.begin_update, GROUP, "vm", os_disk(128))
    assert code(error) == "OperationNotAllowed"
    assert "requires the virtual machine to be deallocated" in str(error)
    assert size_of(world) == 64
    machines.begin_deallocate(GROUP, "vm").result()
    machines.begin_update(GROUP, "vm", os_disk(128)).result()
    assert size_of(world) == 128


def test_a_disk_never_shrinks(world: World) -> None:
    """A smaller size is refused, in whatever state the machine is."""
    world.make_vm("vm", {"p.storageProfile.osDisk.diskSizeGB": 64})
    world.compute.virtual_machines.begin_deallocate(GROUP, "vm").result()
    error = refused(world.compute.virtual_machines.begin_update, GROUP, "vm", os_disk(32))
    assert code(error) == "ResizeDiskError"
    assert size_of(world) == 64


def test_a_data_disk_grows_while_the_machine_runs(world: World) -> None:
    """Data disks may be enlarged without downtime."""
    disk = {"lun": 0, "createOption": "Empty", "diskSizeGB": 8, "deleteOption": "Delete"}
    world.make_vm("vm", {"p.storageProfile.dataDisks": [disk]})
    machine: Any = world.compute.virtual_machines.get(GROUP, "vm")
    name = machine.properties.storage_profile.data_disks[0].name
    patch: Any = {"properties": {"storageProfile": {"dataDisks": [{**disk, "name": name, "diskSizeGB": 16}]}}}
    world.compute.virtual_machines.begin_update(GROUP, "vm", patch).result()
    properties: Any = world.compute.disks.get(GROUP, str(name)).properties
    assert properties.disk_size_gb == 16
