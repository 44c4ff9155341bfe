"""azurerm's compute resources: the ARM property of each attribute.

Attribute names are those of the provider's documentation, for versions 3 and 4 where they differ.
"""

from typing import Any, Final

from scaleset_policies import arm_types as types
from scaleset_policies.formats.terraform.convert import Block, Changed, Fields, parsed

_PROFILE: Final = "virtualMachineProfile"
_OS: Final = f"{_PROFILE}.osProfile"
_NETWORK: Final = f"{_PROFILE}.networkProfile"
_STORAGE: Final = f"{_PROFILE}.storageProfile"
_IDS: Final = "[].id"


def _negated(value: Any) -> Any:
    return not value if isinstance(value, bool) else value


def _price(value: Any) -> Any:
    """The provider writes -1 into every plan, for regular instances too: it means "not set"."""
    return None if value == -1 else value


def _aligned(value: Any) -> Any:
    """Availability sets are for machines with managed disks, or for those without."""
    return {True: "Aligned", False: "Classic"}.get(value, value) if isinstance(value, bool) else value


def _identity_ids(value: Any) -> Any:
    return {str(item): {} for item in value} if isinstance(value, list) else value


IDENTITY: Final = Block("identity", {"type": "type", "identity_ids": Changed("userAssignedIdentities", _identity_ids)})
_IMAGE: Final[Fields] = {"publisher": "publisher", "offer": "offer", "sku": "sku", "version": "version"}
_SSH: Final = Block("publicKeys", {"username": "path", "public_key": "keyData"}, many=True)

_ROLLING: Final = Block(
    "upgradePolicy.rollingUpgradePolicy",
    {
        "max_batch_instance_percent": "maxBatchInstancePercent",
        "max_unhealthy_instance_percent": "maxUnhealthyInstancePercent",
        "max_unhealthy_upgraded_instance_percent": "maxUnhealthyUpgradedInstancePercent",
        "pause_time_between_batches": "pauseTimeBetweenBatches",
        "cross_zone_upgrades_enabled": "enableCrossZoneUpgrade",
        "prioritize_unhealthy_instances_enabled": "prioritizeUnhealthyInstances",
        "maximum_surge_instances_enabled": "maxSurge",
    },
)
_REPAIR: Final = Block(
    "automaticRepairsPolicy", {"enabled": "enabled", "grace_period": "gracePeriod", "action": "repairAction"}
)
_TERMINATION: Final = Block(
    f"{_PROFILE}.scheduledEventsProfile.terminateNotificationProfile",
    {"enabled": "enable", "timeout": "notBeforeTimeout"},
)
_PUBLIC_IP: Final = Block(
    "publicIPAddressConfiguration",
    {
        "name": "name",
        "sku_name": "sku.name",
        "idle_timeout_in_minutes": "idleTimeoutInMinutes",
        "domain_name_label": "dnsSettings.domainNameLabel",
        "public_ip_prefix_id": "publicIPPrefix.id",
        "version": "publicIPAddressVersion",
    },
)
_IP: Final = Block(
    "ipConfigurations",
    {
        "name": "name",
        "primary": "primary",
        "subnet_id": "subnet.id",
        "version": "privateIPAddressVersion",
        "application_gateway_backend_address_pool_ids": f"applicationGatewayBackendAddressPools{_IDS}",
        "application_security_group_ids": f"applicationSecurityGroups{_IDS}",
        "load_balancer_backend_address_pool_ids": f"loadBalancerBackendAddressPools{_IDS}",
        "load_balancer_inbound_nat_rules_ids": f"loadBalancerInboundNatPools{_IDS}",
        "public_ip_address": _PUBLIC_IP,
        "public_ip_address_configuration": _PUBLIC_IP,
    },
    many=True,
)
_NIC_FIELDS: Final[Fields] = {
    "name": "name",
    "primary": "primary",
    "network_security_group_id": "networkSecurityGroup.id",
    "dns_servers": "dnsSettings.dnsServers",
    "enable_accelerated_networking": "enableAcceleratedNetworking",
    "accelerated_networking_enabled": "enableAcceleratedNetworking",
    "accelerated_networking": "enableAcceleratedNetworking",
    "enable_ip_forwarding": "enableIPForwarding",
    "ip_forwarding_enabled": "enableIPForwarding",
    "ip_forwarding": "enableIPForwarding",
    "ip_configuration": _IP,
}
_NIC: Final = Block(f"{_NETWORK}.networkInterfaceConfigurations", _NIC_FIELDS, many=True)
_OS_DISK_FIELDS: Final[Fields] = {
    "caching": "caching",
    "disk_size_gb": "diskSizeGB",
    "storage_account_type": "managedDisk.storageAccountType",
    "disk_encryption_set_id": "managedDisk.diskEncryptionSet.id",
    "security_encryption_type": "managedDisk.securityProfile.securityEncryptionType",
    "secure_vm_disk_encryption_set_id": "managedDisk.securityProfile.diskEncryptionSet.id",
    "write_accelerator_enabled": "writeAcceleratorEnabled",
    "diff_disk_settings": Block("diffDiskSettings", {"option": "option", "placement": "placement"}),
}
_DATA_DISK: Final = Block(
    f"{_STORAGE}.dataDisks",
    {
        "lun": "lun",
        "name": "name",
        "caching": "caching",
        "create_option": "createOption",
        "disk_size_gb": "diskSizeGB",
        "storage_account_type": "managedDisk.storageAccountType",
        "ultra_ssd_disk_iops_read_write": "diskIOPSReadWrite",
        "ultra_ssd_disk_mbps_read_write": "diskMBpsReadWrite",
        "write_accelerator_enabled": "writeAcceleratorEnabled",
    },
    many=True,
)
_EXTENSION_FIELDS: Final[Fields] = {
    "name": "name",
    "publisher": "publisher",
    "type": "type",
    "type_handler_version": "typeHandlerVersion",
    "auto_upgrade_minor_version": "autoUpgradeMinorVersion",
    "auto_upgrade_minor_version_enabled": "autoUpgradeMinorVersion",
    "automatic_upgrade_enabled": "enableAutomaticUpgrade",
    "failure_suppression_enabled": "suppressFailures",
    "force_update_tag": "forceUpdateTag",
    "force_extension_execution_on_change": "forceUpdateTag",
    "settings": Changed("settings", parsed),
    "protected_settings": Changed("protectedSettings", parsed),
    "provision_after_extensions": "provisionAfterExtensions",
    "extensions_to_provision_after_vm_creation": "provisionAfterExtensions",
}
_EXTENSIONS: Final = Block(f"{_PROFILE}.extensionProfile.extensions", _EXTENSION_FIELDS, many=True)
_BOOT: Final = Block(f"{_PROFILE}.diagnosticsProfile.bootDiagnostics", {"storage_account_uri": "storageUri"})

