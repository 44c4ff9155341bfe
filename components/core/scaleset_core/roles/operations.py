"""The Azure operation that a route of the mode table needs: ``POST restart`` of a machine is
``Microsoft.Compute/virtualMachines/restart/action``.

Names and spelling: learn.microsoft.com, "Azure permissions for Compute" (2026-03-08).
"""

from collections.abc import Mapping

from scaleset_core.modes import Route, RouteKind

SET = "Microsoft.Compute/virtualMachineScaleSets"
INSTANCE = f"{SET}/virtualMachines"
VM = "Microsoft.Compute/virtualMachines"
LOCK = "Microsoft.Authorization/locks"
SCHEDULE = "Microsoft.ComputeSchedule/locations"
GRAPH = "Microsoft.ResourceGraph/resources/read"

_TYPES: Mapping[str, str] = {
    "virtual_machine_scale_sets": SET,
    "virtual_machine_scale_set_extensions": SET,
    "virtual_machine_scale_set_rolling_upgrades": SET,
    "virtual_machine_scale_set_life_cycle_hook_events": SET,
    "virtual_machine_scale_set_vms": INSTANCE,
    "virtual_machine_scale_set_vm_extensions": INSTANCE,
    "virtual_machines": VM,
    "virtual_machine_extensions": VM,
    "management_locks": "",
    "scheduled_actions": SCHEDULE,
}
"""The resource type whose URL each operation group's calls start from; a lock's is the word itself."""

_VERBS = {"GET": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}
_SPELLED = {"poweroff": "powerOff", "manualupgrade": "manualUpgrade", "reimageall": "reimageAll"}
"""Words that the operation spells otherwise than the URL; Azure compares them without case."""
_LATER = {"rollingUpgrades/latest": "rollingUpgrades", "rollingUpgrades/cancel": "rollingUpgrades"}
"""Tails whose last word Azure takes for a resource's name."""

UNLISTED: frozenset[str] = frozenset(
    {
        f"{SET}/scaleOut/action",
        f"{SET}/migrateVMAvailabilityZone/action",
        f"{SET}/extensionRollingUpgrade/action",
        f"{SET}/convertToSinglePlacementGroup/action",
        f"{SET}/lifecycleHookEvents/read",
        f"{SET}/lifecycleHookEvents/write",
    }
)
"""Operations of calls that the REST specification has and Microsoft's page of permissions lacks (2026-03-08).

Their names follow Azure Resource Manager's rule. Azure refuses a role with an operation that it does not know
(``InvalidActionOrNotAction``), so they are in a role of their own, which stops no other.
"""


def operation_of(route: Route) -> str:
    """The operation that the route's call needs; ``""`` for a route without a call.

    Raises:
        KeyError: The operation group has no resource type here.
    """
    if route.kind in {RouteKind.DECLARED, RouteKind.UNSUPPORTED}:
        return ""
    if route.kind is RouteKind.RESOURCE_GRAPH:
        return GRAPH
    verb, _, word = route.http.partition(" ")
    base = "" if route.kind is RouteKind.VM_LIST else _TYPES[route.group]
    if route.kind is RouteKind.VM_LIST:
        return f"{VM}/read"
    if route.kind is RouteKind.LOCK:
        return f"{word}/{_VERBS[verb]}"
    if base == INSTANCE and word == "virtualMachines":
        return f"{INSTANCE}/read"
    if word in _LATER:
        return f"{base}/{_LATER[word]}/{'action' if verb == 'POST' else _VERBS[verb]}"
    tail = f"/{_SPELLED.get(word, word)}" if word else ""
    return f"{base}{tail}/{'action' if verb == 'POST' else _VERBS[verb]}"
