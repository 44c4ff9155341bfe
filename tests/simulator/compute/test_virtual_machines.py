"""VMs: the rules of their bodies, membership in Flexible sets, attach and detach, extensions, fixed properties."""

from __future__ import annotations

from typing import Any

import pytest
from simulator.compute import bodies
from simulator.compute.bodies import HEALTH, SCRIPT, Body
from simulator.compute.world import GROUP, World, code, refused, set_id, vm_id

from arm_simulator.providers.compute.rules import VmRequest, check_virtual_machine

SET = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/web"
PLACE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute"
IN_SET: Body = {"p.virtualMachineScaleSet": {"id": SET}}
RULES: list[tuple[str, Body, Body, Body, str, str]] = [
    ("size", {}, {}, {"p.hardwareProfile": ...}, "InvalidParameter", "hardwareProfile.vmSize"),
    ("zones", {}, {"zones": ["1"]}, {"zones": ["1", "2"]}, "InvalidParameter", "zones"),
    (
        "set-or-availability-set",
        {},
        IN_SET,
        {**IN_SET, "p.availabilitySet": {"id": f"{PLACE}/availabilitySets/a"}},
        "InvalidParameter",
        "availabilitySet",
    ),
    (
        "host-or-group",
        {},
        {"p.host": {"id": f"{PLACE}/hostGroups/h/hosts/x"}},
        {"p.host": {"id": f"{PLACE}/hostGroups/h/hosts/x"}, "p.hostGroup": {"id": f"{PLACE}/hostGroups/h"}},
        "InvalidParameter",
        "hostGroup",
    ),
    (
        "reservation-or-proximity",
        {},
        {"p.capacityReservation": {"capacityReservationGroup": {"id": f"{PLACE}/capacityReservationGroups/c"}}},
        {
            "p.capacityReservation": {"capacityReservationGroup": {"id": f"{PLACE}/capacityReservationGroups/c"}},
            "p.proximityPlacementGroup": {"id": f"{PLACE}/proximityPlacementGroups/p"},
        },
        "InvalidParameter",
        "capacityReservation",
    ),
    ("nics", {}, {}, {"p.networkProfile": ...}, "InvalidParameter", "networkProfile.networkInterfaces"),
    (
        "nic-primary",
        {},
        {"p.networkProfile.networkInterfaces": [{"id": "/a", "properties": {"primary": True}}, {"id": "/b"}]},
        {"p.networkProfile.networkInterfaces": [{"id": "/a"}, {"id": "/b"}]},
        "VirtualMachineMustHaveOneNetworkInterfaceAsPrimary",
        "networkProfile.networkInterfaces",
    ),
    (
        "uniform-set",
        {},
        IN_SET,
        {"p.virtualMachineScaleSet": {"id": f"{SET}uni"}},
        "OperationNotAllowed",
        "virtualMachineScaleSet.id",
    ),
    ("no-set", {}, IN_SET, {"p.virtualMachineScaleSet": {"id": f"{SET}none"}}, "NotFound", "virtualMachineScaleSet.id"),
    (
        "same-group",
        {},
        IN_SET,
        {"p.virtualMachineScaleSet": {"id": SET.replace("/rg/", "/other/")}},
        "InvalidParameter",
        "virtualMachineScaleSet.id",
    ),
    ("same-region", {}, IN_SET, {**IN_SET, "location": "northeurope"}, "InvalidParameter", "virtualMachineScaleSet.id"),
    (
        "zone-of-set",
        {"zones": ["1", "2"]},
        {**IN_SET, "zones": ["2"]},
        {**IN_SET, "zones": ["3"]},
        "InvalidParameter",
        "zones",
    ),
    ("zone-in-regional-set", {}, IN_SET, {**IN_SET, "zones": ["1"]}, "InvalidParameter", "zones"),
    ("regional-in-zonal-set", {"zones": ["1"]}, {**IN_SET, "zones": ["1"]}, IN_SET, "InvalidParameter", "zones"),
    (
        "several-placement-groups",
        {},
        IN_SET,
        {"set": {"p.singlePlacementGroup": True}, **IN_SET},
        "InvalidParameter",
        "virtualMachineScaleSet.id",
    ),
    (
        "fault-domain",
        {"p.platformFaultDomainCount": 3},
        {**IN_SET, "p.platformFaultDomain": 2},
        {**IN_SET, "p.platformFaultDomain": 3},
        "InvalidParameter",
        "platformFaultDomain",
    ),
    ("one-fault-domain", {}, IN_SET, {**IN_SET, "p.platformFaultDomain": 0}, "InvalidParameter", "platformFaultDomain"),
    (
        "size-in-set",
        {},
        {"p.hardwareProfile.vmSize": "Standard_B1ls"},
        {**IN_SET, "p.hardwareProfile.vmSize": "Standard_B1ls"},
        "InvalidParameter",
        "hardwareProfile.vmSize",
    ),
    (
        "name",
        {},
        {"p.osProfile.computerName": "a" * 64},
        {"p.osProfile.computerName": "a" * 65},
        "InvalidParameter",
        "osProfile.computerName",
    ),
    (
        "eviction",
        {},
        {"p.priority": "Spot", "p.evictionPolicy": "Delete"},
        {"p.evictionPolicy": "Delete"},
        "InvalidParameter",
        "evictionPolicy",
    ),
]