_COMMON: Final[Fields] = {
    "name": "name",
    "location": "location",
    "zones": "zones",
    "zone_balance": "zoneBalance",
    "tags": "tags",
    "identity": IDENTITY,
    "instances": "sku.capacity",
    "single_placement_group": "singlePlacementGroup",
    "platform_fault_domain_count": "platformFaultDomainCount",
    "proximity_placement_group_id": "proximityPlacementGroup.id",
    "capacity_reservation_group_id": f"{_PROFILE}.capacityReservation.capacityReservationGroup.id",
    "priority": f"{_PROFILE}.priority",
    "eviction_policy": f"{_PROFILE}.evictionPolicy",
    "license_type": f"{_PROFILE}.licenseType",
    "user_data": f"{_PROFILE}.userData",
    "user_data_base64": f"{_PROFILE}.userData",
    "encryption_at_host_enabled": f"{_PROFILE}.securityProfile.encryptionAtHost",
    "secure_boot_enabled": f"{_PROFILE}.securityProfile.uefiSettings.secureBootEnabled",
    "vtpm_enabled": f"{_PROFILE}.securityProfile.uefiSettings.vTpmEnabled",
    "source_image_id": f"{_STORAGE}.imageReference.id",
    "source_image_reference": Block(f"{_STORAGE}.imageReference", _IMAGE),
    "os_disk": Block(f"{_STORAGE}.osDisk", _OS_DISK_FIELDS),
    "data_disk": _DATA_DISK,
    "network_interface": _NIC,
    "extension": _EXTENSIONS,
    "extension_operations_enabled": f"{_OS}.allowExtensionOperations",
    "extensions_time_budget": f"{_PROFILE}.extensionProfile.extensionsTimeBudget",
    "rolling_upgrade_policy": _ROLLING,
    "automatic_instance_repair": _REPAIR,
    "terminate_notification": _TERMINATION,
    "termination_notification": _TERMINATION,
    "boot_diagnostics": _BOOT,
    "resilient_vm_creation_enabled": "resiliencyPolicy.resilientVMCreationPolicy.enabled",
    "resilient_vm_deletion_enabled": "resiliencyPolicy.resilientVMDeletionPolicy.enabled",
    "upgrade_mode": "upgradePolicy.mode",
    "max_bid_price": Changed(f"{_PROFILE}.billingProfile.maxPrice", _price),
}
_LINUX: Final[Fields] = {
    "admin_username": "adminUsername",
    "admin_password": "adminPassword",
    "computer_name_prefix": "computerNamePrefix",
    "disable_password_authentication": "linuxConfiguration.disablePasswordAuthentication",
    "password_authentication_disabled": "linuxConfiguration.disablePasswordAuthentication",
    "provision_vm_agent": "linuxConfiguration.provisionVMAgent",
    "patch_mode": "linuxConfiguration.patchSettings.patchMode",
    "patch_assessment_mode": "linuxConfiguration.patchSettings.assessmentMode",
    "admin_ssh_key": Block("linuxConfiguration.ssh", {}, many=False),
}
_WINDOWS: Final[Fields] = {
    "admin_username": "adminUsername",
    "admin_password": "adminPassword",
    "computer_name_prefix": "computerNamePrefix",
    "enable_automatic_updates": "windowsConfiguration.enableAutomaticUpdates",
    "automatic_updates_enabled": "windowsConfiguration.enableAutomaticUpdates",
    "provision_vm_agent": "windowsConfiguration.provisionVMAgent",
    "patch_mode": "windowsConfiguration.patchSettings.patchMode",
    "patch_assessment_mode": "windowsConfiguration.patchSettings.assessmentMode",
    "hotpatching_enabled": "windowsConfiguration.patchSettings.enableHotpatching",
    "timezone": "windowsConfiguration.timeZone",
}
_KEYS: Final = Block("linuxConfiguration.ssh.publicKeys", dict(_SSH.fields), many=True)

