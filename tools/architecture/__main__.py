"""``python -m architecture`` puts the picture and the table into docs/architecture.md; ``--check`` compares."""

from __future__ import annotations

import sys

import grimp

from architecture.picture import PACKAGES, mermaid, table
from devkit import paths

PAGE = paths.ROOT / "docs" / "architecture.md"
_BEGIN, _END = "<!-- made by `python -m architecture` -->\n", "<!-- end -->\n"


def expected() -> str:
    """The page with the picture as it is now; the text around it is written by hand."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n```mermaid\n{mermaid(graph)}```\n\n{table(graph)}\n{_END}{after}"


def main() -> int:
    """Write the page, or report that it is out of date."""
    text = expected()
    if "--check" in sys.argv[1:]:
        if PAGE.read_text(encoding="utf-8") != text:
            sys.stderr.write("docs/architecture.md is out of date: run python -m architecture\n")
            return 1
        return 0
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
