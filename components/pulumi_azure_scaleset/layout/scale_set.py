"""The scale set resource itself, in either mode."""

from typing import Any

from pulumi_azure_scaleset.layout import guest, machine
from pulumi_azure_scaleset.layout.extensions import profile_extensions
from pulumi_azure_scaleset.layout.interfaces import profile_interfaces
from pulumi_azure_scaleset.model.capacity import UpgradePolicy
from pulumi_azure_scaleset.model.guest import ZonePlacement
from pulumi_azure_scaleset.model.resolved import fault_domains
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.foreign import CAPACITY, Foreign
from pulumi_azure_scaleset.plan.resources import (
    Child,
    Network,
    compact,
    optional_sub,
)
from scaleset_core.facts import names

KEY = "scaleSet"
"""The scale set's key in the plan and in ``overrides``."""

_DEFAULT_NETWORK_API = "2020-11-01"
_MIX = "Mix"

# Azure does not change these on an existing set, which azure-native does not know: an update would only fail.
_IMMUTABLE = (
    "orchestrationMode",
    "platformFaultDomainCount",
    "zoneBalance",
    "hostGroup",
    "virtualMachineProfile.osProfile.computerNamePrefix",
    "virtualMachineProfile.osProfile.adminUsername",
    "virtualMachineProfile.storageProfile.osDisk.diffDiskSettings",
    "virtualMachineProfile.storageProfile.osDisk.managedDisk.securityProfile",
    "virtualMachineProfile.priority",
    "virtualMachineProfile.evictionPolicy",
)
_STORAGE_TYPE = "virtualMachineProfile.storageProfile.osDisk.managedDisk.storageAccountType"


def scale_set_child(model: ScaleSetModel, component: str, network: Network) -> Child:
    """The scale set with its profile, policies and placement."""
    inputs = compact(
        {
            "resourceGroupName": model.resource_group_name,
            "vmScaleSetName": model.scale_set_name,
            "location": model.location,
            "orchestrationMode": model.orchestration_mode.value,
            "extendedLocation": machine.extended_location(model),
            "zones": sorted(model.zones) or None,
            "placement": _placement(model.zone_placement),
            "zoneBalance": model.zone_balance,
            "platformFaultDomainCount": fault_domains(model),
            "zonalPlatformFaultDomainAlignMode": model.zonal_platform_fault_domain_align_mode,
            "singlePlacementGroup": bool(model.single_placement_group),
            "identity": machine.identity(model.identity),
            "plan": machine.plan(model.plan) if model.has_profile else None,
            "tags": dict(model.tags) or None,
            "proximityPlacementGroup": optional_sub(model.proximity_placement_group_id),
            "hostGroup": optional_sub(model.host_group_id),
            "additionalCapabilities": machine.capabilities(model, model.data_disks),
            "overprovision": _overprovision(model),
            "doNotRunExtensionsOnOverprovisionedVMs": model.do_not_run_extensions_on_overprovisioned_vms,
            "upgradePolicy": _upgrade_policy(model),
            "automaticRepairsPolicy": _repairs(model),
            "scaleInPolicy": _scale_in(model),
            "scheduledEventsPolicy": guest.events_policy(model.scheduled_events_policy),
            "resiliencyPolicy": _resiliency(model),
            "spotRestorePolicy": _spot_restore(model),
            "priorityMixPolicy": _priority_mix(model),
            "skuProfile": _sku_profile(model),
            "sku": _sku(model),
            "virtualMachineProfile": _profile(model, network) if model.has_profile else None,
        }
    )
    return Child(
        key=KEY,
        kind=KEY,
        type=tokens.SCALE_SET,
        name=component,
        inputs=inputs,
        foreign=(Foreign(CAPACITY),) if model.capacity_is_foreign and model.has_profile else (),
        replace_on_changes=_immutable(model),
        outputs=("location", *machine.identity_outputs(model.identity)),
    )


