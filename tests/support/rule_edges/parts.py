"""The vocabulary of cases on the edges of the mode table's rules."""

from __future__ import annotations

from typing import Any

from scaleset_core.facts.properties import UNKNOWN

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


def image(publisher: str, offer: str) -> Properties:
    """A platform image."""
    reference = {"publisher": publisher, "offer": offer, "sku": "s", "version": "latest"}
    return {f"{STORAGE}.imageReference": reference}


def disk(size: int, kind: str) -> Properties:
    """One data disk."""
    return {f"{STORAGE}.dataDisks": [{"diskSizeGB": size, "managedDisk": {"storageAccountType": kind}}]}


ONE_DISK = f"{STORAGE}.dataDisks[0].diskSizeGB"
KIND = f"{STORAGE}.dataDisks[0].managedDisk.storageAccountType"
OS_KIND = f"{STORAGE}.osDisk.managedDisk.storageAccountType"
SECURITY = f"{STORAGE}.osDisk.managedDisk.securityProfile.securityEncryptionType"
CONFIDENTIAL = {f"{PROFILE}.securityProfile.securityType": "ConfidentialVM"}
VTPM = f"{PROFILE}.securityProfile.uefiSettings.vTpmEnabled"
AUTO_ZONES = {"placement.zonePlacementPolicy": "auto"}
MAX_ZONES = "resiliencyPolicy.zoneAllocationPolicy.maxZoneCount"
EXTERNAL = {"externalHealthPolicy.enabled": True}
FABRIC = {
    "publisher": "Microsoft.Azure.ServiceFabric",
    "type": "ServiceFabricNode",
    "settings": {"durabilityLevel": "Silver"},
}
REBALANCE = {"resiliencyPolicy.automaticZoneRebalancingPolicy.enabled": True}
PRICE = f"{PROFILE}.billingProfile.maxPrice"
UPDATES = f"{WINDOWS}.enableAutomaticUpdates"
PATCHES = f"{WINDOWS}.patchSettings.patchMode"
LINUX_PATCHES = f"{LINUX}.patchSettings.patchMode"
MANAGED = {f"{STORAGE}.imageReference.id": "/subscriptions/s/providers/Microsoft.Compute/images/i"}
SIGNAL = "automaticRepairsPolicy.enabled"
