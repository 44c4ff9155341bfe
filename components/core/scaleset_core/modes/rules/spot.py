"""Property rules: Spot and the mix of Spot and regular instances."""

from collections.abc import Iterator

from scaleset_core.facts.checks import (
    Finding,
    NotDecided,
    between,
    both,
    forbidden,
    is_number,
    lasts,
    one_of,
)
from scaleset_core.facts.properties import UNKNOWN, View
from scaleset_core.modes.examples import SPOT, on_flexible, on_uniform
from scaleset_core.modes.pages import (
    AZURE_CLI_33881,
    AZURERM,
    DESIGN_PAGE,
    PRIORITY_MIX_PAGE,
    REST_SPECIFICATION,
    SDK,
    SPOT_ERRORS_PAGE,
    SPOT_MACHINES_PAGE,
    SPOT_PAGE,
)
from scaleset_core.modes.rules.parts import (
    BOTH,
    FLEXIBLE,
    PROFILE,
    UNIFORM,
    is_evictable,
    is_spot,
    size_family,
    sizes_of,
)
from scaleset_core.modes.types import Impact, PropertyRule

_PROMO = "_promo"
_Check = Iterator[Finding | NotDecided]


def _eviction(view: View) -> _Check:
    if view.has(f"{PROFILE}.evictionPolicy") and not is_evictable(view):
        yield Finding(f"{PROFILE}.evictionPolicy", view.value(f"{PROFILE}.evictionPolicy"), "the priority is not Spot")


def _max_price(view: View) -> _Check:
    if view.has(f"{PROFILE}.billingProfile.maxPrice") and not is_evictable(view):
        path = f"{PROFILE}.billingProfile.maxPrice"
        yield Finding(path, view.value(path), "the priority is not Spot")


def _price_value(view: View) -> _Check:
    path = f"{PROFILE}.billingProfile.maxPrice"
    price = view.value(path)
    if price is not None and price != -1 and not (is_number(price) and price > 0):
        yield Finding(path, price, "expected -1 or more than 0")


def _spot_size(view: View) -> _Check:
    if not is_spot(view):
        return
    for path, size in sizes_of(view):
        if size is UNKNOWN:
            yield NotDecided(path)
        elif size_family(size).startswith("B") or str(size).lower().endswith(_PROMO):
            yield Finding(path, size)


def _priority_mix(view: View) -> _Check:
    if view.has("priorityMixPolicy") and not is_evictable(view):
        yield Finding("priorityMixPolicy", detail="the profile's priority is not Spot")


RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="eviction-policy-needs-spot",
        number="SS046",
        modes=BOTH,
        path=f"{PROFILE}.evictionPolicy",
        argument="spot.eviction_policy",
        statement="Only Spot instances can have an eviction policy (priority Spot, SpotPlus, or the legacy Low).",
        reason="Azure does not evict regular instances",
        alternative="set the priority to Spot, or remove the eviction policy",
        sources=(
            SPOT_ERRORS_PAGE.at(says="Azure's error: eviction policy can be set only on Azure Spot virtual machines"),
            SDK.at(
                "VirtualMachineScaleSetVMProfile.eviction_policy",
                says="for Azure Spot virtual machines and Azure Spot scale sets",
            ),
            AZURE_CLI_33881.at(says="the service's team: SpotPlus takes an eviction policy and a maximum price too"),
        ),
        check=_eviction,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible({f"{PROFILE}.evictionPolicy": "Delete"}, SPOT),
    ),
    PropertyRule(
        id="eviction-policy-known",
        number="SS047",
        modes=BOTH,
        path=f"{PROFILE}.evictionPolicy",
        argument="spot.eviction_policy",
        statement="The eviction policy is Deallocate or Delete.",
        reason="these are Azure's policies",
        alternative="use Delete to free the disks, Deallocate to keep them",
        sources=(
            SPOT_PAGE.at("Eviction policy", says="Deallocate (the default) or Delete"),
            SDK.at("VirtualMachineEvictionPolicyTypes", says="the same two values"),
        ),
        check=one_of(f"{PROFILE}.evictionPolicy", "Deallocate", "Delete"),
        machine=True,
        impact=Impact.MEDIUM,
        example=on_flexible({f"{PROFILE}.priority": "Spot", f"{PROFILE}.evictionPolicy": "Stop"}, SPOT),
    ),
    PropertyRule(
        id="max-price-needs-spot",
        number="SS048",
        modes=BOTH,
        path=f"{PROFILE}.billingProfile.maxPrice",
        argument="spot.max_price",
        statement="Only Spot instances can have a maximum price.",
        reason="regular instances have a fixed price",
        alternative="set the priority to Spot, or remove the price",
        sources=(
            SPOT_ERRORS_PAGE.at(says="Azure's error: max price is supported only for Azure Spot virtual machines"),
            SDK.at("BillingProfile", says="for an Azure Spot virtual machine or scale set"),
            AZURE_CLI_33881.at(says="the service's team: SpotPlus takes an eviction policy and a maximum price too"),
        ),
        check=_max_price,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible(
            {f"{PROFILE}.billingProfile": {"maxPrice": 0.1}}, {**SPOT, f"{PROFILE}.billingProfile": {"maxPrice": 0.1}}
        ),
    ),
    PropertyRule(
        id="max-price-value",
        number="SS079",
        modes=BOTH,
        path=f"{PROFILE}.billingProfile.maxPrice",
        argument="spot.max_price",
        statement="The maximum price must be more than 0, or -1 for the price of a regular instance.",
        reason="no instance is free",
        alternative="use -1 to pay up to the regular price",
        sources=(
            SDK.at(
                "BillingProfile.max_price",
                says="any decimal value greater than zero, or -1 for up to the on-demand price",
            ),
            SPOT_ERRORS_PAGE.at(says="Azure's error: -1 or a decimal greater than zero"),
        ),
        check=_price_value,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible(
            {**SPOT, f"{PROFILE}.billingProfile": {"maxPrice": 0}},
            {**SPOT, f"{PROFILE}.billingProfile": {"maxPrice": -1}},
        ),
    ),
    PropertyRule(
        id="spot-restore-timeout",
        number="SS080",
        modes=BOTH,
        path="spotRestorePolicy.restoreTimeout",
        argument="spot.restore_timeout",
        statement="The restore timeout of Spot instances must be PT15M to PT2H.",
        reason="these are Azure's limits",
        alternative="use a duration such as PT1H",
        sources=(
            AZURERM.at(
                "documentation of azurerm_linux_virtual_machine_scale_set, spot_restore.timeout",
                says="between 15 and 120 minutes; Microsoft names no limits",
            ),
        ),
        check=lasts("spotRestorePolicy.restoreTimeout", 15, 120),
        impact=Impact.HIGH,
        example=on_flexible(
            {**SPOT, "spotRestorePolicy": {"enabled": True, "restoreTimeout": "PT5M"}},
            {**SPOT, "spotRestorePolicy": {"enabled": True, "restoreTimeout": "PT1H"}},
        ),
    ),
    PropertyRule(
        id="spot-not-burstable",
        number="SS049",
        modes=BOTH,
        path="sku.name",
        argument="vm_size",
        statement="B sizes and Promo sizes cannot be Spot.",
        reason="Azure does not sell burstable and promotional sizes as Spot capacity",
        alternative="use another family, such as D",
        sources=(
            SPOT_PAGE.at("Limitations", says="the B-series is not supported for Spot"),
            SPOT_MACHINES_PAGE.at("Limitations", says="the same two: B-series and promotional sizes"),
        ),
        check=_spot_size,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible({**SPOT, "sku.name": "Standard_B2s"}, SPOT),
    ),
    PropertyRule(
        id="priority-mix-on-uniform",
        number="SS050",
        modes=UNIFORM,
        path="priorityMixPolicy",
        argument="priority_mix",
        statement="A mix of Spot and regular instances is Flexible only.",
        reason="all instances of a Uniform set have the priority of its profile",
        alternative="use Flexible, or two Uniform sets behind one load balancer",
        sources=(
            PRIORITY_MIX_PAGE.at("Limitations", says="Spot Priority Mix requires Flexible orchestration mode"),
            SDK.at("PriorityMixPolicy", says="for sets with flexible orchestration mode"),
        ),
        check=forbidden("priorityMixPolicy"),
        impact=Impact.HIGH,
        example=on_uniform(
            {**SPOT, "priorityMixPolicy": {"baseRegularPriorityCount": 1}, "singlePlacementGroup": False}, SPOT
        ),
    ),
    PropertyRule(
        id="priority-mix-needs-spot",
        number="SS051",
        modes=FLEXIBLE,
        path="priorityMixPolicy",
        argument="priority_mix",
        statement="A priority mix needs a profile with Spot priority.",
        reason="the mix decides how many of the Spot instances are regular ones instead",
        alternative="set spot, or remove priority_mix",
        sources=(
            PRIORITY_MIX_PAGE.at("Troubleshooting", says="the profile's priority has to be Spot"),
            AZURE_CLI_33881.at(says="the service's team: SpotPlus is a Spot priority, and valid where Spot is"),
        ),
        check=_priority_mix,
        impact=Impact.HIGH,
        example=on_flexible(
            {"priorityMixPolicy": {"baseRegularPriorityCount": 1}, "singlePlacementGroup": False},
            {**SPOT, "priorityMixPolicy": {"baseRegularPriorityCount": 1}, "singlePlacementGroup": False},
        ),
    ),
    PropertyRule(
        id="priority-mix-ranges",
        number="SS052",
        modes=FLEXIBLE,
        path="priorityMixPolicy",
        argument="priority_mix",
        statement=(
            "In a priority mix, the base count is 0 to 1,000 instances, and the regular share above it 0 to 100 "
            "percent."
        ),
        reason="these are Azure's limits",
        alternative="use numbers within the limits",
        sources=(
            REST_SPECIFICATION.at("PriorityMixPolicy", says="the base count is 0 or more, the share above it 0 to 100"),
            PRIORITY_MIX_PAGE.at("Understanding the parameters", says="the share above the base is between 0 and 100"),
            DESIGN_PAGE.at("Limits", says="a set has at most 1,000 instances, of either kind"),
        ),
        check=both(
            between("priorityMixPolicy.baseRegularPriorityCount", 0, 1000, "instances"),
            between("priorityMixPolicy.regularPriorityPercentageAboveBase", 0, 100, "percent"),
        ),
        impact=Impact.HIGH,
        example=on_flexible(
            {
                **SPOT,
                "priorityMixPolicy": {"baseRegularPriorityCount": 1, "regularPriorityPercentageAboveBase": 120},
                "singlePlacementGroup": False,
            },
            {
                **SPOT,
                "priorityMixPolicy": {"baseRegularPriorityCount": 1, "regularPriorityPercentageAboveBase": 50},
                "singlePlacementGroup": False,
            },
        ),
    ),
)
