"""Property rules: identity of the set, capacity limits and placement."""

from collections.abc import Iterator

from scaleset_core.facts.checks import (
    Finding,
    NotDecided,
    is_number,
    one_of,
    required,
)
from scaleset_core.facts.properties import View
from scaleset_core.modes.rules.parts import (
    BOTH,
    DESIGN_PAGE,
    FAULT_DOMAIN_PAGE,
    FLEXIBLE,
    MIGRATION_PAGE,
    ORCHESTRATION_PAGE,
    PROFILE,
    SDK,
    STORAGE,
    UNIFORM,
    is_spot,
    size_family,
    zones,
)
from scaleset_core.modes.types import Conflict, PropertyRule, Severity

_MAX_INSTANCES = 1000
_MAX_INSTANCES_LEGACY_IMAGE = 600
_MAX_INSTANCES_FAULT_DOMAINS = 200
_FLEXIBLE_FAULT_DOMAINS = (1, 2, 3)
_UNIFORM_FAULT_DOMAINS = (1, 2, 3, 4, 5)
_UNIFORM_ZONAL_FAULT_DOMAINS = (1, 5)
_PLACEMENT_FAMILIES = frozenset("GHLMN")

_MAX_SINGLE_GROUP = 100
_API_VERSION = "azureApiVersion"
"""azure-native's own name for it; in a template it is ``apiVersion``."""
_FIRST_FLEXIBLE_VERSION = "2021-03-01"
_DATE = len(_FIRST_FLEXIBLE_VERSION)
_RESERVATION = f"{PROFILE}.capacityReservation.capacityReservationGroup"

_Check = Iterator[Finding | NotDecided]


def _system_assigned(view: View) -> _Check:
    kind = view.value("identity.type", "")
    if "systemassigned" in str(kind).lower():
        yield Finding("identity.type", kind, "expected UserAssigned")


def _fault_domains(view: View, regional: tuple[int, ...], zonal: tuple[int, ...]) -> _Check:
    found = view.first("platformFaultDomainCount")
    if found is None:
        return
    if not found.known:
        yield NotDecided(found.path)
        return
    allowed = zonal if zones(view) else regional
    if found.value not in allowed:
        place = "a zonal set" if zones(view) else "a regional set"
        yield Finding(found.path, found.value, f"expected {' or '.join(map(str, allowed))} on {place}")


def _flexible_fault_domains(view: View) -> _Check:
    return _fault_domains(view, _FLEXIBLE_FAULT_DOMAINS, (1,))


def _uniform_fault_domains(view: View) -> _Check:
    return _fault_domains(view, _UNIFORM_FAULT_DOMAINS, _UNIFORM_ZONAL_FAULT_DOMAINS)


def _placement_group_required_false(view: View) -> _Check:
    if view.value("singlePlacementGroup") is False:
        return
    for path, what in (
        (_RESERVATION, "a capacity reservation"),
        ("priorityMixPolicy", "a priority mix"),
    ):
        found = view.first(path)
        if found is not None and found.hidden:
            yield NotDecided(found.path)
        elif found is not None:
            value = view.value("singlePlacementGroup")
            yield Finding("singlePlacementGroup", value, f"expected false with {what}")


def _capacity(view: View) -> _Check:
    capacity = view.value("sku.capacity")
    if not is_number(capacity):
        return
    if capacity < 0 or capacity > _MAX_INSTANCES:
        yield Finding("sku.capacity", capacity, f"expected 0 to {_MAX_INSTANCES}")
        return
    image = str(view.value(f"{STORAGE}.imageReference.id", ""))
    if "/providers/microsoft.compute/images/" in image.lower() and capacity > _MAX_INSTANCES_LEGACY_IMAGE:
        yield Finding("sku.capacity", capacity, f"expected at most {_MAX_INSTANCES_LEGACY_IMAGE} with a managed image")


