"""What az and Ansible met: defaults, refusals, and members that Azure shows, in both modes."""

from __future__ import annotations

from typing import Any

import pytest
from simulator.compute import bodies
from simulator.compute.world import GROUP, World, refused, set_id, vm_id
from simulator.worlds import VERSION

from arm_simulator.testing import SUBSCRIPTION
from simulator import worlds

MODES = ("Uniform", "Flexible")
LOCAL = {
    "sku.name": "Standard_D2ds_v5",
    "vmp.storageProfile.osDisk": {
        "createOption": "FromImage",
        "caching": "ReadOnly",
        "diffDiskSettings": {"option": "Local"},
    },
}
BLOB = {"createOption": "FromImage", "osType": "Linux", "image": {"uri": "https://a.blob.core.windows.net/v/a.vhd"}}
LOCATION = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Compute/locations/westeurope"


@pytest.mark.parametrize("mode", MODES)
def test_an_ephemeral_disk_is_never_deallocated(world: World, mode: str) -> None:
    """The whole set, named instances and one machine alike: 409, and all go on running."""
    world.make_set(mode, LOCAL)
    sets: Any = world.compute.virtual_machine_scale_sets
    names = world.names()
    for body in (None, {"instanceIds": names[:1]}):
        assert refused(sets.begin_deallocate, GROUP, "web", body).status_code == 409
    instances: Any = world.compute.virtual_machine_scale_set_vms
    assert refused(instances.begin_deallocate, GROUP, "web", names[0]).status_code == 409
    assert {world.instance_state(mode, name)["power"] for name in names} == {"running"}
    sets.begin_power_off(GROUP, "web").result()
    assert {world.instance_state(mode, name)["power"] for name in names} == {"stopped"}


@pytest.mark.parametrize("mode", MODES)
def test_a_spot_set_without_a_policy_deallocates(world: World, mode: str) -> None:
    """Deallocate is the default, it is shown, and a later PUT may leave it out."""
    spot = {"vmp.priority": "Spot"}
    world.make_set(mode, spot)
    world.make_set(mode, spot)
    shown = world.http.get(set_id(), params=VERSION).json()
    assert shown["properties"]["virtualMachineProfile"]["evictionPolicy"] == "Deallocate"


@pytest.mark.parametrize("mode", MODES)
def test_an_image_from_a_blob(world: World, mode: str) -> None:
    """A blob is the source of unmanaged disks, which are retired: the refusal says so and what to do instead."""
    changes = {"vmp.storageProfile.imageReference": ..., "vmp.storageProfile.osDisk": BLOB}
    answer = world.http.put(set_id(), params=VERSION, json=bodies.scale_set(mode, changes))
    error = answer.json()["error"]
    assert (answer.status_code, error["target"]) == (400, "virtualMachineProfile.storageProfile.osDisk.image")
    assert "Microsoft.Compute/images" in error["message"]


def test_an_identity_that_is_taken_away(world: World) -> None:
    """PATCH to None, or to other identities, takes the principal away."""
    world.make_set("Uniform")
    for kind, has in (("SystemAssigned", True), ("None", False)):
        world.http.patch(set_id(), params=VERSION, json={"identity": {"type": kind}})
        assert ("principalId" in world.http.get(set_id(), params=VERSION).json()["identity"]) is has


def test_machines_with_their_state_only(world: World) -> None:
    """`statusOnly=true` lists the run-time status of every machine of the subscription, without models."""
    world.make_vm("vm")
    url = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Compute/virtualMachines"
    found = world.http.get(url, params={**VERSION, "statusOnly": "true"}).json()["value"]
    assert [each["name"] for each in found] == ["vm"]
    assert found[0]["properties"]["instanceView"]["statuses"][-1]["code"] == "PowerState/running"
    assert "storageProfile" not in found[0]["properties"]


def test_a_machine_shows_its_empty_list_of_disks(world: World) -> None:
    """A machine without data disks has an empty list of them."""
    world.make_vm("vm")
    assert world.http.get(vm_id("vm"), params=VERSION).json()["properties"]["storageProfile"]["dataDisks"] == []


