"""``python -m architecture`` puts the picture and the table into docs/architecture.md; ``--check`` compares."""

from __future__ import annotations

import sys

import grimp

from architecture.picture import PACKAGES, mermaid, table
from devkit import paths
from devkit.written import Page

PAGE = paths.ROOT / "docs" / "architecture.md"
_MADE = Page(PAGE, "architecture")


def expected() -> str:
    """The page with the picture as it is now; the text around it is written by hand."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    return _MADE.with_part(f"```mermaid\n{mermaid(graph)}```\n\n{table(graph)}")


def main() -> int:
    """Write the page, or report that it is out of date; returns the exit code."""
    return _MADE.write(expected())


if __name__ == "__main__":
    sys.exit(main())
