"""Back-end pools and inbound NAT rules: rows below a load balancer.

A NAT rule has one of two versions: V1 names a front-end port and is used by one IP configuration (its NIC refers to
it); V2 names a back-end pool and a port range, and every member of the pool gets a port of the range for as long as it
is a member.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from arm_simulator.core import errors
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId, parse
from arm_simulator.core.kinds import Action, Body, Registry
from arm_simulator.core.store import Resource
from arm_simulator.providers.network import load_balancer_rules as rules
from arm_simulator.providers.network import nat_pool_rules, pool_addresses
from arm_simulator.providers.network.base import (
    NetworkKind,
    id_objects,
    id_of,
    of_type,
)
from arm_simulator.providers.network.in_use import scale_sets_in

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

BALANCER_TYPE = "Microsoft.Network/loadBalancers"
POOL_TYPE = "Microsoft.Network/loadBalancers/backendAddressPools"
RULE_TYPE = "Microsoft.Network/loadBalancers/inboundNatRules"
INTERFACE_TYPE = "Microsoft.Network/networkInterfaces"
INSTANCE_INTERFACE_TYPE = "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/networkInterfaces"


class BackendPoolKind(NetworkKind):
    """``loadBalancers/backendAddressPools``."""

    type = POOL_TYPE
    model = "network.BackendAddressPool"
    tracked = False
    verbs = frozenset({"GET", "PUT", "DELETE"})
    graph_table = None
    inner = ("loadBalancerBackendAddresses",)

    def __init__(self) -> None:
        super().__init__()
        self.actions["queryinboundnatruleportmapping"] = Action(
            query_port_mapping, model="network.QueryInboundNatRulePortMappingRequest", locked=False
        )

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:  # noqa: ARG002
        """Members by interface are the interfaces' to change: those that are named are left, others are refused."""
        pool_addresses.check(rid, body["properties"], pool_members(ctx, rid))

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """No scale set, interface or rule may use the pool."""
        assert resource.id.parent is not None
        users = ctx.store.referrers(resource.id, own=True)
        sets = scale_sets_in(users)
        if sets:
            raise errors.in_use(
                "LoadBalancerBackendAddressPoolInUseByVirtualMachineScaleSet",
                f"Cannot remove backend address pool {resource.id.name} from load balancer since it is in use by "
                "virtual machine "
                f"scale set {sets[0]}.",
            )
        if users:
            raise errors.in_use(
                "LoadBalancerBackendAddressPoolInUse",
                f"Cannot remove backend address pool {resource.id.name} from load balancer since it is in use by "
                f"{users[0].via}.",
            )

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """Add the IP configurations that are members, and the ports V2 rules give them."""
        body = super().render(ctx, resource, expand)
        members = pool_members(ctx, resource.id)
        if members:
            body["properties"]["backendIPConfigurations"] = id_objects(members)
        if ctx.pool_members:
            pool_addresses.show(body["properties"], members)
        nat_rules = port_rules(ctx, resource.id)
        if nat_rules:
            body["properties"]["inboundNatRules"] = id_objects(rule.id.path for rule in nat_rules)
        return body


