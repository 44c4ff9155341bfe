"""What is known of platform images: their operating system, and which upgrades and patches they take.

The lists are Microsoft's, dated in ``azure.json``; Azure adds images to them, so that an image that is not listed is
not known to be refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from scaleset_core.facts.data import azure_facts
from scaleset_core.facts.properties import NotKnownError, View

WINDOWS: Final = "Windows"
LINUX: Final = "Linux"
_IDS: Final = ("id", "sharedGalleryImageId", "communityGalleryImageId")
_LICENSES: Final = {"windows_": WINDOWS, "rhel_": LINUX, "sles_": LINUX, "ubuntu_": LINUX}
"""The beginnings of ``licenseType`` and what they are for."""
_MANAGED: Final = re.compile(r"/providers/microsoft\.compute/images/[^/]+/?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Image:
    """A platform image.

    Attributes:
        publisher: Its publisher.
        offer: Its offer.
        sku: Its SKU.
    """

    publisher: str
    offer: str
    sku: str

    @property
    def system(self) -> str | None:
        """Its operating system, ``Windows`` or ``Linux``; None for a publisher that is not known to have only one."""
        name = f"{self.publisher}:{self.offer}".lower()
        systems = _facts()["systems"]
        for system, key in ((WINDOWS, "windows"), (LINUX, "linux")):
            if any(fnmatchcase(name, pattern) for pattern in systems[key]):
                return system
        return None

    @property
    def takes_automatic_upgrades(self) -> bool:
        """Whether it is in Microsoft's list of images that take automatic OS image upgrades."""
        return self._listed("automaticUpgrades")

    @property
    def takes_guest_patching(self) -> bool:
        """Whether it is in Microsoft's list of images that the platform patches in the guest."""
        return self._listed("guestPatching") or self.takes_hotpatches

    @property
    def takes_hotpatches(self) -> bool:
        """Whether it is in Microsoft's list of images that are patched without a restart."""
        return self._listed("hotpatch")

    @property
    def is_azure_edition(self) -> bool:
        """Whether it is an Azure Edition of Windows Server, the only one that Azure hotpatches."""
        return self.system == WINDOWS and "azure-edition" in self.sku.lower()

    def __str__(self) -> str:
        return f"{self.publisher}:{self.offer}:{self.sku}"

    def _listed(self, name: str) -> bool:
        skus = _facts()[name]["skus"].get(f"{self.publisher}:{self.offer}".lower(), ())
        return self.sku.lower() in skus


def platform_image(machine: View) -> Image | None:
    """The platform image of a machine or a profile; None for another kind of image, or none.

    Args:
        machine: The properties of a virtual machine, or those of a set's profile.

    Raises:
        NotKnownError: a part of the image reference is not known.
    """
    reference = "storageProfile.imageReference"
    publisher = machine.value(f"{reference}.publisher")
    if publisher is None:
        return None
    parts = [machine.value(f"{reference}.{name}", "") for name in ("offer", "sku")]
    return Image(str(publisher), str(parts[0]), str(parts[1]))


def is_custom(machine: View) -> bool:
    """Whether a machine's image is one of somebody's own: from a gallery, or a managed image.

    Raises:
        NotKnownError: the image reference is not known.
    """
    return any(machine.has(f"storageProfile.imageReference.{name}") for name in _IDS)


def is_managed_image(machine: View) -> bool:
    """Whether a machine's image is a managed image, the older kind that is not in a gallery.

    Raises:
        NotKnownError: the image's id is not known.
    """
    return _MANAGED.search(str(machine.value("storageProfile.imageReference.id", ""))) is not None


def operating_system(machine: View) -> str | None:
    """A machine's operating system, by whatever says it: the OS profile, the disk, the image, the license.

    Args:
        machine: The properties of a virtual machine, or those of a set's profile.

    Returns:
        ``Windows`` or ``Linux``; None if nothing says it. An image of a gallery says it by its disk only.

    Raises:
        NotKnownError: nothing that is known says it, and what may say it is not known.
    """
    hidden: NotKnownError | None = None
    for says in (_of_profile, _of_disk, _of_image, _of_license):
        try:
            system = says(machine)
        except NotKnownError as error:
            hidden = hidden or error
            continue
        if system is not None:
            return system
    if hidden is not None:
        raise hidden
    return None


def _of_profile(machine: View) -> str | None:
    for system, name in ((WINDOWS, "windowsConfiguration"), (LINUX, "linuxConfiguration")):
        if machine.has(f"osProfile.{name}"):
            return system
    return None


def _of_disk(machine: View) -> str | None:
    disk = machine.value("storageProfile.osDisk.osType")
    if not isinstance(disk, str):
        return None
    return WINDOWS if disk.lower() == WINDOWS.lower() else LINUX


def _of_image(machine: View) -> str | None:
    reference = "storageProfile.imageReference"
    publisher, offer = machine.value(f"{reference}.publisher"), machine.first(f"{reference}.offer")
    if publisher is None:
        return None
    known = offer is None or offer.known
    system = Image(str(publisher), str(offer.value) if offer is not None and known else "", "").system
    if system is None and not known:
        raise NotKnownError(machine.path(f"{reference}.offer"))
    return system


def _of_license(machine: View) -> str | None:
    name = str(machine.value("licenseType", "")).lower()
    return next((system for prefix, system in _LICENSES.items() if name.startswith(prefix)), None)


def _facts() -> Mapping[str, Any]:
    found: Mapping[str, Any] = azure_facts()["images"]
    return found
