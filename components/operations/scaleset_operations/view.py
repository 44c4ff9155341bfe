"""The picture of a scale set: its instances by zone and fault domain, their locks and network."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scaleset_core.modes import ROWS, Mode
from scaleset_operations.graph import STALENESS
from scaleset_operations.instances import Instance, with_set_facts
from scaleset_operations.inventory import (
    Lock,
    ScaleSet,
    set_machines,
    with_locks,
)
from scaleset_operations.network import Network, nat_table, read_network
from scaleset_operations.service import Operations


@dataclass(frozen=True, slots=True, kw_only=True)
class SetView:
    """Everything ``scaleset set view`` shows.

    Attributes:
        scale_set: The scale set.
        instances: Its instances, with states, protection and locks.
        locks: The management locks of the resource group.
        network: NICs, load balancers and rules; None if it was not requested.
        source: Where the states come from, and how old they may be.
        summary: The set's own instance view (Uniform), or ``{}``.
    """

    scale_set: ScaleSet
    instances: Sequence[Instance]
    locks: Sequence[Lock] = ()
    network: Network | None = None
    source: str = ""
    summary: Mapping[str, Any] = field(default_factory=dict)

    def placement(self) -> dict[tuple[str, int | None], list[Instance]]:
        """The instances by zone and fault domain, both in order."""
        groups: dict[tuple[str, int | None], list[Instance]] = {}
        for item in sorted(self.instances, key=_place):
            groups.setdefault((item.zone, item.fault_domain), []).append(item)
        return groups

    def to_json(self) -> dict[str, Any]:
        """The record that ``--output json`` prints."""
        record: dict[str, Any] = {
            "id": self.scale_set.target.id,
            "name": self.scale_set.target.name,
            "orchestrationMode": self.scale_set.mode.value,
            "location": self.scale_set.location,
            "source": self.source,
            "instances": [item.to_row() for item in self.instances],
            "locks": [{"name": lock.name, "level": lock.level, "scope": lock.scope} for lock in self.locks],
        }
        if self.summary:
            record["instanceView"] = dict(self.summary)
        if self.network is not None:
            record["inboundNat"] = nat_table(self.network)
        return record

    def verdicts(self) -> list[dict[str, str]]:
        """The mode table's facts about this set's mode, row by row."""
        found = []
        for entry in ROWS.values():
            route = entry.route(self.scale_set.mode)
            found.append(
                {
                    "row": entry.id,
                    "section": entry.section,
                    "title": entry.title,
                    "route": route.kind.value,
                    "call": route.http,
                    "note": route.note or (f"{route.reason}. Instead: {route.alternative}." if route.reason else ""),
                    "command": entry.command,
                    "supported": "yes" if route.supported else "no",
                }
            )
        return found


def _place(item: Instance) -> tuple[str, int, str]:
    return item.zone, -1 if item.fault_domain is None else item.fault_domain, item.name


async def read_view(operations: Operations, *, live: bool = False, network: bool = False) -> SetView:
    """Read the data of the picture: the states, the locks, and the network if requested."""
    scale_set = await operations.scale_set()
    flexible = scale_set.mode is Mode.FLEXIBLE
    summary: Mapping[str, Any] = {}
    if flexible:
        found, others = await asyncio.gather(
            operations.instances(live=live), set_machines(operations.azure, scale_set.target, scale_set.mode)
        )
        known = {item.name.lower(): item for item in others}
        found = [with_set_facts(item, known.get(item.name.lower(), item)) for item in found]
    else:
        found, summary = await asyncio.gather(operations.instances(live=True), operations.set_view())
    locks = await operations.locks()
    around = None
    if network:
        around = await read_network(operations.azure, scale_set.target, scale_set.mode, found, scale_set.model)
    return SetView(
        scale_set=scale_set,
        instances=with_locks(found, locks),
        locks=[lock for lock in locks if _belongs(lock, scale_set, found)],
        network=around,
        source=STALENESS if flexible and not live else "read from the instances just now",
        summary=summary,
    )


def _belongs(lock: Lock, scale_set: ScaleSet, instances: Sequence[Instance]) -> bool:
    return lock.covers(scale_set.target.id) or any(lock.covers(item.resource_id) for item in instances)
