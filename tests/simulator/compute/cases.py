"""What the tables of rule cases share: the case, members that many of them use, paths."""

from __future__ import annotations

from typing import Any, NamedTuple

from simulator.compute.bodies import HEALTH, Body

FLEX, UNIFORM = "Flexible", "Uniform"
HEALTH_PROPERTIES: Body = HEALTH["properties"]
EXTENSIONS = "vmp.extensionProfile.extensions"
IP = "vmp.networkProfile.networkInterfaceConfigurations.0.properties.ipConfigurations.0.properties"
ROLLING = "p.upgradePolicy.rollingUpgradePolicy"
PPG = {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/proximityPlacementGroups/p"}
HOSTS = {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/hostGroups/h"}
RESERVED = {
    "capacityReservationGroup": {"id": "/subscriptions/s/resourceGroups/g/providers/M.C/capacityReservationGroups/c"}
}
MANAGED = {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/i"}
SPOT = {"vmp.priority": "Spot", "vmp.evictionPolicy": "Delete"}
MIX = {"sku.name": "Mix", "p.skuProfile": {"vmSizes": [{"name": "Standard_D2s_v5"}, {"name": "Standard_E2s_v5"}]}}
ULTRA = [{"lun": 0, "createOption": "Empty", "diskSizeGB": 8, "managedDisk": {"storageAccountType": "UltraSSD_LRS"}}]


def health(**settings: Any) -> list[Body]:
    """The health extension with settings changed."""
    return [{**HEALTH, "properties": {**HEALTH_PROPERTIES, "settings": settings}}]


def disk(**members: Any) -> Body:
    """An empty data disk."""
    return {"lun": 0, "createOption": "Empty", "diskSizeGB": 8, **members}


class Case(NamedTuple):
    """One rule: the mode, a change that is taken, a change that is refused, and the refusal's target."""

    rule: str
    mode: str
    taken: Body
    refused: Body
    target: str
    code: str = "InvalidParameter"
