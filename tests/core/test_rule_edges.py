"""Rules of the mode table on both sides of each edge: the properties, and the places that break the rule."""

from __future__ import annotations

from typing import Any

import pytest

from scaleset_core.facts.checks import evaluate
from scaleset_core.facts.properties import UNKNOWN, View
from scaleset_core.modes import RULES

PROFILE = "virtualMachineProfile"
NETWORK = f"{PROFILE}.networkProfile"
STORAGE = f"{PROFILE}.storageProfile"
EXTENSIONS = f"{PROFILE}.extensionProfile.extensions"
LINUX = f"{PROFILE}.osProfile.linuxConfiguration"
WINDOWS = f"{PROFILE}.osProfile.windowsConfiguration"
NICS = f"{NETWORK}.networkInterfaceConfigurations"
PREFIX = f"{PROFILE}.osProfile.computerNamePrefix"
BUDGET = f"{PROFILE}.extensionProfile.extensionsTimeBudget"
SPOT = {f"{PROFILE}.priority": "Spot"}
AUTO_OS = {"upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade": True}
ROLLING = "upgradePolicy.rollingUpgradePolicy"
REPAIRS = "automaticRepairsPolicy"
NOTICE = f"{PROFILE}.scheduledEventsProfile.terminateNotificationProfile"
PROBE = {f"{NETWORK}.healthProbe": {"id": "p"}}
TCP = {
    "publisher": "Microsoft.ManagedServices",
    "type": "ApplicationHealthLinux",
    "settings": {"protocol": "tcp", "port": 22},
}
HEALTH = {EXTENSIONS: [TCP]}
RESERVED = {f"{PROFILE}.capacityReservation.capacityReservationGroup": {"id": "g"}}
MIX = "skuProfile.vmSizes"

Properties = dict[str, Any]
Case = tuple[Properties, list[str]]


def tree(properties: Properties) -> Properties:
    """Nested properties from paths."""
    root: Properties = {}
    for path, value in properties.items():
        *above, last = path.split(".")
        node = root
        for step in above:
            node = node.setdefault(step, {})
        node[last] = value
    return root


def broken(rule: str, properties: Properties) -> list[str]:
    """The places that break a rule, and with a question mark those that cannot be decided."""
    check = RULES[rule].check
    assert check is not None
    outcome = evaluate(check, View(tree(properties)))
    return [each.path for each in outcome.findings] + [f"?{path}" for path in outcome.undecided]


def between(path: str, low: float, high: float, step: float = 1, more: Properties | None = None) -> list[Case]:
    """The cases of a number with two limits."""
    more = more or {}
    good, bad = (low, high), (low - step, high + step, "many", True)
    return [
        *(({**more, path: value}, []) for value in good),
        *(({**more, path: value}, [path]) for value in bad),
        ({**more, path: UNKNOWN}, [f"?{path}"]),
        (more, []),
    ]


def lasts(path: str, low: str, high: str, *bad: str) -> list[Case]:
    """The cases of a duration with two limits."""
    return [
        ({path: low}, []),
        ({path: high}, []),
        *(({path: value}, [path]) for value in (*bad, "10", "P", "PT", "PT1X")),
        ({path: UNKNOWN}, [f"?{path}"]),
        ({}, []),
    ]


def one_of(path: str, *good: str) -> list[Case]:
    """The cases of a closed list of texts, which are compared without case."""
    return [
        *(({path: value}, []) for value in (*good, good[0].upper(), good[-1].lower())),
        ({path: f"{good[0]}x"}, [path]),
        ({path: UNKNOWN}, [f"?{path}"]),
        ({}, []),
    ]


def health(name: str, low: int, high: int) -> list[Case]:
    """The cases of a number in the settings of the Application Health extension."""
    place = f"{EXTENSIONS}[0].settings.{name}"
    cases: list[tuple[int, list[str]]] = [(value, []) for value in (low, high)] + [
        (value, [place]) for value in (low - 1, high + 1)
    ]
    return [({EXTENSIONS: [{**TCP, "settings": {**TCP["settings"], name: value}}]}, bad) for value, bad in cases]  # type: ignore[dict-item]


def path_of(protocol: str, path: str | None, *bad: str) -> Case:
    """The case of a probe's protocol and path."""
    settings = {"protocol": protocol, "port": 80} | ({} if path is None else {"requestPath": path})
    return {EXTENSIONS: [{**TCP, "settings": settings}]}, [f"{EXTENSIONS}[0].settings.{each}" for each in bad]


