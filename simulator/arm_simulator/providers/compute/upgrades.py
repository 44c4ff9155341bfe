"""The model of a scale set and its instances: which revision each has, and how one instance gets the newest."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING

from arm_simulator.core import schema
from arm_simulator.core.store import Resource
from arm_simulator.providers.network import instance_interfaces

from . import disks, state
from .common import INSTANCE, Body, is_flexible, protection
from .provisioning import synchronise
from .rules.problem import dig, items

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context


def fingerprint(body: Body, digests: Body) -> str:
    """What identifies a model of a set: the profile, the size, and the digests of its write-only members."""
    clean, _ = schema.strip_secrets(
        {"profile": dig(body, "properties.virtualMachineProfile"), "sku": dig(body, "sku.name")}
    )
    return state.digest(json.dumps(clean, sort_keys=True), json.dumps(digests, sort_keys=True))


def revise(runtime: Body, body: Body, digests: Body) -> bool:
    """Increase the model's revision if the model changed; True if it did."""
    mark = fingerprint(body, digests)
    if runtime.get("fingerprint") == mark:
        return False
    runtime["fingerprint"] = mark
    runtime["model"] = runtime.get("model", 0) + 1
    return True


def is_latest(scale_set: Resource, instance: Resource) -> bool:
    """Whether an instance has the set's newest model."""
    return bool(instance.runtime.get("model") == scale_set.runtime.get("model"))


def has_own_model(instance: Resource) -> bool:
    """Whether an instance is an explicitly declared virtual machine, not one made from the set's profile."""
    return instance.runtime.get("createdInSet") is not None and not instance.runtime.get("implicit")


def follows(instance: Resource) -> bool:
    """Whether set-wide upgrades reach an instance: not a protected one, nor a VM with its own model."""
    return not has_own_model(instance) and not protection(instance, "protectFromScaleSetActions")


def apply_model(ctx: Context, scale_set: Resource, instance: Resource) -> None:
    """Update one instance to the set's newest model: size, image, extensions. Its identity, disks and NICs stay.

    A changed image replaces the OS disk, a changed size or image reboots the machine. An explicit VM of a Flexible set
    keeps its own model.
    """
    if instance.runtime.get("createdInSet") is not None and not instance.runtime.get("implicit"):
        instance.runtime.update(model=scale_set.runtime.get("model"), lastAction="updateInstances")
        ctx.save_runtime(instance)
        return
    profile = scale_set.properties.get("virtualMachineProfile") or {}
    before = copy.deepcopy(instance.properties)
    _take_profile(scale_set, instance, profile)
    old_image = dig(before, "storageProfile.imageReference")
    new_image = dig(instance.properties, "storageProfile.imageReference")
    resized = dig(before, "hardwareProfile.vmSize") != dig(instance.properties, "hardwareProfile.vmSize")
    if old_image != new_image:
        instance.runtime["osDiskGeneration"] += 1
        disks.replace(ctx, instance, data=False)
    if old_image != new_image or resized:
        state.update_instance(instance.runtime, instance.id.name)
    instance.runtime.update(model=scale_set.runtime.get("model"), lastAction="updateInstances")
    disks.complete(ctx, instance.id, instance.body, instance.runtime, {"properties": before})
    ctx.save(instance)
    if instance.id.type_key == INSTANCE.lower():
        _renew_interfaces(ctx, instance)
    synchronise(ctx, instance, dig(profile, "extensionProfile.extensions") or [])


def _renew_interfaces(ctx: Context, instance: Resource) -> None:
    """Update a Uniform instance's NICs from the profile; those that left it are deleted."""
    configs = items(instance.properties, "networkProfileConfiguration.networkInterfaceConfigurations")
    wanted = {str(config.get("name")).lower() for config in configs}
    for row in ctx.store.list(type=f"{INSTANCE}/networkInterfaces", parent=instance.id):
        if row.id.name.lower() not in wanted:
            ctx.delete(row.id, check_locks=False)
    for config in configs:
        instance_interfaces.put(ctx, instance.id, dict(config))


def _take_profile(scale_set: Resource, instance: Resource, profile: Body) -> None:
    properties = instance.properties
    size = dig(scale_set.body, "sku.name")
    if size and size != "Mix":
        properties["hardwareProfile"] = {**(properties.get("hardwareProfile") or {}), "vmSize": size}
        if not is_flexible(scale_set) and "sku" in instance.body:
            instance.body["sku"]["name"] = size
    if not is_flexible(scale_set):
        configs = copy.deepcopy(dig(profile, "networkProfile.networkInterfaceConfigurations") or [])
        properties["networkProfileConfiguration"] = {"networkInterfaceConfigurations": configs}
    storage, wanted = properties.setdefault("storageProfile", {}), profile.get("storageProfile") or {}
    if "imageReference" in wanted:
        storage["imageReference"] = copy.deepcopy(wanted["imageReference"])
    known = {disk.get("lun"): disk for disk in storage.get("dataDisks") or []}
    fresh = [known.get(disk.get("lun")) or copy.deepcopy(disk) for disk in wanted.get("dataDisks") or []]
    if fresh or known:
        storage["dataDisks"] = fresh
    for member in ("diagnosticsProfile", "licenseType", "securityProfile", "userData", "scheduledEventsProfile"):
        if member in profile:
            properties[member] = copy.deepcopy(profile[member])
