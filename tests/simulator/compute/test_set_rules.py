"""Azure's rules for scale sets: of each rule one body that Azure takes and one that it refuses, in its mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from simulator.compute.bodies import HEALTH, IMAGE, SCRIPT, scale_set, windows_profile
from simulator.worlds import BALANCER, POOL, SUBNET

from arm_simulator.compute.rules import SetRequest, check_scale_set

Body = dict[str, Any]
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


CASES = [
    Case("mode-known", FLEX, {}, {"p.orchestrationMode": "Stretchy"}, "orchestrationMode"),
    Case("profile-uniform", UNIFORM, {}, {"p.virtualMachineProfile": ..., "sku.capacity": 0}, "virtualMachineProfile"),
    Case(
        "profile-flexible",
        FLEX,
        {"p.virtualMachineProfile": ..., "sku": ...},
        {"p.virtualMachineProfile": ...},
        "sku.capacity",
    ),
    Case("sku", UNIFORM, {}, {"sku.name": ...}, "sku.name"),
    Case("overprovision", FLEX, {}, {"p.overprovision": False}, "overprovision"),
    Case(
        "overprovisioned-extensions",
        FLEX,
        {},
        {"p.doNotRunExtensionsOnOverprovisionedVMs": True},
        "doNotRunExtensionsOnOverprovisionedVMs",
    ),
    Case(
        "rollback",
        FLEX,
        {},
        {f"{ROLLING}.rollbackFailedInstancesOnPolicyBreach": True},
        "upgradePolicy.rollingUpgradePolicy.rollbackFailedInstancesOnPolicyBreach",
    ),
    Case(
        "probe",
        FLEX,
        {},
        {"vmp.networkProfile.healthProbe": {"id": f"{BALANCER}/probes/x"}},
        "virtualMachineProfile.networkProfile.healthProbe",
    ),
    Case(
        "nat-pool",
        FLEX,
        {},
        {f"{IP}.loadBalancerInboundNatPools": [{"id": f"{BALANCER}/inboundNatPools/x"}]},
        "virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0].properties.ipConfigurations[0]"
        ".properties.loadBalancerInboundNatPools",
    ),
    Case(
        "priority-mix-uniform",
        UNIFORM,
        {},
        {"p.priorityMixPolicy": {"baseRegularPriorityCount": 1}},
        "priorityMixPolicy",
    ),
    Case("sku-profile-uniform", UNIFORM, {}, {"p.skuProfile": {}}, "skuProfile"),
    Case(
        "delete-option-os",
        UNIFORM,
        {},
        {"vmp.storageProfile.osDisk.deleteOption": "Delete"},
        "virtualMachineProfile.storageProfile.osDisk.deleteOption",
    ),
    Case(
        "delete-option-data",
        UNIFORM,
        {"vmp.storageProfile.dataDisks": [disk()]},
        {"vmp.storageProfile.dataDisks": [disk(deleteOption="Delete")]},
        "virtualMachineProfile.storageProfile.dataDisks[0].deleteOption",
    ),
    Case(
        "delete-option-nic",
        UNIFORM,
        {},
        {"vmp.networkProfile.networkInterfaceConfigurations.0.properties.deleteOption": "Delete"},
        "virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0].properties.deleteOption",
    ),
    Case(
        "network-api-version",
        FLEX,
        {"vmp.networkProfile.networkApiVersion": "2022-11-01"},
        {"vmp.networkProfile.networkApiVersion": "2021-11-01"},
        "virtualMachineProfile.networkProfile.networkApiVersion",
    ),
    Case(
        "network-api-version-needed",
        FLEX,
        {},
        {"vmp.networkProfile.networkApiVersion": ...},
        "virtualMachineProfile.networkProfile.networkApiVersion",
    ),
    Case(
        "network-api-version-uniform",
        UNIFORM,
        {},
        {"vmp.networkProfile.networkApiVersion": None},
        "virtualMachineProfile.networkProfile.networkApiVersion",
    ),
    Case(
        "identity-system",
        FLEX,
        {"identity": {"type": "UserAssigned", "userAssignedIdentities": {"/subscriptions/s/x": {}}}},
        {"identity": {"type": "SystemAssigned"}},
        "identity.type",
    ),
    Case(
        "identity-user",
        UNIFORM,
        {"identity": {"type": "SystemAssigned"}},
        {"identity": {"type": "UserAssigned"}},
        "identity.userAssignedIdentities",
    ),
    Case("fault-domains-needed", FLEX, {}, {"p.platformFaultDomainCount": ...}, "platformFaultDomainCount"),
    Case(
        "fault-domains-regional",
        FLEX,
        {"p.platformFaultDomainCount": 3},
        {"p.platformFaultDomainCount": 4},
        "platformFaultDomainCount",
    ),
    Case(
        "fault-domains-zonal",
        FLEX,
        {"zones": ["1"]},
        {"zones": ["1"], "p.platformFaultDomainCount": 2},
        "platformFaultDomainCount",
    ),
    Case(
        "fault-domains-uniform",
        UNIFORM,
        {"p.platformFaultDomainCount": 5},
        {"p.platformFaultDomainCount": 6},
        "platformFaultDomainCount",
    ),
    Case(
        "fault-domains-uniform-zonal",
        UNIFORM,
        {"zones": ["1"], "p.platformFaultDomainCount": 5},
        {"zones": ["1"], "p.platformFaultDomainCount": 3},
        "platformFaultDomainCount",
    ),
    Case("zones-known", UNIFORM, {"zones": ["1", "3"]}, {"zones": ["4"]}, "zones", "InvalidAvailabilityZone"),
    Case("zones-once", FLEX, {"zones": ["1", "2"]}, {"zones": ["1", "1"]}, "zones"),
    Case(
        "zone-balance",
        FLEX,
        {"zones": ["1", "2"], "p.zoneBalance": True},
        {"zones": ["1"], "p.zoneBalance": True},
        "zoneBalance",
    ),
    Case("capacity", FLEX, {"sku.capacity": 1000}, {"sku.capacity": 1001}, "sku.capacity"),
    Case("capacity-negative", UNIFORM, {"sku.capacity": 0}, {"sku.capacity": -1}, "sku.capacity"),
    Case(
        "capacity-image",
        FLEX,
        {"sku.capacity": 600, "vmp.storageProfile.imageReference": MANAGED},
        {"sku.capacity": 601, "vmp.storageProfile.imageReference": MANAGED},
        "sku.capacity",
    ),
    Case(
        "capacity-one-group",
        UNIFORM,
        {"sku.capacity": 100, "p.singlePlacementGroup": True},
        {"sku.capacity": 101, "p.singlePlacementGroup": True},
        "sku.capacity",
    ),
    Case(
        "capacity-specialty",
        FLEX,
        {"sku": {"name": "Standard_L8s_v3", "capacity": 200}, "p.platformFaultDomainCount": 2},
        {"sku": {"name": "Standard_L8s_v3", "capacity": 201}, "p.platformFaultDomainCount": 2},
        "sku.capacity",
    ),
    Case("size", FLEX, {"sku.name": "Standard_B1s"}, {"sku.name": "Standard_B1ls"}, "sku.name"),
    Case(
        "one-group-flexible",
        FLEX,
        {"p.singlePlacementGroup": True, "sku.name": "Standard_L8s_v3", "p.platformFaultDomainCount": 2},
        {"p.singlePlacementGroup": True},
        "singlePlacementGroup",
    ),
    Case(
        "proximity-zones",
        FLEX,
        {"p.proximityPlacementGroup": PPG, "zones": ["1"]},
        {"p.proximityPlacementGroup": PPG, "zones": ["1", "2"]},
        "proximityPlacementGroup",
    ),
    Case(
        "proximity-hosts",
        FLEX,
        {"p.hostGroup": HOSTS},
        {"p.hostGroup": HOSTS, "p.proximityPlacementGroup": PPG},
        "hostGroup",
    ),
    Case(
        "reservation-group",
        FLEX,
        {"vmp.capacityReservation": RESERVED},
        {"vmp.capacityReservation": RESERVED, "p.singlePlacementGroup": ...},
        "singlePlacementGroup",
    ),
    Case(
        "reservation-proximity",
        FLEX,
        {"vmp.capacityReservation": RESERVED},
        {"vmp.capacityReservation": RESERVED, "p.proximityPlacementGroup": PPG},
        "virtualMachineProfile.capacityReservation",
    ),
    Case("hosts-spot", FLEX, {"p.hostGroup": HOSTS}, {"p.hostGroup": HOSTS, **SPOT}, "hostGroup"),
    Case(
        "spot-restore",
        UNIFORM,
        {**SPOT, "p.spotRestorePolicy": {"enabled": True}},
        {"p.spotRestorePolicy": {"enabled": True}},
        "spotRestorePolicy",
    ),
    Case(
        "nics",
        UNIFORM,
        {},
        {"vmp.networkProfile.networkInterfaceConfigurations": []},
        "virtualMachineProfile.networkProfile.networkInterfaceConfigurations",
    ),
    Case(
        "nic-primary",
        FLEX,
        {},
        {"vmp.networkProfile.networkInterfaceConfigurations.0.properties.primary": False},
        "virtualMachineProfile.networkProfile.networkInterfaceConfigurations",
        "VirtualMachineMustHaveOneNetworkInterfaceAsPrimary",
    ),
    Case(
        "subnet",
        FLEX,
        {},
        {f"{IP}.subnet": ...},
        "virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0].properties.ipConfigurations"
        ".properties.subnet",
    ),
    Case(
        "ipv6-primary",
        UNIFORM,
        {f"{IP}.privateIPAddressVersion": "IPv4"},
        {f"{IP}.privateIPAddressVersion": "IPv6"},
        "virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0].properties.ipConfigurations",
    ),
    Case(
        "public-sku",
        UNIFORM,
        {f"{IP}.publicIPAddressConfiguration": {"name": "pub"}},
        {f"{IP}.publicIPAddressConfiguration": {"name": "pub", "sku": {"name": "Standard"}}},
        "virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0].properties.ipConfigurations[0]"
        ".properties.publicIPAddressConfiguration.sku",
    ),
    Case(
        "public-idle",
        FLEX,
        {f"{IP}.publicIPAddressConfiguration": {"name": "pub", "properties": {"idleTimeoutInMinutes": 30}}},
        {f"{IP}.publicIPAddressConfiguration": {"name": "pub", "properties": {"idleTimeoutInMinutes": 31}}},
        "virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0].properties.ipConfigurations[0]"
        ".properties.publicIPAddressConfiguration.properties.idleTimeoutInMinutes",
    ),
    Case("upgrade-mode", UNIFORM, {"p.upgradePolicy.mode": "Automatic"}, {"p.upgradePolicy": {}}, "upgradePolicy.mode"),
    Case(
        "upgrade-mode-flexible",
        FLEX,
        {"p.upgradePolicy": {"mode": "Automatic"}},
        {"p.upgradePolicy": {"mode": "Never"}},
        "upgradePolicy.mode",
    ),
    Case(
        "rolling-health",
        FLEX,
        {"p.upgradePolicy": {"mode": "Rolling"}, EXTENSIONS: [HEALTH]},
        {"p.upgradePolicy": {"mode": "Rolling"}},
        "upgradePolicy.mode",
    ),
    Case(
        "rolling-health-uniform",
        UNIFORM,
        {"p.upgradePolicy.mode": "Rolling", "vmp.networkProfile.healthProbe": {"id": f"{BALANCER}/probes/x"}},
        {"p.upgradePolicy.mode": "Rolling"},
        "upgradePolicy.mode",
    ),
    *(
        Case(
            f"rolling-{member}",
            FLEX,
            {f"{ROLLING}.{member}": low},
            {f"{ROLLING}.{member}": low - 1},
            f"upgradePolicy.rollingUpgradePolicy.{member}",
        )
        for member, low in (
            ("maxBatchInstancePercent", 5),
            ("maxUnhealthyInstancePercent", 5),
            ("maxUnhealthyUpgradedInstancePercent", 0),
        )
    ),
    Case(
        "rolling-pause",
        UNIFORM,
        {f"{ROLLING}.pauseTimeBetweenBatches": "PT10S"},
        {f"{ROLLING}.pauseTimeBetweenBatches": "10s"},
        "upgradePolicy.rollingUpgradePolicy.pauseTimeBetweenBatches",
    ),
    Case(
        "max-surge-uniform",
        UNIFORM,
        {f"{ROLLING}.maxSurge": True, "p.overprovision": False},
        {f"{ROLLING}.maxSurge": True},
        "upgradePolicy.rollingUpgradePolicy.maxSurge",
    ),
    Case(
        "auto-os-surge",
        FLEX,
        {"p.upgradePolicy.automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True}, EXTENSIONS: [HEALTH]},
        {
            "p.upgradePolicy.automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True},
            EXTENSIONS: [HEALTH],
            f"{ROLLING}.maxSurge": True,
        },
        "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade",
    ),
    Case(
        "auto-os-image",
        UNIFORM,
        {"p.upgradePolicy.automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True}, EXTENSIONS: [HEALTH]},
        {
            "p.upgradePolicy.automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True},
            EXTENSIONS: [HEALTH],
            "vmp.storageProfile.imageReference.version": "1.2.3",
        },
        "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade",
    ),
    Case(
        "auto-os-health",
        UNIFORM,
        {},
        {"p.upgradePolicy.automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True}},
        "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade",
    ),
    Case(
        "repairs-health",
        FLEX,
        {"p.automaticRepairsPolicy": {"enabled": True}, EXTENSIONS: [HEALTH]},
        {"p.automaticRepairsPolicy": {"enabled": True}},
        "automaticRepairsPolicy",
    ),
    Case(
        "repairs-grace",
        FLEX,
        {"p.automaticRepairsPolicy": {"enabled": False, "gracePeriod": "PT10M"}},
        {"p.automaticRepairsPolicy": {"enabled": False, "gracePeriod": "PT9M"}},
        "automaticRepairsPolicy.gracePeriod",
    ),
    Case(
        "repairs-grace-long",
        UNIFORM,
        {"p.automaticRepairsPolicy": {"gracePeriod": "PT90M"}},
        {"p.automaticRepairsPolicy": {"gracePeriod": "PT91M"}},
        "automaticRepairsPolicy.gracePeriod",
    ),
    Case(
        "repairs-action",
        FLEX,
        {"p.automaticRepairsPolicy": {"repairAction": "Reimage"}},
        {"p.automaticRepairsPolicy": {"repairAction": "Hope"}},
        "automaticRepairsPolicy.repairAction",
    ),
    Case(
        "repairs-one-source",
        UNIFORM,
        {
            "p.automaticRepairsPolicy": {"enabled": True},
            "vmp.networkProfile.healthProbe": {"id": f"{BALANCER}/probes/x"},
        },
        {
            "p.automaticRepairsPolicy": {"enabled": True},
            "vmp.networkProfile.healthProbe": {"id": f"{BALANCER}/probes/x"},
            EXTENSIONS: [HEALTH],
        },
        "automaticRepairsPolicy",
    ),
    Case(
        "terminate",
        FLEX,
        {"vmp.scheduledEventsProfile.terminateNotificationProfile": {"enable": True, "notBeforeTimeout": "PT15M"}},
        {"vmp.scheduledEventsProfile.terminateNotificationProfile": {"enable": True, "notBeforeTimeout": "PT16M"}},
        "virtualMachineProfile.scheduledEventsProfile.terminateNotificationProfile.notBeforeTimeout",
    ),
    Case(
        "terminate-spot",
        UNIFORM,
        SPOT,
        {**SPOT, "vmp.scheduledEventsProfile.terminateNotificationProfile": {"enable": True}},
        "virtualMachineProfile.scheduledEventsProfile.terminateNotificationProfile.enable",
    ),
    Case("eviction", FLEX, SPOT, {"vmp.evictionPolicy": "Delete"}, "virtualMachineProfile.evictionPolicy"),
    Case("eviction-needed", UNIFORM, SPOT, {"vmp.priority": "Spot"}, "virtualMachineProfile.evictionPolicy"),
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
        {**SPOT, "p.priorityMixPolicy": {}, "p.singlePlacementGroup": ...},
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
    Case("sku-profile", FLEX, MIX, {**MIX, "sku.name": "Standard_D2s_v5"}, "sku.name"),
    Case("sku-profile-needed", FLEX, MIX, {"sku.name": "Mix"}, "skuProfile"),
    Case("sku-profile-tier", FLEX, MIX, {**MIX, "sku.tier": "Standard"}, "sku.tier"),
    Case(
        "sku-profile-count",
        FLEX,
        MIX,
        {**MIX, "p.skuProfile": {"vmSizes": [{"name": f"Standard_D{2**n}s_v5"} for n in range(1, 7)]}},
        "skuProfile.vmSizes",
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
    Case("sku-profile-proximity", FLEX, MIX, {**MIX, "p.proximityPlacementGroup": PPG}, "skuProfile"),
    Case("sku-profile-domains", FLEX, MIX, {**MIX, "p.platformFaultDomainCount": 2}, "skuProfile"),
    Case(
        "scale-in",
        FLEX,
        {"p.scaleInPolicy": {"rules": ["OldestVM"]}},
        {"p.scaleInPolicy": {"rules": ["OldestVM", "NewestVM"]}},
        "scaleInPolicy.rules",
    ),
    Case(
        "rebalancing-zones",
        FLEX,
        {"zones": ["1", "2"], "p.resiliencyPolicy": {"automaticZoneRebalancingPolicy": {"enabled": True}}},
        {"zones": ["1"], "p.resiliencyPolicy": {"automaticZoneRebalancingPolicy": {"enabled": True}}},
        "resiliencyPolicy.automaticZoneRebalancingPolicy",
    ),
    Case(
        "rebalancing-balance",
        FLEX,
        {"zones": ["1", "2"], "p.resiliencyPolicy": {"automaticZoneRebalancingPolicy": {"enabled": True}}},
        {
            "zones": ["1", "2"],
            "p.resiliencyPolicy": {"automaticZoneRebalancingPolicy": {"enabled": True}},
            "p.zoneBalance": True,
        },
        "resiliencyPolicy.automaticZoneRebalancingPolicy",
    ),
    Case(
        "health-path",
        FLEX,
        {EXTENSIONS: health(protocol="http", requestPath="/h")},
        {EXTENSIONS: health(protocol="http")},
        "virtualMachineProfile.extensionProfile.extensions[0].properties.settings.requestPath",
    ),
    Case(
        "health-tcp",
        UNIFORM,
        {EXTENSIONS: health(protocol="tcp", port=80)},
        {EXTENSIONS: health(protocol="tcp", port=80, requestPath="/")},
        "virtualMachineProfile.extensionProfile.extensions[0].properties.settings.requestPath",
    ),
    *(
        Case(
            f"health-{member}",
            FLEX,
            {EXTENSIONS: health(protocol="tcp", port=80, **{member: most})},
            {EXTENSIONS: health(protocol="tcp", port=80, **{member: most + 1})},
            f"virtualMachineProfile.extensionProfile.extensions[0].properties.settings.{member}",
        )
        for member, most in (("intervalInSeconds", 60), ("numberOfProbes", 24), ("gracePeriod", 14400))
    ),
    Case(
        "extension-names",
        UNIFORM,
        {EXTENSIONS: [SCRIPT, HEALTH]},
        {EXTENSIONS: [SCRIPT, {**HEALTH, "name": "hello"}]},
        "virtualMachineProfile.extensionProfile.extensions",
    ),
    Case(
        "extension-handlers",
        FLEX,
        {EXTENSIONS: [SCRIPT]},
        {EXTENSIONS: [SCRIPT, {**SCRIPT, "name": "again"}]},
        "virtualMachineProfile.extensionProfile.extensions",
        "OnlyOneExtensionPerHandlerIsAllowed",
    ),
    Case(
        "extension-order",
        FLEX,
        {
            EXTENSIONS: [
                SCRIPT,
                {**HEALTH, "properties": {**HEALTH_PROPERTIES, "provisionAfterExtensions": ["hello"]}},
            ]
        },
        {EXTENSIONS: [{**HEALTH, "properties": {**HEALTH_PROPERTIES, "provisionAfterExtensions": ["hello"]}}]},
        "virtualMachineProfile.extensionProfile.extensions",
    ),
    Case(
        "extension-budget",
        FLEX,
        {"vmp.extensionProfile.extensionsTimeBudget": "PT2H"},
        {"vmp.extensionProfile.extensionsTimeBudget": "PT3H"},
        "virtualMachineProfile.extensionProfile.extensionsTimeBudget",
    ),
    Case(
        "extension-operations",
        FLEX,
        {"vmp.osProfile.allowExtensionOperations": False},
        {"vmp.osProfile.allowExtensionOperations": False, EXTENSIONS: [SCRIPT]},
        "virtualMachineProfile.osProfile.allowExtensionOperations",
        "OperationNotAllowed",
    ),
    Case(
        "prefix-linux",
        FLEX,
        {"vmp.osProfile.computerNamePrefix": "a" * 58},
        {"vmp.osProfile.computerNamePrefix": "a" * 59},
        "virtualMachineProfile.osProfile.computerNamePrefix",
    ),
    Case(
        "prefix-windows",
        UNIFORM,
        {"vmp.osProfile": windows_profile("a" * 9)},
        {"vmp.osProfile": windows_profile("a" * 10)},
        "virtualMachineProfile.osProfile.computerNamePrefix",
    ),
    Case("user", FLEX, {}, {"vmp.osProfile.adminUsername": "root"}, "virtualMachineProfile.osProfile.adminUsername"),
    Case(
        "keys",
        FLEX,
        {},
        {"vmp.osProfile.linuxConfiguration.ssh": ...},
        "virtualMachineProfile.osProfile.linuxConfiguration.ssh.publicKeys",
    ),
    Case(
        "password-weak",
        UNIFORM,
        {"vmp.osProfile": windows_profile()},
        {"vmp.osProfile": {**windows_profile(), "adminPassword": "simple"}},
        "virtualMachineProfile.osProfile.adminPassword",
    ),
    Case(
        "password-disabled",
        FLEX,
        {},
        {"vmp.osProfile.adminPassword": "Complex-Enough-1"},
        "virtualMachineProfile.osProfile.adminPassword",
    ),
    Case(
        "key-path",
        FLEX,
        {},
        {"vmp.osProfile.linuxConfiguration.ssh.publicKeys.0.path": "/tmp/keys"},
        "virtualMachineProfile.osProfile.linuxConfiguration.ssh.publicKeys[0].path",
    ),
    Case(
        "custom-data",
        FLEX,
        {"vmp.osProfile.customData": "aGVsbG8="},
        {"vmp.osProfile.customData": "hello!"},
        "virtualMachineProfile.osProfile.customData",
    ),
    Case(
        "patch-mode-uniform",
        UNIFORM,
        {"vmp.osProfile.linuxConfiguration.patchSettings": {"patchMode": "ImageDefault"}},
        {"vmp.osProfile.linuxConfiguration.patchSettings": {"patchMode": "AutomaticByPlatform"}},
        "virtualMachineProfile.osProfile.linuxConfiguration.patchSettings.patchMode",
    ),
    Case(
        "patch-mode-agent",
        FLEX,
        {"vmp.osProfile.linuxConfiguration.patchSettings": {"patchMode": "AutomaticByPlatform"}},
        {
            "vmp.osProfile.linuxConfiguration.patchSettings": {"patchMode": "AutomaticByPlatform"},
            "vmp.osProfile.linuxConfiguration.provisionVMAgent": False,
        },
        "virtualMachineProfile.osProfile.linuxConfiguration.patchSettings.patchMode",
    ),
    Case(
        "image",
        UNIFORM,
        {"vmp.storageProfile.imageReference": {"communityGalleryImageId": "/c"}},
        {"vmp.storageProfile.imageReference": {**IMAGE, "id": MANAGED["id"]}},
        "virtualMachineProfile.storageProfile.imageReference",
    ),
    Case(
        "image-whole",
        FLEX,
        {},
        {"vmp.storageProfile.imageReference.sku": ...},
        "virtualMachineProfile.storageProfile.imageReference",
    ),
    Case(
        "ephemeral-caching",
        FLEX,
        {
            "vmp.storageProfile.osDisk": {
                "createOption": "FromImage",
                "caching": "ReadOnly",
                "diffDiskSettings": {"option": "Local"},
            }
        },
        {
            "vmp.storageProfile.osDisk": {
                "createOption": "FromImage",
                "caching": "ReadWrite",
                "diffDiskSettings": {"option": "Local"},
            }
        },
        "virtualMachineProfile.storageProfile.osDisk.caching",
    ),
    Case(
        "luns",
        FLEX,
        {"vmp.storageProfile.dataDisks": [disk(), disk(lun=1)]},
        {"vmp.storageProfile.dataDisks": [disk(), disk()]},
        "virtualMachineProfile.storageProfile.dataDisks",
    ),
    Case(
        "disk-size",
        UNIFORM,
        {"vmp.storageProfile.dataDisks": [disk()]},
        {"vmp.storageProfile.dataDisks": [{"lun": 0, "createOption": "Empty"}]},
        "virtualMachineProfile.storageProfile.dataDisks[0].diskSizeGB",
    ),
    Case(
        "ultra",
        FLEX,
        {"vmp.storageProfile.dataDisks": ULTRA, "p.additionalCapabilities": {"ultraSSDEnabled": True}},
        {"vmp.storageProfile.dataDisks": ULTRA},
        "virtualMachineProfile.storageProfile.dataDisks[0].managedDisk.storageAccountType",
    ),
    Case(
        "iops",
        FLEX,
        {
            "vmp.storageProfile.dataDisks": [
                disk(managedDisk={"storageAccountType": "PremiumV2_LRS"}, diskIOPSReadWrite=3000)
            ]
        },
        {
            "vmp.storageProfile.dataDisks": [
                disk(managedDisk={"storageAccountType": "Premium_LRS"}, diskIOPSReadWrite=3000)
            ]
        },
        "virtualMachineProfile.storageProfile.dataDisks[0]",
    ),
    Case(
        "uefi",
        FLEX,
        {"vmp.securityProfile": {"securityType": "TrustedLaunch", "uefiSettings": {"vTpmEnabled": True}}},
        {"vmp.securityProfile": {"uefiSettings": {"vTpmEnabled": True}}},
        "virtualMachineProfile.securityProfile.uefiSettings",
    ),
    Case(
        "confidential",
        FLEX,
        {
            "vmp.securityProfile": {"securityType": "ConfidentialVM", "uefiSettings": {"vTpmEnabled": True}},
            "vmp.storageProfile.osDisk.managedDisk": {
                "securityProfile": {"securityEncryptionType": "VMGuestStateOnly"}
            },
        },
        {"vmp.securityProfile": {"securityType": "ConfidentialVM", "uefiSettings": {"vTpmEnabled": True}}},
        "virtualMachineProfile.storageProfile.osDisk.managedDisk.securityProfile.securityEncryptionType",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_each_rule_takes_one_body_and_refuses_another(case: Case) -> None:
    """The taken body has no problem at all; the refused one has the rule's problem, with its code, at its target."""
    assert check_scale_set(SetRequest("web", scale_set(case.mode, case.taken))) == []
    problems = check_scale_set(SetRequest("web", scale_set(case.mode, case.refused)))
    assert (case.code, case.target) in {(problem.code, problem.target) for problem in problems}


