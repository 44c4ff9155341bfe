"""What prevents a migration; all problems are reported before anything is changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scaleset_operations.locks import advice
from scaleset_operations.natpools.model import Body, Plan, reference
from scaleset_operations.natpools.reading import SetFacts, Situation
from scaleset_operations.target import last_segment

ENDED = frozenset({"", "completed", "cancelled", "faulted"})
"""The states in which no rolling upgrade is in progress."""
_FABRIC = "microsoft.azure.servicefabric"
_MANAGED_FABRIC = "sfc_"
_AKS_GROUP, _AKS_TAG = "mc_", "aks-managed-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What the user has agreed to.

    Attributes:
        lift: Lift the protection from scale-set actions and put it back.
        pending: Instances may get what else has changed in their set's model.
    """

    lift: bool = False
    pending: bool = False


def problems(situation: Situation, plan: Plan, allowed: Allowed) -> list[str]:
    """Everything that is in the way, each with what to do about it."""
    found = [*_of_balancer(situation), *_of_ranges(situation, plan)]
    found += [f"{last_segment(name)}: it can not be read ({why})." for name, why in sorted(situation.unread.items())]
    for name, operations in sorted(situation.lacking.items()):
        missing = " and ".join(operations)
        found.append(
            f"{last_segment(name)}: you have no permission for what the migration does with it. Missing is "
            f"{missing} on {name}; "
            "the role 'Scale Set Network Operator' has it (`scaleset roles show network`)."
        )
    taking_part = {each.lower() for each in plan.sets}
    for each in situation.sets:
        if each.target.id.lower() in taking_part:
            found += [f"{each.target.name}: {text}" for text in _of_set(situation, each, allowed)]
    return found


def _of_balancer(situation: Situation) -> Iterator[str]:
    balancer = situation.balancer
    name = str(balancer.get("name"))
    if str((balancer.get("sku") or {}).get("name") or "Basic").lower() == "basic":
        yield (
            f"{name}: it is of the Basic SKU, which has no version 2 NAT rules. Upgrade it first: "
            "https://learn.microsoft.com/azure/load-balancer/upgrade-basic-standard-with-powershell."
        )
    state = str((balancer.get("properties") or {}).get("provisioningState") or "Succeeded")
    if state in {"Updating", "Deleting"}:
        yield f"{name}: Azure works on it ({state}). Wait for its end."
    yield from (f"{name}: {text}" for text in _locks(situation, str(balancer["id"])))


def _locks(situation: Situation, identity: str) -> Iterator[str]:
    for lock in situation.locks:
        if lock.read_only and lock.covers(identity):
            yield f"the lock {lock} stops changes: {advice(lock)}. Put it back afterwards."


def _of_ranges(situation: Situation, plan: Plan) -> Iterator[str]:
    counts = {each.target.id.lower(): len(each.instances) for each in situation.sets}
    for rule in plan.rules:
        needed = sum(counts.get(place.scale_set.lower(), 0) for place in rule.places)
        if needed > rule.end - rule.start + 1:
            yield (
                f"{plan.name}: the NAT pool {rule.nat_pool} has the ports {rule.start} to {rule.end}, and {needed} "
                "instances need one each: a rule with fewer ports than instances is refused. Widen its range first."
            )
    spans = [*_spans(plan), *_rule_spans(situation.balancer)]
    for index, (name, front, protocol, low, high) in enumerate(spans):
        for other, where, kind, start, end in spans[index + 1 :]:
            same = front == where and (protocol == kind or "all" in {protocol, kind})
            if same and low <= end and start <= high:
                yield f"{plan.name}: the ports of {name} ({low} to {high}) and {other} ({start} to {end}) overlap."


_Span = tuple[str, str, str, int, int]


def _spans(plan: Plan) -> Iterator[_Span]:
    for rule in plan.rules:
        inner = rule.body["properties"]
        front = reference(inner.get("frontendIPConfiguration")).lower()
        yield f"the NAT pool {rule.nat_pool}", front, _protocol(inner), rule.start, rule.end


