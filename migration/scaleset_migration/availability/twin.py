"""What there will be: the scale set with the machines in it, and where each of them goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pulumi_azure_scaleset.plan import tokens
from scaleset_migration.adopting.things import GROUP, Found, Machine, Thing
from scaleset_migration.availability.sets import AvailabilitySet
from scaleset_migration.availability.ways import Way
from scaleset_migration.reverse.parts import at

DOMAINS = 2
"""The fault domains of an availability set that does not say how many."""
_SET = "Microsoft.Compute/virtualMachineScaleSets"
_KEPT = ("proximityPlacementGroup", "scheduledEventsPolicy", "tags")
"""What the set has as the availability set had it."""


@dataclass(frozen=True, slots=True)
class Twin:
    """What there will be.

    Attributes:
        id: The set's ARM id.
        name: Its name.
        zones: The zone of each machine by its name; empty for a regional set.
        found: The set and its machines, as an import would read them.
    """

    id: str
    name: str
    zones: Mapping[str, str]
    found: Found

    @property
    def body(self) -> dict[str, Any]:
        """The set's properties as azure-native flattens them, without the names that are in its id."""
        names = {GROUP, "vmScaleSetName"}
        return {name: value for name, value in self.found.scale_set.inputs.items() if name not in names}


def twin(source: AvailabilitySet, name: str, way: Way, zones: Sequence[str]) -> Twin:
    """What there will be.

    Args:
        source: The availability set.
        name: The set's name.
        way: How its machines come into the set.
        zones: The zones to spread the machines over, in turn; empty for a regional set.
    """
    root = source.id.rpartition("/providers/")[0]
    identity = f"{root}/providers/{_SET}/{name}"
    kept = {member: value for member in _KEPT if (value := source.body.get(member))}
    inputs: dict[str, Any] = {
        GROUP: source.group,
        "vmScaleSetName": name,
        "location": source.body.get("location"),
        "orchestrationMode": "Flexible",
        "platformFaultDomainCount": 1 if zones else int(at(source.body, "platformFaultDomainCount") or DOMAINS),
        **({"zones": list(zones)} if zones else {}),
        **({"constrainedMaximumCapacity": True} if way is Way.CONVERT else {}),
        **kept,
    }
    inputs = {member: value for member, value in inputs.items() if value is not None}
    places = {each.vm.short: zones[index % len(zones)] for index, each in enumerate(source.machines)} if zones else {}
    found = Found(
        scale_set=Thing(identity, tokens.SCALE_SET, inputs),
        machines=tuple(_moved(each, identity, places.get(each.vm.short, "")) for each in source.machines),
        place=source.place,
        exact=False,
    )
    return Twin(identity, name, places, found)


def _moved(machine: Machine, identity: str, zone: str) -> Machine:
    inputs = {name: value for name, value in machine.vm.inputs.items() if name != "availabilitySet"}
    inputs["virtualMachineScaleSet"] = {"id": identity}
    if zone:
        inputs["zones"] = [zone]
    return replace(machine, vm=replace(machine.vm, inputs=inputs))
