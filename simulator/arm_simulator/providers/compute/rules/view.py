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
HEALTH_PUBLISHER = "microsoft.managedservices"
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
    """

    body: Body
    mode: Mode | None
    name: str
    zones: tuple[str, ...] = ()
    size: str = ""
    ultra_enabled: bool = False
    path: str = ""
    update: bool = False

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
        """Whether the model describes a Windows machine."""
        return self.get("osProfile.windowsConfiguration") is not None or (
            str(self.get("storageProfile.osDisk.osType") or "").lower() == "windows"
        )

    @property
    def spot(self) -> bool:
        """Whether the machine runs on spare capacity (``Low`` is the old name of Spot)."""
        return self.get("priority") in {"Spot", "Low"}


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

    @property
    def has_health_signal(self) -> bool:
        """Whether an extension or, on Uniform, a probe reports the instances' health."""
        return has_health_extension(self.extensions) or (not self.flexible and self.probe is not None)


_FAMILY = re.compile(r"^(?:Standard|Basic)_([A-Z]+)", re.IGNORECASE)


def family(size: str) -> str:
    """Letters of a size's series: ``Standard_DC2s_v3`` -> ``DC``; empty when the name is not a size."""
    match = _FAMILY.match(size)
    return match.group(1).upper() if match else ""