def _immutable(model: ScaleSetModel) -> tuple[str, ...]:
    """The paths whose change replaces the set: some are fixed in one mode, or in one direction."""
    found = [*_IMMUTABLE, *machine.fixed_storage(model.os_disk, _STORAGE_TYPE)]
    if model.flexible:
        found.append("proximityPlacementGroup")
    if model.single_placement_group:
        found.append("singlePlacementGroup")
    return tuple(found)


def _overprovision(model: ScaleSetModel) -> bool | None:
    """Off by default on Uniform: people expect the number that they asked for."""
    return model.overprovision if model.flexible else bool(model.overprovision)


def _sku(model: ScaleSetModel) -> dict[str, Any] | None:
    if not model.has_profile:
        return None
    capacity = model.profile_capacity
    if model.instance_mix is not None:
        return {"name": _MIX, "capacity": capacity}
    return {"name": model.vm_size, "tier": "Standard", "capacity": capacity}


def _upgrade_policy(model: ScaleSetModel) -> dict[str, Any] | None:
    if not model.has_profile:
        return None
    policy = model.upgrade_policy or UpgradePolicy()
    rolling, automatic = policy.rolling, policy.automatic_os_upgrade
    return compact(
        {
            "mode": policy.mode,
            "rollingUpgradePolicy": None
            if rolling is None
            else compact(
                {
                    "maxBatchInstancePercent": rolling.max_batch_instance_percent,
                    "maxUnhealthyInstancePercent": rolling.max_unhealthy_instance_percent,
                    "maxUnhealthyUpgradedInstancePercent": rolling.max_unhealthy_upgraded_instance_percent,
                    "pauseTimeBetweenBatches": rolling.pause_time_between_batches,
                    "maxSurge": rolling.max_surge,
                    "enableCrossZoneUpgrade": rolling.enable_cross_zone_upgrade,
                    "prioritizeUnhealthyInstances": rolling.prioritize_unhealthy_instances,
                    "rollbackFailedInstancesOnPolicyBreach": rolling.rollback_failed_instances_on_policy_breach,
                }
            ),
            "automaticOSUpgradePolicy": None
            if automatic is None
            else compact(
                {
                    "enableAutomaticOSUpgrade": automatic.enabled,
                    "disableAutomaticRollback": automatic.disable_automatic_rollback,
                    "useRollingUpgradePolicy": automatic.use_rolling_upgrade_policy,
                    "osRollingUpgradeDeferral": automatic.os_rolling_upgrade_deferral,
                }
            ),
        }
    )


def _repairs(model: ScaleSetModel) -> dict[str, Any] | None:
    repairs = model.automatic_repairs
    if repairs is None:
        return None
    return compact({"enabled": repairs.enabled, "gracePeriod": repairs.grace_period, "repairAction": repairs.action})


def _scale_in(model: ScaleSetModel) -> dict[str, Any] | None:
    policy = model.scale_in_policy
    if policy is None:
        return None
    return compact(
        {
            "rules": policy.rules,
            "forceDeletion": policy.force_deletion,
            "prioritizeUnhealthyVMs": policy.prioritize_unhealthy_vms,
        }
    )


def _placement(placement: ZonePlacement | None) -> dict[str, Any] | None:
    if placement is None:
        return None
    chosen = {"includeZones": placement.include_zones, "excludeZones": placement.exclude_zones}
    return compact({"zonePlacementPolicy": "Auto", **chosen})


def _zone_allocation(placement: ZonePlacement | None) -> dict[str, Any] | None:
    if placement is None:
        return None
    share = placement.max_instance_percent_per_zone
    limit = None if share is None else {"enabled": True, "value": share}
    found = compact({"maxZoneCount": placement.max_zone_count, "maxInstancePercentPerZonePolicy": limit})
    return found or None


