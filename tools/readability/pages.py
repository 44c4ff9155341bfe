"""The pages that strangers read, measured."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from devkit import checkout, paths
from readability import ease, prose, turns

ALLOWED: Mapping[str, frozenset[str]] = {}
"""The phrases that are right on a page, though they are in the list of turns."""

_LEFT_OUT = ("CHANGELOG.md", "CODE_OF_CONDUCT.md", "tests/", ".github/")
"""What is a record, somebody else's text, or no page."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is measured of one page.

    Args:
        figures: Of its sentences.
        turns: The house's own turns on it, each with what to write instead.
        longest: Its longest sentence.
    """

    figures: ease.Figures
    turns: tuple[tuple[str, str], ...]
    longest: str


def texts(commit: str | None = None) -> dict[str, str]:
    """The text of each page by its path: of the working tree, or of a commit."""
    if commit is None:
        there = [name for name in checkout.files("*.md") if _counts(name)]
        return {name: (paths.ROOT / name).read_text(encoding="utf-8") for name in there}
    names = _git("ls-tree", "-r", "--name-only", commit).splitlines()
    pages = [name for name in names if name.endswith(".md") and _counts(name)]
    return {name: _git("show", f"{commit}:{name}") for name in sorted(pages)}


def measured(texts: Mapping[str, str]) -> dict[str, Page]:
    """The figures of each page by its path."""
    found = {}
    for name, text in texts.items():
        sentences = prose.sentences(text)
        allowed = ALLOWED.get(name, frozenset())
        found[name] = Page(
            ease.figures(sentences),
            tuple(turn for sentence in sentences for turn in turns.found(sentence, allowed)),
            max(sentences, key=lambda sentence: len(prose.words(sentence)), default=""),
        )
    return found


def _counts(name: str) -> bool:
    return not name.startswith(_LEFT_OUT)


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=True).stdout
