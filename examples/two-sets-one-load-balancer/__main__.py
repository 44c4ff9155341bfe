"""Two scale sets behind one load balancer: blue creates it, and green joins it.

Both sets join blue's backend pool, so that traffic goes to the machines of both. To remove blue, move the load balancer
to a separate program first. Each set has its own front-end ports for SSH.

Configuration: `pulumi config set sshPublicKey "$(cat ~/.ssh/id_ed25519.pub)"`. The sample key has no private half.
`pulumi config set operators "$(curl -s ifconfig.me)"` lets your own address in.
"""

import pulumi
from pulumi_azure_native import resources

from pulumi_azure_scaleset import ScaleSet, ScaleSetArgs
from pulumi_azure_scaleset.args.machine import Security
from pulumi_azure_scaleset.args.values import Zone

SAMPLE_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKjT2TVTsk/0IhmbajA7qwZq+1vKwhbV1K02nfyJiyTa"
OPERATORS = "198.51.100.0/24"  # a sample: the addresses that you come from
FRONTEND = "frontend"
ZONES: list[Zone] = ["1", "2", "3"]
SECURITY: Security = {
    "encryption_at_host": True,
    "security_type": "TrustedLaunch",
    "secure_boot_enabled": True,
    "vtpm_enabled": True,
}

config = pulumi.Config()
key = config.get("sshPublicKey") or SAMPLE_KEY
group = resources.ResourceGroup("two-sets")

blue = ScaleSet(
    "blue",
    ScaleSetArgs(
        resource_group_name=group.name,
        instances=2,
        vm_size="Standard_D2s_v5",
        image={"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
        ssh_public_keys=[key],
        zones=ZONES,
        security=SECURITY,
        virtual_network={"allow_from": [config.get("operators") or OPERATORS]},
        load_balancer={"rules": {"http": {"frontend_port": 80, "backend_port": 8080, "allow_from": ["Internet"]}}},
        inbound_nat={"ssh": {"backend_port": 22}},
    ),
)

green = ScaleSet(
    "green",
    ScaleSetArgs(
        resource_group_name=group.name,
        instances=2,
        vm_size="Standard_D4s_v5",
        image={"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
        ssh_public_keys=[key],
        zones=ZONES,
        security=SECURITY,
        subnet_id=blue.subnet_id,
        load_balancer={
            "id": blue.load_balancer_id,
            "backend_address_pool_id": blue.backend_address_pool_id,
            "frontend_ip_configuration_id": pulumi.Output.format(
                "{0}/frontendIPConfigurations/{1}", blue.load_balancer_id, FRONTEND
            ),
            "frontend_address": blue.frontend_address,
        },
        inbound_nat={"ssh": {"backend_port": 22, "frontend_port_start": 53000, "frontend_port_end": 53099}},
        # Blue's outbound rule covers the whole pool.
        outbound={"method": "External"},
    ),
)

pulumi.export("address", blue.frontend_address)
pulumi.export("blue", blue.nat_endpoints)
pulumi.export("green", green.nat_endpoints)
