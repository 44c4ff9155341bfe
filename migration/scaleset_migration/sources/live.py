"""Scale sets as they run in Azure."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from scaleset_core.modes import Mode
from scaleset_core.order import natural
from scaleset_migration.refusals import FORBIDDEN, NOT_READ
from scaleset_migration.situation import Member, Port, Situation
from scaleset_migration.sources.files import situations
from scaleset_migration.sources.room import with_rooms
from scaleset_operations.azure import Azure
from scaleset_operations.deployed import deployed
from scaleset_operations.errors import AzureError, UsageError
from scaleset_operations.instances import Instance
from scaleset_operations.inventory import live_instances, read_locks
from scaleset_operations.network import NatMapping, nat_mappings, read_network
from scaleset_operations.ports import with_ports
from scaleset_operations.target import parse_target
from scaleset_policies import arm_types
from scaleset_policies.choices import Format
from scaleset_policies.formats.read import read

_AROUND = (arm_types.SCALE_SET, arm_types.LOAD_BALANCER, arm_types.VIRTUAL_NETWORK, arm_types.AUTOSCALE)
_ROLES_API = "2022-04-01"
_SETTINGS_API = "2021-05-01-preview"
AUTOSCALE_API = "2022-10-01"
_NAMING = """resources
| where tolower(tostring(properties)) contains "{id}\\""
| where type !startswith "microsoft.compute/" and type !startswith "microsoft.network/"
| project name, type
| order by name asc"""


async def read_live(azure: Azure, *, group: str = "", name: str = "") -> list[Situation]:
    """The scale sets of a subscription, a resource group, or the one with this name.

    Raises:
        UsageError: There is none.
        AzureError: Azure refused.
    """
    bodies = await deployed(azure, frozenset(_AROUND), group=group)
    place = f"{group}/{name}" if name else group or azure.subscription
    found = list(from_azure(bodies, place))
    if name:
        found = [each for each in found if each.name.lower() == name.lower()]
        if not found:
            raise UsageError(f"--name {name!r}: there is no such scale set in {group or azure.subscription}.")
    return await with_rooms(azure, await asyncio.gather(*(_whole(azure, each) for each in found)))


def from_azure(bodies: Sequence[Mapping[str, Any]], place: str) -> list[Situation]:
    """The scale sets among resources as Azure answers them."""
    found = read(json.dumps({"value": list(bodies)}), place, format_=Format.AZURE) if bodies else None
    return [replace(each, live=True) for each in situations(found.estate, place)] if found is not None else []


async def _whole(azure: Azure, found: Situation) -> Situation:
    """A set with its instances, ports, locks, grants and settings."""
    target = parse_target(found.id)
    mode = Mode.FLEXIBLE if str(found.body.get("orchestrationMode")).lower() == "flexible" else Mode.UNIFORM
    instances, locks = await asyncio.gather(live_instances(azure, target, mode), read_locks(azure, target))
    network = await read_network(azure, target, mode, instances, {"properties": dict(found.body)})
    network, _ = await with_ports(azure, network)
    insights = "providers/Microsoft.Insights"
    (roles, settings, scaling), named = await asyncio.gather(
        asyncio.gather(
            _list(azure, f"{found.id}/providers/Microsoft.Authorization/roleAssignments", _ROLES_API),
            _list(azure, f"{found.id}/{insights}/diagnosticSettings", _SETTINGS_API),
            # The settings are in `found` already. But Resource Graph silently leaves out what the account cannot read.
            _list(azure, f"{target.group_id}/{insights}/autoscalesettings", AUTOSCALE_API),
        ),
        naming(azure, found.id),
    )
    parts = {"role assignments": roles, "diagnostic settings": settings, "autoscale settings": scaling}
    scopes = {found.id.lower(), *(each.resource_id.lower() for each in instances)}
    return replace(
        found,
        members=tuple(sorted(map(_member, instances), key=lambda each: natural(each.name))),
        ports=tuple(port for mapping in nat_mappings(network) for port in _ports(mapping)),
        locks=tuple((lock.scope, lock.level, lock.name) for lock in locks if lock.scope.lower() in scopes),
        roles=tuple(roles or ()),
        settings=tuple(str(each.get("name")) for each in settings or ()),
        naming=tuple(named),
        unread=tuple(name for name, listed in parts.items() if listed is None),
    )


def _member(instance: Instance) -> Member:
    kept = {"protectFromScaleIn": instance.protect_scale_in, "protectFromScaleSetActions": instance.protect_actions}
    running = None if not instance.power else instance.power == "running"
    names = tuple(name for name, on in kept.items() if on)
    return Member(instance.resource_id, instance.name, instance.zone, names, running)


def _ports(mapping: NatMapping) -> list[Port]:
    row = mapping.row
    if mapping.elsewhere or not isinstance(row.get("frontendPort"), int):
        return []
    inner = mapping.body.get("properties") or {}
    stays = bool(inner.get("backendAddressPool"))
    name = str(mapping.body.get("name"))
    return [
        Port(
            balancer=str(mapping.balancer.get("id")),
            frontend=str((inner.get("frontendIPConfiguration") or {}).get("id") or ""),
            pool=name if stays else name.rpartition(".")[0] or name,
            port=int(row["frontendPort"]),
            backend=int(inner.get("backendPort") or 0),
            protocol=str(inner.get("protocol") or "Tcp"),
            member=face.instance,
            stays=stays,
        )
        for face in mapping.faces
    ]


async def naming(azure: Azure, identity: str) -> list[str]:
    """The resources that name the set's id: alerts, autoscale settings, dashboards and whatever else."""
    wanted = identity.lower().replace('"', "")
    query = _NAMING.format(id=wanted)
    return [f"{row.get('type')} {row.get('name')}" for row in await azure.query_graph(query)]


async def _list(azure: Azure, path: str, version: str) -> list[dict[str, Any]] | None:
    """A list of Azure's; None without the permission to read it."""
    try:
        return await azure.read_list(path, version)
    except AzureError as error:
        if error.status not in NOT_READ:
            raise
        return None if error.status == FORBIDDEN else []
