"""``python -m architecture`` draws docs/architecture.svg, and writes the table of its page; ``--check`` compares."""

from __future__ import annotations

import sys
from pathlib import Path

import grimp

from architecture.drawing import svg
from architecture.picture import PACKAGES, between, rooms, table
from devkit import paths
from devkit.written import Page

PAGE = paths.ROOT / "docs" / "architecture.md"
PICTURE = PAGE.with_suffix(".svg")
_MADE = Page(PAGE, "architecture")


def expected() -> dict[Path, str]:
    """The page with the table, and the picture, as they are now; the text around the table is written by hand."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    drawn = svg(between(graph), {package: rooms(graph, package) for package in PACKAGES}, PACKAGES)
    shown = f"![The distributions and their imports, and the modules of each by layers]({PICTURE.name})"
    return {PICTURE: drawn, PAGE: _MADE.with_part(f"{shown}\n\n{table(graph)}")}


def main() -> int:
    """Write the picture and the page, or report which is out of date; returns the exit code."""
    return max(Page(file, "architecture").write(text) for file, text in expected().items())


if __name__ == "__main__":
    sys.exit(main())