def sizes(*names: str, **more: Any) -> Properties:
    """An instance mix of these sizes."""
    return {MIX: [{"name": name} for name in names], "sku.name": "Mix", **more}


def disk(size: int, kind: str) -> Properties:
    """One data disk."""
    return {f"{STORAGE}.dataDisks": [{"diskSizeGB": size, "managedDisk": {"storageAccountType": kind}}]}


_ONE_DISK = f"{STORAGE}.dataDisks[0].diskSizeGB"
_KIND = f"{STORAGE}.dataDisks[0].managedDisk.storageAccountType"
_OS_KIND = f"{STORAGE}.osDisk.managedDisk.storageAccountType"
_SECURITY = f"{STORAGE}.osDisk.managedDisk.securityProfile.securityEncryptionType"
_CONFIDENTIAL = {f"{PROFILE}.securityProfile.securityType": "ConfidentialVM"}
_VTPM = f"{PROFILE}.securityProfile.uefiSettings.vTpmEnabled"
_REBALANCE = {"resiliencyPolicy.automaticZoneRebalancingPolicy.enabled": True}
_PRICE = f"{PROFILE}.billingProfile.maxPrice"
_UPDATES = f"{WINDOWS}.enableAutomaticUpdates"
_PATCHES = f"{WINDOWS}.patchSettings.patchMode"
_LINUX_PATCHES = f"{LINUX}.patchSettings.patchMode"
_MANAGED = {f"{STORAGE}.imageReference.id": "/subscriptions/s/providers/Microsoft.Compute/images/i"}
_SIGNAL = "automaticRepairsPolicy.enabled"

