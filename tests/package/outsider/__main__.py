"""A program of somebody who has only the installed distributions, and not this repository."""

import pulumi
from pulumi_azure_native import resources

from pulumi_azure_scaleset import ScaleSet

group = resources.ResourceGroup("shop", resource_group_name="shop")
web = ScaleSet(
    "web",
    resource_group_name=group.name,
    instances=2,
    vm_size="Standard_D2s_v5",
    image={"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
    ssh_public_keys=["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKjT2TVTsk/0IhmbajA7qwZq+1vKwhbV1K02nfyJiyTa"],
    security={"security_type": "TrustedLaunch", "secure_boot_enabled": True, "vtpm_enabled": True},
    virtual_network={"allow_from": ["198.51.100.0/24"]},
    inbound_nat={"ssh": {"backend_port": 22}},
)
pulumi.export("ssh", web.nat_endpoints)
