"""The measured numbers as a page of the documentation and a picture; nothing in them is typed by hand."""

from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.report.page import page, summary
from benchmarks.report.plot import plot
from devkit import paths

RESULTS = Path(__file__).parents[1] / "results.json"
PAGE = paths.ROOT / "docs" / "benchmarks.md"
EVERYTHING = paths.ROOT / "docs" / "generated" / "benchmarks.md"
CHART = paths.ROOT / "docs" / "benchmarks.svg"
_DISTRIBUTIONS = ("pulumi", "pulumi-azure-native", "pydantic")

__all__ = ["CHART", "EVERYTHING", "PAGE", "RESULTS", "page", "plot", "summary", "versions", "write"]


def versions() -> dict[str, str]:
    """The versions of the measured packages."""
    return {name: metadata.version(name) for name in _DISTRIBUTIONS}


def write(results: Mapping[str, Any], *, whole: bool) -> None:
    """Write the page with every number; with ``whole`` the committed page and its picture too."""
    EVERYTHING.parent.mkdir(parents=True, exist_ok=True)
    EVERYTHING.write_text(page(results))
    if whole:
        PAGE.write_text(summary(results))
        CHART.write_text(plot(results))
