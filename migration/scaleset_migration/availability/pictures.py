"""The pictures of before and after: the availability set with its machines, and the scale set with the same ones."""

from collections.abc import Iterator
from dataclasses import replace

from scaleset_core.picture import Picture
from scaleset_migration.adopting.things import Machine, Thing
from scaleset_migration.availability.planning import PlannedMove
from scaleset_migration.estate import resource_of
from scaleset_migration.reverse.parts import given
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.preview.drawing import pictures_of

_NOT_OF_THIS = ("Mode", "Upgrade policy", "Zones", "Size")
"""What the heading of a scale set says, and an availability set does not have."""


def move_pictures(planned: PlannedMove) -> list[tuple[str, Picture]]:
    """The pictures with their titles."""
    source, twin = planned.source, planned.twin
    around = [resource_of(key, arm_types.LOAD_BALANCER, body) for key, body in source.balancers.items()]
    # A set in the availability set's place: the drawing knows sets.
    stand_in = {"orchestrationMode": "Flexible", **given(location=source.body.get("location"))}
    before = [resource_of(source.id, arm_types.SCALE_SET, stand_in)]
    machines = [replace(each, vm=_member(each.vm, source.id)) for each in source.machines]
    after = [resource_of(twin.id, arm_types.SCALE_SET, twin.body)]
    found = [("Before", _renamed(each)) for each in _drawn([*before, *around], machines, source.place)]
    return found + [("After", each) for each in _drawn([*after, *around], list(twin.found.machines), "the plan")]


def _drawn(resources: list[Resource], machines: list[Machine], place: str) -> list[Picture]:
    things = [_of(thing) for machine in machines for thing in _things(machine)]
    return pictures_of(Estate([*resources, *things], whole=False), place)


def _things(machine: Machine) -> Iterator[Thing]:
    yield machine.vm
    yield from machine.nics
    yield from machine.addresses.values()
    yield from machine.locks


def _of(thing: Thing) -> Resource:
    return resource_of(thing.id, arm_types.from_pulumi(thing.token), thing.inputs)


def _member(vm: Thing, identity: str) -> Thing:
    return replace(vm, inputs={**vm.inputs, "virtualMachineScaleSet": {"id": identity}})


def _renamed(picture: Picture) -> Picture:
    facts = {label: text for label, text in picture.facts.items() if label not in _NOT_OF_THIS}
    return replace(picture, mode=None, facts={"Kind": "availability set", **facts})
