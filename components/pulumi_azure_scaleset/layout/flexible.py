"""The Flexible layout: the set, and for each named instance a virtual machine with its resources."""

from pulumi_azure_scaleset.layout import protection
from pulumi_azure_scaleset.layout.access import add_access
from pulumi_azure_scaleset.layout.capacity import autoscale_child, standby_pool_child
from pulumi_azure_scaleset.layout.deployments import attachment_child
from pulumi_azure_scaleset.layout.instance import add_instance, nat_rule_child
from pulumi_azure_scaleset.layout.network import add_network
from pulumi_azure_scaleset.layout.scale_set import scale_set_child
from pulumi_azure_scaleset.model.resolved import instance_ports, nat_kind, nat_ports
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan.resources import Network, Plan, concat


def flexible_plan(model: ScaleSetModel, component: str) -> Plan:
    """What a Flexible model becomes.

    Args:
        model: The validated arguments.
        component: The component's logical name.
    """
    plan = Plan()
    network = add_network(plan, model, component)
    plan.network = network
    plan.add(scale_set_child(model, component, network))
    add_common(plan, model, component, network)
    for index, identity in enumerate(model.attached_virtual_machine_ids):
        plan.add(attachment_child(model, identity, index, component))
    ports = instance_ports(model)
    for name in model.instances:
        add_instance(plan, model, component, network, name, ports[name])
    if model.lock is not None:
        protection.add_set_lock(plan, model.lock, model, component)
    return plan


def add_common(plan: Plan, model: ScaleSetModel, component: str, network: Network) -> None:
    """Add what both modes have besides the set: pool NAT rules, autoscale, standby pool, grants, diagnostics."""
    for nat, way in model.inbound_nat.items():
        ports = nat_ports(model, way)
        if nat_kind(model, way) == "PoolRule":
            target = {
                "frontendPortRangeStart": ports.first,
                "frontendPortRangeEnd": ports.last,
                "backendPort": way.backend_port,
                "backendAddressPool": {"id": network.pools[0]},
            }
            plan.add(
                nat_rule_child(
                    model,
                    network,
                    key=f"pool:{nat}",
                    logical=f"{component}-{nat}",
                    physical=f"{model.scale_set_name}-{nat}",
                    nat=nat,
                    target=target,
                )
            )
        if nat_kind(model, way) != "Rule" and network.address is not None:
            plan.nat_ranges[nat] = concat(network.address, f":{ports.first}-{ports.last}")
    if model.autoscale is not None:
        plan.add(autoscale_child(model, model.autoscale, component))
    if model.standby_pool is not None:
        plan.add(standby_pool_child(model, model.standby_pool, component))
    add_access(plan, model, component)