@pytest.mark.parametrize(("rule", "of_set", "taken", "wrong", "error", "target"), RULES, ids=[row[0] for row in RULES])
def test_each_rule_takes_one_vm_and_refuses_another(
    rule: str, of_set: Body, taken: Body, wrong: Body, error: str, target: str
) -> None:
    """The taken body has no problem; the refused one has the rule's code at its target."""
    assert rule
    members = dict(wrong)
    stored = bodies.scale_set("Flexible", {**of_set, **members.pop("set", {})})
    known = {SET: stored, f"{SET}uni": bodies.scale_set("Uniform"), SET.replace("/rg/", "/other/"): stored}
    sound = {**known, SET: bodies.scale_set("Flexible", of_set)}
    good = VmRequest("vm", "rg", bodies.virtual_machine(taken), lookup=sound.get)
    bad = VmRequest("vm", "rg", bodies.virtual_machine(members), lookup=known.get)
    assert check_virtual_machine(good) == []
    assert (error, target) in {(problem.code, problem.target) for problem in check_virtual_machine(bad)}


FIXED: list[tuple[Body, Body, str]] = [
    ({}, {"p.osProfile.computerName": "other"}, "osProfile.computerName"),
    ({}, {"p.osProfile.adminUsername": "somebody"}, "osProfile.adminUsername"),
    ({}, {"p.storageProfile.imageReference.sku": "other"}, "imageReference"),
    ({}, {"zones": ["1"]}, "zones"),
    ({}, {"p.priority": "Spot", "p.evictionPolicy": "Delete"}, "priority"),
    (
        {},
        {"p.osProfile.linuxConfiguration.ssh.publicKeys.0.keyData": "ssh-rsa BBBB x"},
        "linuxConfiguration.ssh.publicKeys",
    ),
]


@pytest.mark.parametrize(("before", "after", "target"), FIXED)
def test_what_is_fixed_on_a_vm(before: Body, after: Body, target: str) -> None:
    """The change is a 409 PropertyChangeNotAllowed naming the property; the same body again is taken."""
    stored = bodies.virtual_machine(before)
    assert check_virtual_machine(VmRequest("vm", "rg", stored, stored)) == []
    problems = check_virtual_machine(VmRequest("vm", "rg", bodies.virtual_machine(after), stored))
    assert ("PropertyChangeNotAllowed", target, 409) in {(p.code, p.target, p.status) for p in problems}


