"""The plan of an availability set's way into a Flexible scale set."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scaleset_migration.adopting.adopt import Adopted, CannotAdoptError, adopt
from scaleset_migration.availability.facts import facts
from scaleset_migration.availability.sets import AvailabilitySet
from scaleset_migration.availability.twin import Twin, twin
from scaleset_migration.availability.ways import Way, steps
from scaleset_migration.facts import Fact, Fate
from scaleset_migration.planning import CannotPlanError
from scaleset_migration.sources.files import unknown
from scaleset_migration.sources.owners import owner
from scaleset_operations.errors import UsageError

_MOST = 1000
ZONES = ("1", "2", "3")
"""The zones that a region may have."""


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """The plan of one availability set.

    Attributes:
        source: The availability set as it is.
        way: How its machines come into the scale set.
        twin: What there will be.
        facts: What becomes of everything.
        adopted: The component's arguments for it; None if the component can't say it.
        problems: Why it can't.
    """

    source: AvailabilitySet
    way: Way
    twin: Twin
    facts: tuple[Fact, ...]
    adopted: Adopted | None
    problems: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """The record of the plan, in the shape that every report is written from."""
        source = self.source
        outside = self.adopted.outside if self.adopted is not None else ()
        return {
            "set": {
                "kind": "availability set",
                "id": source.id,
                "name": source.name,
                "resourceGroup": source.group,
                "source": source.place,
                "instances": len(source.machines),
            },
            "twin": {"name": self.twin.name, "way": self.way.value, "zones": dict(self.twin.zones)},
            "problems": list(self.problems),
            "warnings": [
                *(self.adopted.warnings if self.adopted else ()),
                *(f"not in the program: {each}" for each in outside),
            ],
            "counts": {fate.value: sum(fact.fate is fate for fact in self.facts) for fate in Fate},
            "properties": [
                {**{name: value for name, value in asdict(fact).items() if value}, "fate": fact.fate.value}
                for fact in self.facts
            ],
            "ports": [],
            "steps": [{"step": step.value, **asdict(told)} for step, told in steps(self.way).items()],
            "operations": [],
        }


def plan_move(
    source: AvailabilitySet, way: Way = Way.MIGRATE, name: str = "", zones: Sequence[str] = ()
) -> PlannedMove:
    """The plan of an availability set.

    Args:
        source: The availability set.
        way: How its machines come into the scale set.
        name: The scale set's name; the availability set's with ``-flex`` by default.
        zones: The zones to spread the machines over; empty for a regional set.

    Raises:
        UsageError: Zones that no region has, or zones for a conversion.
        CannotPlanError: It belongs to another service, has no machines, or too little is known of it.
    """
    _check_zones(way, zones)
    reasons = _reasons(source)
    if reasons:
        raise CannotPlanError(source.place or source.name, reasons)
    made = twin(source, name or f"{source.name}-flex", way, zones)
    adopted, problems = _adopted(made)
    return PlannedMove(source, way, made, facts(source, made, way), adopted, problems)


def _check_zones(way: Way, zones: Sequence[str]) -> None:
    wrong = [each for each in zones if each not in ZONES]
    if wrong:
        raise UsageError(f"--zone {', '.join(wrong)}: the zones of a region are {', '.join(ZONES)}.")
    if len(set(zones)) < len(zones):
        raise UsageError(f"--zone {', '.join(zones)}: each zone once.")
    if zones and way is Way.CONVERT:
        raise UsageError("--zone: a converted set cannot have zones. Use --way migrate for zones.")


def _reasons(source: AvailabilitySet) -> tuple[str, ...]:
    name = source.name
    owned = owner(source.body, source.group)
    if owned is not None:
        return (f"{name} belongs to {owned.name}, which would undo a change: {owned.instead} ({owned.source})",)
    if not source.machines:
        return (f"{name} has no virtual machines in this source: an empty availability set can be deleted",)
    if len(source.machines) > _MOST:
        return (f"{name} has {len(source.machines)} machines, and a scale set at most {_MOST}",)
    hidden = [f"{each.vm.short}: {path}" for each in source.machines for path in unknown(_placed(each.vm.inputs))]
    if hidden:
        return (f"{name}: {', '.join(hidden)}: not known in this source; plan the live availability set (-g, -n)",)
    return ()


def _placed(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What has to be known of a machine: where it is, and which interfaces it has."""
    return {name: inputs[name] for name in ("availabilitySet", "networkProfile") if name in inputs}


def _adopted(made: Twin) -> tuple[Adopted | None, tuple[str, ...]]:
    try:
        return adopt(made.found, made.name), ()
    except CannotAdoptError as error:
        return None, tuple(error.reasons)
