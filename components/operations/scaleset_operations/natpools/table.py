"""Which port reaches which instance: as it is, as Microsoft's page lets one expect it, and as it has become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scaleset_core.modes import Mode
from scaleset_core.order import natural
from scaleset_operations.azure import Azure
from scaleset_operations.errors import AzureError
from scaleset_operations.instances import Instance
from scaleset_operations.inventory import live_instances
from scaleset_operations.natpools.bodies import made_of_nat_pools
from scaleset_operations.natpools.model import Body, Plan
from scaleset_operations.network import Interface, NatMapping, Network, nat_mappings, parse_interfaces
from scaleset_operations.ports import with_ports
from scaleset_operations.target import Target, last_segment, parse_target

Ports = dict[str, dict[str, str]]
"""By the NAT pool's name: the instance behind each port."""
_SHORT = 3
_NOT_FOUND = 404
KEPT = "kept: the front ends, the port ranges, protocols and backend ports, time-outs, floating IP and TCP reset"
NOT_KEPT = "not kept: which instance is at which port. Azure gives the ports of a version 2 rule"


async def read_ports(azure: Azure, balancer: Body, plan: Plan) -> tuple[Ports, str]:
    """The ports of the plan's NAT pools or rules as they are now, and a note on what could not be read."""
    faces: list[Interface] = []
    for identity in plan.sets:
        target = parse_target(identity)
        faces += await _interfaces(azure, target)
    network = Network(interfaces=tuple(faces), balancers={str(balancer["id"]).lower(): balancer})
    network, note = await with_ports(azure, network)
    found: Ports = {each.nat_pool: {} for each in plan.rules}
    for mapping in nat_mappings(network):
        name = _nat_pool(mapping, plan)
        port = mapping.row["frontendPort"]
        if name and isinstance(port, int) and mapping.row["instance"]:
            found[name][str(port)] = str(mapping.row["instance"])
    return found, note


async def _interfaces(azure: Azure, target: Target) -> tuple[Interface, ...]:
    """The interfaces of a set; none where somebody has deleted it."""
    lists = "list_virtual_machine_scale_set_network_interfaces"
    try:
        instances = await live_instances(azure, target, Mode.UNIFORM)
        nics = await azure.ask("network_interfaces", lists, target.resource_group, target.name)
    except AzureError as error:
        if error.status != _NOT_FOUND:
            raise
        return ()
    return parse_interfaces(nics, instances)


def _nat_pool(mapping: NatMapping, plan: Plan) -> str:
    rule = str(mapping.body.get("name")).lower()
    named = next((each.nat_pool for each in plan.rules if rule == each.name.lower()), "")
    made = (pool for body, pool in made_of_nat_pools(mapping.balancer) if str(body.get("name")).lower() == rule)
    return named or next(made, "")


def expected(plan: Plan, instances: Mapping[str, Iterable[Instance]]) -> Ports:
    """The ports that one may expect: in the order of the instances' ids, one set after the other.

    Microsoft's page on its own migration says so; the REST reference promises no order.

    Args:
        plan: The plan.
        instances: The sets' instances by the set's lower-case ARM id.
    """
    found: Ports = {}
    for rule in plan.rules:
        members = [
            each
            for place in sorted(rule.places, key=lambda each: natural(each.key))
            for each in sorted(instances.get(place.scale_set.lower(), ()), key=lambda each: natural(each.instance_id))
        ]
        ports = range(rule.start, rule.end + 1)
        found[rule.nat_pool] = {str(port): each.name for port, each in zip(ports, members, strict=False)}
    return found


def rows(plan: Plan, before: Ports, after: Ports, *, column: str) -> list[dict[str, Any]]:
    """A row for each port that reaches or reached an instance.

    Args:
        plan: The plan.
        before: The ports before.
        after: The ports after, or the expected ones.
        column: The name of the last column: ``after`` or ``expected``.
    """
    return [
        {
            "balancer": plan.name,
            "natPool": rule.nat_pool,
            "rule": rule.name,
            "frontendPort": int(port),
            "backendPort": rule.body["properties"].get("backendPort"),
            "before": before.get(rule.nat_pool, {}).get(port, ""),
            column: after.get(rule.nat_pool, {}).get(port, ""),
        }
        for rule in plan.rules
        for port in sorted({*before.get(rule.nat_pool, ()), *after.get(rule.nat_pool, ())}, key=int)
    ]


def plan_lines(plan: Plan) -> list[str]:
    """The plan in words."""
    count = len(plan.nat_pools)
    lines = [f"Load balancer {plan.name}: {count} NAT pool{'' if count == 1 else 's'}, used by {_sets(plan)}"]
    new = {each.lower() for each in plan.new_pools}
    for rule in plan.rules:
        inner, pool = rule.body["properties"], last_segment(rule.pool)
        kind = "a new backend pool" if pool.lower() in new else "the backend pool"
        nobody = "" if rule.places else "; no set uses it: every machine that joins the backend pool gets a port"
        lines.append(
            f"  NAT pool {rule.nat_pool} -> rule {rule.name}: {inner.get('protocol', 'Tcp')} {rule.start}-{rule.end} "
            f"to port {inner.get('backendPort')}, over {kind} {pool}{nobody}"
        )
    return [*lines, f"  {KEPT}", f"  {NOT_KEPT}"]


def _sets(plan: Plan) -> str:
    names = [last_segment(each) for each in plan.sets]
    shown = ", ".join(names[:_SHORT]) + (f" and {len(names) - _SHORT} more" if len(names) > _SHORT else "")
    return shown or "no set"
