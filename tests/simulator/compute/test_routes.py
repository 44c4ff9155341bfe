"""Operations of azure-mgmt-compute 39 on sets, their instances and VMs that change or show something, both modes."""

from __future__ import annotations

from typing import Any

import pytest
from simulator.compute.bodies import Body
from simulator.compute.today import AUTO
from simulator.compute.world import GROUP, World, code, refused, set_id, vm_id
from simulator.worlds import LOCATION, SCOPE

BOTH = ["Flexible", "Uniform"]
ZONES: Body = {"zones": ["1", "2"]}


def zones(world: World) -> list[str]:
    """The zone of each instance, in their order."""
    return [(vm.zones or ["-"])[0] for vm in world.compute.virtual_machine_scale_set_vms.list(GROUP, "web")]


def ids(*names: str) -> Any:
    """A body that names instances."""
    return {"instanceIds": list(names)}


@pytest.mark.parametrize("mode", BOTH)
def test_a_scale_out_goes_to_a_zone(world: World, mode: str) -> None:
    """The capacity rises by the number, and all new instances are in the zone."""
    world.make_set(mode, {**ZONES, **({"p.overprovision": False} if mode == "Uniform" else {})})
    sets = world.compute.virtual_machine_scale_sets
    more: Any = {"capacity": 2, "properties": {"zone": "2"}}
    sets.begin_scale_out(GROUP, "web", more).result()
    found = sets.get(GROUP, "web")
    assert found.sku is not None
    assert (found.sku.capacity, zones(world)) == (4, ["1", "2", "2", "2"])
    nowhere: Any = {"capacity": 1, "properties": {"zone": "3"}}
    assert refused(sets.begin_scale_out, GROUP, "web", nowhere).status_code == 400


@pytest.mark.parametrize("mode", BOTH)
def test_instances_migrate_to_another_zone(world: World, mode: str) -> None:
    """To the named zone, or to the one that has fewest; their disks move, a running machine boots again."""
    world.make_set(mode, ZONES)
    sets, names = world.compute.virtual_machine_scale_sets, world.names()
    move: Any = {**ids(names[0]), "targetZone": "2"}
    sets.begin_migrate_vm_availability_zone(GROUP, "web", move).result()
    assert zones(world) == ["2", "2"]
    state = world.instance_state(mode, names[0])
    assert (state["bootCount"], state["lastAction"]) == (2, "migrateVMAvailabilityZone")
    assert {tuple(disk.zones or ()) for disk in world.compute.disks.list_by_resource_group(GROUP)} == {("2",)}
    sets.begin_migrate_vm_availability_zone(GROUP, "web", ids(names[1])).result()
    assert zones(world) == ["2", "1"]
    wrong: Any = {**ids(names[0]), "targetZone": "3"}
    assert refused(sets.begin_migrate_vm_availability_zone, GROUP, "web", wrong).status_code == 400
    world.make_set(mode, name="regional")
    regional = world.names("regional")[0]
    error = refused(sets.begin_migrate_vm_availability_zone, GROUP, "regional", ids(regional))
    assert code(error) == "OperationNotAllowed"


@pytest.mark.parametrize("mode", BOTH)
def test_the_resiliency_view_shows_resilient_deletion(world: World, mode: str) -> None:
    """``$expand=resiliencyView``, of the list and of one instance; without it nothing is shown."""
    policy = {"resilientVMDeletionPolicy": {"enabled": True}}
    world.make_set(mode, {"p.resiliencyPolicy": policy})
    world.make_set(mode, name="plain")
    vms = world.compute.virtual_machine_scale_set_vms

    def shown(name: str, **options: str) -> list[str | None]:
        return [vm.resilient_vm_deletion_status for vm in vms.list(GROUP, name, **options)]

    assert shown("web", expand="resiliencyView") == ["Enabled", "Enabled"]
    assert shown("plain", expand="resiliencyView") == ["Disabled", "Disabled"]
    assert shown("web") == [None, None]
    one = vms.get(GROUP, "web", world.names()[0], expand="resiliencyView")
    assert one.resilient_vm_deletion_status == "Enabled"


