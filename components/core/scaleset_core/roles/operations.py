"""The Azure operation that a route needs: ``Microsoft.Compute/virtualMachines/restart/action`` of a machine's restart.

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
    "virtual_machine_scale_set_vm_run_commands": INSTANCE,
    "virtual_machines": VM,
    "virtual_machine_run_commands": VM,
    "virtual_machine_extensions": VM,
    "management_locks": "",
    "scheduled_actions": SCHEDULE,
}
"""The resource type whose URL each operation group's calls start from; a lock's is the word itself."""

_VERBS = {"GET": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}
_SPELLED = {
    "poweroff": "powerOff",
    "manualupgrade": "manualUpgrade",
    "reimageall": "reimageAll",
    "rollingUpgrades/latest": "rollingUpgrades",
    "rollingUpgrades/cancel": "rollingUpgrades",
}
"""What the operation has for a tail of the URL: another spelling, and no last word that Azure takes for a name."""

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
(``InvalidActionOrNotAction``), so they are in a separate role, which stops no other.
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
    if word == "virtualMachines":  # a list, of the type itself
        word = ""
    base = _TYPES[route.group]
    kind = "/".join(part for part in (base, _SPELLED.get(word, word)) if part)
    return f"{kind}/{'action' if verb == 'POST' else _VERBS[verb]}"
