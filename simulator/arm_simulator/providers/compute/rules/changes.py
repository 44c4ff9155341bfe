"""What cannot change on a scale set after its creation."""

from __future__ import annotations

from collections.abc import Iterator

from .problem import Problem, change_not_allowed, dig, invalid, same
from .view import SetRequest
from .vm_changes import unchanged

FIXED = (
    ("location", "location"),
    ("orchestrationMode", "properties.orchestrationMode"),
    ("platformFaultDomainCount", "properties.platformFaultDomainCount"),
    ("zoneBalance", "properties.zoneBalance"),
    ("hostGroup", "properties.hostGroup.id"),
    ("computerNamePrefix", "properties.virtualMachineProfile.osProfile.computerNamePrefix"),
    ("adminUsername", "properties.virtualMachineProfile.osProfile.adminUsername"),
    ("priority", "properties.virtualMachineProfile.priority"),
    ("evictionPolicy", "properties.virtualMachineProfile.evictionPolicy"),
    ("osDisk.createOption", "properties.virtualMachineProfile.storageProfile.osDisk.createOption"),
    ("osDisk.diffDiskSettings", "properties.virtualMachineProfile.storageProfile.osDisk.diffDiskSettings"),
)


def fixed(request: SetRequest) -> Iterator[Problem]:
    """Members that are fixed at creation stay as they are."""
    if request.before is None:
        return
    had_profile = dig(request.before, "properties.virtualMachineProfile") is not None
    members = tuple(pair for pair in FIXED if had_profile or "Profile" not in pair[1])
    yield from unchanged(request.body, request.before, members)


def zones_grow(request: SetRequest) -> Iterator[Problem]:
    """Zones may be added to a zonal set; removal, and zones for a regional set, are refused. Order is free.

    Automatic placement may replace the zones, and zones may replace it (Configure automatic zone placement).
    """
    if request.before is None or "zones" not in request.body:
        return
    was_automatic = dig(request.before, "placement.zonePlacementPolicy") == "Auto"
    old = {str(zone) for zone in request.before.get("zones") or ()}
    if (request.automatic_zones and not request.zones) or (was_automatic and request.zones):
        return
    if not old <= set(request.zones) or (not old and request.zones):
        yield change_not_allowed("zones")


def placement_groups(request: SetRequest) -> Iterator[Problem]:
    """``singlePlacementGroup`` goes from true to false and never back."""
    if request.before is None:
        return
    old = dig(request.before, "properties.singlePlacementGroup")
    if request.properties.get("singlePlacementGroup") is True and old is False:
        yield change_not_allowed("singlePlacementGroup")


def proximity_kept(request: SetRequest) -> Iterator[Problem]:
    """A set's proximity placement group: fixed on Flexible, and on Uniform until every instance is deallocated."""
    if request.before is None or "proximityPlacementGroup" not in request.properties:
        return
    new = dig(request.properties, "proximityPlacementGroup.id")
    old = dig(request.before, "properties.proximityPlacementGroup.id")
    if same(new, old):
        return
    if request.flexible:
        yield change_not_allowed("proximityPlacementGroup")
    elif request.running:
        yield Problem(
            "OperationNotAllowed",
            f"Changing property 'proximityPlacementGroup' of Virtual Machine Scale Set '{request.name}' requires all "
            "of its instances to be deallocated.",
            "proximityPlacementGroup",
            409,
        )


def profile_kept(request: SetRequest) -> Iterator[Problem]:
    """A profile can be added to a Flexible set without one, and not taken away."""
    if request.before is None:
        return
    had = dig(request.before, "properties.virtualMachineProfile") is not None
    if had and request.profile is None and request.flexible:
        yield invalid("virtualMachineProfile", "Parameter 'virtualMachineProfile' cannot be removed once it is set.")


RULES = (fixed, zones_grow, placement_groups, proximity_kept, profile_kept)
