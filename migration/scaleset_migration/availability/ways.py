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
    """All at once, while they run. The set is regional for good, and has a part of the features."""

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
        "Make the Flexible set, without instances.",
        "Azure's own validation says that it can take the machines.",
        "Delete the set.",
        "None.",
    ),
    MoveStep.START: Told(
        "Put the availability set into migration mode.",
        "It names the set as its target.",
        "Cancel the migration.",
        "None. The availability set takes no change and no new machine until the end.",
    ),
    MoveStep.MOVE: Told(
        "Move the machines, a batch at a time: out of the backend pools, stopped, moved, started, and back into the "
        "pools. A machine that was stopped stays stopped.",
        "Each machine of the batch is in the set, runs, and reports no ill health.",
        "None for a machine that has moved: it stays in the set. The others stay in the availability set.",
        "Behind a load balancer: none, as long as the other machines carry the load. Whoever talks to one machine "
        "finds it stopped for some minutes.",
    ),
    MoveStep.RETIRE: Told(
        "Delete the empty availability set.",
        "It is gone; all machines are in the set.",
        "None: this is the last step.",
        "None.",
    ),
}
_CONVERT: Mapping[MoveStep, Told] = {
    MoveStep.CONVERT: Told(
        "Let Azure make the set, move all machines into it while they run, and delete the availability set.",
        "All machines are in the set, as they were; the availability set is gone.",
        "None: Azure converts nothing back.",
        "None.",
    )
}


def steps(way: Way) -> Mapping[MoveStep, Told]:
    """The steps of a way, in order."""
    return _MIGRATE if way is Way.MIGRATE else _CONVERT
