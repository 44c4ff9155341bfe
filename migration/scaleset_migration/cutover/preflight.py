"""What would stop a cut-over half-way, found before anything is changed."""

import asyncio
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from scaleset_core.modes import Mode
from scaleset_migration.sources.live import AUTOSCALE_API
from scaleset_operations.azure import Azure
from scaleset_operations.inventory import live_instances, read_locks
from scaleset_operations.locks import Lock, advice
from scaleset_operations.target import Target

Body = Mapping[str, Any]
_AUTOSCALE = """resources
| where type =~ "microsoft.insights/autoscalesettings"
| project id, name, properties"""

_PROTECTED = (
    "it is protected from scale-set actions and would keep the old model, with its pools: "
    "`scaleset instances unprotect -g {group} -n {name} --instances {instance}`"
)


async def problems(
    azure: Azure, old: Target, balancers: Mapping[str, Body], used: Collection[str], *, retire: bool
) -> list[str]:
    """Every problem, each with what to do about it.

    Args:
        azure: The clients.
        old: The old set.
        balancers: The load balancers that are written, by their ids.
        used: The ids of the NAT pools that the old set uses.
        retire: Whether the old set will be deleted.
    """
    instances, locks, settings = await asyncio.gather(
        live_instances(azure, old, Mode.UNIFORM), read_locks(azure, old), _autoscale(azure, old)
    )
    found = [
        f"instance {each.instance_id}: "
        + _PROTECTED.format(group=old.resource_group, name=old.name, instance=each.instance_id)
        for each in instances
        if each.protect_actions
    ]
    found += [_locked(lock) for lock in locks if _stops(lock, old, [*balancers], retire=retire)]
    found += [
        f"autoscale setting {name}: it would change the old set during the migration: "
        f"`az monitor autoscale update -g {group} -n {name} --enabled false`"
        for group, name in settings
    ]
    return found + [text for each in balancers.values() for text in _shared(each, used)]


async def _autoscale(azure: Azure, old: Target) -> list[tuple[str, str]]:
    """The autoscale settings of a set that are on: the group and the name of each.

    Resource Graph has those of all groups, and silently leaves out what the account has no permission to read. So those
    of the set's own group are also listed by Azure Resource Manager, which refuses the request.
    """
    path = f"{old.group_id}/providers/Microsoft.Insights/autoscalesettings"
    near, far = await asyncio.gather(azure.read_list(path, AUTOSCALE_API), azure.query_graph(_AUTOSCALE))
    found = {str(each.get("id")).lower(): each for each in (*far, *near)}
    return [
        (str(each.get("id")).split("/")[4], str(each.get("name")))
        for each in found.values()
        if str((inner := each.get("properties") or {}).get("targetResourceUri")).lower() == old.id.lower()
        and inner.get("enabled") is not False
    ]


def _shared(balancer: Body, used: Collection[str]) -> Iterator[str]:
    """The NAT pools of other sets: Azure does not allow NAT rules and NAT pools on one load balancer."""
    own = {each.lower() for each in used}
    others = [
        str(each.get("name"))
        for each in (balancer.get("properties") or {}).get("inboundNatPools") or []
        if str(each.get("id")).lower() not in own
    ]
    if others:
        name = balancer.get("name")
        yield (
            f"load balancer {name}: it has NAT pools of others ({', '.join(others)}), and Azure does not allow "
            f"NAT rules beside NAT pools: `scaleset nat migrate --load-balancer {name}` makes rules of all of "
            "them first"
        )


def _stops(lock: Lock, old: Target, balancers: list[str], *, retire: bool) -> bool:
    """Whether a lock forbids a write of the set or a balancer, or the set's deletion."""
    if lock.read_only:
        return any(lock.covers(each) for each in (old.id, *balancers))
    return retire and lock.covers(old.id)


def _locked(lock: Lock) -> str:
    what = "forbids changes" if lock.read_only else "forbids to delete the old set"
    return f"lock {lock.name}: it {what}; {advice(lock)}"
