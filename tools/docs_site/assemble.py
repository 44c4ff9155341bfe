"""The folder that the site is built from: the repository's pages at their places, and what is generated.

Pages stay where they are in the repository, so a link from one to another is right on both. A link to anything else (a
program, a folder) leads to the repository.
"""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

from devkit import checkout, docs, owner, paths
from docs_site import api

PAGES = paths.SCRATCH / "site-pages"
ASSETS = Path(__file__).parent / "assets"
PICTURES = (
    *("docs/architecture.svg", "docs/benchmarks.svg", "docs/demo.svg"),
    *sorted(file.relative_to(paths.ROOT).as_posix() for file in (paths.ROOT / "docs" / "recordings").glob("*.svg")),
)
"""The pictures on pages."""

_GENERATED = "docs/generated"
_SPLIT = re.compile(r"(^```.*?^```$|`[^`\n]+`)", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?<=\]\()(?!\w+:|#)(?P<path>[^)\s#]+)(?P<anchor>#[^)\s]*)?(?=\))")


def committed() -> dict[str, str]:
    """The pages of the repository by their paths; tests' data is none."""
    kept = [name for name in checkout.files("*.md") if not name.startswith("tests/")]
    return {name: (paths.ROOT / name).read_text(encoding="utf-8") for name in kept}


def assembled() -> dict[str, str]:
    """The text of every page of the site by its path."""
    found = committed() | {f"{_GENERATED}/{name}": text for name, text in docs.pages().items()}
    found |= {f"{_GENERATED}/api/{name}": text for name, text in api.pages().items()}
    repository = owner.load()["repository"]
    there = {*found, *PICTURES}
    return {name: linked(text, name, there, repository) for name, text in found.items()}


def linked(text: str, page: str, pages: Collection[str], repository: str) -> str:
    """The page with its links to files that are no pages leading to the repository.

    Args:
        text: The page in Markdown.
        page: Its path in the repository.
        pages: The paths of all pages and pictures of the site.
        repository: The repository's address.
    """

    def lead(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), match["path"]))
        if target in pages or target.startswith("../"):
            return match[0]
        if f"{target}/README.md" in pages:
            return posixpath.relpath(f"{target}/README.md", posixpath.dirname(page) or ".")
        if not (paths.ROOT / target).exists():
            return match[0]  # the build tells that it leads nowhere
        kind = "tree" if (paths.ROOT / target).is_dir() else "blob"
        return f"{repository}/{kind}/main/{target}{match['anchor'] or ''}"

    parts = _SPLIT.split(text)
    return "".join(part if index % 2 else _LINK.sub(lead, part) for index, part in enumerate(parts))


def write(pages: Mapping[str, str], directory: Path) -> None:
    """Write the pages and the site's own files into the directory, from scratch."""
    shutil.rmtree(directory, ignore_errors=True)
    for name, text in pages.items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    shutil.copytree(ASSETS, directory / "assets")
    shutil.copy(paths.ROOT / "docs" / "logo.svg", directory / "assets" / "logo.svg")
    for picture in PICTURES:
        (directory / picture).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(paths.ROOT / picture, directory / picture)
