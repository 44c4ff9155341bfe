"""Showing something again and again, as ``watch`` does."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from collections.abc import Awaitable, Callable

from scaleset_operations.cli.output import err

_CLEAR = "\x1b[H\x1b[2J"


async def repeated(seconds: float, show: Callable[[], Awaitable[int | None]]) -> int | None:
    """Show once, or for ever with pauses; a terminal is cleared before each time, elsewhere a line has the time."""
    if not seconds:
        return await show()
    while True:
        if sys.stdout.isatty():
            sys.stdout.write(_CLEAR)
        else:
            err().print(f"--- {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S} UTC", markup=False)
        await show()
        sys.stdout.flush()
        await asyncio.sleep(seconds)
