"""The scale set of an operation, and the ids that follow from it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scaleset_operations.errors import UsageError

_ID = re.compile(
    r"^/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)"
    r"/providers/Microsoft\.Compute/virtualMachineScaleSets/(?P<name>[^/]+)/?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Target:
    """One scale set.

    Attributes:
        subscription: The subscription's id, a GUID.
        resource_group: The resource group's name.
        name: The scale set's name.
    """

    subscription: str
    resource_group: str
    name: str

    @property
    def group_id(self) -> str:
        """The resource group's ARM id."""
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"

    @property
    def id(self) -> str:
        """The scale set's ARM id."""
        return f"{self.group_id}/providers/Microsoft.Compute/virtualMachineScaleSets/{self.name}"

    def instance_id(self, instance: str) -> str:
        """The ARM id of a scale-set VM (``virtualMachineScaleSets/virtualMachines``)."""
        return f"{self.id}/virtualMachines/{instance}"

    def machine_id(self, machine: str) -> str:
        """The ARM id of a virtual machine in the set's resource group (Flexible instances)."""
        return f"{self.group_id}/providers/Microsoft.Compute/virtualMachines/{machine}"


def is_scale_set_id(text: object) -> bool:
    """Whether ``text`` is the ARM id of a scale set."""
    return isinstance(text, str) and _ID.match(text) is not None


def parse_target(resource_id: str) -> Target:
    """The target that an ARM id names.

    Raises:
        UsageError: It is not the id of a scale set.
    """
    match = _ID.match(resource_id.strip())
    if match is None:
        raise UsageError(
            f"{resource_id!r} is not the id of a scale set; expected /subscriptions/<id>/resourceGroups/<group>"
            "/providers/Microsoft.Compute/virtualMachineScaleSets/<name>."
        )
    return Target(match["subscription"], match["group"], match["name"])


def same_id(left: str, right: str) -> bool:
    """Whether two ARM ids name the same resource: ARM ignores case and a trailing slash."""
    return left.rstrip("/").lower() == right.rstrip("/").lower()


def last_segment(resource_id: str) -> str:
    """The name at the end of an ARM id."""
    return resource_id.rstrip("/").rsplit("/", 1)[-1]
