"""Cheap workers: Spot instances over a base of regular ones, with Azure's retries for evicted ones.

The first two instances are regular; of all others, one in four is. An evicted instance is deallocated and keeps its
disk, and Azure tries for an hour to bring it back.

Configuration: `pulumi config set sshPublicKey "$(cat ~/.ssh/id_ed25519.pub)"`. The sample key has no private half.
"""

import pulumi
from pulumi_azure_native import network, resources

from pulumi_azure_scaleset import ScaleSet, ScaleSetArgs

SAMPLE_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKjT2TVTsk/0IhmbajA7qwZq+1vKwhbV1K02nfyJiyTa"

config = pulumi.Config()
group = resources.ResourceGroup("spot-priority-mix")

# Without rules it lets nothing in from outside.
firewall = network.NetworkSecurityGroup("workers", resource_group_name=group.name)

workers = ScaleSet(
    "workers",
    ScaleSetArgs(
        resource_group_name=group.name,
        capacity=config.get_int("capacity") or 6,
        vm_size="Standard_D4s_v5",
        image={"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
        ssh_public_keys=[config.get("sshPublicKey") or SAMPLE_KEY],
        spot={
            "eviction_policy": "Deallocate",
            "max_price": -1,
            "restore_enabled": True,
            "restore_timeout": "PT1H",
        },
        priority_mix={"base_regular_priority_count": 2, "regular_priority_percentage_above_base": 25},
        zones=["1", "2", "3"],
        security={
            "encryption_at_host": True,
            "security_type": "TrustedLaunch",
            "secure_boot_enabled": True,
            "vtpm_enabled": True,
        },
        virtual_network={"network_security_group_id": firewall.id},
        # Instances from a Flexible profile have no outbound access by default.
        outbound={"method": "NatGateway"},
    ),
)

pulumi.export("scaleSetId", workers.scale_set_id)
