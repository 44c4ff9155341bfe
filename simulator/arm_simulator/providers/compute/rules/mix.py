"""Rules of ``skuProfile``: an instance mix, several sizes in one Flexible set.

Microsoft's pages "Use multiple Virtual Machine sizes with instance mix" and its troubleshooting table, which has the
codes. Premium with non-premium sizes is contested: the page excludes it, azurerm's acceptance tests deploy it; it is
taken here. Ranks may repeat (both pages).
"""

from __future__ import annotations

from collections.abc import Iterator

from arm_simulator.providers.compute.sizes import SizeFact, fact

from .problem import Body, Problem, dig, invalid, items
from .view import SetRequest, family

MAX_SIZES = 5
_FAMILIES = frozenset("ABDEF")
_STRATEGIES = ("LowestPrice", "CapacityOptimized", "Prioritized")
_SIZES = "skuProfile.vmSizes"


def instance_mix(request: SetRequest) -> Iterator[Problem]:
    """``sku.name`` is Mix exactly where a skuProfile names the sizes."""
    profile = request.properties.get("skuProfile")
    mixed = request.size.lower() == "mix"
    if not isinstance(profile, dict):
        if mixed:
            yield invalid("skuProfile", "Required parameter 'skuProfile' is missing (null).")
        return
    if not mixed:
        yield Problem(
            "SkuNameMustBeMixIfSkuProfileIsSpecified",
            f"Sku name is {request.size}. Virtual Machine Scale Sets with Sku Profile must have the Sku name property "
            'set to "Mix".',
            "sku.name",
        )
    tier = dig(request.body, "sku.tier")
    if tier is not None:
        yield Problem(
            "SkuTierMustNotBeSetIfSkuProfileIsSpecified",
            f"Sku tier is {tier}. Virtual Machine Scale Sets with Sku Profile must not have the Sku tier property set.",
            "sku.tier",
        )
    strategy = profile.get("allocationStrategy")
    if strategy is not None and strategy not in _STRATEGIES:
        yield Problem(
            "SkuProfileAllocationStrategyInvalid",
            "Sku Profile's Allocation Strategy is invalid.",
            "skuProfile.allocationStrategy",
        )
    yield from _sizes(request, profile)
    yield from _excluded(request)


def _sizes(request: SetRequest, profile: Body) -> Iterator[Problem]:
    sizes, names = items(profile, "vmSizes"), request.mix
    if not sizes:
        text = "Sku Profile VM Sizes cannot be null or empty. Please provide a valid list of VM Sizes and retry."
        yield Problem("SkuProfileVMSizesCannotBeNullOrEmpty", text, _SIZES)
        return
    if len(sizes) > MAX_SIZES:
        text = f"Too many VM Sizes were specified in the request. Please provide no more than {MAX_SIZES} VM Sizes."
        yield Problem("SkuProfileHasTooManyVMSizesInRequest", text, _SIZES)
    lowered = [name.lower() for name in names]
    for name in sorted({name for name in names if lowered.count(name.lower()) > 1}):
        text = f"Sku Profile contains duplicate VM Size: {name}. Please remove any duplicates and retry."
        yield Problem("SkuProfileVMSizesCannotHaveDuplicates", text, _SIZES)
    for name in names:
        if not family(name) or family(name)[0] not in _FAMILIES:
            yield invalid(_SIZES, f"The VM size '{name}' is not supported in 'skuProfile'.")
    yield from _alike(names)
    if profile.get("allocationStrategy") != "Prioritized" and any(size.get("rank") is not None for size in sizes):
        yield invalid(_SIZES, "Parameter 'rank' requires 'allocationStrategy' to be 'Prioritized'.")


def _alike(names: tuple[str, ...]) -> Iterator[Problem]:
    """Sizes share the architecture, the local disk and a disk controller, as far as the sizes are known."""
    if len({_is_arm64(name) for name in names}) > 1:
        yield invalid(_SIZES, "The 'vmSizes' of a 'skuProfile' must share one CPU architecture.")
    known: list[SizeFact] = [found for found in map(fact, names) if found is not None]
    if len({found.local_disk for found in known}) > 1:
        yield invalid(_SIZES, "The 'vmSizes' of a 'skuProfile' must share one local disk configuration.")
    controllers = [found.controllers for found in known if found.controllers]
    if controllers and not frozenset.intersection(*controllers):
        yield invalid(_SIZES, "The 'vmSizes' of a 'skuProfile' must share one storage interface (SCSI or NVMe).")


def _is_arm64(size: str) -> bool:
    middle = size.split("_")[1] if "_" in size else ""
    return "p" in middle.lstrip("ABCDEFGHLMN").lstrip("0123456789-")


def _excluded(request: SetRequest) -> Iterator[Problem]:
    """Dedicated hosts, proximity placement groups, reservations, ephemeral disks, several fault domains."""
    found = [
        (path, dig(request.properties, path))
        for path in (
            "proximityPlacementGroup.id",
            "hostGroup.id",
            "virtualMachineProfile.capacityReservation.capacityReservationGroup.id",
            "virtualMachineProfile.storageProfile.osDisk.diffDiskSettings.option",
        )
    ]
    for path, value in found:
        if value is not None:
            name = path.rpartition(".")[0].removesuffix(".capacityReservationGroup")
            text = f"{name} is not supported on Virtual Machine Scale Sets with Sku Profile."
            yield Problem("SkuProfileScenarioNotSupported", text, "skuProfile")
    if request.properties.get("platformFaultDomainCount") not in {None, 1}:
        yield invalid("skuProfile", "Parameter 'skuProfile' requires 'platformFaultDomainCount' to be 1.")


RULES = (instance_mix,)
