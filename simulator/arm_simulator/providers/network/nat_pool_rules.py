"""The inbound NAT rules that Azure makes for the instances of a Uniform set from an inbound NAT pool.

"Inbound NAT pools are a feature of inbound NAT rules V1 and automatically create inbound NAT rules per instance"
(https://learn.microsoft.com/azure/load-balancer/inbound-nat-rules). In responses that users published each is named
``{pool}.{instance id}`` and is listed among the balancer's ``inboundNatRules``, with ``backendIPConfiguration``, which
is read-only: it can be neither written nor deleted, and goes with the instance. Its front-end port is the first of the
range plus the instance id, as in Microsoft's tutorial (instances 1 and 3 have the ports 50001 and 50003); where that
one is taken or outside of the range, the lowest free one.

They are not stored: the ports that the instances' interfaces hold are what they are made of.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from arm_simulator.core import errors
from arm_simulator.core.ids import ResourceId, parse
from arm_simulator.core.kinds import Body
from arm_simulator.core.store import Resource
from arm_simulator.providers.network.base import id_objects

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

MEMBER = "natPoolMember"
"""In ``runtime`` of such a rule: the IP configuration that it leads to."""
_SCOPE = "natpool|"
_AFTER_ALL_ROWS = 1 << 40
_COPIED = ("frontendIPConfiguration", "protocol", "backendPort", "idleTimeoutInMinutes", "enableFloatingIP")


def claim(ctx: Context, interface: ResourceId, pool: ResourceId, element: Body, member: str) -> int | None:
    """Give an instance's IP configuration a port of a NAT pool; None: the range is full.

    Args:
        ctx: The request.
        interface: The instance's interface, which holds the port.
        pool: The NAT pool's id.
        element: The NAT pool.
        member: The id of the IP configuration.
    """
    scope = f"{_SCOPE}{pool.key}"
    inner = element["properties"]
    low, high = inner["frontendPortRangeStart"], inner["frontendPortRangeEnd"]
    wanted = low + int(_instance(interface))
    if wanted <= high and ctx.store.claim(scope, wanted, interface, member) is None:
        return int(wanted)
    return ctx.store.claim_lowest(scope, low, high, interface, member)


def held(ctx: Context, interface: ResourceId) -> Iterator[tuple[str, int, str]]:
    """``(pool key, port, IP configuration)`` of all ports that an interface has from NAT pools."""
    for scope, number, note in ctx.store.claims_of(interface):
        if scope.startswith(_SCOPE):
            yield scope.removeprefix(_SCOPE), number, note


def release(ctx: Context, interface: ResourceId, pool: str, number: int) -> None:
    """Give a port back."""
    ctx.store.release(interface, f"{_SCOPE}{pool}", number)


def of_balancer(ctx: Context, balancer: Resource) -> list[Resource]:
    """The rules of all NAT pools of a balancer."""
    found = []
    for pool in balancer.properties.get("inboundNatPools") or []:
        pool_id = balancer.id.child("inboundNatPools", pool["name"])
        for number, owner, member in ctx.store.claims_in(f"{_SCOPE}{pool_id.key}"):
            found.append(_rule(balancer, pool, number, parse(owner), member))
    for place, rule in enumerate(found):
        rule.seq = _AFTER_ALL_ROWS + place
    return found


def named(ctx: Context, rule: ResourceId) -> Resource | None:
    """The rule with this id, where a NAT pool has made it."""
    assert rule.parent is not None
    balancer = ctx.store.get(rule.parent)
    made = of_balancer(ctx, balancer) if balancer is not None and "." in rule.name else []
    return next((each for each in made if each.id.key == rule.key), None)


def _rule(balancer: Resource, pool: Body, port: int, interface: ResourceId, member: str) -> Resource:
    inner = pool["properties"]
    properties: Body = {name: inner[name] for name in _COPIED if name in inner}
    properties |= {"frontendPort": port, "provisioningState": "Succeeded"}
    properties.setdefault("protocol", "Tcp")
    properties.setdefault("idleTimeoutInMinutes", 4)
    properties.setdefault("enableFloatingIP", False)
    rid = balancer.id.child("inboundNatRules", f"{pool['name']}.{_instance(interface)}")
    return Resource(rid, {"properties": properties}, {MEMBER: member}, balancer.etag)


def show_on_interface(ctx: Context, interface: Resource, body: Body) -> None:
    """Refer to the rules from the IP configurations of an instance's interface, as Azure does."""
    rules: dict[str, list[str]] = {}
    for pool, _, member in held(ctx, interface.id):
        pool_id = parse(pool)
        balancer = ctx.store.get(pool_id.parent) if pool_id.parent else None
        element = ctx.inner_element(pool_id)
        if balancer is None or element is None:
            continue
        rule = balancer.id.child("inboundNatRules", f"{element['name']}.{_instance(interface.id)}")
        rules.setdefault(member.rsplit("/", 1)[-1].lower(), []).append(rule.path)
    for configuration in body["properties"].get("ipConfigurations") or []:
        own = rules.get(str(configuration["name"]).lower())
        if own:
            configuration["properties"] = {
                **configuration["properties"],
                "loadBalancerInboundNatRules": id_objects(own),
            }


def check_delete(rule: Resource) -> None:
    """Refuse to delete a rule of a NAT pool: only the deletion of its instance does that.

    Raises:
        ArmError: 400 LoadBalancerInboundNatRuleInUse.
    """
    if MEMBER in rule.runtime:
        raise errors.in_use(
            "LoadBalancerInboundNatRuleInUse",
            f"Cannot remove inbound nat rule {rule.id.name} from load balancer since it is in use by "
            f"{rule.runtime[MEMBER]}.",
        )


def _instance(interface: ResourceId) -> str:
    assert interface.parent is not None
    return interface.parent.name
