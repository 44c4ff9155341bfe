"""The picture, the page, the verdicts and the statistics of the benchmarks."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import report
from benchmarks.report import page, plot
from benchmarks.report.chart import Line, Panel, nice_step, picture
from benchmarks.report.targets import TARGETS, verdicts
from benchmarks.running import Cost
from benchmarks.sampling import alternated, compared, summary, taken

HEAD: dict[str, Any] = {"python": "3.11", "versions": {"pulumi": "3"}, "processors": 2}


def registered(instances: int, *, ours: float, by_hand: float | None, operation: str = "preview of a new stack") -> Any:
    """One result of the registration benchmark, with the same numbers for every measure."""
    costs = {"ours": [Cost(cpu=ours, wall=ours, memory=round(ours * 1e6))]}
    if by_hand is not None:
        costs["handwritten"] = [Cost(cpu=by_hand, wall=by_hand, memory=round(by_hand * 1e6))]
    described = {"instances": instances, "resources": 5 + 4 * instances, "operation": operation, "engine": "monitor"}
    return {**described, **compared(costs, ("cpu", "wall", "memory"), "handwritten")}


@given(st.floats(min_value=1e-3, max_value=1e9))
def test_ticks(largest: float) -> None:
    """Ticks are few, and not so far apart that they say nothing."""
    assert 1.9 <= largest / nice_step(largest) <= 5.001


def test_picture_is_an_image() -> None:
    """The picture is well-formed, escapes its texts, draws every point and names each line once."""
    lines = [Line("one & two", [(10, 1.0), (100, 8.0)]), Line("three", [(10, 2.0)])]
    panels = [Panel("a < b", "x", "y", lines), Panel("c", "x", "y", lines[1:]), Panel("nothing", "x", "y", [])]
    root = ET.fromstring(picture('a "title"', panels))
    assert len(root.findall("{*}circle")) == 4
    assert len(root.findall("{*}polyline")) == 3
    texts = [element.text for element in root.findall("{*}text")]
    assert [text for text in texts if text in {"one & two", "three"}] == ["one & two", "three"]
    assert "a < b" in texts


def test_picture_keeps_colours_and_bounds() -> None:
    """A line has the same colour in every panel, and every point lies inside its own panel."""
    lines = [Line("ours", [(10, 1.0), (1000, 9.0)]), Line("theirs", [(10, 7.0), (400, 970.0)])]
    root = ET.fromstring(picture("t", [Panel("a", "x", "y", lines), Panel("b", "x", "y", lines[1:])]))
    assert [line.get("class") for line in root.findall("{*}polyline")] == ["line s0", "line s1", "line s1"]
    width, height = (float(part) for part in root.attrib["viewBox"].split()[2:])
    across = [float(circle.attrib["cx"]) for circle in root.findall("{*}circle")]
    assert all(0 < x < width / 2 for x in across[:4])
    assert all(width / 2 < x < width for x in across[4:])
    assert all(0 < float(circle.attrib["cy"]) < height for circle in root.findall("{*}circle"))


def test_order_alternates() -> None:
    """The candidate that goes first is the other one in every second round; costs stay with their candidate."""
    order: list[str] = []

    def run(name: str) -> Cost:
        order.append(name)
        return Cost(cpu=1.0 if name == "a" else 4.0, wall=1.0, memory=100)

    costs = alternated(run, {"ours": "a", "reference": "b"}, 2)
    assert order == ["a", "b", "b", "a"]
    assert compared(costs, ["cpu"], "reference")["cpu_ratio"] == pytest.approx(0.25)


def test_ratio_is_that_of_the_rounds() -> None:
    """A ratio is the median of each round's own, so that a round on a busy machine does not shift it."""
    ours = [Cost(cpu=cpu, wall=1, memory=1) for cpu in (1.0, 10.0, 1.0)]
    theirs = [Cost(cpu=cpu, wall=1, memory=1) for cpu in (2.0, 20.0, 1.0)]
    result = compared({"ours": ours, "reference": theirs}, ["cpu"], "reference")
    assert result["cpu"]["ratio"] == {"median": 0.5, "low": 0.5, "high": 1.0}


def test_summary() -> None:
    """The middle and both ends."""
    found = summary([3.0, 1.0, 2.0])
    assert (found.median, found.low, found.high) == (2.0, 1.0, 3.0)


