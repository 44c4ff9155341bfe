"""``virtualMachineScaleSets/virtualMachines``: Uniform instances, and the set's view of a Flexible set's member VMs."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING

from arm_simulator.core import errors
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Action, ResourceKind
from arm_simulator.core.store import Resource

from . import disks, machine_actions, rolling, upgrades, views
from .common import INSTANCE, VM, Body, extensions_of, is_flexible, members, refuse
from .rules.problem import Problem, change_not_allowed, dig, invalid, same

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

PROTECTION_UNIFORM = "2019-03-01"
PROTECTION_FLEXIBLE = "2023-09-01"
_FIXED = ("osProfile.computerName", "osProfile.adminUsername", "storageProfile.imageReference")


class InstanceKind(ResourceKind):
    """An instance. ``load`` of a Flexible set's instance gives the VM itself, so that actions reach it."""

    type = INSTANCE
    model = "compute.VirtualMachineScaleSetVM"
    tracked = False
    etag = "header"
    verbs = frozenset({"GET", "PUT", "DELETE"})

    def __init__(self) -> None:
        super().__init__()
        self.actions.update(machine_actions.instance_actions())
        self.actions["approverollingupgrade"] = Action(_approve)
        self.views["instanceview"] = _instance_view

    def load(self, ctx: Context, rid: ResourceId) -> Resource | None:
        """The instance, or the member VM of that name."""
        found = ctx.store.get(rid)
        if found is not None or rid.parent is None:
            return found
        if not is_flexible(ctx.store.get(rid.parent)):
            return None
        vm = ctx.store.get(rid.parent.sibling(VM, rid.name))
        belongs = vm is not None and same(dig(vm.properties, "virtualMachineScaleSet.id"), rid.parent.path)
        return vm if belongs else None

    def load_children(self, ctx: Context, parent: ResourceId, after: int, limit: int) -> Sequence[Resource]:
        """A page of instances; those of a Flexible set carry their VM's id."""
        if not is_flexible(ctx.store.get(parent)):
            return ctx.store.list(type=INSTANCE, parent=parent, after=after, limit=limit)
        return [
            Resource(
                id=parent.child("virtualMachines", vm.id.name),
                body=vm.body,
                runtime={**vm.runtime, "virtualMachine": vm.id.path},
                created=vm.created,
                changed=vm.changed,
                seq=vm.seq,
            )
            for vm in members(ctx, parent, after, limit)
        ]

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """An instance with its place in the set; ``$expand`` adds the instance view and the user data."""
        listed = resource.runtime.get("virtualMachine")
        vm_id = listed or (resource.id.path if resource.id.type_key == VM.lower() else None)
        scale_set = _set_of(ctx, resource)
        body: Body = {"id": resource.id.path, "name": resource.id.name, "type": INSTANCE, **resource.body}
        properties = body["properties"] = dict(resource.properties)
        body["instanceId"] = resource.id.name
        if vm_id is None and scale_set is not None:
            body["name"] = f"{scale_set.id.name}_{resource.id.name}"
        if vm_id is not None:
            body.setdefault("sku", {"name": dig(properties, "hardwareProfile.vmSize"), "tier": "Standard"})
            body["id"] = listed or (
                scale_set.id.child("virtualMachines", resource.id.name).path if scale_set else vm_id
            )
            if ctx.api_version >= "2025-11-01":
                properties["virtualMachineResourceId"] = vm_id
        if scale_set is not None and not upgrades.has_own_model(resource):
            properties["latestModelApplied"] = upgrades.is_latest(scale_set, resource)
        if resource.runtime.get("protectionPolicy"):
            properties["protectionPolicy"] = resource.runtime["protectionPolicy"]
        self._expand(ctx, resource, body, expand, vm_id)
        return body

    def _expand(self, ctx: Context, resource: Resource, body: Body, expand: Sequence[str], vm_id: str | None) -> None:
        properties = body["properties"]
        if "userdata" not in expand:
            properties.pop("userData", None)
        if "resiliencyview" in expand:
            scale_set = _set_of(ctx, resource)
            policy = dig(scale_set.properties, "resiliencyPolicy.resilientVMDeletionPolicy") if scale_set else None
            properties["resilientVMDeletionStatus"] = "Enabled" if dig(policy, "enabled") is True else "Disabled"
        machine = ctx.store.get(vm_id) if vm_id else resource
        if machine is None:
            return
        extensions = extensions_of(ctx, machine.id)
        if extensions:
            body["resources"] = [ctx.render(extension) for extension in extensions]
        if "instanceview" in expand:
            view = views.machine_view if vm_id else views.instance_view
            properties["instanceView"] = view(machine, extensions)

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:
        """An update of one instance: its protection, its data disks, its tags. Instances are not created this way."""
        if existing is None:
            raise errors.invalid_parameter(
                f"The provided instanceId {rid.name} is not an active Virtual Machine Scale Set VM instanceId.",
                "instanceIds",
            )
        sent = body.get("properties") or {}
        ctx.check_locks(existing.id, "write")
        flexible = existing.id.type_key == VM.lower()
        refuse(_problems(ctx, sent, existing, flexible=flexible))
        if "protectionPolicy" in sent:
            ctx.runtime["protectionPolicy"] = sent["protectionPolicy"] or {}
        ctx.runtime["lastAction"] = "update"
        stored = copy.deepcopy(existing.body)
        if flexible:
            return stored
        if "tags" in body:
            stored["tags"] = body["tags"]
        _update_disks(ctx, existing, stored, sent)
        return stored

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """The lock of a member VM counts, whichever route deletes it."""
        ctx.check_locks(resource.id, "delete")

    def after_delete(self, ctx: Context, resource: Resource) -> None:
        """Delete a Uniform instance's disks and lower the set's capacity by one; delete a member VM as a VM."""
        if resource.id.type_key == VM.lower():
            ctx.delete(resource.id)
            return
        disks.release(ctx, resource, default="Delete")
        if resource.runtime.get("leaving"):
            return
        scale_set = _set_of(ctx, resource)
        sku = scale_set.body.get("sku") if scale_set else None
        if scale_set is not None and isinstance(sku, dict) and sku.get("capacity"):
            sku["capacity"] -= 1
            ctx.save(scale_set)


