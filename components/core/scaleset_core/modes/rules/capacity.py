"""Property rules: Spot, priority mix, instance mix, scale-in, resiliency."""

from collections.abc import Iterator

from scaleset_core.facts.checks import (
    Finding,
    NotDecided,
    between,
    both,
    evaluate,
    forbidden,
    is_number,
    lasts,
    one_of,
    same,
)
from scaleset_core.facts.properties import View
from scaleset_core.modes.rules.parts import (
    BOTH,
    FLEXIBLE,
    INSTANCE_MIX_PAGE,
    NIC,
    PRIORITY_MIX_PAGE,
    PROFILE,
    SDK,
    SPOT_PAGE,
    STORAGE,
    UNIFORM,
    is_spot,
    size_family,
    size_features,
    zones,
)
from scaleset_core.modes.types import PropertyRule

_MIX_FAMILIES = frozenset("ABDEF")
_MIX_SIZES = 5
_MIX = "Mix"
_REBALANCING = "resiliencyPolicy.automaticZoneRebalancingPolicy"
_Check = Iterator[Finding | NotDecided]


def _eviction(view: View) -> _Check:
    if view.has(f"{PROFILE}.evictionPolicy") and not is_spot(view):
        yield Finding(f"{PROFILE}.evictionPolicy", view.value(f"{PROFILE}.evictionPolicy"), "the priority is not Spot")


def _max_price(view: View) -> _Check:
    if view.has(f"{PROFILE}.billingProfile.maxPrice") and not is_spot(view):
        path = f"{PROFILE}.billingProfile.maxPrice"
        yield Finding(path, view.value(path), "the priority is not Spot")


def _price_value(view: View) -> _Check:
    path = f"{PROFILE}.billingProfile.maxPrice"
    price = view.value(path)
    if price is not None and price != -1 and not (is_number(price) and price > 0):
        yield Finding(path, price, "expected -1 or more than 0")


def _spot_size(view: View) -> _Check:
    size = view.value("sku.name", "")
    if is_spot(view) and size_family(size).startswith("B"):
        yield Finding("sku.name", size)


def _priority_mix(view: View) -> _Check:
    if view.has("priorityMixPolicy") and not is_spot(view):
        yield Finding("priorityMixPolicy", detail="the profile's priority is not Spot")


def _mix_sku(view: View) -> _Check:
    name = view.value("sku.name")
    if not view.has("skuProfile"):
        if name == _MIX:
            yield Finding("sku.name", name, "there is no skuProfile")
        return
    if name != _MIX:
        yield Finding("sku.name", name, "expected Mix with skuProfile")
    if view.has("sku.tier"):
        yield Finding("sku.tier", view.value("sku.tier"), "must be left out with skuProfile")


def _mix_on_uniform(view: View) -> _Check:
    yield from forbidden("skuProfile")(view)
    if view.value("sku.name") == _MIX:
        yield Finding("sku.name", _MIX)


def _mix_sizes(view: View) -> _Check:
    if not view.has("skuProfile"):
        return
    sizes = view.members("skuProfile.vmSizes")
    if not 1 <= len(sizes) <= _MIX_SIZES:
        yield Finding("skuProfile.vmSizes", detail=f"{len(sizes)} sizes, expected 1 to {_MIX_SIZES}")
    for size in sizes:
        name = size.value("name", "")
        if size_family(name)[:1] not in _MIX_FAMILIES:
            yield Finding(size.path("name"), name, "expected an A, B, D, E or F size")
    yield from _mix_alike([str(size.value("name", "")) for size in sizes])
    ranks = [size.value("rank") for size in sizes if size.has("rank")]
    strategy = view.value("skuProfile.allocationStrategy")
    if ranks and not same(strategy, "Prioritized"):
        yield Finding("skuProfile.allocationStrategy", strategy, "rank needs Prioritized")
    if len(set(ranks)) != len(ranks):
        yield Finding("skuProfile.vmSizes", detail="two sizes have the same rank")


def _mix_alike(names: list[str]) -> _Check:
    """What the sizes of one mix have in common, by the feature letters of their names (``p`` Arm64, ``s`` premium)."""
    path = "skuProfile.vmSizes"
    if len({name.lower() for name in names}) != len(names):
        yield Finding(path, names, "each size is named once")
    features = [size_features(name) for name in names]
    for letter, what in (("p", "Arm64 and x64 sizes"), ("s", "sizes with and without premium storage")):
        if len({letter in each for each in features}) > 1:
            yield Finding(path, names, f"{what} do not mix")


