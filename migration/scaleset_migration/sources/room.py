"""How much room a subscription has for a second set beside the first: its quotas in the region, and what is used."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from scaleset_migration.refusals import NOT_READ
from scaleset_migration.reverse.parts import at
from scaleset_migration.situation import Room, Situation
from scaleset_operations.azure import Azure
from scaleset_operations.errors import AzureError

_SKUS_API = "2021-07-01"
_USAGES_API = "2024-11-01"
_REGION = "cores"
"""The quota of all vCPUs in a region, beside that of each family."""


async def with_rooms(azure: Azure, found: Sequence[Situation]) -> list[Situation]:
    """The situations, each with its room; two requests for each region, none for an empty set.

    Args:
        azure: The clients of the subscription.
        found: Sets as they run.

    Raises:
        AzureError: Azure failed; if the caller has no permission, the room is not known.
    """
    places = sorted({_place(each) for each in found if each.capacity} - {""})
    known = dict(zip(places, await asyncio.gather(*(_region(azure, each) for each in places)), strict=True))
    return [replace(each, room=_room(each, known.get(_place(each)))) for each in found]


def _place(situation: Situation) -> str:
    return str(at(situation.body, "location") or "").replace(" ", "").lower()


async def _region(azure: Azure, place: str) -> tuple[dict[str, tuple[str, int]], dict[str, int]] | None:
    """The family and the vCPUs of each size, and what is left of each quota; None without permission to read it."""
    root = f"/subscriptions/{azure.subscription}/providers/Microsoft.Compute"
    try:
        skus, usages = await asyncio.gather(
            azure.read_list(f"{root}/skus", _SKUS_API, filter=f"location eq '{place}'"),
            azure.read_list(f"{root}/locations/{place}/usages", _USAGES_API),
        )
    except AzureError as error:
        if error.status not in NOT_READ:
            raise
        return None
    return _sizes(skus), _left(usages)


def _sizes(skus: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, int]]:
    found = {}
    for each in skus:
        capabilities = {str(one.get("name")): one.get("value") for one in each.get("capabilities") or []}
        count = str(capabilities.get("vCPUs") or "")
        if each.get("resourceType") == "virtualMachines" and count.isdigit():
            found[str(each.get("name")).lower()] = (str(each.get("family")), int(count))
    return found


def _left(usages: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    return {
        str(at(each, "name.value")).lower(): int(each["limit"]) - int(each["currentValue"])
        for each in usages
        if isinstance(each.get("limit"), int) and isinstance(each.get("currentValue"), int)
    }


def _room(situation: Situation, region: tuple[dict[str, tuple[str, int]], dict[str, int]] | None) -> Room | None:
    """The room for as many instances again; None where size or quota are not known."""
    if region is None:
        return None
    sizes, left = region
    size = sizes.get(str(at(situation.body, "sku.name") or "").lower())
    if size is None or size[0].lower() not in left or _REGION not in left:
        return None
    family, cores = size
    return Room(family, situation.capacity * cores, left[family.lower()], left[_REGION])
