"""The Uniform layout: the set with its profile, and the protection policies of chosen instances."""

from pulumi_azure_scaleset.layout import machine, protection
from pulumi_azure_scaleset.layout.deployments import instance_protection_child
from pulumi_azure_scaleset.layout.flexible import add_common
from pulumi_azure_scaleset.layout.network import add_network
from pulumi_azure_scaleset.layout.scale_set import KEY as SCALE_SET
from pulumi_azure_scaleset.layout.scale_set import scale_set_child
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan.resources import Plan, Ref, lazy


def uniform_plan(model: ScaleSetModel, component: str) -> Plan:
    """What a Uniform model becomes.

    Args:
        model: The validated arguments.
        component: The component's logical name.
    """
    plan = Plan()
    network = add_network(plan, model, component)
    plan.network = network
    plan.add(scale_set_child(model, component, network))
    if model.identity is not None and model.identity.system_assigned:
        plan.principal = lazy(machine.principal_of, Ref(SCALE_SET, "identity"))
    add_common(plan, model, component, network)
    for instance, settings in model.instances.items():
        kept = settings.protection or model.protection
        if kept is not None:
            plan.add(instance_protection_child(model, instance, f"{component}-{instance}-policy", kept))
        plan.instance_ids[instance] = Ref(SCALE_SET, suffix=f"/virtualMachines/{instance}")
    if model.lock is not None:
        protection.add_set_lock(plan, model.lock, model, component)
    return plan
