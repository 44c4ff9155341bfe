"""Write docs/coverage.md: ``python -m coverage_table``."""

from __future__ import annotations

from coverage_table.page import PAGE, page

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.name} written")
