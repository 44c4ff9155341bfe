"""A scale set and its surroundings, as far as a source shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Member:
    """An instance as it runs.

    Attributes:
        id: Its ARM id.
        name: Its number in the set, or its name.
        zone: Its zone, or ``""``.
        protection: What it is protected from: ``protectFromScaleIn``, ``protectFromScaleSetActions``.
        running: Whether it runs; None if that is not known.
    """

    id: str
    name: str
    zone: str = ""
    protection: tuple[str, ...] = ()
    running: bool | None = None


@dataclass(frozen=True, slots=True)
class Port:
    """A front-end port through which one instance is reached.

    Attributes:
        balancer: The load balancer's id.
        frontend: The id of the front-end configuration.
        pool: The NAT pool's name (of a version 2 rule: the rule's).
        port: The front-end port.
        backend: The port on the instance.
        protocol: Tcp or Udp.
        member: The instance's name, ``""`` if nobody uses the port yet.
        predicted: Whether the instance was computed from the pool's range and was not read.
        stays: Whether it is of a version 2 rule over the backend pool, which serves both modes.
    """

    balancer: str
    frontend: str
    pool: str
    port: int
    backend: int
    protocol: str
    member: str = ""
    predicted: bool = False
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """What a second set of the same size needs of a subscription's quotas, and what they have left.

    Attributes:
        family: The quota of the size: ``standardDSv5Family``.
        needed: The vCPUs that the second set needs.
        family_left: What is left of the family's vCPUs in the region.
        region_left: What is left of all vCPUs in the region.
    """

    family: str
    needed: int
    family_left: int
    region_left: int

    @property
    def left(self) -> int:
        """How many vCPUs there are."""
        return min(self.family_left, self.region_left)


@dataclass(frozen=True, slots=True)
class Situation:
    """A scale set and its surroundings.

    Attributes:
        id: The set's ARM id; parts in braces are not known.
        name: Its name.
        group: Its resource group.
        body: Its properties as azure-native flattens them.
        balancers: Load balancers by their id in lower case, with their properties.
        subnets: The properties of subnets by their id in lower case, as far as they are known.
        members: Its instances; None if the source does not show them.
        ports: The front-end ports of its NAT pools.
        autoscale: The properties of its autoscale settings.
        locks: Management locks at it or its instances: ``(scope, level, name)``.
        roles: Role assignments to its system-assigned identity, or at it.
        settings: Names of its diagnostic settings.
        naming: Other resources that name its id (alerts, dashboards), by type and name.
        unread: What the account has no permission to read (``role assignments``), so there may be some.
        room: Its room in the quotas; None if that is not known, or the set has no instances.
        live: Whether it was read from Azure.
        place: What names it for people: a file, ``rg/web``.
    """

    id: str
    name: str
    group: str
    body: Mapping[str, Any]
    balancers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    subnets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    members: tuple[Member, ...] | None = None
    ports: tuple[Port, ...] = ()
    autoscale: tuple[Mapping[str, Any], ...] = ()
    locks: tuple[tuple[str, str, str], ...] = ()
    roles: tuple[Mapping[str, Any], ...] = ()
    settings: tuple[str, ...] = ()
    naming: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    room: Room | None = None
    live: bool = False
    place: str = ""

    @property
    def capacity(self) -> int:
        """How many instances there are: those that were read, else as many as the model says."""
        if self.members is not None:
            return len(self.members)
        sku = self.body.get("sku")
        found = sku.get("capacity") if isinstance(sku, Mapping) else None
        return int(found) if isinstance(found, int | float) else 0