def test_page_leaves_out_what_was_not_measured() -> None:
    """A size at which only our program ran has empty cells, not zeros; an unmeasured part has no section."""
    text = page({**HEAD, "registration": [registered(1000, ours=2.0, by_hand=None)]})
    row = next(line for line in text.splitlines() if line.startswith("| 1,000 "))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[3:6] == ["2.00 (2.00–2.00)", "", ""]  # noqa: RUF001 - a range
    assert "## Policies" not in text
    assert "not measured" in text


def test_page_has_each_operation() -> None:
    """The three operations are listed under their names, each with its own rows."""
    operations = ("preview of a new stack", "no-op preview", "update of one instance")
    text = page({**HEAD, "registration": [registered(10, ours=1, by_hand=4, operation=each) for each in operations]})
    assert [line for line in text.splitlines() if line.startswith("### ")] == [
        "### Preview of a new stack", "### No-op preview", "### Update of one instance",
    ]  # fmt: skip
    assert text.count("| 10 | 45 | 1 |") == 3


def test_targets_are_computed() -> None:
    """A promise is kept up to its limit and broken above it; without a measurement nothing is reported."""
    kept = [registered(100, ours=2, by_hand=10), registered(1000, ours=22, by_hand=None)]
    broken = [registered(100, ours=2.1, by_hand=10), registered(1000, ours=24, by_hand=None)]
    for measured, expected in ((kept, True), (broken, False)):
        found = {each.target.title: each.met for each in verdicts({"registration": measured})}
        assert found["Registration, new stack, 100 instances: CPU, ours / by hand"] is expected
        assert found["Registration, new stack: our CPU at 1,000 instances / at 100"] is expected
        assert list(found.values()).count(None) == len(TARGETS) - 2
    assert "| **no** |" in page({**HEAD, "registration": broken})


def test_targets_take_the_right_operation() -> None:
    """The promises are about the preview of a new stack, not about a cheaper run for something else."""
    other = registered(100, ours=1, by_hand=10, operation="no-op preview")
    assert all(each.met is None for each in verdicts({"registration": [other]}))


def test_every_target_reads_its_part() -> None:
    """Each promise finds its value in results of the shape that the benchmarks write."""
    results = {
        "registration": [registered(n, ours=1, by_hand=10) for n in (100, 400, 1000)],
        "policies": [{"instances": 400, "extra_ms": taken([0.2])}],
        "imports": [{"name": "package", "cpu_ratio": 1.1}],
        "commands": [{"name": "--help", "wall": taken([0.1]), "cpu": taken([0.1])}],
        "restart": [{"instances": 1000, "ratio": 1.1}],
        "check": [{"resources": 4002, "wall": taken([1.5])}],
        "operations": [
            {"operation": "restart", "instances": 1000, "ratio": taken([1.1])},
            {"operation": "inventory", "instances": 1000, "cpu": taken([0.5])},
            {"operation": "inventory, Uniform", "instances": 1000, "cpu": taken([0.5])},
        ],
    }
    assert [each.met for each in verdicts(results)] == [True] * len(TARGETS)


def test_plot_shows_ours_beyond_the_hand_written() -> None:
    """Both panels have both lines, and ours goes on where the hand-written program was not run."""
    measured = [registered(10, ours=1, by_hand=4), registered(1000, ours=9, by_hand=None)]
    root = ET.fromstring(plot({"registration": measured}))
    assert [len(line.attrib["points"].split()) for line in root.findall("{*}polyline")] == [2, 1, 2, 1]


def test_the_committed_page_is_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has the targets and the picture only, and a run that measured single parts leaves it as it is."""
    results = {**HEAD, "registration": [registered(100, ours=1.0, by_hand=8.0)]}
    assert report.summary(results).count("\n") < 40
    assert "## Targets" in report.summary(results)
    assert "### Preview of a new stack" not in report.summary(results)
    for name in ("PAGE", "CHART", "EVERYTHING"):
        monkeypatch.setattr(report, name, tmp_path / name)
    report.write(results, whole=False)
    assert [file.name for file in tmp_path.iterdir()] == ["EVERYTHING"]
    report.write(results, whole=True)
    assert {file.name for file in tmp_path.iterdir()} == {"CHART", "EVERYTHING", "PAGE"}
