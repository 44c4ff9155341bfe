"""A line chart as SVG, readable on light and dark backgrounds."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT = 720, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 24, 56, 56
_COLOURS = ("#2563eb", "#d97706", "#059669", "#7c3aed")
_TICKS = 5


@dataclass(frozen=True)
class Line:
    """One line: its label and its points (x, y)."""

    label: str
    points: Sequence[tuple[float, float]]


def nice_step(largest: float, ticks: int = _TICKS) -> float:
    """The distance between ticks from 0 to ``largest``: 1, 2 or 5 times a power of ten, at most ``ticks`` of them."""
    raw = largest / ticks
    power = 10.0 ** math.floor(math.log10(raw))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * (1 - 1e-9))


def line_chart(title: str, x_label: str, y_label: str, lines: Sequence[Line]) -> str:
    """A chart with both axes from 0, linear, so that a straight line is linear cost.

    Args:
        title: Above the chart.
        x_label: What the x axis counts.
        y_label: What the y axis counts.
        lines: At least one line with a positive x and y.
    """
    points = [point for line in lines for point in line.points]
    x_step, y_step = (nice_step(max(point[axis] for point in points)) for axis in (0, 1))
    x_end, y_end = (
        step * math.ceil(max(point[axis] for point in points) / step - 1e-9)
        for axis, step in ((0, x_step), (1, y_step))
    )

    def place(x: float, y: float) -> tuple[float, float]:
        across = _LEFT + x / x_end * (_WIDTH - _LEFT - _RIGHT)
        return round(across, 1), round(_HEIGHT - _BOTTOM - y / y_end * (_HEIGHT - _TOP - _BOTTOM), 1)

    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
            f'aria-label="{escape(title)}" font-family="system-ui, sans-serif" font-size="12">'
        ),
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="22" font-size="15" font-weight="600" fill="#111827">{escape(title)}</text>',
    ]
    for index in range(round(y_end / y_step) + 1):
        x, y = place(0, index * y_step)
        parts.append(f'<line x1="{x}" y1="{y}" x2="{_WIDTH - _RIGHT}" y2="{y}" stroke="#e5e7eb"/>')
        parts.append(_text(x - 8, y + 4, f"{index * y_step:g}", "end"))
    for index in range(round(x_end / x_step) + 1):
        x, y = place(index * x_step, 0)
        parts.append(_text(x, y + 18, f"{index * x_step:g}", "middle"))
    parts.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 12, x_label, "middle"))
    parts.append(_text(_LEFT - 8, _TOP - 12, y_label, "end"))
    for index, line in enumerate(lines):
        parts += _drawn(line, _COLOURS[index % len(_COLOURS)], [place(*point) for point in line.points])
        parts += _legend(line.label, _COLOURS[index % len(_COLOURS)], _LEFT + 110 * index, 40)
    return "\n".join([*parts, "</svg>", ""])


def _drawn(line: Line, colour: str, places: Sequence[tuple[float, float]]) -> list[str]:
    path = " ".join(f"{x},{y}" for x, y in places)
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *(
            f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"><title>{escape(line.label)}: {px:g}, {py:.1f}</title>'
            "</circle>"
            for (x, y), (px, py) in zip(places, line.points, strict=True)
        ),
    ]


def _legend(label: str, colour: str, x: float, y: float) -> list[str]:
    square = f'<rect x="{x}" y="{y - 9}" width="10" height="10" fill="{colour}"/>'
    return [square, _text(x + 16, y, label, "start")]


def _text(x: float, y: float, content: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="#374151">{escape(content)}</text>'
