"""What a migration of a load balancer's NAT pools consists of; it can be written down and read again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scaleset_operations.target import last_segment

Body = Mapping[str, Any]
RETIRES = dt.date(2027, 9, 30)
"""The day on which Azure retires NAT pools. Source: learn.microsoft.com, "Migrate from Inbound NAT rules version 1"."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One IP configuration of a scale set's profile.

    Attributes:
        scale_set: The set's ARM id.
        nic: The network interface configuration's name.
        configuration: The IP configuration's name.
    """

    scale_set: str
    nic: str
    configuration: str

    @property
    def key(self) -> str:
        """The same for the same place, however it is spelled."""
        return f"{self.scale_set}|{self.nic}|{self.configuration}".lower()

    def to_json(self) -> dict[str, str]:
        """For the journal."""
        return {"set": self.scale_set, "nic": self.nic, "configuration": self.configuration}


def place_of(data: Mapping[str, Any]) -> Place:
    """A place out of a journal."""
    return Place(str(data["set"]), str(data["nic"]), str(data["configuration"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One NAT rule that replaces a NAT pool.

    Attributes:
        nat_pool: The NAT pool's name.
        name: The rule's name.
        pool: The ARM id of the backend pool that it is over.
        body: The rule as it is sent, with its name.
        places: The IP configurations that use the NAT pool.
    """

    nat_pool: str
    name: str
    pool: str
    body: Body
    places: tuple[Place, ...]

    @property
    def start(self) -> int:
        """The first port of its range."""
        return int(self.body["properties"]["frontendPortRangeStart"])

    @property
    def end(self) -> int:
        """The last port of its range."""
        return int(self.body["properties"]["frontendPortRangeEnd"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changes in one IP configuration.

    Attributes:
        place: The IP configuration.
        leaves: The ARM ids of the NAT pools that it leaves, in their order.
        joins: The ARM ids of the backend pools that it joins.
    """

    place: Place
    leaves: tuple[str, ...]
    joins: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The migration of one load balancer.

    Attributes:
        balancer: Its ARM id.
        nat_pools: Its NAT pools as Azure has them.
        rules: The rules that replace them.
        new_pools: The names of the backend pools that are made.
        changes: What changes in the models of sets.
        stale: ARM ids of sets whose instances alone still use a NAT pool: their model does not.
    """

    balancer: str
    nat_pools: tuple[Body, ...]
    rules: tuple[Rule, ...]
    new_pools: tuple[str, ...]
    changes: tuple[Change, ...]
    stale: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The load balancer's name."""
        return last_segment(self.balancer)

    @property
    def sets(self) -> tuple[str, ...]:
        """The ARM ids of the sets that take part."""
        found = {each.place.scale_set.lower(): each.place.scale_set for each in self.changes}
        found |= {each.lower(): each for each in self.stale}
        return tuple(found[key] for key in sorted(found))

    def of_set(self, identity: str) -> tuple[Change, ...]:
        """The changes of one set's model."""
        return tuple(each for each in self.changes if each.place.scale_set.lower() == identity.lower())

    def to_json(self) -> dict[str, Any]:
        """For the journal."""
        return {
            "balancer": self.balancer,
            "natPools": list(self.nat_pools),
            "rules": [
                {
                    "natPool": each.nat_pool,
                    "name": each.name,
                    "pool": each.pool,
                    "body": each.body,
                    "places": [place.to_json() for place in each.places],
                }
                for each in self.rules
            ],
            "newPools": list(self.new_pools),
            "changes": [
                {"place": each.place.to_json(), "leaves": list(each.leaves), "joins": list(each.joins)}
                for each in self.changes
            ],
            "stale": list(self.stale),
        }


def plan_of(data: Mapping[str, Any]) -> Plan:
    """A plan out of a journal.

    Raises:
        KeyError: Something is missing.
        TypeError: Something is of another type.
    """
    return Plan(
        balancer=str(data["balancer"]),
        nat_pools=tuple(data["natPools"]),
        rules=tuple(
            Rule(
                nat_pool=each["natPool"],
                name=each["name"],
                pool=each["pool"],
                body=each["body"],
                places=tuple(map(place_of, each["places"])),
            )
            for each in data["rules"]
        ),
        new_pools=tuple(data["newPools"]),
        changes=tuple(
            Change(place=place_of(each["place"]), leaves=tuple(each["leaves"]), joins=tuple(each["joins"]))
            for each in data["changes"]
        ),
        stale=tuple(data["stale"]),
    )


def configurations(identity: str, network: object) -> Iterator[tuple[Place, dict[str, Any]]]:
    """The IP configurations of a set's network profile, each with its properties.

    Args:
        identity: The set's ARM id.
        network: ``properties.virtualMachineProfile.networkProfile``; None where the set has none.
    """
    faces = network.get("networkInterfaceConfigurations") if isinstance(network, Mapping) else None
    for face in faces or []:
        for each in (face.get("properties") or {}).get("ipConfigurations") or []:
            yield Place(identity, str(face.get("name")), str(each.get("name"))), each.get("properties") or {}


def network_of(model: Body) -> Any:
    """The network profile of a set's model."""
    return ((model.get("properties") or {}).get("virtualMachineProfile") or {}).get("networkProfile") or {}


def ids(items: object) -> tuple[str, ...]:
    """The ARM ids in a list of references."""
    return tuple(str(each["id"]) for each in items if each.get("id")) if isinstance(items, list) else ()


def reference(item: object) -> str:
    """The ARM id of a reference."""
    return str(item.get("id") or "") if isinstance(item, Mapping) else ""
