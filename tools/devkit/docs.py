"""The generated pages of the documentation: ``python -m devkit.docs`` writes them into docs/generated."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping

from devkit import paths
from docs_site import directions
from scaleset_core.modes import Mode
from scaleset_operations.cli.reference import reference
from scaleset_policies import pages as rules
from update_matrix.page import page as updates

DIRECTORY = paths.ROOT / "docs" / "generated"


def modes() -> str:
    """The mode table, as the command writes it."""
    command = [sys.executable, "-c", "from scaleset_core.command import run; run()", "modes", "--output", "markdown"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


SINGLE: Mapping[str, Callable[[], str]] = {
    "cli.md": reference,
    "modes.md": modes,
    "from-uniform.md": functools.partial(directions.page, Mode.UNIFORM),
    "from-flexible.md": functools.partial(directions.page, Mode.FLEXIBLE),
    "updates.md": updates,
}
"""The single pages."""


def pages() -> dict[str, str]:
    """The text of every page by its path in :data:`DIRECTORY`."""
    of_rules = {f"policies/{name}": text for name, text in rules.pages().items()}
    return {name: make() for name, make in SINGLE.items()} | of_rules


def main() -> int:
    """Write all of them, and no rule's page stays whose rule is gone; returns the exit code."""
    shutil.rmtree(DIRECTORY / "policies", ignore_errors=True)
    written = pages()
    for name, text in written.items():
        file = DIRECTORY / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    print(f"{len(written)} pages in {DIRECTORY.relative_to(paths.ROOT)}: {', '.join(SINGLE)}, policies/README.md ...")
    return 0


if __name__ == "__main__":
    sys.exit(main())
