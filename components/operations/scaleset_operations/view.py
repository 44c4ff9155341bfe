"""The picture of a scale set: its instances by zone and fault domain, their locks and network."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from scaleset_core.facts.secrets import masked
from scaleset_core.modes import Mode
from scaleset_operations.graph import STALENESS
from scaleset_operations.instances import Instance, with_set_facts
from scaleset_operations.inventory import (
    Lock,
    ScaleSet,
    set_machines,
    with_locks,
)
from scaleset_operations.network import nat_table
from scaleset_operations.outbound import outbound_table
from scaleset_operations.service import Operations
from scaleset_operations.surroundings import Surroundings, read_surroundings

_LOCKS = "locks: reading them is not allowed (Microsoft.Authorization/locks/read)"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetView:
    """Everything ``scaleset set view`` shows.

    Attributes:
        scale_set: The scale set.
        instances: Its instances, with states, protection and locks.
        locks: The management locks of the resource group.
        around: Interfaces, load balancers, subnets and all else of the network; None if it was not read.
        source: Where the states come from, and how old they may be.
        observed: When it was read.
        unread: Sentences about what could not be read, the network's own apart.
        summary: The set's own instance view (Uniform), or ``{}``.
    """

    scale_set: ScaleSet
    instances: Sequence[Instance]
    locks: Sequence[Lock] = ()
    around: Surroundings | None = None
    source: str = ""
    observed: datetime | None = None
    unread: Sequence[str] = ()
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
            "resourceGroup": self.scale_set.target.resource_group,
            "subscription": self.scale_set.target.subscription,
            "observed": self.observed.isoformat(timespec="seconds") if self.observed else None,
            "source": self.source,
            "instances": [item.to_row() for item in self.instances],
            "locks": [{"name": lock.name, "level": lock.level, "scope": lock.scope} for lock in self.locks],
        }
        if self.summary:
            record["instanceView"] = dict(self.summary)
        if self.around is not None:
            record |= _network_record(self.around, self.scale_set.mode)
        record["notRead"] = [*self.unread, *(self.around.unread if self.around else ())]
        result: dict[str, Any] = masked(record)
        return result


def _network_record(around: Surroundings, mode: Mode) -> dict[str, Any]:
    network = around.network
    return {
        "inboundNat": nat_table(network),
        "outbound": outbound_table(network, mode),
        "interfaces": [
            {
                "instance": face.instance,
                "interface": face.nic,
                "privateAddress": face.private_address,
                "publicAddress": network.addresses.get(face.public_address.lower(), ""),
                "subnet": face.subnet,
                "securityGroup": face.security_group,
            }
            for face in network.interfaces
        ],
        "subnets": list(network.subnets.values()),
        "securityGroups": list(network.security_groups.values()),
        "natGateways": list(around.nat_gateways.values()),
        "addresses": [{"id": key, "address": text} for key, text in network.addresses.items()],
    }


def _place(item: Instance) -> tuple[str, int, str]:
    return item.zone, -1 if item.fault_domain is None else item.fault_domain, item.name


async def read_view(operations: Operations, *, live: bool = False) -> SetView:
    """Read the data of the picture: the states, the locks and the network."""
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
    before = len(operations.notes)
    locks, around = await asyncio.gather(operations.locks(), read_surroundings(operations.azure, scale_set, found))
    return SetView(
        scale_set=scale_set,
        instances=with_locks(found, locks),
        locks=[lock for lock in locks if _belongs(lock, scale_set, found)],
        around=around,
        source=STALENESS if flexible and not live else "read from the instances just now",
        observed=datetime.now(UTC),
        unread=tuple(_LOCKS for note in operations.notes[before:] if note.startswith("locks ")),
        summary=summary,
    )


def _belongs(lock: Lock, scale_set: ScaleSet, instances: Sequence[Instance]) -> bool:
    return lock.covers(scale_set.target.id) or any(lock.covers(item.resource_id) for item in instances)
