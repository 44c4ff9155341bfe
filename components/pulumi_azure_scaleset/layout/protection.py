"""One protection, two renderings: management locks on a Flexible instance, ``protectionPolicy`` on a Uniform one."""

from dataclasses import replace

from pulumi_azure_scaleset.layout.deployments import instance_protection_child
from pulumi_azure_scaleset.layout.scale_set import KEY as SCALE_SET
from pulumi_azure_scaleset.model.machine import Lock, Protection
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.resources import (
    Advice,
    Child,
    Plan,
    Ref,
)

_LOCKED = "ScopeLocked"
CAN_NOT_DELETE, READ_ONLY = "CanNotDelete", "ReadOnly"

_DELETE_NOTES = "Protected by the scale set's configuration: remove protection.scale_in and deploy before deleting."
_CHANGE_NOTES = (
    "Protected by the scale set's configuration: remove protection.scale_set_actions and deploy before changing."
)


def locks_of(protection: Protection) -> dict[str, str]:
    """The lock levels that a protection needs on Flexible, each with its notes."""
    levels = {}
    if protection.scale_in:
        levels[CAN_NOT_DELETE] = protection.notes or _DELETE_NOTES
    if protection.scale_set_actions:
        levels[READ_ONLY] = protection.notes or _CHANGE_NOTES
    return levels


def advice(instance: str) -> Advice:
    """The advice for a person whose change of an instance was stopped by a lock that was not lifted for it."""
    sentence = (
        f"Instance {instance!r} stays locked in Azure. The locks of its `protection` are removed for a change "
        "and restored; this lock belongs to somebody else, or could not be removed. `az lock list`, or "
        "`scaleset instances list`, "
        "shows it."
    )
    return ((_LOCKED, sentence),)


def set_advice(argument: str) -> Advice:
    """The advice for a person whose change of something attached to the set was stopped by such a lock."""
    sentence = (
        "The scale set stays locked in Azure, and the lock also protects the resources of the set, here "
        f"{argument}. The lock from `lock` is removed for a change and restored; this lock belongs to somebody "
        "else (perhaps on the resource group), or could not be removed. `az lock list` shows it."
    )
    return ((_LOCKED, sentence),)


def lock_child(
    key: str, logical: str, guarded: str, name: str, level: str, notes: str, after: tuple[str, ...]
) -> Child:
    """A management lock on the child with the key ``guarded``.

    It is created after everything that it guards, and so it is deleted first.
    """
    return Child(
        key=key,
        kind="lock",
        type=tokens.LOCK,
        name=logical,
        inputs={"scope": Ref(guarded, required=True), "lockName": name, "level": level, "notes": notes},
        after=after,
    )


def add_to_instance(
    plan: Plan, protection: Protection, name: str, logical: str, model: ScaleSetModel, guarded: tuple[str, ...]
) -> None:
    """Add the locks of one Flexible instance, and its protection policy if requested."""
    after = guarded
    if protection.instance_policy:
        policy = instance_protection_child(model, name, f"{logical}-policy", protection)
        plan.add(replace(policy, after=guarded))
        after = (*guarded, policy.key)
    for level, notes in locks_of(protection).items():
        tail = level.lower()
        key = f"lock:{name}/{tail}"
        plan.lock_ids[f"{name}-{tail}"] = plan.add(
            lock_child(key, f"{logical}-{tail}", f"vm:{name}", f"{name}-{tail}", level, notes, after)
        )


def add_set_lock(plan: Plan, lock: Lock, model: ScaleSetModel, component: str) -> None:
    """Add the lock on the set, and on its dependencies if requested; after everything else."""
    notes = lock.notes or "Protected by the scale set's configuration: remove lock and deploy before changing."
    everything = tuple(child.key for child in plan.children)
    tail = lock.level.lower()
    targets = {SCALE_SET: (component, model.scale_set_name)}
    if lock.include_dependencies:
        for child in plan.children:
            if child.type in _DEPENDENCIES:
                physical = next(str(child.inputs[name]) for name in _DEPENDENCIES[child.type] if name in child.inputs)
                targets[child.key] = (child.name, physical)
    for key, (logical, physical) in targets.items():
        name = f"{physical}-{tail}"
        plan.lock_ids[name] = plan.add(
            lock_child(f"lock:{key}/{tail}", f"{logical}-{tail}", key, name, lock.level, notes, everything)
        )


_DEPENDENCIES = {
    tokens.LOAD_BALANCER: ("loadBalancerName",),
    tokens.PUBLIC_IP: ("publicIpAddressName",),
    tokens.NAT_GATEWAY: ("natGatewayName",),
    tokens.VIRTUAL_NETWORK: ("virtualNetworkName",),
    tokens.SECURITY_GROUP: ("networkSecurityGroupName",),
}
