"""Rules on the placement of instances: zones, fault domains, placement groups, capacity, reservations."""

from __future__ import annotations

from collections.abc import Iterator

from .problem import Problem, check_duration, check_range, dig, invalid, missing, value_not_allowed
from .view import SetRequest, family

MAX_CAPACITY = 1000
MAX_CAPACITY_MANAGED_IMAGE = 600
MAX_CAPACITY_SINGLE_PLACEMENT_GROUP = 100
MAX_CAPACITY_SPECIALTY = 200
MAX_FAULT_DOMAINS_FLEXIBLE = 3
MAX_FAULT_DOMAINS_UNIFORM = 5
MAX_FAULT_DOMAINS_RESERVED = 3

_SPECIALTY_LETTERS = ("G", "H", "L", "M", "N")
_SIZES_NOT_ON_FLEXIBLE = ("standard_b1ls",)


def specialty(size: str) -> bool:
    """Whether a size is of the G, H, L, M or N series, which keep no memory over host updates."""
    return family(size).startswith(_SPECIALTY_LETTERS)


def fault_domains(request: SetRequest) -> Iterator[Problem]:
    """Flexible: 1 in zones, else 1 to 3. Uniform: 1 or 5 in zones, else 1 to 5.

    Nobody has to say it: the page "Choosing the right number of fault domains" (2025-09) has a default for each row.
    """
    target = "platformFaultDomainCount"
    count = request.properties.get(target)
    if count is None:
        return
    if request.zonal:
        allowed = (1,) if request.flexible else (1, MAX_FAULT_DOMAINS_UNIFORM)
        if count not in allowed:
            yield value_not_allowed(target, count, allowed)
        return
    most = MAX_FAULT_DOMAINS_FLEXIBLE if request.flexible else MAX_FAULT_DOMAINS_UNIFORM
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= most:
        yield invalid(target, f"The specified fault domain count {count} must fall in the range 1 to {most}.")


def zones_valid(request: SetRequest) -> Iterator[Problem]:
    """Zones are 1, 2 or 3, each once; balance needs more than one of them, unless Azure chooses the zones."""
    for zone in request.zones:
        if zone not in {"1", "2", "3"}:
            yield Problem("InvalidAvailabilityZone", f"The zone(s) '{zone}' for resource are not supported.", "zones")
    if len(set(request.zones)) != len(request.zones):
        yield invalid("zones", f"The zones '{', '.join(request.zones)}' contain duplicates.")
    if request.properties.get("zoneBalance") is True and len(request.zones) <= 1 and not request.automatic_zones:
        yield invalid(
            "zoneBalance",
            "Parameter 'zoneBalance' can only be set when the 'zones' of the Virtual Machine Scale Set contain more "
            "than one zone.",
        )


def capacity(request: SetRequest) -> Iterator[Problem]:
    """``capacity`` is 0 to 1000, less with a managed image, one placement group, or specialty sizes."""
    value = request.capacity
    if value is None:
        if request.profile is not None:
            yield missing("sku.capacity")
        return
    most, reason = _capacity_limit(request)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        yield invalid(
            "sku.capacity",
            f"The value '{value}' of parameter 'sku.capacity' is not allowed: it must be in the range 0 to "
            f"{most}{reason}.",
        )


def _capacity_limit(request: SetRequest) -> tuple[int, str]:
    limits = [(MAX_CAPACITY, "")]
    image = str(dig(request.profile, "storageProfile.imageReference.id") or "").lower()
    if "/providers/microsoft.compute/images/" in image:
        limits.append((MAX_CAPACITY_MANAGED_IMAGE, " for instances made from a managed image"))
    single = request.properties.get("singlePlacementGroup")
    if not request.flexible and single is not False:
        limits.append((MAX_CAPACITY_SINGLE_PLACEMENT_GROUP, " when 'singlePlacementGroup' is true"))
    domains = request.properties.get("platformFaultDomainCount") or 1
    if request.flexible and isinstance(domains, int) and domains > 1 and specialty(request.size):
        limits.append((MAX_CAPACITY_SPECIALTY, f" for size '{request.size}' with more than one fault domain"))
    return min(limits)


def size_allowed(request: SetRequest) -> Iterator[Problem]:
    """Standard_B1ls does not run in a Flexible set."""
    if request.flexible and request.size.lower() in _SIZES_NOT_ON_FLEXIBLE:
        yield invalid(
            "sku.name",
            "Virtual Machine Scale Sets with Flexible Orchestration Mode or Virtual Machines referencing such Virtual "
            f"Machine Scale Sets cannot use VM Size '{request.size}'.",
        )


