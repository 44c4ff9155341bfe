"""The component's arguments for what is in Azure: the set's, those of machines without a profile, an instance's."""

from collections.abc import Mapping
from typing import Any

from scaleset_migration.adopting.things import GROUP, Found, Machine, Thing
from scaleset_migration.reverse import arguments, guest, machine, network
from scaleset_migration.reverse.parts import at, given, renamed
from scaleset_migration.reverse.scale_set import diagnostics
from scaleset_migration.settle import FromConfig

PROFILE = "virtualMachineProfile"
_OWN = ("vm_size", "image", "os_disk", "data_disks", "identity", "spot")
"""What an instance may have in place of the set's."""
_NO_PASSWORD = "osProfile.linuxConfiguration.disablePasswordAuthentication"  # noqa: S105 - a property's path
_EXTERNAL = {"method": "External"}
_LOCKED = {"CanNotDelete": "scale_in", "ReadOnly": "scale_set_actions"}


def of_set(found: Found) -> dict[str, Any]:
    """The arguments of the set itself, with those of its first machine where it has no profile.

    Args:
        found: The set.
    """
    body = found.scale_set.inputs
    known = {"resource_group_name": body[GROUP], **arguments(body, found.scale_set.short)}
    profile = at(body, PROFILE)
    if profile is None and found.machines:
        known |= of_machine(found.machines[0])
    if found.flexible:
        known["outbound"] = dict(_EXTERNAL)
    systems = [profile, *(each.vm.inputs for each in found.machines)]
    if any(_needs_password(each) for each in systems if each is not None):
        known["admin_password"] = FromConfig("adminPassword")
    return {name: value for name, value in known.items() if value is not None}


def _needs_password(holder: Any) -> bool:
    """Whether a machine could not have been made without a password."""
    if at(holder, "osProfile") is None:
        return False
    return (
        guest.is_windows(holder) or at(holder, "osProfile.linuxConfiguration.disablePasswordAuthentication") is not True
    )


def of_machine(found: Machine) -> dict[str, Any]:
    """The arguments of a machine as those of a set of such machines."""
    body = found.vm.inputs
    storage = at(body, "storageProfile")
    image = machine.image(storage)
    system = at(body, "osProfile")
    known = given(
        vm_size=at(body, "hardwareProfile.vmSize"),
        image=image if system is not None or image is None else {**image, "specialized": True},
        plan=machine.plan(body),
        os_type="Windows" if guest.is_windows(body) else None,
        os_disk=machine.os_disk(storage),
        data_disks=machine.data_disks(storage),
        identity=machine.identity(body),
        security=machine.security(body),
        boot_diagnostics=diagnostics(body),
        spot=machine.spot(body, {}),
    )
    names = {"license_type": "licenseType", "disk_controller_type": "storageProfile.diskControllerType"}
    known |= guest.operating_system(body) | renamed(body, names)
    return known | of_interfaces(found.nics)


def of_interfaces(nics: tuple[Thing, ...]) -> dict[str, Any]:
    """The arguments about the network of a set whose machines have such interfaces."""
    if not nics:
        return {}
    configurations = [
        {**nic.inputs, "name": "nic" if index == 0 else f"nic{index}", "primary": index == 0}
        for index, nic in enumerate(nics)
    ]
    found = network.interfaces({"networkProfile": {"networkInterfaceConfigurations": configurations}})
    found.pop("network_api_version", None)
    # The set does not create addresses that are separate resources.
    found.pop("public_ip_per_instance", None)
    return found


def of_instance(found: Machine, base: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a named instance: where it differs from the set's own.

    Args:
        found: The machine.
        base: The set's arguments.
    """
    body, name = found.vm.inputs, found.vm.short
    own = of_machine(found)
    known = {each: own[each] for each in _OWN if each in own and own[each] != base.get(each)}
    if own.get("data_disks") is None and base.get("data_disks"):
        known["data_disks"] = []
    zones = at(body, "zones")
    computer = at(body, "osProfile.computerName")
    known_tags = base.get("tags") or {}
    known |= given(
        zone=zones[0] if zones else None,
        fault_domain=at(body, "platformFaultDomain") if base.get("platform_fault_domain_count") else None,
        computer_name=computer if computer != name else None,
        tags={key: value for key, value in (at(body, "tags") or {}).items() if known_tags.get(key) != value},
        protection=_protection(found),
    )
    known |= _addresses(found, base)
    extensions = [{**each.inputs, "name": each.short} for each in found.extensions]
    if extensions or base.get("extensions"):
        known["extensions"] = machine.extensions({"extensionProfile": {"extensions": extensions}})
    return known


def _addresses(found: Machine, base: Mapping[str, Any]) -> dict[str, Any]:
    if not found.nics:
        return {}
    configuration = network.primary_configuration(found.nics[0].inputs)
    fixed = at(configuration, "privateIPAllocationMethod") == "Static"
    subnet = at(configuration, "subnet.id")
    return given(
        subnet_id=subnet if str(subnet).lower() != str(base.get("subnet_id")).lower() else None,
        private_ip_address=at(configuration, "privateIPAddress") if fixed else None,
    )


def _protection(found: Machine) -> dict[str, Any] | None:
    """The locks of a machine, where they are as the component makes them."""
    kept: dict[str, Any] = {}
    for lock in own_locks(found):
        kept[_LOCKED[str(at(lock.inputs, "level"))]] = True
        kept |= given(notes=at(lock.inputs, "notes"))
    return kept or None


def own_locks(found: Machine) -> list[Thing]:
    """The locks of a machine that have the component's names for them."""
    name = found.vm.short.lower()
    return [each for each in found.locks if each.short.lower() == f"{name}-{str(at(each.inputs, 'level')).lower()}"]
