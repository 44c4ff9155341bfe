"""``Microsoft.Compute/virtualMachineScaleSets`` in both orchestration modes."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from arm_simulator.core import errors, schema
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import ResourceKind
from arm_simulator.core.store import Resource
from arm_simulator.providers.network.instance_interfaces import public_addresses

from . import rolling, scaling, set_actions, upgrades, views
from .common import INSTANCE, SET, Body, check_references, extensions_of, instances, is_flexible, members, refuse
from .machine_actions import refused_on_flexible
from .rules import SetRequest, check_scale_set
from .rules.changes import FIXED
from .rules.problem import dig, items
from .sizes import default_disk_type, scale_set_skus
from .virtual_machines import carry_members, complete_identity, default_eviction

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context


class ScaleSetKind(ResourceKind):
    """A scale set.

    ``runtime``: ``model`` (revision of the profile) and its ``fingerprint``, ``nextInstance`` (Uniform),
    ``suspendedServices``, ``rollingUpgrade`` and ``upgradeHistory``.
    """

    type = SET
    model = "compute.VirtualMachineScaleSet"
    patch_model = "compute.VirtualMachineScaleSetUpdate"
    etag = "header"
    put_keeps = True
    graph_table = "resources"

    def __init__(self) -> None:
        super().__init__()
        self.actions.update(set_actions.actions())
        self.views.update(
            {
                "instanceview": _instance_view,
                "skus": _skus,
                "osupgradehistory": _history,
                "rollingupgrades/latest": _latest,
                "networkinterfaces": _interfaces,
                "publicipaddresses": _public_addresses,
            }
        )

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:
        """Check Azure's rules on the body as it was sent and the references, then fill in the platform's defaults."""
        body["properties"] = body.get("properties") or {}
        if existing is not None:
            _keep_stored(body, existing.body)
            if ctx.method == "PUT" and "placement" not in body and "placement" in existing.body:
                body["placement"] = copy.deepcopy(existing.body["placement"])
        refuse(check_scale_set(self._request(ctx, rid, body, existing)))
        check_references(ctx, rid, body)
        _fill_in(body)
        properties = body["properties"]
        unique = existing.properties.get("uniqueId") if existing else str(uuid.uuid5(uuid.NAMESPACE_URL, rid.key))
        properties["uniqueId"] = unique
        properties["timeCreated"] = existing.properties.get("timeCreated") if existing else ctx.now
        properties["provisioningState"] = "Succeeded"
        complete_identity(body, rid, shown=properties["orchestrationMode"] != "Flexible")
        ctx.runtime.setdefault("placementGroupId", unique)
        digests = {**(ctx.runtime.get("secretDigests") or {}), **schema.strip_secrets(body)[1]}
        upgrades.revise(ctx.runtime, body, digests)
        return body

    def _request(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> SetRequest:
        def lookup(target: str) -> Body | None:
            found = ctx.get(target)
            return found.body if found else None

        moved = existing is not None and (
            dig(existing.properties, "proximityPlacementGroup.id") != dig(body, "properties.proximityPlacementGroup.id")
        )
        running = 0
        if existing is not None and moved:
            running = sum(item.runtime["power"] != "deallocated" for item in instances(ctx, existing))
        before = existing.body if existing else None
        return SetRequest(rid.name, body, before, ctx.api_version, lookup, running)

    def after_put(self, ctx: Context, resource: Resource, existing: Resource | None) -> None:
        """Create or delete instances for the capacity, and update them by the upgrade policy."""
        scaling.scale(ctx, resource)
        if existing is not None and existing.runtime.get("model") != resource.runtime.get("model"):
            rolling.roll_out(ctx, resource)

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """A Flexible set cannot be deleted while VMs that it did not make are attached, or one of its VMs is locked.

        Raises:
            ArmError: 409 OperationNotAllowed or ScopeLocked, before anything is deleted.
        """
        if not is_flexible(resource):
            return
        attached = []
        for vm in members(ctx, resource.id):
            if vm.runtime.get("implicit"):
                ctx.check_locks(vm.id, "delete")
            else:
                attached.append(vm.id.name)
        if attached:
            raise errors.operation_not_allowed(
                f"Virtual Machine Scale Set '{resource.id.name}' cannot be deleted because it contains Virtual "
                f"Machines: {', '.join(attached[:10])}. Delete or detach them first."
            )

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """The set; user data only with ``$expand=userData``."""
        body = super().render(ctx, resource, expand)
        profile = resource.properties.get("virtualMachineProfile")
        if isinstance(profile, dict) and "userData" in profile and "userdata" not in expand:
            shown = {name: value for name, value in profile.items() if name != "userData"}
            body["properties"] = {**resource.properties, "virtualMachineProfile": shown}
        return body

    def after_delete(self, ctx: Context, resource: Resource) -> None:
        """Delete the VMs that a Flexible set made; instances of a Uniform set were deleted as its children."""
        for vm in members(ctx, resource.id):
            if vm.runtime.get("implicit"):
                scaling.remove(ctx, vm)


_NEEDED = (
    "properties.upgradePolicy.mode",
    "properties.virtualMachineProfile",
    "properties.virtualMachineProfile.storageProfile",
    "properties.virtualMachineProfile.storageProfile.imageReference",
    "properties.virtualMachineProfile.storageProfile.osDisk",
    "properties.virtualMachineProfile.osProfile",
    "properties.virtualMachineProfile.networkProfile",
    "properties.virtualMachineProfile.networkProfile.networkInterfaceConfigurations",
)
"""What a set with a profile cannot be without: an update that leaves one out leaves it as it is."""


def _keep_stored(body: Body, before: Body) -> None:
    """Keep the stored capacity and members that a set cannot be without, or that are immutable."""
    if dig(before, "properties.virtualMachineProfile"):
        from_blob = dig(body, "properties.virtualMachineProfile.storageProfile.osDisk.image")
        carry_members(body, before, [path for path in _NEEDED if not (from_blob and path.endswith("imageReference"))])
    carry_members(
        body,
        before,
        [path for _, path in FIXED if dig(body, "properties.virtualMachineProfile") or "Profile" not in path],
    )
    if "zones" not in body and before.get("zones"):
        body["zones"] = list(before["zones"])
    sku, old = body.get("sku"), before.get("sku")
    if sku is None and old:
        body["sku"] = copy.deepcopy(old)
    elif isinstance(sku, dict) and old and sku.get("capacity") is None:
        sku["capacity"] = old.get("capacity")
    properties, stored = body["properties"], before.get("properties") or {}
    for member in ("singlePlacementGroup", "proximityPlacementGroup"):
        if member not in properties and member in stored:
            properties[member] = copy.deepcopy(stored[member])


def _fill_in(body: Body) -> None:
    """The platform's defaults, different in the two modes."""
    properties = body["properties"]
    properties.setdefault("orchestrationMode", "Uniform")
    flexible = properties["orchestrationMode"] == "Flexible"
    if flexible:
        if properties.get("platformFaultDomainCount") is None:
            properties["platformFaultDomainCount"] = 1
    else:
        properties.setdefault("singlePlacementGroup", True)
        properties.setdefault("overprovision", True)
        properties.setdefault("doNotRunExtensionsOnOverprovisionedVMs", False)
        if properties.get("platformFaultDomainCount") is None:
            properties["platformFaultDomainCount"] = 1 if body.get("zones") or body.get("placement") else 5
    profile = properties.get("virtualMachineProfile")
    if isinstance(profile, dict):
        default_eviction(profile)
        policy = properties.setdefault("upgradePolicy", {})
        policy.setdefault("mode", "Manual")
        if body.get("sku", {}).get("name") != "Mix":
            body["sku"].setdefault("tier", "Standard")
        os_disk = (profile.get("storageProfile") or {}).get("osDisk")
        if isinstance(os_disk, dict) and "managedDisk" not in os_disk and "diffDiskSettings" not in os_disk:
            mix = [str(size.get("name")) for size in items(properties, "skuProfile.vmSizes")]
            sizes = mix or [str(dig(body, "sku.name"))]
            os_disk["managedDisk"] = {"storageAccountType": default_disk_type(sizes)}
        windows = (profile.get("osProfile") or {}).get("windowsConfiguration")
        if isinstance(windows, dict) and dig(policy, "automaticOSUpgradePolicy.enableAutomaticOSUpgrade") is True:
            windows["enableAutomaticUpdates"] = False