def test_an_attached_disk_keeps_its_name(world: World) -> None:
    """A disk that is attached by its id has its own name in the machine."""
    world.make_vm("vm")
    disk: Any = {"location": "westeurope", "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8}}
    made = world.compute.disks.begin_create_or_update(GROUP, "data", disk).result()
    attached = [{"lun": 0, "createOption": "Attach", "managedDisk": {"id": made.id}}]
    patch = {"properties": {"storageProfile": {"dataDisks": attached}}}
    assert world.http.patch(vm_id("vm"), params=VERSION, json=patch).status_code == 200
    machine: Any = world.compute.virtual_machines.get(GROUP, "vm")
    assert [each.name for each in machine.storage_profile.data_disks] == ["data"]


def test_access_to_a_disk(world: World) -> None:
    """A disk that nobody uses gives a signed address until it is revoked; an attached one gives none."""
    disk: Any = {"location": "westeurope", "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8}}
    world.compute.disks.begin_create_or_update(GROUP, "data", disk).result()
    asked: Any = {"access": "Read", "durationInSeconds": 60}
    granted = world.compute.disks.begin_grant_access(GROUP, "data", asked).result()
    assert granted.access_sas is not None
    assert "data" in granted.access_sas
    assert world.compute.disks.get(GROUP, "data").disk_state == "ActiveSAS"
    world.compute.disks.begin_revoke_access(GROUP, "data").result()
    assert world.compute.disks.get(GROUP, "data").disk_state == "Unattached"
    world.make_vm("vm")
    used = next(each.name for each in world.compute.disks.list() if each.name != "data")
    assert refused(world.compute.disks.begin_grant_access, GROUP, used, asked).status_code == 409


def test_images_of_a_region(world: World) -> None:
    """Publishers, offers, SKUs and versions lead to an image; the newest version comes first where it is asked for."""
    images: Any = world.compute.virtual_machine_images
    where = ("westeurope", "Canonical")
    assert "Canonical" in [each.name for each in images.list_publishers("westeurope")]
    assert "ubuntu-24_04-lts" in [each.name for each in images.list_offers(*where)]
    assert "server" in [each.name for each in images.list_skus(*where, "ubuntu-24_04-lts")]
    every = [each.name for each in images.list(*where, "ubuntu-24_04-lts", "server")]
    newest = images.list(*where, "ubuntu-24_04-lts", "server", top=1, orderby="name desc")
    assert [each.name for each in newest] == [max(every)]
    found = images.get(*where, "ubuntu-24_04-lts", "server", max(every))
    assert (found.os_disk_image.operating_system, found.hyper_v_generation) == ("Linux", "V2")
    assert refused(images.list_skus, *where, "ubuntu-99").status_code == 404
    assert refused(images.get, *where, "ubuntu-24_04-lts", "server", "9.9.9").status_code == 404


def test_extensions_and_run_commands_of_a_region(world: World) -> None:
    """Types and versions of extensions, and the scripts that run without being sent."""
    extensions: Any = world.compute.virtual_machine_extension_images
    where = ("westeurope", "Microsoft.Azure.Extensions")
    assert [each.name for each in extensions.list_types(*where)] == ["CustomScript"]
    version = extensions.list_versions(*where, "CustomScript")[-1].name
    assert extensions.get(*where, "CustomScript", version).operating_system == "Linux"
    assert "RunShellScript" in [
        each["id"] for each in world.http.get(f"{LOCATION}/runCommands", params=VERSION).json()["value"]
    ]
    assert world.http.get(f"{LOCATION}/runCommands/nothing", params=VERSION).status_code == 404


@pytest.mark.parametrize("mode", MODES)
def test_usages(world: World, mode: str) -> None:
    """Cores and machines of the region are counted, those of other regions are not."""
    world.make_set(mode, capacity=3)
    world.make_vm("vm")
    for place, cores in (("westeurope", 8), ("eastus", 0)):
        found = {each.name.value: each.current_value for each in world.compute.usage.list(place)}
        assert (found["cores"], found["standardDSv5Family"], found["virtualMachines"]) == (cores, cores, cores // 2)


def test_basic_skus_are_retired(world: World) -> None:
    """New Basic addresses and balancers are refused, also where an old api-version makes them the default."""
    error = refused(worlds.make_address, world.network, "old", "Basic")
    assert error.error is not None
    assert error.error.code == "IPv4BasicSkuPublicIpCountLimitReached"
    url = f"{worlds.NETWORK}/publicIPAddresses/old"
    body = {"location": "westeurope", "properties": {"publicIPAllocationMethod": "Dynamic"}}
    assert world.http.put(url, params={"api-version": "2023-09-01"}, json=body).status_code == 400
    balancer = {"location": "westeurope", "sku": {"name": "Basic"}, "properties": {}}
    answer = world.http.put(worlds.BALANCER, params=VERSION, json=balancer)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BasicSkuLoadBalancerRetired")
    world.sim.configure(basic_skus="taken")
    assert worlds.make_address(world.network, "old", "Basic").sku.name == "Basic"
    world.sim.configure(basic_skus="refused")
    assert world.http.put(url, params=VERSION, json={**body, "sku": {"name": "Basic"}}).status_code == 200


def test_free_addresses_and_effective_rules(world: World) -> None:
    """What a network has free, what an interface is behind, and where its packets go."""
    interface: Any = worlds.make_interface(world.network, "nic")
    networks: Any = world.network.virtual_networks
    taken = interface.ip_configurations[0].private_ip_address
    asked = networks.check_ip_address_availability(GROUP, "net", ip_address=taken)
    assert not asked.available
    assert len(asked.available_ip_addresses) == 5
    assert taken not in asked.available_ip_addresses
    assert networks.check_ip_address_availability(GROUP, "net", ip_address=asked.available_ip_addresses[0]).available
    assert refused(networks.check_ip_address_availability, GROUP, "net", ip_address="192.168.0.1").status_code == 400
    routes: Any = world.network.network_interfaces.begin_get_effective_route_table(GROUP, "nic").result()
    assert ("10.0.0.0/15", "VnetLocal") in [(each.address_prefix[0], each.next_hop_type) for each in routes.value]
    groups: Any = world.network.network_interfaces.begin_list_effective_network_security_groups(GROUP, "nic").result()
    assert groups.value == []
