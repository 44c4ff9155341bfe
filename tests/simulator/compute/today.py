"""Azure of November 2026 as bodies: what is valid and was refused, each with its source.

Bodies are the tests' sound scale set with changes; see :func:`simulator.compute.bodies.changed`.
"""

from __future__ import annotations

from typing import NamedTuple

from simulator.compute.bodies import COMPUTE, HEALTH, Body, windows_profile
from simulator.compute.cases import EXTENSIONS, FLEX, ROLLING, UNIFORM
from simulator.worlds import BALANCER

CLUSTER: Body = {
    "name": "fabric",
    "properties": {
        "publisher": "Microsoft.Azure.ServiceFabric",
        "type": "ServiceFabricLinuxNode",
        "typeHandlerVersion": "2.0",
        "settings": {"durabilityLevel": "Silver", "nodeTypeRef": "main"},
    },
}
PROBE = {"vmp.networkProfile.healthProbe": {"id": f"{BALANCER}/probes/tcp"}}
OS_UPGRADE = {"p.upgradePolicy.automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True}}
EPHEMERAL = {
    "sku.name": "Standard_D2ds_v5",
    "vmp.storageProfile.osDisk": {
        "createOption": "FromImage",
        "caching": "ReadOnly",
        "diffDiskSettings": {"option": "Local"},
    },
}
RESERVATION = {
    "vmp.capacityReservation": {
        "capacityReservationGroup": {"id": f"{COMPUTE}/capacityReservationGroups/reserved"},
    }
}
AUTO = {"placement": {"zonePlacementPolicy": "Auto"}}
CONFIDENTIAL = {
    "sku.name": "Standard_DC2as_v5",
    "vmp.securityProfile": {
        "securityType": "ConfidentialVM",
        "uefiSettings": {"vTpmEnabled": True, "secureBootEnabled": True},
    },
    "vmp.storageProfile.osDisk.managedDisk": {"securityProfile": {"securityEncryptionType": "DiskWithVMGuestState"}},
}
HOTPATCH_IMAGE = {
    "publisher": "MicrosoftWindowsServer",
    "offer": "WindowsServer",
    "sku": "2025-datacenter-azure-edition-core",
    "version": "latest",
}
GALLERY_IMAGE = {"id": f"{COMPUTE}/galleries/g/images/special/versions/1.0.0"}


def mix(*sizes: str, strategy: str = "LowestPrice", ranks: tuple[int, ...] = ()) -> Body:
    """An instance mix."""
    named = [{"name": size} | ({"rank": ranks[n]} if ranks else {}) for n, size in enumerate(sizes)]
    return {"sku.name": "Mix", "p.skuProfile": {"vmSizes": named, "allocationStrategy": strategy}}


def data_disk(kind: str, **members: object) -> Body:
    """One empty data disk of a type."""
    disk = {"lun": 0, "createOption": "Empty", "diskSizeGB": 64, "managedDisk": {"storageAccountType": kind}}
    return {"vmp.storageProfile.dataDisks": [disk | members]}


def patch_mode(mode: str, **settings: object) -> Body:
    """A hotpatch image with patch settings."""
    profile = windows_profile()
    profile["windowsConfiguration"]["patchSettings"] = {"patchMode": mode, **settings}
    return {"vmp.osProfile": profile, "vmp.storageProfile.imageReference": HOTPATCH_IMAGE}


class Refusal(NamedTuple):
    """A body that Azure refuses, and its neighbour that it takes: name, mode, both changes, target, source, code."""

    name: str
    mode: str
    taken: Body
    refused: Body
    target: str
    source: str
    code: str = "InvalidParameter"


class Valid(NamedTuple):
    """A body that Azure takes: its name, mode, the changes, the source, and the api-version that it needs."""

    name: str
    mode: str
    changes: Body
    source: str
    api_version: str = "2026-04-01"


VALID = [
    Valid(
        "equal ranks",
        FLEX,
        mix("Standard_D8s_v5", "Standard_D8as_v5", strategy="Prioritized", ranks=(0, 0)),
        "Use multiple VM sizes with instance mix (2026-05): ranks can be duplicated",
        "2024-11-01",
    ),
    Valid(
        "premium sizes of two spellings",
        FLEX,
        mix("Standard_DS2_v2", "Standard_D2s_v3"),
        "az vm list-skus: PremiumIO is True for both",
    ),
    Valid(
        "premium and other sizes",
        FLEX,
        mix("Standard_A2_v2", "Standard_D2s_v3", "Standard_F2s_v2")
        | {"vmp.storageProfile.osDisk.managedDisk": {"storageAccountType": "Standard_LRS"}},
        "acceptance tests of azurerm_orchestrated_virtual_machine_scale_set; the instance-mix page says no",
    ),
    Valid(
        "service fabric's own health",
        UNIFORM,
        {EXTENSIONS: [CLUSTER], **OS_UPGRADE},
        "Automatic OS image upgrades (2026-05): health is not required for Silver or Gold durability",
    ),
    Valid(
        "spot plus",
        FLEX,
        {
            "vmp.priority": "SpotPlus",
            "vmp.evictionPolicy": "Deallocate",
            "vmp.billingProfile": {"maxPrice": -1},
            "p.priorityMixPolicy": {"baseRegularPriorityCount": 1},
        },
        "REST example Create_WithSpotPlusPriorityFlex, azure-cli issue 33881",
    ),
    Valid(
        "priority mix without a word on placement groups",
        FLEX,
        {"vmp.priority": "Spot", "p.priorityMixPolicy": {}, "p.singlePlacementGroup": ...},
        "REST example Create_WithPriorityMixPolicy; Spot Priority Mix: not supported with it enabled",
        "2022-11-01",
    ),
    Valid(
        "automatic zones in balance",
        FLEX,
        {**AUTO, "p.zoneBalance": True, "p.resiliencyPolicy": {"zoneAllocationPolicy": {"maxZoneCount": 3}}},
        "Configure automatic zone placement (2026-08)",
        "2026-03-01",
    ),
    *(
        Valid(
            f"external health, {mode}",
            mode,
            {
                "p.externalHealthPolicy": {"enabled": True, "expiryDuration": "PT30M"},
                "p.upgradePolicy.mode": "Rolling",
                "p.automaticRepairsPolicy": {"enabled": True},
            },
            "azure-mgmt-compute 39 ExternalHealthPolicy",
        )
        for mode in (FLEX, UNIFORM)
    ),
    Valid(
        "no rollback",
        FLEX,
        {
            "p.upgradePolicy.mode": "Rolling",
            f"{ROLLING}.rollbackFailedInstancesOnPolicyBreach": False,
            EXTENSIONS: [HEALTH],
        },
        "Azure Verified Modules (Bicep) sends it with every rolling policy",
        "2022-11-01",
    ),
    Valid(
        "automatic OS upgrade",
        FLEX,
        {"p.upgradePolicy.mode": "Rolling", EXTENSIONS: [HEALTH], **OS_UPGRADE},
        "azure-cli pull request 29415; the MaxSurge page excludes maxSurge only",
    ),
    Valid(
        "automatic OS upgrade of Windows, updates not said",
        UNIFORM,
        {
            "vmp.osProfile": {**windows_profile(), "windowsConfiguration": {}},
            "vmp.storageProfile.imageReference": {**HOTPATCH_IMAGE, "sku": "2022-datacenter"},
            EXTENSIONS: [HEALTH],
            **OS_UPGRADE,
        },
        "Automatic OS image upgrades, note: set to false automatically",
    ),
    Valid("overprovisioning off", FLEX, {"p.overprovision": False}, "no page says that false is refused"),
    Valid(
        "extensions on overprovisioned machines off",
        FLEX,
        {"p.doNotRunExtensionsOnOverprovisionedVMs": False},
        "no page says that false is refused",
    ),
    Valid("hibernation off", UNIFORM, {"p.additionalCapabilities": {"hibernationEnabled": False}}, "false is off"),
    Valid(
        "secure boot off", UNIFORM, {"vmp.securityProfile": {"uefiSettings": {"vTpmEnabled": False}}}, "false is off"
    ),
    Valid("spot, eviction not said", UNIFORM, {"vmp.priority": "Spot"}, "Use Spot: Deallocate is the default"),
    Valid(
        "low priority", UNIFORM, {"vmp.priority": "Low", "vmp.evictionPolicy": "Delete"}, "SDK: the old name of Spot"
    ),
    Valid(
        "reservation, placement groups not said",
        FLEX,
        {**RESERVATION, "p.singlePlacementGroup": ...},
        "On-demand capacity reservation: only true is unsupported",
    ),
    Valid(
        "network interface kept on Uniform",
        UNIFORM,
        {"vmp.networkProfile.networkInterfaceConfigurations.0.properties.deleteOption": "Detach"},
        "the SDK restricts deleteOption of disks to Flexible, not that of interfaces",
    ),
    *(
        Valid(
            f"specialized image, {mode}",
            mode,
            {"vmp.osProfile": ..., "vmp.storageProfile.imageReference": GALLERY_IMAGE},
            "REST example Create_FromASpecializedSharedImage",
        )
        for mode in (FLEX, UNIFORM)
    ),
    Valid("unknown size", FLEX, {"sku.name": "Standard_Z9_v9", **data_disk("Premium_LRS")}, "not judged"),
]
