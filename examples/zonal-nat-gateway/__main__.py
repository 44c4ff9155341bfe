"""Instances in three zones, reached only through an internal load balancer, with outbound access by a NAT gateway.

Configuration: `pulumi config set sshPublicKey "$(cat ~/.ssh/id_ed25519.pub)"`. The sample key has no private half.
"""

import pulumi
from pulumi_azure_native import network, resources

from pulumi_azure_scaleset import ScaleSet, ScaleSetArgs
from pulumi_azure_scaleset.args.values import Zone

SAMPLE_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKjT2TVTsk/0IhmbajA7qwZq+1vKwhbV1K02nfyJiyTa"
ZONES: list[Zone] = ["1", "2", "3"]

config = pulumi.Config()
group = resources.ResourceGroup("zonal-nat-gateway")

address = network.PublicIPAddress(
    "outbound",
    resource_group_name=group.name,
    sku={"name": "Standard"},
    public_ip_allocation_method="Static",
    # Azure shows the gateway here once that uses the address; a refresh would make it an input that the program lacks.
    opts=pulumi.ResourceOptions(ignore_changes=["natGateway"]),
)
gateway = network.NatGateway(
    "outbound",
    resource_group_name=group.name,
    sku={"name": "Standard"},
    public_ip_addresses=[{"id": address.id}],
    idle_timeout_in_minutes=10,
)
# Without custom rules, it allows traffic from the virtual network, and the probes of load balancers.
firewall = network.NetworkSecurityGroup("instances", resource_group_name=group.name)
vnet = network.VirtualNetwork(
    "orders",
    resource_group_name=group.name,
    address_space={"address_prefixes": ["10.30.0.0/16"]},
    subnets=[
        {
            "name": "instances",
            "address_prefix": "10.30.0.0/20",
            "nat_gateway": {"id": gateway.id},
            "network_security_group": {"id": firewall.id},
        },
        {"name": "frontends", "address_prefix": "10.30.16.0/24"},
    ],
)

orders = ScaleSet(
    "orders",
    ScaleSetArgs(
        resource_group_name=group.name,
        capacity=3,
        zones=ZONES,
        vm_size="Standard_D2s_v5",
        image={"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
        ssh_public_keys=[config.get("sshPublicKey") or SAMPLE_KEY],
        security={
            "encryption_at_host": True,
            "security_type": "TrustedLaunch",
            "secure_boot_enabled": True,
            "vtpm_enabled": True,
        },
        subnet_id=pulumi.Output.concat(vnet.id, "/subnets/instances"),
        load_balancer={
            "subnet_id": pulumi.Output.concat(vnet.id, "/subnets/frontends"),
            "zones": ZONES,
            "rules": {"https": {"frontend_port": 443, "backend_port": 8443}},
        },
        # The gateway is attached to the subnet, which is declared above.
        outbound={"method": "NatGateway"},
    ),
)

pulumi.export("scaleSetId", orders.scale_set_id)
pulumi.export("internalAddress", orders.frontend_address)
pulumi.export("outboundAddress", address.ip_address)
