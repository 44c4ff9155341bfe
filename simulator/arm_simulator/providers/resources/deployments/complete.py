"""What the mode Complete deletes: the resources of the group that the template does not have.

Resources that machines and sets created for themselves are deleted with their owner and are not in the list: managed
disks, the machines of a Flexible set, their interfaces and addresses.

https://learn.microsoft.com/azure/azure-resource-manager/templates/deployment-modes
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from arm_simulator.core import ids
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.store import Resource

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

_GROUP = ids.RESOURCE_GROUP_TYPE.lower()
_CHAIN = (
    "microsoft.compute/virtualmachines",
    "microsoft.network/networkinterfaces",
    "microsoft.network/publicipaddresses",
)
"""The machine of a set owns its interfaces, which own their addresses."""


def others(ctx: Context, deployment: ResourceId, kept: Collection[str]) -> list[ResourceId]:
    """The top-level resources of a deployment's group that must be deleted.

    Args:
        ctx: The request.
        deployment: The deployment.
        kept: The keys of what its template has.
    """
    rows = ctx.store.list(subscription=deployment.subscription, group=deployment.resource_group)
    owned = _owned(ctx, rows)
    return [
        row.id
        for row in rows
        if _is_top(ctx, row) and row.id.key not in kept and row.id.key not in owned and not row.body.get("managedBy")
    ]


def _is_top(ctx: Context, row: Resource) -> bool:
    kind = ctx.registry.find(row.id.type)
    return kind is not None and kind.tracked and not kind.is_child and row.id.type_key != _GROUP


def _owned(ctx: Context, rows: list[Resource]) -> set[str]:
    """The keys of the machines that sets made, of their interfaces, and of those interfaces' addresses."""
    owned = {row.id.key for row in rows if row.runtime.get("implicit")}
    for kind in _CHAIN[1:]:
        owned |= {
            row.id.key
            for row in rows
            if row.id.type_key == kind and any(each.source in owned for each in ctx.store.referrers(row.id))
        }
    return owned
