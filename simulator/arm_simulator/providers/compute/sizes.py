"""VM sizes: what the simulated regions offer, and facts about well-known sizes, in the form of ``az vm list-skus``.

``size_facts.json`` is dated and names its source. An unknown size is never judged: :func:`fact` gives None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DEFAULT_LOCATION = "westeurope"
"""The region of a list of SKUs that names none."""
_FACTS = Path(__file__).with_name("size_facts.json")
_COUNTS = {
    "Standard_B1ls": (1, 512, 2),
    "Standard_B1s": (1, 1024, 2),
    "Standard_B2s": (2, 4096, 4),
    "Standard_D2s_v3": (2, 8192, 4),
    "Standard_D4s_v3": (4, 16384, 8),
    "Standard_D8s_v3": (8, 32768, 16),
    "Standard_D2s_v5": (2, 8192, 4),
    "Standard_D4s_v5": (4, 16384, 8),
    "Standard_D8s_v5": (8, 32768, 16),
    "Standard_D2ps_v5": (2, 8192, 4),
    "Standard_E2s_v5": (2, 16384, 4),
    "Standard_E4s_v5": (4, 32768, 8),
    "Standard_F2s_v2": (2, 4096, 4),
    "Standard_F4s_v2": (4, 8192, 8),
    "Standard_L8s_v3": (8, 65536, 16),
    "Standard_M8ms": (8, 223232, 8),
    "Standard_NC4as_T4_v3": (4, 28672, 8),
}
"""Cores, memory and most data disks of the sizes in size lists."""


@dataclass(frozen=True)
class SizeFact:
    """What is known about a size.

    Attributes:
        name: as Azure spells it.
        family: of the quota, ``standardDSv5Family``.
        capabilities: those of ``az vm list-skus``, name and value as text.
    """

    name: str
    family: str
    capabilities: dict[str, str]

    @property
    def premium(self) -> bool:
        """Whether the size takes Premium SSD disks."""
        return self.capabilities["PremiumIO"] == "True"

    @property
    def local_disk(self) -> bool:
        """Whether the size has a local temporary disk."""
        return self.capabilities["MaxResourceVolumeMB"] != "0"

    @property
    def ephemeral(self) -> bool | None:
        """Whether the host has a place for an ephemeral OS disk; None where only its cache could be one."""
        said = self.capabilities.get("EphemeralOSDiskSupported")
        return None if said is None else said == "True"

    @property
    def architecture(self) -> str:
        """``x64`` or ``Arm64``."""
        return self.capabilities["CpuArchitectureType"]

    @property
    def controllers(self) -> frozenset[str]:
        """Disk controllers, empty where they are not known."""
        return frozenset(filter(None, self.capabilities.get("DiskControllerTypes", "").split(",")))

    @property
    def accelerated_disks(self) -> int:
        """How many disks may have Write Accelerator on."""
        return int(self.capabilities.get("MaxWriteAcceleratorDisksAllowed", "0"))


@cache
def _facts() -> dict[str, SizeFact]:
    document: dict[str, Any] = json.loads(_FACTS.read_text(encoding="utf-8"))
    found = [fact for family in document["families"] for fact in _expand(family)]
    return {fact.name.lower(): fact for fact in found}


def _expand(family: dict[str, Any]) -> list[SizeFact]:
    vcpus: Any = family["vCPUs"]
    table: dict[str, int] = vcpus if isinstance(vcpus, dict) else {str(number): number for number in vcpus}
    return [
        SizeFact(family["name"].format(part), family["family"], _capabilities(family, part, cores))
        for part, cores in table.items()
    ]


def _capabilities(family: dict[str, Any], part: str, cores: int) -> dict[str, str]:
    def amount(member: str) -> float | None:
        value = family.get(member)
        if isinstance(value, dict):
            return float(value[part])
        return None if value is None else float(value) * cores

    memory, temporary = amount("MemoryGB"), amount("temporaryGB")
    accelerated = family.get("MaxWriteAcceleratorDisksAllowed", {}).get(part)
    ephemeral = family.get("EphemeralOSDiskSupported", True if temporary and family["PremiumIO"] else None)
    found = {
        "vCPUs": str(cores),
        "MemoryGB": None if memory is None else f"{memory:g}",
        "MaxResourceVolumeMB": str(round((temporary or 0) * 1024)),
        "PremiumIO": str(family["PremiumIO"]),
        "CpuArchitectureType": family.get("CpuArchitectureType", "x64"),
        "HyperVGenerations": family["HyperVGenerations"],
        "AcceleratedNetworkingEnabled": str(family["AcceleratedNetworkingEnabled"]),
        "EphemeralOSDiskSupported": None if ephemeral is None else str(ephemeral),
        "DiskControllerTypes": family.get("DiskControllerTypes", "SCSI") or None,
        "MaxWriteAcceleratorDisksAllowed": None if accelerated is None else str(accelerated),
    }
    return {name: value for name, value in found.items() if value is not None}


def fact(size: str) -> SizeFact | None:
    """What is known about a size, None for an unknown one."""
    return _facts().get(size.lower())


def families() -> list[str]:
    """The families of the known sizes, by which quotas are counted."""
    return sorted({found.family for found in _facts().values()})


def default_disk_type(sizes: Iterable[str]) -> str:
    """The type of a disk that names none: premium, unless a size is known not to take it."""
    known = [fact(size) for size in sizes]
    return "Standard_LRS" if any(found and not found.premium for found in known) else "Premium_LRS"


def resource_skus(location: str) -> list[dict[str, Any]]:
    """The known sizes as ``Microsoft.Compute/skus`` lists them for a region."""
    return [
        {
            "resourceType": "virtualMachines",
            "name": found.name,
            "tier": found.name.partition("_")[0],
            "size": found.name.partition("_")[2],
            "family": found.family,
            "locations": [location],
            "locationInfo": [{"location": location, "zones": ["1", "2", "3"], "zoneDetails": []}],
            "capabilities": [{"name": name, "value": value} for name, value in found.capabilities.items()],
            "restrictions": [],
        }
        for found in _facts().values()
    ]


_LOCATION = re.compile(r"\s*location\s+eq\s+'([A-Za-z0-9 ]+)'\s*", re.IGNORECASE)


def location_of(text: str) -> str | None:
    """The region in a ``$filter`` of the SKU list, None when the filter is not the documented one."""
    match = _LOCATION.fullmatch(text)
    return match[1].replace(" ", "").lower() if match else None


def vm_sizes() -> list[dict[str, Any]]:
    """The sizes as ``vmSizes`` lists them."""
    return [
        {
            "name": name,
            "numberOfCores": cores,
            "memoryInMB": memory,
            "maxDataDiskCount": disks,
            "osDiskSizeInMB": 1047552,
            "resourceDiskSizeInMB": 0,
        }
        for name, (cores, memory, disks) in _COUNTS.items()
    ]


def scale_set_skus(maximum: int, *, flexible: bool) -> list[dict[str, Any]]:
    """The SKUs as a scale set's ``skus`` lists them."""
    return [
        {
            "resourceType": "Microsoft.Compute/virtualMachineScaleSets",
            "sku": {"name": name, "tier": "Standard"},
            "capacity": {"minimum": 0, "maximum": maximum, "defaultCapacity": 1, "scaleType": "Automatic"},
        }
        for name in _COUNTS
        if not (flexible and name == "Standard_B1ls")
    ]
