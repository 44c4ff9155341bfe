"""Rule cases: Spot, mixes, scale-in and resiliency."""

from __future__ import annotations

from simulator.compute.bodies import HEALTH
from simulator.compute.cases import (
    EXTENSIONS,
    FLEX,
    MIX,
    PPG,
    SPOT,
    UNIFORM,
    Case,
)

CASES: list[Case] = [
    Case("eviction", FLEX, SPOT, {"vmp.evictionPolicy": "Delete"}, "virtualMachineProfile.evictionPolicy"),
    Case(
        "price",
        FLEX,
        {**SPOT, "vmp.billingProfile": {"maxPrice": -1}},
        {"vmp.billingProfile": {"maxPrice": -1}},
        "virtualMachineProfile.billingProfile",
    ),
    Case(
        "price-positive",
        FLEX,
        {**SPOT, "vmp.billingProfile": {"maxPrice": 0.1}},
        {**SPOT, "vmp.billingProfile": {"maxPrice": 0}},
        "virtualMachineProfile.billingProfile.maxPrice",
    ),
    Case("spot-size", UNIFORM, SPOT, {**SPOT, "sku.name": "Standard_B2s"}, "sku.name"),
    Case(
        "mix-spot",
        FLEX,
        {**SPOT, "p.priorityMixPolicy": {"baseRegularPriorityCount": 1}},
        {"p.priorityMixPolicy": {"baseRegularPriorityCount": 1}},
        "priorityMixPolicy",
    ),
    Case(
        "mix-group",
        FLEX,
        {**SPOT, "p.priorityMixPolicy": {}},
        {**SPOT, "p.priorityMixPolicy": {}, "p.singlePlacementGroup": True},
        "priorityMixPolicy",
    ),
    Case(
        "mix-base",
        FLEX,
        {**SPOT, "p.priorityMixPolicy": {"baseRegularPriorityCount": 1000}},
        {**SPOT, "p.priorityMixPolicy": {"baseRegularPriorityCount": 1001}},
        "priorityMixPolicy.baseRegularPriorityCount",
    ),
    Case(
        "mix-percent",
        FLEX,
        {**SPOT, "p.priorityMixPolicy": {"regularPriorityPercentageAboveBase": 100}},
        {**SPOT, "p.priorityMixPolicy": {"regularPriorityPercentageAboveBase": 101}},
        "priorityMixPolicy.regularPriorityPercentageAboveBase",
    ),
    Case(
        "sku-profile",
        FLEX,
        MIX,
        {**MIX, "sku.name": "Standard_D2s_v5"},
        "sku.name",
        "SkuNameMustBeMixIfSkuProfileIsSpecified",
    ),
    Case("sku-profile-needed", FLEX, MIX, {"sku.name": "Mix"}, "skuProfile"),
    Case(
        "sku-profile-tier",
        FLEX,
        MIX,
        {**MIX, "sku.tier": "Standard"},
        "sku.tier",
        "SkuTierMustNotBeSetIfSkuProfileIsSpecified",
    ),
    Case(
        "sku-profile-count",
        FLEX,
        MIX,
        {**MIX, "p.skuProfile": {"vmSizes": [{"name": f"Standard_D{2**n}s_v5"} for n in range(1, 7)]}},
        "skuProfile.vmSizes",
        "SkuProfileHasTooManyVMSizesInRequest",
    ),
    Case(
        "sku-profile-family",
        FLEX,
        MIX,
        {**MIX, "p.skuProfile": {"vmSizes": [{"name": "Standard_L8s_v3"}]}},
        "skuProfile.vmSizes",
    ),
    Case(
        "sku-profile-architecture",
        FLEX,
        MIX,
        {**MIX, "p.skuProfile": {"vmSizes": [{"name": "Standard_D2s_v5"}, {"name": "Standard_D2ps_v5"}]}},
        "skuProfile.vmSizes",
    ),
    Case(
        "sku-profile-rank",
        FLEX,
        {
            **MIX,
            "p.skuProfile": {"allocationStrategy": "Prioritized", "vmSizes": [{"name": "Standard_D2s_v5", "rank": 0}]},
        },
        {**MIX, "p.skuProfile": {"vmSizes": [{"name": "Standard_D2s_v5", "rank": 0}]}},
        "skuProfile.vmSizes",
    ),
    Case(
        "sku-profile-proximity",
        FLEX,
        MIX,
        {**MIX, "p.proximityPlacementGroup": PPG},
        "skuProfile",
        "SkuProfileScenarioNotSupported",
    ),
    Case("sku-profile-domains", FLEX, MIX, {**MIX, "p.platformFaultDomainCount": 2}, "skuProfile"),
    Case(
        "scale-in",
        FLEX,
        {"p.scaleInPolicy": {"rules": ["OldestVM"]}},
        {"p.scaleInPolicy": {"rules": ["LeastUsedVM"]}},
        "scaleInPolicy.rules",
    ),
    Case(
        "rebalancing-zones",
        FLEX,
        {
            "zones": ["1", "2"],
            EXTENSIONS: [HEALTH],
            "p.resiliencyPolicy": {"automaticZoneRebalancingPolicy": {"enabled": True}},
        },
        {"zones": ["1"], "p.resiliencyPolicy": {"automaticZoneRebalancingPolicy": {"enabled": True}}},
        "resiliencyPolicy.automaticZoneRebalancingPolicy",
    ),
    Case(
        "rebalancing-balance",
        FLEX,
        {
            "zones": ["1", "2"],
            EXTENSIONS: [HEALTH],
            "p.resiliencyPolicy": {"automaticZoneRebalancingPolicy": {"enabled": True}},
        },
        {
            "zones": ["1", "2"],
            "p.resiliencyPolicy": {"automaticZoneRebalancingPolicy": {"enabled": True}},
            "p.zoneBalance": True,
        },
        "resiliencyPolicy.automaticZoneRebalancingPolicy",
    ),
]
