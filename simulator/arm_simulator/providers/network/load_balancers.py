"""Load balancers. Back-end pools and inbound NAT rules are separate rows, so that a thousand rules stay quick.

A PUT of the balancer replaces its lists, as Azure does: a pool or NAT rule that is not in the body is deleted, unless
in use.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from arm_simulator.core import errors
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Body, Registry
from arm_simulator.core.store import Resource
from arm_simulator.providers.network import load_balancer_rules as rules
from arm_simulator.providers.network import nat_pool_rules, queries
from arm_simulator.providers.network.base import (
    NetworkKind,
    id_objects,
    id_of,
    refuse_basic,
    strip_inner,
    unique,
)
from arm_simulator.providers.network.in_use import check_rules_stay, scale_sets_in
from arm_simulator.providers.network.load_balancer_children import (
    BALANCER_TYPE,
    POOL_TYPE,
    RULE_TYPE,
    BackendPoolKind,
    NatRuleKind,
)

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

_ROWS = (("backendAddressPools", POOL_TYPE), ("inboundNatRules", RULE_TYPE))
_IN_USE = {
    "inboundNatPools": ("LoadBalancerInboundNatPoolInUseByVirtualMachineScaleSet", "inbound nat pool"),
    "probes": ("CannotRemoveRuleUsedByProbeUsedByVMSS", "probe"),
}


class LoadBalancerKind(NetworkKind):
    """``loadBalancers``."""

    type = BALANCER_TYPE
    model = "network.LoadBalancer"
    inner = ("frontendIPConfigurations", "probes", "loadBalancingRules", "outboundRules", "inboundNatPools")

    def __init__(self) -> None:
        super().__init__()
        self.views["networkinterfaces"] = queries.users

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:
        """Check all rules of one balancer; pools and NAT rules are removed, and written as rows afterwards."""
        properties = body["properties"]
        sku = body.setdefault("sku", {})
        sku.setdefault("name", "Standard" if ctx.api_version >= "2025" else "Basic")
        sku.setdefault("tier", "Regional")
        if existing is None:
            refuse_basic(ctx, "loadBalancers", sku["name"])
        if existing is not None and (existing.body.get("sku") or {}).get("name") != sku["name"]:
            raise errors.ArmError(
                400,
                "LoadBalancerSkuChangeNotAllowed",
                f"The sku of {rid} cannot be changed after creation.",
                "sku.name",
            )
        for name, _ in _ROWS:
            strip_inner(rid, properties, (name,))
            ctx.scratch[name] = properties.pop(name, None) or []
        if (
            existing is not None
        ):  # a body that was read has the rules of NAT pools, which are not the balancer's to write
            made = {each.id.name.lower() for each in nat_pool_rules.of_balancer(ctx, existing)}
            own = [each for each in ctx.scratch["inboundNatRules"] if str(each["name"]).lower() not in made]
            ctx.scratch["inboundNatRules"] = own
        rules.check_lists(rid, properties, ctx.scratch["inboundNatRules"])
        rules.check_front_ends(ctx, rid, body)
        pools = [pool["name"] for pool in ctx.scratch["backendAddressPools"]]
        rules.check_inner_references(ctx, rid, body, pools)
        if existing is not None:
            self._check_removed(ctx, existing, properties)
        rules.claim_ports(ctx, rid, rules.claimed_ports(rid, properties))

    def check_references(self, ctx: Context, rid: ResourceId, body: Body) -> None:
        """Do nothing: ``check`` does it, which knows the pools of the body."""

    def _check_removed(self, ctx: Context, existing: Resource, properties: Body) -> None:
        """Rules of a set's health probe, NAT pools, probes and front ends that others use must stay.

        The balancer's own NAT rules do not count: those that stay are checked with the new body, the others go.
        """
        check_rules_stay(ctx, existing.id, existing.properties, properties)
        for name in self.inner:
            kept = {str(item["name"]).lower() for item in properties.get(name) or []}
            for item in existing.properties.get(name) or []:
                if str(item["name"]).lower() in kept:
                    continue
                found = ctx.store.referrers(f"{existing.id}/{name}/{item['name']}")
                users = [user for user in found if not user.source.startswith(f"{existing.id.key}/")]
                if users:
                    code, word = _IN_USE.get(name, ("LoadBalancerChildResourceInUse", name))
                    sets = scale_sets_in(users)
                    owner = f"virtual machine scale set {sets[0]}" if sets else users[0].via
                    raise errors.in_use(
                        code, f"Cannot remove {word} {item['name']} from load balancer since it is in use by {owner}."
                    )

    def after_put(self, ctx: Context, resource: Resource, existing: Resource | None) -> None:  # noqa: ARG002
        """Make the rows of pools and NAT rules equal to the body's lists; pools first, rules may name them."""
        for name, row_type in reversed(_ROWS):
            wanted = {str(item["name"]).lower() for item in ctx.scratch.get(name, ())}
            for row in ctx.store.list(type=row_type, parent=resource.id):
                if row.id.name.lower() not in wanted:
                    ctx.delete(row.id, check_locks=False)
                ctx.store.release(row.id)  # two rules may swap their ports in one PUT
        for name, _ in _ROWS:
            for item in ctx.scratch.get(name, ()):
                child = resource.id.child(name, item["name"])
                ctx.put(child, {"properties": item.get("properties") or {}}, check_locks=False)

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """No scale set and no interface may use a part of the balancer."""
        users = ctx.store.referrers(resource.id, inner=True)
        if not users:
            return
        sets = scale_sets_in(users)
        if sets:
            mine = (user for user in users if f"{user.via}/".lower().startswith(f"{sets[0]}/".lower()))
            children = unique(user.target.rsplit("/", 1)[-1] for user in mine)
            raise errors.in_use(
                "LoadBalancerInUseByVirtualMachineScaleSet",
                f"Cannot delete load balancer {resource.id} since its child resources {','.join(children)} are in "
                f"use by virtual machine scale set {sets[0]}.",
            )
        raise errors.in_use(
            "LoadBalancerInUse",
            f"Cannot delete load balancer {resource.id} since its child resource {users[0].target} is in use by "
            f"{users[0].via}.",
        )

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """Add pools and NAT rules inline, and back references on front ends and probes."""
        body = super().render(ctx, resource, expand)
        properties = body["properties"]
        for name, row_type in _ROWS:
            properties[name] = [ctx.render(row) for row in ctx.store.list(type=row_type, parent=resource.id)]
        properties["inboundNatRules"] += [ctx.render(row) for row in nat_pool_rules.of_balancer(ctx, resource)]
        for name in self.inner:
            properties.setdefault(name, [])
        used_by = _used_by(properties)
        for name in ("frontendIPConfigurations", "probes", "backendAddressPools"):
            for item in properties[name]:
                for relation, users in used_by.get(item["id"].lower(), {}).items():
                    item["properties"][relation] = id_objects(users)
        return body


def _used_by(properties: Body) -> dict[str, dict[str, list[str]]]:
    """``front end or probe id -> relation -> ids of the rules that name it``."""
    found: dict[str, dict[str, list[str]]] = {}
    for relation in ("loadBalancingRules", "outboundRules", "inboundNatPools", "inboundNatRules"):
        for item in properties[relation]:
            inner = item["properties"]
            targets = [id_of(inner.get(name)) for name in ("frontendIPConfiguration", "probe", "backendAddressPool")]
            targets += [id_of(front) for front in inner.get("frontendIPConfigurations") or []]
            targets += [id_of(pool) for pool in inner.get("backendAddressPools") or []]
            for target in filter(None, targets):
                found.setdefault(target.lower(), {}).setdefault(relation, []).append(item["id"])
    return found


def register(registry: Registry) -> None:
    """Add load balancers, pools and NAT rules."""
    registry.add(LoadBalancerKind(), BackendPoolKind(), NatRuleKind())
