"""What is deployed, as Azure answers it: the resources of a resource group or a subscription that rules are about."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

from scaleset_operations.azure import Azure
from scaleset_operations.errors import AzureError
from scaleset_operations.target import parse_target

_RESOURCES = """resources
| where type in~ ({types}){condition}
| project id, name, type, location, tags, zones, sku, plan, identity, properties, resourceGroup
| order by id asc"""
_SETS = "microsoft.compute/virtualmachinescalesets"
_LOCKS = "microsoft.authorization/locks"
_SIDE_BY_SIDE = 20
_NOT_READ = {403, 404}
"""The set was deleted since Resource Graph saw it, or the caller has no permission to read it: its row is used."""


async def deployed(azure: Azure, types: Collection[str], *, group: str = "") -> list[Mapping[str, Any]]:
    """The resources, by id: from Resource Graph, the scale sets themselves and the locks with a GET.

    Args:
        azure: The clients of the subscription.
        types: ARM types in lower case.
        group: Only this resource group; ``""``: the whole subscription.

    Raises:
        AzureError: Azure refused.
    """
    named = ", ".join(f'"{each}"' for each in sorted(types))
    condition = f'\n| where resourceGroup =~ "{group.replace(chr(34), "")}"' if group else ""
    rows = await azure.query_graph(_RESOURCES.format(types=named, condition=condition))
    groups = {str(row.get("resourceGroup")).lower() for row in rows}
    locks = await asyncio.gather(*(_locks(azure, each) for each in sorted(groups))) if _LOCKS in types else []
    gate = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def fresh(row: Mapping[str, Any]) -> Mapping[str, Any]:
        if str(row.get("type")).lower() != _SETS:
            return row
        target = parse_target(str(row["id"]))
        group, name = target.resource_group, target.name
        async with gate:
            try:
                model: Mapping[str, Any] = await azure.ask("virtual_machine_scale_sets", "get", group, name)
            except AzureError as error:
                if error.status not in _NOT_READ:
                    raise
                return row
        return model

    found = [*await asyncio.gather(*map(fresh, rows)), *(lock for each in locks for lock in each)]
    once = {str(body.get("id")).lower(): body for body in found}
    return [once[key] for key in sorted(once)]


async def _locks(azure: Azure, group: str) -> list[Mapping[str, Any]]:
    """The locks in a resource group, and those that it inherits."""
    try:
        return list(await azure.ask("management_locks", "list_at_resource_group_level", group))
    except AzureError as error:
        if error.status not in _NOT_READ:
            raise
        return []
