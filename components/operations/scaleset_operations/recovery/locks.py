"""Management locks on the stack's resources that the state does not have: they stop its next update."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scaleset_operations.azure import Azure
from scaleset_operations.inventory import parse_lock
from scaleset_operations.locks import Lock
from scaleset_operations.recovery import state
from scaleset_operations.recovery.arm_ids import group_of, subscription_of
from scaleset_operations.target import last_segment


async def find_locks(azure_of: Callable[[str], Azure], present: Mapping[str, Any]) -> list[dict[str, str]]:
    """The locks on the stack's resources and their groups, without those of the stack.

    Args:
        azure_of: The clients of a subscription.
        present: The stack's state, after the import of the locks that the program wants.

    Raises:
        AzureError: Azure refused.
    """
    ids = [str(each["id"]) for each in state.live(present).values() if str(each.get("id")).startswith("/")]
    own = {identifier.lower() for identifier in ids}
    groups = {group.lower(): group for group in map(group_of, ids) if group}
    found: dict[str, dict[str, str]] = {}
    for group in groups.values():
        azure = azure_of(subscription_of(group))
        for body in await azure.ask("management_locks", "list_at_resource_group_level", group.rpartition("/")[2]):
            lock = parse_lock(body)
            if str(body["id"]).lower() not in own and any(lock.covers(identifier) for identifier in ids):
                found[str(body["id"]).lower()] = _row(lock, str(body["id"]))
    return list(found.values())


def _row(lock: Lock, identifier: str) -> dict[str, str]:
    # The component names a lock after what it guards and its level.
    ours = lock.name.lower() == f"{last_segment(lock.scope)}-{lock.level}".lower()
    return {
        "lock": lock.name,
        "level": lock.level,
        "scope": lock.scope,
        "id": identifier,
        "owner": "component" if ours else "unknown",
        "look": f"az lock show --ids {identifier}",
    }
