"""Helpers that several rules share: paths, sizes, health signals. Internal to the mode table."""

import re
from collections.abc import Iterator
from typing import Any

from scaleset_core.facts.checks import Finding, NotDecided, same
from scaleset_core.facts.health import is_health
from scaleset_core.facts.properties import NotKnownError, View
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


def is_windows(view: View) -> bool:
    """Whether the profile's instances run Windows."""
    return view.has(f"{PROFILE}.osProfile.windowsConfiguration") or same(
        view.value(f"{STORAGE}.osDisk.osType"), "Windows"
    )


def zones(view: View) -> list[Any]:
    """The set's zones; empty for a regional set.

    Raises:
        NotKnownError: they are not known, or the value is not a list and so says nothing.
    """
    value = view.value("zones", default=[])
    if not isinstance(value, list | tuple):
        raise NotKnownError(view.path("zones"))
    return list(value)