_GROUP = "/subscriptions/s/resourceGroups/rg/providers/Microsoft"
_NICS: list[Body] = [
    {"id": f"{_GROUP}.Network/networkInterfaces/one", "properties": {"primary": True}},
    {"id": f"{_GROUP}.Network/networkInterfaces/two", "properties": {"primary": False}},
]
DEALLOCATED_FIRST: list[tuple[Body, Body, str]] = [
    ({}, {"p.securityProfile": {"securityType": "TrustedLaunch"}}, "securityProfile.securityType"),
    (
        {"p.securityProfile": {"securityType": "TrustedLaunch"}},
        {"p.securityProfile": {"securityType": "Standard"}},
        "securityProfile.securityType",
    ),
    ({}, {"p.securityProfile": {"encryptionAtHost": True}}, "securityProfile.encryptionAtHost"),
    ({}, {"p.additionalCapabilities": {"hibernationEnabled": True}}, "additionalCapabilities.hibernationEnabled"),
    ({}, {"p.host": {"id": f"{_GROUP}.Compute/hostGroups/h/hosts/h"}}, "host"),
    (
        {},
        {"p.capacityReservation": {"capacityReservationGroup": {"id": f"{_GROUP}.Compute/x/y"}}},
        "capacityReservation",
    ),
    ({}, {"p.networkProfile.networkInterfaces": _NICS}, "networkProfile.networkInterfaces"),
]


@pytest.mark.parametrize(("before", "after", "target"), DEALLOCATED_FIRST)
def test_what_changes_on_a_deallocated_vm_only(before: Body, after: Body, target: str) -> None:
    """While the VM runs the change is a 409 that says so; on a deallocated VM it is taken."""
    stored, changed = bodies.virtual_machine(before), bodies.virtual_machine(after)
    problems = check_virtual_machine(VmRequest("vm", "rg", changed, stored))
    assert [(p.code, p.target, p.status) for p in problems] == [("OperationNotAllowed", target, 409)]
    assert "deallocated" in problems[0].message
    assert check_virtual_machine(VmRequest("vm", "rg", changed, stored, deallocated=True)) == []


def test_a_confidential_vm_is_one_from_its_creation_on() -> None:
    """Not even a deallocated VM becomes a confidential one."""
    confidential = {
        "p.securityProfile": {"securityType": "ConfidentialVM", "uefiSettings": {"vTpmEnabled": True}},
        "p.storageProfile.osDisk.managedDisk": {"securityProfile": {"securityEncryptionType": "VMGuestStateOnly"}},
    }
    request = VmRequest("vm", "rg", bodies.virtual_machine(confidential), bodies.virtual_machine({}), deallocated=True)
    assert "securityProfile.securityType" in {p.target for p in check_virtual_machine(request)}


def test_a_put_that_changes_nothing_changes_nothing(world: World) -> None:
    """The same PUT again keeps VM, set and instances as they are, to the ETag."""
    for mode in ("Uniform", "Flexible"):
        world.make_set(mode, name=mode)
        before = world.state(set_id(mode))
        world.make_set(mode, name=mode)
        assert world.state(set_id(mode)) == before
    world.make_vm("vm")
    first = world.http.get(vm_id("vm"), params={"api-version": "2026-04-01"})
    world.make_vm("vm")
    second = world.http.get(vm_id("vm"), params={"api-version": "2026-04-01"})
    assert (first.json(), first.headers["etag"]) == (second.json(), second.headers["etag"])


def test_a_new_size_is_an_update_that_boots(world: World) -> None:
    """VmSize may change; the VM keeps its id and boots once."""
    vm = world.make_vm("vm")
    patch: Any = {"properties": {"hardwareProfile": {"vmSize": "Standard_D4s_v5"}}}
    after = world.compute.virtual_machines.begin_update(GROUP, "vm", patch).result()
    assert after.properties is not None
    assert after.properties.vm_id == vm.properties.vm_id
    assert world.state(vm_id("vm"))["bootCount"] == 2


def test_custom_data_and_password_can_not_change(world: World) -> None:
    """They are never shown, and a PUT with another value is refused."""
    world.make_vm("vm", {"p.osProfile.customData": "aGVsbG8="})
    shown = world.http.get(vm_id("vm"), params={"api-version": "2026-04-01"}).text
    assert "aGVsbG8=" not in shown
    body: Any = bodies.virtual_machine({"p.osProfile.customData": "d29ybGQ="}, "vm-nic")
    error = refused(world.compute.virtual_machines.begin_create_or_update, GROUP, "vm", body)
    assert (code(error), error.status_code) == ("PropertyChangeNotAllowed", 409)


def link(name: str | None) -> Any:
    """A PATCH that attaches to a set, or detaches."""
    return {"properties": {"virtualMachineScaleSet": {"id": set_id(name)} if name else None}}


