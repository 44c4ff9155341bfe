"""Rules on price, creation and deletion of instances: Spot, mixes, scale-in, resiliency."""

from __future__ import annotations

from collections.abc import Iterator

from .problem import Problem, check_choice, check_range, dig, invalid
from .view import SPARE_PRIORITIES, Machine, SetRequest, family


def spot(machine: Machine) -> Iterator[Problem]:
    """``evictionPolicy`` (Deallocate by default) and a price limit need Spot, which has no B-series and no Promo sizes.

    Microsoft's page "Azure Spot Virtual Machines for Virtual Machine Scale Sets". SpotPlus takes what Spot takes: the
    REST examples of 2026-04-01, azure-cli issue 33881. The sizes are not judged for it: no page says.
    """
    yield from check_choice(machine.at("priority"), machine.get("priority"), ("Regular", *sorted(SPARE_PRIORITIES)))
    eviction = machine.get("evictionPolicy")
    yield from check_choice(machine.at("evictionPolicy"), eviction, ("Deallocate", "Delete"))
    price = machine.get("billingProfile.maxPrice")
    if not machine.spot:
        if eviction is not None:
            yield invalid(machine.at("evictionPolicy"), "Parameter 'evictionPolicy' requires 'priority' to be 'Spot'.")
        if price is not None:
            yield invalid(machine.at("billingProfile"), "Parameter 'maxPrice' requires 'priority' to be 'Spot'.")
        return
    if price is not None and price != -1 and not (isinstance(price, int | float) and price > 0):
        yield invalid(
            machine.at("billingProfile.maxPrice"),
            f"The value '{price}' of parameter 'maxPrice' is not allowed. Use -1 or a price greater than zero.",
        )
    for size in machine.sizes if machine.get("priority") != "SpotPlus" else ():
        if family(size) == "B" or size.lower().endswith("_promo"):
            target = "skuProfile.vmSizes" if machine.mix else "sku.name"
            yield invalid(target, f"The VM size '{size}' does not support priority 'Spot'.")


def priority_mix(request: SetRequest) -> Iterator[Problem]:
    """``priorityMixPolicy``: Flexible sets of Spot instances, not with singlePlacementGroup enabled.

    Microsoft's page "Spot Priority Mix"; its REST example WithPriorityMixPolicy leaves singlePlacementGroup out.
    """
    policy = request.properties.get("priorityMixPolicy")
    if not isinstance(policy, dict):
        return
    base = "priorityMixPolicy"
    if not request.machine.spot:
        yield invalid(base, "Parameter 'priorityMixPolicy' requires 'virtualMachineProfile.priority' to be 'Spot'.")
    if request.properties.get("singlePlacementGroup") is True:
        yield invalid(base, "Parameter 'priorityMixPolicy' excludes 'singlePlacementGroup' true.")
    yield from check_range(f"{base}.baseRegularPriorityCount", policy.get("baseRegularPriorityCount"), 0, 1000)
    percent = policy.get("regularPriorityPercentageAboveBase")
    yield from check_range(f"{base}.regularPriorityPercentageAboveBase", percent, 0, 100)


def scale_in(request: SetRequest) -> Iterator[Problem]:
    """``scaleInPolicy``.rules holds Default, OldestVM, NewestVM; no page says that there may be one only."""
    for rule in dig(request.properties, "scaleInPolicy.rules") or ():
        yield from check_choice("scaleInPolicy.rules", rule, ("Default", "OldestVM", "NewestVM"))


def resiliency(request: SetRequest) -> Iterator[Problem]:
    """Resilient create and delete need api-version 2023-07-01; zone rebalancing needs zones and no zoneBalance."""
    policy = request.properties.get("resiliencyPolicy")
    if not isinstance(policy, dict):
        return
    base = "resiliencyPolicy"
    if request.api_version < "2023-07-01":
        yield invalid(base, "Parameter 'resiliencyPolicy' requires api-version '2023-07-01' or later.")
    if dig(policy, "automaticZoneRebalancingPolicy.enabled") is True:
        yield from _rebalancing(request, f"{base}.automaticZoneRebalancingPolicy")


def _rebalancing(request: SetRequest, target: str) -> Iterator[Problem]:
    """The prerequisites of the page "Enable Automatic Zone Balance": two zones and application health."""
    if not request.automatic_zones and len(request.zones) <= 1:
        yield invalid(target, "Automatic zone rebalancing requires more than one zone.")
    if request.properties.get("zoneBalance") is True:
        yield invalid(target, "Automatic zone rebalancing requires 'zoneBalance' to be false.")
    if not request.has_health_signal:
        yield invalid(target, "Automatic zone rebalancing requires application health monitoring.")


def mix_of_priorities(request: SetRequest) -> Iterator[Problem]:
    """The set's profile follows the Spot rules of any machine."""
    if request.profile is not None:
        yield from spot(request.machine)


RULES = (mix_of_priorities, priority_mix, scale_in, resiliency)
