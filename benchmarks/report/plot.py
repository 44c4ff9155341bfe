"""The picture: cost of the program against the number of instances."""

from collections.abc import Mapping
from typing import Any

from benchmarks.report.chart import Line, Panel, picture
from benchmarks.running import Operation

_SERIES = {"ours": "ScaleSet", "handwritten": "written by hand with azure-native"}
_PANELS = (("CPU of the program", "seconds", "cpu", 1), ("Peak memory of the program", "MB", "memory", 1e6))


def plot(results: Mapping[str, Any]) -> str:
    """CPU and memory of a preview of a new stack, ours and hand-written, as SVG."""
    measured = [
        each
        for each in results.get("registration", ())
        if each["engine"] == "monitor" and each["operation"] == Operation.NEW.label
    ]
    panels = []
    for title, unit, measure, scale in _PANELS:
        lines = [
            Line(
                label,
                [
                    (each["instances"], each[measure][side]["median"] / scale)
                    for each in measured
                    if side in each[measure]
                ],
            )
            for side, label in _SERIES.items()
        ]
        panels.append(Panel(title, "instances", unit, [line for line in lines if line.points]))
    return picture("Preview of a new stack: cost against the number of instances", panels)
