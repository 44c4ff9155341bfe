"""A Uniform scale set of identical instances, with rolling upgrades behind a load balancer.

Instances have numbers for names. One version 2 NAT rule over the backend pool gives each a port for SSH, and instance
0 is kept from scale-in by its protection policy.

Configuration: `pulumi config set sshPublicKey "$(cat ~/.ssh/id_ed25519.pub)"`. The sample key has no private half.
`pulumi config set operators "$(curl -s ifconfig.me)"` lets your own address in.
"""

import pulumi
from pulumi_azure_native import resources

from pulumi_azure_scaleset import ScaleSet, ScaleSetArgs

SAMPLE_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKjT2TVTsk/0IhmbajA7qwZq+1vKwhbV1K02nfyJiyTa"
OPERATORS = "198.51.100.0/24"  # a sample: the addresses that you come from

config = pulumi.Config()
group = resources.ResourceGroup("uniform")

batch = ScaleSet(
    "batch",
    ScaleSetArgs(
        resource_group_name=group.name,
        orchestration_mode="Uniform",
        capacity=3,
        instances={"0": {"protection": {"scale_in": True}}},
        vm_size="Standard_D2s_v5",
        image={"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
        ssh_public_keys=[config.get("sshPublicKey") or SAMPLE_KEY],
        zones=["1", "2", "3"],
        security={
            "encryption_at_host": True,
            "security_type": "TrustedLaunch",
            "secure_boot_enabled": True,
            "vtpm_enabled": True,
        },
        virtual_network={
            "address_prefix": "10.1.0.0/16",
            "subnet_prefix": "10.1.0.0/20",
            "allow_from": [config.get("operators") or OPERATORS],
        },
        load_balancer={"rules": {"http": {"frontend_port": 80, "backend_port": 8080, "allow_from": ["Internet"]}}},
        inbound_nat={"ssh": {"backend_port": 22}},
        health={"protocol": "http", "port": 8080, "request_path": "/health"},
        upgrade_policy={
            "mode": "Rolling",
            "rolling": {
                "max_batch_instance_percent": 34,
                "max_unhealthy_instance_percent": 34,
                "pause_time_between_batches": "PT30S",
            },
        },
        automatic_repairs={"grace_period": "PT20M"},
    ),
)

pulumi.export("scaleSetId", batch.scale_set_id)
pulumi.export("address", batch.frontend_address)
pulumi.export("sshPorts", batch.nat_port_ranges)
