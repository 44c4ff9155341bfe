"""The repository as somebody has it who has just cloned it."""

from __future__ import annotations

import shutil
from pathlib import Path

from devkit import checkout, paths


def fresh_clone(directory: Path) -> Path:
    """The repository's files and nothing that was generated: what a clone has, with what is not committed yet."""
    for name in checkout.files():
        target = directory / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(paths.ROOT / name, target)
    return directory
