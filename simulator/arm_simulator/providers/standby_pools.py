"""``Microsoft.StandbyPool/standbyVirtualMachinePools``: prepared machines of a Flexible set.

Microsoft's pages "Standby pools for Virtual Machine Scale Sets" (limitations and considerations, sizes, states) and
their FAQ (1,000 machines between a scale set and a standby pool).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from arm_simulator.core import errors, ids
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Body, Registry
from arm_simulator.core.store import Resource
from arm_simulator.providers.services import DeclaredKind

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

MAX_MACHINES = 1000
RUNNING = "Running"
SCALE_SET_TYPE = "Microsoft.Compute/virtualMachineScaleSets"
AUTOSCALE_TYPE = "Microsoft.Insights/autoscaleSettings"


class StandbyPoolKind(DeclaredKind):
    """``Microsoft.StandbyPool/standbyVirtualMachinePools``: one pool for a Flexible set with one fault domain."""

    type = "Microsoft.StandbyPool/standbyVirtualMachinePools"
    members: ClassVar[Mapping[str, Any]] = {
        "attachedVirtualMachineScaleSetId": str,
        "virtualMachineState": str,
        "elasticityProfile": {
            "maxReadyCapacity": int,
            "minReadyCapacity": int,
            "postProvisioningDelay": str,
            "dynamicSizing": {"enabled": bool},
        },
    }

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:  # noqa: ARG002
        """Name, state, capacity, and the rules on the attached set."""
        if not re.fullmatch(r"[A-Za-z0-9-]{3,24}", rid.name):
            raise errors.invalid_parameter(
                f"The standby pool name '{rid.name}' must have 3 to 24 letters, digits or hyphens.", "name"
            )
        properties = body["properties"]
        state = properties.get("virtualMachineState")
        if state not in {"Running", "Deallocated", "Hibernated"}:
            raise errors.invalid_parameter(
                f"The virtualMachineState '{state}' is not valid: use Running, Deallocated or Hibernated.",
                "properties.virtualMachineState",
            )
        ready = (properties.get("elasticityProfile") or {}).get("maxReadyCapacity")
        if properties.get("attachedVirtualMachineScaleSetId") and not isinstance(ready, int):
            raise errors.invalid_parameter(
                "maxReadyCapacity is required.", "properties.elasticityProfile.maxReadyCapacity"
            )
        least = (properties.get("elasticityProfile") or {}).get("minReadyCapacity")
        if isinstance(least, int) and isinstance(ready, int) and least > ready:
            raise errors.invalid_parameter(
                f"The minReadyCapacity {least} exceeds the maxReadyCapacity {ready}.",
                "properties.elasticityProfile.minReadyCapacity",
            )
        target = properties.get("attachedVirtualMachineScaleSetId")
        if target:
            scale_set = _set_of(ctx, rid, target)
            _check_set(scale_set, state)
            _check_numbers(scale_set, ready or 0, body["location"])
            self._check_others(ctx, rid, scale_set, state)

    def _check_others(self, ctx: Context, rid: ResourceId, scale_set: Resource, state: str) -> None:
        for user in ctx.store.referrers(scale_set.id):
            if user.source != rid.key and ids.parse(user.source).type_key == self.type_key:
                raise errors.conflict(f"The scale set {scale_set.id} already has the standby pool {user.via}.")
        if state == RUNNING:
            for setting in autoscale_of(ctx, scale_set.id):
                raise _not_supported(
                    f"a standby pool of running machines does not support autoscale: {scale_set.id} has the setting "
                    f"{setting.id.name}."
                )


def autoscale_of(ctx: Context, scale_set: ResourceId) -> Iterator[Resource]:
    """The enabled autoscale settings of a scale set."""
    yield from (row for row in _users(ctx, scale_set, AUTOSCALE_TYPE) if row.properties.get("enabled") is True)


def running_pools_of(ctx: Context, scale_set: ResourceId) -> Iterator[Resource]:
    """The standby pools of a scale set that keep their machines running."""
    found = _users(ctx, scale_set, StandbyPoolKind.type)
    yield from (row for row in found if row.properties.get("virtualMachineState") == RUNNING)


def _users(ctx: Context, scale_set: ResourceId, kind: str) -> Iterator[Resource]:
    for user in ctx.store.referrers(scale_set):
        if ids.parse(user.source).type_key == kind.lower():
            row = ctx.store.get(user.source)
            if row is not None:
                yield row


def _set_of(ctx: Context, rid: ResourceId, target: str) -> Resource:
    scale_set = ctx.get(target)
    if scale_set is None or scale_set.id.type_key != SCALE_SET_TYPE.lower():
        raise errors.invalid_resource_reference(rid, target)
    return scale_set


def _check_set(scale_set: Resource, state: str) -> None:
    """What the set must be, and what the state of the pool's machines asks of it."""
    properties = scale_set.properties
    mode, domains = properties.get("orchestrationMode"), properties.get("platformFaultDomainCount", 1)
    if mode != "Flexible" or domains != 1:
        raise _not_supported(
            "a standby pool needs a scale set with Flexible orchestration and a platformFaultDomainCount of 1: "
            f"{scale_set.id} is {mode} with {domains}."
        )
    if properties.get("skuProfile") is not None:
        raise _not_supported(f"a standby pool does not support instance mix: {scale_set.id} has a skuProfile.")
    if (scale_set.body.get("placement") or {}).get("zonePlacementPolicy") == "Auto":
        raise _not_supported(f"a standby pool does not support automatic zone placement, which {scale_set.id} has.")
    profile = properties.get("virtualMachineProfile") or {}
    os_disk = (profile.get("storageProfile") or {}).get("osDisk") or {}
    if state == "Deallocated" and (os_disk.get("diffDiskSettings") or {}).get("option") == "Local":
        raise _not_supported(
            f"ephemeral OS disks, which {scale_set.id} has, do not support the Deallocated state; use Running."
        )
    hibernation = (properties.get("additionalCapabilities") or {}).get("hibernationEnabled")
    if state == "Hibernated" and hibernation is not True:
        raise _not_supported(f"the Hibernated state needs hibernationEnabled, which {scale_set.id} does not have.")


def _check_numbers(scale_set: Resource, ready: int, location: str) -> None:
    if scale_set.body.get("location") != location:
        raise errors.invalid_parameter("The standby pool must be in the region of its scale set.", "location")
    # The pool has maxReadyCapacity less the set's instances (overview), so the two together have the larger number.
    together = max(int((scale_set.body.get("sku") or {}).get("capacity") or 0), ready)
    if together > MAX_MACHINES:
        raise errors.invalid_parameter(
            f"A scale set and its standby pool have {MAX_MACHINES} machines at most, not {together}.",
            "properties.elasticityProfile.maxReadyCapacity",
        )


def _not_supported(reason: str) -> errors.ArmError:
    return errors.ArmError(400, "StandbyPoolScaleSetNotSupported", f"The standby pool is not supported: {reason}")


def register(registry: Registry) -> None:
    """Add standby pools."""
    registry.add(StandbyPoolKind())
