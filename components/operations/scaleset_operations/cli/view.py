"""Drawing a scale set on a terminal, and writing it as a page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from scaleset_operations.cli.options import OutputFormat, OutputOptions
from scaleset_operations.cli.output import err, out, show
from scaleset_operations.cli.settings import output_format
from scaleset_operations.errors import UsageError
from scaleset_operations.instances import Instance

if TYPE_CHECKING:
    from scaleset_operations.view import SetView

_POWER = {"running": ("●", "green"), "stopped": ("◐", "yellow"), "deallocated": ("○", "bright_black")}
_FACTS = 6
_HEALTH = {"healthy": "green", "unhealthy": "red"}


def show_view(view: SetView, options: OutputOptions) -> None:
    """Draw the set, or print its record in another format than a table."""
    if options.query or output_format(options.output) is not OutputFormat.TABLE:
        show(view.to_json(), options)
        return
    console = out()
    target = view.scale_set.target
    console.print(
        f"[bold]{target.name}[/]  {view.scale_set.mode}  {view.scale_set.location}  {len(view.instances)} instances"
    )
    for (zone, domain), instances in view.placement().items():
        place = ", ".join(
            part
            for part in (f"zone {zone}" if zone else "", "" if domain is None else f"fault domain {domain}")
            if part
        )
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
        for number in range(_FACTS):  # only the locks' names may be wrapped
            table.add_column(no_wrap=number < _FACTS - 1 or not sys.stdout.isatty(), overflow="fold")
        for item in instances:
            table.add_row(*_line(item))
        console.print(Panel(table, title=place or "regional", title_align="left", expand=False))
    console.print(Text("● running  ◐ stopped  ○ deallocated  ? not told", style="bright_black"))
    for lock in view.locks:
        console.print(f"lock {lock} on {lock.scope}", markup=False)
    err().print(f"States {view.source}.", markup=False)


def _line(item: Instance) -> list[Text]:
    mark, style = _POWER.get(item.power, ("?", "yellow"))
    model = "" if item.latest_model is None else "latest model" if item.latest_model else "older model"
    return [
        Text(f"{mark} {item.name}", style=style),
        Text(item.power or "not told"),
        Text(item.health, style=_HEALTH.get(item.health, "")),
        Text(model, style="" if item.latest_model is not False else "yellow"),
        Text(f"Spot {item.size}" if item.spot else item.size),
        Text(f"protected: {item.protection}" if item.protection else "", style="cyan"),
    ]


def write_page(view: SetView, file: Path) -> None:
    """Write the page.

    Raises:
        UsageError: The file can not be written.
    """
    from scaleset_operations.cli.page import render  # noqa: PLC0415 - only for pages

    try:
        file.write_text(render(view), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--html {str(file)!r}: can not be written: {error.strerror}.") from None
    err().print(f"Wrote {file}.", markup=False)