def test_flexible_needs_an_api_version_that_knows_it() -> None:
    """2021-03-01 is the first version with Flexible sets; Uniform works before it."""
    late = SetRequest("web", scale_set(FLEX), api_version="2021-03-01")
    early = SetRequest("web", scale_set(FLEX), api_version="2020-12-01")
    assert check_scale_set(late) == []
    assert [problem.target for problem in check_scale_set(early)] == ["orchestrationMode"]
    assert check_scale_set(SetRequest("web", scale_set(UNIFORM), api_version="2020-12-01")) == []


def found(body: Body) -> Callable[[str], Body | None]:
    """A lookup that finds one load balancer."""
    return lambda rid: body if rid == BALANCER else None


def test_flexible_refuses_a_basic_load_balancer() -> None:
    """The sku is that of the load balancer which the backend pool belongs to."""
    body = scale_set(FLEX, {f"{IP}.loadBalancerBackendAddressPools": [{"id": POOL}]})
    for sku, count in (("Standard", 0), ("Basic", 1)):
        request = SetRequest("web", body, lookup=found({"sku": {"name": sku}}))
        assert len(check_scale_set(request)) == count


def test_uniform_refuses_a_probe_that_no_rule_uses() -> None:
    """A probe is active only where a load-balancing rule names it."""
    body = scale_set(UNIFORM, {"vmp.networkProfile.healthProbe": {"id": f"{BALANCER}/probes/x"}})
    rule = {"properties": {"probe": {"id": f"{BALANCER}/probes/x"}}}
    for rules, codes in (([rule], []), ([], ["CannotUseInactiveHealthProbe"])):
        request = SetRequest("web", body, lookup=found({"properties": {"loadBalancingRules": rules}}))
        assert [problem.code for problem in check_scale_set(request)] == codes


