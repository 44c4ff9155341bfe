"""Leaves that do not need a separate argument, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi_azure_scaleset.plan import tokens


@dataclass(frozen=True)
class Reason:
    """Why some leaves are left out.

    Attributes:
        text: The reason.
        roots: The leaves, or the objects that they are in.
    """

    text: str
    roots: tuple[str, ...]

    def covers(self, leaf: str) -> bool:
        """Whether the reason is about a leaf."""
        return any(leaf == root or leaf.startswith(f"{root}.") for root in self.roots)


REASONS: Mapping[str, tuple[Reason, ...]] = {
    tokens.VIRTUAL_MACHINE: (
        Reason(
            "the machine's interfaces are separate resources, with arguments",
            ("networkProfile.networkApiVersion", "networkProfile.networkInterfaceConfigurations"),
        ),
        Reason(
            "the set in place of an availability set, and a host in place of its group",
            ("availabilitySet", "hostGroup"),
        ),
        Reason(
            "unmanaged disks, retired in March 2026",
            (
                "storageProfile.osDisk.vhd",
                "storageProfile.osDisk.image",
                "storageProfile.dataDisks.vhd",
                "storageProfile.dataDisks.image",
            ),
        ),
        Reason("Azure Disk Encryption by its extension, as for sets", ("storageProfile.osDisk.encryptionSettings",)),
    ),
    tokens.VM_EXTENSION: (Reason("what Azure reports, not what is asked for", ("instanceView",)),),
    tokens.INBOUND_NAT_RULE: (Reason("the resource's own id and name", ("id", "name")),),
}
"""The reasons, by type. A scale set has none: all of its leaves are counted."""