def test_attach_and_detach_of_an_existing_vm(world: World) -> None:
    """A VM joins a set with one fault domain and leaves it running; from set to set it has to leave first."""
    world.make_set("Flexible", capacity=0)
    world.make_set("Flexible", name="other", capacity=0)
    world.make_vm("vm")
    vms = world.compute.virtual_machines
    vms.begin_update(GROUP, "vm", link("web")).result()
    assert world.names() == ["vm"]
    assert code(refused(vms.begin_update, GROUP, "vm", link("other"))) == "PropertyChangeNotAllowed"
    vms.begin_update(GROUP, "vm", link(None)).result()
    assert world.names() == []
    vms.begin_update(GROUP, "vm", link("other")).result()
    assert world.names("other") == ["vm"]


def test_attach_is_refused_with_its_own_codes(world: World) -> None:
    """Several fault domains, an availability set, a proximity placement group, a Uniform set: each its own code."""
    world.make_set("Flexible", {"p.platformFaultDomainCount": 2}, name="multi", capacity=0)
    world.make_set("Flexible", capacity=0)
    world.make_set("Uniform", name="uni", capacity=0)
    place: Any = {"location": "westeurope"}
    world.compute.availability_sets.create_or_update(GROUP, "set", place)
    world.compute.proximity_placement_groups.create_or_update(GROUP, "near", place)
    world.make_vm("plain")
    world.make_vm("avset", {"p.availabilitySet": {"id": f"{bodies.COMPUTE}/availabilitySets/set"}})
    world.make_vm("near", {"p.proximityPlacementGroup": {"id": f"{bodies.COMPUTE}/proximityPlacementGroups/near"}})
    update = world.compute.virtual_machines.begin_update
    assert code(refused(update, GROUP, "plain", link("multi"))) == "VmssDoesNotSupportAttachingExistingVMMultiFD"
    assert code(refused(update, GROUP, "plain", link("uni"))) == "OperationNotAllowed"
    answer = refused(update, GROUP, "avset", link("web")).response
    assert answer is not None
    assert "VmssDoesNotSupportAttachingExistingAvsetVM" in answer.text()
    assert code(refused(update, GROUP, "near", link("web"))) == "VmssDoesNotSupportAttachingPPGVM"


def test_a_vm_born_in_a_set_is_deallocated_before_it_leaves(world: World) -> None:
    """Detach of a running member that the set created is refused until it is deallocated."""
    world.make_set("Flexible", capacity=1)
    name = world.names()[0]
    vms = world.compute.virtual_machines
    assert code(refused(vms.begin_update, GROUP, name, link(None))) == "VmssDoesNotSupportDetachNonDeallocatedVM"
    vms.begin_deallocate(GROUP, name).result()
    vms.begin_update(GROUP, name, link(None)).result()
    assert world.names() == []


def test_vm_extensions_have_five_operations(world: World) -> None:
    """Create, get, update, list, delete; protected settings are never shown."""
    world.make_vm("vm")
    extensions: Any = world.compute.virtual_machine_extensions
    body = {"location": "westeurope", "properties": {**SCRIPT["properties"], "protectedSettings": {"a": "s3cret"}}}
    made = extensions.begin_create_or_update(GROUP, "vm", "hello", body).result()
    assert "s3cret" not in str(made.as_dict())
    patch = {"properties": {"settings": {"commandToExecute": "id"}}}
    assert extensions.begin_update(GROUP, "vm", "hello", patch).result().properties.settings == {
        "commandToExecute": "id"
    }
    view = extensions.get(GROUP, "vm", "hello", expand="instanceView").properties.instance_view
    assert view.statuses[0].code == "ProvisioningState/succeeded"
    assert [item.name for item in extensions.list(GROUP, "vm").value] == ["hello"]
    assert code(refused(extensions.begin_create_or_update, GROUP, "vm", "again", body)) == "BadRequest"
    extensions.begin_delete(GROUP, "vm", "hello").result()
    assert refused(extensions.get, GROUP, "vm", "hello").status_code == 404


