"""The two ways that Azure has from an availability set to a Flexible scale set, and their steps."""

from collections.abc import Mapping
from enum import StrEnum

from scaleset_migration.steps import Told

MIGRATE_PAGE = "https://learn.microsoft.com/azure/virtual-machines/availability-set-migrate-to-scale-sets"
CONVERT_PAGE = "https://learn.microsoft.com/azure/virtual-machines/availability-set-convert-to-scale-sets"
FLEXIBLE_PAGE = (
    "https://learn.microsoft.com/azure/virtual-machine-scale-sets/"
    "flexible-virtual-machine-scale-sets-migration-resources"
)
"""Microsoft's pages."""


class Way(StrEnum):
    """How the machines come into the scale set."""

    MIGRATE = "migrate"
    """One at a time: each is stopped, moved and started again. The set has all features, and may have zones."""
    CONVERT = "convert"
    """All at once, while they run. The set stays regional, and has some of the features."""

    @property
    def page(self) -> str:
        """Microsoft's page."""
        return MIGRATE_PAGE if self is Way.MIGRATE else CONVERT_PAGE


class MoveStep(StrEnum):
    """A step of either way."""

    CREATE = "create"
    START = "start"
    MOVE = "move"
    RETIRE = "retire"
    CONVERT = "convert"


_MIGRATE: Mapping[MoveStep, Told] = {
    MoveStep.CREATE: Told(
        "Create the Flexible set, without instances.",
        "Azure validates that the set can take the machines.",
        "Delete the set.",
        "None.",
    ),
    MoveStep.START: Told(
        "Put the availability set into migration mode.",
        "It names the set as its target.",
        "Cancel the migration.",
        "None. Until the end, Azure refuses changes of the availability set and new machines in it.",
    ),
    MoveStep.MOVE: Told(
        "Move the machines, a batch at a time. Each is removed from the backend pools, stopped, moved, started and "
        "added to the pools again. A machine that was stopped stays stopped.",
        "Each machine of the batch is in the set, runs, and does not report that it is unhealthy.",
        "None for a machine that has moved: it stays in the set. The others stay in the availability set.",
        "Behind a load balancer: none, as long as the other machines can carry the load. Clients that connect to one "
        "machine cannot reach it for some minutes.",
    ),
    MoveStep.RETIRE: Told(
        "Delete the empty availability set.",
        "It is deleted; all machines are in the set.",
        "None: this is the last step.",
        "None.",
    ),
}
_CONVERT: Mapping[MoveStep, Told] = {
    MoveStep.CONVERT: Told(
        "Azure creates the set, moves all machines into it while they run, and deletes the availability set.",
        "All machines are in the set and run as before; the availability set is deleted.",
        "None: a conversion cannot be undone.",
        "None.",
    )
}


def steps(way: Way) -> Mapping[MoveStep, Told]:
    """The steps of a way, in order."""
    return _MIGRATE if way is Way.MIGRATE else _CONVERT