ORCHESTRATED: Final[Fields] = {
    **_COMMON,
    "sku_name": "sku.name",
    "network_api_version": f"{_NETWORK}.networkApiVersion",
    "ultra_ssd_enabled": "additionalCapabilities.ultraSSDEnabled",
    "priority_mix": Block(
        "priorityMixPolicy",
        {
            "base_regular_count": "baseRegularPriorityCount",
            "regular_percentage_above_base": "regularPriorityPercentageAboveBase",
        },
    ),
    "sku_profile": Block(
        "skuProfile",
        {
            "allocation_strategy": "allocationStrategy",
            "vm_sizes": Changed("vmSizes", lambda sizes: [{"name": size} for size in sizes]),
        },
    ),
    "os_profile": Block(
        _OS,
        {
            "custom_data": "customData",
            "linux_configuration": Block("", {**_LINUX, "admin_ssh_key": _KEYS}),
            "windows_configuration": Block("", _WINDOWS),
        },
    ),
}
"""``azurerm_orchestrated_virtual_machine_scale_set``: Flexible since version 2.86."""


def _under(path: str, fields: Fields) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, target in fields.items():
        if isinstance(target, str):
            result[name] = f"{path}.{target}"
        elif isinstance(target, Block):
            result[name] = Block(f"{path}.{target.path}", target.fields, target.many)
    return result


_UNIFORM: Final[Fields] = {
    **_COMMON,
    "sku": "sku.name",
    "custom_data": f"{_OS}.customData",
    "health_probe_id": f"{_NETWORK}.healthProbe.id",
    "overprovision": "overprovision",
    "do_not_run_extensions_on_overprovisioned_machines": "doNotRunExtensionsOnOverprovisionedVMs",
    "automatic_os_upgrade_policy": Block(
        "upgradePolicy.automaticOSUpgradePolicy",
        {
            "disable_automatic_rollback": "disableAutomaticRollback",
            "automatic_rollback_enabled": Changed("disableAutomaticRollback", _negated),
            "enable_automatic_os_upgrade": "enableAutomaticOSUpgrade",
            "automatic_os_upgrade_enabled": "enableAutomaticOSUpgrade",
        },
    ),
    "scale_in": Block(
        "scaleInPolicy", {"rule": Changed("rules", lambda rule: [rule]), "force_deletion_enabled": "forceDeletion"}
    ),
    "scale_in_policy": Changed("scaleInPolicy", lambda rule: {"rules": [rule]}),
    "spot_restore": Block("spotRestorePolicy", {"enabled": "enabled", "timeout": "restoreTimeout"}),
    "additional_capabilities": Block("additionalCapabilities", {"ultra_ssd_enabled": "ultraSSDEnabled"}),
}
LINUX_SET: Final[Fields] = {**_UNIFORM, **_under(_OS, {**_LINUX, "admin_ssh_key": _KEYS})}
"""``azurerm_linux_virtual_machine_scale_set``: Uniform."""
WINDOWS_SET: Final[Fields] = {**_UNIFORM, **_under(_OS, _WINDOWS)}
"""``azurerm_windows_virtual_machine_scale_set``: Uniform."""

