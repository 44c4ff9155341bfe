"""The plan of an availability set as it is on disk: what a run and a verification need."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scaleset_migration.availability.planning import PlannedMove
from scaleset_migration.availability.ways import Way

_OUTSIDE = frozenset({"location", "tags", "zones"})


@dataclass(frozen=True, slots=True)
class SavedMove:
    """The plan of one availability set.

    Attributes:
        old: The availability set's id.
        new: The scale set's id.
        way: How its machines come into the scale set.
        body: The scale set's body as ARM takes it.
        machines: The ids of the machines, in their order.
        zones: The zone of each machine by its name; empty for a regional set.
    """

    old: str
    new: str
    way: Way
    body: Mapping[str, Any]
    machines: tuple[str, ...]
    zones: Mapping[str, str]

    @property
    def name(self) -> str:
        """The scale set's name."""
        return self.new.rsplit("/", 1)[-1]


def to_json(planned: PlannedMove) -> dict[str, Any]:
    """What is written of a plan; it has no secrets."""
    body = planned.twin.body
    return {
        "availabilitySet": planned.source.id,
        "scaleSet": planned.twin.id,
        "way": planned.way.value,
        "body": {
            **{name: value for name, value in body.items() if name in _OUTSIDE},
            "properties": {name: value for name, value in body.items() if name not in _OUTSIDE},
        },
        "machines": [each.vm.id for each in planned.source.machines],
        "zones": dict(planned.twin.zones),
    }


def from_json(entry: Mapping[str, Any]) -> SavedMove:
    """What :func:`to_json` wrote.

    Raises:
        KeyError: A member is missing.
        ValueError: The way is none.
    """
    return SavedMove(
        old=str(entry["availabilitySet"]),
        new=str(entry["scaleSet"]),
        way=Way(entry["way"]),
        body=dict(entry["body"]),
        machines=tuple(map(str, entry["machines"])),
        zones=dict(entry["zones"]),
    )
