"""Property rules: upgrade policy and OS image upgrades."""

from collections.abc import Iterator

from scaleset_core.facts.checks import (
    Finding,
    NotDecided,
    between,
    both,
    forbidden,
    lasts,
    one_of,
    same,
)
from scaleset_core.facts.fixes import drop
from scaleset_core.facts.properties import View
from scaleset_core.modes.examples import ABSENT, MONITOR, OS, on_flexible, on_uniform
from scaleset_core.modes.pages import (
    AKS_ENGINE_1795,
    AUTO_OS_PAGE,
    AZURE_CLI_29415,
    AZURE_DOCS_122644,
    AZURE_MYRIAD_30,
    AZURERM,
    AZURERM_11398,
    MAX_SURGE_PAGE,
    MIGRATION_PAGE,
    ORCHESTRATION_PAGE,
    REST_SPECIFICATION,
    ROLLING_PAGE,
    SCALING_PROFILE_PAGE,
    SDK,
    UPGRADE_PAGE,
)
from scaleset_core.modes.rules.parts import (
    AUTO_OS,
    BOTH,
    EXTENSIONS,
    FLEXIBLE,
    PROFILE,
    ROLLING,
    STORAGE,
    UNIFORM,
    has_profile,
    health_signals,
    is_auto_os,
    is_durable_fabric,
    is_rolling,
    patched_by_platform,
)
from scaleset_core.modes.types import Conflict, Impact, PropertyRule, Severity

_Check = Iterator[Finding | NotDecided]


def _rolling_health_flexible(view: View) -> _Check:
    if is_rolling(view) and has_profile(view) and not health_signals(view, probe=False):
        yield Finding("upgradePolicy.mode", "Rolling", "the profile has no Application Health extension")


def _rolling_health_uniform(view: View) -> _Check:
    if is_rolling(view) and not health_signals(view):
        yield Finding("upgradePolicy.mode", "Rolling", "the profile has no health probe or health extension")


def _auto_os_flexible(view: View) -> _Check:
    if is_auto_os(view):
        yield Finding(AUTO_OS, value=True)


def _auto_os_with_surge(view: View) -> _Check:
    if is_auto_os(view) and view.value(f"{ROLLING}.maxSurge") is True:
        yield Finding(f"{ROLLING}.maxSurge", value=True)


def _auto_os_image(view: View) -> _Check:
    version = view.first(f"{STORAGE}.imageReference.version")
    if is_auto_os(view) and version is not None and version.known and not same(version.value, "latest"):
        yield Finding(version.path, version.value, "expected latest")


def _auto_os_patching(view: View) -> _Check:
    if not is_auto_os(view):
        return
    path = f"{PROFILE}.osProfile.windowsConfiguration.enableAutomaticUpdates"
    if view.value(path) is True:
        yield Finding(path, value=True, detail="expected false")
    yield from patched_by_platform(view)


def _auto_os_health(view: View) -> _Check:
    if is_auto_os(view) and not health_signals(view) and not is_durable_fabric(view):
        yield Finding(AUTO_OS, value=True, detail="the set has no health signal")


def _surge_overprovision(view: View) -> _Check:
    if view.value(f"{ROLLING}.maxSurge") is True and view.value("overprovision") is not False:
        yield Finding("overprovision", view.value("overprovision"), "expected false with maxSurge")


_AUTO_OS_POLICY = "upgradePolicy.automaticOSUpgradePolicy"
_PATCHING = f"{OS}.linuxConfiguration.patchSettings"

RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="upgrade-mode-known",
        number="SS024",
        modes=BOTH,
        path="upgradePolicy.mode",
        argument="upgrade_policy.mode",
        statement="The upgrade mode is Automatic, Manual or Rolling, in both orchestration modes.",
        reason="these are Azure's modes",
        alternative="use Manual (the default on Flexible), Automatic or Rolling",
        sources=(
            UPGRADE_PAGE.at(says="automatic, manual and rolling; rolling is described for both orchestration modes"),
            ORCHESTRATION_PAGE.at(
                "Autoscaling and instance orchestration", says="Automatic, Rolling and Manual in both modes"
            ),
            ORCHESTRATION_PAGE.at(
                "Unsupported parameters", says="contradicts: the upgrade policy must be null or empty on Flexible"
            ),
            MIGRATION_PAGE.at(
                "Update Uniform scale sets", says="contradicts: remove upgradePolicy, not valid on Flexible yet"
            ),
        ),
        conflict=Conflict(
            stale="the orchestration-modes page lists upgradePolicy as unsupported on Flexible ('must be null or "
            "empty') and the migration page as 'not valid for flex, yet'",
            followed="the upgrade-policy page, which is newer and describes all three modes on Flexible",
        ),
        check=one_of("upgradePolicy.mode", "Automatic", "Manual", "Rolling"),
        impact=Impact.HIGH,
        example=on_flexible({"upgradePolicy": {"mode": "RollingUpgrade"}}, {"upgradePolicy": {"mode": "Rolling"}}),
    ),
    PropertyRule(
        id="rolling-needs-health-extension-on-flexible",
        number="SS025",
        modes=FLEXIBLE,
        path="upgradePolicy.mode",
        argument="health",
        statement="Rolling upgrades of a Flexible set need the Application Health extension in its profile.",
        reason="Azure starts the next batch only after the upgraded instances have reported that they are healthy",
        alternative="add health (protocol, port, request_path), or use Manual or Automatic",
        sources=(
            ROLLING_PAGE.at("Requirements", says="on Flexible the set must also use the application health extension"),
            AZURE_MYRIAD_30.at(says="Azure: not supported because a health probe or health extension was not provided"),
            SDK.at("ExternalHealthPolicy", says="another source of health, which excludes the extension and the probe"),
        ),
        check=_rolling_health_flexible,
        impact=Impact.HIGH,
        example=on_flexible(
            {"upgradePolicy": {"mode": "Rolling"}, EXTENSIONS: [MONITOR], "automaticRepairsPolicy": ABSENT},
            {"upgradePolicy": {"mode": "Rolling"}},
            also=("SS091", "SS121", "SS125"),
        ),
    ),
    PropertyRule(
        id="rolling-needs-health-signal-on-uniform",
        number="SS026",
        modes=UNIFORM,
        path="upgradePolicy.mode",
        argument="health",
        statement="Rolling upgrades of a Uniform set need a health probe or the Application Health extension.",
        reason="Azure starts the next batch only after the upgraded instances have reported that they are healthy",
        alternative="add health (an extension or health.probe_id), or use Manual or Automatic",
        sources=(
            ROLLING_PAGE.at(
                "Requirements", says="on Uniform the set must have a health probe or the application health extension"
            ),
            AZURE_MYRIAD_30.at(says="Azure: not supported because a health probe or health extension was not provided"),
            SDK.at("ExternalHealthPolicy", says="another source of health, which excludes the extension and the probe"),
        ),
        check=_rolling_health_uniform,
        impact=Impact.HIGH,
        example=on_uniform(
            {"upgradePolicy": {"mode": "Rolling"}, EXTENSIONS: [MONITOR], "automaticRepairsPolicy": ABSENT},
            {"upgradePolicy.mode": "Rolling"},
            also=("SS121", "SS125", "SS126"),
        ),
    ),
    PropertyRule(
        id="rolling-policy-ranges",
        number="SS027",
        modes=BOTH,
        path=ROLLING,
        argument="upgrade_policy.rolling",
        statement=(
            "A rolling batch is 5 to 100 percent of the instances; the tolerated failures are 5 to 100 percent (of "
            "upgraded instances: 0 to 100)."
        ),
        reason="these are the limits of the REST specification",
        alternative="use percentages within the limits, and an ISO 8601 pause such as PT10S",
        sources=(
            REST_SPECIFICATION.at(
                "RollingUpgradePolicy", says="batch 5 to 100, unhealthy 5 to 100, unhealthy after the upgrade 0 to 100"
            ),
        ),
        check=both(
            between(f"{ROLLING}.maxBatchInstancePercent", 5, 100, "percent"),
            between(f"{ROLLING}.maxUnhealthyInstancePercent", 5, 100, "percent"),
            between(f"{ROLLING}.maxUnhealthyUpgradedInstancePercent", 0, 100, "percent"),
            lasts(f"{ROLLING}.pauseTimeBetweenBatches", 0, 1440),
        ),
        impact=Impact.HIGH,
        example=on_flexible(
            {"upgradePolicy": {"mode": "Rolling", "rollingUpgradePolicy": {"maxBatchInstancePercent": 2}}},
            {"upgradePolicy": {"mode": "Rolling", "rollingUpgradePolicy": {"maxBatchInstancePercent": 20}}},
        ),
    ),
    PropertyRule(
        id="rollback-on-breach-on-flexible",
        number="SS028",
        modes=FLEXIBLE,
        path=f"{ROLLING}.rollbackFailedInstancesOnPolicyBreach",
        argument="upgrade_policy.rolling.rollback_failed_instances_on_policy_breach",
        statement="Rolling back failed instances on a policy breach is Uniform only.",
        reason="Flexible cannot roll back an instance",
        alternative="remove it; use max_surge to keep the old instances until the new ones are healthy",
        sources=(
            ROLLING_PAGE.at(
                "Rolling upgrade policy configuration settings",
                says="Rollback Failed Instances On Policy Breach: Uniform Orchestration only",
            ),
        ),
        check=forbidden(f"{ROLLING}.rollbackFailedInstancesOnPolicyBreach", allow=(False,)),
        impact=Impact.HIGH,
        fix=drop(ROLLING, "rollbackFailedInstancesOnPolicyBreach"),
        example=on_flexible({f"{ROLLING}.rollbackFailedInstancesOnPolicyBreach": True}, {f"{ROLLING}.maxSurge": True}),
    ),
    PropertyRule(
        id="max-surge-needs-no-overprovision",
        number="SS029",
        modes=UNIFORM,
        path=f"{ROLLING}.maxSurge",
        argument="upgrade_policy.rolling.max_surge",
        statement="With maxSurge on Uniform, overprovision must be false.",
        reason="both create additional instances, and Azure accepts only one of them",
        alternative="set overprovision to false",
        sources=(
            AZURERM.at(
                "documentation of azurerm_linux_virtual_machine_scale_set, rolling_upgrade_policy",
                says="overprovision must be false with maximum_surge_instances_enabled",
            ),
        ),
        check=_surge_overprovision,
        impact=Impact.HIGH,
        example=on_uniform(
            {f"{ROLLING}.maxSurge": True, "overprovision": True}, {f"{ROLLING}.maxSurge": True, "overprovision": False}
        ),
    ),
    PropertyRule(
        id="automatic-os-upgrade-on-flexible",
        number="SS030",
        modes=FLEXIBLE,
        path=AUTO_OS,
        argument="upgrade_policy.automatic_os_upgrade",
        statement="Microsoft's pages disagree about automatic OS image upgrades on Flexible.",
        reason="the orchestration-modes page says No for Flexible",
        alternative="try it on a test set, or use patch_mode AutomaticByPlatform (guest patching)",
        severity=Severity.WARNING,
        sources=(
            ORCHESTRATION_PAGE.at(
                "Autoscaling and instance orchestration", says="automatic OS updates: Flexible no, Uniform yes"
            ),
            ORCHESTRATION_PAGE.at("Unsupported parameters", says="image-based automatic OS upgrades"),
            MAX_SURGE_PAGE.at(
                "Considerations", says="contradicts: on Flexible only the combination with MaxSurge is not supported"
            ),
            SCALING_PROFILE_PAGE.at(says="contradicts: sets with a profile are eligible for automatic OS updates"),
            AZURE_CLI_29415.at(says="contradicts: on Flexible behind a feature flag until 2024-07-23"),
        ),
        conflict=Conflict(
            stale="the MaxSurge page says that only automatic OS upgrades together with MaxSurge are unsupported on "
            "Flexible, and the scaling-profile page lists the property for sets with a profile",
            followed="warned about only: since July 2024 the command line sets it on Flexible without a feature flag",
        ),
        check=_auto_os_flexible,
        impact=Impact.HIGH,
        example=on_flexible(
            {_AUTO_OS_POLICY: {"enableAutomaticOSUpgrade": True}, _PATCHING: {"patchMode": "ImageDefault"}},
            {_PATCHING: {"patchMode": "AutomaticByPlatform"}},
        ),
    ),
    PropertyRule(
        id="automatic-os-upgrade-with-max-surge-on-flexible",
        number="SS031",
        modes=FLEXIBLE,
        path=f"{ROLLING}.maxSurge",
        argument="upgrade_policy.rolling.max_surge",
        statement="Automatic OS upgrades with maxSurge are not supported on Flexible.",
        reason="the MaxSurge page says so",
        alternative="use only one of the two",
        sources=(
            MAX_SURGE_PAGE.at(
                "Considerations", says="on Flexible, automatic OS upgrades together with MaxSurge are not yet supported"
            ),
        ),
        check=_auto_os_with_surge,
        impact=Impact.HIGH,
        example=on_flexible(
            {
                _AUTO_OS_POLICY: {"enableAutomaticOSUpgrade": True},
                f"{ROLLING}.maxSurge": True,
                _PATCHING: {"patchMode": "ImageDefault"},
            },
            {f"{ROLLING}.maxSurge": True},
            also=("SS030",),
        ),
    ),
    PropertyRule(
        id="automatic-os-upgrade-needs",
        number="SS032",
        modes=BOTH,
        path=AUTO_OS,
        argument="upgrade_policy.automatic_os_upgrade",
        statement="Automatic OS upgrades need image version latest, a health signal (or a durable Service Fabric), "
        "no automatic updates of Windows, and no platform patching.",
        reason="an instance must not be patched in two ways, and Azure must notice a bad image",
        alternative="use version latest, add health, remove enable_automatic_updates and use another patch_mode",
        sources=(
            AUTO_OS_PAGE.at(
                "Requirements for configuring automatic OS image upgrade",
                says="version latest, health, no Windows updates, no AutomaticByPlatform",
            ),
            AUTO_OS_PAGE.at(
                "Service Fabric requirements", says="Silver and Gold durability need no further probe or extension"
            ),
            AZURERM_11398.at(says="Azure: a platform or gallery image with version set to latest"),
            AZURE_DOCS_122644.at(says="Azure: not supported, a health probe or health extension was not specified"),
            AKS_ENGINE_1795.at(says="Azure: enableAutomaticUpdates cannot be set to true with automatic OS upgrades"),
        ),
        check=both(_auto_os_image, _auto_os_patching, _auto_os_health),
        impact=Impact.HIGH,
        example=on_uniform(
            {f"{PROFILE}.storageProfile.imageReference.version": "22.04.202605010"},
            {f"{PROFILE}.storageProfile.imageReference.version": "latest"},
        ),
    ),
)
