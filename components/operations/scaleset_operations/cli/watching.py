"""The option ``--watch``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from scaleset_operations.cli.options import OptionGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchOptions(OptionGroup):
    """Whether the result is shown again and again."""

    watch: Annotated[
        float,
        typer.Option(
            "--watch",
            metavar="[SECONDS]",
            min=0,
            help="Refresh at this interval in seconds (5 without a value), until Ctrl-C.",
            rich_help_panel="Output",
        ),
    ] = 0.0