@pytest.mark.parametrize("mode", BOTH)
def test_reapply_of_a_set_and_of_a_machine(world: World, mode: str) -> None:
    """Both are accepted and recorded; only VMs have their own reapply."""
    world.make_set(mode)
    world.compute.virtual_machine_scale_sets.begin_reapply(GROUP, "web").result()
    assert world.state(set_id())["lastAction"] == "reapply"
    if mode == "Flexible":
        name = world.names()[0]
        world.compute.virtual_machines.begin_reapply(GROUP, name).result()
        assert world.state(vm_id(name))["lastAction"] == "reapply"


@pytest.mark.parametrize("mode", BOTH)
def test_disks_are_attached_to_and_detached_from_an_instance(world: World, mode: str) -> None:
    """The operation gives the new storage profile; the disk knows its machine, and then no longer."""
    world.make_set(mode)
    body: Any = {
        "location": LOCATION,
        "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8},
    }
    found = world.compute.disks.begin_create_or_update(GROUP, "extra", body).result()
    name = world.names()[0]
    vms = world.compute.virtual_machine_scale_set_vms
    attach: Any = {"dataDisksToAttach": [{"diskId": found.id, "lun": 5}]}
    storage = vms.begin_attach_detach_data_disks(GROUP, "web", name, attach).result()
    assert [disk.lun for disk in storage.data_disks or []] == [5]
    assert str(world.compute.disks.get(GROUP, "extra").managed_by).endswith(name)
    assert refused(vms.begin_attach_detach_data_disks, GROUP, "web", name, attach).status_code in {400, 409}
    detach: Any = {"dataDisksToDetach": [{"diskId": found.id}]}
    storage = vms.begin_attach_detach_data_disks(GROUP, "web", name, detach).result()
    assert not storage.data_disks
    assert world.compute.disks.get(GROUP, "extra").managed_by is None


@pytest.mark.parametrize("mode", BOTH)
def test_commands_run_on_an_instance(world: World, mode: str) -> None:
    """As an action, and as a resource below the machine: listed, read, deleted; a stopped machine takes none."""
    world.make_set(mode)
    name = world.names()[0]
    vms = world.compute.virtual_machine_scale_set_vms
    command: Any = {"commandId": "RunShellScript", "script": ["true"]}
    result = vms.begin_run_command(GROUP, "web", name, command).result()
    assert [item.level for item in result.value or []] == ["Info", "Info"]
    body: Any = {"location": LOCATION, "properties": {"source": {"script": "true"}}}
    kept: Any
    if mode == "Flexible":
        kept = world.compute.virtual_machine_run_commands
        kept.begin_create_or_update(GROUP, name, "hello", body).result()
        assert [item.name for item in kept.list_by_virtual_machine(GROUP, name)] == ["hello"]
        kept.begin_delete(GROUP, name, "hello").result()
        assert list(kept.list_by_virtual_machine(GROUP, name)) == []
    else:
        kept = world.compute.virtual_machine_scale_set_vm_run_commands
        kept.begin_create_or_update(GROUP, "web", name, "hello", body).result()
        assert [item.name for item in kept.list(GROUP, "web", name)] == ["hello"]
        kept.begin_delete(GROUP, "web", name, "hello").result()
        assert list(kept.list(GROUP, "web", name)) == []
    vms.begin_deallocate(GROUP, "web", name).result()
    assert code(refused(vms.begin_run_command, GROUP, "web", name, command)) == "OperationNotAllowed"


@pytest.mark.parametrize("mode", BOTH)
def test_instances_are_deleted_in_one_batch(world: World, mode: str) -> None:
    """The named ones go, the capacity falls by their number."""
    world.make_set(mode, capacity=4)
    names = world.names()
    sets = world.compute.virtual_machine_scale_sets
    sets.begin_delete_instances(GROUP, "web", ids(names[0], names[2])).result()
    found = sets.get(GROUP, "web")
    assert found.sku is not None
    assert (found.sku.capacity, world.names()) == (2, [names[1], names[3]])


