"""The files of the repository as git sees them."""

import subprocess
from pathlib import Path

from devkit import paths


def files(*patterns: str, root: Path = paths.ROOT) -> list[str]:
    """The paths of the files in git, and of new ones that git does not ignore, in order; deleted ones are left out.

    Args:
        patterns: Such as ``*.md``; none for all files.
        root: The repository.
    """
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns]
    names = subprocess.run(listing, cwd=root, capture_output=True, text=True, check=True).stdout.split("\0")
    return sorted({name for name in names if name and (root / name).is_file()})
