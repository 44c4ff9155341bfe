"""An availability set with its machines, as far as a source shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scaleset_migration.adopting.things import Machine
from scaleset_migration.reverse.parts import at, ids, objects
from scaleset_operations.locks import Lock


@dataclass(frozen=True, slots=True)
class AvailabilitySet:
    """An availability set.

    Attributes:
        id: Its ARM id; parts in braces are not known.
        name: Its name.
        group: Its resource group.
        body: Its properties as azure-native flattens them.
        machines: Its virtual machines with what is attached to them.
        running: Whether each machine runs, by its id in lower case; a machine that is missing is not known.
        balancers: The load balancers of the machines by their ids in lower case, with their properties.
        locks: The management locks that may apply: those of its resource group, inherited ones included.
        locks_unread: Whether the account has no permission to read locks, so there may be some.
        naming: Other resources that name its id (alerts, dashboards), by type and name.
        registered: Whether the subscription takes part in the preview of the migration; None if that is not known.
        target: The id of the scale set that its machines are migrated to already; ``""`` if they are not.
        live: Whether it was read from Azure.
        place: What names the source for people.
    """

    id: str
    name: str
    group: str
    body: Mapping[str, Any]
    machines: tuple[Machine, ...] = ()
    running: Mapping[str, bool] = field(default_factory=dict)
    balancers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    locks: tuple[Lock, ...] = ()
    locks_unread: bool = False
    naming: tuple[str, ...] = ()
    registered: bool | None = None
    target: str = ""
    live: bool = False
    place: str = ""

    def runs(self, machine: Machine) -> bool | None:
        """Whether a machine runs; None if that is not known."""
        return self.running.get(machine.vm.id.lower())


def balancers_of(machine: Machine) -> list[str]:
    """The ids of the load balancers that a machine is behind, each once."""
    pools = (pool for each in _configurations(machine) for pool in ids(each, "loadBalancerBackendAddressPools"))
    return list(dict.fromkeys(str(pool).partition("/backendAddressPools/")[0] for pool in pools))


def _configurations(machine: Machine) -> list[Mapping[str, Any]]:
    return [each for nic in machine.nics for each in objects(nic.inputs, "ipConfigurations")]


def is_ephemeral(machine: Machine) -> bool:
    """Whether the OS disk is an ephemeral one, with which a machine can't be deallocated."""
    return bool(at(machine.vm.inputs, "storageProfile.osDisk.diffDiskSettings.option"))


def is_unmanaged(machine: Machine) -> bool:
    """Whether the OS disk is a blob in a storage account."""
    return at(machine.vm.inputs, "storageProfile.osDisk.vhd.uri") is not None


def basic_of(found: AvailabilitySet, machine: Machine) -> list[str]:
    """The Basic public addresses and load balancers of a machine, by kind and name."""
    addresses = [each.short for each in machine.addresses.values() if at(each.inputs, "sku.name") == "Basic"]
    balancers = [
        each.rsplit("/", 1)[-1]
        for each in balancers_of(machine)
        if at(found.balancers.get(each.lower(), {}), "sku.name") == "Basic"
    ]
    return [*(f"public address {each}" for each in addresses), *(f"load balancer {each}" for each in balancers)]
