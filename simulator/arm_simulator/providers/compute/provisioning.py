"""Extensions of machines that a scale set made: created from the profile, in its order."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING

from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.store import Resource

from .common import Body, extensions_of
from .rules.extension import provisioning_order
from .rules.problem import dig

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context


_QUOTA = frozenset({"OperationNotAllowed", "QuotaExceeded"})


def allocation_failure(ctx: Context, of: ResourceId) -> ArmError | None:
    """Why the next machine is not allocated, where a test wants that; None: it is.

    Args:
        ctx: the request.
        of: the set whose profile it is made from, or the machine itself.

    Raises:
        ArmError: 409, at once and with no effect: Azure checks the quota of a subscription before it accepts a request.
    """
    failure = ctx.allocate(of.path) if ctx.allocate else None
    if failure is not None and failure.code in _QUOTA:
        raise failure
    return failure


def not_allocated(machine: Resource, failure: ArmError) -> None:
    """Make a machine one that was accepted and got no host: it exists, as Failed, and never ran.

    Both modes keep such an instance. The cluster autoscaler for AKS finds them by provisioning state and deletes them.
    """
    machine.properties["provisioningState"] = "Failed"
    machine.runtime.update(power="deallocated", bootCount=0, failed={"code": failure.code, "message": failure.message})


def provision(ctx: Context, machine: Resource, extensions: Sequence[Body]) -> None:
    """Create the extension resources of a machine that a set made, in the order of provisionAfterExtensions.

    Args:
        ctx: the request.
        machine: the new VM or instance.
        extensions: of the set's profile, each with name and properties.
    """
    by_name = {str(item.get("name")): item for item in extensions}
    after = {name: list(dig(item, "properties.provisionAfterExtensions") or ()) for name, item in by_name.items()}
    for order, name in enumerate(provisioning_order(after) or list(by_name)):
        properties = copy.deepcopy(by_name[name].get("properties") or {})
        properties.pop("protectedSettings", None)
        properties["provisioningState"] = "Succeeded"
        rid = machine.id.child("extensions", name)
        row = Resource(rid, {"location": machine.body.get("location"), "properties": properties}, {"order": order})
        ctx.save(row)


def synchronise(ctx: Context, machine: Resource, extensions: Sequence[Body]) -> None:
    """Update a machine's extensions to the profile's: those that left the profile are deleted, the others rewritten."""
    wanted = {str(item.get("name")).lower() for item in extensions}
    for row in extensions_of(ctx, machine.id):
        if row.id.name.lower() not in wanted and "order" in row.runtime:
            ctx.store.delete(row.id)
    provision(ctx, machine, extensions)
