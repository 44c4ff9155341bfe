"""A service by the five pillars of the Azure Well-Architected Framework, on a Flexible scale set.

Reliability: three zones, a health signal with automatic repairs, retries of failed creations, locks. Security:
encryption at host, trusted launch, a network security group without access for administrators, no passwords, a grant to
the operators only. Cost: autoscale with a night schedule. Operations: rolling upgrades, platform patches, the Azure
Monitor Agent, boot diagnostics, metrics that are kept. Performance: accelerated networking, scaling by CPU.

Configuration: `pulumi config set sshPublicKey "$(cat ~/.ssh/id_ed25519.pub)"`. Two values are optional.
`pulumi config set operationsEmail team@example.com` names the address that gets a message for each scaling.
`pulumi config set operatorsGroup {object id of a group}` names the group whose members may operate the set.
"""

import pulumi
from pulumi_azure_native import managedidentity, network, resources, storage

from pulumi_azure_scaleset import ScaleSet, ScaleSetArgs
from pulumi_azure_scaleset.args.access import RoleAssignment
from pulumi_azure_scaleset.args.capacity import ScaleRule
from pulumi_azure_scaleset.args.values import Weekday, Zone

SAMPLE_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKjT2TVTsk/0IhmbajA7qwZq+1vKwhbV1K02nfyJiyTa"
ZONES: list[Zone] = ["1", "2", "3"]
PORT = 8080
WORKDAYS: list[Weekday] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]

config = pulumi.Config()
group = resources.ResourceGroup("well-architected")
identity = managedidentity.UserAssignedIdentity("shop", resource_group_name=group.name)
archive = storage.StorageAccount(
    "shopmetrics", resource_group_name=group.name, kind="StorageV2", sku={"name": "Standard_ZRS"}
)

firewall = network.NetworkSecurityGroup(
    "shop",
    resource_group_name=group.name,
    security_rules=[
        {
            "name": "customers",
            "priority": 100,
            "direction": "Inbound",
            "access": "Allow",
            "protocol": "Tcp",
            "source_address_prefix": "Internet",
            "source_port_range": "*",
            "destination_address_prefix": "*",
            "destination_port_range": str(PORT),
        },
        {
            "name": "probes",
            "priority": 110,
            "direction": "Inbound",
            "access": "Allow",
            "protocol": "*",
            "source_address_prefix": "AzureLoadBalancer",
            "source_port_range": "*",
            "destination_address_prefix": "*",
            "destination_port_range": "*",
        },
        {
            "name": "nobody-else",
            "priority": 4096,
            "direction": "Inbound",
            "access": "Deny",
            "protocol": "*",
            "source_address_prefix": "*",
            "source_port_range": "*",
            "destination_address_prefix": "*",
            "destination_port_range": "*",
        },
    ],
)

# The operators' grant, if there are operators.
GRANTS: dict[str, RoleAssignment] = {}
if team := config.get("operatorsGroup"):
    GRANTS["operators"] = {
        "role_definition_name": "Virtual Machine Contributor",
        "principal_type": "Group",
        "principal_id": team,
    }

# By day as many as the processors ask for; at night two to four.
BUSY: ScaleRule = {"metric_name": "Percentage CPU", "operator": "GreaterThan", "threshold": 70, "direction": "Increase"}
IDLE: ScaleRule = {"metric_name": "Percentage CPU", "operator": "LessThan", "threshold": 25, "direction": "Decrease"}

shop = ScaleSet(
    "shop",
    ScaleSetArgs(
        resource_group_name=group.name,
        tags={"app": "shop", "environment": "production", "owner": "shop-team"},
        vm_size="Standard_D4s_v5",
        image={"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
        ssh_public_keys=[config.get("sshPublicKey") or SAMPLE_KEY],
        patch_mode="AutomaticByPlatform",
        os_disk={"storage_account_type": "Premium_LRS"},
        boot_diagnostics={"enabled": True},
        identity={"user_assigned_identity_ids": [identity.id]},
        security={
            "encryption_at_host": True,
            "security_type": "TrustedLaunch",
            "secure_boot_enabled": True,
            "vtpm_enabled": True,
        },
        extensions=[
            {
                "name": "monitor",
                "publisher": "Microsoft.Azure.Monitor",
                "type": "AzureMonitorLinuxAgent",
                "type_handler_version": "1.33",
                "enable_automatic_upgrade": True,
            }
        ],
        # Zone balance is best effort: a strict one could not scale out while one zone is short of capacity.
        zones=ZONES,
        health={"protocol": "http", "port": PORT, "request_path": "/health", "rich_states": True},
        automatic_repairs={"grace_period": "PT15M", "action": "Replace"},
        resiliency={"resilient_vm_creation": True, "resilient_vm_deletion": True},
        terminate_notification={"not_before_timeout": "PT10M"},
        upgrade_policy={
            "mode": "Rolling",
            "rolling": {"max_batch_instance_percent": 20, "pause_time_between_batches": "PT2M", "max_surge": True},
        },
        scale_in_policy={"rules": ["Default"]},
        autoscale={
            "notify_emails": [email] if (email := config.get("operationsEmail")) else [],
            "profiles": [
                {"name": "always", "minimum": 3, "maximum": 10, "rules": [{**BUSY, "change_count": 2}, IDLE]},
                {
                    "name": "workdays",
                    "minimum": 6,
                    "maximum": 30,
                    "rules": [{**BUSY, "change_count": 3}, IDLE],
                    "schedule": {"days": WORKDAYS, "hour": 7, "time_zone": "W. Europe Standard Time"},
                },
                {
                    "name": "nights",
                    "minimum": 3,
                    "maximum": 6,
                    "rules": [BUSY, IDLE],
                    "schedule": {"days": WORKDAYS, "hour": 20, "time_zone": "W. Europe Standard Time"},
                },
            ],
        },
        virtual_network={"network_security_group_id": firewall.id},
        network_security_group_id=firewall.id,
        accelerated_networking=True,
        load_balancer={
            "zones": ZONES,
            "rules": {
                "http": {
                    "frontend_port": 80,
                    "backend_port": PORT,
                    "probe": {"protocol": "Http", "port": PORT, "request_path": "/health"},
                }
            },
        },
        outbound={"method": "NatGateway"},
        role_assignments=GRANTS,
        diagnostic_settings={"archive": {"storage_account_id": archive.id}},
        lock={"level": "CanNotDelete", "include_dependencies": True},
    ),
)

pulumi.export("scaleSetId", shop.scale_set_id)
pulumi.export("address", shop.frontend_address)
