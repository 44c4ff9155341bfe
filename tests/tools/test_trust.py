"""The tests that docs/trust.md names are there."""

from __future__ import annotations

import re

from devkit import paths


def test_each_named_test_exists() -> None:
    """Every file and function in the table's last column is a test of this repository."""
    page = (paths.ROOT / "docs" / "trust.md").read_text()
    named = re.findall(r"`(test_\w+\.py)(?:::(\w+))?`", page)
    assert len(named) > 20
    files = {file.name: file.read_text() for file in (paths.ROOT / "tests").rglob("test_*.py")}
    missing = [
        f"{file}::{function}" if function else file
        for file, function in named
        if file not in files or (function and f"def {function}(" not in files[file])
    ]
    assert missing == []
