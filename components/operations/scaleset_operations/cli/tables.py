"""Tables for people, and the consoles, with Rich."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scaleset_core.command.formats import text as cell_text
from scaleset_operations.cli.advice import complete

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
    kept = _without_empty_columns(names, rows)
    ways: list[tuple[Sequence[Sequence[str]], Sequence[Sequence[str]]]] = [([[_title(name) for name in names]], rows)]
    if sys.stdout.isatty():
        titles = [_title(name) for name in kept[0]]
        words = list(zip_longest(*(title.split() for title in titles), fillvalue=""))
        ways += [([titles], kept[1]), (words, kept[1])]
    for heads, cells in ways:
        lines = aligned(heads, cells)
        if lines and max(map(cell_len, lines)) <= console.width:
            for line in lines[: len(heads)]:
                console.print(Text(line, style="bold"), soft_wrap=True)
            for line in lines[len(heads) :]:
                sys.stdout.write(line + "\n")
            return
    if not sys.stdout.isatty():
        with console.capture() as capture:
            console.print(_grid(names, rows), markup=False)
        for line in capture.get().splitlines():
            sys.stdout.write(line.rstrip() + "\n")
    elif _fits(kept[0], kept[1], console.width):
        console.print(_grid(*kept), markup=False)
    else:
        for row in rows:  # too narrow for columns: one line for each member
            members = ((_title(name), value) for name, value in zip(names, row, strict=True) if value)
            lines_of_one = (part for title, value in members for part in ((title, "bold"), f": {value}\n"))
            console.print(Text.assemble(*lines_of_one), soft_wrap=True)


def aligned(heads: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table's lines, as Rich draws them where nothing has to be wrapped; no line if a cell is more than a line.

    Rich takes half a second for a thousand rows, as it looks at each cell for where it might be wrapped.

    Args:
        heads: The lines of the headings.
        rows: The cells.
    """
    table = [*heads, *rows]
    if not all(cell.isprintable() for row in table for cell in row):
        return []
    sizes = [[cell_len(cell) for cell in row] for row in table]
    widths = [max(column) + _GAP for column in zip(*sizes, strict=True)]
    return [
        "".join(cell + " " * (width - size) for cell, width, size in zip(row, widths, own, strict=True)).rstrip()
        for row, own in zip(table, sizes, strict=True)
    ]


def _grid(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A table in which, on a terminal, only headings and cells of several words may be wrapped."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, _GAP, 0, 0))
    terminal = sys.stdout.isatty()
    for number, name in enumerate(names):
        wrapped = terminal and _is_prose(name, number, rows)
        title = _title(name).replace(" ", "\n") if terminal else _title(name)
        table.add_column(title, overflow="fold", no_wrap=not wrapped, vertical="top")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _is_prose(name: str, number: int, rows: Sequence[Sequence[str]]) -> bool:
    return name == "value" or any(" " in row[number] for row in rows)


def _without_empty_columns(names: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """Without the columns that are empty in every row."""
    kept = [number for number in range(len(names)) if any(row[number] for row in rows)]
    return [names[number] for number in kept], [[row[number] for number in kept] for row in rows]


def _fits(names: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> bool:
    """Whether there is room for every column that may not be wrapped, and a readable rest for the others."""
    needed = 0
    for number, name in enumerate(names):
        cells = [*_title(name).split(), *(line for row in rows for line in row[number].splitlines())]
        width = max(map(cell_len, cells))
        needed += _GAP + (min(width, _READABLE) if _is_prose(name, number, rows) else width)
    return needed - _GAP <= room


def _title(name: str) -> str:
    text = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return text[:1].upper() + text[1:]
