"""What a PUT does with members that it leaves out: kept, cleared or refused, with each setting of ``compute_put``.

Microsoft's page "PUT calls for creation or updates on compute resources" says that Microsoft.Compute gives PUT the
meaning of PATCH: what is left out, or null, stays. Azure/vm-scale-sets issue 70 confirms it for ``sku``. Of a profile
that is given without its ``osProfile`` the page says that it stays, and ansible-collections/azure issue 378 that it is
refused: the simulator keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from simulator.compute import bodies
from simulator.compute.bodies import HEALTH, Body
from simulator.compute.world import World, set_id, vm_id
from simulator.worlds import VERSION

from simulator import worlds

MODES = ("Uniform", "Flexible")
DISKS = [{"lun": lun, "createOption": "Empty", "diskSizeGB": 8} for lun in (0, 1)]


def put(world: World, rid: str, body: Body) -> tuple[int, str]:
    """The status of a PUT, and the code of its error."""
    answer = world.http.put(rid, params=VERSION, json=body)
    return answer.status_code, str(answer.json().get("error", {}).get("code", ""))


def shown(world: World, rid: str) -> Any:
    """The resource."""
    return world.http.get(rid, params=VERSION).json()


def a_set(mode: str) -> Body:
    """A set with tags, data disks and an extension."""
    body = bodies.scale_set(mode, {"vmp.storageProfile.dataDisks": DISKS, "vmp.extensionProfile.extensions": [HEALTH]})
    return {**body, "tags": {"a": "1"}}


def a_machine() -> Body:
    """A machine with tags and two data disks."""
    return {**bodies.virtual_machine({"p.storageProfile.dataDisks": DISKS}, "vm-nic"), "tags": {"a": "1"}}


@pytest.fixture(params=["replace", "keep"])
def setting(request: pytest.FixtureRequest, world: World) -> str:
    """Each setting of ``compute_put``."""
    world.sim.configure(compute_put=request.param)
    return str(request.param)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.usefixtures("setting")
def test_the_size_and_the_capacity_of_a_set_are_kept(world: World, mode: str) -> None:
    """A set keeps its sku and its capacity whatever the setting: a PUT without them never scales."""
    put(world, set_id(), a_set(mode))
    world.patch_set({"sku": {"capacity": 3}})
    changes: list[Callable[[Body], Any]] = [lambda body: body.pop("sku"), lambda body: body["sku"].pop("capacity")]
    for change in changes:
        body = a_set(mode)
        change(body)
        assert put(world, set_id(), body) == (200, "")
        assert shown(world, set_id())["sku"] == {"name": "Standard_D2s_v5", "tier": "Standard", "capacity": 3}


@pytest.mark.parametrize("mode", MODES)
def test_what_a_set_leaves_out(world: World, mode: str, setting: str) -> None:
    """Tags, data disks and extensions that a PUT leaves out, or has as null, are kept or cleared; empty ones clear."""
    put(world, set_id(), a_set(mode))
    leave_out: list[Callable[[Body], Any]] = [
        lambda body: body.pop("tags"),
        lambda body: body["properties"]["virtualMachineProfile"]["storageProfile"].pop("dataDisks"),
        lambda body: body["properties"]["virtualMachineProfile"].update(extensionProfile=None),
    ]
    body = a_set(mode)
    for change in leave_out:
        change(body)
    assert put(world, set_id(), body) == (200, "")
    found = shown(world, set_id())
    profile = found["properties"]["virtualMachineProfile"]
    sizes = (
        len(found.get("tags") or {}),
        len(profile["storageProfile"].get("dataDisks") or []),
        len((profile.get("extensionProfile") or {}).get("extensions") or []),
    )
    assert sizes == ((1, 2, 1) if setting == "keep" else (0, 0, 0))
    empty = a_set(mode)
    empty["tags"] = {}
    empty["properties"]["virtualMachineProfile"]["storageProfile"]["dataDisks"] = []
    empty["properties"]["virtualMachineProfile"]["extensionProfile"] = {"extensions": []}
    assert put(world, set_id(), empty) == (200, "")
    found = shown(world, set_id())
    assert not found.get("tags")
    assert not found["properties"]["virtualMachineProfile"]["storageProfile"].get("dataDisks")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.usefixtures("setting")
def test_a_set_without_its_profile(world: World, mode: str) -> None:
    """A PUT without the whole profile, as `az vmss scale` sends it, keeps it whatever the setting."""
    put(world, set_id(), a_set(mode))
    body = a_set(mode)
    del body["properties"]["virtualMachineProfile"]
    assert put(world, set_id(), body) == (200, "")
    assert shown(world, set_id())["properties"]["virtualMachineProfile"]["osProfile"]["adminUsername"] == bodies.USER


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "path", ["storageProfile.imageReference", "storageProfile.osDisk", "storageProfile", "osProfile", "networkProfile"]
)
@pytest.mark.usefixtures("setting")
def test_what_a_set_cannot_be_without_is_kept(world: World, mode: str, path: str) -> None:
    """`az vmss update` leaves out the image: what a profile needs stays as it is, whatever the setting."""
    put(world, set_id(), a_set(mode))
    before = shown(world, set_id())["properties"]["virtualMachineProfile"]
    body = a_set(mode)
    *parents, last = path.split(".")
    holder = body["properties"]["virtualMachineProfile"]
    for step in parents:
        holder = holder[step]
    del holder[last]
    assert put(world, set_id(), body) == (200, "")
    after = shown(world, set_id())["properties"]["virtualMachineProfile"]
    for step in path.split("."):
        before, after = before[step], after[step]
    assert {key: after[key] for key in after if key != "dataDisks"} == {
        key: before[key] for key in before if key in after and key != "dataDisks"
    }
    assert after


def test_what_a_machine_leaves_out(world: World, setting: str) -> None:
    """Without its OS profile a machine keeps it; tags and data disks that are left out are kept or cleared."""
    worlds.make_interface(world.network, "vm-nic")
    put(world, vm_id("vm"), a_machine())
    body = a_machine()
    del body["properties"]["osProfile"]
    assert put(world, vm_id("vm"), body) == (200, "")
    assert shown(world, vm_id("vm"))["properties"]["osProfile"]["adminUsername"] == bodies.USER
    body = a_machine()
    del body["tags"]
    del body["properties"]["storageProfile"]["dataDisks"]
    assert put(world, vm_id("vm"), body) == (200, "")
    found = shown(world, vm_id("vm"))
    disks = [disk["lun"] for disk in found["properties"]["storageProfile"].get("dataDisks") or []]
    assert (found.get("tags"), disks) == (({"a": "1"}, [0, 1]) if setting == "keep" else (None, []))


@pytest.mark.usefixtures("setting")
def test_fewer_data_disks_detach(world: World) -> None:
    """A list that is given is the whole list: a disk that is not in it is detached, and the disk stays."""
    worlds.make_interface(world.network, "vm-nic")
    put(world, vm_id("vm"), a_machine())
    body = a_machine()
    body["properties"]["storageProfile"]["dataDisks"] = DISKS[:1]
    assert put(world, vm_id("vm"), body) == (200, "")
    found = shown(world, vm_id("vm"))["properties"]["storageProfile"]["dataDisks"]
    assert [disk["lun"] for disk in found] == [0]
    names = [disk.name for disk in world.compute.disks.list()]
    assert len(names) == 3
    body["properties"]["storageProfile"]["dataDisks"] = []
    assert put(world, vm_id("vm"), body) == (200, "")
    assert not shown(world, vm_id("vm"))["properties"]["storageProfile"].get("dataDisks")


@pytest.mark.usefixtures("setting")
def test_the_network_replaces(world: World) -> None:
    """Microsoft.Network has the usual PUT: tags, pools and a security group that are left out are gone."""
    worlds.make_balancer(world.network)
    nic = worlds.make_interface(world.network, "nic", pool=True)
    world.network.network_interfaces.update_tags("rg", "nic", {"tags": {"a": "1"}})
    assert nic.ip_configurations[0].load_balancer_backend_address_pools
    again = worlds.make_interface(world.network, "nic")
    assert not again.ip_configurations[0].load_balancer_backend_address_pools
    assert not again.tags
