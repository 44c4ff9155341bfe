"""What Azure of November 2026 refuses about health and what rests on it; see :mod:`.today`."""

from __future__ import annotations

from simulator.compute.bodies import COMPUTE, HEALTH, windows_profile
from simulator.compute.cases import EXTENSIONS, FLEX, UNIFORM
from simulator.compute.today import CLUSTER, OS_UPGRADE, PROBE, Refusal

_PROFILE = "virtualMachineProfile"
_OS_TARGET = "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade"
_ONE_SOURCE = "Application Health extension, note: one source; azure-docs issue 114432 quotes the service"
_PATCHING_PAGE = "Automatic Guest Patching: health monitoring is required for Flexible"
_REBALANCING = {
    "zones": ["1", "2"],
    "p.resiliencyPolicy": {"automaticZoneRebalancingPolicy": {"enabled": True}},
}

HEALTH_RULES = [
    Refusal(
        "guest patching",
        FLEX,
        {EXTENSIONS: [HEALTH], "vmp.osProfile.linuxConfiguration.patchSettings": {"patchMode": "AutomaticByPlatform"}},
        {"vmp.osProfile.linuxConfiguration.patchSettings": {"patchMode": "AutomaticByPlatform"}},
        f"{_PROFILE}.osProfile.linuxConfiguration.patchSettings.patchMode",
        _PATCHING_PAGE,
    ),
    *(
        Refusal(
            f"two sources, {name}",
            UNIFORM,
            {EXTENSIONS: [HEALTH], **feature},
            {EXTENSIONS: [HEALTH], **feature, **PROBE},
            target,
            _ONE_SOURCE,
        )
        for name, target, feature in (
            ("repairs", "automaticRepairsPolicy", {"p.automaticRepairsPolicy": {"enabled": True}}),
            ("OS upgrade", _OS_TARGET, OS_UPGRADE),
            ("rolling", "upgradePolicy.mode", {"p.upgradePolicy.mode": "Rolling"}),
            ("rebalancing", "resiliencyPolicy.automaticZoneRebalancingPolicy", _REBALANCING),
        )
    ),
    Refusal(
        "external health beside the extension",
        FLEX,
        {"p.externalHealthPolicy": {"enabled": False}, EXTENSIONS: [HEALTH]},
        {"p.externalHealthPolicy": {"enabled": True}, EXTENSIONS: [HEALTH]},
        "externalHealthPolicy",
        "azure-mgmt-compute 39 ExternalHealthPolicy",
    ),
    Refusal(
        "rebalancing without health",
        UNIFORM,
        {**_REBALANCING, EXTENSIONS: [HEALTH]},
        _REBALANCING,
        "resiliencyPolicy.automaticZoneRebalancingPolicy",
        "Enable Automatic Zone Balance, prerequisites",
    ),
    Refusal(
        "repairs of a cluster",
        UNIFORM,
        {EXTENSIONS: [CLUSTER], "p.automaticRepairsPolicy": {"enabled": False}},
        {EXTENSIONS: [CLUSTER], "p.automaticRepairsPolicy": {"enabled": True}},
        "automaticRepairsPolicy",
        "Automatic instance repairs: not supported for service fabric scale sets",
    ),
    Refusal(
        "OS upgrade of a bronze cluster",
        UNIFORM,
        {EXTENSIONS: [CLUSTER], **OS_UPGRADE},
        {
            EXTENSIONS: [
                {**CLUSTER, "properties": {**CLUSTER["properties"], "settings": {"durabilityLevel": "Bronze"}}}
            ],
            **OS_UPGRADE,
        },
        _OS_TARGET,
        "Automatic OS image upgrades, Service Fabric requirements",
    ),
    Refusal(
        "OS upgrade of a managed image",
        UNIFORM,
        {
            EXTENSIONS: [HEALTH],
            **OS_UPGRADE,
            "vmp.storageProfile.imageReference": {"id": f"{COMPUTE}/galleries/g/images/plain"},
        },
        {EXTENSIONS: [HEALTH], **OS_UPGRADE, "vmp.storageProfile.imageReference": {"id": f"{COMPUTE}/images/own"}},
        _OS_TARGET,
        "Automatic OS image upgrades: other custom images are not supported",
    ),
    Refusal(
        "OS upgrade with the updates of Windows",
        UNIFORM,
        {EXTENSIONS: [HEALTH], "vmp.osProfile": windows_profile()},
        {EXTENSIONS: [HEALTH], "vmp.osProfile": windows_profile(), **OS_UPGRADE},
        _OS_TARGET,
        "Automatic OS image upgrades: cannot be set to true",
    ),
]