CAPACITY: dict[str, list[Case]] = {
    "capacity-limit": [
        *(({"sku.capacity": value}, []) for value in (0, 1000, None, "3")),
        *(({"sku.capacity": value}, ["sku.capacity"]) for value in (-1, 1001)),
        ({"sku.capacity": 600, **_MANAGED}, []),
        ({"sku.capacity": 601, **_MANAGED}, ["sku.capacity"]),
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
        ({**_REBALANCE, "zones": ["1", "2"]}, []),
        ({**_REBALANCE, "zones": ["1"]}, ["zones"]),
        (_REBALANCE, ["zones"]),
        ({**_REBALANCE, "zones": ["1", "2"], "zoneBalance": True}, ["zoneBalance"]),
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
HEALTH_RULES: dict[str, list[Case]] = {
    "health-extension-settings": [
        *health("port", 1, 65535),
        *health("intervalInSeconds", 5, 60),
        *health("numberOfProbes", 1, 24),
        *health("gracePeriod", 0, 14400),
        path_of("tcp", None),
        path_of("tcp", "/", "requestPath"),
        path_of("HTTP", "/"),
        path_of("https", None, "requestPath"),
        path_of("udp", None, "protocol"),
    ],
    "one-health-extension": [
        (HEALTH, []),
        ({EXTENSIONS: [TCP, {**TCP, "type": "applicationhealthwindows"}]}, [f"{EXTENSIONS}[1].type"]),
        ({EXTENSIONS: [TCP, {**TCP, "publisher": "Somebody"}]}, []),
        ({EXTENSIONS: [{**TCP, "type": UNKNOWN}]}, []),
        ({EXTENSIONS: [TCP, {**TCP, "type": UNKNOWN}]}, [f"?{EXTENSIONS}[1].type"]),
    ],
    "repairs-grace-period": lasts(f"{REPAIRS}.gracePeriod", "PT10M", "PT1H30M", "PT9M59S", "PT91M"),
    "repair-action-known": one_of(f"{REPAIRS}.repairAction", "Replace", "Reimage", "Restart"),
    "repairs-need-health-extension-on-flexible": [
        ({_SIGNAL: True}, [_SIGNAL]),
        ({_SIGNAL: True, **HEALTH}, []),
        ({_SIGNAL: True, **PROBE}, [_SIGNAL]),
        ({_SIGNAL: False}, []),
        ({_SIGNAL: True, EXTENSIONS: [{**TCP, "type": UNKNOWN}]}, [f"?{EXTENSIONS}[0].type"]),
        ({_SIGNAL: True, EXTENSIONS: [{**TCP, "type": UNKNOWN}, TCP]}, []),
    ],
    "repairs-need-health-signal-on-uniform": [
        ({_SIGNAL: True}, [_SIGNAL]),
        ({_SIGNAL: True, **HEALTH}, []),
        ({_SIGNAL: True, **PROBE}, []),
        ({_SIGNAL: True, **PROBE, **HEALTH}, [f"{NETWORK}.healthProbe"]),
        ({_SIGNAL: False}, []),
    ],
    "terminate-notification-time": lasts(f"{NOTICE}.notBeforeTimeout", "PT5M", "PT15M", "PT4M", "PT15M1S"),
    "terminate-notification-on-spot": [
        ({f"{NOTICE}.enable": True, **SPOT}, [f"{NOTICE}.enable"]),
        ({f"{NOTICE}.enable": False, **SPOT}, []),
        ({f"{NOTICE}.enable": True}, []),
    ],
}
UPGRADE: dict[str, list[Case]] = {
    "upgrade-mode-known": one_of("upgradePolicy.mode", "Automatic", "Manual", "Rolling"),
    "rolling-needs-health-extension-on-flexible": [
        ({"upgradePolicy.mode": "Rolling", f"{PROFILE}.a": 1}, ["upgradePolicy.mode"]),
        ({"upgradePolicy.mode": "rolling", **HEALTH}, []),
        ({"upgradePolicy.mode": "Rolling", **PROBE}, ["upgradePolicy.mode"]),
        ({"upgradePolicy.mode": "Rolling"}, []),
        ({"upgradePolicy.mode": "Manual", f"{PROFILE}.a": 1}, []),
    ],
    "rolling-needs-health-signal-on-uniform": [
        ({"upgradePolicy.mode": "Rolling"}, ["upgradePolicy.mode"]),
        ({"upgradePolicy.mode": "Rolling", **HEALTH}, []),
        ({"upgradePolicy.mode": "Rolling", **PROBE}, []),
        ({"upgradePolicy.mode": "Automatic"}, []),
    ],
    "rolling-policy-ranges": [
        *between(f"{ROLLING}.maxBatchInstancePercent", 5, 100),
        *between(f"{ROLLING}.maxUnhealthyInstancePercent", 5, 100),
        *between(f"{ROLLING}.maxUnhealthyUpgradedInstancePercent", 0, 100),
        *lasts(f"{ROLLING}.pauseTimeBetweenBatches", "PT0S", "P1D", "PT24H1S"),
    ],
    "max-surge-needs-no-overprovision": [
        ({f"{ROLLING}.maxSurge": True}, ["overprovision"]),
        ({f"{ROLLING}.maxSurge": True, "overprovision": True}, ["overprovision"]),
        ({f"{ROLLING}.maxSurge": True, "overprovision": False}, []),
        ({f"{ROLLING}.maxSurge": False, "overprovision": True}, []),
    ],
    "automatic-os-upgrade-with-max-surge-on-flexible": [
        ({**AUTO_OS, f"{ROLLING}.maxSurge": True}, [f"{ROLLING}.maxSurge"]),
        ({**AUTO_OS, f"{ROLLING}.maxSurge": False}, []),
        ({f"{ROLLING}.maxSurge": True}, []),
    ],
    "automatic-os-upgrade-needs": [
        ({**AUTO_OS, **PROBE}, []),
        ({**AUTO_OS, **HEALTH}, []),
        (AUTO_OS, list(AUTO_OS)),
        ({**AUTO_OS, **PROBE, f"{STORAGE}.imageReference.version": "latest"}, []),
        ({**AUTO_OS, **PROBE, f"{STORAGE}.imageReference.version": "1.0"}, [f"{STORAGE}.imageReference.version"]),
        ({**AUTO_OS, **PROBE, _UPDATES: False}, []),
        ({**AUTO_OS, **PROBE, _UPDATES: True}, [_UPDATES]),
        ({**AUTO_OS, **PROBE, f"{WINDOWS}.timeZone": "UTC"}, [_UPDATES]),
        ({**AUTO_OS, **PROBE, _LINUX_PATCHES: "ImageDefault"}, []),
        ({**AUTO_OS, **PROBE, _LINUX_PATCHES: "automaticbyplatform"}, [_LINUX_PATCHES]),
        ({**AUTO_OS, **PROBE, _PATCHES: "AutomaticByPlatform", _UPDATES: False}, [_PATCHES]),
    ],
    "patch-by-platform-needs-agent": [
        ({_LINUX_PATCHES: "AutomaticByPlatform", f"{LINUX}.provisionVMAgent": False}, [f"{LINUX}.provisionVMAgent"]),
        ({_LINUX_PATCHES: "AutomaticByPlatform", f"{LINUX}.provisionVMAgent": True}, []),
        ({_LINUX_PATCHES: "ImageDefault", f"{LINUX}.provisionVMAgent": False}, []),
        ({_PATCHES: "AutomaticByPlatform", f"{WINDOWS}.provisionVMAgent": False}, [f"{WINDOWS}.provisionVMAgent"]),
    ],
    "patch-mode-and-windows-updates": [
        ({_PATCHES: "Manual", _UPDATES: False}, []),
        ({_PATCHES: "Manual", _UPDATES: True}, [_UPDATES]),
        ({_PATCHES: "manual"}, [_UPDATES]),
        *(({_PATCHES: mode, _UPDATES: False}, [_UPDATES]) for mode in ("AutomaticByOS", "AutomaticByPlatform")),
        *(({_PATCHES: mode, _UPDATES: True}, []) for mode in ("AutomaticByOS", "AutomaticByPlatform")),
        *(({_PATCHES: mode}, []) for mode in ("AutomaticByOS", "AutomaticByPlatform")),
    ],
}
MACHINE: dict[str, list[Case]] = {
    "computer-name-prefix-length": [
        ({PREFIX: "w" * 58}, []),
        ({PREFIX: "w" * 59}, [PREFIX]),
        ({PREFIX: "w" * 9, f"{WINDOWS}.timeZone": "UTC"}, []),
        ({PREFIX: "w" * 10, f"{WINDOWS}.timeZone": "UTC"}, [PREFIX]),
        ({PREFIX: "w" * 10, f"{STORAGE}.osDisk.osType": "Windows"}, [PREFIX]),
    ],
    "data-disk-size": [
        *((disk(size, "Premium_LRS"), []) for size in (1, 32767)),
        *((disk(size, "Premium_LRS"), [_ONE_DISK]) for size in (0, 32768)),
        *((disk(65536, kind), []) for kind in ("UltraSSD_LRS", "PremiumV2_LRS")),
        *((disk(65537, kind), [_ONE_DISK]) for kind in ("UltraSSD_LRS", "PremiumV2_LRS")),
    ],
    "disk-types": [
        *(
            ({_OS_KIND: kind}, [])
            for kind in ("Standard_LRS", "StandardSSD_LRS", "StandardSSD_ZRS", "Premium_LRS", "premium_zrs")
        ),
        *(({_OS_KIND: kind}, [_OS_KIND]) for kind in ("UltraSSD_LRS", "PremiumV2_LRS", "Premium")),
        *((disk(8, kind), []) for kind in ("UltraSSD_LRS", "PremiumV2_LRS", "Premium_LRS")),
        (disk(8, "Premium"), [_KIND]),
    ],
    "ultra-disks-need-capability": [
        (disk(8, "UltraSSD_LRS"), [_KIND]),
        ({**disk(8, "UltraSSD_LRS"), "additionalCapabilities.ultraSSDEnabled": True}, []),
        ({**disk(8, "UltraSSD_LRS"), "additionalCapabilities.ultraSSDEnabled": False}, [_KIND]),
        (disk(8, "Premium_LRS"), []),
    ],
    "confidential-disks": [
        ({**_CONFIDENTIAL, _SECURITY: "VMGuestStateOnly", _VTPM: True}, []),
        ({**_CONFIDENTIAL, _VTPM: True}, [_SECURITY]),
        ({**_CONFIDENTIAL, _SECURITY: "VMGuestStateOnly", _VTPM: False}, [_VTPM]),
        ({_SECURITY: "VMGuestStateOnly"}, [_SECURITY]),
        ({_VTPM: False}, []),
    ],
    "ephemeral-disk-cannot-be-deallocated": [
        (
            {**SPOT, f"{STORAGE}.osDisk.diffDiskSettings.option": "Local", f"{PROFILE}.evictionPolicy": "Deallocate"},
            [f"{PROFILE}.evictionPolicy"],
        ),
        ({**SPOT, f"{STORAGE}.osDisk.diffDiskSettings.option": "Local", f"{PROFILE}.evictionPolicy": "Delete"}, []),
        ({**SPOT, f"{PROFILE}.evictionPolicy": "Deallocate"}, []),
        ({f"{STORAGE}.osDisk.diffDiskSettings.option": "Local", f"{PROFILE}.evictionPolicy": "Deallocate"}, []),
    ],
    "extensions-time-budget": lasts(BUDGET, "PT15M", "PT2H", "PT14M59S", "PT121M"),
    "max-price-value": [
        *(({_PRICE: price}, []) for price in (-1, 0.1, 1, None)),
        *(({_PRICE: price}, [_PRICE]) for price in (0, -2, -0.5, "1")),
    ],
    "max-price-needs-spot": [({_PRICE: 1}, [_PRICE]), ({_PRICE: 1, **SPOT}, [])],
    "eviction-policy-needs-spot": [
        ({f"{PROFILE}.evictionPolicy": "Delete"}, [f"{PROFILE}.evictionPolicy"]),
        ({f"{PROFILE}.evictionPolicy": "Delete", f"{PROFILE}.priority": "spot"}, []),
    ],
    "eviction-policy-known": one_of(f"{PROFILE}.evictionPolicy", "Deallocate", "Delete"),
    "spot-restore-timeout": lasts("spotRestorePolicy.restoreTimeout", "PT15M", "PT2H", "PT14M", "PT121M"),
    "spot-not-burstable": [
        ({**SPOT, "sku.name": "Standard_B2s"}, ["sku.name"]),
        ({**SPOT, "sku.name": "Standard_D2s_v5"}, []),
        ({"sku.name": "Standard_B2s"}, []),
    ],
    "priority-mix-needs-spot": [
        ({"priorityMixPolicy.baseRegularPriorityCount": 1}, ["priorityMixPolicy"]),
        ({"priorityMixPolicy.baseRegularPriorityCount": 1, **SPOT}, []),
    ],
    "priority-mix-ranges": [
        *between("priorityMixPolicy.baseRegularPriorityCount", 0, 1000),
        *between("priorityMixPolicy.regularPriorityPercentageAboveBase", 0, 100),
    ],
    "one-primary-network-interface": [
        ({NICS: [{"name": "a"}]}, []),
        ({NICS: [{"primary": True}, {"primary": False}]}, []),
        ({NICS: [{"primary": False}, {}]}, [NICS]),
        ({NICS: [{"primary": True}, {"primary": True}]}, [NICS]),
    ],
    "primary-ip-configuration-on-flexible": [
        ({NICS: [{"ipConfigurations": [{"primary": True}, {}]}]}, []),
        ({NICS: [{"ipConfigurations": [{}]}]}, [f"{NICS}[0].ipConfigurations"]),
        ({NICS: [{"ipConfigurations": []}]}, []),
    ],
    "network-api-version-on-flexible": [
        *(({f"{NETWORK}.networkApiVersion": version}, []) for version in ("2020-11-01", "2022-11-01")),
        ({f"{NETWORK}.networkApiVersion": "2021-11-01"}, [f"{NETWORK}.networkApiVersion"]),
        ({f"{NETWORK}.a": 1}, [f"{NETWORK}.networkApiVersion"]),
        ({}, []),
    ],
    "network-api-version-on-uniform": [
        ({f"{NETWORK}.networkApiVersion": None}, [f"{NETWORK}.networkApiVersion"]),
        ({f"{NETWORK}.a": 1}, []),
        ({NETWORK: UNKNOWN}, [f"?{NETWORK}"]),
    ],
    "basic-load-balancer-on-flexible": [
        ({"sku.name": "Standard"}, []),
        ({"sku.name": "basic"}, ["sku.name"]),
        ({}, ["sku.name"]),
    ],
}
ALL = {**CAPACITY, **HEALTH_RULES, **UPGRADE, **MACHINE}


@pytest.mark.parametrize(
    ("rule", "index"), [(rule, index) for rule, cases in ALL.items() for index in range(len(cases))]
)
def test_the_edge(rule: str, index: int) -> None:
    """Exactly these places break the rule."""
    properties, expected = ALL[rule][index]
    assert broken(rule, properties) == expected