CHANGES: list[tuple[str, Body, Body, str]] = [
    (FLEX, {}, {"p.platformFaultDomainCount": 2}, "platformFaultDomainCount"),
    (UNIFORM, {}, {"location": "northeurope"}, "location"),
    (FLEX, {}, {"zones": ["1"]}, "zones"),
    (FLEX, {"zones": ["1", "2"]}, {"zones": ["1"]}, "zones"),
    (UNIFORM, {}, {"p.singlePlacementGroup": True}, "singlePlacementGroup"),
    (FLEX, {}, {"p.proximityPlacementGroup": PPG}, "proximityPlacementGroup"),
    (UNIFORM, {}, {"vmp.osProfile.adminUsername": "other"}, "adminUsername"),
    (FLEX, {}, {"vmp.osProfile.computerNamePrefix": "other"}, "computerNamePrefix"),
    (UNIFORM, SPOT, {**SPOT, "vmp.priority": "Regular", "vmp.evictionPolicy": ...}, "priority"),
]


@pytest.mark.parametrize(("mode", "before", "after", "target"), CHANGES)
def test_what_is_fixed_at_creation_can_not_change(mode: str, before: Body, after: Body, target: str) -> None:
    """The change is a 409 PropertyChangeNotAllowed that names the property; the same body again is taken."""
    stored = scale_set(mode, before)
    assert check_scale_set(SetRequest("web", stored, stored)) == []
    problems = check_scale_set(SetRequest("web", scale_set(mode, after), stored))
    assert ("PropertyChangeNotAllowed", target, 409) in {(p.code, p.target, p.status) for p in problems}


