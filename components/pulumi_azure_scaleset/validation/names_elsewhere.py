"""What our arguments are called elsewhere: azurerm, Azure Verified Modules, ``az vmss create``, azure-native.

Names that differ in case, underscores and hyphens only are one name, so ``skuName`` is listed here as ``sku_name``.
Names that are the same as ours are left out. The page docs/names-elsewhere.md is made from this table.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

TOOLS: Mapping[str, str] = {
    "azurerm": "azurerm",
    "avm": "Azure Verified Modules",
    "az": "az vmss",
    "native": "azure-native",
    "other": "others",
}
"""The tools by their key in the table, as messages call them."""
OTHER = "other"
"""The key of names that belong to no tool in particular."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One of our arguments, and its names in other tools.

    Attributes:
        place: The object that contains the names, as a path of our arguments (``data_disks[]``); "" for the set.
        ours: Our argument, as a path from the set.
        names: Its names by tool.
        note: What else differs; "" for nothing.
    """

    place: str
    ours: str
    names: Mapping[str, tuple[str, ...]]
    note: str


_TABLE = """
scale_set_name = azurerm: name; avm: name; az: name; native: vm_scale_set_name; other: vmss_name  \
# the component's own name by default
resource_group_name = az: resource_group; other: rg
location = other: region
orchestration_mode = other: mode  # Flexible or Uniform
extended_location = azurerm: edge_zone; az: edge_zone  # {name: ...}
vm_size = azurerm: sku; avm: sku_name; az: vm_sku; native: sku hardware_profile; other: size instance_type  \
# the size alone; capacity or instances has the number of machines
capacity = avm: sku_capacity; az: new_capacity; other: replicas count node_count  \
# how many Azure makes from the profile; named machines are instances
instances = other: vm vms machines virtual_machines nodes  # by name on Flexible; a number is short for that many
image = azurerm: source_image_reference source_image_id; \
avm: source_image_reference source_image_id image_reference; \
native: storage_profile image_reference; other: image_urn  \
# a urn publisher:offer:sku:version, or the four by name, or id
image.specialized = az: specialized
ssh_public_keys = azurerm: admin_ssh_key; avm: admin_ssh_keys public_keys; az: ssh_key_values ssh_key_value; \
native: ssh linux_configuration; other: ssh_key ssh_keys  \
# a list of the keys alone; they are the administrator's
admin_password = azurerm: disable_password_authentication; avm: disable_password_authentication; \
az: authentication_type  \
# on Linux it turns password logins on; without it they are off
admin_username = native: os_profile windows_configuration; other: admin_user username  \
# and admin_password, ssh_public_keys, computer_name_prefix
computer_name_prefix = avm: vm_name_prefix
user_data = azurerm: user_data_base64; avm: user_data_base64  # base64
custom_data = other: cloud_init custom_data_base64  # base64
provision_vm_agent = az: enable_agent
enable_automatic_updates = az: enable_auto_update
patch_settings.assessment_mode = azurerm: patch_assessment_mode
patch_settings.enable_hotpatching = azurerm: hotpatching_enabled
allow_extension_operations = azurerm: extension_operations_enabled
key_vault_certificates = azurerm: secret; avm: secrets; az: secrets; native: secrets; other: certificates  \
# by key vault
win_rm_listeners = azurerm: winrm_listener; avm: win_rm; native: win_rm
os_disk.size_gb = az: os_disk_size_gb; other: disk_size_gb
os_disk.caching = az: os_disk_caching
os_disk.storage_account_type = az: storage_sku; other: storage_account_type
os_disk.ephemeral = az: ephemeral_os_disk
os_disk.ephemeral_placement = az: ephemeral_os_disk_placement ephemeral_placement
os_disk.delete_option = az: os_disk_delete_option
os_disk.disk_encryption_set_id = az: os_disk_encryption_set  # an id
os_disk.security_encryption_type = az: os_disk_security_encryption_type
os_disk.security_disk_encryption_set_id = az: os_disk_secure_vm_disk_encryption_set  # an id
data_disks = azurerm: data_disk; avm: data_disk; az: data_disk_sizes_gb  # a list; each has lun and size_gb
security.encryption_at_host = azurerm: encryption_at_host_enabled; az: encryption_at_host
security.security_type = az: security_type
security.secure_boot_enabled = azurerm: secure_boot_enabled; az: enable_secure_boot
security.vtpm_enabled = azurerm: vtpm_enabled; az: enable_vtpm
security = native: security_profile uefi_settings
security_posture = native: security_posture_reference; az: security_posture_id  # {id: ...}
service_artifact_id = native: service_artifact_reference  # an id
ultra_ssd_enabled = azurerm: additional_capabilities; avm: additional_capabilities; native: additional_capabilities  \
# the other capability is hibernation_enabled
hibernation_enabled = az: enable_hibernation
boot_diagnostics = avm: boot_diagnostic_storage_account_uri; native: diagnostics_profile  # on by default
extensions = azurerm: extension; avm: extension extension_protected_setting; native: extension_profile  \
# a list, in the order of installation
gallery_applications = azurerm: gallery_application; native: application_profile  # a list
zones = azurerm: zone; avm: availability_zones; other: availability_zone  # a list, ["1", "2"]
zone_placement = az: zone_placement_policy; native: placement
zone_placement.include_zones = az: include_zones
zone_placement.exclude_zones = az: exclude_zones
zone_placement.max_zone_count = az: max_zone_count
platform_fault_domain_count = avm: scale_set_fault_domain; other: fault_domain_count fault_domains
proximity_placement_group_id = az: ppg; avm: proximity_placement_group_resource_id; \
native: proximity_placement_group  \
# an id
host_group_id = az: host_group; native: host_group  # an id
capacity_reservation_group_id = az: capacity_reservation_group crg; native: capacity_reservation  # an id
spot.priority = azurerm: priority; avm: priority vm_priority; az: priority; native: priority  \
# spot: {} makes the instances Spot
spot.eviction_policy = azurerm: eviction_policy; avm: eviction_policy enable_eviction_policy; \
az: eviction_policy; native: eviction_policy  \
# spot: {} makes the instances Spot
spot.max_price = azurerm: max_bid_price; avm: max_bid_price max_price_for_low_priority_vm; az: max_price; \
native: billing_profile  \
# spot: {} makes the instances Spot
spot.restore_enabled = azurerm: spot_restore; az: enable_spot_restore; native: spot_restore_policy  \
# its timeout is spot.restore_timeout
spot.restore_timeout = az: spot_restore_timeout
priority_mix = az: regular_priority_count regular_priority_percentage; native: priority_mix_policy
instance_mix = azurerm: sku_profile; az: skuprofile_vmsizes skuprofile_rank skuprofile_allocation_strategy; \
native: sku_profile  \
# vm_sizes and allocation_strategy
scale_in_policy = azurerm: scale_in
overprovision = az: disable_overprovision  # false by default
do_not_run_extensions_on_overprovisioned_vms = azurerm: do_not_run_extensions_on_overprovisioned_machines
autoscale = azurerm: autoscale_setting; native: autoscale_settings
health = other: health_extension application_health  # protocol, port and request_path
health.probe_id = azurerm: health_probe_id; az: health_probe; native: health_probe  \
# an id; Uniform only, health takes the extension's settings in both modes
automatic_repairs = azurerm: automatic_instance_repair; \
avm: automatic_instance_repair automatic_repairs_policy_enabled; \
az: enable_auto_repairs enable_automatic_repairs; native: automatic_repairs_policy  \
# needs health
automatic_repairs.grace_period = avm: grace_period; az: automatic_repairs_grace_period  # an ISO 8601 duration, PT10M
automatic_repairs.action = az: automatic_repairs_action
terminate_notification = azurerm: termination_notification; avm: termination_notification; \
az: terminate_notification_time; native: terminate_notification_profile scheduled_events_profile
os_image_notification = az: enable_osimage_notification
upgrade_policy.mode = azurerm: upgrade_mode; avm: upgrade_policy_mode; az: upgrade_policy_mode
upgrade_policy.rolling = azurerm: rolling_upgrade_policy; native: rolling_upgrade_policy
upgrade_policy.rolling.max_batch_instance_percent = avm: max_batch_instance_percent; az: max_batch_instance_percent
upgrade_policy.rolling.max_unhealthy_instance_percent = avm: max_unhealthy_instance_percent; \
az: max_unhealthy_instance_percent
upgrade_policy.rolling.max_unhealthy_upgraded_instance_percent = avm: max_unhealthy_upgraded_instance_percent; \
az: max_unhealthy_upgraded_instance_percent
upgrade_policy.rolling.pause_time_between_batches = avm: pause_time_between_batches; az: pause_time_between_batches
upgrade_policy.rolling.max_surge = az: max_surge
upgrade_policy.automatic_os_upgrade = azurerm: automatic_os_upgrade_policy; avm: enable_automatic_os_upgrade; \
az: enable_auto_os_upgrade
upgrade_policy.automatic_os_upgrade.disable_automatic_rollback = avm: disable_automatic_rollback
resiliency = native: resiliency_policy
resiliency.resilient_vm_creation = azurerm: resilient_vm_creation_enabled; az: enable_resilient_creation
resiliency.resilient_vm_deletion = azurerm: resilient_vm_deletion_enabled; az: enable_resilient_deletion
resiliency.automatic_zone_rebalancing = az: enable_automatic_zone_balancing enable_zone_balancing
identity = avm: managed_identities; az: assign_identity
role_assignments = az: role scope; azurerm: role_assignment  # by a name of yours
lock = azurerm: management_lock  # level and notes
subnet_id = az: subnet; other: virtual_network_subnet_id  # an id
virtual_network = az: vnet_name vnet_address_prefix subnet_address_prefix; other: vnet  \
# one that is made here; an existing one is named by subnet_id
network_security_group_id = az: nsg; native: network_security_group  # an id
application_security_group_ids = az: asgs; native: application_security_groups  # a list of ids
accelerated_networking = azurerm: enable_accelerated_networking accelerated_networking_enabled
ip_forwarding = azurerm: enable_ip_forwarding ip_forwarding_enabled
public_ip_per_instance = azurerm: public_ip_address; az: public_ip_per_vm vm_domain_name
network_interfaces = azurerm: network_interface ip_configuration; avm: network_interface nic_configurations; \
native: network_profile network_interface_configurations  \
# the primary one's subnet and pools are the set's own arguments
load_balancer = az: lb lb_sku; other: load_balancer_id  # {} for one that is made here, or {id: ...}
load_balancer_backend_pool_ids = azurerm: load_balancer_backend_address_pool_ids; \
native: load_balancer_backend_address_pools
application_gateway_backend_pool_ids = azurerm: application_gateway_backend_address_pool_ids; az: app_gateway; \
native: application_gateway_backend_address_pools
inbound_nat = azurerm: load_balancer_inbound_nat_rules_ids; az: nat_rule_name lb_nat_rule_name backend_port; \
native: load_balancer_inbound_nat_pools inbound_nat_pools inbound_nat_rules  \
# by a name of yours; kind chooses pool or rules
outbound = other: nat_gateway nat_gateway_id  # method, and nat_gateway_id for an existing one
attached_virtual_machine_ids = azurerm: virtual_machine_scale_set_id; az: vmss  # existing machines that join
vm_size_properties = native: vm_size_property; az: v_cpus_available v_cpus_per_core
overrides = native: virtual_machine_profile  # most of it are arguments; the rest is raw, {scaleSet: {...}}
[os_disk]
size_gb = azurerm: disk_size_gb; native: disk_size_gb
storage_account_type = native: managed_disk
ephemeral = azurerm: diff_disk_settings; native: diff_disk_settings  # true
security_disk_encryption_set_id = azurerm: secure_vm_disk_encryption_set_id  # an id
[data_disks[]]
size_gb = azurerm: disk_size_gb; native: disk_size_gb
storage_account_type = native: managed_disk
disk_iops_read_write = azurerm: ultra_ssd_disk_iops_read_write
disk_mbps_read_write = azurerm: ultra_ssd_disk_mbps_read_write
[extensions[]]
auto_upgrade_minor_version = azurerm: auto_upgrade_minor_version_enabled
enable_automatic_upgrade = azurerm: automatic_upgrade_enabled
provision_after_extensions = azurerm: extensions_to_provision_after_vm_creation  # the order of the list by default
suppress_failures = azurerm: failure_suppression_enabled
force_update_tag = azurerm: force_extension_execution_on_change
type_handler_version = az: version
[identity]
user_assigned_identity_ids = azurerm: identity_ids; avm: user_assigned_resource_ids; \
native: user_assigned_identities  \
# a list of ids
type = avm: system_assigned
[image]
urn = other: image_urn image
id = azurerm: source_image_id
[boot_diagnostics]
storage_uri = azurerm: storage_account_uri
[automatic_repairs]
action = native: repair_action
[terminate_notification]
not_before_timeout = azurerm: timeout
[priority_mix]
base_regular_priority_count = azurerm: base_regular_count
regular_priority_percentage_above_base = azurerm: regular_percentage_above_base
[instance_mix]
vm_sizes = other: sizes skus
[upgrade_policy]
rolling = native: rolling_upgrade_policy
automatic_os_upgrade = native: automatic_os_upgrade_policy
[upgrade_policy.rolling]
enable_cross_zone_upgrade = azurerm: cross_zone_upgrades_enabled
max_surge = azurerm: maximum_surge_instances_enabled
prioritize_unhealthy_instances = azurerm: prioritize_unhealthy_instances_enabled
[upgrade_policy.automatic_os_upgrade]
enabled = azurerm: automatic_os_upgrade_enabled; native: enable_automatic_os_upgrade
[spot]
max_price = azurerm: max_bid_price; native: billing_profile
restore_timeout = azurerm: timeout
[scale_in_policy]
rules = azurerm: rule  # a list
force_deletion = azurerm: force_deletion_enabled
[network_interfaces[]]
accelerated_networking = azurerm: enable_accelerated_networking accelerated_networking_enabled
ip_forwarding = azurerm: enable_ip_forwarding ip_forwarding_enabled
network_security_group_id = native: network_security_group  # an id
subnet_id = azurerm: ip_configuration; native: ip_configurations  # an id
public_ip = azurerm: public_ip_address; native: public_ip_address_configuration
[lock]
level = azurerm: lock_level; avm: kind  # CanNotDelete or ReadOnly
"""
"""One line for each of our arguments: ``ours = tool: names; ...  # note``, below the object that contains them."""


