"""The options that plans of availability sets have."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

from scaleset_operations.cli.options import OptionGroup

_PANEL = "Availability sets"


class Way(StrEnum):
    """How an availability set's machines come into the scale set."""

    MIGRATE = "migrate"
    CONVERT = "convert"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOptions(OptionGroup):
    """How an availability set's machines come into the scale set, and where."""

    way: Annotated[
        Way,
        typer.Option(
            "--way",
            rich_help_panel=_PANEL,
            help="Move the machines one at a time, each with a stop (migrate), or all at once without one, into a set "
            "with fewer features (convert).",
        ),
    ] = Way.MIGRATE
    zone: Annotated[
        list[str] | None,
        typer.Option(
            "--zone",
            metavar="ZONE",
            rich_help_panel=_PANEL,
            help="A zone of the new set; may be given several times. The machines are spread over them in turn. "
            "Default: a regional set.",
        ),
    ] = None