def _instance_view(ctx: Context, resource: Resource) -> Body:
    if is_flexible(resource):
        raise refused_on_flexible("VirtualMachineScaleSets.instanceView.GET", resource.id.name)
    found = instances(ctx, resource)
    extensions = [extension for item in found for extension in extensions_of(ctx, item.id)]
    return views.set_view(resource, found, extensions, views.orchestration_services(resource))


def _interfaces(ctx: Context, resource: Resource) -> Body:
    """NICs of all instances of a Uniform set; those of a Flexible set are separate resources."""
    wanted = f"{INSTANCE}/networkInterfaces".lower()
    return {"value": [ctx.render(row) for row in ctx.store.below(resource.id) if row.id.type_key == wanted]}


def _public_addresses(ctx: Context, resource: Resource) -> Body:
    """The public addresses of all instances of a Uniform set."""
    wanted = f"{INSTANCE}/networkInterfaces".lower()
    faces = [row for row in ctx.store.below(resource.id) if row.id.type_key == wanted]
    return {"value": [each for face in faces for each in public_addresses(face).values()]}


def _skus(ctx: Context, resource: Resource) -> Body:  # noqa: ARG001 - the hook's shape
    return {"value": scale_set_skus(1000, flexible=is_flexible(resource))}


def _history(ctx: Context, resource: Resource) -> Body:  # noqa: ARG001 - the hook's shape
    entries = resource.runtime.get("upgradeHistory") or []
    image = dig(resource.properties, "virtualMachineProfile.storageProfile.imageReference")
    return {
        "value": [
            {
                "type": f"{SET}/rollingUpgrades",
                "location": resource.body.get("location"),
                "properties": {
                    "runningStatus": {
                        "code": entry["runningStatus"]["code"],
                        "startTime": entry["runningStatus"]["startTime"],
                        "endTime": entry.get("endTime"),
                    },
                    "progress": entry["progress"],
                    "startedBy": "User",
                    "targetImageReference": image,
                    "rollbackInfo": {"successfullyRolledbackInstanceCount": 0, "failedRolledbackInstanceCount": 0},
                },
            }
            for entry in entries
        ]
    }


def _latest(ctx: Context, resource: Resource) -> Body:
    return {
        "id": f"{resource.id.path}/rollingUpgrades/latest",
        "name": "latest",
        "type": f"{SET}/rollingUpgrades",
        "location": resource.body.get("location"),
        "properties": rolling.read(ctx, resource),
    }