class NatRuleKind(NetworkKind):
    """``loadBalancers/inboundNatRules``."""

    type = RULE_TYPE
    model = "network.InboundNatRule"
    tracked = False
    verbs = frozenset({"GET", "PUT", "DELETE"})
    graph_table = None

    def load(self, ctx: Context, rid: ResourceId) -> Resource | None:
        """A stored rule, or one that a NAT pool has made."""
        return super().load(ctx, rid) or nat_pool_rules.named(ctx, rid)

    def load_children(self, ctx: Context, parent: ResourceId, after: int, limit: int) -> Sequence[Resource]:
        """The stored rules of a balancer, then those that NAT pools have made; it has one kind only."""
        balancer = ctx.store.get(parent)
        made = nat_pool_rules.of_balancer(ctx, balancer) if balancer is not None else []
        rows = super().load_children(ctx, parent, after, limit)
        return [*rows, *(each for each in made if each.seq > after)][:limit]

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:  # noqa: ARG002
        """V1 or V2, a front end of the same balancer, free ports, no NAT pools beside."""
        properties = body["properties"]
        assert rid.parent is not None
        balancer = ctx.require(rid.parent)
        rules.check_lists(rid.parent, {"inboundNatPools": balancer.properties.get("inboundNatPools")}, [body])
        front = id_of(properties.get("frontendIPConfiguration"))
        if not front:
            raise ArmError(
                400,
                "InvalidRequestFormat",
                f"Cannot parse the request. Required member 'frontendIPConfiguration' of {rid} is missing.",
                "properties.frontendIPConfiguration",
            )
        if not front.lower().startswith(rid.parent.key + "/"):
            raise errors.invalid_resource_reference(rid, front)
        pool = id_of(properties.get("backendAddressPool"))
        for name in ("frontendPortRangeStart", "frontendPortRangeEnd", "frontendPort"):
            if properties.get(name) == 0:  # a GET shows it for the other version
                del properties[name]
        range_given = "frontendPortRangeStart" in properties
        properties.setdefault("protocol", "Tcp")
        properties.setdefault("idleTimeoutInMinutes", 4)
        properties.setdefault("enableFloatingIP", False)
        self._check_ports(rid, balancer, properties, pool, range_given)
        if pool:
            self._check_backend_port(ctx, rid, properties, pool)
        low = properties["frontendPortRangeStart"] if pool else properties["frontendPort"]
        high = properties["frontendPortRangeEnd"] if pool else low
        ports = ((scope, port, rid.path) for port in range(low, high + 1) for scope in rules.port_scopes(properties))
        rules.claim_ports(ctx, rid, ports)

    def _check_ports(self, rid: ResourceId, balancer: Resource, properties: Body, pool: str, range_given: bool) -> None:
        names = (
            ("frontendPortRangeStart", "frontendPortRangeEnd", "backendPort")
            if pool
            else ("frontendPort", "backendPort")
        )
        if pool and (properties.get("frontendPort") or (balancer.body.get("sku") or {}).get("name") == "Basic"):
            raise ArmError(
                400,
                "InboundNatRuleFrontendPortAndBackendPoolConflict",
                f"Inbound NAT rule {rid} refers to a backend address pool: it takes a frontendPortRangeStart and "
                "frontendPortRangeEnd instead of a frontendPort, on a Standard load balancer.",
                "properties.frontendPort",
            )
        if range_given and not pool:
            raise ArmError(
                400,
                "InboundNatRuleFrontendPortRangeWithoutBackendPool",
                f"Inbound NAT rule {rid} has a frontend port range but no backendAddressPool.",
                "properties.backendAddressPool",
            )
        for name in names:
            value = properties.get(name)
            if not isinstance(value, int) or not 1 <= value <= rules.MAX_PORT:
                raise ArmError(
                    400,
                    "InvalidPortNumber",
                    f"The {name} {value} of {rid} is not valid: it must be 1 to {rules.MAX_PORT}.",
                    f"properties.{name}",
                )
        if pool:
            rules.check_range(rid.path, properties)

    def _check_backend_port(self, ctx: Context, rid: ResourceId, properties: Body, pool: str) -> None:
        """One port and protocol of a pool serves one NAT rule over it, by the constraint of load-balancing rules."""
        mine = rules.backend_port(properties)
        for other in port_rules(ctx, parse(pool)):
            floating = properties.get("enableFloatingIP") or other.properties.get("enableFloatingIP")
            if other.id.key != rid.key and not floating and rules.backend_port(other.properties) == mine:
                raise ArmError(
                    400,
                    "RulesUseSameBackendPortProtocolAndPool",
                    f"Inbound NAT rules {other.id} and {rid} with floating IP disabled use the same protocol {mine[0]} "
                    f"and backend port {mine[1]}, and must not be used with the same backend address pool {pool}.",
                )

    def after_put(self, ctx: Context, resource: Resource, existing: Resource | None) -> None:  # noqa: ARG002
        """A V2 rule gives its ports to the pool's members."""
        give_ports(ctx, resource)

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """No interface may use the rule."""
        nat_pool_rules.check_delete(resource)
        for user in ctx.store.referrers(resource.id):
            raise errors.in_use(
                "LoadBalancerInboundNatRuleInUse",
                f"Cannot remove inbound nat rule {resource.id.name} from load balancer since it is in use by "
                f"{user.via}.",
            )

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """A V1 rule shows the IP configuration that uses it."""
        body = super().render(ctx, resource, expand)
        if not id_of(body["properties"].get("backendAddressPool")):
            body["properties"].setdefault("frontendPortRangeStart", 0)
            body["properties"].setdefault("frontendPortRangeEnd", 0)
            users = [user.via for user in ctx.store.referrers(resource.id)]
            for user in [*users, *filter(None, [resource.runtime.get(nat_pool_rules.MEMBER)])]:
                body["properties"]["backendIPConfiguration"] = {"id": user}
        return body


