"""Extensions: on a VM, on a Uniform instance, and in a scale set's profile. Five operations each."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING

from arm_simulator.core import errors
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import ResourceKind
from arm_simulator.core.store import Resource

from . import rolling, views
from .common import INSTANCE_EXTENSION, SET_EXTENSION, VM_EXTENSION, Body, extension_type, extensions_of, refuse
from .machine_actions import refused_on_flexible
from .rules import SetRequest, check_extension, check_scale_set
from .rules.problem import dig, same

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

_NOT_RUNNING = "Cannot modify extensions in the VM when the VM is not running."
_DISALLOWED = (
    "This operation cannot be performed when extension operations are disallowed. To allow, please ensure VM Agent is "
    "installed on the VM and the osProfile.allowExtensionOperations property is true."
)


def _merge(merged: Body, patch: Body) -> Body:
    settings = (patch.get("properties") or {}).get("settings")
    if settings is not None:
        merged["properties"]["settings"] = settings
    return merged


class MachineExtensionKind(ResourceKind):
    """Extensions of a running machine."""

    tracked = False

    def merge_patch(self, ctx: Context, existing: Resource, patch: Body) -> Body:
        """The extension defines its settings: a PATCH replaces them as a whole."""
        return _merge(super().merge_patch(ctx, existing, patch), patch)

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:  # noqa: ARG002
        """Check Azure's rules, then the machine's state: its agent has to run."""
        properties = body["properties"] = body.get("properties") or {}
        refuse(check_extension(properties))
        machine = self._machine(ctx, rid)
        _check_allowed(machine)
        _check_one_per_handler(ctx, machine, rid, properties)
        body.setdefault("location", machine.body.get("location"))
        properties["provisioningState"] = "Succeeded"
        return body

    def _machine(self, ctx: Context, rid: ResourceId) -> Resource:
        assert rid.parent is not None
        return ctx.require(rid.parent)

    def after_put(self, ctx: Context, resource: Resource, existing: Resource | None) -> None:  # noqa: ARG002
        """Record the change in the machine's state."""
        machine = self._machine(ctx, resource.id)
        machine.runtime["lastAction"] = "extension"
        ctx.save_runtime(machine)

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """The agent has to run for a deletion too."""
        _check_allowed(self._machine(ctx, resource.id))

    def load_children(self, ctx: Context, parent: ResourceId, after: int, limit: int) -> Sequence[Resource]:
        """Azure lists all extensions of a machine at once."""
        return ctx.store.list(type=self.type, parent=parent, after=after, limit=limit)

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """The extension; ``$expand=instanceView`` adds its status."""
        body = super().render(ctx, resource, expand)
        if "instanceview" in expand:
            body["properties"] = {**resource.properties, "instanceView": views.extension_view(resource)}
        return body


def _check_allowed(machine: Resource) -> None:
    if machine.runtime.get("power") != "running":
        raise errors.operation_not_allowed(_NOT_RUNNING)
    profile = machine.properties.get("osProfile") or {}
    agent = any(
        dig(profile, f"{system}.provisionVMAgent") is False for system in ("linuxConfiguration", "windowsConfiguration")
    )
    if profile.get("allowExtensionOperations") is False or agent:
        raise errors.operation_not_allowed(_DISALLOWED)


def _check_one_per_handler(ctx: Context, machine: Resource, rid: ResourceId, properties: Body) -> None:
    for row in extensions_of(ctx, machine.id):
        if row.id == rid:
            continue
        kept = row.properties
        if same(kept.get("publisher"), properties.get("publisher")) and same(kept.get("type"), properties.get("type")):
            handler = f"{properties.get('publisher')}.{properties.get('type')}"
            raise errors.bad_request(
                "Multiple VMExtensions per handler not supported for OS type of this VM. VMExtension "
                f"'{row.id.name}' with handler '{handler}' already added or specified in input."
            )


class VmExtensionKind(MachineExtensionKind):
    """``Microsoft.Compute/virtualMachines/extensions``."""

    type = VM_EXTENSION
    model = "compute.VirtualMachineExtension"
    patch_model = "compute.VirtualMachineExtensionUpdate"
    graph_table = "resources"


class InstanceExtensionKind(MachineExtensionKind):
    """``virtualMachineScaleSets/virtualMachines/extensions``: Uniform instances only."""

    type = INSTANCE_EXTENSION
    model = "compute.VirtualMachineScaleSetVMExtension"
    patch_model = "compute.VirtualMachineScaleSetVMExtensionUpdate"

    def _machine(self, ctx: Context, rid: ResourceId) -> Resource:
        machine = super()._machine(ctx, rid)
        if extension_type(machine.id) == VM_EXTENSION:
            raise refused_on_flexible("VirtualMachineScaleSetVMExtensions.PUT", rid.names[0])
        return machine


