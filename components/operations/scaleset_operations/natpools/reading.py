"""Reading what a migration is about: the load balancers with NAT pools, and every set around one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scaleset_core.modes import Mode
from scaleset_operations.azure import Azure
from scaleset_operations.calls import API_VERSIONS, COMPUTE
from scaleset_operations.errors import AzureError, UsageError
from scaleset_operations.instances import Instance
from scaleset_operations.inventory import live_instances, parse_lock
from scaleset_operations.locks import Lock
from scaleset_operations.natpools import rights
from scaleset_operations.natpools.model import Body, configurations, ids, network_of
from scaleset_operations.natpools.planning import sets_with_ports
from scaleset_operations.pools import NAT_POOLS
from scaleset_operations.target import Target, is_scale_set_id, parse_target

BALANCERS = """resources
| where type == "microsoft.network/loadbalancers"
| project id, name, resourceGroup, subscriptionId, sku = sku.name, pools = properties.inboundNatPools
| order by id asc"""
SETS = """resources
| where type == "microsoft.compute/virtualmachinescalesets"
| project id, name, network = properties.virtualMachineProfile.networkProfile
| order by id asc"""
_REFERENCES = ("loadBalancerBackendAddressPools", NAT_POOLS)
_SIDE_BY_SIDE = 20
_FORBIDDEN = 403
_TYPE = "/providers/Microsoft.Network/loadBalancers/"
_ID_PARTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFacts:
    """One scale set around the load balancer.

    Attributes:
        target: Where it is.
        model: The set as Azure has it.
        mode: Its orchestration mode.
        instances: Its instances; read of those sets only that use a NAT pool.
        upgrade: The state of its newest rolling upgrade (``RollingForward``), or ``""``.
        uses: Whether its model or an instance uses a NAT pool of the load balancer.
    """

    target: Target
    model: Body
    mode: Mode
    instances: tuple[Instance, ...] = ()
    upgrade: str = ""
    uses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A load balancer and what is around it.

    Attributes:
        balancer: The load balancer.
        sets: The sets that refer to it, or whose instances do.
        locks: The locks that may hold for it and for the sets.
        unread: Why a set could not be read, by its ARM id.
        lacking: The operations that the caller has no permission for, by the ARM id of what they are for.
        notes: What could not be looked at.
    """

    balancer: Body
    sets: tuple[SetFacts, ...]
    locks: tuple[Lock, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)
    lacking: Mapping[str, Sequence[str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def refers(identity: str, network: object, members: Iterable[str] = _REFERENCES) -> bool:
    """Whether a network profile refers to a part of the load balancer."""
    mark = f"{identity.lower()}/"
    return any(
        each.lower().startswith(mark)
        for _, body in configurations("", network)
        for member in members
        for each in ids(body.get(member))
    )


async def find_balancers(azure: Azure, *, group: str = "", balancer: str = "", scale_set: str = "") -> list[str]:
    """The ARM ids of the load balancers that are meant.

    Args:
        azure: The subscription.
        group: A resource group, or ``""`` for all.
        balancer: The name or ARM id of one.
        scale_set: The name or ARM id of a set: all whose NAT pools it uses.

    Raises:
        UsageError: There is none, or the name means several.
    """
    if "/" in balancer:
        return [_checked(balancer)]
    if scale_set:
        return await _of_set(azure, group, scale_set)
    if balancer and group:
        direct = f"/subscriptions/{azure.subscription}/resourceGroups/{group}{_TYPE}{balancer}"
        there = await azure.get(direct, API_VERSIONS["load_balancers"])
        if there is not None:
            return [str(there["id"])]
    rows = [row for row in await azure.query_graph(BALANCERS) if not group or _same(row.get("resourceGroup"), group)]
    if not balancer:
        return [str(row["id"]) for row in rows if row.get("pools")]
    found = [str(row["id"]) for row in rows if _same(row.get("name"), balancer)]
    if len(found) == 1:
        return found
    where = f"the resource group {group!r}" if group else f"the subscription {azure.subscription}"
    if found:
        raise UsageError(f"--load-balancer {balancer!r} means several in {where}; give its id: {', '.join(found)}.")
    raise UsageError(
        f"--load-balancer {balancer!r}: there is none of this name in {where}. Check --resource-group and "
        "--subscription, or give its whole id."
    )


def _checked(text: str) -> str:
    parts = text.strip().rstrip("/").split("/")
    if _TYPE.lower() not in text.lower() or len(parts) != _ID_PARTS + 1:
        raise UsageError(
            f"--load-balancer {text!r} is not the id of one; expected /subscriptions/<id>/resourceGroups/<group>"
            "/providers/Microsoft.Network/loadBalancers/<name>."
        )
    return "/".join(parts)


async def _of_set(azure: Azure, group: str, name: str) -> list[str]:
    if not is_scale_set_id(name) and not group:
        raise UsageError(f"--name {name!r}: in which resource group? Missing: --resource-group, or give its ARM id.")
    target = parse_target(name) if is_scale_set_id(name) else Target(azure.subscription, group, name)
    model = await azure.get(target.id, COMPUTE)
    if model is None:
        raise UsageError(
            f"--name {name!r}: there is no such scale set in the resource group {target.resource_group!r}."
        )
    used = [each for _, body in configurations(target.id, network_of(model)) for each in ids(body.get(NAT_POOLS))]
    found = {
        each.lower().partition("/inboundnatpools/")[0]: each.rpartition("/")[0].rpartition("/")[0] for each in used
    }
    return [found[key] for key in sorted(found)]


async def read_situation(azure: Azure, identity: str, *, named: str = "") -> Situation:
    """The load balancer, the sets around it with the instances of those that use its NAT pools, and the locks.

    Args:
        azure: The subscription.
        identity: The load balancer's ARM id.
        named: The ARM id of a set that is known to use it, where Resource Graph may lag behind.

    Raises:
        UsageError: There is no such load balancer.
    """
    balancer = await azure.get(identity, API_VERSIONS["load_balancers"])
    if balancer is None:
        raise UsageError(f"--load-balancer {identity!r}: there is no such load balancer.")
    identity = str(balancer["id"])
    rows = await azure.query_graph(SETS)
    names = {str(row["id"]).lower(): str(row["id"]) for row in rows if refers(identity, row.get("network"))}
    with_ports = sets_with_ports(balancer)
    more = {named.lower(): named} if is_scale_set_id(named) else {}
    names = {**more, **with_ports, **names}
    unread: dict[str, str] = {}
    gate = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def one(each: str) -> SetFacts | None:
        async with gate:
            try:
                return await _read_set(azure, identity, each, with_ports=each.lower() in with_ports)
            except AzureError as error:
                if error.status != _FORBIDDEN:
                    raise
                unread[each] = str(error)
                return None

    found = await asyncio.gather(*(one(names[key]) for key in sorted(names)))
    sets = tuple(each for each in found if each is not None)
    groups = {identity.split("/")[4].lower(): identity.split("/")[4]}
    groups |= {each.target.resource_group.lower(): each.target.resource_group for each in sets}
    locks, notes = await _locks(azure, groups.values())
    lacking, more_notes = await _lacking(azure, identity, [each for each in sets if each.uses])
    return Situation(
        balancer=balancer, sets=sets, locks=locks, unread=unread, lacking=lacking, notes=(*notes, *more_notes)
    )


async def _lacking(
    azure: Azure, balancer: str, sets: Iterable[SetFacts]
) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    needed = {balancer: rights.BALANCER}
    for each in sets:
        held = any(item.protect_actions for item in each.instances)
        needed[each.target.id] = (*rights.SET, *(rights.INSTANCE if held else ()))
    found = await asyncio.gather(*(rights.read_lacking(azure, name, wanted) for name, wanted in needed.items()))
    if any(each is None for each in found):
        note = "whether you may write was not checked first: Microsoft.Authorization/permissions/read is missing"
        return {}, (note,)
    return {name: each for name, each in zip(needed, found, strict=True) if each}, ()


async def _read_set(azure: Azure, balancer: str, identity: str, *, with_ports: bool) -> SetFacts | None:
    model = await azure.get(identity, COMPUTE)
    if model is None:
        return None  # Resource Graph lags behind
    target = parse_target(str(model["id"]))
    flexible = str((model.get("properties") or {}).get("orchestrationMode")).lower() == "flexible"
    mode = Mode.FLEXIBLE if flexible else Mode.UNIFORM
    if not with_ports and not refers(balancer, network_of(model), (NAT_POOLS,)):
        return SetFacts(target=target, model=model, mode=mode)
    instances = await live_instances(azure, target, mode)
    state = await upgrade_state(azure, target)
    return SetFacts(target=target, model=model, mode=mode, instances=tuple(instances), upgrade=state, uses=True)


async def upgrade_state(azure: Azure, target: Target) -> str:
    """The state of a set's newest rolling upgrade: ``RollingForward``, ``Completed`` ...; ``""``: there was none."""
    found: Any = await azure.get(f"{target.id}/rollingUpgrades/latest", COMPUTE)
    properties = (found or {}).get("properties") or found or {}
    return str((properties.get("runningStatus") or {}).get("code") or "")


async def _locks(azure: Azure, groups: Iterable[str]) -> tuple[tuple[Lock, ...], tuple[str, ...]]:
    found: dict[str, Lock] = {}
    for group in groups:
        try:
            bodies = await azure.ask("management_locks", "list_at_resource_group_level", group)
        except AzureError as error:
            if error.status != _FORBIDDEN:
                raise
            why = "locks were not checked first: reading them is not allowed (Microsoft.Authorization/locks/read)"
            return (), (why,)
        found |= {str(body["id"]).lower(): parse_lock(body) for body in bodies}
    return tuple(found[key] for key in sorted(found)), ()


def _same(left: object, right: str) -> bool:
    return str(left).lower() == right.lower()
