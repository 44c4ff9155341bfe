"""Scale sets from stack configuration: `scaleSets` maps names to the arguments of a ScaleSet."""

from typing import Any

import pulumi
from pulumi_azure_native import resources

from pulumi_azure_scaleset import ScaleSet


def main() -> None:
    """Declare the resource group and each scale set of the configuration, and export where they are."""
    config = pulumi.Config()
    group_name = config.require("resourceGroup")
    group = resources.ResourceGroup("group", resource_group_name=group_name)
    sets: dict[str, dict[str, Any]] = config.require_object("scaleSets")
    for name, written in sets.items():
        # A secret of the stack (`pulumi config set --secret adminPassword ...`) serves the sets that name none.
        args: dict[str, Any] = {"admin_password": config.get_secret("adminPassword"), **written}
        scale_set = ScaleSet(name, **{**args, "resource_group_name": group.name})
        pulumi.export(
            name,
            {
                "scaleSetId": scale_set.scale_set_id,
                "instanceIds": scale_set.instance_ids,
                "privateIpAddresses": scale_set.private_ip_addresses,
                "natEndpoints": scale_set.nat_endpoints,
                "natPortRanges": scale_set.nat_port_ranges,
                "lockIds": scale_set.lock_ids,
            },
        )


main()
