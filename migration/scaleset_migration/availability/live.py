"""Availability sets as they run in Azure."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scaleset_migration.adopting.exact import read_machines
from scaleset_migration.adopting.things import Machine
from scaleset_migration.availability.sets import AvailabilitySet, balancers_of
from scaleset_migration.refusals import FORBIDDEN, NOT_READ
from scaleset_migration.reverse.parts import at
from scaleset_migration.situation import Member, Situation
from scaleset_migration.sources.live import naming
from scaleset_operations.azure import Azure
from scaleset_operations.calls import API_VERSIONS, COMPUTE
from scaleset_operations.deployed import deployed
from scaleset_operations.errors import AzureError
from scaleset_operations.instances import Instance, from_machine
from scaleset_operations.inventory import parse_lock, read_locks
from scaleset_operations.locks import Lock
from scaleset_operations.target import Target
from scaleset_policies import arm_types
from scaleset_policies.choices import Format
from scaleset_policies.formats.read import read

FEATURE = "MigrateToVmssFlex"
"""The preview feature of Microsoft.Compute that both ways need."""
_FEATURES_API = "2021-07-01"


async def read_availability(
    azure: Azure, *, group: str = "", name: str = "", with_locks: bool = False
) -> list[AvailabilitySet]:
    """The availability sets of a subscription, a resource group, or the one with this name; none is no error.

    Args:
        azure: The clients of the subscription.
        group: The resource group; ``""`` for all.
        name: The name; ``""`` for all.
        with_locks: Whether the permission to read locks is required. Otherwise the result says that it is missing.

    Raises:
        AzureError: Azure refused.
    """
    bodies = await deployed(azure, frozenset({arm_types.AVAILABILITY_SET, arm_types.LOCK}), group=group)
    locks = [each for each in bodies if str(each.get("type")).lower() == arm_types.LOCK]
    chosen = [
        each
        for each in bodies
        if str(each.get("type")).lower() == arm_types.AVAILABILITY_SET
        and (not name or str(each.get("name")).lower() == name.lower())
    ]
    if not chosen:
        return []
    registered = await is_registered(azure)
    found = await asyncio.gather(*(_whole(azure, str(each["id"]), locks, registered, with_locks) for each in chosen))
    return [each for each in found if each is not None]


async def read_machine(azure: Azure, identity: str) -> Instance:
    """A virtual machine as it is now, with its power and health."""
    _, _, _, _, group, *_, name = identity.split("/")
    return from_machine(await azure.ask("virtual_machines", "get", group, name, expand="instanceView"))


async def is_registered(azure: Azure) -> bool | None:
    """Whether the subscription takes part in the preview; None if the caller has no permission to read that."""
    path = f"/subscriptions/{azure.subscription}/providers/Microsoft.Features/providers/Microsoft.Compute"
    try:
        found = await azure.get(f"{path}/features/{FEATURE}", _FEATURES_API)
    except AzureError as error:
        if error.status not in NOT_READ:
            raise
        return None
    return None if found is None else at(found, "properties.state") == "Registered"


async def _whole(
    azure: Azure, identity: str, locks: Sequence[Mapping[str, Any]], registered: bool | None, with_locks: bool
) -> AvailabilitySet | None:
    """An availability set with its machines; None if it is gone since it was listed."""
    body = await azure.get(identity, COMPUTE)
    if body is None:
        return None
    group, name = identity.split("/")[4], str(body.get("name"))
    inner = body.get("properties") or {}
    named = [str(each["id"]) for each in inner.get("virtualMachines") or []]
    instances = await asyncio.gather(*(read_machine(azure, each) for each in named))
    near = [lock for each in locks if (lock := parse_lock(each)) and _is_near(lock, identity)]
    unread = not await _reads_locks(azure, group, name, needed=with_locks)
    carrier = Situation(
        id=identity,
        name=name,
        group=group,
        body={},
        members=tuple(Member(each.resource_id, each.name, each.zone) for each in instances),
        locks=tuple((each.scope, each.level, each.name) for each in near),
        place=f"{group}/{name}",
    )
    machines = await read_machines(azure, carrier)
    balancers = dict.fromkeys(each for machine in machines for each in balancers_of(machine))
    return AvailabilitySet(
        id=identity,
        name=name,
        group=group,
        body=flattened(body),
        machines=tuple(machines),
        running={each.resource_id.lower(): each.power == "running" for each in instances if each.power},
        balancers={each.lower(): await _balancer(azure, each) for each in balancers},
        locks=tuple(lock for lock in near if any(lock.covers(each) for each in _touched(identity, machines))),
        locks_unread=unread,
        naming=tuple(await naming(azure, identity)),
        registered=registered,
        target=str(at(inner, "virtualMachineScaleSetMigrationInfo.migrateToVirtualMachineScaleSet.id") or ""),
        live=True,
        place=f"{group}/{name}",
    )


async def _reads_locks(azure: Azure, group: str, name: str, *, needed: bool) -> bool:
    """Whether the account may read locks: Resource Graph shows none to one that may not."""
    try:
        await read_locks(azure, Target(azure.subscription, group, name))
    except AzureError as error:
        if needed or error.status != FORBIDDEN:
            raise
        return False
    return True


def _is_near(lock: Lock, identity: str) -> bool:
    """Whether a lock is in the availability set's resource group, or above it."""
    scope = lock.scope.lower()
    group = identity.lower().partition("/providers/")[0]
    return scope == group or scope.startswith(f"{group}/") or group.startswith(f"{scope}/")


def _touched(identity: str, machines: Iterable[Machine]) -> list[str]:
    """The ids of what a migration writes."""
    return [identity, *(thing.id for each in machines for thing in (each.vm, *each.nics))]


async def _balancer(azure: Azure, identity: str) -> Mapping[str, Any]:
    try:
        body = await azure.get(identity, API_VERSIONS["load_balancers"])
    except AzureError as error:
        if error.status not in NOT_READ:
            raise
        body = None
    return {} if body is None else flattened(body)


def flattened(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A resource's properties as azure-native flattens them."""
    found = read(json.dumps({"value": [body]}), str(body.get("id")), format_=Format.AZURE)
    resources = list(found.estate) if found is not None else []
    properties = resources[0].properties if resources else {}
    return properties if isinstance(properties, Mapping) else {}
