"""The documentation: what is generated, and where its links lead."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from devkit import docs, paths, portrait

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"```.*?```", re.DOTALL)


def targets(text: str) -> Iterator[str]:
    """The relative links of a page, without their anchors."""
    for target in LINK.findall(FENCE.sub("", text)):
        path = target.partition("#")[0]
        if path and "://" not in path:
            yield path


def committed() -> list[Path]:
    """The pages in git."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    names = subprocess.run(listing, cwd=paths.ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [paths.ROOT / name for name in names if (paths.ROOT / name).exists()]


def test_the_links_of_committed_pages_lead_to_committed_files() -> None:
    """A reader of the repository finds what a page points to, before anything is generated."""
    ignored = (docs.DIRECTORY,)
    for page in committed():
        for target in targets(page.read_text(encoding="utf-8")):
            file = (page.parent / target).resolve()
            assert file.exists(), f"{page.relative_to(paths.ROOT)}: {target}"
            assert not any(file.is_relative_to(folder) for folder in ignored), f"{page.name}: {target} is generated"


def test_the_links_of_generated_pages_resolve() -> None:
    """In docs/generated, each link of a page leads to another generated page or to a committed one."""
    pages = docs.pages()
    generated = {docs.DIRECTORY / name for name in pages}
    assert {"cli.md", "modes.md", "updates.md", "policies/README.md"} <= pages.keys()
    for name, text in pages.items():
        assert text.endswith("\n"), name
        for target in targets(text):
            file = ((docs.DIRECTORY / name).parent / target).resolve()
            assert file in generated or file.exists(), f"{name}: {target}"


def test_the_picture_of_the_demo_is_current() -> None:
    """The README's picture shows what `make up` makes."""
    assert portrait.PAGE.read_text(encoding="utf-8") == portrait.portrait()