def test_a_flexible_set_reimages_instances_by_name(world: World) -> None:
    """Any OS disk; an attached VM only if its OS profile is that of the set; a disk to be detached is kept."""
    world.make_set("Flexible", {"vmp.storageProfile.osDisk.deleteOption": "Detach"})
    sets, names = world.compute.virtual_machine_scale_sets, world.names()
    old = {disk.name for disk in world.compute.disks.list_by_resource_group(GROUP)}
    sets.begin_reimage(GROUP, "web", ids(names[0])).result()
    assert [world.instance_state("Flexible", name)["osDiskGeneration"] for name in names] == [2, 1]
    assert old < {disk.name for disk in world.compute.disks.list_by_resource_group(GROUP)}
    world.make_vm("same", scale_set="web")
    sets.begin_reimage(GROUP, "web", ids("same")).result()
    assert world.instance_state("Flexible", "same")["osDiskGeneration"] == 2
    keys = [{"path": "/home/someone/.ssh/authorized_keys", "keyData": "ssh-rsa AAAAB3NzaC1yc2E= test"}]
    world.make_vm(
        "other",
        {"p.osProfile.adminUsername": "someone", "p.osProfile.linuxConfiguration.ssh": {"publicKeys": keys}},
        scale_set="web",
    )
    assert code(refused(sets.begin_reimage, GROUP, "web", ids("other"))) == "OperationNotAllowed"


def test_machines_of_a_set_are_listed_with_their_state(world: World) -> None:
    """``$filter`` by the set and ``$expand=instanceView``: exact, one call a page."""
    world.make_set("Flexible")
    world.make_vm("alone")
    text = f"'virtualMachineScaleSet/id' eq '{set_id()}'"
    found = list(world.compute.virtual_machines.list(GROUP, filter=text, expand="instanceView"))
    assert sorted(str(vm.name) for vm in found) == sorted(world.names())
    states = [vm.instance_view.statuses[1].code for vm in found if vm.instance_view and vm.instance_view.statuses]
    assert states == ["PowerState/running"] * 2


@pytest.mark.parametrize("mode", BOTH)
def test_automatic_placement_spreads_and_replaces_zones(world: World, mode: str) -> None:
    """Three zones, or the included ones up to the count; a zonal set becomes automatic, and back."""
    off = {"p.overprovision": False}
    limited = {"placement": {"zonePlacementPolicy": "Auto", "includeZones": ["2", "3"]}}
    world.make_set(mode, {**AUTO, **off}, capacity=3)
    assert zones(world) == ["1", "2", "3"]
    world.make_set(mode, {**limited, **off}, name="two", capacity=2)
    vms = world.compute.virtual_machine_scale_set_vms
    assert [vm.zones for vm in vms.list(GROUP, "two")] == [["2"], ["3"]]
    world.make_set(mode, {"zones": ["1"], **off}, name="zonal")
    sets = world.compute.virtual_machine_scale_sets
    body: Any = {"zones": [], "placement": {"zonePlacementPolicy": "Auto"}}
    sets.begin_update(GROUP, "zonal", body).result()
    found = sets.get(GROUP, "zonal")
    assert found.placement is not None
    assert (found.placement.zone_placement_policy, found.zones or []) == ("Auto", [])
    back: Any = {"zones": ["1", "2"], "placement": None}
    answer = world.http.patch(set_id("zonal"), params={"api-version": "2026-03-01"}, json=back)
    assert answer.status_code == 200, answer.text


def test_a_template_states_the_version_of_each_resource(world: World) -> None:
    """A deployment's resources have their own apiVersions: what theirs does not know is refused, zones arrive."""
    world.make_set("Flexible")
    member = {"externalHealthPolicy": {"enabled": False}}
    path = f"{SCOPE}/providers/Microsoft.Resources/deployments/d"

    def deploy(version: str) -> Any:
        resource = {
            "type": "Microsoft.Compute/virtualMachineScaleSets",
            "apiVersion": version,
            "name": "web",
            "properties": member,
        }
        template = {"contentVersion": "1.0.0.0", "resources": [resource]}
        body = {"properties": {"mode": "Incremental", "template": template}}
        assert world.http.put(path, params={"api-version": "2025-04-01"}, json=body).status_code in {200, 201}
        return world.http.get(path, params={"api-version": "2025-04-01"}).json()["properties"]

    assert "Could not find member" in deploy("2024-11-01")["error"]["details"][0]["message"]
    assert deploy("2026-04-01")["provisioningState"] == "Succeeded"
    found = world.compute.virtual_machine_scale_sets.get(GROUP, "web")
    assert found.properties is not None
    assert found.properties.external_health_policy is not None
