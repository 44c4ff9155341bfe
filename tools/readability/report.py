"""The figures as text, and the page docs/readability.md."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from devkit import paths
from devkit.written import Page as Written
from readability.pages import Page

BEFORE = Path(__file__).with_name("before.json")
"""The figures before the pages were rewritten."""
PAGE = Written(paths.ROOT / "docs" / "readability.md", "readability --write")


def line(page: Page) -> str:
    """The figures of a page in one line."""
    figures = page.figures
    return (
        f"{figures.words} words, {figures.mean:.1f} per sentence, the longest {figures.longest}, "
        f"ease {figures.ease:.0f}, turns {len(page.turns)}"
    )


def record(commit: str, found: Mapping[str, Page]) -> dict[str, Any]:
    """The figures to keep, as JSON."""
    return {
        "commit": commit,
        "pages": {
            name: {
                "words": page.figures.words,
                "mean": round(page.figures.mean, 1),
                "longest": page.figures.longest,
                "ease": round(page.figures.ease),
                "turns": len(page.turns),
            }
            for name, page in found.items()
        },
    }


def table(found: Mapping[str, Page]) -> str:
    """The figures of all pages for a terminal."""
    width = max(map(len, found), default=0)
    lines = [f"{'':{width}}  words   mean  longest  ease  turns"]
    for name, page in sorted(found.items(), key=lambda each: each[1].figures.ease):
        figures = page.figures
        lines.append(
            f"{name:{width}}  {figures.words:>5}  {figures.mean:>5.1f}  {figures.longest:>7}  {figures.ease:>4.0f}"
            f"  {len(page.turns):>5}"
        )
    return "\n".join(lines)


def page(found: Mapping[str, Page]) -> str:
    """docs/readability.md with the figures before and now."""
    before = json.loads(BEFORE.read_text(encoding="utf-8"))["pages"]
    now = record("", found)["pages"]
    lines = [
        "| Page | Ease before | now | Words per sentence before | now | Longest before | now | Turns before | now |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
        *(_row(f"`{name}`", before.get(name), now[name]) for name in sorted(now)),
        _row("**median**", _median(before), _median(now)),
    ]
    return PAGE.with_part("\n".join(lines) + "\n")


def _median(figures: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    keys = ("ease", "mean", "longest", "turns")
    return {key: round(statistics.median(each[key] for each in figures.values()), 1) for key in keys}


def _row(name: str, before: Mapping[str, float] | None, now: Mapping[str, float]) -> str:
    cells = [name]
    for key in ("ease", "mean", "longest", "turns"):
        cells += ["" if before is None else f"{before[key]:g}", f"{now[key]:g}"]
    return f"| {' | '.join(cells)} |"