def _rule_spans(balancer: Body) -> Iterator[_Span]:
    for rule in (balancer.get("properties") or {}).get("loadBalancingRules") or []:
        inner = rule.get("properties") or {}
        port = int(inner.get("frontendPort") or 0)
        if port:
            front = reference(inner.get("frontendIPConfiguration")).lower()
            yield f"the rule {rule.get('name')}", front, _protocol(inner), port, port


def _protocol(inner: Body) -> str:
    return str(inner.get("protocol") or "Tcp").lower()


def _of_set(situation: Situation, found: SetFacts, allowed: Allowed) -> Iterator[str]:
    owner = owned(found.model)
    if owner:
        yield owner
        return
    properties = found.model.get("properties") or {}
    if str(properties.get("provisioningState")) in {"Updating", "Deleting"}:
        yield f"Azure works on it ({properties['provisioningState']}). Wait for its end."
    policy = properties.get("upgradePolicy") or {}
    if found.upgrade.lower() not in ENDED:
        yield (
            f"a rolling upgrade is in progress ({found.upgrade}). Wait for its end, or `scaleset rolling-upgrade "
            f"cancel -n {found.target.name} -g {found.target.resource_group}`."
        )
    if str(policy.get("mode")).lower() == "rolling" and (policy.get("rollingUpgradePolicy") or {}).get("maxSurge"):
        yield (
            "its rolling upgrades replace instances by new ones (rollingUpgradePolicy.maxSurge), with new ids and "
            "disks. Turn maxSurge off for the migration."
        )
    yield from _locks(situation, found.target.id)
    yield from _of_instances(found, allowed)


def _of_instances(found: SetFacts, allowed: Allowed) -> Iterator[str]:
    held = [each.name for each in found.instances if each.protect_actions]
    if held and not allowed.lift:
        yield (
            f"{_some(held)}: protected from scale-set actions, they would keep the old model. --lift-protection lifts "
            "the protection and puts it back."
        )
    behind = [each.name for each in found.instances if each.latest_model is False]
    if behind and not allowed.pending:
        yield (
            f"{_some(behind)}: not on the set's latest model. Bringing them to it also applies other pending changes, "
            "which may reimage or restart them: do that first (`scaleset set update-instances "
            f"-n {found.target.name} -g {found.target.resource_group} --all`), or accept it with "
            "--with-pending-changes."
        )
    bad = [each.name for each in found.instances if each.provisioning == "Failed"]
    if bad:
        yield f"{_some(bad)}: the provisioning has failed. Repair or delete them first."


def owned(model: Body) -> str:
    """Whose set it is, where a service makes and changes it, and the owner's way; ``""``: the user's own."""
    group = str(model.get("id")).split("/")[4].lower() if str(model.get("id")).count("/") >= 4 else ""  # noqa: PLR2004
    tags = [str(each).lower() for each in model.get("tags") or {}]
    profile = (model.get("properties") or {}).get("virtualMachineProfile") or {}
    extensions = (profile.get("extensionProfile") or {}).get("extensions") or []
    publishers = {str((each.get("properties") or {}).get("publisher")).lower() for each in extensions}
    if group.startswith(_MANAGED_FABRIC):
        return (
            "a Service Fabric managed cluster created it, and overwrites changes by others. Let the cluster "
            "migrate: set its tag SFRP.UseInboundNatRulesV2 to true and update it."
        )
    if _FABRIC in publishers:
        return (
            "it is a node type of a Service Fabric cluster, whose infrastructure service approves each change. Change "
            "it in the cluster's template: out of the NAT pools and into a backend pool, then the NAT rule in a second "
            "deployment."
        )
    if group.startswith(_AKS_GROUP) or any(each.startswith(_AKS_TAG) for each in tags):
        return (
            "a node pool of an AKS cluster, which writes over what others change. Change it through the cluster: "
            "`az aks nodepool upgrade`, or a new node pool."
        )
    return ""


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:5])
    return shown + (f" and {len(names) - 5} more" if len(names) > 5 else "")  # noqa: PLR2004 - readable
