"""Features of placement and price."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from support import azure_world as azure
from support.features.parts import BOOL, SIZES, Feature, object_of, one, pick, raw

_zones = one("zones", ["1"], ["1", "2"], ["3", "1", "2"], ["2", "2"])
_capacity = one("capacity", 0, 2, 2, 101, 1001)
PLACEMENT: tuple[Feature, ...] = (
    _zones,
    _zones,
    one("zone_balance", True, False),
    one("platform_fault_domain_count", 1, 2, 3, 4, 5),
    one("platform_fault_domain_count", 2, 3),
    one("single_placement_group", True, False),
    one("proximity_placement_group_id", azure.PLACEMENT_GROUP),
    one("host_group_id", azure.HOST_GROUP),
    one("capacity_reservation_group_id", azure.RESERVATION),
    st.one_of(_capacity, st.just({"capacity": 601, "image": {"id": azure.MANAGED_IMAGE}})),
    st.just({"capacity": 201, "vm_size": "Standard_L8s_v3", "platform_fault_domain_count": 2}),
    st.just({"vm_size": "Standard_L8s_v3", "platform_fault_domain_count": 2, "single_placement_group": True}),
    SIZES,
    object_of("resiliency", {"automatic_zone_rebalancing": st.just({"enabled": True})}),
    object_of("resiliency", {}, resilient_vm_creation=BOOL, resilient_vm_deletion=BOOL),
    raw("scaleSet", {"orchestrationMode": "flexible"}, {"orchestrationMode": "Stretched"}),
    raw("scaleSet", {"platformFaultDomainCount": None}, {"singlePlacementGroup": None}),
    one("scale_set_name", "web", "Web.1", "w" * 64, "12345", "a_b"),
)


_spot_fields = {
    "eviction_policy": pick("Delete", "Deallocate", "Keep"),
    "max_price": pick(-1, 0.5, 0, -2),
    "restore_enabled": BOOL,
    "restore_timeout": pick("PT1H", "PT15M", "PT3H", "1h"),
}
_spot = object_of("spot", {}, **_spot_fields)
_mix_sizes = pick(
    ["Standard_D2s_v5"],
    ["Standard_D2s_v5", "Standard_E2s_v5"],
    ["Standard_D2s_v5", "Standard_D2s_v5"],
    ["Standard_D2s_v5", "Standard_D2_v5"],
    ["Standard_D2s_v5", "Standard_D2ps_v5"],
    ["Standard_L8s_v3"],
    ["Standard_DC2s_v3"],
    [f"Standard_D{2 * n}s_v5" for n in range(1, 7)],
    [],
)


@st.composite
def _instance_mix(draw: st.DrawFn) -> dict[str, Any]:
    strategy = draw(pick(None, "LowestPrice", "CapacityOptimized", "Prioritized"))
    ranked = draw(BOOL)
    sizes: list[dict[str, Any]] = [{"name": name} for name in draw(_mix_sizes)]
    for index, size in enumerate(sizes):
        if ranked:
            size["rank"] = draw(pick(index, 0))
    mix: dict[str, Any] = {"vm_sizes": sizes}
    if strategy is not None:
        mix["allocation_strategy"] = strategy
    return {"instance_mix": mix, **draw(pick({"vm_size": None}, {}))}


def _autoscale(minimum: int, maximum: int, *, rules: bool) -> dict[str, Any]:
    rule = {
        "metric_name": "Percentage CPU",
        "operator": "GreaterThan",
        "threshold": 75.5,
        "direction": "Increase",
    }
    profile = {"name": "default", "minimum": minimum, "maximum": maximum, "rules": [rule] if rules else []}
    return {"autoscale": {"profiles": [profile]}}


PRICE: tuple[Feature, ...] = (
    _spot,
    _spot,
    st.just({"spot": {}}),
    object_of(
        "priority_mix",
        {},
        base_regular_priority_count=pick(0, 1, 1000, 1001),
        regular_priority_percentage_above_base=pick(0, 50, 100, 101, -1),
    ),
    st.just({"priority_mix": {"regular_priority_percentage_above_base": 50}, "spot": {}}),
    _instance_mix(),
    _instance_mix(),
    object_of(
        "standby_pool",
        {"max_ready_capacity": pick(1, 2, 1000)},
        name=pick("pool", "po", "p" * 25, "pool_1"),
        min_ready_capacity=pick(0, 1),
        virtual_machine_state=pick("Running", "Deallocated", "Hibernated"),
    ),
    object_of(
        "scale_in_policy",
        {},
        rules=pick([], ["Default"], ["OldestVM"], ["NewestVM"], ["Oldest"], ["Default", "NewestVM"]),
        force_deletion=BOOL,
        prioritize_unhealthy_vms=BOOL,
    ),
    one("overprovision", True, False),
    one("do_not_run_extensions_on_overprovisioned_vms", True, False),
    pick(_autoscale(1, 3, rules=True), _autoscale(0, 0, rules=False)),
    one("capacity_reservation_group_id", azure.RESERVATION),
    one("host_group_id", azure.HOST_GROUP),
    SIZES,
    raw(
        "scaleSet",
        {"virtualMachineProfile": {"evictionPolicy": "Delete"}},
        {"virtualMachineProfile": {"billingProfile": {"maxPrice": 0.1}}},
        {"priorityMixPolicy": {"baseRegularPriorityCount": 1}},
        {"sku": {"tier": "Standard"}},
        {"sku": {"name": "Mix"}},
    ),
)
