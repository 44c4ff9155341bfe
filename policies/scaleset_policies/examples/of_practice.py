"""Examples of rules of good practice."""

import base64
from typing import Any, Final

from scaleset_policies.examples.of_sets import on_flexible, on_uniform
from scaleset_policies.examples.programs import (
    ABSENT,
    EXTENSIONS,
    HEALTH,
    IP,
    MONITOR,
    OS,
    Example,
    P,
    flexible,
    uniform,
)

_PATCH_MODE: Final = f"{OS}.linuxConfiguration.patchSettings.patchMode"
_AUTO_OS: Final = "upgradePolicy.automaticOSUpgradePolicy"
_SECURITY: Final = f"{P}.securityProfile"
_BOOT: Final = base64.b64encode(b"#!/bin/sh\nexport DB_PASSWORD=hunter2-and-more\n").decode()
_HARMLESS: Final = base64.b64encode(b"#!/bin/sh\napt-get install -y nginx\n").decode()
_LEGACY: Final = {
    "name": "oms",
    "publisher": "Microsoft.EnterpriseCloud.Monitoring",
    "type": "OmsAgentForLinux",
    "typeHandlerVersion": "1.13",
}


def _script(**settings: Any) -> dict[str, Any]:
    script = {"name": "setup", "publisher": "Microsoft.Azure.Extensions", "type": "CustomScript"}
    return {**script, "typeHandlerVersion": "2.1", **settings}


_COMMAND: Final = "./setup.sh --password=hunter2-and-more"

EXAMPLES: Final[dict[str, Example]] = {
    "ssh-keys-only": on_flexible(
        {f"{OS}.linuxConfiguration.disablePasswordAuthentication": False},
        {f"{OS}.linuxConfiguration.disablePasswordAuthentication": True},
    ),
    "encryption-at-host": on_flexible(
        {f"{_SECURITY}.encryptionAtHost": ABSENT}, {f"{_SECURITY}.encryptionAtHost": True}
    ),
    "trusted-launch": on_flexible(
        {f"{_SECURITY}.securityType": "Standard"}, {f"{_SECURITY}.securityType": "TrustedLaunch"}
    ),
    "no-secrets-in-boot-data": on_flexible({f"{OS}.customData": _BOOT}, {f"{OS}.customData": _HARMLESS}),
    "no-secrets-in-extension-settings": on_flexible(
        {EXTENSIONS: [HEALTH, MONITOR, _script(settings={"commandToExecute": _COMMAND})]},
        {EXTENSIONS: [HEALTH, MONITOR, _script(protectedSettings={"commandToExecute": {"fn::secret": _COMMAND}})]},
    ),
    "no-public-address-per-instance": on_flexible({f"{IP}.publicIPAddressConfiguration": {"name": "public"}}),
    "automatic-repairs": on_flexible(
        {"automaticRepairsPolicy": ABSENT}, {"automaticRepairsPolicy": {"enabled": True, "gracePeriod": "PT30M"}}
    ),
    "zone-redundant": on_flexible({"zones": ["1"]}, {"zones": ["1", "2", "3"]}),
    "no-strict-zone-balance": on_flexible({"zoneBalance": True}),
    "prefer-flexible": Example(uniform(), flexible(), ("orchestrationMode",)),
    "application-health": on_flexible(
        {EXTENSIONS: [MONITOR], "automaticRepairsPolicy": ABSENT}, {EXTENSIONS: [HEALTH, MONITOR]}, also=("SS121",)
    ),
    "automatic-os-upgrades-on-uniform": on_uniform(
        {_AUTO_OS: {"enableAutomaticOSUpgrade": False}}, {_AUTO_OS: {"enableAutomaticOSUpgrade": True}}
    ),
    "guest-patching-on-flexible": on_flexible({_PATCH_MODE: "ImageDefault"}, {_PATCH_MODE: "AutomaticByPlatform"}),
    "no-legacy-monitoring-agent": on_flexible(
        {EXTENSIONS: [HEALTH, MONITOR, _LEGACY]}, {EXTENSIONS: [HEALTH, MONITOR]}
    ),
    "azure-monitor-agent": on_flexible({EXTENSIONS: [HEALTH]}, {EXTENSIONS: [HEALTH, MONITOR]}),
    "scale-set-name": on_flexible({"vmScaleSetName": "_web"}, {"vmScaleSetName": "web"}),
    "computer-name-prefix": on_flexible({f"{OS}.computerNamePrefix": "-web_"}, {f"{OS}.computerNamePrefix": "web"}),
    "vm-agent": on_flexible(
        {f"{OS}.linuxConfiguration.provisionVMAgent": False, _PATCH_MODE: "ImageDefault"},
        {f"{OS}.linuxConfiguration.provisionVMAgent": True},
        also=("SS127",),
    ),
}
