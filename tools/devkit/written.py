"""Pages of which a part is made by a command: it stands between two marks, the rest is written by hand."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from devkit import paths


@dataclass(frozen=True, slots=True)
class Page:
    """A page with one made part.

    Args:
        path: The page.
        module: The module that writes it: ``python -m MODULE``; the mark before the part names it.
    """

    path: Path
    module: str

    def with_part(self, made: str) -> str:
        """The page with this part; the text around it stays as it is."""
        begin, end = f"<!-- made by `python -m {self.module}` -->\n", "<!-- end -->\n"
        before, _, rest = self.path.read_text(encoding="utf-8").partition(begin)
        _, _, after = rest.partition(end)
        return f"{before}{begin}\n{made}\n{end}{after}"

    def write(self, text: str) -> int:
        """Write the page, or with ``--check`` report that it is out of date; returns the exit code."""
        if "--check" not in sys.argv[1:]:
            self.path.write_text(text, encoding="utf-8")
            return 0
        if self.path.read_text(encoding="utf-8") == text:
            return 0
        sys.stderr.write(f"{self.path.relative_to(paths.ROOT)} is out of date: run python -m {self.module}\n")
        return 1
