"""What one stack deploys: a scale set, or the network that several sets of one member share."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import network, resources

from pulumi_azure_scaleset import ScaleSet, ScaleSetArgs
from pulumi_azure_scaleset.args.machine import Extension
from scaleset_operations.fleet import SECRET, Fleet, Member, StackPlan

INSTALL = "curl -fsSL https://agent.example.com/install.sh | sh -s -- --token '{0}'"
ADDRESSES = "10.0.0.0/16"
SUBNET = "10.0.0.0/20"
"""4,091 addresses: room for the instances of one set, or of all parts of a member."""


def declare(fleet: Fleet, plan: StackPlan) -> None:
    """Declare the resources of one stack, and its outputs.

    Every stack has its own resource group, so that it can be locked, read and deleted separately. The names in Azure
    are those of the stack: `shop-web-weu` is the group of stack web-weu.
    """
    member = fleet.member(plan.member)
    tags = {**member.tags, "fleet": fleet.name, "member": member.name}
    group = resources.ResourceGroup(
        plan.name, resource_group_name=f"{fleet.name}-{plan.name}", location=plan.region, tags=tags
    )
    if plan.role == "network":
        pulumi.export("subnetId", shared_network(plan.name, group, tags))
        return
    scale_set = ScaleSet(plan.name, set_args(member, plan, group, tags))
    pulumi.export("scaleSetId", scale_set.scale_set_id)
    pulumi.export("instances", plan.instances)


def set_args(member: Member, plan: StackPlan, group: resources.ResourceGroup, tags: dict[str, str]) -> ScaleSetArgs:
    """The arguments of the scale set of this stack."""
    args = ScaleSetArgs(
        resource_group_name=group.name,
        location=plan.region,
        orchestration_mode=member.mode,
        vm_size=member.size,
        image={"urn": member.image},
        ssh_public_keys=[*member.ssh_public_keys],
        zones=[*member.zones],
        tags={**tags},
        outbound={"method": "NatGateway"},
    )
    if member.capacity is not None:
        args["capacity"] = member.capacity
        args["ignore_capacity_changes"] = member.ignore_capacity_changes
    else:
        args["instance_count"] = plan.instances
    if plan.needs:
        organization = f"{pulumi.get_organization()}/{pulumi.get_project()}"
        shared = pulumi.StackReference(f"{organization}/{plan.needs[0]}")
        args["subnet_id"] = shared.require_output("subnetId")
    else:
        args["virtual_network"] = {"address_prefix": ADDRESSES, "subnet_prefix": SUBNET}
    token = pulumi.Config().get_secret(SECRET)
    if token is not None:
        args["extensions"] = [agent(token)]
    return args


def agent(token: pulumi.Output[str]) -> Extension:
    """An extension whose settings hold a secret: it is encrypted in the state, and Azure shows it to nobody."""
    return {
        "name": "agent",
        "publisher": "Microsoft.Azure.Extensions",
        "type": "CustomScript",
        "type_handler_version": "2.1",
        "protected_settings": {"commandToExecute": pulumi.Output.format(INSTALL, token)},
    }


def shared_network(name: str, group: resources.ResourceGroup, tags: dict[str, str]) -> pulumi.Output[str]:
    """A network with one subnet and a NAT gateway as its way out; returns the subnet's id."""
    address = network.PublicIPAddress(
        name,
        resource_group_name=group.name,
        location=group.location,
        public_ip_allocation_method="Static",
        sku={"name": "Standard"},
        tags=tags,
        # The gateway writes it; after a refresh, `up` would take it away again.
        opts=pulumi.ResourceOptions(ignore_changes=["natGateway"]),
    )
    gateway = network.NatGateway(
        name,
        resource_group_name=group.name,
        location=group.location,
        sku={"name": "Standard"},
        public_ip_addresses=[{"id": address.id}],
        tags=tags,
    )
    vnet = network.VirtualNetwork(
        name,
        resource_group_name=group.name,
        location=group.location,
        address_space={"address_prefixes": [ADDRESSES]},
        subnets=[{"name": "instances", "address_prefix": SUBNET, "nat_gateway": {"id": gateway.id}}],
        tags=tags,
    )
    return pulumi.Output.concat(vnet.id, "/subnets/instances")
