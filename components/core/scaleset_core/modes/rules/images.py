"""Property rules: what an image takes (automatic upgrades, patching by the platform, hotpatching)."""

from collections.abc import Iterator
from typing import Any

from scaleset_core.facts import images
from scaleset_core.facts.checks import Finding, NotDecided, same
from scaleset_core.facts.properties import View
from scaleset_core.modes.examples import ABSENT, GROUP, OS, on_flexible, on_uniform
from scaleset_core.modes.pages import (
    AUTO_OS_PAGE,
    AZURE_CLI_21504,
    AZURE_DOCS_39477,
    AZURERM,
    AZURERM_11398,
    GUEST_PATCHING_PAGE,
    SDK,
)
from scaleset_core.modes.rules.parts import (
    BOTH,
    BY_PLATFORM,
    PATCH_MODES,
    STORAGE,
    is_auto_os,
    profile_view,
)
from scaleset_core.modes.types import Conflict, Impact, PropertyRule, Severity

_WINDOWS = f"{OS}.windowsConfiguration"
_HOTPATCHING = f"{_WINDOWS}.patchSettings.enableHotpatching"
_IMAGE = f"{STORAGE}.imageReference"
_Check = Iterator[Finding | NotDecided]


def _managed_image(view: View) -> _Check:
    if is_auto_os(view) and images.is_managed_image(profile_view(view)):
        yield Finding(f"{_IMAGE}.id", view.value(f"{_IMAGE}.id"), "it is a managed image")


def _listed_image(view: View) -> _Check:
    if not is_auto_os(view):
        return
    image = images.platform_image(profile_view(view))
    if image is not None and not image.takes_automatic_upgrades:
        yield Finding(f"{_IMAGE}.sku", image.sku, f"{image} is not in the list")


def _hotpatching(view: View) -> _Check:
    if view.value(_HOTPATCHING) is not True:
        return
    mode = view.value(PATCH_MODES[1])
    if not same(mode, BY_PLATFORM):
        yield Finding(PATCH_MODES[1], mode, f"expected {BY_PLATFORM}")
    if view.value(f"{_WINDOWS}.provisionVMAgent") is False:
        yield Finding(f"{_WINDOWS}.provisionVMAgent", value=False, detail="expected true")
    image = images.platform_image(profile_view(view))
    if image is not None and image.system is not None and not image.is_azure_edition:
        yield Finding(_HOTPATCHING, value=True, detail=f"{image} is no Azure Edition of Windows Server")


def _hotpatch_image(view: View) -> _Check:
    image = images.platform_image(profile_view(view))
    if image is None or not image.takes_hotpatches:
        return
    if view.value(_HOTPATCHING) is not True or not same(view.value(PATCH_MODES[1]), BY_PLATFORM):
        yield Finding(_HOTPATCHING, view.value(_HOTPATCHING), f"expected true, with patch mode {BY_PLATFORM}")


def _platform_and_updates(view: View) -> _Check:
    path = f"{_WINDOWS}.enableAutomaticUpdates"
    if same(view.value(PATCH_MODES[1]), BY_PLATFORM) and view.value(path) is False:
        yield Finding(path, value=False)


def _windows(sku: str = "2022-datacenter-g2", **configuration: Any) -> dict[str, Any]:
    reference = {"publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": sku, "version": "latest"}
    return {
        f"{OS}.linuxConfiguration": ABSENT,
        _WINDOWS: {"patchSettings": {"patchMode": BY_PLATFORM}, **configuration},
        _IMAGE: reference,
    }


_HOT = {"patchMode": BY_PLATFORM, "enableHotpatching": True}
_HOT_SKU = "2022-datacenter-azure-edition-core"
_UBUNTU = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}

RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="automatic-os-upgrade-not-on-managed-images",
        number="SS094",
        modes=BOTH,
        path=f"{_IMAGE}.id",
        argument="image",
        statement=(
            "Automatic OS upgrades work with platform images and images of a compute gallery, not with managed images."
        ),
        reason="a managed image has no newer version to upgrade to",
        alternative="put the image into a compute gallery and use the id of its definition",
        sources=(
            AUTO_OS_PAGE.at("Supported OS images", says="listed platform images, and images of a compute gallery"),
            AZURERM_11398.at(says="Azure: a platform or gallery image with version set to latest"),
        ),
        check=_managed_image,
        impact=Impact.HIGH,
        example=on_uniform(
            {_IMAGE: {"id": f"{GROUP}/providers/Microsoft.Compute/images/web"}},
            {_IMAGE: {"id": f"{GROUP}/providers/Microsoft.Compute/galleries/shared/images/web"}},
        ),
    ),
    PropertyRule(
        id="automatic-os-upgrade-listed-images",
        number="SS095",
        modes=BOTH,
        path=_IMAGE,
        argument="image",
        statement="Automatic OS upgrades work only with the platform images that Microsoft lists.",
        reason="Azure upgrades only images that it has tested; Microsoft adds images to the list from time to time",
        alternative="use a listed image, such as Canonical:0001-com-ubuntu-server-jammy:22_04-lts-gen2:latest, or an "
        "image of a compute gallery",
        severity=Severity.WARNING,
        sources=(
            AUTO_OS_PAGE.at("Supported OS images", says="only these platform images; the list grows"),
            AZURE_DOCS_39477.at(says="Azure refuses a platform image that is not listed"),
        ),
        check=_listed_image,
        impact=Impact.MEDIUM,
        example=on_uniform({_IMAGE: _UBUNTU}, {_IMAGE: {**_UBUNTU, "sku": "server-arm64"}}),
    ),
    PropertyRule(
        id="hotpatching-needs",
        number="SS096",
        modes=BOTH,
        path=_HOTPATCHING,
        argument="patch_settings.enable_hotpatching",
        statement="Hotpatching needs patch mode AutomaticByPlatform, the VM agent and Windows Server Azure Edition.",
        reason="Azure installs hotpatches itself, and Microsoft publishes them only for that edition",
        alternative="remove enableHotpatching, or use patchMode AutomaticByPlatform with an Azure Edition image",
        sources=(
            SDK.at(
                "PatchSettings.enable_hotpatching",
                says="provisionVMAgent must be true and patchMode AutomaticByPlatform",
            ),
            GUEST_PATCHING_PAGE.at("Supported Windows images", says="hotpatching: the Azure Edition images"),
        ),
        check=_hotpatching,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible(_windows(patchSettings=_HOT), _windows(_HOT_SKU, patchSettings=_HOT)),
    ),
    PropertyRule(
        id="hotpatch-image-is-hotpatched",
        number="SS097",
        modes=BOTH,
        path=_HOTPATCHING,
        argument="patch_settings.enable_hotpatching",
        statement="A machine with a hotpatch image needs enableHotpatching and patch mode AutomaticByPlatform.",
        reason="Azure has refused machines with such images that did not set it",
        alternative="set enableHotpatching to true and patchMode to AutomaticByPlatform, or use another image",
        severity=Severity.WARNING,
        sources=(
            AZURE_CLI_21504.at(says="Azure refused a machine of a hotpatch image: enableHotpatching"),
            AZURERM.at("hotpatching_enabled", says="has to be true for images that are hotpatched"),
        ),
        check=_hotpatch_image,
        machine=True,
        impact=Impact.MEDIUM,
        example=on_flexible(_windows(_HOT_SKU), _windows(_HOT_SKU, patchSettings=_HOT)),
    ),
    PropertyRule(
        id="platform-patching-and-windows-updates",
        number="SS098",
        modes=BOTH,
        path=f"{_WINDOWS}.enableAutomaticUpdates",
        argument="enable_automatic_updates",
        statement="Patch mode AutomaticByPlatform needs automatic updates of Windows to be on.",
        reason="the setting is fixed when a machine is created, and decides which patch modes it can have later",
        alternative="remove enable_automatic_updates",
        severity=Severity.WARNING,
        sources=(
            SDK.at("PatchSettings.patch_mode", says="AutomaticByPlatform: enableAutomaticUpdates must be true"),
            GUEST_PATCHING_PAGE.at(says="contradicts: machines with false go between Manual and AutomaticByPlatform"),
        ),
        conflict=Conflict(
            stale="the SDK says that enableAutomaticUpdates must be true with AutomaticByPlatform",
            followed="the guest-patching page, which moves machines with false between Manual and AutomaticByPlatform; "
            "warned about only",
        ),
        check=_platform_and_updates,
        machine=True,
        impact=Impact.LOW,
        example=on_flexible(_windows(enableAutomaticUpdates=False), _windows(enableAutomaticUpdates=True)),
    ),
)