def _read(text: str) -> Iterator[Elsewhere]:
    place = ""
    for line in text.strip().splitlines():
        if line.startswith("["):
            place = line[1:-1]
            continue
        declared, _, note = line.partition("  # ")
        ours, _, tools = declared.partition(" = ")
        by_tool = (each.partition(": ") for each in tools.split("; "))
        names = {tool: tuple(listed.split()) for tool, _, listed in by_tool}
        yield Elsewhere(place, f"{place}.{ours}" if place else ours, names, note)


TABLE: tuple[Elsewhere, ...] = tuple(_read(_TABLE))


def plain(name: str) -> str:
    """A name without what differs between spellings: case, underscores, hyphens."""
    return re.sub(r"[-_]", "", name).lower()


def every() -> Iterator[tuple[Elsewhere, str, str]]:
    """Each row with each tool and name of it."""
    for row in TABLE:
        for tool, names in row.names.items():
            for name in names:
                yield row, tool, name


@cache
def _index() -> Mapping[tuple[str, str], Elsewhere]:
    return {(row.place, plain(name)): row for row, _, name in every()}


def meant(place: str, name: str) -> Elsewhere | None:
    """The argument that is called ``name`` elsewhere.

    Args:
        place: The object that it was written in, ``data_disks[]``; "" for the set or an instance.
        name: The name, in any spelling.
    """
    return _index().get((place, plain(name)))


def whose(row: Elsewhere, name: str) -> str:
    """The tools that call a row's argument ``name``, in words; "" if none in particular does."""
    called = [tool for tool, names in row.names.items() if plain(name) in map(plain, names)]
    tools = [TOOLS[tool] for tool in called if tool != OTHER]
    return " and ".join([", ".join(tools[:-1]), tools[-1]] if len(tools) > 1 else tools)
