"""``Microsoft.Compute/availabilitySets``: virtual machines in one region, spread over fault and update domains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from arm_simulator.core import errors
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.store import Resource

from . import availability_migration as migration
from .common import Body
from .rules.problem import check_range
from .simple_kinds import ReferredKind
from .sizes import vm_sizes

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context


class AvailabilitySetKind(ReferredKind):
    """An availability set. ``runtime`` holds the scale set that its machines are migrated to, while they are."""

    type = migration.AVAILABILITY_SET
    model = "compute.AvailabilitySet"
    patch_model = "compute.AvailabilitySetUpdate"
    graph_table = "resources"
    long_running = frozenset()
    created_status = 200
    derived = frozenset({"virtualMachines"})
    defaults: ClassVar[Body] = {"platformFaultDomainCount": 2, "platformUpdateDomainCount": 5}

    def __init__(self) -> None:
        super().__init__()
        self.views["vmsizes"] = lambda ctx, resource: {"value": vm_sizes()}  # noqa: ARG005 - the hook's shape
        self.actions.update(migration.set_actions())

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:
        """Check the numbers of domains: 1 to 3 fault domains, 1 to 20 update domains; nothing while it is migrated."""
        if existing is not None:
            migration.refuse_while_migrating(existing, "availabilitySets.PUT")
        body = super().prepare_put(ctx, rid, body, existing)
        properties = body["properties"]
        for member in self.derived:
            properties.pop(member, None)
        for member, most in (("platformFaultDomainCount", 3), ("platformUpdateDomainCount", 20)):
            for problem in check_range(member, properties.get(member), 1, most):
                raise errors.invalid_parameter(problem.message, problem.target)
        body.setdefault("sku", {"name": "Classic"})
        return body

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """An availability set with the ids of its machines, and with where they are migrated to."""
        body = super().render(ctx, resource, expand)
        machines = [{"id": _spelled(each.id)} for each in migration.machines_of(ctx, resource.id)]
        body["properties"] = {**resource.properties, "virtualMachines": machines}
        target = migration.target_of(resource)
        if target:
            info = {"migrateToVirtualMachineScaleSet": {"id": target}}
            body["properties"]["virtualMachineScaleSetMigrationInfo"] = info
        return body


def _spelled(machine: ResourceId) -> str:
    """A machine's id as availability sets have always shown it: group and name in capitals."""
    parts = machine.path.split("/")
    return "/".join(part.upper() if index in _IN_CAPITALS else part for index, part in enumerate(parts))


_IN_CAPITALS = frozenset({4, 8})
"""The places of the resource group and the machine in an id."""
