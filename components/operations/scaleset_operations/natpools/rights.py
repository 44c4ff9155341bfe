"""Whether the caller may do what a migration does, asked of Azure before anything is changed.

"Permissions - List For Resource" has what roles grant; deny assignments and Azure Policy it does not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from scaleset_operations.azure import Azure
from scaleset_operations.errors import AzureError

_VERSION = "2022-04-01"
_NOT_ASKED = frozenset({403, 404})
"""Asking is not allowed, or this Azure (a private cloud) has no such answer."""
BALANCER = ("Microsoft.Network/loadBalancers/write",)
SET = (
    "Microsoft.Compute/virtualMachineScaleSets/write",
    "Microsoft.Compute/virtualMachineScaleSets/manualUpgrade/action",
)
INSTANCE = ("Microsoft.Compute/virtualMachineScaleSets/virtualMachines/write",)
"""What each needs; for instances where protection is lifted."""


def lacking(permissions: Iterable[Mapping[str, Any]], operations: Iterable[str]) -> list[str]:
    """Those operations that no permission grants.

    Args:
        permissions: Each grants its ``actions`` except its ``notActions``; ``*`` matches anything.
        operations: The operations that are needed.
    """
    known = list(permissions)
    return [each for each in operations if not any(_grants(one, each) for one in known)]


def _grants(permission: Mapping[str, Any], operation: str) -> bool:
    return _in(permission.get("actions"), operation) and not _in(permission.get("notActions"), operation)


def _in(patterns: object, operation: str) -> bool:
    found = patterns if isinstance(patterns, list) else []
    return any(fnmatchcase(operation.lower(), str(each).lower()) for each in found)


async def read_lacking(azure: Azure, identity: str, operations: Iterable[str]) -> list[str] | None:
    """The operations on a resource that the caller has no permission for; None: Azure does not say.

    Raises:
        AzureError: Azure refused for another reason than that asking is not allowed.
    """
    try:
        found = await azure.read_list(f"{identity}/providers/Microsoft.Authorization/permissions", _VERSION)
    except AzureError as error:
        if error.status not in _NOT_ASKED:
            raise
        return None
    return lacking(found, operations)
