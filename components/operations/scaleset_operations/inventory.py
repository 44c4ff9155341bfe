"""Reading: the scale set, its instances and the locks on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from scaleset_core.modes import Mode
from scaleset_core.order import natural
from scaleset_operations.azure import Azure
from scaleset_operations.errors import AzureError, UsageError
from scaleset_operations.graph import instances_query
from scaleset_operations.instances import (
    Instance,
    from_graph,
    from_machine,
    from_set_machine,
    with_set_facts,
)
from scaleset_operations.locks import Lock
from scaleset_operations.target import Target, last_segment, same_id

_NOT_FOUND = 404
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleSet:
    """What the operations need to know of a scale set.

    Attributes:
        target: Where it is.
        mode: Its orchestration mode.
        location: Its region.
        model: The resource as Azure gave it.
    """

    target: Target
    mode: Mode
    location: str
    model: Mapping[str, Any]


async def read_scale_set(azure: Azure, target: Target) -> ScaleSet:
    """The scale set, with one GET.

    Raises:
        UsageError: No scale set has this name.
        AzureError: Azure refused.
    """
    try:
        model = await azure.ask("virtual_machine_scale_sets", "get", target.resource_group, target.name)
    except AzureError as error:
        if error.status == _NOT_FOUND:
            raise UsageError(
                f"--name {target.name!r}: there is no such scale set in the resource group {target.resource_group!r} "
                f"of the subscription {target.subscription} ({error.code}). Check --resource-group and --subscription."
            ) from None
        raise
    text = _parsed(model, lambda body: str((body.get("properties") or {}).get("orchestrationMode") or "Uniform"))
    mode = Mode.FLEXIBLE if text.lower() == "flexible" else Mode.UNIFORM
    return ScaleSet(target=target, mode=mode, location=str(model.get("location") or ""), model=model)


async def live_instances(azure: Azure, target: Target, mode: Mode, *, set_facts: bool = False) -> list[Instance]:
    """The instances as they are now, with their states: one paged list call.

    Args:
        azure: The clients.
        target: The scale set.
        mode: Its mode.
        set_facts: On Flexible: read the scale-set API too, for model state and protection (a second list call).
    """
    if mode is Mode.UNIFORM:
        found = await azure.ask(
            "virtual_machine_scale_set_vms", "list", target.resource_group, target.name, expand="instanceView"
        )
        return [_parsed(item, lambda body: from_set_machine(body, mode)) for item in found]
    found = await azure.ask(
        "virtual_machines",
        "list",
        target.resource_group,
        filter=f"'virtualMachineScaleSet/id' eq '{target.id}'",
        expand="instanceView",
    )
    members = [item for item in found if same_id(_parsed(item, _set_of), target.id)]
    machines = sorted((_parsed(item, from_machine) for item in members), key=lambda item: natural(item.name))
    if not set_facts:
        return machines
    known = {item.name.lower(): item for item in await set_machines(azure, target, mode)}
    return [with_set_facts(item, known[item.name.lower()]) if item.name.lower() in known else item for item in machines]


def _set_of(machine: Mapping[str, Any]) -> str:
    """The set that a machine belongs to: Azure filters the list, and this checks the result."""
    return str(((machine.get("properties") or {}).get("virtualMachineScaleSet") or {}).get("id") or "")


async def set_machines(azure: Azure, target: Target, mode: Mode, *, views: bool = False) -> list[Instance]:
    """The instances as the scale-set API lists them: models, model state and protection; with ``views`` health too."""
    more = {"expand": "instanceView"} if views else {}
    found = await azure.ask("virtual_machine_scale_set_vms", "list", target.resource_group, target.name, **more)
    return [_parsed(item, lambda body: from_set_machine(body, mode)) for item in found]


def _parsed(body: Mapping[str, Any], parse: Callable[[Mapping[str, Any]], _T]) -> _T:
    """What ``parse`` makes of a resource.

    Raises:
        AzureError: A member has another type than Azure documents.
    """
    try:
        return parse(body)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        name = body.get("id") or body.get("name") or "a resource without an id"
        raise AzureError(0, "BadAnswer", f"{name}: not as Azure documents it ({error}).") from None


async def graph_instances(azure: Azure, target: Target) -> list[Instance]:
    """The instances of a Flexible set from Resource Graph: one request for a thousand."""
    rows = await azure.query_graph(instances_query(target))
    return sorted((_parsed(row, from_graph) for row in rows), key=lambda item: natural(item.name))


def parse_lock(body: Mapping[str, Any]) -> Lock:
    """A lock from its resource."""
    identifier = str(body["id"])
    scope = identifier[: identifier.lower().rindex("/providers/microsoft.authorization/locks/")]
    return Lock(name=last_segment(identifier), level=str((body.get("properties") or {}).get("level")), scope=scope)


async def read_locks(azure: Azure, target: Target) -> list[Lock]:
    """Every lock in the resource group of the set: one request."""
    found = await azure.ask("management_locks", "list_at_resource_group_level", target.resource_group)
    return [_parsed(item, parse_lock) for item in found]


def with_locks(instances: Iterable[Instance], locks: Sequence[Lock]) -> list[Instance]:
    """The instances, each with the locks that apply to it."""
    if not locks:
        return list(instances)
    found = []
    for item in instances:
        own = tuple(lock for lock in locks if lock.covers(item.resource_id))
        found.append(replace(item, locks=tuple(str(lock) for lock in own), guards=own))
    return found