def _set_of(ctx: Context, resource: Resource) -> Resource | None:
    if resource.id.type_key == INSTANCE.lower():
        return ctx.store.get(resource.id.parent) if resource.id.parent else None
    found = dig(resource.properties, "virtualMachineScaleSet.id")
    return ctx.store.get(str(found)) if found else None


def _instance_view(ctx: Context, resource: Resource) -> Body:
    view = views.machine_view if resource.id.type_key == VM.lower() else views.instance_view
    return view(resource, extensions_of(ctx, resource.id))


def _approve(ctx: Context, instance: Resource, _: Body) -> None:
    """Approve the deferred rolling upgrade of one instance."""
    scale_set = _set_of(ctx, instance)
    assert scale_set is not None
    rolling.approve(ctx, scale_set, [instance])


def _problems(ctx: Context, sent: Body, existing: Resource, *, flexible: bool) -> list[Problem]:
    problems = []
    policy = sent.get("protectionPolicy")
    oldest = PROTECTION_FLEXIBLE if flexible else PROTECTION_UNIFORM
    if policy is not None and ctx.api_version < oldest:
        problems.append(
            invalid("protectionPolicy", f"Parameter 'protectionPolicy' needs api-version '{oldest}' or later.")
        )
    if dig(policy, "protectFromScaleSetActions") is True and dig(policy, "protectFromScaleIn") is False:
        problems.append(
            invalid(
                "protectionPolicy",
                "Parameter 'protectFromScaleIn' cannot be false when 'protectFromScaleSetActions' is true.",
            )
        )
    for path in _FIXED:
        new = dig(sent, path)
        if new is not None and new != dig(existing.properties, path):
            problems.append(change_not_allowed(path))
    return problems


def _update_disks(ctx: Context, existing: Resource, stored: Body, sent: Body) -> None:
    """Data disks of one instance may differ from the model; then the instance has its own model."""
    wanted = dig(sent, "storageProfile.dataDisks")
    if not isinstance(wanted, list):
        return
    before = dig(existing.properties, "storageProfile.dataDisks") or []
    kept = {disk.get("lun") for disk in wanted}
    for disk in before:
        if disk.get("lun") not in kept:
            disks.free(ctx, disk, "Detach")
    stored["properties"].setdefault("storageProfile", {})["dataDisks"] = copy.deepcopy(wanted)
    disks.complete(ctx, existing.id, stored, ctx.runtime, existing.body)
    if {disk.get("lun") for disk in before} != kept:
        stored["properties"]["modelDefinitionApplied"] = "VirtualMachine"
