"""Helpers that several rules share: paths, sizes, health signals. Internal to the mode table."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from scaleset_core.facts import images
from scaleset_core.facts.checks import Finding, NotDecided, same
from scaleset_core.facts.health import is_health
from scaleset_core.facts.properties import UNKNOWN, NotKnownError, View
from scaleset_core.modes.types import Mode

FLEXIBLE = frozenset({Mode.FLEXIBLE})
UNIFORM = frozenset({Mode.UNIFORM})
BOTH = frozenset(Mode)

PROFILE = "virtualMachineProfile"
NETWORK = f"{PROFILE}.networkProfile"
NIC = f"{NETWORK}.networkInterfaceConfigurations[]"
IP = f"{NIC}.ipConfigurations[]"
STORAGE = f"{PROFILE}.storageProfile"
EXTENSIONS = f"{PROFILE}.extensionProfile.extensions"
ROLLING = "upgradePolicy.rollingUpgradePolicy"
AUTO_OS = "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade"
PATCH_MODES = (
    f"{PROFILE}.osProfile.linuxConfiguration.patchSettings.patchMode",
    f"{PROFILE}.osProfile.windowsConfiguration.patchSettings.patchMode",
)
BY_PLATFORM = "AutomaticByPlatform"
HEALTH_PROBE = f"{NETWORK}.healthProbe"
EXTERNAL_HEALTH = "externalHealthPolicy.enabled"
RESERVATION = f"{PROFILE}.capacityReservation.capacityReservationGroup"
EPHEMERAL = f"{STORAGE}.osDisk.diffDiskSettings"
AUTO_ZONES = "placement.zonePlacementPolicy"
REBALANCING = "resiliencyPolicy.automaticZoneRebalancingPolicy.enabled"
REPAIRS = "automaticRepairsPolicy.enabled"
MIX_SIZES = "skuProfile.vmSizes"
_FABRIC = "microsoft.azure.servicefabric"
_DURABLE = ("silver", "gold")


_FEATURES = re.compile(r"^(?:standard|basic)_[a-z]+[0-9-]+([a-z]*)", re.IGNORECASE)
_SIZE = re.compile(r"^(?:standard|basic)_([a-z]+)\d", re.IGNORECASE)


def size_family(size: Any) -> str:
    """The family letters of a VM size in upper case: ``NC`` for Standard_NC6s_v3; ``""`` if it is not a size name."""
    match = _SIZE.match(size) if isinstance(size, str) else None
    return match.group(1).upper() if match else ""


def size_features(size: Any) -> str:
    """The feature letters of a VM size in lower case: ``ps`` for Standard_D2ps_v5."""
    match = _FEATURES.match(size) if isinstance(size, str) else None
    return match.group(1).lower() if match else ""


def health_extensions(view: View) -> list[View]:
    """The Application Health extensions of a set's profile.

    Raises:
        NotKnownError: the list or an extension's kind is not known, and none of the known ones is Application Health.
    """
    found, hidden = sorted_extensions(view)
    if not found and hidden:
        raise hidden[0]
    return found


def sorted_extensions(view: View) -> tuple[list[View], list[NotKnownError]]:
    """The Application Health extensions of a set's profile, and the unknown values for which others may be one too.

    Raises:
        NotKnownError: the list of extensions is not known.
    """
    found, hidden = [], []
    for extension in view.members(EXTENSIONS):
        try:
            publisher, kind = str(extension.value("publisher", "")), str(extension.value("type", ""))
        except NotKnownError as error:
            hidden.append(error)
            continue
        if is_health(publisher, kind):
            found.append(extension)
    return found, hidden


def has_profile(view: View) -> bool:
    """Whether the set creates instances from a profile."""
    return view.has(PROFILE)


def is_spot(view: View) -> bool:
    """Whether the profile's instances are Spot."""
    return same(view.value(f"{PROFILE}.priority"), "Spot")


def is_rolling(view: View) -> bool:
    """Whether the set upgrades in rolling batches."""
    return same(view.value("upgradePolicy.mode"), "Rolling")


def is_auto_os(view: View) -> bool:
    """Whether the set upgrades its OS image automatically."""
    return view.value(AUTO_OS) is True


def patched_by_platform(view: View) -> Iterator[Finding | NotDecided]:
    """Each operating system's patch mode that is ``AutomaticByPlatform``, which only Flexible has."""
    for path in PATCH_MODES:
        if same(view.value(path), BY_PLATFORM):
            yield Finding(path, BY_PLATFORM, "expected ImageDefault, Manual or AutomaticByOS")


