"""Property rules: what needs a health signal, and what excludes one."""

from collections.abc import Iterator
from typing import Any

from scaleset_core.facts.checks import Finding, NotDecided, same
from scaleset_core.facts.properties import View
from scaleset_core.modes.examples import ABSENT, HEALTH, MONITOR, on_flexible, on_uniform
from scaleset_core.modes.examples import PROBE as A_PROBE
from scaleset_core.modes.pages import (
    AZURE_DOCS_114432,
    GUEST_PATCHING_PAGE,
    HEALTH_PAGE,
    REPAIRS_PAGE,
    SDK,
    ZONE_BALANCE_ENABLE_PAGE,
)
from scaleset_core.modes.rules.parts import (
    BOTH,
    BY_PLATFORM,
    EXTENSIONS,
    EXTERNAL_HEALTH,
    FLEXIBLE,
    HEALTH_PROBE,
    PATCH_MODES,
    REBALANCING,
    REPAIRS,
    fabric_durability,
    health_signals,
    is_auto_os,
    is_rolling,
)
from scaleset_core.modes.types import Impact, PropertyRule

_Check = Iterator[Finding | NotDecided]


def _two_signals(view: View) -> _Check:
    signals = health_signals(view)
    if len(signals) <= 1:
        return
    uses = is_auto_os(view) or is_rolling(view) or view.value(REBALANCING) is True
    if uses or EXTERNAL_HEALTH in signals:
        others = " and ".join(_NAMES[each] for each in signals[:-1])
        yield Finding(signals[-1], detail=f"the set has {others} too")


_NAMES = {
    HEALTH_PROBE: "a health probe",
    EXTENSIONS: "a health extension",
    EXTERNAL_HEALTH: "external health",
}


def _patching_health(view: View) -> _Check:
    for path in PATCH_MODES:
        if same(view.value(path), BY_PLATFORM) and not health_signals(view, probe=False):
            yield Finding(path, BY_PLATFORM, "the profile has no Application Health extension")


def _rebalancing_health(view: View) -> _Check:
    if view.value(REBALANCING) is True and not health_signals(view):
        yield Finding(REBALANCING, value=True, detail="the set has no health signal")


def _fabric_repairs(view: View) -> _Check:
    if view.value(REPAIRS) is True and fabric_durability(view) is not None:
        yield Finding(REPAIRS, value=True, detail="the set is a Service Fabric node type")


_BALANCED: dict[str, Any] = {"resiliencyPolicy": {"automaticZoneRebalancingPolicy": {"enabled": True}}}
_FABRIC: dict[str, Any] = {
    "name": "fabric",
    "publisher": "Microsoft.Azure.ServiceFabric",
    "type": "ServiceFabricLinuxNode",
    "typeHandlerVersion": "1.1",
    "settings": {"durabilityLevel": "Silver"},
}
_NO_REPAIRS: dict[str, Any] = {"automaticRepairsPolicy": ABSENT}
_PATCHING = f"{PATCH_MODES[0].removesuffix('.patchMode')}"

RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="one-health-signal",
        number="SS090",
        modes=BOTH,
        path=HEALTH_PROBE,
        argument="health",
        statement="A set must have only one health signal if Azure uses its health (rolling and automatic OS upgrades, "
        "zone rebalancing, external health).",
        reason="two signals could disagree, and Azure asks you to remove one",
        alternative="keep either the extension, the probe or external health, and remove the others",
        sources=(
            HEALTH_PAGE.at(says="only one source of health monitoring per scale set"),
            SDK.at("ExternalHealthPolicy.enabled", says="external health excludes the extension and the probe"),
            AZURE_DOCS_114432.at(says="Azure refuses a set with a probe and the extension"),
        ),
        check=_two_signals,
        impact=Impact.HIGH,
        example=on_uniform({HEALTH_PROBE: A_PROBE, **_NO_REPAIRS}, {HEALTH_PROBE: ABSENT}, also=("SS121",)),
    ),
    PropertyRule(
        id="platform-patching-needs-health",
        number="SS091",
        modes=FLEXIBLE,
        path=PATCH_MODES[0],
        argument="patch_mode",
        statement="Patch mode AutomaticByPlatform of a Flexible set's profile needs the Application Health extension.",
        reason="Azure patches in phases and watches the health of the patched instances",
        alternative="add health (protocol, port, request_path), or use another patch_mode",
        sources=(GUEST_PATCHING_PAGE.at(says="on Flexible the application health extension is required"),),
        check=_patching_health,
        impact=Impact.HIGH,
        example=on_flexible(
            {EXTENSIONS: [MONITOR], **_NO_REPAIRS},
            {EXTENSIONS: [HEALTH, MONITOR]},
            also=("SS121", "SS125"),
        ),
    ),
    PropertyRule(
        id="zone-rebalancing-needs-health",
        number="SS092",
        modes=BOTH,
        path=REBALANCING,
        argument="resiliency.automatic_zone_rebalancing",
        statement="Automatic zone rebalancing needs a health signal.",
        reason="Azure deletes an instance only after its replacement is healthy",
        alternative="add health (an extension; on Uniform also a probe), or turn the rebalancing off",
        sources=(
            ZONE_BALANCE_ENABLE_PAGE.at("Prerequisites", says="application health monitoring has to be configured"),
        ),
        check=_rebalancing_health,
        impact=Impact.HIGH,
        example=on_flexible(
            {**_BALANCED, EXTENSIONS: [MONITOR], **_NO_REPAIRS, _PATCHING: {"patchMode": "ImageDefault"}},
            _BALANCED,
            also=("SS121", "SS125"),
        ),
    ),
    PropertyRule(
        id="service-fabric-excludes-repairs",
        number="SS093",
        modes=BOTH,
        path=REPAIRS,
        argument="automatic_repairs",
        statement="A Service Fabric node type cannot have automatic instance repairs.",
        reason="Service Fabric repairs its nodes itself",
        alternative="remove automatic_repairs",
        sources=(REPAIRS_PAGE.at("Requirements", says="not supported for Service Fabric scale sets"),),
        check=_fabric_repairs,
        impact=Impact.HIGH,
        example=on_uniform(
            {EXTENSIONS: [HEALTH, MONITOR, _FABRIC]},
            {EXTENSIONS: [HEALTH, MONITOR, _FABRIC], **_NO_REPAIRS},
            tolerates=("SS121",),
        ),
    ),
)
