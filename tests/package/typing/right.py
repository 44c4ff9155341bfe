"""Sound programs: mypy and pyright find nothing here, and each set is made."""

from typing import Any

import pulumi
from pulumi_azure_native import managedidentity, network, resources

from pulumi_azure_scaleset import Instance, ScaleSet, ScaleSetArgs
from pulumi_azure_scaleset.args.capacity import ScaleRule
from pulumi_azure_scaleset.args.values import Zone

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKjT2TVTsk/0IhmbajA7qwZq+1vKwhbV1K02nfyJiyTa"

group = resources.ResourceGroup("group")
vnet = network.VirtualNetwork("vnet", resource_group_name=group.name)
subnet = network.Subnet("subnet", resource_group_name=group.name, virtual_network_name=vnet.name)
firewall = network.ApplicationSecurityGroup("servers", resource_group_name=group.name)
identity = managedidentity.UserAssignedIdentity("identity", resource_group_name=group.name)

# Resources as ids, in lists and in nested objects too; Outputs; a number of instances.
web = ScaleSet(
    "web",
    {
        "resource_group_name": group.name,
        "image": {"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
        "vm_size": pulumi.Output.from_input("Standard_D2s_v5"),
        "ssh_public_keys": [KEY, pulumi.Output.from_input(KEY)],
        "subnet_id": subnet,
        "application_security_group_ids": [firewall, firewall.id],
        "identity": {"user_assigned_identity_ids": [identity]},
        "role_assignments": {"ops": {"role_definition_name": "Reader", "principal_id": identity}},
        "instances": 3,
        "tags": {"group": group.name},
    },
    pulumi.ResourceOptions(protect=False),
)

# The same by keyword.
keys: list[str] = [KEY]
tags: dict[str, str] = {"app": "shop"}
zones: list[Zone] = ["1", "2"]
shop = ScaleSet(
    "shop",
    resource_group_name=group.name,
    image={"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
    vm_size="Standard_D2s_v5",
    ssh_public_keys=keys,
    subnet_id=subnet.id,
    zones=zones,
    tags=tags,
    instances={"shop-a": {"zone": "1"}},
    opts=pulumi.ResourceOptions(depends_on=[group]),
)

# A configuration in one dict, with changes.
config: ScaleSetArgs = {
    "resource_group_name": group.name,
    "image": {"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
    "vm_size": "Standard_D2s_v5",
    "ssh_public_keys": [KEY],
    "subnet_id": subnet,
}
blue: Instance = {"zone": "1", "data_disks": [{"lun": 0, "size_gb": 64, "caching": "ReadOnly"}]}
busy: ScaleRule = {"metric_name": "Percentage CPU", "operator": "GreaterThan", "threshold": 70, "direction": "Increase"}
ScaleSet("more", {**config, "instances": 3})
ScaleSet("most", ScaleSetArgs(**{**config, "instances": {"most-blue": blue}, "zones": ["1"]}))
ScaleSet(
    "scaled",
    {
        **config,
        "outbound": {"method": "External"},
        "autoscale": {
            "profiles": [{"name": "always", "minimum": 1, "maximum": 3, "rules": [{**busy, "change_count": 2}]}]
        },
    },
)

# What was read from somewhere has no types.
read: dict[str, Any] = {**config, "instances": 1}
ScaleSet("read", **read)

pulumi.export("ids", web.instance_ids)
pulumi.export("name", shop.scale_set_name.apply(str.upper))
