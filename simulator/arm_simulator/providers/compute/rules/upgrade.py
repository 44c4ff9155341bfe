"""Rules of upgradePolicy, automatic repairs and scheduled events; those on health are in :mod:`.health`."""

from __future__ import annotations

from collections.abc import Iterator

from .problem import Body, Problem, check_choice, check_duration, check_range, dig, invalid
from .view import SetRequest

REPAIR_ACTIONS = ("Replace", "Restart", "Reimage")
_ROLLING = "upgradePolicy.rollingUpgradePolicy"


def upgrade_mode(request: SetRequest) -> Iterator[Problem]:
    """The mode is a known one, and required on Uniform."""
    mode = dig(request.properties, "upgradePolicy.mode")
    if mode is None and not request.flexible and request.profile is not None:
        yield invalid("upgradePolicy.mode", "Required parameter 'upgradePolicy.mode' is missing (null).")
    yield from check_choice("upgradePolicy.mode", mode, ("Automatic", "Manual", "Rolling"))


def rolling_fields(request: SetRequest) -> Iterator[Problem]:
    """The rolling policy's percentages and pause stay within their ranges, and fit each other.

    Microsoft.Batch hands these values to scale sets, and documents their ranges and that a batch may not be larger than
    the unhealthy share where both are given. Cross-zone upgrades are about zones: azurerm requires them.
    """
    policy = dig(request.properties, _ROLLING) or {}
    for member, low in (
        ("maxBatchInstancePercent", 5),
        ("maxUnhealthyInstancePercent", 5),
        ("maxUnhealthyUpgradedInstancePercent", 0),
    ):
        yield from check_range(f"{_ROLLING}.{member}", policy.get(member), low, 100)
    batch, unhealthy = policy.get("maxBatchInstancePercent"), policy.get("maxUnhealthyInstancePercent")
    if isinstance(batch, int) and isinstance(unhealthy, int) and batch > unhealthy:
        yield invalid(
            f"{_ROLLING}.maxBatchInstancePercent",
            f"The value '{batch}' of 'maxBatchInstancePercent' must not be more than 'maxUnhealthyInstancePercent', "
            f"which is '{unhealthy}'.",
        )
    if policy.get("enableCrossZoneUpgrade") is True and not request.zonal:
        yield invalid(f"{_ROLLING}.enableCrossZoneUpgrade", "Parameter 'enableCrossZoneUpgrade' requires 'zones'.")
    pause = policy.get("pauseTimeBetweenBatches")
    yield from check_duration(f"{_ROLLING}.pauseTimeBetweenBatches", pause, "PT0S", "P1D")
    if policy.get("maxSurge") is True and not request.flexible and request.properties.get("overprovision") is not False:
        yield invalid(
            f"{_ROLLING}.maxSurge", "Parameter 'maxSurge' requires 'overprovision' to be false on this scale set."
        )


def automatic_os_upgrade(request: SetRequest) -> Iterator[Problem]:
    """Automatic OS upgrades: newest platform or gallery image, no other patching, and no maxSurge on Flexible.

    Microsoft's page on them (2026-05). Its list of platform images is open ("more are added periodically"), so an image
    that is not in it is accepted; managed images are excluded explicitly. ``enableAutomaticUpdates`` "is automatically
    set to false and cannot be set to true".
    """
    target = "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade"
    if dig(request.properties, target) is not True:
        return
    if request.flexible and dig(request.properties, f"{_ROLLING}.maxSurge") is True:
        yield invalid(target, "Automatic OS upgrade with 'maxSurge' is not supported in orchestrationMode 'Flexible'.")
    image: Body = dig(request.profile, "storageProfile.imageReference") or {}
    version = image.get("version")
    if version not in {None, "latest"} or "/versions/" in str(image.get("id") or "").lower():
        yield invalid(target, "Automatic OS upgrade requires the image reference version to be 'latest'.")
    if "/providers/microsoft.compute/images/" in str(image.get("id") or "").lower():
        yield invalid(
            target,
            "Automatic OS upgrade is supported for platform images and for images of Azure Compute Gallery, not for "
            "managed images.",
        )
    if dig(request.profile, "osProfile.windowsConfiguration.enableAutomaticUpdates") is True:
        yield invalid(
            target, "Automatic OS upgrade requires 'windowsConfiguration.enableAutomaticUpdates' to be false."
        )
    for system in ("windowsConfiguration", "linuxConfiguration"):
        mode = dig(request.profile, f"osProfile.{system}.patchSettings.patchMode")
        if mode == "AutomaticByPlatform":
            yield invalid(target, f"Automatic OS upgrade excludes '{system}.patchSettings.patchMode' '{mode}'.")


def automatic_repairs(request: SetRequest) -> Iterator[Problem]:
    """Repairs have a grace period of PT10M to PT90M, and a known action."""
    policy = request.properties.get("automaticRepairsPolicy")
    if not isinstance(policy, dict):
        return
    base = "automaticRepairsPolicy"
    yield from check_duration(f"{base}.gracePeriod", policy.get("gracePeriod"), "PT10M", "PT90M")
    yield from check_choice(f"{base}.repairAction", policy.get("repairAction"), REPAIR_ACTIONS)
    if policy.get("repairAction") is not None and request.api_version < "2021-11-01":
        yield invalid(f"{base}.repairAction", "Parameter 'repairAction' requires api-version '2021-11-01' or later.")


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


RULES = (upgrade_mode, rolling_fields, automatic_os_upgrade, automatic_repairs, scheduled_events)
