"""Tables for people, and the consoles, with Rich."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from scaleset_operations.cli.advice import complete
from scaleset_operations.cli.cells import cell_text, write

_WIDE = 100_000
_READABLE = 24
_GAP = 2


def out() -> Console:
    """The console for results; as wide as needed if the output is not a terminal."""
    return Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False, soft_wrap=not sys.stdout.isatty())


class _Told(Console):
    """A console whose messages have commands that can be pasted."""

    def print(self, *objects: Any, **more: Any) -> None:
        """Print, with the flags of the running command in the commands that a text has."""
        super().print(*(complete(each) if isinstance(each, str) else each for each in objects), **more)


def err() -> Console:
    """The console for everything else."""
    return _Told(stderr=True, highlight=False, soft_wrap=True)


def show(data: Any, columns: Sequence[str]) -> None:
    """Print data as a table: with these members, else with those that are no lists or objects."""
    if data is None or data == []:
        return
    if isinstance(data, list) and all(isinstance(item, Mapping) for item in data):
        names = list(columns) or _scalars(data)
        _print_rows(names, [[cell_text(_member(item, name)) for name in names] for item in data])
    elif isinstance(data, Mapping):
        names = list(columns) or [name for name, value in data.items() if not isinstance(value, Mapping | list)]
        _print_rows(["name", "value"], [[name, cell_text(data.get(name))] for name in names])
    else:
        rows = data if isinstance(data, list) else [data]
        _print_rows(["result"], [[cell_text(item)] for item in rows])


def _member(item: Mapping[str, Any], name: str) -> Any:
    """A member of a row; an ARM resource has most members under ``properties``, an extension its ``type`` too."""
    inner = item.get("properties")
    return inner[name] if isinstance(inner, Mapping) and name in inner else item.get(name)


def _scalars(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    names: dict[str, None] = {}
    for item in rows:
        names.update(dict.fromkeys(key for key, value in item.items() if not isinstance(value, Mapping | list)))
    return list(names)


def _print_rows(names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    console = out()
    if not sys.stdout.isatty():
        with console.capture() as capture:
            console.print(_grid(names, rows), markup=False)
        for line in capture.get().splitlines():
            write(line.rstrip())
        return
    for table in (_grid(names, rows), _grid(*_without_empty_columns(names, rows), compact=True)):
        if _fits(table, console):
            console.print(table, markup=False)
            return
    for row in rows:  # too narrow for columns: one line for each member
        for name, value in zip(names, row, strict=True):
            if value:
                console.print(f"[bold]{escape(_title(name))}[/]: {escape(value)}", soft_wrap=True)
        console.print()


def _grid(names: Sequence[str], rows: Sequence[Sequence[str]], *, compact: bool = False) -> Table:
    """A table in which only cells of several words may be wrapped, and with ``compact`` headings too."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, _GAP, 0, 0))
    for number, name in enumerate(names):
        prose = name == "value" or any(" " in row[number] for row in rows)
        title = _title(name).replace(" ", "\n") if compact else _title(name)
        table.add_column(title, overflow="fold", no_wrap=not (prose and sys.stdout.isatty()), vertical="top")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _without_empty_columns(names: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """Without the columns that are empty in every row."""
    kept = [number for number in range(len(names)) if any(row[number] for row in rows)]
    return [names[number] for number in kept], [[row[number] for number in kept] for row in rows]


def _fits(table: Table, console: Console) -> bool:
    """Whether the terminal has room for every column that may not be wrapped, and a readable rest for the others."""
    needed = 0
    for column in table.columns:
        width = max(console.measure(cell).maximum for cell in (column.header, *column.cells))
        needed += _GAP + (width if column.no_wrap else min(width, _READABLE))
    return needed - _GAP <= console.width


def _title(name: str) -> str:
    text = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return text[:1].upper() + text[1:]
