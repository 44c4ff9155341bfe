"""A Flexible scale set of N instances, each with NAT rule, network interface, virtual machine and extension: ours."""

import pulumi
from pulumi_azure_native import resources

from pulumi_azure_scaleset import ScaleSet

CONFIG = pulumi.Config()
COUNT = CONFIG.require_int("instances")
CHANGED = CONFIG.get("changed")
"""The instance that is larger than the others, if there is one."""
KEY = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7"

group = resources.ResourceGroup("group", resource_group_name="rg", location="westeurope")
scale_set = ScaleSet(
    "web",
    {
        "orchestration_mode": "Flexible",
        "resource_group_name": group.name,
        "location": "westeurope",
        "instances": (
            COUNT
            if CHANGED is None
            else {f"web-{i}": {"vm_size": "Standard_D4s_v5"} if f"web-{i}" == CHANGED else {} for i in range(COUNT)}
        ),
        "vm_size": "Standard_D2s_v5",
        "image": {"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
        "ssh_public_keys": [KEY],
        "virtual_network": {"allow_from": ["198.51.100.0/24"]},
        # azure-native's class adds these two to every network, so ours has to declare them to be equal.
        "overrides": {"virtualNetwork": {"enableDdosProtection": False, "enableVmProtection": False}},
        "inbound_nat": {"ssh": {"backend_port": 22}},
        "extensions": [
            {
                "name": "hello",
                "publisher": "Microsoft.Azure.Extensions",
                "type": "CustomScript",
                "type_handler_version": "2.1",
                "settings": {"commandToExecute": "echo hello"},
            }
        ],
    },
)
pulumi.export("scaleSetId", scale_set.scale_set_id)
pulumi.export("instanceIds", scale_set.instance_ids)
pulumi.export("privateIpAddresses", scale_set.private_ip_addresses)
pulumi.export("natEndpoints", scale_set.nat_endpoints)