def _capacity_with_fault_domains(view: View) -> _Check:
    domains, capacity = view.value("platformFaultDomainCount"), view.value("sku.capacity")
    if not is_number(domains) or domains <= 1 or not is_number(capacity):
        return
    family = size_family(view.value("sku.name", ""))
    if family[:1] in _PLACEMENT_FAMILIES and capacity > _MAX_INSTANCES_FAULT_DOMAINS:
        yield Finding("sku.capacity", capacity, f"expected at most {_MAX_INSTANCES_FAULT_DOMAINS} for {family} sizes")


def _small_burstable(view: View) -> _Check:
    size = view.value("sku.name", "")
    if str(size).lower() == "standard_b1ls":
        yield Finding("sku.name", size)


def _zone_balance(view: View) -> _Check:
    if view.value("zoneBalance") is True and len(zones(view)) <= 1:
        yield Finding("zoneBalance", value=True, detail=f"the set has {len(zones(view)) or 'no'} zone")


def _proximity(view: View) -> _Check:
    if view.has("proximityPlacementGroup.id") and len(zones(view)) > 1:
        yield Finding("zones", zones(view), "expected one zone or none")


def _single_group_limit(view: View) -> _Check:
    capacity = view.value("sku.capacity")
    if view.value("singlePlacementGroup") is not False and is_number(capacity) and capacity > _MAX_SINGLE_GROUP:
        yield Finding("sku.capacity", capacity, f"expected at most {_MAX_SINGLE_GROUP} in one placement group")


def _single_group_flexible(view: View) -> _Check:
    if view.value("singlePlacementGroup") is not True:
        return
    special = size_family(view.value("sku.name", ""))[:1] in _PLACEMENT_FAMILIES
    if not special or view.value("platformFaultDomainCount", 1) == 1:
        yield Finding("singlePlacementGroup", value=True, detail="expected false")


def _dedicated_host(view: View) -> _Check:
    if not view.has("hostGroup.id"):
        return
    if view.has("proximityPlacementGroup.id"):
        yield Finding("proximityPlacementGroup.id", detail="not with dedicated hosts")
    if len(zones(view)) > 1:
        yield Finding("zones", zones(view), "expected one zone or none with dedicated hosts")
    if is_spot(view):
        yield Finding(f"{PROFILE}.priority", "Spot", "not with dedicated hosts")


def _reservation_excludes(view: View) -> _Check:
    if not view.has(_RESERVATION):
        return
    if view.has("hostGroup.id"):
        yield Finding("hostGroup.id", detail="not with a capacity reservation")
    if is_spot(view):
        yield Finding(f"{PROFILE}.priority", "Spot", "not with a capacity reservation")


def _reservation_and_proximity(view: View) -> _Check:
    if view.has(_RESERVATION) and view.has("proximityPlacementGroup.id"):
        yield Finding("proximityPlacementGroup.id")


def _api_version(view: View) -> _Check:
    version = view.value(_API_VERSION)
    if isinstance(version, str) and version[:_DATE] < _FIRST_FLEXIBLE_VERSION:
        yield Finding(_API_VERSION, version)


RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="api-version-on-flexible",
        modes=FLEXIBLE,
        path=_API_VERSION,
        statement=f"Flexible sets need version {_FIRST_FLEXIBLE_VERSION} of the compute API, or a later one.",
        reason="earlier versions know Uniform sets only",
        alternative="use a later apiVersion in the template, or azure-native's type without a version",
        source=f"{ORCHESTRATION_PAGE}; {MIGRATION_PAGE}",
        check=_api_version,
    ),
    PropertyRule(
        id="orchestration-mode-known",
        modes=BOTH,
        path="orchestrationMode",
        argument="orchestration_mode",
        statement="The orchestration mode is Flexible or Uniform, and it never changes after creation.",
        reason="Azure has these two modes and no conversion between them",
        alternative="use Flexible for new workloads; to change the mode, create a second set and move over",
        source=ORCHESTRATION_PAGE,
        check=one_of("orchestrationMode", "Flexible", "Uniform"),
    ),
    PropertyRule(
        id="system-assigned-identity-on-flexible",
        modes=FLEXIBLE,
        path="identity.type",
        argument="identity.type",
        statement="A Flexible set takes user-assigned identities only.",
        reason="the set's instances are virtual machines of their own, so one system identity cannot stand for them",
        alternative="create a Microsoft.ManagedIdentity/userAssignedIdentities and use UserAssigned with its id",
        source=ORCHESTRATION_PAGE,
        check=_system_assigned,
    ),
    PropertyRule(
        id="profile-required-on-uniform",
        modes=UNIFORM,
        path=PROFILE,
        argument="profile",
        statement="A Uniform set needs a virtual machine profile.",
        reason="every Uniform instance is made from the set's profile",
        alternative="give size, image and network for the profile, or use Flexible for virtual machines one by one",
        source="learn.microsoft.com: Virtual machine scale set scaling profile",
        check=required(PROFILE),
    ),
    PropertyRule(
        id="fault-domains-on-flexible",
        modes=FLEXIBLE,
        path="platformFaultDomainCount",
        argument="platform_fault_domain_count",
        statement="A Flexible set has 1 to 3 fault domains if it is regional, and 1 if it has zones.",
        reason="zones already spread the instances over hardware; a region has at most three fault domains",
        alternative="use 1 with zones; without zones use 1 for maximum spreading, or 2 or 3",
        source=FAULT_DOMAIN_PAGE,
        check=_flexible_fault_domains,
    ),
    PropertyRule(
        id="fault-domains-required-on-flexible",
        modes=FLEXIBLE,
        path="platformFaultDomainCount",
        argument="platform_fault_domain_count",
        statement="A Flexible set should state its fault domain count.",
        reason="it cannot be changed later, and Microsoft's pages disagree whether there is a default",
        alternative="state platformFaultDomainCount: 1 for maximum spreading",
        severity=Severity.WARNING,
        source=MIGRATION_PAGE,
        conflict=Conflict(
            stale="the migration page calls it required",
            followed="the fault-domain page (newer) gives a default of 1; state it and both are met",
        ),
        check=required("platformFaultDomainCount"),
    ),
    PropertyRule(
        id="fault-domains-on-uniform",
        modes=UNIFORM,
        path="platformFaultDomainCount",
        argument="platform_fault_domain_count",
        statement="A Uniform set has 1 to 5 fault domains if it is regional, and 1 or 5 if it has zones.",
        reason="Azure spreads Uniform sets over five fault domains or as far as it can (1)",
        alternative="use 1 (maximum spreading) or 5 (static spreading)",
        source=FAULT_DOMAIN_PAGE,
        check=_uniform_fault_domains,
    ),
    PropertyRule(
        id="single-placement-group-false",
        modes=BOTH,
        path="singlePlacementGroup",
        argument="single_placement_group",
        statement="Capacity reservations and priority mixes need singlePlacementGroup to be false.",
        reason="one placement group ties the instances to one cluster",
        alternative="set single_placement_group to false; it can never go back to true",
        source=f"{ORCHESTRATION_PAGE}; learn.microsoft.com: Spot Priority Mix",
        check=_placement_group_required_false,
    ),
    PropertyRule(
        id="capacity-limit",
        modes=BOTH,
        path="sku.capacity",
        argument="capacity",
        statement="A set holds at most 1,000 instances, 600 with a legacy managed image.",
        reason="it is Azure's limit for one scale set",
        alternative="use a gallery image, or split the instances over several sets",
        source=DESIGN_PAGE,
        check=_capacity,
    ),
    PropertyRule(
        id="capacity-limit-with-fault-domains",
        modes=FLEXIBLE,
        path="sku.capacity",
        argument="capacity",
        statement="G, H, L, M and N sizes with more than one fault domain: at most 200 instances.",
        reason="these sizes are placed in one placement group when fault domains are counted",
        alternative="use platformFaultDomainCount 1, or at most 200 instances",
        source=ORCHESTRATION_PAGE,
        check=_capacity_with_fault_domains,
    ),
    PropertyRule(
        id="b1ls-on-flexible",
        modes=FLEXIBLE,
        path="sku.name",
        argument="vm_size",
        statement="Standard_B1ls was refused on Flexible sets.",
        reason="the service answered so in 2022; whether it still does was not found",
        alternative="use Standard_B1s",
        severity=Severity.WARNING,
        source="MicrosoftDocs/azure-docs issue 102050 (2022)",
        conflict=Conflict(
            stale="the service's error of 2022 names the size; today's page says all sizes",
            followed="warned about only",
        ),
        check=_small_burstable,
        machine=True,
    ),
    PropertyRule(
        id="zone-balance-needs-zones",
        modes=BOTH,
        path="zoneBalance",
        argument="zone_balance",
        statement="zoneBalance needs more than one zone.",
        reason="there is nothing to balance in one zone",
        alternative="name two or three zones, or leave zone_balance out",
        source=SDK,
        check=_zone_balance,
    ),
    PropertyRule(
        id="proximity-placement-one-zone",
        modes=BOTH,
        path="proximityPlacementGroup.id",
        argument="proximity_placement_group_id",
        statement="A proximity placement group goes with one zone or none.",
        reason="its members stand in one datacentre",
        alternative="use one zone, or leave the proximity placement group out",
        source=ORCHESTRATION_PAGE,
        check=_proximity,
    ),
    PropertyRule(
        id="capacity-reservation-excludes-proximity",
        modes=BOTH,
        path=_RESERVATION,
        argument="capacity_reservation_group_id",
        statement="A capacity reservation and a proximity placement group exclude each other.",
        reason="a reservation fixes where its capacity stands",
        alternative="leave one of the two out",
        source="hashicorp/terraform-provider-azurerm: azurerm_orchestrated_virtual_machine_scale_set",
        check=_reservation_and_proximity,
        machine=True,
    ),
    PropertyRule(
        id="capacity-reservation-excludes-spot-and-hosts",
        modes=BOTH,
        path=_RESERVATION,
        argument="capacity_reservation_group_id",
        statement="A capacity reservation takes neither Spot instances nor dedicated hosts.",
        reason="reserved capacity is sold at the regular price and has its own place",
        alternative="leave one of the two out",
        source="learn.microsoft.com: On-demand Capacity Reservation, limitations",
        check=_reservation_excludes,
        machine=True,
    ),
    PropertyRule(
        id="dedicated-host-limits",
        modes=BOTH,
        path="hostGroup.id",
        argument="host_group_id",
        statement="Dedicated hosts take no Spot instances and no proximity placement group, and stand in one zone.",
        reason="a host group stands in one zone or none, and its capacity is paid for already",
        alternative="leave one of the two out",
        source="learn.microsoft.com: Azure Dedicated Hosts",
        check=_dedicated_host,
        machine=True,
    ),
    PropertyRule(
        id="single-placement-group-limit",
        modes=UNIFORM,
        path="singlePlacementGroup",
        argument="single_placement_group",
        statement="One placement group holds at most 100 instances.",
        reason="it is the limit of one placement group, and true is Azure's default on Uniform",
        alternative="set single_placement_group to false; it can never go back to true",
        source="learn.microsoft.com: Working with large Virtual Machine Scale Sets",
        check=_single_group_limit,
    ),
    PropertyRule(
        id="single-placement-group-on-flexible",
        modes=FLEXIBLE,
        path="singlePlacementGroup",
        argument="single_placement_group",
        statement="On Flexible one placement group is for G, H, L, M and N sizes with several fault domains.",
        reason="the platform places all other Flexible instances without one",
        alternative="leave single_placement_group out",
        source=f"{MIGRATION_PAGE}; Azure/azure-cli issue 21834",
        conflict=Conflict(
            stale="the migration page asks for false, the orchestration-modes page lets the platform choose",
            followed="false, except for the sizes that need true; can be accepted",
        ),
        check=_single_group_flexible,
    ),
)