def is_evictable(view: View) -> bool:
    """Whether the profile's instances may have the properties of Spot.

    The legacy priority Low and SpotPlus (api-version 2026-04-01) have them, and so may one that is not known here.
    """
    priority = view.value(f"{PROFILE}.priority")
    return priority is not None and not same(priority, "Regular")


def operating_system(view: View) -> str | None:
    """The operating system of the profile's instances, None if nothing says which: see :mod:`facts.images`.

    Raises:
        NotKnownError: what would say it is not known.
    """
    return images.operating_system(profile_view(view))


def profile_view(view: View) -> View:
    """The set's profile, as the description of one machine.

    Raises:
        NotKnownError: it is not known.
    """
    return View(view.value(PROFILE, {}), view.path(PROFILE))


def is_uniform(view: View) -> bool:
    """Whether a set is Uniform; the REST API's default."""
    return not same(view.value("orchestrationMode"), Mode.FLEXIBLE.value)


def health_signals(view: View, *, probe: bool = True) -> list[str]:
    """The health signals of a set, by the properties that switch them on.

    Args:
        view: The set.
        probe: Whether a load balancer's probe counts.

    Raises:
        NotKnownError: none is there for certain, and one may be.
    """
    found: list[str] = []
    hidden: NotKnownError | None = None
    kinds: tuple[tuple[str, Callable[[], bool]], ...] = (
        (HEALTH_PROBE, lambda: probe and view.has(HEALTH_PROBE)),
        (EXTENSIONS, lambda: bool(health_extensions(view))),
        (EXTERNAL_HEALTH, lambda: view.value(EXTERNAL_HEALTH) is True),
    )
    for path, there in kinds:
        try:
            if there():
                found.append(path)
        except NotKnownError as error:
            hidden = hidden or error
    if not found and hidden is not None:
        raise hidden
    return found


def fabric_durability(view: View) -> str | None:
    """The durability level of a Service Fabric node type in lower case; None if the set is none.

    Raises:
        NotKnownError: an extension's publisher, or the level, is not known.
    """
    for extension in view.members(EXTENSIONS):
        if str(extension.value("publisher", "")).lower() == _FABRIC:
            return str(extension.value("settings.durabilityLevel", "Bronze")).lower()
    return None


def is_durable_fabric(view: View) -> bool:
    """Whether the set is a Service Fabric node type of Silver or Gold durability."""
    return fabric_durability(view) in _DURABLE


def places_by_itself(view: View) -> bool:
    """Whether Azure chooses the set's zones (automatic zone placement, api-version 2026-03-01)."""
    policy = view.value(AUTO_ZONES)
    return policy is not None and not same(policy, "None")


def most_zones(view: View) -> int | None:
    """The number of zones that a set is spread over at most; None if Azure chooses and may take several.

    Raises:
        NotKnownError: it is not known.
    """
    if not places_by_itself(view):
        return len(zones(view))
    most = view.value("resiliencyPolicy.zoneAllocationPolicy.maxZoneCount")
    return most if isinstance(most, int) and not isinstance(most, bool) else None


def sizes_of(view: View) -> Iterator[tuple[str, Any]]:
    """The VM sizes of a set or a machine with their places; UNKNOWN for one that is not known."""
    single = view.first("sku.name")
    if single is not None and not same(single.value if single.known else None, "Mix"):
        yield single.path, single.value
    yield from mix_sizes(view)


def mix_sizes(view: View) -> Iterator[tuple[str, Any]]:
    """The VM sizes of an instance mix with their places: objects with a name, or names alone."""
    for found in view.each(f"{MIX_SIZES}[]"):
        if not found.known or isinstance(found.value, str):
            yield found.path, found.value
            continue
        name = View(found.value, found.path).first("name")
        if name is None:
            yield f"{found.path}.name", ""
        else:
            yield name.path, name.value if name.known else UNKNOWN


def zones(view: View) -> list[Any]:
    """The set's zones; empty for a regional set.

    Raises:
        NotKnownError: they are not known, or the value is not a list and so says nothing.
    """
    value = view.value("zones", default=[])
    if not isinstance(value, list | tuple):
        raise NotKnownError(view.path("zones"))
    return list(value)