def proximity(request: SetRequest) -> Iterator[Problem]:
    """A proximity placement group fits one zone or none, and no dedicated host group."""
    if dig(request.properties, "proximityPlacementGroup.id") is None:
        return
    if len(request.zones) > 1:
        yield invalid(
            "proximityPlacementGroup",
            "A Virtual Machine Scale Set with more than one zone cannot use a proximity placement group.",
        )
    if dig(request.properties, "hostGroup.id") is not None:
        yield invalid("hostGroup", "Parameters 'hostGroup' and 'proximityPlacementGroup' cannot be set together.")


def reservation(request: SetRequest) -> Iterator[Problem]:
    """A capacity reservation excludes one placement group, PPG, host group, Spot, ultra disks and many fault domains.

    Microsoft's page "On-demand capacity reservation" (2026-02): the count of fault domains "is limited to 3, enforced
    at deployment", and for the GPU and M series only zones are supported.
    """
    base = "virtualMachineProfile.capacityReservation"
    if dig(request.profile, "capacityReservation.capacityReservationGroup.id") is None:
        return
    single = request.properties.get("singlePlacementGroup")
    if single is True or (single is None and not request.flexible):
        yield invalid(
            "singlePlacementGroup",
            "Parameter 'singlePlacementGroup' must be false when a capacity reservation group is used.",
        )
    for other in ("proximityPlacementGroup", "hostGroup"):
        if dig(request.properties, f"{other}.id") is not None:
            yield invalid(base, f"Parameters 'capacityReservationGroup' and '{other}' cannot be set together.")
    if request.machine.spot:
        yield invalid(base, "Spot virtual machines cannot be associated with a capacity reservation group.")
    if request.machine.ultra:
        yield invalid(base, "Ultra disks are not supported with a capacity reservation group.")
    domains = _domains(request)
    most = 1 if family(request.size).startswith(("M", "NC", "NV", "NG")) else MAX_FAULT_DOMAINS_RESERVED
    if domains > most:
        yield invalid(
            "platformFaultDomainCount",
            f"Virtual Machine Scale Sets of size '{request.size}' that use a capacity reservation group can have "
            f"{most} fault domains at most, not {domains}.",
        )


def _domains(request: SetRequest) -> int:
    """The count of fault domains, with the default of the mode (Manage fault domains, first table)."""
    count = request.properties.get("platformFaultDomainCount")
    if isinstance(count, int):
        return count
    return 1 if request.flexible or request.zonal else MAX_FAULT_DOMAINS_UNIFORM


def flexible_single_placement_group(request: SetRequest) -> Iterator[Problem]:
    """On Flexible one placement group exists for specialty sizes with several fault domains only."""
    if not request.flexible or request.properties.get("singlePlacementGroup") is not True:
        return
    domains = request.properties.get("platformFaultDomainCount") or 1
    if not (specialty(request.size) and domains != 1):
        yield value_not_allowed("singlePlacementGroup", True, (False,))


def host_group(request: SetRequest) -> Iterator[Problem]:
    """Dedicated hosts take no Spot instances, and one zone at most."""
    if dig(request.properties, "hostGroup.id") is None:
        return
    if request.machine.spot:
        yield invalid("hostGroup", "Spot virtual machines cannot be placed on dedicated hosts.")
    if len(request.zones) > 1:
        yield invalid("hostGroup", "A Virtual Machine Scale Set on a dedicated host group can have one zone at most.")


def spot_restore(request: SetRequest) -> Iterator[Problem]:
    """``spotRestorePolicy``: Spot only, restoreTimeout PT15M to PT2H."""
    policy = request.properties.get("spotRestorePolicy")
    if isinstance(policy, dict) and policy.get("enabled") is True and not request.machine.spot:
        yield invalid("spotRestorePolicy", "Parameter 'spotRestorePolicy' requires 'priority' to be 'Spot'.")
    timeout = dig(policy, "restoreTimeout")
    yield from check_duration("spotRestorePolicy.restoreTimeout", timeout, "PT15M", "PT2H")


def platform_ranges(request: SetRequest) -> Iterator[Problem]:
    """The numeric placement members have to be numbers."""
    share = dig(request.properties, "resiliencyPolicy.zoneAllocationPolicy.maxInstancePercentPerZonePolicy.value")
    yield from check_range("resiliencyPolicy.zoneAllocationPolicy.maxInstancePercentPerZonePolicy.value", share, 1, 100)


RULES = (
    fault_domains,
    zones_valid,
    capacity,
    size_allowed,
    proximity,
    reservation,
    flexible_single_placement_group,
    host_group,
    spot_restore,
    platform_ranges,
)
