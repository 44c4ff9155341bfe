"""The arguments of a whole scale set."""

from collections.abc import Mapping
from typing import Any

from scaleset_core.modes import Mode
from scaleset_migration.reverse import guest, machine, network
from scaleset_migration.reverse.parts import at, given, renamed
from scaleset_migration.reverse.policies import policies

_SET = {
    "location": "location",
    "zones": "zones",
    "zone_balance": "zoneBalance",
    "zonal_platform_fault_domain_align_mode": "zonalPlatformFaultDomainAlignMode",
    "proximity_placement_group_id": "proximityPlacementGroup.id",
    "host_group_id": "hostGroup.id",
    "ultra_ssd_enabled": "additionalCapabilities.ultraSSDEnabled",
    "hibernation_enabled": "additionalCapabilities.hibernationEnabled",
    "do_not_run_extensions_on_overprovisioned_vms": "doNotRunExtensionsOnOverprovisionedVMs",
    "tags": "tags",
}
_PROFILE = {
    "license_type": "licenseType",
    "capacity_reservation_group_id": "capacityReservation.capacityReservationGroup.id",
    "service_artifact_id": "serviceArtifactReference.id",
    "extensions_time_budget": "extensionProfile.extensionsTimeBudget",
    "disk_controller_type": "storageProfile.diskControllerType",
}


def arguments(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The component's arguments for a set, in snake case, without those that Azure never shows (secrets).

    Args:
        body: The set's properties as azure-native flattens them.
        name: Its name in Azure.
    """
    profile = at(body, "virtualMachineProfile")
    mode = at(body, "orchestrationMode") or Mode.UNIFORM.value
    found: dict[str, Any] = {"scale_set_name": name}
    if mode != Mode.FLEXIBLE:
        found["orchestration_mode"] = mode
    found |= renamed(body, _SET)
    found |= given(
        zones=sorted(map(str, at(body, "zones") or [])),
        overprovision=at(body, "overprovision") or None,
        single_placement_group=at(body, "singlePlacementGroup") or None,
        identity=machine.identity(body),
        extended_location=renamed(at(body, "extendedLocation"), {"name": "name"}),
    )
    domains = at(body, "platformFaultDomainCount")
    if domains != 1:
        found |= given(platform_fault_domain_count=domains)
    if profile is not None:
        found |= _of_profile(body, profile)
    return found | policies(body)


def _of_profile(body: Mapping[str, Any], profile: Any) -> dict[str, Any]:
    storage = at(profile, "storageProfile")
    size = at(body, "sku.name")
    capacity = at(body, "sku.capacity")
    image = machine.image(storage)
    system = at(profile, "osProfile")
    found = given(
        vm_size=size if size != "Mix" else None,
        image=image if system is not None or image is None else {**image, "specialized": True},
        plan=machine.plan(body),
        os_type="Windows" if guest.is_windows(profile) else None,
    )
    found["capacity"] = int(capacity) if isinstance(capacity, int | float) else 0
    found |= guest.operating_system(profile) | guest.events(profile) | renamed(profile, _PROFILE)
    found |= given(
        os_disk=machine.os_disk(storage),
        data_disks=machine.data_disks(storage),
        security=machine.security(profile),
        boot_diagnostics=diagnostics(profile),
        extensions=machine.extensions(profile),
        gallery_applications=machine.gallery_applications(profile),
        vm_size_properties=renamed(
            at(profile, "hardwareProfile.vmSizeProperties"),
            {"vcpus_available": "vCPUsAvailable", "vcpus_per_core": "vCPUsPerCore"},
        ),
        security_posture=renamed(
            at(profile, "securityPostureReference"),
            {"id": "id", "exclude_extensions": "excludeExtensions", "is_overridable": "isOverridable"},
        ),
    )
    spot = machine.spot(profile, body)
    if spot is not None:
        found["spot"] = spot
    probe = at(profile, "networkProfile.healthProbe.id")
    return found | given(health={"probe_id": probe} if probe else None) | network.interfaces(profile)


def diagnostics(profile: Any) -> dict[str, Any]:
    """Boot diagnostics of a profile or of a virtual machine; without any they are off."""
    found = renamed(
        at(profile, "diagnosticsProfile.bootDiagnostics"), {"enabled": "enabled", "storage_uri": "storageUri"}
    )
    if not found:
        return {"enabled": False}
    return {name: value for name, value in found.items() if name != "enabled" or value is not True}
