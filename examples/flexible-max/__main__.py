"""Most of what a Flexible scale set can declare, in one program.

It has two named virtual machines, and instances that Azure creates from the profile, all of them behind one load
balancer. Use it to look up how an argument is written; take flexible-defaults or well-architected to start from.

Configuration: `pulumi config set sshPublicKey "$(cat ~/.ssh/id_ed25519.pub)"`, and optionally
`pulumi config set --secret apiToken ...` for the extension's protected settings.
"""

import base64

import pulumi
from pulumi_azure_native import managedidentity, network, resources

from pulumi_azure_scaleset import ScaleSet, ScaleSetArgs

SAMPLE_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKjT2TVTsk/0IhmbajA7qwZq+1vKwhbV1K02nfyJiyTa"
CLOUD_INIT = """#cloud-config
packages: [nginx]
"""

config = pulumi.Config()
group = resources.ResourceGroup("flexible-max")

identity = managedidentity.UserAssignedIdentity("portal", resource_group_name=group.name)
firewall = network.NetworkSecurityGroup(
    "portal",
    resource_group_name=group.name,
    security_rules=[
        {
            "name": "web",
            "priority": 100,
            "direction": "Inbound",
            "access": "Allow",
            "protocol": "Tcp",
            "source_address_prefix": "Internet",
            "source_port_range": "*",
            "destination_address_prefix": "*",
            "destination_port_range": "8080",
        },
        {
            "name": "operators",
            "priority": 110,
            "direction": "Inbound",
            "access": "Allow",
            "protocol": "Tcp",
            "source_address_prefix": config.get("operators") or "198.51.100.0/24",
            "source_port_range": "*",
            "destination_address_prefix": "*",
            "destination_port_ranges": ["22", "9443"],
        },
    ],
)
web_servers = network.ApplicationSecurityGroup("web-servers", resource_group_name=group.name)
vnet = network.VirtualNetwork(
    "portal",
    resource_group_name=group.name,
    address_space={"address_prefixes": ["10.20.0.0/16"]},
    subnets=[
        {"name": "instances", "address_prefix": "10.20.0.0/20"},
        {"name": "storage", "address_prefix": "10.20.16.0/24"},
    ],
)


def subnet(name: str) -> pulumi.Output[str]:
    """The id of a subnet of the network above."""
    return pulumi.Output.format("{0}/subnets/{1}", vnet.id, name)


