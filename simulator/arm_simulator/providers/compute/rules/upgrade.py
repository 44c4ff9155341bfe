"""Rules of upgradePolicy, automatic repairs and scheduled events."""

from __future__ import annotations

from collections.abc import Iterator

from .problem import Body, Problem, check_choice, check_duration, check_range, dig, invalid
from .view import SetRequest, has_health_extension

REPAIR_ACTIONS = ("Replace", "Restart", "Reimage")
_ROLLING = "upgradePolicy.rollingUpgradePolicy"


def upgrade_mode(request: SetRequest) -> Iterator[Problem]:
    """The mode is a known one, and required on Uniform."""
    mode = dig(request.properties, "upgradePolicy.mode")
    if mode is None and not request.flexible and request.profile is not None:
        yield invalid("upgradePolicy.mode", "Required parameter 'upgradePolicy.mode' is missing (null).")
    yield from check_choice("upgradePolicy.mode", mode, ("Automatic", "Manual", "Rolling"))


def rolling_health(request: SetRequest) -> Iterator[Problem]:
    """Rolling upgrades need a health signal: the extension on Flexible, a probe or the extension on Uniform."""
    if dig(request.properties, "upgradePolicy.mode") != "Rolling" or request.has_health_signal:
        return
    needed = (
        "the Application Health extension"
        if request.flexible
        else ("a health probe or the Application Health extension")
    )
    yield invalid(
        "upgradePolicy.mode",
        f"Rolling Upgrade mode is not supported for Virtual Machine Scale Set '{request.name}' because it does not "
        f"have {needed} in its model.",
    )


def rolling_fields(request: SetRequest) -> Iterator[Problem]:
    """The rolling policy's percentages and pause stay within their ranges."""
    policy = dig(request.properties, _ROLLING) or {}
    for member, low in (
        ("maxBatchInstancePercent", 5),
        ("maxUnhealthyInstancePercent", 5),
        ("maxUnhealthyUpgradedInstancePercent", 0),
    ):
        yield from check_range(f"{_ROLLING}.{member}", policy.get(member), low, 100)
    pause = policy.get("pauseTimeBetweenBatches")
    yield from check_duration(f"{_ROLLING}.pauseTimeBetweenBatches", pause, "PT0S", "P1D")
    if policy.get("maxSurge") is True and not request.flexible and request.properties.get("overprovision") is not False:
        yield invalid(
            f"{_ROLLING}.maxSurge", "Parameter 'maxSurge' requires 'overprovision' to be false on this scale set."
        )


def automatic_os_upgrade(request: SetRequest) -> Iterator[Problem]:
    """Automatic OS upgrades: newest image, health known, no other patching, and no maxSurge on Flexible."""
    target = "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade"
    if dig(request.properties, target) is not True:
        return
    if request.flexible and dig(request.properties, f"{_ROLLING}.maxSurge") is True:
        yield invalid(target, "Automatic OS upgrade with 'maxSurge' is not supported in orchestrationMode 'Flexible'.")
    image: Body = dig(request.profile, "storageProfile.imageReference") or {}
    version = image.get("version")
    if version not in {None, "latest"} or "/versions/" in str(image.get("id") or "").lower():
        yield invalid(target, "Automatic OS upgrade requires the image reference version to be 'latest'.")
    if not request.has_health_signal:
        yield invalid(target, "Automatic OS upgrade requires a health probe or the Application Health extension.")
    windows = dig(request.profile, "osProfile.windowsConfiguration")
    if windows is not None and windows.get("enableAutomaticUpdates") is not False:
        yield invalid(
            target, "Automatic OS upgrade requires 'windowsConfiguration.enableAutomaticUpdates' to be false."
        )
    for system in ("windowsConfiguration", "linuxConfiguration"):
        mode = dig(request.profile, f"osProfile.{system}.patchSettings.patchMode")
        if mode == "AutomaticByPlatform":
            yield invalid(target, f"Automatic OS upgrade excludes '{system}.patchSettings.patchMode' '{mode}'.")


def automatic_repairs(request: SetRequest) -> Iterator[Problem]:
    """Repairs need one health signal, a grace period of PT10M to PT90M, and a known action."""
    policy = request.properties.get("automaticRepairsPolicy")
    if not isinstance(policy, dict):
        return
    base = "automaticRepairsPolicy"
    yield from check_duration(f"{base}.gracePeriod", policy.get("gracePeriod"), "PT10M", "PT90M")
    yield from check_choice(f"{base}.repairAction", policy.get("repairAction"), REPAIR_ACTIONS)
    if policy.get("repairAction") is not None and request.api_version < "2021-11-01":
        yield invalid(f"{base}.repairAction", "Parameter 'repairAction' requires api-version '2021-11-01' or later.")
    if policy.get("enabled") is not True:
        return
    if not request.has_health_signal:
        yield invalid(
            base,
            f"Automatic repairs cannot be enabled on Virtual Machine Scale Set '{request.name}' because its model has "
            "neither a health probe nor the Application Health extension.",
        )
    if request.probe is not None and has_health_extension(request.extensions):
        yield invalid(base, "Automatic repairs take one source of health: a health probe or the extension, not both.")


def scheduled_events(request: SetRequest) -> Iterator[Problem]:
    """Terminate notification: PT5M to PT15M, not for Spot."""
    base = "virtualMachineProfile.scheduledEventsProfile"
    notification = dig(request.profile, "scheduledEventsProfile.terminateNotificationProfile") or {}
    target = f"{base}.terminateNotificationProfile.notBeforeTimeout"
    yield from check_duration(target, notification.get("notBeforeTimeout"), "PT5M", "PT15M")
    if notification.get("enable") is True and request.machine.spot:
        yield invalid(f"{base}.terminateNotificationProfile.enable", "Terminate notification excludes priority 'Spot'.")
    image = dig(request.profile, "scheduledEventsProfile.osImageNotificationProfile.notBeforeTimeout")
    yield from check_duration(f"{base}.osImageNotificationProfile.notBeforeTimeout", image, "PT15M", "PT15M")


RULES = (upgrade_mode, rolling_health, rolling_fields, automatic_os_upgrade, automatic_repairs, scheduled_events)
