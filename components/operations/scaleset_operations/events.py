"""What Azure plans for a set's instances and what it waits for, as far as Azure Resource Manager shows it.

Planned maintenance is in each instance's view (``maintenanceRedeployStatus``). What a lifecycle hook waits for is in
the set's ``lifecycleHookEvents``. ARM does not have the Scheduled Events of the next minutes (reboot, redeploy,
preempt): only the machine itself can read them, from its Instance Metadata Service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scaleset_operations.instances import Instance

NOT_IN_ARM = (
    "Scheduled Events of the next minutes are read on the machine itself "
    "(http://169.254.169.254/metadata/scheduledevents): Azure Resource Manager does not have them."
)
_MAINTENANCE = "maintenanceRedeployStatus"


def maintenance(instances: Sequence[Instance]) -> Iterator[dict[str, Any]]:
    """The planned maintenance of the instances that have one."""
    for each in instances:
        status = each.view.get(_MAINTENANCE)
        if isinstance(status, Mapping) and status:
            yield {
                "instance": each.name,
                "kind": "maintenance",
                "state": str(status.get("lastOperationResultCode") or ""),
                "selfService": status.get("isCustomerInitiatedMaintenanceAllowed"),
                "from": _window(status, "Start"),
                "until": _window(status, "End"),
                "what": str(status.get("lastOperationMessage") or ""),
            }


def _window(status: Mapping[str, Any], end: str) -> str:
    """The begin or end of the window in which the owner may start it; after it, that of Azure's own."""
    return str(status.get(f"preMaintenanceWindow{end}Time") or status.get(f"maintenanceWindow{end}Time") or "")


def hooks(events: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The events of lifecycle hooks, a record for each resource that they are about."""
    for event in events:
        inner = event.get("properties") or {}
        for target in inner.get("targetResources") or [{}]:
            identity = str((target.get("resource") or {}).get("id") or "")
            yield {
                "instance": identity.rsplit("/", 1)[-1],
                "kind": f"lifecycle hook {inner.get('type') or ''}".strip(),
                "state": str(target.get("actionState") or inner.get("state") or ""),
                "selfService": None,
                "from": "",
                "until": str(inner.get("waitUntil") or ""),
                "what": f"{event.get('name')}: {inner.get('defaultAction') or 'no'} by default",
            }