def pool_members(ctx: Context, pool: ResourceId) -> list[str]:
    """The IP configurations in a pool, in order of their ids."""
    references = ctx.store.referrers(pool)
    return [
        reference.via
        for wanted in (INTERFACE_TYPE, INSTANCE_INTERFACE_TYPE)
        for reference in of_type(references, wanted)
    ]


def port_rules(ctx: Context, pool: ResourceId) -> list[Resource]:
    """The V2 NAT rules on a pool."""
    references = ctx.store.referrers(pool, below=f"{pool.parent}/inboundNatRules")
    found = (ctx.store.get(reference.source) for reference in references)
    return [rule for rule in found if rule is not None]


def _mapping_scope(rule: ResourceId) -> str:
    return f"mapping|{rule.key}"


def give_ports(ctx: Context, rule: Resource) -> None:
    """Give each member of a V2 rule's pool a port of the range; members keep the port they have.

    Raises:
        ArmError: The range has fewer ports than the pool has members.
    """
    pool = id_of(rule.properties.get("backendAddressPool"))
    if not pool:
        return
    scope = _mapping_scope(rule.id)
    low, high = rule.properties["frontendPortRangeStart"], rule.properties["frontendPortRangeEnd"]
    held = {note.lower() for number, _, note in ctx.store.claims_in(scope) if low <= number <= high}
    for member in pool_members(ctx, parse(pool)):
        if member.lower() not in held:
            _give_port(ctx, rule, member)


def give_port(ctx: Context, pool: ResourceId, member: str) -> None:
    """A new member of a pool gets a port from each V2 rule on it."""
    for rule in port_rules(ctx, pool):
        scope = _mapping_scope(rule.id)
        owner = parse(member).parent
        assert owner is not None
        if not any(held == scope and note == member for held, _, note in ctx.store.claims_of(owner)):
            _give_port(ctx, rule, member)


def _give_port(ctx: Context, rule: Resource, member: str) -> None:
    low, high = rule.properties["frontendPortRangeStart"], rule.properties["frontendPortRangeEnd"]
    owner = parse(member).parent
    assert owner is not None
    if ctx.store.claim_lowest(_mapping_scope(rule.id), low, high, owner, member) is None:
        raise ArmError(
            400,
            "InboundNatRuleFrontendPortRangeExhausted",
            f"Inbound NAT rule {rule.id} has only {high - low + 1} frontend ports ({low}-{high}): none is left for "
            f"{member}. "
            "Enlarge the range before adding members to the backend address pool.",
        )


def query_port_mapping(ctx: Context, pool: Resource, body: Body) -> Body:
    """``queryInboundNatRulePortMapping``: the ports of one member, named by IP configuration or address."""
    wanted = id_of(body.get("ipConfiguration")).lower()
    address = body.get("ipAddress")
    mappings: list[Body] = []
    for rule in port_rules(ctx, pool.id):
        for number, owner, note in ctx.store.claims_in(_mapping_scope(rule.id)):
            if (wanted and note.lower() == wanted) or (address and address in _addresses(ctx, owner)):
                properties = rule.properties
                mappings.append(
                    {
                        "inboundNatRuleName": rule.id.name,
                        "protocol": properties["protocol"],
                        "frontendPort": number,
                        "backendPort": properties["backendPort"],
                    }
                )
    return {"inboundNatRulePortMappings": mappings}


def _addresses(ctx: Context, owner: str) -> list[str]:
    interface = ctx.store.get(owner)
    configurations = interface.properties.get("ipConfigurations", []) if interface else []
    return [configuration.get("properties", {}).get("privateIPAddress", "") for configuration in configurations]


def register(registry: Registry) -> None:
    """Add pools and NAT rules."""
    registry.add(BackendPoolKind(), NatRuleKind())
