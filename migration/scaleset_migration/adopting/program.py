"""The program of adopted sets."""

from collections.abc import Sequence

from scaleset_migration.adopting.adopt import Adopted
from scaleset_migration.programs import Program

FILE = "import.json"
"""The name of the file for ``pulumi import``."""
_SUBSCRIPTION = 2
_NAMED = 4


def program_of(adopted: Sequence[Adopted]) -> Program:
    """The program that declares the sets.

    Args:
        adopted: The sets, at least one.
    """
    named = ", ".join(each.component for each in adopted)
    names = named if len(adopted) <= _NAMED else f"{len(adopted)} of them"
    first = adopted[0].found.scale_set
    return Program(
        name="adopted-scale-sets",
        description=f"Scale sets as they run in Azure: {names}.",
        sets={each.component: each.arguments for each in adopted},
        location=str(first.inputs.get("location") or ""),
        subscription=first.id.split("/")[_SUBSCRIPTION],
        ignored={each.component: each.ignored for each in adopted},
    )
