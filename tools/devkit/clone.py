"""The repository as somebody has it who has just cloned it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from devkit import paths


def fresh_clone(directory: Path) -> Path:
    """The repository's files and nothing that was generated: what a clone has, with what is not committed yet."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=paths.ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (source := paths.ROOT / name).is_file():
            target = directory / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    return directory
