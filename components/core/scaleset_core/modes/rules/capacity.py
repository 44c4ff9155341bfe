"""Property rules: instance mix, delete options, scale-in, resiliency."""

from collections.abc import Iterator
from typing import Any

from scaleset_core.facts.checks import Finding, NotDecided, both, forbidden, one_of, same
from scaleset_core.facts.properties import UNKNOWN, View
from scaleset_core.facts.sizes import with_tier
from scaleset_core.modes.examples import NO_ZONES, on_flexible, on_uniform
from scaleset_core.modes.pages import (
    AZURERM,
    COMPUTE_DOCS_155,
    INSTANCE_MIX_ERRORS_PAGE,
    INSTANCE_MIX_PAGE,
    ORCHESTRATION_PAGE,
    SCALE_IN_PAGE,
    SDK,
    ZONE_BALANCE_ENABLE_PAGE,
    ZONE_BALANCE_PAGE,
)
from scaleset_core.modes.rules.parts import (
    BOTH,
    EPHEMERAL,
    FLEXIBLE,
    MIX_SIZES,
    REBALANCING,
    RESERVATION,
    STORAGE,
    UNIFORM,
    mix_sizes,
    most_zones,
    size_family,
    size_features,
    zones,
)
from scaleset_core.modes.types import Impact, PropertyRule

_MIX_FAMILIES = frozenset("ABDEF")
_MIX_SIZES = 5
_MIX = "Mix"
_Check = Iterator[Finding | NotDecided]


def _mix_sku(view: View) -> _Check:
    name = view.value("sku.name")
    if not view.has("skuProfile"):
        if same(name, _MIX):
            yield Finding("sku.name", name, "there is no skuProfile")
        return
    if not same(name, _MIX):
        yield Finding("sku.name", name, "expected Mix with skuProfile")
    if view.has("sku.tier"):
        yield Finding("sku.tier", view.value("sku.tier"), "must be left out with skuProfile")


def _mix_on_uniform(view: View) -> _Check:
    yield from forbidden("skuProfile")(view)
    if same(view.value("sku.name"), _MIX):
        yield Finding("sku.name", view.value("sku.name"))


def _mix_sizes(view: View) -> _Check:
    if not view.has("skuProfile"):
        return
    listed = view.members(MIX_SIZES)
    if not 1 <= len(listed) <= _MIX_SIZES:
        yield Finding(MIX_SIZES, detail=f"{len(listed)} sizes, expected 1 to {_MIX_SIZES}")
    names: list[str] = []
    for path, name in mix_sizes(view):
        if name is UNKNOWN:
            yield NotDecided(path)
            continue
        names.append(str(name))
        if size_family(name)[:1] not in _MIX_FAMILIES and size_family(with_tier(name))[:1] not in _MIX_FAMILIES:
            yield Finding(path, name, "expected an A, B, D, E or F size")
    if len({name.lower() for name in names}) != len(names):
        yield Finding(MIX_SIZES, names, "each size is named once")
    if len({"p" in size_features(name) for name in names}) > 1:
        yield Finding(MIX_SIZES, names, "Arm64 and x64 sizes do not mix")
    strategy = view.value("skuProfile.allocationStrategy")
    if any(size.has("rank") for size in listed) and not same(strategy, "Prioritized"):
        yield Finding("skuProfile.allocationStrategy", strategy, "rank needs Prioritized")


def _mix_excludes(view: View) -> _Check:
    if not view.has("skuProfile"):
        return
    for path in (EPHEMERAL, "hostGroup.id", "proximityPlacementGroup.id", RESERVATION):
        if view.has(path):
            yield Finding(path, detail="not with skuProfile")


def _mix_fault_domains(view: View) -> _Check:
    if view.has("skuProfile") and view.value("platformFaultDomainCount", 1) != 1:
        yield Finding("platformFaultDomainCount", view.value("platformFaultDomainCount"), "expected 1 with skuProfile")


def _rebalancing(view: View) -> _Check:
    if view.value(REBALANCING) is not True:
        return
    most = most_zones(view)
    if most is not None and most <= 1:
        yield Finding("zones", zones(view), "expected two or more zones")
    if view.value("zoneBalance") is True:
        yield Finding("zoneBalance", value=True, detail="expected false")


_MIXED: dict[str, Any] = {
    "skuProfile": {"vmSizes": [{"name": "Standard_D2s_v5"}, {"name": "Standard_E2s_v5"}]},
    "sku": {"name": "Mix", "capacity": 3},
}

RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="instance-mix-on-uniform",
        number="SS053",
        modes=UNIFORM,
        path="skuProfile",
        argument="instance_mix",
        statement="A mix of VM sizes (skuProfile) is Flexible only.",
        reason="all instances of a Uniform set have one size",
        alternative="use Flexible, or one Uniform set for each size",
        sources=(
            INSTANCE_MIX_PAGE.at(
                "Limitations and unsupported scenarios", says="available only with Flexible orchestration mode"
            ),
        ),
        check=_mix_on_uniform,
        impact=Impact.HIGH,
        example=on_uniform({"skuProfile": _MIXED["skuProfile"]}),
    ),
    PropertyRule(
        id="instance-mix-limits",
        number="SS054",
        modes=FLEXIBLE,
        path="skuProfile",
        argument="instance_mix",
        statement="An instance mix needs sku.name Mix without a tier, 1 to 5 different sizes of the A, B, D, E, F "
        "families with one architecture, and one fault domain; it cannot have an ephemeral OS disk, dedicated "
        "host, proximity placement group or capacity reservation.",
        reason="these are the limits of instance mix",
        alternative="remove the other property, or use one size",
        sources=(
            INSTANCE_MIX_PAGE.at(
                "Limitations and unsupported scenarios",
                says="up to five sizes of the A, B, D, E and F families; what does not go with it",
            ),
            INSTANCE_MIX_ERRORS_PAGE.at(
                "Troubleshooting", says="Azure's errors: no size, more than five, duplicates, name not Mix, a tier"
            ),
            AZURERM.at("sku_profile", says="wants platform_fault_domain_count 1"),
        ),
        check=both(_mix_sku, _mix_sizes, _mix_excludes, _mix_fault_domains),
        impact=Impact.HIGH,
        example=on_flexible({**_MIXED, "sku.name": "Standard_D2s_v5"}, _MIXED),
    ),
    PropertyRule(
        id="delete-options-on-uniform",
        number="SS055",
        modes=UNIFORM,
        path=f"{STORAGE}.osDisk.deleteOption",
        argument="os_disk.delete_option",
        statement="Delete options of disks are Flexible only.",
        reason="Azure always deletes the disks of a Uniform instance together with it",
        alternative="remove deleteOption, or use Flexible",
        sources=(
            SDK.at(
                "VirtualMachineScaleSetOSDisk.delete_option, VirtualMachineScaleSetDataDisk.delete_option",
                says="disks: with orchestration mode Flexible only",
            ),
            ORCHESTRATION_PAGE.at(
                "Basic setup: Option to delete or retain VM NIC and Disks",
                says="Flexible yes; Uniform no, always delete",
            ),
        ),
        check=forbidden(f"{STORAGE}.osDisk.deleteOption", f"{STORAGE}.dataDisks[].deleteOption"),
        impact=Impact.HIGH,
        example=on_uniform({f"{STORAGE}.osDisk.deleteOption": "Detach"}),
    ),
    PropertyRule(
        id="scale-in-rules-known",
        number="SS056",
        modes=BOTH,
        path="scaleInPolicy.rules[]",
        argument="scale_in_policy.rules",
        statement="The scale-in rule must be Default, OldestVM or NewestVM, in both modes.",
        reason="these are Azure's rules; scale-in skips protected instances",
        alternative="use one of the three",
        sources=(
            SCALE_IN_PAGE.at(says="three policies, in both modes: Default, NewestVM and OldestVM"),
            SDK.at("ScaleInPolicy.rules", says="the same three values, as a list"),
            COMPUTE_DOCS_155.at(says="Microsoft: the product team confirms the policies on Flexible"),
        ),
        check=one_of("scaleInPolicy.rules[]", "Default", "OldestVM", "NewestVM"),
        impact=Impact.HIGH,
        example=on_flexible({"scaleInPolicy": {"rules": ["Oldest"]}}, {"scaleInPolicy": {"rules": ["OldestVM"]}}),
    ),
    PropertyRule(
        id="zone-rebalancing-needs-zones",
        number="SS057",
        modes=BOTH,
        path=REBALANCING,
        argument="resiliency.automatic_zone_rebalancing",
        statement="Automatic zone rebalancing needs two or more zones (named or automatic) and no strict zone balance.",
        reason="strict zone balance forbids the moves that rebalancing makes",
        alternative="name two or more zones and remove zone_balance",
        sources=(
            ZONE_BALANCE_ENABLE_PAGE.at("Prerequisites", says="at least two availability zones, and health monitoring"),
            ZONE_BALANCE_PAGE.at("Background", says="works with best-effort balancing, zoneBalance false"),
        ),
        check=_rebalancing,
        impact=Impact.HIGH,
        example=on_flexible(
            {"resiliencyPolicy": {"automaticZoneRebalancingPolicy": {"enabled": True}}, "zones": ["1"]},
            {"resiliencyPolicy": {"automaticZoneRebalancingPolicy": {"enabled": True}}},
            also=NO_ZONES,
        ),
    ),
)
