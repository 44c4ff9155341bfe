"""What hibernation excludes: the limitations on Microsoft's page "Hibernation for Azure virtual machines" (2025-10)."""

from __future__ import annotations

from collections.abc import Iterator

from .problem import Body, Problem, dig, invalid
from .view import Machine, SetRequest
from .vm import VmRequest

_TARGET = "additionalCapabilities.hibernationEnabled"
_MANAGED_IMAGES = "/providers/microsoft.compute/images/"


def of_sets(request: SetRequest) -> Iterator[Problem]:
    """A set's instances: Uniform sets have no hibernation at all, which is a separate rule."""
    if request.flexible:
        yield from _excluded(request.properties, request.machine)


def of_machines(request: VmRequest) -> Iterator[Problem]:
    """A virtual machine."""
    yield from _excluded(request.properties, request.machine)


def _excluded(properties: Body, machine: Machine) -> Iterator[Problem]:
    if dig(properties, _TARGET) is not True:
        return
    image = str(machine.get("storageProfile.imageReference.id") or "").lower()
    for name, there in (
        ("ephemeral OS disks", machine.get("storageProfile.osDisk.diffDiskSettings.option") == "Local"),
        ("priority 'Spot'", machine.spot),
        ("a capacity reservation", machine.get("capacityReservation.capacityReservationGroup.id") is not None),
        ("managed images", _MANAGED_IMAGES in image),
    ):
        if there:
            yield invalid(_TARGET, f"Hibernation is not supported together with {name}.")
