"""Configurations that together use every argument: one maximal set of each mode, and sets for excluded arguments."""

from __future__ import annotations

import base64
from typing import Any

from pulumi_azure_scaleset.plan import sdk_schema, tokens
from support import azure_world as azure

Args = dict[str, Any]

_DATA = base64.b64encode(b"#cloud-config").decode()
_IMAGE = {"urn": "Canonical:ubuntu-24_04-lts:server:latest"}
_IDENTITY = {"type": "UserAssigned", "user_assigned_identity_ids": [azure.IDENTITY]}
_VAULT = {"secret_url": "https://vault.vault.azure.net/secrets/settings/1", "source_vault_id": azure.VAULT}
_PUBLIC = {
    "enabled": True,
    "domain_name_label": "web",
    "idle_timeout_in_minutes": 5,
    "public_ip_prefix_id": azure.ADDRESS_PREFIX,
    "domain_name_label_scope": "TenantReuse",
    "ip_tags": [{"type": "RoutingPreference", "tag": "Internet"}],
}
_PROFILE_VERSION = f"{azure.COMPUTE}/galleries/gallery/inVMAccessControlProfiles/p/versions/1.0.0"
_ARTIFACT = f"{azure.COMPUTE}/galleries/gallery/serviceArtifacts/images/vmArtifactsProfiles/one"
_CERTIFICATE = "https://vault.vault.azure.net/secrets/certificate/1"
_PROXY_AGENT = {
    "enabled": True,
    "key_incarnation_id": 1,
    "wire_server": {"mode": "Audit", "in_vm_access_control_profile_id": _PROFILE_VERSION},
    "imds": {"mode": "Enforce", "in_vm_access_control_profile_id": _PROFILE_VERSION},
}
_POSTURE = {
    "id": "/CommunityGalleries/gallery/securityPostures/posture/versions/latest",
    "exclude_extensions": ["antivirus"],
    "is_overridable": True,
}
_EVENTS = {"user_initiated_redeploy": True, "user_initiated_reboot": False, "event_grid_and_resource_graph": True}
_EXTENSIONS = [
    {
        "name": "setup",
        "publisher": "Microsoft.Azure.Extensions",
        "type": "CustomScript",
        "type_handler_version": "2.1",
        "settings": {"commandToExecute": "true"},
        "protected_settings": {"key": "value"},
        "auto_upgrade_minor_version": True,
        "enable_automatic_upgrade": False,
        "force_update_tag": "1",
        "suppress_failures": False,
    },
    {
        "name": "monitor",
        "publisher": "Microsoft.Azure.Monitor",
        "type": "AzureMonitorLinuxAgent",
        "type_handler_version": "1.0",
        "protected_settings_from_key_vault": _VAULT,
        "provision_after_extensions": ["setup"],
    },
]
_DATA_DISK = {
    "lun": 0,
    "size_gb": 64,
    "storage_account_type": "Premium_LRS",
    "caching": "ReadOnly",
    "create_option": "Empty",
    "delete_option": "Delete",
    "disk_encryption_set_id": azure.DISK_ENCRYPTION,
    "write_accelerator_enabled": False,
}
_TUNED_DISK = {
    "lun": 1,
    "size_gb": 64,
    "storage_account_type": "UltraSSD_LRS",
    "disk_iops_read_write": 500,
    "disk_mbps_read_write": 8,
}
_ATTACHED_DISK = {"lun": 2, "create_option": "Attach", "managed_disk_id": azure.FREE_DISK}
_EPHEMERAL = {"ephemeral": True, "ephemeral_placement": "CacheDisk"}
_OS_DISK = {
    "size_gb": 64,
    "storage_account_type": "Premium_LRS",
    "caching": "ReadWrite",
    "disk_encryption_set_id": azure.DISK_ENCRYPTION,
    "write_accelerator_enabled": False,
}
_RULE = {
    "metric_name": "Percentage CPU",
    "metric_resource_id": azure.BALANCER,
    "metric_resource_location": azure.LOCATION,
    "metric_namespace": "microsoft.compute/virtualmachinescalesets",
    "dimensions": [{"name": "VMName", "operator": "Equals", "values": ["*"]}],
    "divide_per_instance": False,
    "operator": "GreaterThan",
    "threshold": 75.0,
    "direction": "Increase",
    "change_count": 1,
    "change_type": "ChangeCount",
    "cooldown": "PT5M",
    "time_window": "PT10M",
    "time_grain": "PT1M",
    "time_aggregation": "Average",
    "statistic": "Average",
}
_WEEKLY = {"days": ["Monday"], "hour": 8, "minute": 30, "time_zone": "UTC"}
_ONCE = {"start": "2027-01-01T00:00:00", "end": "2027-01-02T00:00:00", "time_zone": "UTC"}
_AUTOSCALE = {
    "name": "by-load",
    "enabled": True,
    "profiles": [
        {"name": "default", "minimum": 1, "maximum": 3, "default": 1, "rules": [_RULE]},
        {"name": "mondays", "minimum": 2, "maximum": 4, "schedule": _WEEKLY},
        {"name": "new-year", "minimum": 2, "maximum": 4, "schedule": _ONCE},
    ],
    "notify_emails": ["team@example.com"],
    "notify_subscription_administrator": True,
    "notify_subscription_co_administrators": False,
    "webhooks": [{"service_uri": "https://hooks.example.com/scaled", "properties": {"set": "web"}}],
    "predictive": {"scale_mode": "ForecastOnly", "scale_look_ahead_time": "PT10M"},
    "target_resource_location": azure.LOCATION,
}
_OPERATORS, _AUDITORS = "11111111-0000-0000-0000-000000000001", "11111111-0000-0000-0000-000000000002"
_GRANTS = {
    "operators": {
        "role_definition_name": "Virtual Machine Contributor",
        "principal_id": _OPERATORS,
        "principal_type": "Group",
        "description": "operate the set",
        "condition": "@Resource[Microsoft.Compute/x] StringEquals 'y'",
        "condition_version": "2.0",
        "delegated_managed_identity_resource_id": azure.IDENTITY,
    },
    "auditors": {
        "role_definition_id": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
        "principal_id": _AUDITORS,
        "name": "22222222-0000-0000-0000-000000000001",
    },
}
_DIAGNOSTICS = {
    "everywhere": {
        "workspace_id": azure.WORKSPACE,
        "storage_account_id": azure.STORAGE,
        "event_hub_authorization_rule_id": azure.EVENT_HUB_RULE,
        "event_hub_name": "metrics",
        "marketplace_partner_id": azure.PARTNER,
        "metric_categories": ["AllMetrics"],
        "log_analytics_destination_type": "AzureDiagnostics",
        "name": "all-of-it",
    }
}
_PROTECTION = {"scale_in": True, "scale_set_actions": True, "notes": "kept"}
_COMMON: Args = {
    "resource_group_name": azure.GROUP,
    "location": azure.LOCATION,
    "tags": {"env": "test"},
    "admin_username": "operator",
    "user_data": _DATA,
    "custom_data": _DATA,
    "provision_vm_agent": True,
    "computer_name_prefix": "web",
    "extensions_time_budget": "PT90M",
    "gallery_applications": [
        {
            "package_reference_id": f"{azure.COMPUTE}/galleries/gallery/applications/tool/versions/1.0.0",
            "configuration_reference": "https://example.blob.core.windows.net/configuration/tool.json",
            "order": 1,
            "enable_automatic_upgrade": True,
            "treat_failure_as_deployment_failure": True,
            "tags": "web",
        }
    ],
    "disk_controller_type": "SCSI",
    "vm_size_properties": {"vcpus_available": 2, "vcpus_per_core": 1},
    "os_image_notification": True,
    "scheduled_events_policy": _EVENTS,
    "security_posture": _POSTURE,
    "service_artifact_id": _ARTIFACT,
    "auxiliary_mode": "AcceleratedConnections",
    "auxiliary_sku": "A1",
    "disable_tcp_state_tracking": True,
    "ignore_capacity_changes": True,
    "ignore_tag_changes": ["policy-*", "costCenter"],
    "automatic_repairs": {"enabled": True, "grace_period": "PT30M", "action": "Replace"},
    "terminate_notification": {"enabled": True, "not_before_timeout": "PT10M"},
    "scale_in_policy": {"rules": ["OldestVM"], "force_deletion": True, "prioritize_unhealthy_vms": True},
    "single_placement_group": False,
    "autoscale": _AUTOSCALE,
    "application_gateway_backend_pool_ids": [azure.GATEWAY_POOL],
    "load_balancer_backend_pool_ids": [azure.BALANCER_POOL],
    "public_ip_per_instance": _PUBLIC,
    "application_security_group_ids": [azure.APPLICATION_GROUP],
    "network_security_group_id": azure.SECURITY_GROUP,
    "accelerated_networking": True,
    "ip_forwarding": True,
    "dns_servers": ["10.0.0.4"],
    "adopt": {
        "names": {"web": "portal"},
        "types": {
            "azure-native:compute:VirtualMachineScaleSet": "azure-native:compute/v20240701:VirtualMachineScaleSet"
        },
        "parent_urn": "urn:pulumi:dev::test::old:index:Set::web",
    },
    "timeouts": {"create": "30m", "update": "30m", "delete": "30m"},
    "protection": _PROTECTION,
    "role_assignments": _GRANTS,
    "diagnostic_settings": _DIAGNOSTICS,
}

