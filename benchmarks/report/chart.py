"""Line charts side by side as SVG, readable on light and on dark pages."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

_PANEL_WIDTH, _HEIGHT = 430, 350
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 22, 86, 52
_LEGEND_Y, _TITLE_Y, _UNIT_Y = 22, 52, 72
_LEGEND_STEP = 120
_TICKS = 5
_COLOURS = 4
_STYLE = """\
<style>
  .page { fill: #ffffff } .text { fill: #374151 } .title { fill: #111827; font-size: 14px; font-weight: 600 }
  .grid { stroke: #e5e7eb } .axis { stroke: #9ca3af } .line { fill: none; stroke-width: 2 }
  .s0 { stroke: #2563eb } .p0 { fill: #2563eb } .s1 { stroke: #c2570c } .p1 { fill: #c2570c }
  .s2 { stroke: #047857 } .p2 { fill: #047857 } .s3 { stroke: #7c3aed } .p3 { fill: #7c3aed }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } .text { fill: #c9d1d9 } .title { fill: #f0f6fc }
    .grid { stroke: #272e38 } .axis { stroke: #6e7681 }
    .s0 { stroke: #60a5fa } .p0 { fill: #60a5fa } .s1 { stroke: #fb923c } .p1 { fill: #fb923c }
    .s2 { stroke: #34d399 } .p2 { fill: #34d399 } .s3 { stroke: #a78bfa } .p3 { fill: #a78bfa }
  }
</style>"""


@dataclass(frozen=True)
class Line:
    """One line: its label and its points (x, y)."""

    label: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    """One chart, both axes from 0 and linear, so that a straight line is linear cost.

    Attributes:
        title: Above the chart.
        x_label: What the x axis counts.
        y_label: What the y axis counts.
        lines: Lines with a positive x and y; the first of each panel has the same colour.
    """

    title: str
    x_label: str
    y_label: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class _Axis:
    step: float
    end: float

    @property
    def ticks(self) -> list[float]:
        return [index * self.step for index in range(round(self.end / self.step) + 1)]


def nice_step(largest: float, ticks: int = _TICKS) -> float:
    """The distance between ticks from 0 to ``largest``: 1, 2 or 5 times a power of ten, at most ``ticks`` of them."""
    raw = largest / ticks
    power = 10.0 ** math.floor(math.log10(raw))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * (1 - 1e-9))


def picture(title: str, panels: Sequence[Panel]) -> str:
    """The panels side by side under one legend.

    Args:
        title: The picture's text alternative.
        panels: At least one; one without lines stays empty.
    """
    width = _PANEL_WIDTH * len(panels)
    labels = list(dict.fromkeys(line.label for panel in panels for line in panel.lines))
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}" role="img" '
            f'aria-label={quoteattr(title)} font-family="system-ui, sans-serif" font-size="12">'
        ),
        _STYLE,
        f'<rect class="page" width="{width}" height="{_HEIGHT}"/>',
        *(part for index, label in enumerate(labels) for part in _legend(index, label)),
        *(part for index, panel in enumerate(panels) for part in _panel(panel, index * _PANEL_WIDTH, labels)),
    ]
    return "\n".join([*parts, "</svg>", ""])


def _legend(index: int, label: str) -> list[str]:
    x = _LEFT + _LEGEND_STEP * index
    square = f'<rect class="p{index % _COLOURS}" x="{x}" y="{_LEGEND_Y - 10}" width="11" height="11" rx="2"/>'
    return [square, _text(x + 17, _LEGEND_Y, label, "start")]


def _axis(values: Sequence[float]) -> _Axis:
    step = nice_step(max(values))
    return _Axis(step, step * math.ceil(max(values) / step - 1e-9))


def _panel(panel: Panel, shift: float, labels: Sequence[str]) -> list[str]:
    parts = [_text(shift + _LEFT, _TITLE_Y, panel.title, "start", "title")]
    points = [point for line in panel.lines for point in line.points]
    if not points:
        return parts
    across, up = _axis([x for x, _ in points]), _axis([y for _, y in points])

    def place(x: float, y: float) -> tuple[float, float]:
        left = shift + _LEFT + x / across.end * (_PANEL_WIDTH - _LEFT - _RIGHT)
        return round(left, 1), round(_HEIGHT - _BOTTOM - y / up.end * (_HEIGHT - _TOP - _BOTTOM), 1)

    end = shift + _PANEL_WIDTH - _RIGHT
    for value in up.ticks:
        x, y = place(0, value)
        parts.append(f'<line class="{"grid" if value else "axis"}" x1="{x}" y1="{y}" x2="{end}" y2="{y}"/>')
        parts.append(_text(x - 8, y + 4, f"{value:,.10g}", "end"))
    for value in across.ticks:
        x, y = place(value, 0)
        parts.append(_text(x, y + 18, f"{value:,.10g}", "middle"))
    parts.append(_text((shift + _LEFT + end) / 2, _HEIGHT - 12, panel.x_label, "middle"))
    parts.append(_text(shift + _LEFT, _UNIT_Y, panel.y_label, "start"))
    for line in panel.lines:
        parts += _drawn(line, labels.index(line.label) % _COLOURS, [place(*point) for point in line.points])
    return parts


def _drawn(line: Line, colour: int, places: Sequence[tuple[float, float]]) -> list[str]:
    path = " ".join(f"{x},{y}" for x, y in places)
    return [
        f'<polyline class="line s{colour}" points="{path}"/>',
        *(
            f'<circle class="p{colour}" cx="{x}" cy="{y}" r="3.5"><title>{escape(line.label)}: {px:,g}, {py:,.1f}'
            "</title></circle>"
            for (x, y), (px, py) in zip(places, line.points, strict=True)
        ),
    ]


def _text(x: float, y: float, content: str, anchor: str, kind: str = "text") -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(content)}</text>'