class SetExtensionKind(ResourceKind):
    """``virtualMachineScaleSets/extensions``: a named element of the set's profile, without its own row."""

    type = SET_EXTENSION
    model = "compute.VirtualMachineScaleSetExtension"
    patch_model = "compute.VirtualMachineScaleSetExtensionUpdate"
    tracked = False

    def merge_patch(self, ctx: Context, existing: Resource, patch: Body) -> Body:
        """The extension defines its settings: a PATCH replaces them as a whole."""
        return _merge(super().merge_patch(ctx, existing, patch), patch)

    def load(self, ctx: Context, rid: ResourceId) -> Resource | None:
        """The element of that name."""
        scale_set = ctx.store.get(rid.parent) if rid.parent else None
        for number, item in enumerate(_profile_extensions(scale_set)):
            if same(str(item.get("name")), rid.name):
                return _element(rid, item, number)
        return None

    def load_children(self, ctx: Context, parent: ResourceId, after: int, limit: int) -> Sequence[Resource]:
        """The profile's extensions in their order."""
        found = enumerate(_profile_extensions(ctx.store.get(parent)))
        rows = [_element(parent.child("extensions", str(item.get("name"))), item, number) for number, item in found]
        return [row for row in rows if row.seq > after][:limit]

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:  # noqa: ARG002
        """The set has to be valid with the extension in its profile."""
        body["properties"] = body.get("properties") or {}
        body["properties"]["provisioningState"] = "Succeeded"
        scale_set = _set_of(ctx, rid)
        if scale_set.properties.get("virtualMachineProfile") is None:
            raise errors.operation_not_allowed(
                f"Virtual Machine Scale Set '{scale_set.id.name}' has no virtualMachineProfile to hold extensions."
            )
        candidate = copy.deepcopy(scale_set.body)
        _replace(candidate, rid.name, body["properties"])
        _check(ctx, scale_set, candidate)
        return body

    def after_put(self, ctx: Context, resource: Resource, existing: Resource | None) -> None:  # noqa: ARG002
        """Move the extension into the set, whose instances follow by its upgrade policy."""
        ctx.store.delete(resource.id)
        scale_set = _set_of(ctx, resource.id)
        _replace(scale_set.body, resource.id.name, resource.properties)
        digests = scale_set.runtime.setdefault("secretDigests", {})
        for path, value in (resource.runtime.get("secretDigests") or {}).items():
            digests[f"extensions/{resource.id.name}/{path}"] = value
        rolling.model_changed(ctx, scale_set)

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """The set has to be valid without the extension: Rolling needs its health signal."""
        scale_set = _set_of(ctx, resource.id)
        candidate = copy.deepcopy(scale_set.body)
        _replace(candidate, resource.id.name, None)
        _check(ctx, scale_set, candidate)

    def after_delete(self, ctx: Context, resource: Resource) -> None:
        """Remove the extension from the profile."""
        scale_set = ctx.store.get(resource.id.parent) if resource.id.parent else None
        if scale_set is not None:
            _replace(scale_set.body, resource.id.name, None)
            rolling.model_changed(ctx, scale_set)


def _set_of(ctx: Context, rid: ResourceId) -> Resource:
    assert rid.parent is not None
    return ctx.require(rid.parent)


def _profile_extensions(scale_set: Resource | None) -> list[Body]:
    found = dig(scale_set.body, "properties.virtualMachineProfile.extensionProfile.extensions") if scale_set else None
    return list(found or [])


def _element(rid: ResourceId, item: Body, number: int) -> Resource:
    return Resource(rid, {"properties": dict(item.get("properties") or {})}, seq=number + 1)


def _replace(body: Body, name: str, properties: Body | None) -> None:
    """Put an extension into a set's body, or with None remove it."""
    profile = body["properties"]["virtualMachineProfile"].setdefault("extensionProfile", {})
    extensions: list[Body] = profile.setdefault("extensions", [])
    for number, item in enumerate(extensions):
        if same(str(item.get("name")), name):
            if properties is None:
                del extensions[number]
            else:
                item["properties"] = properties
            return
    if properties is not None:
        extensions.append({"name": name, "properties": properties})


def _check(ctx: Context, scale_set: Resource, candidate: Body) -> None:
    request = SetRequest(name=scale_set.id.name, body=candidate, before=scale_set.body, api_version=ctx.api_version)
    refuse(check_scale_set(request))
