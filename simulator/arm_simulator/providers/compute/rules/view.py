"""The requests that rules look at: a scale set's PUT or PATCH, and the machine model that sets and VMs share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from .problem import Body, dig, items

Mode = Literal["Uniform", "Flexible"]
Lookup = Callable[[str], Body | None]
"""Finds the body of the resource with that ARM id, or None."""

_PREFIX = "virtualMachineProfile"
SPARE_PRIORITIES = frozenset({"Spot", "SpotPlus", "Low"})
"""Priorities that run on spare capacity; ``Low`` is the old name of Spot, ``SpotPlus`` came with 2026-04-01."""
HEALTH_PUBLISHER = "microsoft.managedservices"
SERVICE_FABRIC_PUBLISHER = "microsoft.azure.servicefabric"
HEALTH_TYPES = ("applicationhealthlinux", "applicationhealthwindows")


def nothing(_: str) -> Body | None:
    """A lookup that finds nothing: rules about referenced resources stay silent."""
    return None


def is_health_extension(properties: Body) -> bool:
    """Whether an extension (its flat properties) is the Application Health extension."""
    publisher, kind = str(properties.get("publisher", "")), str(properties.get("type", ""))
    return publisher.lower() == HEALTH_PUBLISHER and kind.lower() in HEALTH_TYPES


def has_health_extension(extensions: list[Body]) -> bool:
    """Whether one of an ``extensionProfile``'s extensions reports application health."""
    return any(is_health_extension(item.get("properties") or {}) for item in extensions)


_WINDOWS_PUBLISHERS = frozenset({"microsoftwindowsserver", "microsoftwindowsdesktop", "microsoftsqlserver"})


def windows_image(reference: Any) -> bool:
    """Whether an image reference names a marketplace image of Windows; SQL Server has offers for Linux too."""
    publisher = str(dig(reference, "publisher") or "").lower()
    offer = str(dig(reference, "offer") or "").lower()
    return publisher in _WINDOWS_PUBLISHERS and (publisher != "microsoftsqlserver" or "-ws" in offer)


@dataclass(frozen=True)
class Machine:
    """What a VM's properties and a scale set's ``virtualMachineProfile`` have in common.

    Attributes:
        body: the object that holds osProfile, storageProfile, securityProfile and so on.
        mode: the set's mode, or None for a standalone VM.
        name: of the set or the VM.
        zones: zones of the envelope.
        size: VM size.
        ultra_enabled: additionalCapabilities.ultraSSDEnabled of the envelope (VM, set or profile).
        path: prefix of reported targets.
        update: the machine exists: passwords, which are never read back, may be left out.
        mix: the sizes of an instance mix, empty where there is one size.
        lookup: finds referenced resources.
    """

    body: Body
    mode: Mode | None
    name: str
    zones: tuple[str, ...] = ()
    size: str = ""
    ultra_enabled: bool = False
    path: str = ""
    update: bool = False
    mix: tuple[str, ...] = ()
    lookup: Lookup = nothing

    def at(self, member: str) -> str:
        """The reported path of a member, e.g. ``virtualMachineProfile.osProfile.adminUsername``."""
        return f"{self.path}.{member}" if self.path else member

    def get(self, path: str) -> Any:
        """The value at a dotted path of the machine model."""
        return dig(self.body, path)

    def items(self, path: str) -> list[Body]:
        """The objects of a list of the machine model."""
        return items(self.body, path)

    @property
    def windows(self) -> bool:
        """Whether the model describes a Windows machine: by its configuration, its disk, or its marketplace image."""
        if self.get("osProfile.windowsConfiguration") is not None:
            return True
        kind = str(self.get("storageProfile.osDisk.osType") or "").lower()
        if kind or self.get("osProfile.linuxConfiguration") is not None:
            return kind == "windows"
        return windows_image(self.get("storageProfile.imageReference"))

    @cached_property
    def os_state(self) -> str:
        """``Generalized`` or ``Specialized``, ``""`` where the image's own resource would have to say and is not here.

        Marketplace images are generalized. A gallery image says it itself (``osState``), so does a managed image.
        """
        if self.get("storageProfile.imageReference.publisher"):
            return "Generalized"
        found = str(self.get("storageProfile.imageReference.id") or "")
        body = self.lookup(found.lower().partition("/versions/")[0]) if found else None
        state = dig(body, "properties.osState") or dig(body, "properties.storageProfile.osDisk.osState")
        return str(state or "")

    @property
    def spot(self) -> bool:
        """Whether the machine runs on spare capacity."""
        return self.get("priority") in SPARE_PRIORITIES

    @property
    def sizes(self) -> tuple[str, ...]:
        """The size, or all sizes of an instance mix."""
        return self.mix or (self.size,)

    @property
    def ultra(self) -> bool:
        """Whether one of the data disks is an ultra disk."""
        disks = self.items("storageProfile.dataDisks")
        return any(dig(disk, "managedDisk.storageAccountType") == "UltraSSD_LRS" for disk in disks)

    @property
    def ephemeral(self) -> bool:
        """Whether the OS disk is on the host."""
        return bool(self.get("storageProfile.osDisk.diffDiskSettings.option") == "Local")