@pytest.mark.parametrize(
    ("mode", "before", "after"),
    [
        (FLEX, {}, {"sku.capacity": 9}),
        (UNIFORM, {"p.singlePlacementGroup": True}, {"p.singlePlacementGroup": False}),
        (FLEX, {"zones": ["1", "2"]}, {"zones": ["2", "1"]}),
        (UNIFORM, {"zones": ["1"]}, {"zones": ["1", "2"]}),
        (FLEX, {"p.virtualMachineProfile": ..., "sku": ...}, {}),
        (UNIFORM, {}, {"p.proximityPlacementGroup": PPG}),
    ],
)
def test_what_may_change_after_creation(mode: str, before: Body, after: Body) -> None:
    """Capacity, more zones in any order, several placement groups, a first profile, a PPG on a stopped Uniform set."""
    assert check_scale_set(SetRequest("web", scale_set(mode, after), scale_set(mode, before))) == []


def test_the_mode_can_not_change() -> None:
    """OrchestrationMode is fixed in both directions."""
    for old, new in ((FLEX, UNIFORM), (UNIFORM, FLEX)):
        problems = check_scale_set(SetRequest("web", scale_set(new), scale_set(old)))
        assert "orchestrationMode" in {p.target for p in problems if p.code == "PropertyChangeNotAllowed"}


def test_an_update_may_leave_the_password_out() -> None:
    """Nobody reads a password back, so an update without it keeps it; a new set needs it."""
    body = scale_set(UNIFORM, {"vmp.osProfile": {**windows_profile(), "adminPassword": ...}})
    del body["properties"]["virtualMachineProfile"]["osProfile"]["adminPassword"]
    assert [problem.target for problem in check_scale_set(SetRequest("web", body))] == [
        "virtualMachineProfile.osProfile.adminPassword"
    ]
    assert check_scale_set(SetRequest("web", body, body)) == []


def test_all_problems_come_at_once() -> None:
    """Three mistakes give three problems."""
    body = scale_set(FLEX, {"p.overprovision": True, "sku.capacity": 2000, f"{IP}.subnet": ..., "zones": ["1", "1"]})
    assert len(check_scale_set(SetRequest("web", body))) == 4
    assert SUBNET not in str(body)
