"""Showing something again and again, as ``watch`` does."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

import typer

from scaleset_operations.cli.options import OptionGroup
from scaleset_operations.cli.output import err

_CLEAR = "\x1b[H\x1b[2J"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchOptions(OptionGroup):
    """Whether the result is shown again and again."""

    watch: Annotated[
        float,
        typer.Option(
            "--watch",
            metavar="[SECONDS]",
            min=0,
            help="Show it again every so many seconds (5 where none is given), until Ctrl-C.",
            rich_help_panel="Output",
        ),
    ] = 0.0


async def repeated(seconds: float, show: Callable[[], Awaitable[int | None]]) -> int | None:
    """Show once, or for ever with pauses; a terminal is cleared before each time, elsewhere a line has the time."""
    if not seconds:
        return await show()
    import asyncio  # noqa: PLC0415 - help does not wait for it
    import datetime as dt  # noqa: PLC0415

    while True:
        if sys.stdout.isatty():
            sys.stdout.write(_CLEAR)
        else:
            err().print(f"--- {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S} UTC", markup=False)
        await show()
        sys.stdout.flush()
        await asyncio.sleep(seconds)
