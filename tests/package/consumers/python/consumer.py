"""A program that uses the generated Python SDK."""

import pulumi
import pulumi_azure_scaleset_sdk as scaleset

config = pulumi.Config()

web = scaleset.ScaleSet(
    "web",
    resource_group_name=config.require("resourceGroup"),
    instances={"web-0": {"zone": scaleset.Zone.ZONE_1}, "web-1": scaleset.InstanceArgs(zone=scaleset.Zone.ZONE_2)},
    zones=[scaleset.Zone.ZONE_1, scaleset.Zone.ZONE_2],
    image={"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
    vm_size="Standard_D2s_v5",
    admin_password=config.require_secret("adminPassword"),
    virtual_network={"allow_from": ["198.51.100.0/24"]},
    inbound_nat={"ssh": {"backend_port": 22}},
)
ssh: pulumi.Output[dict[str, str]] = web.nat_endpoints.apply(dict)
pulumi.export("ssh", ssh)
