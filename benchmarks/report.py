"""The measured numbers as a page of the documentation and a picture."""

from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.chart import Line, line_chart
from devkit import paths

RESULTS = Path(__file__).with_name("results.json")
PAGE = paths.ROOT / "docs" / "benchmarks.md"
CHART = paths.ROOT / "docs" / "benchmarks.svg"
_DISTRIBUTIONS = ("pulumi", "pulumi-azure-native", "pydantic")
_MEGABYTE = 1e6

_INTRODUCTION = """\
# Benchmarks

A Flexible scale set of N named instances, each with an inbound NAT rule, a network interface, a virtual machine and an
extension: declared with `ScaleSet`, and written by hand with azure-native's classes. A test proves that both programs
register the same resources with the same inputs.

`make bench` measures again and rewrites this page, the picture and `benchmarks/results.json`.

![Program CPU against the number of instances](benchmarks.svg)
"""

_METHOD = """\
## What is measured

The process that runs the Pulumi program, as the language host starts it: CPU of all its threads, wall from its start
to its end, and its largest resident size, imports included. Runs come in pairs whose order alternates; the table has
medians, and the ratio is that of each pair, ours to hand-written. Where only ours is given, the hand-written program
was left out because it takes minutes.

The program talks over gRPC to a resource monitor that answers at once, so that engine and provider take no processor
time from it; with `--engine` the same process is measured under the real engine's `pulumi preview`. Wall includes what
the monitor and anything else on the machine take; CPU does not.
"""


def versions() -> dict[str, str]:
    """The versions of what is measured."""
    return {name: metadata.version(name) for name in _DISTRIBUTIONS}


def write(results: Mapping[str, Any]) -> None:
    """Write the page and the picture."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(results))
    CHART.write_text(chart(results))


def page(results: Mapping[str, Any]) -> str:
    """The page as Markdown."""
    rows = [
        (
            "| Instances | Resources | Rounds | CPU: ours | by hand | ratio | Memory: ours | by hand | ratio "
            "| Wall: ours | by hand | ratio |"
        ),
        "| --: " * 12 + "|",
    ]
    rows += [_row(result) for result in results["registration"]]
    named = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    first = results["registration"][0]
    under = "the real engine" if first["engine"] == "pulumi" else "a monitor that answers at once"
    caption = f"{first['operation'].capitalize()}, against {under}. Python {results['python']}, {named}."
    return "\n".join(
        [_INTRODUCTION, "## Registration", "", caption, "", *rows, "", _METHOD, *_policies(results.get("policies", ()))]
    )


def _policies(measured: Sequence[Mapping[str, Any]]) -> list[str]:
    if not measured:
        return []
    rows = [
        f"| {each['instances']:,} | {each['resources']:,} | {each['pack_ms']:.2f} ms | {each['empty_ms']:.2f} ms "
        f"| {each['extra_ms']:.2f} ms |"
        for each in measured
    ]
    return [
        "## Policies",
        "",
        (
            "CPU of the whole pack a resource, against a pack without policies, in one process: the calls that the "
            "engine makes in a preview, whose ids are not known yet."
        ),
        "",
        "| Instances | Resources | Whole pack | Empty pack | Difference |",
        "| --: | --: | --: | --: | --: |",
        *rows,
        "",
    ]


def chart(results: Mapping[str, Any]) -> str:
    """Program CPU against the number of instances, as SVG."""
    series = {"ours": "ScaleSet", "handwritten": "written by hand with azure-native"}
    lines = [
        Line(
            label,
            [
                (result["instances"], result["cpu"][side]["median"])
                for result in results["registration"]
                if side in result["cpu"]
            ],
        )
        for side, label in series.items()
    ]
    return line_chart("CPU of the program", "instances", "seconds", [line for line in lines if line.points])


def _row(result: Mapping[str, Any]) -> str:
    cells = [f"{result['instances']:,}", f"{result['resources']:,}", str(result["rounds"])]
    cells += _cells(result, "cpu", 1, "s")
    cells += _cells(result, "memory", _MEGABYTE, "MB")
    cells += _cells(result, "wall", 1, "s")
    return "| " + " | ".join(cells) + " |"


def _cells(result: Mapping[str, Any], measure: str, scale: float, unit: str) -> list[str]:
    digits = 0 if scale > 1 else 1
    sides = (result[measure].get(side) for side in ("ours", "handwritten"))
    cells = ["" if side is None else f"{side['median'] / scale:.{digits}f} {unit}" for side in sides]
    ratio = result.get(f"{measure}_ratio")
    return [*cells, "" if ratio is None else f"{ratio:.2f}"]
