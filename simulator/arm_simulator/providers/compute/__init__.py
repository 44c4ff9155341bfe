"""Microsoft.Compute and Microsoft.ComputeSchedule: scale sets in both modes, their instances, VMs and extensions.

========================  ==============================================================================================
Module                    What it is
========================  ==============================================================================================
rules/                    Azure's rules, pure functions over ARM bodies; the table of contradictions between its pages
state                     the private state of one machine and what each action does to it, pure
views                     instance views
machine_body              from a set's profile to bodies of instances, VMs and NICs, pure
scaling, upgrades         how capacity, and how a changed model reach an instance
rolling                   rolling upgrades; hook_events, lifecycle_hooks: whom they ask, and the events as resources
zone_migration            instances that move to another availability zone
scale_sets, set_actions   ``virtualMachineScaleSets`` and its POST actions
scale_set_vms             ``virtualMachineScaleSets/virtualMachines``: instances; on Flexible the set's view of its VMs
virtual_machines          ``virtualMachines``; machine_actions: the POST actions of one machine
extensions, provisioning  the three types of extensions
disks                     the managed disks of machines
catalogue                 images, extensions, run commands and quotas of a region
availability_sets         ``availabilitySets``; availability_migration: how their machines come into a scale set
simple_kinds              placement groups, hosts, reservations, galleries, images ...
schedule                  Microsoft.ComputeSchedule
========================  ==============================================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from arm_simulator.core import errors
from arm_simulator.core.kinds import Registry, RouteHandler

from . import catalogue, schedule, simple_kinds
from .availability_sets import AvailabilitySetKind
from .common import INSTANCE, SET, VM, Body
from .disks import DiskKind
from .extensions import InstanceExtensionKind, SetExtensionKind, VmExtensionKind
from .lifecycle_hooks import LifecycleHookEventKind
from .scale_set_vms import InstanceKind
from .scale_sets import ScaleSetKind
from .sizes import DEFAULT_LOCATION, location_of, resource_skus, vm_sizes
from .virtual_machines import VirtualMachineKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arm_simulator.core.kinds import Context

__all__ = ["INSTANCE", "SET", "VM", "register"]


def register(registry: Registry) -> None:
    """Add the kinds and routes of Microsoft.Compute and Microsoft.ComputeSchedule."""
    registry.add(
        ScaleSetKind(),
        InstanceKind(),
        VirtualMachineKind(),
        DiskKind(),
        VmExtensionKind(),
        InstanceExtensionKind(),
        SetExtensionKind(),
        LifecycleHookEventKind(),
        AvailabilitySetKind(),
    )
    simple_kinds.register(registry)
    schedule.register(registry)
    catalogue.register(registry)
    for path, resource_type in (("virtualMachineScaleSets", SET), ("virtualMachines", VM)):
        registry.route("GET", "Microsoft.Compute", f"locations/{{location}}/{path}", _by_location(resource_type))
    registry.route("GET", "Microsoft.Compute", "locations/{location}/vmSizes", _sizes)
    registry.route("GET", "Microsoft.Compute", "skus", _resource_skus)


def _by_location(resource_type: str) -> RouteHandler:
    def handler(ctx: Context, parameters: Mapping[str, str], body: Body) -> Body:  # noqa: ARG001 - the route's shape
        found = ctx.store.list(type=resource_type, subscription=parameters["subscription"])
        wanted = parameters["location"].lower()
        return {"value": [ctx.render(item) for item in found if item.body.get("location") == wanted]}

    return handler


def _resource_skus(ctx: Context, parameters: Mapping[str, str], body: Body) -> Body:  # noqa: ARG001 - the route's shape
    text = ctx.query.get("$filter", "")
    location = location_of(text) if text else DEFAULT_LOCATION
    if location is None:
        raise errors.bad_request(f"The filter '{text}' is not valid; expected location eq '<region>'.", "$filter")
    return {"value": resource_skus(location)}


def _sizes(ctx: Context, parameters: Mapping[str, str], body: Body) -> Body:  # noqa: ARG001 - the route's shape
    return {"value": vm_sizes()}
