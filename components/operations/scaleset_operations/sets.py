"""All scale sets of a resource group, of a subscription, or of every subscription that one may read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scaleset_core.modes import Mode
from scaleset_operations.azure import Azure
from scaleset_operations.errors import AzureError
from scaleset_operations.instances import power_state
from scaleset_operations.target import parse_target

_SETS = """resources
| where type == "microsoft.compute/virtualmachinescalesets"{condition}
| project id, name, resourceGroup, subscriptionId, location, zones, mode = properties.orchestrationMode, \
size = sku.name, capacity = sku.capacity, provisioning = properties.provisioningState
| order by name asc"""
_MACHINES = """resources
| where type == "microsoft.compute/virtualmachines"{condition}
| where isnotempty(properties.virtualMachineScaleSet.id)
| project id, scaleSet = properties.virtualMachineScaleSet.id, power = properties.extended.instanceView.powerState.code
| order by id asc"""
_SIDE_BY_SIDE = 20
_FORBIDDEN = 403
_RUNNING = "running"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One scale set of a list.

    Attributes:
        id: Its ARM id.
        name: Its name.
        resource_group: Its resource group, in lower case as Resource Graph has it.
        subscription: Its subscription's id.
        location: Its region.
        mode: Its orchestration mode.
        size: The VM size of its model; empty if it has none.
        capacity: How many instances it should have; None if it does not say.
        running: How many of its instances run; None if the caller has no permission to read that.
        zones: Its availability zones.
        provisioning: ``Succeeded``, ``Updating``, ``Failed`` ...
    """

    id: str
    name: str
    resource_group: str
    subscription: str
    location: str
    mode: Mode
    size: str = ""
    capacity: int | None = None
    running: int | None = None
    zones: tuple[str, ...] = ()
    provisioning: str = ""

    def to_row(self) -> dict[str, Any]:
        """The flat record that is printed."""
        return {
            "name": self.name,
            "resourceGroup": self.resource_group,
            "orchestrationMode": self.mode.value,
            "location": self.location,
            "size": self.size,
            "capacity": self.capacity,
            "running": self.running,
            "zones": ", ".join(self.zones),
            "provisioningState": self.provisioning,
            "subscription": self.subscription,
            "id": self.id,
        }


def from_row(row: Mapping[str, Any]) -> Listed:
    """A scale set from Resource Graph. One without an orchestration mode is Uniform, as in ARM."""
    capacity = row.get("capacity")
    return Listed(
        id=str(row["id"]),
        name=str(row["name"]),
        resource_group=str(row.get("resourceGroup") or ""),
        subscription=str(row.get("subscriptionId") or ""),
        location=str(row.get("location") or ""),
        mode=Mode.FLEXIBLE if str(row.get("mode") or "").lower() == "flexible" else Mode.UNIFORM,
        size=str(row.get("size") or ""),
        capacity=int(capacity) if capacity not in {None, ""} else None,
        zones=tuple(str(zone) for zone in row.get("zones") or ()),
        provisioning=str(row.get("provisioning") or ""),
    )


def running_by_set(machines: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many machines run, by the lower-case id of their Flexible set; sets without a running one are there too."""
    found: dict[str, int] = {}
    for row in machines:
        key = str(row.get("scaleSet") or "").rstrip("/").lower()
        found[key] = found.get(key, 0) + (power_state(row.get("power")) == _RUNNING)
    return found


def running_of_view(view: Mapping[str, Any]) -> int:
    """How many instances run, by the instance view of a Uniform set."""
    summary = (view.get("virtualMachine") or {}).get("statusesSummary") or []
    return sum(int(each.get("count") or 0) for each in summary if power_state(each.get("code")) == _RUNNING)


async def list_sets(azure: Azure, *, group: str = "", everywhere: bool = False) -> list[Listed]:
    """The scale sets, by name; two Resource Graph queries, and one instance view for each Uniform set.

    Args:
        azure: The clients of one subscription.
        group: Only this resource group; empty: the whole subscription.
        everywhere: Every subscription that one may read.
    """
    condition = f'\n| where resourceGroup =~ "{group.replace(chr(34), "")}"' if group else ""
    rows, machines = await asyncio.gather(
        azure.query_graph(_SETS.format(condition=condition), everywhere=everywhere),
        azure.query_graph(_MACHINES.format(condition=condition), everywhere=everywhere),
    )
    counts = running_by_set(machines)
    gate = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def counted(item: Listed) -> Listed:
        if item.mode is Mode.FLEXIBLE:
            return replace(item, running=counts.get(item.id.rstrip("/").lower(), 0))
        async with gate:
            return replace(item, running=await _running(azure, item))

    return list(await asyncio.gather(*(counted(from_row(row)) for row in rows)))


async def _running(azure: Azure, item: Listed) -> int | None:
    target = parse_target(item.id)
    other = Azure(azure.connection, target.subscription) if target.subscription != azure.subscription else azure
    try:
        view = await other.ask("virtual_machine_scale_sets", "get_instance_view", target.resource_group, target.name)
    except AzureError as error:
        if error.status != _FORBIDDEN:
            raise
        return None
    finally:
        if other is not azure:
            await other.__aexit__(None, None, None)
    return running_of_view(view)
