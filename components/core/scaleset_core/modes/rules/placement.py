"""Property rules: zones, proximity, reserved capacity, dedicated hosts, placement groups."""

from collections.abc import Iterator

from scaleset_core.facts.checks import (
    Finding,
    NotDecided,
    is_number,
)
from scaleset_core.facts.fixes import drop
from scaleset_core.facts.properties import View
from scaleset_core.modes.examples import GROUP, NO_ZONES, SPOT, on_flexible, on_uniform
from scaleset_core.modes.pages import (
    AVM,
    AZURE_CLI_21834,
    DEDICATED_HOSTS_PAGE,
    LARGE_SETS_PAGE,
    MIGRATION_PAGE,
    ORCHESTRATION_PAGE,
    PROXIMITY_PAGE,
    RESERVATION_PAGE,
    SDK,
    ZONE_PLACEMENT_PAGE,
)
from scaleset_core.modes.rules.parts import (
    BOTH,
    FLEXIBLE,
    PROFILE,
    RESERVATION,
    UNIFORM,
    is_spot,
    most_zones,
    size_family,
    zones,
)
from scaleset_core.modes.types import Conflict, Impact, PropertyRule

_PLACEMENT_FAMILIES = frozenset("GHLMN")
_MAX_SINGLE_GROUP = 100
_Check = Iterator[Finding | NotDecided]


def _zone_balance(view: View) -> _Check:
    if view.value("zoneBalance") is not True:
        return
    most = most_zones(view)
    if most is not None and most <= 1:
        yield Finding("zoneBalance", value=True, detail=f"the set has {most or 'no'} zone")


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


def _reservation_excludes(view: View) -> _Check:
    if not view.has(RESERVATION):
        return
    if view.has("hostGroup.id"):
        yield Finding("hostGroup.id", detail="not with a capacity reservation")
    if is_spot(view):
        yield Finding(f"{PROFILE}.priority", "Spot", "not with a capacity reservation")


def _reservation_and_proximity(view: View) -> _Check:
    if view.has(RESERVATION) and view.has("proximityPlacementGroup.id"):
        yield Finding("proximityPlacementGroup.id")


_COMPUTE = f"{GROUP}/providers/Microsoft.Compute"
_PROXIMITY = {"id": f"{_COMPUTE}/proximityPlacementGroups/web"}
_RESERVED = {"capacityReservationGroup": {"id": f"{GROUP}/providers/Microsoft.Compute/capacityReservationGroups/web"}}

RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="zone-balance-needs-zones",
        number="SS011",
        modes=BOTH,
        path="zoneBalance",
        argument="zone_balance",
        statement="zoneBalance needs more than one zone, named or chosen by Azure.",
        reason="there is nothing to balance in one zone",
        alternative="name two or three zones, or leave zone_balance out",
        sources=(
            SDK.at("VirtualMachineScaleSetProperties.zone_balance", says="only if zones contains more than one zone"),
            ZONE_PLACEMENT_PAGE.at(
                "Configuration properties", says="with automatic placement it can be set, together with maxZoneCount"
            ),
        ),
        check=_zone_balance,
        impact=Impact.HIGH,
        example=on_flexible({"zoneBalance": True, "zones": ["1"]}, {"zones": ["1", "2"]}, also=("SS122", "SS123")),
    ),
    PropertyRule(
        id="proximity-placement-one-zone",
        number="SS012",
        modes=BOTH,
        path="proximityPlacementGroup.id",
        argument="proximity_placement_group_id",
        statement="A set with a proximity placement group has at most one zone.",
        reason="all members of the group are in one datacentre",
        alternative="use one zone, or remove the proximity placement group",
        sources=(
            ORCHESTRATION_PAGE.at(
                "Basic setup: Proximity Placement Groups", says="with one availability zone or none, in both modes"
            ),
            PROXIMITY_PAGE.at("Best practices", says="a single proximity placement group cannot span zones"),
        ),
        check=_proximity,
        impact=Impact.HIGH,
        example=on_flexible({"proximityPlacementGroup": _PROXIMITY}, {"zones": ["1", "2"]}),
    ),
    PropertyRule(
        id="capacity-reservation-excludes-proximity",
        number="SS013",
        modes=BOTH,
        path=RESERVATION,
        argument="capacity_reservation_group_id",
        statement="A capacity reservation and a proximity placement group cannot be combined.",
        reason="a reservation already fixes where the instances are placed",
        alternative="remove one of the two",
        sources=(
            RESERVATION_PAGE.at(says="a proximity placement group is not supported with reserved capacity"),
            AVM.at("capacity_reservation_group_id", says="cannot be specified with proximity_placement_group_id"),
        ),
        check=_reservation_and_proximity,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible(
            {
                f"{PROFILE}.capacityReservation": _RESERVED,
                "singlePlacementGroup": False,
                "proximityPlacementGroup": _PROXIMITY,
                "zones": ["1"],
            },
            {f"{PROFILE}.capacityReservation": _RESERVED, "singlePlacementGroup": False},
            also=NO_ZONES,
        ),
    ),
    PropertyRule(
        id="capacity-reservation-excludes-spot-and-hosts",
        number="SS074",
        modes=BOTH,
        path=RESERVATION,
        argument="capacity_reservation_group_id",
        statement="A capacity reservation cannot be combined with Spot instances or dedicated hosts.",
        reason="reserved capacity is sold at the regular price and has its own hosts",
        alternative="remove one of the two",
        sources=(RESERVATION_PAGE.at(says="Spot machines, and machines on dedicated hosts, are not supported"),),
        check=_reservation_excludes,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible(
            {f"{PROFILE}.capacityReservation": _RESERVED, "singlePlacementGroup": False, **SPOT},
            {f"{PROFILE}.capacityReservation": _RESERVED, "singlePlacementGroup": False},
        ),
    ),
    PropertyRule(
        id="dedicated-host-limits",
        number="SS075",
        modes=BOTH,
        path="hostGroup.id",
        argument="host_group_id",
        statement="A set on dedicated hosts has no proximity placement group, and at most one zone.",
        reason="a host group is in one zone or in none",
        alternative="remove one of the two",
        sources=(
            DEDICATED_HOSTS_PAGE.at(
                "Virtual Machine Scale Set support",
                says="no proximity placement groups; group and set in the same zone; Spot is not mentioned",
            ),
        ),
        check=_dedicated_host,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible(
            {"hostGroup": {"id": f"{_COMPUTE}/hostGroups/web"}},
            {"hostGroup": {"id": f"{_COMPUTE}/hostGroups/web"}, "zones": ["1"]},
            tolerates=NO_ZONES,
        ),
    ),
    PropertyRule(
        id="single-placement-group-limit",
        number="SS076",
        modes=UNIFORM,
        path="singlePlacementGroup",
        argument="single_placement_group",
        statement="One placement group holds at most 100 instances.",
        reason="Azure limits a placement group to 100 instances, and true is the default on Uniform",
        alternative="set single_placement_group to false; you cannot change it back to true",
        sources=(
            LARGE_SETS_PAGE.at(
                "Placement groups", says="with singlePlacementGroup true, its default, 0 to 100 machines"
            ),
            SDK.at("VirtualMachineScaleSetProperties.single_placement_group", says="of max size 100 virtual machines"),
        ),
        check=_single_group_limit,
        impact=Impact.HIGH,
        example=on_uniform({"sku.capacity": 150}, {"sku.capacity": 150, "singlePlacementGroup": False}),
    ),
    PropertyRule(
        id="single-placement-group-on-flexible",
        number="SS077",
        modes=FLEXIBLE,
        path="singlePlacementGroup",
        argument="single_placement_group",
        statement=(
            "On Flexible, singlePlacementGroup true is only for G, H, L, M and N sizes with several fault domains."
        ),
        reason="Azure places all other Flexible instances without one placement group",
        alternative="leave single_placement_group out",
        sources=(
            MIGRATION_PAGE.at("Update Uniform scale sets", says="singlePlacementGroup false is required"),
            AZURE_CLI_21834.at(says="Azure: an M size over 2 fault domains only if single placement group is true"),
            ORCHESTRATION_PAGE.at(
                "Unsupported parameters", says="contradicts: it can be null, the platform selects the value"
            ),
        ),
        conflict=Conflict(
            stale="the migration page asks for false, the orchestration-modes page lets the platform choose",
            followed="false, except for the sizes that need true; can be accepted",
        ),
        check=_single_group_flexible,
        impact=Impact.HIGH,
        fix=drop("", "singlePlacementGroup"),
        example=on_flexible({"singlePlacementGroup": True}, {"singlePlacementGroup": False}),
    ),
)