def test_extensions_need_a_running_vm(world: World) -> None:
    """On a deallocated VM an extension can neither be put nor deleted."""
    world.make_vm("vm")
    extensions: Any = world.compute.virtual_machine_extensions
    body = {"location": "westeurope", "properties": SCRIPT["properties"]}
    extensions.begin_create_or_update(GROUP, "vm", "hello", body).result()
    world.compute.virtual_machines.begin_deallocate(GROUP, "vm").result()
    assert code(refused(extensions.begin_create_or_update, GROUP, "vm", "hello", body)) == "OperationNotAllowed"
    assert code(refused(extensions.begin_delete, GROUP, "vm", "hello")) == "OperationNotAllowed"


def test_instance_extensions_are_uniform_only(world: World) -> None:
    """Create, update, list, delete on a Uniform instance; on Flexible the VM's own route is the one."""
    world.make_set("Uniform", capacity=1)
    world.make_set("Flexible", name="flex", capacity=1)
    extensions: Any = world.compute.virtual_machine_scale_set_vm_extensions
    body = {"properties": SCRIPT["properties"]}
    extensions.begin_create_or_update(GROUP, "web", "0", "hello", body).result()
    patch: Body = {"properties": {"settings": {}}}
    assert extensions.begin_update(GROUP, "web", "0", "hello", patch).result().properties.settings == {}
    assert [item.name for item in extensions.list(GROUP, "web", "0").value] == ["hello"]
    extensions.begin_delete(GROUP, "web", "0", "hello").result()
    assert extensions.list(GROUP, "web", "0").value == []
    name = world.names("flex")[0]
    assert code(refused(extensions.begin_create_or_update, GROUP, "flex", name, "hello", body)) == "OperationNotAllowed"


@pytest.mark.parametrize("mode", ["Uniform", "Flexible"])
def test_set_extensions_are_part_of_the_profile(world: World, mode: str) -> None:
    """A set's extension shows in the profile, reaches instances by the upgrade policy, and its removal is checked."""
    world.make_set(mode, {"p.upgradePolicy": {"mode": "Automatic"}})
    extensions: Any = world.compute.virtual_machine_scale_set_extensions
    extensions.begin_create_or_update(GROUP, "web", "health", {"properties": HEALTH["properties"]}).result()
    profile = world.compute.virtual_machine_scale_sets.get(GROUP, "web").properties.virtual_machine_profile  # type: ignore[union-attr]
    assert profile is not None
    assert [item.name for item in profile.extension_profile.extensions] == ["health"]  # type: ignore[union-attr]
    vm = world.compute.virtual_machine_scale_set_vms.get(GROUP, "web", world.names()[0], expand="instanceView")
    assert vm.properties is not None
    assert vm.properties.instance_view is not None
    assert [item.name for item in vm.properties.instance_view.extensions or []] == ["health"]
    world.patch_set({"properties": {"upgradePolicy": {"mode": "Rolling"}}})
    assert code(refused(extensions.begin_delete, GROUP, "web", "health")) == "InvalidParameter"
    world.patch_set({"properties": {"upgradePolicy": {"mode": "Automatic"}}})
    extensions.begin_delete(GROUP, "web", "health").result()
    assert [item.name for item in extensions.list(GROUP, "web")] == []


def test_a_referenced_resource_stays(world: World) -> None:
    """A placement group in use cannot go; it can afterwards."""
    place: Any = {"location": "westeurope"}
    groups = world.compute.proximity_placement_groups
    made = groups.create_or_update(GROUP, "near", place)
    world.make_set("Flexible", {"p.proximityPlacementGroup": {"id": made.id}}, capacity=0)
    assert code(refused(groups.delete, GROUP, "near")) == "OperationNotAllowed"
    world.compute.virtual_machine_scale_sets.begin_delete(GROUP, "web").result()
    groups.delete(GROUP, "near")


def test_a_set_with_an_absent_reference_is_refused(world: World) -> None:
    """A placement group and a subnet that do not exist are InvalidResourceReference, and no set is left."""
    near = {"id": f"{bodies.COMPUTE}/proximityPlacementGroups/none"}
    body: Any = bodies.scale_set("Flexible", {"p.proximityPlacementGroup": near})
    sets = world.compute.virtual_machine_scale_sets
    assert code(refused(sets.begin_create_or_update, GROUP, "web", body)) == "InvalidResourceReference"
    assert list(sets.list(GROUP)) == []