FLEXIBLE: Args = {
    **_COMMON,
    "orchestration_mode": "Flexible",
    "scale_set_name": "web",
    "vm_size": "Standard_D2s_v5",
    "os_type": "Linux",
    "image": _IMAGE,
    "ssh_public_keys": [azure.SSH_KEY],
    "patch_mode": "ImageDefault",
    "patch_settings": {"assessment_mode": "AutomaticByPlatform"},
    "enable_vm_agent_platform_updates": False,
    "allow_extension_operations": True,
    "key_vault_certificates": [
        {"source_vault_id": azure.VAULT, "certificates": [{"certificate_url": _CERTIFICATE}]},
    ],
    "zonal_platform_fault_domain_align_mode": "Unaligned",
    "identity": _IDENTITY,
    "extensions": _EXTENSIONS,
    "os_disk": {**_OS_DISK, "delete_option": "Detach"},
    "data_disks": [_DATA_DISK, _TUNED_DISK],
    "ultra_ssd_enabled": True,
    "hibernation_enabled": False,
    "security": {
        "encryption_at_host": True,
        "security_type": "TrustedLaunch",
        "secure_boot_enabled": True,
        "vtpm_enabled": True,
        "encryption_identity_id": azure.IDENTITY,
        "proxy_agent": _PROXY_AGENT,
    },
    "boot_diagnostics": {"enabled": True, "storage_uri": "https://diagnostics.blob.core.windows.net/"},
    "plan": {"name": "plan", "publisher": "us", "product": "golden", "promotion_code": "none"},
    "license_type": "RHEL_BYOS",
    "zones": ["2", "1"],
    "zone_balance": False,
    "platform_fault_domain_count": 1,
    "capacity": 1,
    "standby_pool": {
        "name": "ready",
        "max_ready_capacity": 2,
        "min_ready_capacity": 1,
        "virtual_machine_state": "Deallocated",
    },
    "resiliency": {
        "resilient_vm_creation": True,
        "resilient_vm_deletion": True,
        "automatic_zone_rebalancing": {
            "enabled": True,
            "rebalance_strategy": "Recreate",
            "rebalance_behavior": "CreateBeforeDelete",
        },
    },
    "health": {
        "protocol": "http",
        "port": 80,
        "request_path": "/",
        "interval_in_seconds": 10,
        "number_of_probes": 2,
        "grace_period_in_seconds": 60,
        "rich_states": True,
    },
    "upgrade_policy": {
        "mode": "Rolling",
        "rolling": {
            "max_batch_instance_percent": 20,
            "max_unhealthy_instance_percent": 20,
            "max_unhealthy_upgraded_instance_percent": 20,
            "pause_time_between_batches": "PT10S",
            "max_surge": False,
            "enable_cross_zone_upgrade": True,
            "prioritize_unhealthy_instances": True,
        },
        "automatic_os_upgrade": {
            "enabled": True,
            "disable_automatic_rollback": False,
            "use_rolling_upgrade_policy": True,
            "os_rolling_upgrade_deferral": False,
        },
    },
    "accept_rules": ["automatic-os-upgrade-on-flexible"],
    "readable_secrets": ["settings", "tags", "user_data"],
    "virtual_network": {
        "address_prefix": "10.8.0.0/16",
        "subnet_prefix": "10.8.0.0/20",
        "network_security_group_id": azure.SECURITY_GROUP,
    },
    "network_interfaces": [
        {
            "name": "back",
            "primary": False,
            "network_security_group_id": azure.SECURITY_GROUP,
            "application_security_group_ids": [azure.APPLICATION_GROUP],
            "accelerated_networking": True,
            "ip_forwarding": False,
            "dns_servers": ["10.0.0.4"],
            "auxiliary_mode": "Floating",
            "auxiliary_sku": "A2",
            "disable_tcp_state_tracking": False,
        }
    ],
    "network_api_version": "2022-11-01",
    "load_balancer": {
        "zones": ["1", "2", "3"],
        "rules": {
            "http": {
                "protocol": "Tcp",
                "frontend_port": 80,
                "backend_port": 8080,
                "idle_timeout_in_minutes": 5,
                "load_distribution": "SourceIP",
                "enable_floating_ip": False,
                "enable_tcp_reset": True,
                "probe": {
                    "protocol": "Http",
                    "port": 8080,
                    "request_path": "/",
                    "interval_in_seconds": 5,
                    "probe_threshold": 2,
                },
            }
        },
    },
    "inbound_nat": {
        "ssh": {
            "backend_port": 22,
            "kind": "Rule",
            "protocol": "Tcp",
            "frontend_port_start": 50_000,
            "frontend_port_end": 50_099,
            "idle_timeout_in_minutes": 5,
            "enable_floating_ip": False,
            "enable_tcp_reset": True,
        }
    },
    "outbound": {"method": "LoadBalancer", "allocated_outbound_ports": 1024, "idle_timeout_in_minutes": 5},
    "attached_virtual_machine_ids": [],
    "lock": {"level": "CanNotDelete", "notes": "kept", "include_dependencies": True},
    "overrides": {"scaleSet": {"constrainedMaximumCapacity": False}},
    "instance_count": 1,
    "instances": {
        "db": {
            "zone": "1",
            "vm_size": "Standard_E2s_v5",
            "image": {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"},
            "computer_name": "db",
            "user_data": _DATA,
            "custom_data": _DATA,
            "os_disk": _OS_DISK,
            "data_disks": [_ATTACHED_DISK],
            "identity": _IDENTITY,
            "extensions": _EXTENSIONS,
            "protection": {**_PROTECTION, "instance_policy": True},
            "nat_ports": {"ssh": 50_050},
            "private_ip_address": "10.8.0.99",
            "tags": {"role": "db"},
            "overrides": {"networkInterface": {"enableIPForwarding": False}},
        },
        "from-id": {"image": {"id": azure.GALLERY_IMAGE}, "os_disk": {**_OS_DISK, "caching": "ReadOnly"}},
        "shared": {"image": {"shared_gallery_image_id": "/SharedGalleries/a/Images/b/Versions/latest"}},
        "community": {"image": {"community_gallery_image_id": "/CommunityGalleries/a/Images/b/Versions/latest"}},
    },
}

UNIFORM: Args = {
    **_COMMON,
    "orchestration_mode": "Uniform",
    "scale_set_name": "farm",
    "vm_size": "Standard_D2s_v3",
    "os_type": "Windows",
    "image": {"urn": "MicrosoftWindowsServer:WindowsServer:2022-datacenter-azure-edition:latest"},
    "admin_password": "Complex-Enough-1",
    "patch_mode": "AutomaticByOS",
    "enable_automatic_updates": True,
    "time_zone": "UTC",
    "license_type": "Windows_Server",
    "os_disk": _EPHEMERAL,
    "security": {"security_type": "Standard"},
    "platform_fault_domain_count": 5,
    "overprovision": True,
    "do_not_run_extensions_on_overprovisioned_vms": True,
    "health": {"probe_id": azure.PROBE},
    "upgrade_policy": {"mode": "Rolling", "rolling": {"rollback_failed_instances_on_policy_breach": True}},
    "subnet_id": azure.SUBNET,
    "enable_ipv6": True,
    "host_group_id": azure.HOST_GROUP,
    "network_interfaces": [
        {"name": "back", "subnet_id": azure.OTHER_SUBNET, "enable_ipv6": True, "public_ip": {"enabled": True}}
    ],
    "inbound_nat": {
        "rdp": {"backend_port": 3389, "kind": "Pool"},
        "old": {"backend_port": 3390, "kind": "Pool", "frontend_port_start": 60_000, "detach": True},
    },
    "instances": {"0": {"protection": {"scale_in": True}}},
}

_SMALL: Args = {
    "resource_group_name": azure.GROUP,
    "image": _IMAGE,
    "vm_size": "Standard_D2s_v5",
    "ssh_public_keys": [azure.SSH_KEY],
    "subnet_id": azure.SUBNET,
    "outbound": {"method": "External"},
}
_SPOT = {
    "priority": "Spot",
    "eviction_policy": "Delete",
    "max_price": 0.5,
    "restore_enabled": True,
    "restore_timeout": "PT1H",
}

EXCLUSIVE: dict[str, Args] = {
    "machines whose zones Azure chooses": {
        **_SMALL,
        "instances": {
            "web-0": {"automatic_zone": {"include_zones": ["1", "2"], "align_regional_disks": True}},
            "web-1": {"automatic_zone": {"exclude_zones": ["3"]}},
        },
    },
    "Spot with a mix of priorities": {
        **_SMALL,
        "capacity": 1,
        "spot": _SPOT,
        "priority_mix": {"base_regular_priority_count": 1, "regular_priority_percentage_above_base": 50},
    },
    "a mix of sizes": {
        **_SMALL,
        "vm_size": None,
        "capacity": 1,
        "instance_mix": {
            "vm_sizes": [{"name": "Standard_D2s_v5", "rank": 0}, {"name": "Standard_E2s_v5", "rank": 1}],
            "allocation_strategy": "Prioritized",
        },
    },
    "an internal balancer, a proximity placement group, Spot instances of their own": {
        **_SMALL,
        "load_balancer": {"subnet_id": azure.SUBNET, "private_ip_address": "10.0.9.9"},
        "proximity_placement_group_id": azure.PLACEMENT_GROUP,
        "platform_fault_domain_count": 2,
        "instances": {"web-0": {"fault_domain": 1, "spot": {"max_price": 0.5}, "subnet_id": azure.OTHER_SUBNET}},
    },
    "a public address of one's own": {
        **_SMALL,
        "capacity": 1,
        "capacity_reservation_group_id": azure.RESERVATION,
        "load_balancer": {"public_ip_address_id": azure.ADDRESS},
    },
    "a balancer of one's own and an attached machine": {
        **_SMALL,
        "capacity": 1,
        "attached_virtual_machine_ids": [azure.LONE_VM],
        "load_balancer": {
            "id": azure.BALANCER,
            "backend_address_pool_id": azure.BALANCER_POOL,
            "frontend_ip_configuration_id": azure.BALANCER_FRONTEND,
            "frontend_address": "203.0.113.1",
        },
        "inbound_nat": {"ssh": {"backend_port": 22}},
    },
    "a NAT gateway of one's own, and dedicated hosts": {
        **_SMALL,
        "subnet_id": None,
        "virtual_network": {"allow_from": ["198.51.100.0/24"]},
        "load_balancer": {"rules": {"http": {"frontend_port": 80, "allow_from": ["Internet"]}}},
        "inbound_nat": {"ssh": {"backend_port": 22, "allow_from": ["198.51.100.7", "AzureCloud"]}},
        "outbound": {"method": "NatGateway", "nat_gateway_id": azure.NAT_GATEWAY},
        "instances": {"web-0": {"host_id": azure.HOST}},
    },
    "other versions of the API": {
        **_SMALL,
        "capacity": 1,
        "api_version": "2024-07-01",
        "api_versions": {"loadBalancer": "2024-03-01"},
        "generic_resources": ["virtualMachine"],
        "load_balancer": {"subnet_id": azure.SUBNET},
    },
    "confidential machines": {
        **_SMALL,
        "capacity": 1,
        "instances": {"web-0": {}},
        "security": {"security_type": "ConfidentialVM", "vtpm_enabled": True},
        "os_disk": {
            "security_encryption_type": "VMGuestStateOnly",
            "security_disk_encryption_set_id": azure.DISK_ENCRYPTION,
        },
        "data_disks": [
            {
                "lun": 0,
                "size_gb": 8,
                "security_encryption_type": "VMGuestStateOnly",
                "security_disk_encryption_set_id": azure.DISK_ENCRYPTION,
            }
        ],
    },
    "Windows in every way": {
        **_SMALL,
        "ssh_public_keys": None,
        "os_type": "Windows",
        "admin_password": "Complex-Enough-1",
        "image": {"urn": "MicrosoftWindowsServer:WindowsServer:2022-datacenter-azure-edition-hotpatch:latest"},
        "capacity": 1,
        "instances": {"web-0": {}},
        "health": {"protocol": "tcp", "port": 3389},
        "vm_size": "Standard_D2ds_v5",
        "os_disk": _EPHEMERAL,
        "time_zone": "UTC",
        "provision_vm_agent": True,
        "patch_mode": "AutomaticByPlatform",
        "patch_settings": {
            "assessment_mode": "AutomaticByPlatform",
            "reboot_setting": "IfRequired",
            "bypass_platform_safety_checks_on_user_schedule": False,
            "enable_hotpatching": True,
        },
        "key_vault_certificates": [
            {
                "source_vault_id": azure.VAULT,
                "certificates": [{"certificate_url": _CERTIFICATE, "certificate_store": "My"}],
            },
        ],
        "win_rm_listeners": [{"protocol": "Https", "certificate_url": _CERTIFICATE}, {"protocol": "Http"}],
        "additional_unattend_content": [{"setting_name": "AutoLogon", "content": "<AutoLogon></AutoLogon>"}],
    },
    "patches of the platform on Linux": {
        **_SMALL,
        "capacity": 1,
        "instances": {"web-0": {}},
        "health": {"protocol": "tcp", "port": 22},
        "patch_mode": "AutomaticByPlatform",
        "patch_settings": {"reboot_setting": "Never", "bypass_platform_safety_checks_on_user_schedule": True},
    },
    "specialised images": {
        **_SMALL,
        "ssh_public_keys": None,
        "image": {"id": azure.SPECIALIZED_IMAGE, "specialized": True},
        "capacity": 1,
        "instances": {"web-0": {"image": {"community_gallery_image_id": "/CommunityGalleries/a", "specialized": True}}},
    },
    "a profile from a shared gallery": {
        **_SMALL,
        "image": {"shared_gallery_image_id": "/SharedGalleries/a/Images/b/Versions/latest"},
        "capacity": 1,
    },
    "a profile from a community gallery": {
        **_SMALL,
        "image": {"community_gallery_image_id": "/CommunityGalleries/a/Images/b/Versions/latest"},
        "capacity": 1,
    },
    "an edge zone": {
        **_SMALL,
        "capacity": 1,
        "instances": {"web-0": {}},
        "extended_location": {"name": "losangeles"},
    },
}
"""Arguments that exclude other forms of the same argument."""

KNOWN = sdk_schema.versions_of(tokens.SCALE_SET)
NEWEST = KNOWN is not None and "2026-03-01" in KNOWN.others
"""Whether the installed azure-native has the version that automatic zones need: the oldest one does not."""
if NEWEST:
    EXCLUSIVE["zones that Azure chooses"] = {
        **_SMALL,
        "capacity": 1,
        "api_version": "2026-03-01",
        "zone_placement": {
            "include_zones": ["1", "2"],
            "max_zone_count": 2,
            "max_instance_percent_per_zone": 60,
        },
    }
    EXCLUSIVE["all zones but one"] = {
        **_SMALL,
        "capacity": 1,
        "api_version": "2026-03-01",
        "zone_placement": {"exclude_zones": ["3"]},
    }

EVERYTHING: dict[str, Args] = {"Flexible": FLEXIBLE, "Uniform": UNIFORM, **EXCLUSIVE}
