"""The reference page is what the commands say."""

from __future__ import annotations

from pathlib import Path

from scaleset_operations.cli.reference import reference

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"


def test_the_page_is_current() -> None:
    """docs/cli.md is generated; after a change: python -m scaleset_operations.cli.reference > docs/cli.md."""
    assert PAGE.read_text(encoding="utf-8") == reference()