portal = ScaleSet(
    "portal",
    ScaleSetArgs(
        resource_group_name=group.name,
        scale_set_name="portal",
        orchestration_mode="Flexible",
        tags={"app": "portal", "costCenter": "4711"},
        # Who is there: two virtual machines by name, and three that Azure makes from the profile.
        instances={
            "portal-a": {
                "zone": "1",
                "computer_name": "portal-a",
                "protection": {"scale_in": True, "notes": "Holds the licence dongle"},
                "nat_ports": {"ssh": 50100},
                "tags": {"role": "primary"},
            },
            "portal-b": {
                "zone": "2",
                "vm_size": "Standard_D4s_v5",
                "data_disks": [{"lun": 0, "size_gb": 256, "storage_account_type": "Premium_LRS"}],
            },
        },
        capacity=3,
        ignore_capacity_changes=False,
        # What they are made of.
        vm_size="Standard_D2s_v5",
        image={"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"},
        admin_username="operator",
        ssh_public_keys=[config.get("sshPublicKey") or SAMPLE_KEY],
        computer_name_prefix="portal-",
        custom_data=base64.b64encode(CLOUD_INIT.encode()).decode(),
        user_data=base64.b64encode(b"environment=test").decode(),
        patch_mode="AutomaticByPlatform",
        os_disk={
            "size_gb": 64,
            "storage_account_type": "Premium_LRS",
            "caching": "ReadWrite",
            "delete_option": "Delete",
        },
        data_disks=[{"lun": 0, "size_gb": 64, "storage_account_type": "StandardSSD_LRS", "caching": "ReadOnly"}],
        identity={"type": "UserAssigned", "user_assigned_identity_ids": [identity.id]},
        security={
            "encryption_at_host": True,
            "security_type": "TrustedLaunch",
            "secure_boot_enabled": True,
            "vtpm_enabled": True,
        },
        boot_diagnostics={"enabled": True},
        extensions=[
            {
                "name": "configure",
                "publisher": "Microsoft.Azure.Extensions",
                "type": "CustomScript",
                "type_handler_version": "2.1",
                "settings": {"timestamp": 1},
                "protected_settings": {
                    "commandToExecute": pulumi.Output.format(
                        "echo {0} > /etc/portal-token", config.get_secret("apiToken") or pulumi.Output.secret("none")
                    )
                },
            },
            {
                "name": "monitor",
                "publisher": "Microsoft.Azure.Monitor",
                "type": "AzureMonitorLinuxAgent",
                "type_handler_version": "1.33",
                "enable_automatic_upgrade": True,
                "provision_after_extensions": ["configure"],
            },
        ],
        extensions_time_budget="PT1H",
        # Where they are.
        zones=["1", "2", "3"],
        platform_fault_domain_count=1,
        single_placement_group=False,
        # How many, how healthy, how upgraded.
        scale_in_policy={"rules": ["OldestVM"], "force_deletion": False},
        health={"protocol": "http", "port": 8080, "request_path": "/health", "rich_states": True},
        automatic_repairs={"grace_period": "PT30M", "action": "Replace"},
        terminate_notification={"not_before_timeout": "PT10M"},
        upgrade_policy={
            "mode": "Rolling",
            "rolling": {
                "max_batch_instance_percent": 25,
                "max_unhealthy_instance_percent": 25,
                "max_unhealthy_upgraded_instance_percent": 25,
                "pause_time_between_batches": "PT1M",
                "max_surge": True,
            },
        },
        resiliency={"resilient_vm_creation": True, "resilient_vm_deletion": True},
        # Network: one interface for the service, one for storage.
        subnet_id=subnet("instances"),
        network_security_group_id=firewall.id,
        application_security_group_ids=[web_servers.id],
        accelerated_networking=True,
        dns_servers=["10.20.0.4"],
        network_interfaces=[
            {
                "name": "storage",
                "subnet_id": subnet("storage"),
                "network_security_group_id": firewall.id,
                "accelerated_networking": True,
            }
        ],
        load_balancer={
            "zones": ["1", "2", "3"],
            "rules": {
                "http": {
                    "frontend_port": 80,
                    "backend_port": 8080,
                    "load_distribution": "SourceIP",
                    "idle_timeout_in_minutes": 15,
                    "probe": {"protocol": "Http", "port": 8080, "request_path": "/health", "probe_threshold": 3},
                }
            },
        },
        inbound_nat={
            "ssh": {"kind": "Rule", "backend_port": 22},
            "admin": {
                "kind": "PoolRule",
                "backend_port": 9443,
                "frontend_port_start": 52000,
                "frontend_port_end": 52499,
            },
        },
        outbound={"method": "LoadBalancer", "allocated_outbound_ports": 1024, "idle_timeout_in_minutes": 10},
        # Protection, and the way to a property that has no argument yet.
        lock={"level": "CanNotDelete", "notes": "Ask the platform team", "include_dependencies": True},
        timeouts={"create": "45m", "update": "1h", "delete": "30m"},
        overrides={"loadBalancer": {"tags": {"owner": "network-team"}}},
    ),
)

pulumi.export("scaleSetId", portal.scale_set_id)
pulumi.export("instanceIds", portal.instance_ids)
pulumi.export("address", portal.frontend_address)
pulumi.export("ssh", portal.nat_endpoints)
pulumi.export("admin", portal.nat_port_ranges)
pulumi.export("locks", portal.lock_ids)
