"""``Microsoft.Compute/virtualMachines``: standalone VMs, and the instances of Flexible scale sets."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from arm_simulator.core import errors, ids, schema
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import ResourceKind
from arm_simulator.core.references import Reference
from arm_simulator.core.store import Resource

from . import availability_migration, disks, machine_actions, state, views
from .common import VM, Body, check_references, extensions_of, member_count, members, refuse
from .provisioning import allocation_failure, not_allocated
from .rules import VmRequest, check_virtual_machine
from .rules.problem import change_not_allowed, dig, items, same
from .rules.view import SPARE_PRIORITIES
from .rules.vm_changes import FIXED
from .sizes import vm_sizes

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

_MEMBERS_OF = re.compile(r"'virtualMachineScaleSet/id' eq '?(?P<id>/[^']+?)'?", re.IGNORECASE)
_SECRETS_FIXED = ("properties.osProfile.adminPassword", "properties.osProfile.customData")


class VirtualMachineKind(ResourceKind):
    """A VM.

    ``runtime`` holds its :mod:`state`, and its origin: ``implicit`` (made from a set's profile), ``createdInSet``
    (created as a member), ``model`` (revision of the profile).
    """

    type = VM
    model = "compute.VirtualMachine"
    patch_model = "compute.VirtualMachineUpdate"
    etag = "header"
    put_keeps = True
    graph_table = "resources"

    def __init__(self) -> None:
        super().__init__()
        self.actions.update(machine_actions.vm_actions())
        self.actions.update(availability_migration.machine_action())
        self.views["instanceview"] = _instance_view
        self.views["vmsizes"] = lambda ctx, resource: {"value": vm_sizes()}  # noqa: ARG005 - the hook's shape

    def merge_patch(self, ctx: Context, existing: Resource, patch: Body) -> Body:
        """A null ``virtualMachineScaleSet`` stays visible: it requests a detach."""
        merged = super().merge_patch(ctx, existing, patch)
        properties = patch.get("properties") or {}
        if "virtualMachineScaleSet" in properties and properties["virtualMachineScaleSet"] is None:
            merged["properties"]["virtualMachineScaleSet"] = None
        return merged

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:
        """Check Azure's rules and the references, then fill in the platform's defaults."""
        body.setdefault("properties", {})
        if existing is None and "vmId" not in ctx.runtime:
            ctx.runtime.update(state.new(rid.key))
        if existing is not None:
            _keep_stored(body, existing.body)
        if not ctx.runtime.get("implicit") or existing is not None:
            refuse(check_virtual_machine(self._request(ctx, rid, body, existing)))
            _check_secrets_kept(body, existing)
            check_references(ctx, rid, body)
        _check_interfaces(ctx, rid, body)
        return self._complete(ctx, rid, body, existing)

    def _request(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> VmRequest:
        def lookup(target: str) -> Body | None:
            found = ctx.get(target)
            return found.body if found else None

        wanted = dig(body, "properties.virtualMachineScaleSet.id")
        joining = wanted and (existing is None or not dig(existing.properties, "virtualMachineScaleSet.id"))
        return VmRequest(
            name=rid.name,
            group=rid.resource_group,
            body=body,
            before=existing.body if existing else None,
            lookup=lookup,
            deallocated=ctx.runtime.get("power") == "deallocated",
            created_in_set=bool(ctx.runtime.get("createdInSet")),
            members=member_count(ctx, wanted) if joining else 0,
        )

    def _complete(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:
        properties = body["properties"]
        scale_set = dig(properties, "virtualMachineScaleSet.id")
        if existing is None:
            ctx.runtime["createdInSet"] = scale_set is not None
            if scale_set is not None and "faultDomain" not in ctx.runtime:
                _choose_fault_domain(ctx, properties, scale_set)
            availability_migration.place(ctx, dig(properties, "availabilitySet.id"))
        elif scale_set is None and dig(existing.properties, "virtualMachineScaleSet.id") is not None:
            ctx.runtime.update(createdInSet=False, implicit=False)
        disks.complete(ctx, rid, body, ctx.runtime, existing.body if existing else None)
        if existing is not None:
            _release_removed_disks(ctx, body, existing)
            if dig(existing.properties, "hardwareProfile.vmSize") != dig(properties, "hardwareProfile.vmSize"):
                state.update_instance(ctx.runtime, rid.name)
        _choose_place(body)
        default_eviction(properties)
        properties["vmId"] = ctx.runtime["vmId"]
        properties["timeCreated"] = existing.properties.get("timeCreated") if existing else ctx.now
        properties["provisioningState"] = "Succeeded"
        ctx.runtime.pop("failed", None)
        complete_identity(body, rid)
        return body

    def after_put(self, ctx: Context, resource: Resource, existing: Resource | None) -> None:
        """The allocation of a new standalone machine may fail; the set handles that of machines of its profile."""
        super().after_put(ctx, resource, existing)
        if existing is None and not resource.runtime.get("implicit"):
            failure = allocation_failure(ctx, resource.id)
            if failure is not None:
                not_allocated(resource, failure)
                ctx.save(resource)
                ctx.fail_operation(failure)

    def load_children(self, ctx: Context, parent: ResourceId, after: int, limit: int) -> Sequence[Resource]:
        """A page of VMs; ``$filter`` selects those of one scale set, and only with it ``$expand`` shows their states.

        Raises:
            ArmError: 400 BadRequest: the filter is not the documented one, or is missing.
        """
        text = ctx.query.get("$filter", "").strip()
        if not text:
            if "instanceview" in ctx.expand:
                raise errors.bad_request(
                    "$expand=instanceView needs a $filter by virtualMachineScaleSet/id.", "$expand"
                )
            return super().load_children(ctx, parent, after, limit)
        match = _MEMBERS_OF.fullmatch(text)
        if match is None:
            raise errors.bad_request(
                f"The filter '{text}' is not valid; expected 'virtualMachineScaleSet/id' eq '<id>'.", "$filter"
            )
        return members(ctx, ids.parse(match["id"]), after, limit)

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """A VM with its extensions; ``$expand`` adds the instance view and the user data."""
        body = super().render(ctx, resource, expand)
        body["properties"] = properties = dict(resource.properties)
        if "storageProfile" in properties:  # Azure shows the list also where it is empty, and Ansible counts on it
            properties["storageProfile"] = {"dataDisks": [], **properties["storageProfile"]}
        if "userdata" not in expand:
            properties.pop("userData", None)
        extensions = extensions_of(ctx, resource.id)
        if extensions:
            body["resources"] = [ctx.render(extension) for extension in extensions]
        if "instanceview" in expand:
            properties["instanceView"] = views.machine_view(resource, extensions)
        return body

    def listed(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """In a list a VM's extensions are ids and nothing more (azure-sdk-for-net issue 13378)."""
        status_only = ctx.query.get("statusonly", "").lower() == "true"
        body = super().listed(ctx, resource, (*expand, "instanceview") if status_only else expand)
        if status_only:  # REST reference, Virtual Machines - List All: only the run-time status, no model
            shown = ("provisioningState", "vmId", "instanceView")
            kept = {name: body["properties"][name] for name in shown if name in body["properties"]}
            return {**{name: body[name] for name in ("id", "name", "type", "location")}, "properties": kept}
        if "resources" in body:
            body["resources"] = [{"id": each["id"]} for each in body["resources"]]
        return body

    def graph_row(self, ctx: Context, resource: Resource) -> Body:
        """A VM in Resource Graph: with its power state, without its extensions, which are separate rows."""
        body = super().render(ctx, resource)
        extended = {"instanceView": {"powerState": views.power(resource.runtime)}}
        body["properties"] = {**resource.properties, "extended": extended}
        body["properties"].pop("userData", None)
        return body

    def after_delete(self, ctx: Context, resource: Resource) -> None:
        """Delete or keep disks and NICs by their deleteOption; lower the set's capacity by one."""
        implicit = bool(resource.runtime.get("implicit"))
        disks.release(ctx, resource, default="Delete" if implicit else "Detach")
        for reference in items(resource.properties, "networkProfile.networkInterfaces"):
            if dig(reference, "properties.deleteOption") == "Delete":
                _delete_interface(ctx, str(reference.get("id")), addresses=implicit)
        if implicit and not resource.runtime.get("leaving"):
            _count_down(ctx, resource)


def _instance_view(ctx: Context, resource: Resource) -> Body:
    return views.machine_view(resource, extensions_of(ctx, resource.id))


def _delete_interface(ctx: Context, nic_id: str, *, addresses: bool) -> None:
    """Delete a NIC, and on request the public addresses that a set made for it."""
    nic = ctx.get(nic_id)
    found = items(nic.properties, "ipConfigurations") if nic else []
    ctx.delete(nic_id)
    for config in found if addresses else ():
        address = dig(config, "properties.publicIPAddress.id")
        if address:
            ctx.delete(str(address))


_NEEDED = (
    "properties.hardwareProfile.vmSize",
    "properties.storageProfile",
    "properties.storageProfile.osDisk",
    "properties.networkProfile.networkInterfaces",
)
"""What a machine cannot be without: an update that leaves one out leaves it as it is."""


def _keep_stored(body: Body, before: Body) -> None:
    """Keep the stored members that a machine cannot be without, or that are immutable, where a PUT leaves them out."""
    properties, old = body["properties"], before.get("properties") or {}
    if "virtualMachineScaleSet" not in properties and old.get("virtualMachineScaleSet"):
        properties["virtualMachineScaleSet"] = copy.deepcopy(old["virtualMachineScaleSet"])
    if "zones" not in body and before.get("zones"):
        body["zones"] = list(before["zones"])
    carry_members(body, before, [*_NEEDED, *(path for _, path in FIXED)])


def carry_members(body: Body, before: Body, paths: Iterable[str]) -> None:
    """Give a body the stored value of each dotted path that it leaves out."""
    for path in paths:
        _keep_stored_member(body, before, path)


def _keep_stored_member(body: Body, before: Body, path: str) -> None:
    *parents, last = path.split(".")
    target, source = body, before
    for step in parents:
        source = source.get(step) or {}
        if target.get(step) is None:
            if not source:
                return
            target[step] = {}
        target = target[step]
        if not isinstance(target, dict):
            return
    if target.get(last) is None and source.get(last) is not None:
        target[last] = copy.deepcopy(source[last])


def _check_secrets_kept(body: Body, existing: Resource | None) -> None:
    """Password and custom data cannot change on a VM; they are never read back, so digests are compared."""
    if existing is None:
        return
    sent = schema.strip_secrets(body)[1]
    stored = existing.runtime.get("secretDigests") or {}
    refuse(
        [
            change_not_allowed(path[len("properties.") :])
            for path in _SECRETS_FIXED
            if path in sent and sent[path] != stored.get(path)
        ]
    )


def _check_interfaces(ctx: Context, rid: ResourceId, body: Body) -> None:
    """The NICs exist, are free, and are in the VM's region."""
    for reference in items(body, "properties.networkProfile.networkInterfaces"):
        nic_id = str(reference.get("id"))
        nic = ctx.get(nic_id)
        if nic is None:
            raise errors.invalid_resource_reference(rid, nic_id)
        if nic.body.get("location") != body.get("location"):
            raise errors.bad_request(
                f"Network interface '{nic_id}' is in location '{nic.body.get('location')}' but virtual machine "
                f"'{rid.name}' is in '{body.get('location')}'.",
                "networkProfile.networkInterfaces",
            )
        users: Iterable[Reference] = ctx.store.referrers(nic.id)
        for user in users:
            if f"/{VM.lower()}/" in user.source and not same(user.source, rid.key):
                raise errors.ArmError(
                    400,
                    "NicInUse",
                    f"Network Interface {nic.id} is used by existing resource {user.source}. In order to use it here, "
                    "it must be dissociated from the resource first.",
                )


def default_eviction(machine: Body) -> None:
    """Spot machines without a policy are deallocated on eviction (Use Azure Spot Virtual Machines)."""
    if machine.get("priority") in SPARE_PRIORITIES and not machine.get("evictionPolicy"):
        machine["evictionPolicy"] = "Deallocate"


def _choose_place(body: Body) -> None:
    """What Azure chooses where the body leaves it to it: the preferred size, and one of the allowed zones."""
    properties = body["properties"]
    preferred = dig(properties, "flexProfile.preferredVMSize")
    if preferred and not dig(properties, "hardwareProfile.vmSize"):
        properties["hardwareProfile"] = {**(properties.get("hardwareProfile") or {}), "vmSize": preferred}
    placement = body.get("placement") or {}
    if placement.get("zonePlacementPolicy") == "Any" and not body.get("zones"):
        excluded = placement.get("excludeZones") or ()
        body["zones"] = [zone for zone in placement.get("includeZones") or "123" if zone not in excluded][:1]


def _choose_fault_domain(ctx: Context, properties: Body, scale_set: str) -> None:
    """The platform spreads members over fault domains in turn, unless the VM names one."""
    wanted = properties.get("platformFaultDomain")
    found = ctx.store.get(scale_set)
    count = int(dig(found.body, "properties.platformFaultDomainCount") or 1) if found else 1
    if wanted is None:
        wanted = (ctx.store.next_counter(f"faultDomains:{scale_set.lower()}") - 1) % count
    ctx.runtime["faultDomain"] = wanted


def _release_removed_disks(ctx: Context, body: Body, existing: Resource) -> None:
    kept = {disk.get("lun") for disk in items(body, "properties.storageProfile.dataDisks")}
    for disk in items(existing.properties, "storageProfile.dataDisks"):
        if disk.get("lun") not in kept:
            disks.free(ctx, dict(disk), str(disk.get("deleteOption") or "Detach"))


def _count_down(ctx: Context, vm: Resource) -> None:
    scale_set = ctx.store.get(str(dig(vm.properties, "virtualMachineScaleSet.id") or "/none"))
    sku = scale_set.body.get("sku") if scale_set else None
    if scale_set is not None and isinstance(sku, dict) and sku.get("capacity"):
        sku["capacity"] -= 1
        ctx.save(scale_set)


def complete_identity(body: Body, rid: ResourceId, *, shown: bool = True) -> None:
    """Give a resource's identities their principals.

    Args:
        body: changed in place.
        rid: the resource.
        shown: whether GET shows the principals of user-assigned identities; a Flexible set's does not.
    """
    identity = body.get("identity")
    if not isinstance(identity, dict):
        return
    kinds = str(identity.get("type", "")).lower()
    if "systemassigned" in kinds:
        identity["principalId"] = _principal(rid.key)
        identity["tenantId"] = "00000000-0000-0000-0000-0000000000aa"
    else:
        identity.pop("principalId", None)
        identity.pop("tenantId", None)
    if "userassigned" not in kinds:
        identity.pop("userAssignedIdentities", None)
    assigned = identity.get("userAssignedIdentities")
    if isinstance(assigned, dict):
        identity["userAssignedIdentities"] = {
            name: {"principalId": _principal(name), "clientId": _principal(f"client {name}")} if shown else {}
            for name in assigned
        }


def _principal(key: str) -> str:
    return f"00000000-0000-0000-0000-0000{state.digest(key)}"
