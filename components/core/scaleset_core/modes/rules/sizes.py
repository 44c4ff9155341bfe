"""Property rules: what a VM size takes. A size that the facts do not have is never refused."""

from collections.abc import Callable, Iterator
from typing import Any

from scaleset_core.facts.checks import Finding, NotDecided, one_of, same
from scaleset_core.facts.fixes import drop
from scaleset_core.facts.properties import UNKNOWN, View
from scaleset_core.facts.sizes import PREMIUM, Size, known, with_tier
from scaleset_core.modes.examples import on_flexible
from scaleset_core.modes.pages import (
    AZURERM_27599,
    EPHEMERAL_PAGE,
    INSTANCE_MIX_ERRORS_PAGE,
    INSTANCE_MIX_PAGE,
    LISA_689,
    SDK,
    SIZE_NAMES_PAGE,
    TERRAFORM_EXAMPLES_62,
    WRITE_ACCELERATOR_PAGE,
)
from scaleset_core.modes.rules.parts import BOTH, EPHEMERAL, FLEXIBLE, MIX_SIZES, STORAGE, mix_sizes, sizes_of
from scaleset_core.modes.types import Conflict, Impact, PropertyRule, Severity

_OS_KIND = f"{STORAGE}.osDisk.managedDisk.storageAccountType"
_DATA_KIND = f"{STORAGE}.dataDisks[].managedDisk.storageAccountType"
_Check = Iterator[Finding | NotDecided]


def _tier(view: View) -> _Check:
    for path, size in sizes_of(view):
        if size is UNKNOWN:
            yield NotDecided(path)
        elif meant := with_tier(size):
            yield Finding(path, size, f"expected {meant}")


def _lacking(view: View, has: Callable[[Size], bool | None]) -> Iterator[str | NotDecided]:
    """The sizes that are known to lack something, and the places of those that are not known yet."""
    for path, size in sizes_of(view):
        found = None if size is UNKNOWN else known(size)
        if size is UNKNOWN:
            yield NotDecided(path)
        elif found is not None and has(found) is False:
            yield found.name


def _premium(view: View) -> _Check:
    wanted = [each for path in (_OS_KIND, _DATA_KIND) for each in view.each(path)]
    premium = [each for each in wanted if not each.known or same(str(each.value)[: len(PREMIUM)], PREMIUM)]
    for size in _lacking(view, lambda each: each.premium) if premium else ():
        if isinstance(size, NotDecided):
            yield size
            continue
        for each in premium:
            if each.known:
                yield Finding(each.path, each.value, f"{size} takes no premium disks")
            else:
                yield NotDecided(each.path)


def _ephemeral(view: View) -> _Check:
    if not view.has(EPHEMERAL):
        return
    for size in _lacking(view, lambda each: each.ephemeral):
        yield size if isinstance(size, NotDecided) else Finding(EPHEMERAL, detail=f"{size} has no place for it")


def _accelerator(view: View) -> _Check:
    """On M sizes, for premium disks that are not cached for writing."""
    places = [View(view.value(f"{STORAGE}.osDisk", {}), f"{STORAGE}.osDisk"), *view.members(f"{STORAGE}.dataDisks")]
    for disk in places:
        if disk.value("writeAcceleratorEnabled") is not True:
            continue
        path = disk.path("writeAcceleratorEnabled")
        kind, caching = disk.value("managedDisk.storageAccountType"), disk.value("caching")
        if kind is not None and not same(str(kind)[: len(PREMIUM)], PREMIUM):
            yield Finding(path, value=True, detail=f"the disk's type is {kind}")
        if same(caching, "ReadWrite"):
            yield Finding(path, value=True, detail="the disk's caching is ReadWrite")
        for size in _lacking(view, lambda each: each.write_accelerator):
            yield size if isinstance(size, NotDecided) else Finding(path, value=True, detail=f"got {size}")


def _mix_differs(view: View, what: Callable[[Size], bool | None]) -> bool:
    """Whether the known sizes of a mix differ in something."""
    found = [known(name) for _, name in mix_sizes(view) if name is not UNKNOWN]
    return {True, False} <= {what(each) for each in found if each is not None}


def _mix_premium(view: View) -> _Check:
    if _mix_differs(view, lambda each: each.premium):
        yield Finding(MIX_SIZES, detail="some have premium storage")
    yield from (NotDecided(path) for path, name in mix_sizes(view) if name is UNKNOWN)


def _mix_local(view: View) -> _Check:
    if _mix_differs(view, lambda each: each.local_disk):
        yield Finding(MIX_SIZES, detail="some have a local disk")
    yield from (NotDecided(path) for path, name in mix_sizes(view) if name is UNKNOWN)


def _mix(*names: str, **more: Any) -> dict[str, Any]:
    return {
        "skuProfile": {"vmSizes": [{"name": name} for name in names], **more},
        "sku": {"name": "Mix", "capacity": 3},
        f"{STORAGE}.osDisk.managedDisk.storageAccountType": "Standard_LRS",
    }


_ACCELERATED = {f"{STORAGE}.osDisk.writeAcceleratorEnabled": True, f"{STORAGE}.osDisk.caching": "ReadOnly"}
_LOCAL = {EPHEMERAL: {"option": "Local"}, f"{STORAGE}.osDisk.caching": "ReadOnly"}

RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="vm-size-has-its-tier",
        number="SS089",
        modes=BOTH,
        path="sku.name",
        argument="vm_size",
        statement="The name of a VM size must begin with its tier.",
        reason="Azure accepts only the full name of a size",
        alternative="write Standard_D2s_v5 for D2s_v5",
        sources=(
            TERRAFORM_EXAMPLES_62.at(
                says="Azure: B1ls is not valid for the VM size; the valid ones begin with Standard_"
            ),
        ),
        check=_tier,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible({"sku.name": "D2s_v5"}, {"sku.name": "Standard_D2s_v5"}),
    ),
    PropertyRule(
        id="premium-disks-need-a-premium-size",
        number="SS099",
        modes=BOTH,
        path=_OS_KIND,
        argument="os_disk.storage_account_type",
        statement="Premium disks need a VM size with premium storage.",
        reason="other sizes cannot use such disks",
        alternative="use StandardSSD_LRS, or a size with an s in its letters",
        sources=(
            LISA_689.at(says="Azure: the VM size does not support the storage account type Premium_LRS of the disk"),
            SIZE_NAMES_PAGE.at(says="s: premium storage capable; some newer sizes without s are too"),
        ),
        check=_premium,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible(
            {"sku.name": "Standard_D2_v5"}, {"sku.name": "Standard_D2_v5", _OS_KIND: "StandardSSD_LRS"}
        ),
    ),
    PropertyRule(
        id="ephemeral-disk-needs-local-storage",
        number="SS133",
        modes=BOTH,
        path=EPHEMERAL,
        argument="os_disk.ephemeral",
        statement="An ephemeral OS disk needs a VM size with local storage or a cache.",
        reason="the disk is a file on the host",
        alternative="use a size with a d in its letters, such as Standard_D2ds_v5",
        sources=(
            EPHEMERAL_PAGE.at(
                says="the disk is in the host's cache, temporary or NVMe disk, which has to be large enough"
            ),
        ),
        check=_ephemeral,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible(_LOCAL, {**_LOCAL, "sku.name": "Standard_D2ds_v5"}),
    ),
    PropertyRule(
        id="write-accelerator-needs-m-size",
        number="SS134",
        modes=BOTH,
        path=f"{STORAGE}.osDisk.writeAcceleratorEnabled",
        argument="os_disk.write_accelerator_enabled",
        statement="The write accelerator works only with premium disks of M sizes that are not cached for writing.",
        reason="only hosts of M sizes have it, and it replaces the cache",
        alternative="remove it, or use an M size and caching None or ReadOnly",
        sources=(WRITE_ACCELERATOR_PAGE.at(says="premium disks of M-series machines, with caching None or ReadOnly"),),
        check=_accelerator,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible(_ACCELERATED, {**_ACCELERATED, "sku.name": "Standard_M8ms"}),
    ),
    PropertyRule(
        id="instance-mix-premium-storage",
        number="SS135",
        modes=FLEXIBLE,
        path=MIX_SIZES,
        argument="instance_mix",
        statement="Either all sizes of an instance mix have premium storage, or none has.",
        reason="the profile has one disk type for all of them",
        alternative="use sizes with the same storage",
        severity=Severity.WARNING,
        sources=(
            INSTANCE_MIX_PAGE.at(
                "Limitations and unsupported scenarios", says="sizes with and without premium storage do not mix"
            ),
            AZURERM_27599.at(says="contradicts: its tests deploy A2_v2, D2s_v3 and F2s_v2 together"),
        ),
        conflict=Conflict(
            stale="the page says that they do not mix",
            followed="azurerm's acceptance tests deploy A2_v2, D2s_v3 and F2s_v2 on Standard_LRS; warned about only",
        ),
        check=_mix_premium,
        impact=Impact.LOW,
        example=on_flexible(_mix("Standard_D2s_v5", "Standard_D4_v5"), _mix("Standard_D2s_v5", "Standard_D4s_v5")),
    ),
    PropertyRule(
        id="instance-mix-local-disk",
        number="SS136",
        modes=FLEXIBLE,
        path=MIX_SIZES,
        argument="instance_mix",
        statement="Either all sizes of an instance mix have a local disk, or none has.",
        reason="all of them use the same disk configuration",
        alternative="use sizes with the same local storage",
        sources=(
            INSTANCE_MIX_PAGE.at(
                "Limitations and unsupported scenarios", says="sizes with and without a local disk do not mix"
            ),
        ),
        check=_mix_local,
        impact=Impact.HIGH,
        example=on_flexible(_mix("Standard_D2s_v5", "Standard_D4ds_v5"), _mix("Standard_D2s_v5", "Standard_D4s_v5")),
    ),
    PropertyRule(
        id="allocation-strategy-known",
        number="SS137",
        modes=FLEXIBLE,
        path="skuProfile.allocationStrategy",
        argument="instance_mix.allocation_strategy",
        statement="The allocation strategy of an instance mix must be LowestPrice, CapacityOptimized or Prioritized.",
        reason="these are Azure's strategies",
        alternative="leave it out for LowestPrice",
        sources=(
            INSTANCE_MIX_ERRORS_PAGE.at("Troubleshooting", says="Azure's error for an unknown strategy"),
            SDK.at("SkuProfile.allocation_strategy", says="LowestPrice, CapacityOptimized, Prioritized"),
        ),
        check=one_of("skuProfile.allocationStrategy", "LowestPrice", "CapacityOptimized", "Prioritized"),
        impact=Impact.HIGH,
        fix=drop("skuProfile", "allocationStrategy"),
        example=on_flexible(
            _mix("Standard_D2s_v5", allocationStrategy="Cheapest"),
            _mix("Standard_D2s_v5", allocationStrategy="LowestPrice"),
        ),
    ),
)