def _resiliency(model: ScaleSetModel) -> dict[str, Any] | None:
    allocation = _zone_allocation(model.zone_placement)
    policy = model.resiliency
    if policy is None:
        return None if allocation is None else {"zoneAllocationPolicy": allocation}
    zones = policy.automatic_zone_rebalancing
    return compact(
        {
            "zoneAllocationPolicy": allocation,
            "resilientVMCreationPolicy": _enabled(policy.resilient_vm_creation),
            "resilientVMDeletionPolicy": _enabled(policy.resilient_vm_deletion),
            "automaticZoneRebalancingPolicy": None
            if zones is None
            else compact(
                {
                    "enabled": zones.enabled,
                    "rebalanceStrategy": zones.rebalance_strategy,
                    "rebalanceBehavior": zones.rebalance_behavior,
                }
            ),
        }
    )


def _enabled(value: bool | None) -> dict[str, bool] | None:
    return None if value is None else {"enabled": value}


def _spot_restore(model: ScaleSetModel) -> dict[str, Any] | None:
    if not model.has_profile or model.spot is None or model.spot.restore_enabled is None:
        return None
    return compact({"enabled": model.spot.restore_enabled, "restoreTimeout": model.spot.restore_timeout})


def _priority_mix(model: ScaleSetModel) -> dict[str, Any] | None:
    mix = model.priority_mix
    if mix is None:
        return None
    return compact(
        {
            "baseRegularPriorityCount": mix.base_regular_priority_count,
            "regularPriorityPercentageAboveBase": mix.regular_priority_percentage_above_base,
        }
    )


def _sku_profile(model: ScaleSetModel) -> dict[str, Any] | None:
    mix = model.instance_mix
    if mix is None:
        return None
    sizes = [compact({"name": size.name, "rank": size.rank}) for size in mix.vm_sizes]
    return {"vmSizes": sizes, "allocationStrategy": mix.allocation_strategy}


def _profile(model: ScaleSetModel, network: Network) -> dict[str, Any]:
    mix = model.instance_mix
    sizes = [model.vm_size] if mix is None else [size.name for size in mix.vm_sizes]
    system = machine.specialized_system(model.image, model)
    size_properties = guest.size_properties(model.vm_size_properties)
    prefix = model.computer_name_prefix or names.computer_name_prefix(model.scale_set_name, windows=model.windows)
    return compact(
        {
            "storageProfile": compact(
                {
                    "imageReference": None if model.image is None else machine.image_reference(model.image),
                    "osDisk": machine.os_disk(model.os_disk, sizes, flexible=model.flexible, system=system),
                    "dataDisks": machine.data_disks(model.data_disks, sizes, flexible=model.flexible, profile=True),
                    "diskControllerType": model.disk_controller_type,
                }
            ),
            "osProfile": guest.operating_system(
                model, {"computerNamePrefix": prefix}, model.custom_data, specialized=system is not None
            ),
            "hardwareProfile": None if size_properties is None else {"vmSizeProperties": size_properties},
            "networkProfile": _network_profile(model, network),
            "extensionProfile": profile_extensions(model),
            "securityProfile": machine.security_profile(model.security),
            "diagnosticsProfile": machine.diagnostics_profile(model.boot_diagnostics),
            "scheduledEventsProfile": guest.events_profile(model),
            "securityPostureReference": guest.security_posture(model.security_posture),
            "serviceArtifactReference": guest.service_artifact(model.service_artifact_id),
            "capacityReservation": machine.capacity_reservation(model),
            "applicationProfile": machine.application_profile(model),
            "licenseType": model.license_type,
            "userData": machine.user_data(model.user_data),
            **machine.price(model.spot),
        }
    )


def _network_profile(model: ScaleSetModel, network: Network) -> dict[str, Any]:
    probe = None if model.health is None else model.health.probe_id
    version = model.network_api_version
    if version is None and model.flexible:
        version = _DEFAULT_NETWORK_API
    return compact(
        {
            # Uniform rejects the member, even as null; compact leaves it out.
            "networkApiVersion": version,
            "networkInterfaceConfigurations": profile_interfaces(model, network),
            "healthProbe": optional_sub(probe),
        }
    )
