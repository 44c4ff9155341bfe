"""Examples of rules about upgrades, patching, health and repairs."""

from typing import Final

from scaleset_policies.examples.of_sets import on_flexible, on_uniform
from scaleset_policies.examples.programs import (
    ABSENT,
    EXTENSIONS,
    GROUP,
    HEALTH,
    MONITOR,
    NETWORK,
    OS,
    ROLLING,
    Example,
    P,
)

_NO_HEALTH: Final = {EXTENSIONS: [MONITOR]}
_NO_REPAIRS: Final = {"automaticRepairsPolicy": ABSENT}
_PATCH_MODE: Final = f"{OS}.linuxConfiguration.patchSettings"
_AUTO_OS: Final = "upgradePolicy.automaticOSUpgradePolicy"
_TERMINATE: Final = f"{P}.scheduledEventsProfile.terminateNotificationProfile"
_SPOT: Final = {f"{P}.priority": "Spot", f"{P}.evictionPolicy": "Delete"}
_PROBE: Final = {"id": f"{GROUP}/providers/Microsoft.Network/loadBalancers/web/probes/http"}
_SECOND_HEALTH: Final = {**HEALTH, "name": "health-2"}
_TCP_WITH_PATH: Final = {**HEALTH, "settings": {"protocol": "tcp", "port": 80, "requestPath": "/health"}}
_TCP: Final = {**HEALTH, "settings": {"protocol": "tcp", "port": 80}}

EXAMPLES: Final[dict[str, Example]] = {
    "upgrade-mode-known": on_flexible(
        {"upgradePolicy": {"mode": "RollingUpgrade"}}, {"upgradePolicy": {"mode": "Rolling"}}
    ),
    "rolling-needs-health-extension-on-flexible": on_flexible(
        {"upgradePolicy": {"mode": "Rolling"}, **_NO_HEALTH, **_NO_REPAIRS},
        {"upgradePolicy": {"mode": "Rolling"}},
        also=("SS121", "SS125"),
    ),
    "rolling-needs-health-signal-on-uniform": on_uniform(
        {"upgradePolicy": {"mode": "Rolling"}, **_NO_HEALTH, **_NO_REPAIRS},
        {"upgradePolicy.mode": "Rolling"},
        also=("SS121", "SS125", "SS126"),
    ),
    "rolling-policy-ranges": on_flexible(
        {"upgradePolicy": {"mode": "Rolling", "rollingUpgradePolicy": {"maxBatchInstancePercent": 2}}},
        {"upgradePolicy": {"mode": "Rolling", "rollingUpgradePolicy": {"maxBatchInstancePercent": 20}}},
    ),
    "rollback-on-breach-on-flexible": on_flexible(
        {f"{ROLLING}.rollbackFailedInstancesOnPolicyBreach": True}, {f"{ROLLING}.maxSurge": True}
    ),
    "max-surge-needs-no-overprovision": on_uniform(
        {f"{ROLLING}.maxSurge": True, "overprovision": True}, {f"{ROLLING}.maxSurge": True, "overprovision": False}
    ),
    "automatic-os-upgrade-on-flexible": on_flexible(
        {_AUTO_OS: {"enableAutomaticOSUpgrade": True}, _PATCH_MODE: {"patchMode": "ImageDefault"}},
        {_PATCH_MODE: {"patchMode": "AutomaticByPlatform"}},
        also=("SS127",),
    ),
    "automatic-os-upgrade-with-max-surge-on-flexible": on_flexible(
        {
            _AUTO_OS: {"enableAutomaticOSUpgrade": True},
            f"{ROLLING}.maxSurge": True,
            _PATCH_MODE: {"patchMode": "ImageDefault"},
        },
        {f"{ROLLING}.maxSurge": True},
        also=("SS030", "SS127"),
    ),
    "automatic-os-upgrade-needs": on_uniform(
        {f"{P}.storageProfile.imageReference.version": "24.04.202605010"},
        {f"{P}.storageProfile.imageReference.version": "latest"},
    ),
    "patch-by-platform-on-uniform": on_uniform(
        {_PATCH_MODE: {"patchMode": "AutomaticByPlatform"}, _AUTO_OS: ABSENT}, also=("SS126",)
    ),
    "patch-by-platform-needs-agent": on_flexible(
        {f"{OS}.linuxConfiguration.provisionVMAgent": False},
        {f"{OS}.linuxConfiguration.provisionVMAgent": True},
        also=("SS132",),
    ),
    "overprovision-on-flexible": on_flexible({"overprovision": True}),
    "overprovisioned-extensions-on-flexible": on_flexible({"doNotRunExtensionsOnOverprovisionedVMs": True}),
    "repairs-need-health-extension-on-flexible": on_flexible(_NO_HEALTH, also=("SS125",)),
    "repairs-need-health-signal-on-uniform": on_uniform(
        {f"{NETWORK}.healthProbe": _PROBE}, {f"{NETWORK}.healthProbe": _PROBE, **_NO_HEALTH}
    ),
    "repairs-grace-period": on_flexible(
        {"automaticRepairsPolicy.gracePeriod": "PT5M"}, {"automaticRepairsPolicy.gracePeriod": "PT10M"}
    ),
    "repair-action-known": on_flexible(
        {"automaticRepairsPolicy.repairAction": "Recreate"}, {"automaticRepairsPolicy.repairAction": "Replace"}
    ),
    "one-health-extension": on_flexible({EXTENSIONS: [HEALTH, _SECOND_HEALTH, MONITOR]}),
    "health-extension-settings": on_flexible({EXTENSIONS: [_TCP_WITH_PATH, MONITOR]}, {EXTENSIONS: [_TCP, MONITOR]}),
    "terminate-notification-time": on_flexible(
        {_TERMINATE: {"enable": True, "notBeforeTimeout": "PT30M"}},
        {_TERMINATE: {"enable": True, "notBeforeTimeout": "PT10M"}},
    ),
    "terminate-notification-on-spot": on_flexible(
        {**_SPOT, _TERMINATE: {"enable": True, "notBeforeTimeout": "PT10M"}}, _SPOT
    ),
}
