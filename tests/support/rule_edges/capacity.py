"""Capacity, placement and mixes on their edges."""

from __future__ import annotations

from scaleset_core.facts.properties import UNKNOWN
from support.rule_edges.parts import MANAGED, MIX, PROFILE, REBALANCE, RESERVED, SPOT, STORAGE, Case, sizes

CAPACITY: dict[str, list[Case]] = {
    "capacity-limit": [
        *(({"sku.capacity": value}, []) for value in (0, 1000, None, "3")),
        *(({"sku.capacity": value}, ["sku.capacity"]) for value in (-1, 1001)),
        ({"sku.capacity": 600, **MANAGED}, []),
        ({"sku.capacity": 601, **MANAGED}, ["sku.capacity"]),
        ({"sku.capacity": 601, f"{STORAGE}.imageReference.id": "/galleries/g/images/i"}, []),
    ],
    "capacity-limit-with-fault-domains": [
        ({"platformFaultDomainCount": 2, "sku.capacity": 200, "sku.name": "Standard_M8ms"}, []),
        ({"platformFaultDomainCount": 2, "sku.capacity": 201, "sku.name": "Standard_M8ms"}, ["sku.capacity"]),
        ({"platformFaultDomainCount": 1, "sku.capacity": 201, "sku.name": "Standard_M8ms"}, []),
        ({"platformFaultDomainCount": 2, "sku.capacity": 201, "sku.name": "Standard_D2s_v5"}, []),
    ],
    "fault-domains-on-flexible": [
        *(({"platformFaultDomainCount": value}, []) for value in (1, 2, 3)),
        *(({"platformFaultDomainCount": value}, ["platformFaultDomainCount"]) for value in (0, 4)),
        ({"platformFaultDomainCount": 1, "zones": ["1"]}, []),
        ({"platformFaultDomainCount": 2, "zones": ["1"]}, ["platformFaultDomainCount"]),
        ({"platformFaultDomainCount": UNKNOWN}, ["?platformFaultDomainCount"]),
    ],
    "fault-domains-on-uniform": [
        *(({"platformFaultDomainCount": value}, []) for value in (1, 2, 3, 4, 5)),
        *(({"platformFaultDomainCount": value}, ["platformFaultDomainCount"]) for value in (0, 6)),
        *(({"platformFaultDomainCount": value, "zones": ["1"]}, []) for value in (1, 5)),
        *(({"platformFaultDomainCount": each, "zones": ["1"]}, ["platformFaultDomainCount"]) for each in (2, 4, 6)),
    ],
    "single-placement-group-limit": [
        ({"sku.capacity": 100}, []),
        ({"sku.capacity": 101}, ["sku.capacity"]),
        ({"sku.capacity": 101, "singlePlacementGroup": True}, ["sku.capacity"]),
        ({"sku.capacity": 101, "singlePlacementGroup": False}, []),
    ],
    "single-placement-group-on-flexible": [
        ({"singlePlacementGroup": False}, []),
        ({"singlePlacementGroup": True, "sku.name": "Standard_D2s_v5"}, ["singlePlacementGroup"]),
        ({"singlePlacementGroup": True, "sku.name": "Standard_M8ms"}, ["singlePlacementGroup"]),
        ({"singlePlacementGroup": True, "sku.name": "Standard_M8ms", "platformFaultDomainCount": 2}, []),
        (
            {"singlePlacementGroup": True, "sku.name": "Standard_D2s_v5", "platformFaultDomainCount": 2},
            ["singlePlacementGroup"],
        ),
    ],
    "single-placement-group-false": [
        (RESERVED, ["singlePlacementGroup"]),
        ({**RESERVED, "singlePlacementGroup": False}, []),
        ({"priorityMixPolicy.baseRegularPriorityCount": 1, "singlePlacementGroup": True}, ["singlePlacementGroup"]),
    ],
    "instance-mix-limits": [
        (sizes("Standard_D2s_v5"), []),
        (sizes(*(f"Standard_D{index}s_v5" for index in (2, 4, 8, 16, 32))), []),
        (sizes(*(f"Standard_D{index}s_v5" for index in (2, 4, 8, 16, 32, 48))), [MIX]),
        (sizes(), [MIX]),
        (sizes("Standard_D2s_v5", "STANDARD_D2S_V5"), [MIX]),
        (sizes("Standard_M8ms"), [f"{MIX}[0].name"]),
        (sizes("Standard_D2s_v5", "Standard_D2ps_v5"), [MIX]),
        (sizes("Standard_D2s_v5", "Standard_D4_v5"), [MIX]),
        ({**sizes("Standard_D2s_v5"), "sku.name": "Standard_D2s_v5"}, ["sku.name"]),
        ({**sizes("Standard_D2s_v5"), "sku.tier": "Standard"}, ["sku.tier"]),
        ({"sku.name": "Mix"}, ["sku.name"]),
        ({**sizes("Standard_D2s_v5"), "platformFaultDomainCount": 2}, ["platformFaultDomainCount"]),
        ({**sizes("Standard_D2s_v5"), "hostGroup.id": "h"}, ["hostGroup.id"]),
        ({**sizes("Standard_D2s_v5"), "proximityPlacementGroup.id": "h"}, ["proximityPlacementGroup.id"]),
        ({**sizes("Standard_D2s_v5"), **RESERVED}, list(RESERVED)),
        (
            {
                **sizes(),
                MIX: [{"name": "Standard_D2s_v5", "rank": 0}, {"name": "Standard_D4s_v5", "rank": 0}],
                "skuProfile.allocationStrategy": "prioritized",
            },
            [MIX],
        ),
        (
            {
                **sizes(),
                MIX: [{"name": "Standard_D2s_v5", "rank": 0}, {"name": "Standard_D4s_v5", "rank": 1}],
                "skuProfile.allocationStrategy": "LowestPrice",
            },
            ["skuProfile.allocationStrategy"],
        ),
    ],
    "scale-in-rules-known": [
        *(({"scaleInPolicy.rules": [rule]}, []) for rule in ("Default", "OldestVM", "NewestVM", "oldestvm")),
        ({"scaleInPolicy.rules": ["Oldest"]}, ["scaleInPolicy.rules[0]"]),
        ({"scaleInPolicy.rules": ["Default", "OldestVM"]}, ["scaleInPolicy.rules"]),
    ],
    "zone-rebalancing-needs-zones": [
        ({**REBALANCE, "zones": ["1", "2"]}, []),
        ({**REBALANCE, "zones": ["1"]}, ["zones"]),
        (REBALANCE, ["zones"]),
        ({**REBALANCE, "zones": ["1", "2"], "zoneBalance": True}, ["zoneBalance"]),
        ({"zones": ["1"], "zoneBalance": True}, []),
    ],
    "zone-balance-needs-zones": [
        ({"zoneBalance": True, "zones": ["1", "2"]}, []),
        ({"zoneBalance": True, "zones": ["1"]}, ["zoneBalance"]),
        ({"zoneBalance": True}, ["zoneBalance"]),
        ({"zoneBalance": False, "zones": ["1"]}, []),
    ],
    "proximity-placement-one-zone": [
        ({"proximityPlacementGroup.id": "p", "zones": ["1"]}, []),
        ({"proximityPlacementGroup.id": "p", "zones": ["1", "2"]}, ["zones"]),
        ({"zones": ["1", "2"]}, []),
    ],
    "dedicated-host-limits": [
        ({"hostGroup.id": "h", "zones": ["1"]}, []),
        ({"hostGroup.id": "h", "zones": ["1", "2"]}, ["zones"]),
        ({"hostGroup.id": "h", "proximityPlacementGroup.id": "p"}, ["proximityPlacementGroup.id"]),
        ({"hostGroup.id": "h", **SPOT}, [f"{PROFILE}.priority"]),
        ({"proximityPlacementGroup.id": "p", "zones": ["1", "2"], **SPOT}, []),
    ],
    "capacity-reservation-excludes-spot-and-hosts": [
        (RESERVED, []),
        ({**RESERVED, "hostGroup.id": "h"}, ["hostGroup.id"]),
        ({**RESERVED, **SPOT}, [f"{PROFILE}.priority"]),
        ({"hostGroup.id": "h", **SPOT}, []),
    ],
    "api-version-on-flexible": [
        ({"azureApiVersion": "2021-03-01"}, []),
        ({"azureApiVersion": "2021-02-28"}, ["azureApiVersion"]),
        ({"azureApiVersion": "2021-03-01-preview"}, []),
        ({"azureApiVersion": "2020-12-01-preview"}, ["azureApiVersion"]),
    ],
    "system-assigned-identity-on-flexible": [
        ({"identity.type": "UserAssigned"}, []),
        ({"identity.type": "SystemAssigned"}, ["identity.type"]),
        ({"identity.type": "SystemAssigned, UserAssigned"}, ["identity.type"]),
    ],
    "b1ls-on-flexible": [({"sku.name": "standard_B1LS"}, ["sku.name"]), ({"sku.name": "Standard_B1s"}, [])],
}
