"""The VM sizes that the simulated regions offer, enough for size lists and scale-set SKUs."""

from __future__ import annotations

from typing import Any

_SIZES = {
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
        for name, (cores, memory, disks) in _SIZES.items()
    ]


def scale_set_skus(maximum: int, *, flexible: bool) -> list[dict[str, Any]]:
    """The SKUs as a scale set's ``skus`` lists them."""
    return [
        {
            "resourceType": "Microsoft.Compute/virtualMachineScaleSets",
            "sku": {"name": name, "tier": "Standard"},
            "capacity": {"minimum": 0, "maximum": maximum, "defaultCapacity": 1, "scaleType": "Automatic"},
        }
        for name in _SIZES
        if not (flexible and name == "Standard_B1ls")
    ]
