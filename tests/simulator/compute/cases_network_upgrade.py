"""Rule cases: networks, upgrades and repairs."""

from __future__ import annotations

from simulator.compute.bodies import HEALTH
from simulator.compute.cases import (
    EXTENSIONS,
    FLEX,
    IP,
    ROLLING,
    SPOT,
    UNIFORM,
    Case,
)
from simulator.worlds import BALANCER

CASES: list[Case] = [
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
]
