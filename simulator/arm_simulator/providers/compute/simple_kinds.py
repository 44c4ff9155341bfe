"""Types of Microsoft.Compute that scale sets and VMs refer to: created, listed, and kept while they are in use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from arm_simulator.core import errors, schema
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Registry, ResourceKind
from arm_simulator.core.store import Resource

from . import disks
from .common import INSTANCE, VM, Body, check_references
from .rules.problem import dig
from .virtual_machines import complete_identity

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

_NAMESPACE = "Microsoft.Compute"


class ReferredKind(ResourceKind):
    """A declared resource that cannot be deleted while something refers to it."""

    defaults: ClassVar[Body] = {}

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:
        """Check that references exist; fill in defaults."""
        body["properties"] = {**self.defaults, **(body.get("properties") or {})}
        if "encryptionset" not in self.type_key:
            check_references(ctx, rid, body)
        complete_identity(body, rid)
        body = super().prepare_put(ctx, rid, body, existing)
        if not self._has_state():
            del body["properties"]["provisioningState"]
        return body

    def _has_state(self) -> bool:
        """Whether the type has a provisioning state: groups of machines have none, and refuse one in a body."""
        inner = schema.members(self.model or "")["properties"].lstrip("-!@")
        return "provisioningState" in schema.members(f"compute.{inner}")

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """Raise while VMs, sets or disks refer to it, or children are left."""
        users = sorted({reference.source for reference in ctx.store.referrers(resource.id, inner=True)})
        children = [child.id.path for child in ctx.store.below(resource.id) if child.id.is_nested]
        if users or children:
            raise errors.operation_not_allowed(
                f"Resource '{resource.id.path}' of type '{self.type}' cannot be deleted while it is in use by: "
                f"{', '.join((users + children)[:10])}."
            )


def _declare(path: str, model: str, **attributes: object) -> ReferredKind:
    members = {
        "__doc__": f"``{_NAMESPACE}/{path}``.",
        "type": f"{_NAMESPACE}/{path}",
        "model": f"compute.{model}",
        "graph_table": "resources",
        **attributes,
    }
    kind: ReferredKind = type(f"{model}Kind", (ReferredKind,), members)()
    return kind


class SnapshotKind(ReferredKind):
    """``Microsoft.Compute/snapshots``."""

    type = f"{_NAMESPACE}/snapshots"
    model = "compute.Snapshot"
    graph_table = "resources"
    created_status = 202

    def __init__(self) -> None:
        super().__init__()
        self.actions.update(disks.access_actions())


class RunCommandKind(ResourceKind):
    """Run commands as resources: the script is stored but not run; the final state shows that it was accepted."""

    tracked = False

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:
        """The machine has to run, the command needs a source."""
        assert rid.parent is not None
        machine = ctx.require(rid.parent)
        if machine.runtime.get("power") != "running":
            raise errors.operation_not_allowed("Cannot modify extensions in the VM when the VM is not running.")
        if existing is None and not dig(body, "properties.source"):
            raise errors.invalid_parameter("Required parameter 'source' is missing (null).", "source")
        body.get("properties", {}).pop("protectedParameters", None)  # never shown again
        ctx.runtime["endTime"] = ctx.now
        return super().prepare_put(ctx, rid, body, existing)

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """With ``$expand=instanceView`` how it ended: well, unless the script's last line is ``exit N``."""
        body = super().render(ctx, resource, expand)
        if "instanceview" in expand:
            lines = str(dig(body, "properties.source.script") or "").strip().splitlines() or [""]
            word, _, number = lines[-1].strip().partition(" ")
            code = int(number) if word == "exit" and number.isdigit() else 0
            view = {
                "executionState": "Failed" if code else "Succeeded",
                "exitCode": code,
                "output": f"{len(lines)} lines accepted",
                "error": "",
                "endTime": resource.runtime.get("endTime"),
            }
            body["properties"] = {**body["properties"], "instanceView": view}
        return body


class VmRunCommandKind(RunCommandKind):
    """``Microsoft.Compute/virtualMachines/runCommands``."""

    type = f"{VM}/runCommands"
    model = "compute.VirtualMachineRunCommand"
    patch_model = "compute.VirtualMachineRunCommandUpdate"


class InstanceRunCommandKind(RunCommandKind):
    """``virtualMachineScaleSets/virtualMachines/runCommands``."""

    type = f"{INSTANCE}/runCommands"
    model = "compute.VirtualMachineRunCommand"
    patch_model = "compute.VirtualMachineRunCommandUpdate"


def register(registry: Registry) -> None:
    """Add the declared kinds."""
    registry.add(
        VmRunCommandKind(),
        InstanceRunCommandKind(),
        _declare(
            "proximityPlacementGroups",
            "ProximityPlacementGroup",
            long_running=frozenset(),
            defaults={"proximityPlacementGroupType": "Standard"},
        ),
        _declare("hostGroups", "DedicatedHostGroup", long_running=frozenset()),
        _declare("hostGroups/hosts", "DedicatedHost"),
        _declare("capacityReservationGroups", "CapacityReservationGroup", long_running=frozenset()),
        _declare("capacityReservationGroups/capacityReservations", "CapacityReservation"),
        _declare("diskEncryptionSets", "DiskEncryptionSet"),
        _declare("galleries", "Gallery"),
        _declare("galleries/images", "GalleryImage"),
        _declare("galleries/images/versions", "GalleryImageVersion"),
        _declare("images", "Image"),
        SnapshotKind(),
        _declare("sshPublicKeys", "SshPublicKeyResource", long_running=frozenset()),
    )
