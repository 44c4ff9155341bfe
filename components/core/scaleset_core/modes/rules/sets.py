"""Property rules: what a set is (API version, mode, identity, profile, fault domains) and how many instances it has."""

from collections.abc import Iterator

from scaleset_core.facts.checks import (
    API_VERSION,
    Finding,
    NotDecided,
    is_number,
    one_of,
    required,
)
from scaleset_core.facts.properties import View
from scaleset_core.modes.examples import ABSENT, GROUP, NO_ZONES, on_flexible, on_uniform
from scaleset_core.modes.pages import (
    AZURE_SDK_33268,
    DESIGN_PAGE,
    FAULT_DOMAIN_PAGE,
    LARGE_SETS_PAGE,
    MIGRATION_PAGE,
    ORCHESTRATION_PAGE,
    PRIORITY_MIX_PAGE,
    RESERVATION_PAGE,
    REST_SPECS_27029,
    SCALING_PROFILE_PAGE,
    SDK,
    SIZE_B1LS,
)
from scaleset_core.modes.rules.parts import (
    BOTH,
    FLEXIBLE,
    PROFILE,
    RESERVATION,
    STORAGE,
    UNIFORM,
    is_uniform,
    size_family,
    zones,
)
from scaleset_core.modes.types import Conflict, Impact, PropertyRule, Severity

_MAX_INSTANCES = 1000
_MAX_INSTANCES_LEGACY_IMAGE = 600
_MAX_INSTANCES_FAULT_DOMAINS = 200
_FLEXIBLE_FAULT_DOMAINS = (1, 2, 3)
_UNIFORM_FAULT_DOMAINS = (1, 2, 3, 4, 5)
_UNIFORM_ZONAL_FAULT_DOMAINS = (1, 5)
_PLACEMENT_FAMILIES = frozenset("GHLMN")
_FIRST_FLEXIBLE_VERSION = "2021-03-01"
_DATE = len(_FIRST_FLEXIBLE_VERSION)
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
    """An explicit true; on Uniform, whose default is true, nothing said too: on Flexible the platform chooses then."""
    single = view.value("singlePlacementGroup")
    if single is False or (single is None and not is_uniform(view)):
        return
    for path, what in ((RESERVATION, "a capacity reservation"), ("priorityMixPolicy", "a priority mix")):
        found = view.first(path)
        if found is not None and found.hidden:
            yield NotDecided(found.path)
        elif found is not None:
            yield Finding("singlePlacementGroup", single, f"expected false with {what}")


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


def _api_version(view: View) -> _Check:
    version = view.value(API_VERSION)
    if isinstance(version, str) and version[:_DATE] < _FIRST_FLEXIBLE_VERSION:
        yield Finding(API_VERSION, version)


_RESERVED = {"capacityReservationGroup": {"id": f"{GROUP}/providers/Microsoft.Compute/capacityReservationGroups/web"}}

RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="api-version-on-flexible",
        number="SS088",
        modes=FLEXIBLE,
        path=API_VERSION,
        argument="api_version",
        statement=f"A Flexible set needs version {_FIRST_FLEXIBLE_VERSION} of the compute API or a later one.",
        reason="earlier versions support only Uniform sets",
        alternative="use a later apiVersion in the template, or azure-native's type without a version",
        sources=(
            ORCHESTRATION_PAGE.at("Basic setup: Minimum API Version Required", says="Flexible: 2021-03-01"),
            MIGRATION_PAGE.at("Update Uniform scale sets", says="update the compute API version to 2021-03-01"),
        ),
        check=_api_version,
        impact=Impact.HIGH,
        example=on_flexible({"azureApiVersion": "2020-12-01"}, {"azureApiVersion": "2024-11-01"}),
    ),
    PropertyRule(
        id="orchestration-mode-known",
        number="SS001",
        modes=BOTH,
        path="orchestrationMode",
        argument="orchestration_mode",
        statement="The orchestration mode is Flexible or Uniform, and it cannot change after creation.",
        reason="Azure has only these two modes and converts neither into the other",
        alternative="use Flexible for new workloads; to change the mode, create a second set and migrate to it",
        sources=(
            ORCHESTRATION_PAGE.at(says="two modes; the mode is set at creation and cannot be changed later"),
            SDK.at("OrchestrationMode", says="the known values are Uniform and Flexible"),
        ),
        check=one_of("orchestrationMode", "Flexible", "Uniform"),
        impact=Impact.CRITICAL,
        example=on_flexible({"orchestrationMode": "Flex"}, {"orchestrationMode": "Flexible"}),
    ),
    PropertyRule(
        id="system-assigned-identity-on-flexible",
        number="SS002",
        modes=FLEXIBLE,
        path="identity.type",
        argument="identity.type",
        statement="A Flexible set accepts only user-assigned identities.",
        reason="the set's instances are separate virtual machines, so they cannot share one system-assigned identity",
        alternative=(
            "create a Microsoft.ManagedIdentity/userAssignedIdentities, and set the identity type UserAssigned "
            "with its id"
        ),
        sources=(
            ORCHESTRATION_PAGE.at("Basic setup: Managed Identity", says="Flexible: user-assigned identities only"),
            ORCHESTRATION_PAGE.at(
                "Unsupported parameters", says="system-assigned identity: use a user-assigned one instead"
            ),
        ),
        check=_system_assigned,
        impact=Impact.HIGH,
        example=on_flexible(
            {"identity": {"type": "SystemAssigned"}},
            {
                "identity": {
                    "type": "UserAssigned",
                    "userAssignedIdentities": [
                        f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/web"
                    ],
                }
            },
        ),
    ),
    PropertyRule(
        id="profile-required-on-uniform",
        number="SS003",
        modes=UNIFORM,
        path=PROFILE,
        argument="profile",
        statement="A Uniform set needs a virtual machine profile.",
        reason="Azure creates every Uniform instance from the set's profile",
        alternative=(
            "set size, image and network in the profile, or use Flexible to declare virtual machines one by one"
        ),
        sources=(
            SCALING_PROFILE_PAGE.at(says="the profile is required in Uniform mode and optional in Flexible mode"),
        ),
        check=required(PROFILE),
        impact=Impact.CRITICAL,
        example=on_uniform({PROFILE: ABSENT, "upgradePolicy": ABSENT, "automaticRepairsPolicy": ABSENT}),
    ),
    PropertyRule(
        id="fault-domains-on-flexible",
        number="SS004",
        modes=FLEXIBLE,
        path="platformFaultDomainCount",
        argument="platform_fault_domain_count",
        statement="A Flexible set has 1 to 3 fault domains if it is regional, and 1 if it has zones.",
        reason="zones already spread the instances over hardware; a region has at most three fault domains",
        alternative="use 1 with zones; without zones use 1 for maximum spreading, or 2 or 3",
        sources=(
            FAULT_DOMAIN_PAGE.at(
                "Supported fault domain configurations", says="Flexible: 1 with zones; 1, 2 or 3 without"
            ),
            ORCHESTRATION_PAGE.at(
                "High availability", says="Flexible: 2 or 3 as the region has them; 1 for zone-spanning and zonal sets"
            ),
        ),
        check=_flexible_fault_domains,
        impact=Impact.HIGH,
        example=on_flexible({"platformFaultDomainCount": 5}, {"platformFaultDomainCount": 1}),
    ),
    PropertyRule(
        id="fault-domains-required-on-flexible",
        number="SS005",
        modes=FLEXIBLE,
        path="platformFaultDomainCount",
        argument="platform_fault_domain_count",
        statement="A Flexible set should state its fault domain count.",
        reason="it cannot be changed later, and Microsoft's pages disagree about the default",
        alternative="set platformFaultDomainCount: 1 for maximum spreading",
        severity=Severity.WARNING,
        sources=(
            MIGRATION_PAGE.at("Update Uniform scale sets", says="platformFaultDomainCount is required"),
            AZURE_SDK_33268.at(says="Azure: the required parameter platformFaultDomainCount is missing"),
            REST_SPECS_27029.at(says="required on Flexible; Microsoft's own example was corrected"),
            FAULT_DOMAIN_PAGE.at(
                "Supported fault domain configurations", says="contradicts: the default on Flexible is 1"
            ),
        ),
        conflict=Conflict(
            stale="the migration page, and an answer of the service in 2023, call it required",
            followed="the fault-domain page (newer) gives a default of 1; state it and both are met",
        ),
        check=required("platformFaultDomainCount"),
        impact=Impact.LOW,
        example=on_flexible({"platformFaultDomainCount": ABSENT}, {"platformFaultDomainCount": 1}),
    ),
    PropertyRule(
        id="fault-domains-on-uniform",
        number="SS006",
        modes=UNIFORM,
        path="platformFaultDomainCount",
        argument="platform_fault_domain_count",
        statement="A Uniform set has 1 to 5 fault domains if it is regional, and 1 or 5 if it has zones.",
        reason="Azure spreads a Uniform set over five fault domains, or over as many as possible (1)",
        alternative="use 1 (maximum spreading) or 5 (static spreading)",
        sources=(
            FAULT_DOMAIN_PAGE.at(
                "Supported fault domain configurations", says="Uniform: 1 or 5 with zones; 1 to 5 without"
            ),
        ),
        check=_uniform_fault_domains,
        impact=Impact.HIGH,
        example=on_uniform({"platformFaultDomainCount": 3}, {"platformFaultDomainCount": 5}),
    ),
    PropertyRule(
        id="single-placement-group-false",
        number="SS007",
        modes=BOTH,
        path="singlePlacementGroup",
        argument="single_placement_group",
        statement=(
            "Capacity reservations and priority mixes do not work with singlePlacementGroup true, Uniform's default."
        ),
        reason="one placement group ties the instances to one cluster",
        alternative="set single_placement_group to false; you cannot change it back to true",
        sources=(
            RESERVATION_PAGE.at(says="sets with single placement group true are not supported"),
            PRIORITY_MIX_PAGE.at("Limitations", says="not supported with the single placement setting enabled"),
            PRIORITY_MIX_PAGE.at("Azure PowerShell", says="the example leaves singlePlacementGroup out"),
            LARGE_SETS_PAGE.at("Placement groups", says="on Uniform true is the default"),
        ),
        check=_placement_group_required_false,
        impact=Impact.HIGH,
        example=on_flexible(
            {f"{PROFILE}.capacityReservation": _RESERVED, "singlePlacementGroup": True},
            {f"{PROFILE}.capacityReservation": _RESERVED},
            also=("SS077",),
        ),
    ),
    PropertyRule(
        id="capacity-limit",
        number="SS008",
        modes=BOTH,
        path="sku.capacity",
        argument="capacity",
        statement="A set holds at most 1,000 instances, 600 with a legacy managed image.",
        reason="it is Azure's limit for one scale set",
        alternative="use a gallery image, or split the instances over several sets",
        sources=(
            DESIGN_PAGE.at("Limits", says="up to 1,000 machines; up to 600 built on a legacy managed image"),
            LARGE_SETS_PAGE.at(
                "Checklist for using large scale sets",
                says="1,000 from Marketplace and gallery images, 600 from custom images",
            ),
        ),
        check=_capacity,
        impact=Impact.HIGH,
        example=on_flexible({"sku.capacity": 1200}, {"sku.capacity": 1000}),
    ),
    PropertyRule(
        id="capacity-limit-with-fault-domains",
        number="SS009",
        modes=FLEXIBLE,
        path="sku.capacity",
        argument="capacity",
        statement="A set of G, H, L, M or N sizes with more than one fault domain has at most 200 instances.",
        reason="Azure puts these sizes into one placement group if there are several fault domains",
        alternative="use platformFaultDomainCount 1, or at most 200 instances",
        sources=(
            ORCHESTRATION_PAGE.at(
                "What has changed with Flexible orchestration mode?",
                says="G, H, L, M and N sizes over several fault domains: at most 200 instances",
            ),
        ),
        check=_capacity_with_fault_domains,
        impact=Impact.HIGH,
        example=on_flexible(
            {"sku": {"name": "Standard_NC6s_v3", "capacity": 300}, "platformFaultDomainCount": 2, "zones": ABSENT},
            {"sku": {"name": "Standard_NC6s_v3", "capacity": 300}, "platformFaultDomainCount": 1},
            also=NO_ZONES,
        ),
    ),
    PropertyRule(
        id="b1ls-on-flexible",
        number="SS010",
        modes=FLEXIBLE,
        path="sku.name",
        argument="vm_size",
        statement="Standard_B1ls was refused on Flexible sets.",
        reason="Azure answered this in 2022; we do not know whether it still does",
        alternative="use Standard_B1s",
        severity=Severity.WARNING,
        sources=(
            SIZE_B1LS.at(says="Azure: sets with Flexible orchestration cannot use VM size Standard_B1ls"),
            ORCHESTRATION_PAGE.at("Basic setup: SKUs supported", says="contradicts: all SKUs in both modes"),
        ),
        conflict=Conflict(
            stale="the service's error of 2022 names the size; today's page says all sizes",
            followed="warned about only",
        ),
        check=_small_burstable,
        machine=True,
        impact=Impact.LOW,
        example=on_flexible({"sku.name": "Standard_B1ls"}, {"sku.name": "Standard_B1s"}),
    ),
)
