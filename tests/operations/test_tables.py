"""Tables of many rows: drawn without Rich, and exactly as Rich draws them."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scaleset_operations.cli.tables import aligned

TITLES = ("Name", "Zone", "Private ips")
ROWS = {
    "plain": [["web_1a2b3c4d", "1", "10.0.0.4"], ["web_0", "", ""]],
    "wide characters": [["機械-0", "é", "x"], ["a", "ünïcode", "絵"]],
    "empty column": [["a", "", "b"], ["ccccc", "", "d"]],
    "no rows": [],
    "markup": [["[red]x[/]", "\\[a]", ":smile:"]],
}


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_lines_are_those_of_rich(rows: list[list[str]]) -> None:
    """The quick way shows what Rich shows, for text of any width."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in TITLES:
        table.add_column(title, no_wrap=True)
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console(file=io.StringIO(), width=1000)
    with console.capture() as shown:
        console.print(table, markup=False)
    assert aligned([TITLES], rows) == [line.rstrip() for line in shown.get().splitlines()]


@pytest.mark.parametrize("cell", ["two\nlines", "a\x1b[31m", "a\tb"])
def test_what_is_more_than_a_line_is_left_to_rich(cell: str) -> None:
    """A cell with a line break or a control character would break the columns: such a table is not drawn here."""
    assert aligned([TITLES], [["a", "b", cell]]) == []
