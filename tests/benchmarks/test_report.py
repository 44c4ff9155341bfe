"""The picture, the page and the statistics of the benchmarks."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.chart import Line, line_chart, nice_step
from benchmarks.report import page
from benchmarks.running import COMPONENT, Cost
from benchmarks.sampling import compared, paired, summary


@given(st.floats(min_value=1e-3, max_value=1e9))
def test_ticks(largest: float) -> None:
    """Ticks are few, and not so far apart that they say nothing."""
    assert 1.9 <= largest / nice_step(largest) <= 5.001


def test_chart_is_an_image() -> None:
    """The chart is well-formed, escapes its texts and draws every point."""
    text = line_chart("a < b", "x", "y", [Line("one & two", [(10, 1.0), (100, 8.0)]), Line("three", [(10, 2.0)])])
    root = ET.fromstring(text)
    assert len(root.findall("{*}circle")) == 3
    assert len(root.findall("{*}polyline")) == 2


def test_order_alternates() -> None:
    """The program that goes first is the other one in every second pair."""
    order: list[str] = []

    def run(program: Path, _instances: int) -> Cost:
        order.append("ours" if program == COMPONENT else "theirs")
        return Cost(cpu=1.0 if program == COMPONENT else 4.0, wall=1.0, memory=100)

    pairs = paired(run, 5, 2)
    assert order == ["ours", "theirs", "theirs", "ours"]
    assert compared(pairs)["cpu_ratio"] == pytest.approx(0.25)


def test_summary() -> None:
    """The middle and both ends."""
    found = summary([3.0, 1.0, 2.0])
    assert (found.median, found.low, found.high) == (2.0, 1.0, 3.0)


def test_page_leaves_out_what_was_not_measured() -> None:
    """A size at which only our program ran has empty cells, not zeros."""
    measured = {m: {"ours": {"median": 2e6, "low": 0, "high": 0}} for m in ("cpu", "wall", "memory")}
    result = {"instances": 1000, "resources": 4005, "rounds": 1, "operation": "preview", "engine": "monitor"}
    text = page({"python": "3.11", "versions": {"pulumi": "3"}, "registration": [{**result, **measured}]})
    row = next(line for line in text.splitlines() if line.startswith("| 1,000 "))
    assert [cell.strip() for cell in row.split("|")[5:7]] == ["", ""]
