"""Rules of automatic zone placement: ``placement.zonePlacementPolicy`` Auto on a scale set.

Microsoft's page "Configure automatic zone placement for a scale set" (2026-08), its limitations and its table.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from .problem import Body, Problem, dig, invalid, value_not_allowed
from .view import SetRequest

API_VERSION = "2026-03-01"
"""The first version with automatic placement; the members came before it."""
_SHARE = "resiliencyPolicy.zoneAllocationPolicy.maxInstancePercentPerZonePolicy"
_COUNT = "resiliencyPolicy.zoneAllocationPolicy.maxZoneCount"
_ZONES_OF_A_REGION = 3


def policy(request: SetRequest) -> Iterator[Problem]:
    """Scale sets take Auto (Any is for VMs); the allocation policy and the lists of zones belong to it."""
    placement: Body = request.body.get("placement") or {}
    chosen = placement.get("zonePlacementPolicy")
    if chosen is not None and chosen != "Auto":
        yield value_not_allowed("placement.zonePlacementPolicy", chosen, ("Auto",))
    lists = [name for name in ("includeZones", "excludeZones") if placement.get(name)]
    if len(lists) > 1:
        yield invalid("placement", "Parameters 'includeZones' and 'excludeZones' cannot be set together.")
    if lists and chosen is None:
        yield invalid(f"placement.{lists[0]}", f"Parameter '{lists[0]}' requires 'zonePlacementPolicy' to be 'Auto'.")


def automatic(request: SetRequest) -> Iterator[Problem]:
    """What automatic placement excludes, and what it needs."""
    if not request.automatic_zones:
        return
    target = "placement.zonePlacementPolicy"
    if request.api_version < API_VERSION:
        yield invalid(target, f"Automatic zone placement requires api-version '{API_VERSION}' or later.")
    excluded = (
        ("zones", bool(request.zones)),
        ("proximityPlacementGroup", dig(request.properties, "proximityPlacementGroup.id") is not None),
        ("hostGroup", dig(request.properties, "hostGroup.id") is not None),
        ("capacityReservation", dig(request.profile, "capacityReservation.capacityReservationGroup.id") is not None),
        ("skuProfile", isinstance(request.properties.get("skuProfile"), dict)),
        ("extendedLocation", request.body.get("extendedLocation") is not None),
        ("a Service Fabric extension", request.service_fabric is not None),
    )
    for name, there in excluded:
        if there:
            yield invalid(target, f"Automatic zone placement cannot be used together with {name}.")
    overprovision = request.properties.get("overprovision")
    if overprovision is True or (overprovision is None and not request.flexible):
        yield invalid("overprovision", "Automatic zone placement requires 'overprovision' to be false.")
    yield from _allocation(request)


def _allocation(request: SetRequest) -> Iterator[Problem]:
    count = dig(request.properties, _COUNT)
    balance = request.properties.get("zoneBalance") is True
    if balance and count is None:
        yield invalid("zoneBalance", "Parameter 'zoneBalance' with automatic zone placement requires 'maxZoneCount'.")
    if dig(request.properties, f"{_SHARE}.enabled") is not True:
        return
    if balance:
        yield invalid(_SHARE, "'maxInstancePercentPerZonePolicy' requires 'zoneBalance' to be false.")
    value = dig(request.properties, f"{_SHARE}.value")
    least = math.ceil(100 / _eligible(request, count))
    if isinstance(value, int) and value < least:
        yield invalid(f"{_SHARE}.value", f"The value '{value}' must be {least} at least: 100 by the number of zones.")


def _eligible(request: SetRequest, count: object) -> int:
    included = dig(request.body, "placement.includeZones")
    excluded = dig(request.body, "placement.excludeZones") or []
    zones = len(included) if included else max(_ZONES_OF_A_REGION - len(excluded), 1)
    return max(min(zones, count) if isinstance(count, int) else zones, 1)


RULES = (policy, automatic)
