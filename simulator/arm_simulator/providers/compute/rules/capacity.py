"""Rules on price, creation and deletion of instances: Spot, mixes, scale-in, resiliency."""

from __future__ import annotations

from collections.abc import Iterator

from .problem import Body, Problem, check_choice, check_range, dig, invalid, items, missing
from .view import Machine, SetRequest, family

MAX_MIX_SIZES = 5
_MIX_FAMILIES = frozenset("ABDEF")


def spot(machine: Machine) -> Iterator[Problem]:
    """``evictionPolicy`` and a price limit need Spot, which has no B-series."""
    yield from check_choice(machine.at("priority"), machine.get("priority"), ("Regular", "Spot", "Low"))
    eviction = machine.get("evictionPolicy")
    yield from check_choice(machine.at("evictionPolicy"), eviction, ("Deallocate", "Delete"))
    price = machine.get("billingProfile.maxPrice")
    if not machine.spot:
        if eviction is not None:
            yield invalid(machine.at("evictionPolicy"), "Parameter 'evictionPolicy' requires 'priority' to be 'Spot'.")
        if price is not None:
            yield invalid(machine.at("billingProfile"), "Parameter 'maxPrice' requires 'priority' to be 'Spot'.")
        return
    if eviction is None:
        yield missing(machine.at("evictionPolicy"))
    if price is not None and price != -1 and not (isinstance(price, int | float) and price > 0):
        yield invalid(
            machine.at("billingProfile.maxPrice"),
            f"The value '{price}' of parameter 'maxPrice' is not allowed. Use -1 or a price greater than zero.",
        )
    if family(machine.size) == "B":
        yield invalid("sku.name", f"The VM size '{machine.size}' does not support priority 'Spot'.")


def priority_mix(request: SetRequest) -> Iterator[Problem]:
    """``priorityMixPolicy``: Flexible sets of Spot instances, in several placement groups."""
    policy = request.properties.get("priorityMixPolicy")
    if not isinstance(policy, dict):
        return
    base = "priorityMixPolicy"
    if not request.machine.spot:
        yield invalid(base, "Parameter 'priorityMixPolicy' requires 'virtualMachineProfile.priority' to be 'Spot'.")
    if request.properties.get("singlePlacementGroup") is not False:
        yield invalid(base, "Parameter 'priorityMixPolicy' requires 'singlePlacementGroup' to be false.")
    yield from check_range(f"{base}.baseRegularPriorityCount", policy.get("baseRegularPriorityCount"), 0, 1000)
    percent = policy.get("regularPriorityPercentageAboveBase")
    yield from check_range(f"{base}.regularPriorityPercentageAboveBase", percent, 0, 100)


def instance_mix(request: SetRequest) -> Iterator[Problem]:
    """``sku.name`` is Mix exactly where a skuProfile names the sizes."""
    profile = request.properties.get("skuProfile")
    if not isinstance(profile, dict):
        if request.size == "Mix":
            yield missing("skuProfile")
        return
    if request.size != "Mix":
        yield invalid("sku.name", "Parameter 'sku.name' must be 'Mix' when 'skuProfile' is set.")
    if dig(request.body, "sku.tier") is not None:
        yield invalid("sku.tier", "Parameter 'sku.tier' must be null when 'skuProfile' is set.")
    yield from check_choice(
        "skuProfile.allocationStrategy",
        profile.get("allocationStrategy"),
        ("LowestPrice", "CapacityOptimized", "Prioritized"),
    )
    yield from _mix_sizes(profile)
    for path in ("proximityPlacementGroup", "hostGroup"):
        if dig(request.properties, f"{path}.id") is not None:
            yield invalid("skuProfile", f"Parameters 'skuProfile' and '{path}' cannot be set together.")
    for path in ("storageProfile.osDisk.diffDiskSettings", "capacityReservation"):
        if dig(request.profile, path) is not None:
            yield invalid("skuProfile", f"Parameters 'skuProfile' and '{path}' cannot be set together.")
    if request.properties.get("platformFaultDomainCount") not in {None, 1}:
        yield invalid("skuProfile", "Parameter 'skuProfile' requires 'platformFaultDomainCount' to be 1.")


def _mix_sizes(profile: Body) -> Iterator[Problem]:
    sizes = items(profile, "vmSizes")
    names = [str(size.get("name") or "") for size in sizes]
    target = "skuProfile.vmSizes"
    if not sizes:
        yield missing(target)
        return
    if len(sizes) > MAX_MIX_SIZES:
        yield invalid(target, f"The number of 'vmSizes' is {len(sizes)}; at most {MAX_MIX_SIZES} are allowed.")
    if len({name.lower() for name in names}) != len(names):
        yield invalid(target, "The 'vmSizes' of a 'skuProfile' must be unique.")
    for name in names:
        if not family(name) or family(name)[0] not in _MIX_FAMILIES:
            yield invalid(target, f"The VM size '{name}' is not supported in 'skuProfile'.")
    if len({_is_arm64(name) for name in names}) > 1:
        yield invalid(target, "The 'vmSizes' of a 'skuProfile' must share one CPU architecture.")
    if len({_premium(name) for name in names}) > 1:
        yield invalid(target, "The 'vmSizes' of a 'skuProfile' must agree in their support of premium storage.")
    ranks = [size.get("rank") for size in sizes if size.get("rank") is not None]
    if ranks and profile.get("allocationStrategy") != "Prioritized":
        yield invalid(target, "Parameter 'rank' requires 'allocationStrategy' to be 'Prioritized'.")
    if len(set(ranks)) != len(ranks):
        yield invalid(target, "The ranks of 'vmSizes' must be unique.")


def _features(size: str) -> str:
    """Lower-case feature letters of a size: ``Standard_D2ps_v5`` -> ``ps``."""
    middle = size.split("_")[1] if "_" in size else ""
    return middle.lstrip("ABCDEFGHLMN").lstrip("0123456789-")


def _is_arm64(size: str) -> bool:
    return "p" in _features(size)


def _premium(size: str) -> bool:
    return "s" in _features(size)


def scale_in(request: SetRequest) -> Iterator[Problem]:
    """``scaleInPolicy``.rules holds one of Default, OldestVM, NewestVM."""
    rules = dig(request.properties, "scaleInPolicy.rules")
    if rules is None:
        return
    if not isinstance(rules, list) or len(rules) > 1:
        yield invalid("scaleInPolicy.rules", "Parameter 'scaleInPolicy.rules' can hold one rule.")
        return
    for rule in rules:
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
        target = f"{base}.automaticZoneRebalancingPolicy"
        if len(request.zones) <= 1:
            yield invalid(target, "Automatic zone rebalancing requires more than one zone.")
        if request.properties.get("zoneBalance") is True:
            yield invalid(target, "Automatic zone rebalancing requires 'zoneBalance' to be false.")


def mix_of_priorities(request: SetRequest) -> Iterator[Problem]:
    """The set's profile follows the Spot rules of any machine."""
    if request.profile is not None:
        yield from spot(request.machine)


RULES = (mix_of_priorities, priority_mix, instance_mix, scale_in, resiliency)