def _mix_excludes(view: View) -> _Check:
    if not view.has("skuProfile"):
        return
    for path in (
        f"{STORAGE}.osDisk.diffDiskSettings",
        "hostGroup.id",
        "proximityPlacementGroup.id",
        f"{PROFILE}.capacityReservation.capacityReservationGroup",
    ):
        if view.has(path):
            yield Finding(path, detail="not with skuProfile")


def _scale_in(view: View) -> _Check:
    yield from one_of("scaleInPolicy.rules[]", "Default", "OldestVM", "NewestVM")(view)
    rules = list(view.each("scaleInPolicy.rules[]"))
    if len(rules) > 1:
        yield Finding("scaleInPolicy.rules", [each.value for each in rules if each.known], "expected one")


def _mix_fault_domains(view: View) -> _Check:
    if view.has("skuProfile") and view.value("platformFaultDomainCount", 1) != 1:
        yield Finding("platformFaultDomainCount", view.value("platformFaultDomainCount"), "expected 1 with skuProfile")


def _mix_all(view: View) -> _Check:
    for check in (_mix_sku, _mix_sizes, _mix_excludes, _mix_fault_domains):
        outcome = evaluate(check, view)
        yield from outcome.findings
        yield from map(NotDecided, outcome.undecided)


def _rebalancing(view: View) -> _Check:
    if view.value(f"{_REBALANCING}.enabled") is not True:
        return
    if len(zones(view)) <= 1:
        yield Finding("zones", zones(view), "expected two or more zones")
    if view.value("zoneBalance") is True:
        yield Finding("zoneBalance", value=True, detail="expected false")


RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="eviction-policy-needs-spot",
        modes=BOTH,
        path=f"{PROFILE}.evictionPolicy",
        argument="spot.eviction_policy",
        statement="An eviction policy goes with Spot priority only.",
        reason="regular instances are not evicted",
        alternative="set the priority to Spot, or leave the eviction policy out",
        source=SPOT_PAGE,
        check=_eviction,
        machine=True,
    ),
    PropertyRule(
        id="eviction-policy-known",
        modes=BOTH,
        path=f"{PROFILE}.evictionPolicy",
        argument="spot.eviction_policy",
        statement="The eviction policy is Deallocate or Delete.",
        reason="these are Azure's policies",
        alternative="use Delete to free the disks, Deallocate to keep them",
        source=SPOT_PAGE,
        check=one_of(f"{PROFILE}.evictionPolicy", "Deallocate", "Delete"),
        machine=True,
    ),
    PropertyRule(
        id="max-price-needs-spot",
        modes=BOTH,
        path=f"{PROFILE}.billingProfile.maxPrice",
        argument="spot.max_price",
        statement="A maximum price goes with Spot priority only.",
        reason="regular instances have a fixed price",
        alternative="set the priority to Spot, or leave the price out",
        source=SPOT_PAGE,
        check=_max_price,
        machine=True,
    ),
    PropertyRule(
        id="max-price-value",
        modes=BOTH,
        path=f"{PROFILE}.billingProfile.maxPrice",
        argument="spot.max_price",
        statement="The maximum price is more than 0, or -1 for the price of a regular instance.",
        reason="no instance ever costs less",
        alternative="use -1 to pay up to the regular price",
        source=SPOT_PAGE,
        check=_price_value,
        machine=True,
    ),
    PropertyRule(
        id="spot-restore-timeout",
        modes=BOTH,
        path="spotRestorePolicy.restoreTimeout",
        argument="spot.restore_timeout",
        statement="Azure tries to restore evicted instances for PT15M to PT2H.",
        reason="these are Azure's limits",
        alternative="use a duration such as PT1H",
        source="hashicorp/terraform-provider-azurerm: azurerm_linux_virtual_machine_scale_set, spot_restore.timeout",
        check=lasts("spotRestorePolicy.restoreTimeout", 15, 120),
    ),
    PropertyRule(
        id="spot-not-burstable",
        modes=BOTH,
        path="sku.name",
        argument="vm_size",
        statement="B sizes cannot be Spot.",
        reason="burstable sizes have no spare capacity to sell",
        alternative="use another family, such as D",
        source=SPOT_PAGE,
        check=_spot_size,
        machine=True,
    ),
    PropertyRule(
        id="priority-mix-on-uniform",
        modes=UNIFORM,
        path="priorityMixPolicy",
        argument="priority_mix",
        statement="A mix of Spot and regular instances is Flexible only.",
        reason="a Uniform set's instances all have the profile's priority",
        alternative="use Flexible, or two Uniform sets behind one load balancer",
        source=PRIORITY_MIX_PAGE,
        check=forbidden("priorityMixPolicy"),
    ),
    PropertyRule(
        id="priority-mix-needs-spot",
        modes=FLEXIBLE,
        path="priorityMixPolicy",
        argument="priority_mix",
        statement="A priority mix needs a profile with Spot priority.",
        reason="the mix says how many of the Spot instances are regular ones instead",
        alternative="set spot, or leave priority_mix out",
        source=PRIORITY_MIX_PAGE,
        check=_priority_mix,
    ),
    PropertyRule(
        id="priority-mix-ranges",
        modes=FLEXIBLE,
        path="priorityMixPolicy",
        argument="priority_mix",
        statement="The base count is 0 to 1,000 instances, the share above it 0 to 100 percent.",
        reason="these are Azure's limits",
        alternative="use numbers inside the limits",
        source=PRIORITY_MIX_PAGE,
        check=both(
            between("priorityMixPolicy.baseRegularPriorityCount", 0, 1000, "instances"),
            between("priorityMixPolicy.regularPriorityPercentageAboveBase", 0, 100, "percent"),
        ),
    ),
    PropertyRule(
        id="instance-mix-on-uniform",
        modes=UNIFORM,
        path="skuProfile",
        argument="instance_mix",
        statement="A mix of VM sizes (skuProfile) is Flexible only.",
        reason="a Uniform set's instances all have one size",
        alternative="use Flexible, or one Uniform set for each size",
        source=INSTANCE_MIX_PAGE,
        check=_mix_on_uniform,
    ),
    PropertyRule(
        id="instance-mix-limits",
        modes=FLEXIBLE,
        path="skuProfile",
        argument="instance_mix",
        statement="skuProfile needs sku.name Mix without a tier, 1 to 5 different sizes of the A, B, D, E, F families "
        "that are alike in architecture and premium storage, and one fault domain; no ephemeral OS disk, dedicated "
        "host, proximity placement group or capacity reservation.",
        reason="these are the limits of instance mix",
        alternative="leave the other property out, or use one size",
        source=f"{INSTANCE_MIX_PAGE}; fault domains: seen by reviewers of hashicorp/terraform-provider-azurerm 30260",
        check=_mix_all,
    ),
    PropertyRule(
        id="delete-options-on-uniform",
        modes=UNIFORM,
        path=f"{STORAGE}.osDisk.deleteOption",
        argument="os_disk.delete_option",
        statement="Delete options of disks and network interfaces are Flexible only.",
        reason="a Uniform instance's disks and interfaces always go with it",
        alternative="leave deleteOption out, or use Flexible",
        source=SDK,
        check=forbidden(f"{STORAGE}.osDisk.deleteOption", f"{STORAGE}.dataDisks[].deleteOption", f"{NIC}.deleteOption"),
    ),
    PropertyRule(
        id="scale-in-rules-known",
        modes=BOTH,
        path="scaleInPolicy.rules[]",
        argument="scale_in_policy.rules",
        statement="The scale-in rule is one of Default, OldestVM and NewestVM, in both modes.",
        reason="these are Azure's rules; protected instances are passed over",
        alternative="use one of the three",
        source="learn.microsoft.com: Scale-in policy; MicrosoftDocs/azure-compute-docs issue 155",
        check=_scale_in,
    ),
    PropertyRule(
        id="zone-rebalancing-needs-zones",
        modes=BOTH,
        path=f"{_REBALANCING}.enabled",
        argument="resiliency.automatic_zone_rebalancing",
        statement="Automatic zone rebalancing needs two or more zones and no strict zone balance.",
        reason="strict balance refuses the moves that rebalancing makes",
        alternative="name two or more zones and leave zone_balance out",
        source="learn.microsoft.com: Automatic zone balance overview (preview)",
        check=_rebalancing,
    ),
)
