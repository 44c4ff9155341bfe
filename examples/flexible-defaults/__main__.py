"""Three virtual machines in a Flexible scale set, by little more than their number.

The machines are called web-0, web-1 and web-2. The component makes the network, the load balancer with an outbound
rule, and a NAT rule for SSH to each machine; `pulumi stack output ssh` shows where each is reached.

Configuration: `pulumi config set sshPublicKey "$(cat ~/.ssh/id_ed25519.pub)"`. The sample key has no private half.
`pulumi config set operators "$(curl -s ifconfig.me)"` lets your own address in.
"""

import pulumi
from pulumi_azure_native import resources

from pulumi_azure_scaleset import ScaleSet, ScaleSetArgs

SAMPLE_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKjT2TVTsk/0IhmbajA7qwZq+1vKwhbV1K02nfyJiyTa"
OPERATORS = "198.51.100.0/24"  # a sample: the addresses that you come from

config = pulumi.Config()
group = resources.ResourceGroup("flexible-defaults")

web = ScaleSet(
    "web",
    ScaleSetArgs(
        resource_group_name=group.name,
        instances=3,
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
        virtual_network={"allow_from": [config.get("operators") or OPERATORS]},
        inbound_nat={"ssh": {"backend_port": 22}},
    ),
)

pulumi.export("scaleSetId", web.scale_set_id)
pulumi.export("ssh", web.nat_endpoints)