LEGACY_SET: Final[Fields] = {
    **_COMMON,
    "sku": Block("sku", {"name": "name", "tier": "tier", "capacity": "capacity"}),
    "overprovision": "overprovision",
    "health_probe_id": f"{_NETWORK}.healthProbe.id",
    "upgrade_policy_mode": "upgradePolicy.mode",
    "automatic_os_upgrade": "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade",
    "network_profile": _NIC,
    "os_profile": Block(
        _OS,
        {
            "computer_name_prefix": "computerNamePrefix",
            "admin_username": "adminUsername",
            "admin_password": "adminPassword",
            "custom_data": "customData",
        },
    ),
    "os_profile_linux_config": Block(
        f"{_OS}.linuxConfiguration",
        {
            "disable_password_authentication": "disablePasswordAuthentication",
            "ssh_keys": Block("ssh.publicKeys", {"path": "path", "key_data": "keyData"}, many=True),
        },
    ),
    "os_profile_windows_config": Block(
        f"{_OS}.windowsConfiguration",
        {"provision_vm_agent": "provisionVMAgent", "enable_automatic_upgrades": "enableAutomaticUpdates"},
    ),
    "storage_profile_image_reference": Block(f"{_STORAGE}.imageReference", {"id": "id", **_IMAGE}),
    "storage_profile_os_disk": Block(
        f"{_STORAGE}.osDisk",
        {
            "caching": "caching",
            "create_option": "createOption",
            "managed_disk_type": "managedDisk.storageAccountType",
            "vhd_containers": "vhdContainers",
        },
    ),
}
"""``azurerm_virtual_machine_scale_set``, replaced in version 2.0: Uniform."""

_MACHINE: Final[Fields] = {
    "name": "name",
    "location": "location",
    "zone": Changed("zones", lambda zone: [zone]),
    "tags": "tags",
    "identity": IDENTITY,
    "size": "hardwareProfile.vmSize",
    "virtual_machine_scale_set_id": "virtualMachineScaleSet.id",
    "availability_set_id": "availabilitySet.id",
    "proximity_placement_group_id": "proximityPlacementGroup.id",
    "platform_fault_domain": Changed("platformFaultDomain", lambda value: None if value == -1 else value),
    "priority": "priority",
    "eviction_policy": "evictionPolicy",
    "network_interface_ids": f"networkProfile.networkInterfaces{_IDS}",
    "encryption_at_host_enabled": "securityProfile.encryptionAtHost",
    "secure_boot_enabled": "securityProfile.uefiSettings.secureBootEnabled",
    "vtpm_enabled": "securityProfile.uefiSettings.vTpmEnabled",
    "source_image_id": "storageProfile.imageReference.id",
    "source_image_reference": Block("storageProfile.imageReference", _IMAGE),
    "os_disk": Block("storageProfile.osDisk", _OS_DISK_FIELDS),
    "custom_data": "osProfile.customData",
    "computer_name": "osProfile.computerName",
    "allow_extension_operations": "osProfile.allowExtensionOperations",
}
LINUX_MACHINE: Final[Fields] = {**_MACHINE, **_under("osProfile", {**_LINUX, "admin_ssh_key": _KEYS})}
"""``azurerm_linux_virtual_machine``."""
WINDOWS_MACHINE: Final[Fields] = {**_MACHINE, **_under("osProfile", _WINDOWS)}
"""``azurerm_windows_virtual_machine``."""
EXTENSION: Final[Fields] = dict(_EXTENSION_FIELDS)
"""``azurerm_virtual_machine_extension`` and ``azurerm_virtual_machine_scale_set_extension``."""

AVAILABILITY_SET: Final[Fields] = {
    "platform_fault_domain_count": "platformFaultDomainCount",
    "platform_update_domain_count": "platformUpdateDomainCount",
    "proximity_placement_group_id": "proximityPlacementGroup.id",
    "managed": Changed("sku.name", _aligned),
}
"""``azurerm_availability_set``."""

COMPUTE: Final[dict[str, tuple[str, Fields]]] = {
    "azurerm_orchestrated_virtual_machine_scale_set": (types.SCALE_SET, ORCHESTRATED),
    "azurerm_linux_virtual_machine_scale_set": (types.SCALE_SET, LINUX_SET),
    "azurerm_windows_virtual_machine_scale_set": (types.SCALE_SET, WINDOWS_SET),
    "azurerm_virtual_machine_scale_set": (types.SCALE_SET, LEGACY_SET),
    "azurerm_linux_virtual_machine": (types.VIRTUAL_MACHINE, LINUX_MACHINE),
    "azurerm_windows_virtual_machine": (types.VIRTUAL_MACHINE, WINDOWS_MACHINE),
    "azurerm_availability_set": (types.AVAILABILITY_SET, AVAILABILITY_SET),
    "azurerm_virtual_machine_extension": (types.VM_EXTENSION, EXTENSION),
    "azurerm_virtual_machine_scale_set_extension": (types.SCALE_SET_EXTENSION, EXTENSION),
}
"""ARM type and fields of each resource type."""