@dataclass(frozen=True)
class SetRequest:
    """A PUT of a scale set, or the whole body that a PATCH leads to.

    Attributes:
        name: of the set.
        body: the ARM body as it would be stored.
        before: the stored body, None when the set is new.
        api_version: of the request.
        lookup: finds referenced resources.
        running: how many instances are not deallocated.
    """

    name: str
    body: Body
    before: Body | None = None
    api_version: str = "2026-04-01"
    lookup: Lookup = nothing
    running: int = 0

    @cached_property
    def properties(self) -> Body:
        """The set's properties."""
        return self.body.get("properties") or {}

    @cached_property
    def profile(self) -> Body | None:
        """``virtualMachineProfile``, None on a Flexible set of explicit VMs."""
        found = self.properties.get(_PREFIX)
        return found if isinstance(found, dict) else None

    @cached_property
    def mode(self) -> Mode:
        """Orchestration mode; ARM's default is Uniform."""
        return "Flexible" if self.properties.get("orchestrationMode") == "Flexible" else "Uniform"

    @property
    def flexible(self) -> bool:
        """Whether the set is Flexible."""
        return self.mode == "Flexible"

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """Availability zones of the set, in the order given."""
        return tuple(str(zone) for zone in self.body.get("zones") or ())

    @cached_property
    def size(self) -> str:
        """``sku.name``."""
        return str(dig(self.body, "sku.name") or "")

    @cached_property
    def automatic_zones(self) -> bool:
        """Whether Azure chooses the zones (``placement.zonePlacementPolicy``)."""
        return bool(dig(self.body, "placement.zonePlacementPolicy") == "Auto")

    @property
    def zonal(self) -> bool:
        """Whether the instances are in zones, chosen by the caller or by Azure."""
        return bool(self.zones) or self.automatic_zones

    @cached_property
    def mix(self) -> tuple[str, ...]:
        """The sizes of ``skuProfile``."""
        return tuple(str(size.get("name") or "") for size in items(self.properties, "skuProfile.vmSizes"))

    @property
    def capacity(self) -> Any:
        """``sku.capacity`` as it was sent."""
        return dig(self.body, "sku.capacity")

    @cached_property
    def machine(self) -> Machine:
        """The set's profile as a machine model (an empty one where there is none)."""
        ultra = bool(dig(self.properties, "additionalCapabilities.ultraSSDEnabled"))
        return Machine(
            body=self.profile or {},
            mode=self.mode,
            name=self.name,
            zones=self.zones,
            size=self.size,
            ultra_enabled=ultra,
            path=_PREFIX,
            update=self.before is not None and dig(self.before, f"properties.{_PREFIX}") is not None,
            mix=self.mix,
            lookup=self.lookup,
        )

    @cached_property
    def extensions(self) -> list[Body]:
        """Extensions of the profile."""
        return items(self.profile, "extensionProfile.extensions")

    @cached_property
    def nics(self) -> list[Body]:
        """NIC configurations of the profile, each with name and properties."""
        return items(self.profile, "networkProfile.networkInterfaceConfigurations")

    @property
    def probe(self) -> str | None:
        """Id of the load-balancer probe that reports health (Uniform)."""
        found = dig(self.profile, "networkProfile.healthProbe.id")
        return str(found) if found else None

    @cached_property
    def health_sources(self) -> tuple[str, ...]:
        """What reports the instances' health, in words: the extension, on Uniform a probe, or the external health API.

        ``externalHealthPolicy`` came with the SDK of api-version 2025-11-01.
        """
        external = dig(self.properties, "externalHealthPolicy.enabled") is True
        found = (
            ("the Application Health extension", has_health_extension(self.extensions)),
            ("a health probe", not self.flexible and self.probe is not None),
            ("externalHealthPolicy", external),
        )
        return tuple(name for name, there in found if there)

    @property
    def has_health_signal(self) -> bool:
        """Whether something reports the instances' health."""
        return bool(self.health_sources)

    @cached_property
    def service_fabric(self) -> Body | None:
        """The properties of the Service Fabric extension, None where the set is no cluster's node type."""
        for item in self.extensions:
            properties = item.get("properties") or {}
            if str(properties.get("publisher", "")).lower() == SERVICE_FABRIC_PUBLISHER:
                return dict(properties)
        return None


_FAMILY = re.compile(r"^(?:Standard|Basic)_([A-Z]+)", re.IGNORECASE)


def family(size: str) -> str:
    """Letters of a size's series: ``Standard_DC2s_v3`` -> ``DC``; empty when the name is not a size."""
    match = _FAMILY.match(size)
    return match.group(1).upper() if match else ""
