"""The picture as SVG: the distributions with their imports, then the modules of each by layers."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from architecture.picture import Arrows, layers

_WIDTH, _GAP, _ROW, _PAD = 820, 20, 18, 14
_BOX, _TALL = 180, 46
_LETTERS = 52
"""How many letters of the modules' names fit into a line of a panel."""

_STYLE = """
  svg { font: 12px system-ui, sans-serif }
  .page { fill: #ffffff } .box { fill: #f6f8fa; stroke: #c8ccd1 } .edge { stroke: #8a8f98; fill: none }
  .tip { fill: #8a8f98 } text { fill: #1f2328 } .title { font-weight: 600 } .soft { fill: #59636e }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } .box { fill: #1b2028; stroke: #3d444d } .edge { stroke: #7d8590 }
    .tip { fill: #7d8590 } text { fill: #e6edf3 } .soft { fill: #9198a1 }
  }
"""
_TIP = """<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
<path class="tip" d="M0 0 L8 4 L0 8 z"/></marker></defs>"""


def svg(between: Arrows, inside: Mapping[str, Arrows], titles: Mapping[str, str]) -> str:
    """The picture.

    Args:
        between: Which package imports which.
        inside: The imports in each package.
        titles: What each package is.
    """
    top = list(_graph(layers(between), between, titles))
    panels, height = _panels(inside, y=_graph_height(layers(between)))
    label = "The distributions and their imports, and the modules of each by layers"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">',
        f"<style>{_STYLE}</style>",
        _TIP,
        f'<rect class="page" width="{_WIDTH}" height="{height}"/>',
        *top,
        *panels,
        "</svg>\n",
    ]
    return "\n".join(lines)


def _graph_height(rows: Sequence[Sequence[str]]) -> int:
    return _PAD + len(rows) * (_TALL + 40)


def _graph(rows: Sequence[Sequence[str]], arrows: Arrows, titles: Mapping[str, str]) -> Iterator[str]:
    """A box for each package, those that import above those that are imported, with arrows between them."""
    places: dict[str, tuple[float, float]] = {}
    for line, names in enumerate(rows):
        step = _WIDTH / len(names)
        for column, name in enumerate(names):
            places[name] = (step * (column + 0.5), _PAD + line * (_TALL + 40))
    for one, targets in arrows.items():
        for other in sorted(targets):
            (x1, y1), (x2, y2) = places[one], places[other]
            yield _arrow(x1 + _shift(x2 - x1), y1 + _TALL, x2 - _shift(x2 - x1), y2)
    for name, (x, y) in places.items():
        yield f'<rect class="box" x="{x - _BOX / 2:g}" y="{y:g}" width="{_BOX}" height="{_TALL}" rx="5"/>'
        yield _text(x, y + 19, name, kind="title", middle=True)
        yield _text(x, y + 36, titles[name], kind="soft", middle=True)


def _shift(distance: float) -> float:
    """Where an arrow leaves its box: towards the other one."""
    return max(-_BOX / 3, min(_BOX / 3, distance / 4))


def _arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    bend = (y2 - y1) / 2
    path = f"M{x1:g} {y1:g} C{x1:g} {y1 + bend:g} {x2:g} {y2 - bend:g} {x2:g} {y2:g}"
    return f'<path class="edge" marker-end="url(#tip)" d="{path}"/>'


def _panels(inside: Mapping[str, Arrows], y: float) -> tuple[list[str], int]:
    """A panel for each package in two columns, each panel in the column that ends first; and where all of it ends."""
    wide = (_WIDTH - 3 * _GAP) // 2
    ends = [y, y]
    found: list[str] = []
    for package, arrows in inside.items():
        column = ends.index(min(ends))
        x, start = _GAP + column * (wide + _GAP), ends[column]
        lines = list(_lines(layers(arrows)))
        height = 2 * _PAD + (len(lines) + 1) * _ROW
        found.append(f'<rect class="box" x="{x}" y="{start:g}" width="{wide}" height="{height}" rx="5"/>')
        found.append(_text(x + _PAD, start + _PAD + 10, package, kind="title"))
        for row, (layer, names) in enumerate(lines, 2):
            found.append(_text(x + _PAD, start + _PAD + row * _ROW - 8, layer, kind="soft"))
            found.append(_text(x + _PAD + 26, start + _PAD + row * _ROW - 8, names))
        ends[column] = start + height + _GAP
    return found, int(max(ends))


def _lines(rows: Iterable[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """The lines of a panel: the layer's number, counted from below, and names."""
    whole = list(rows)
    for number, names in zip(range(len(whole), 0, -1), whole, strict=True):
        short = ", ".join(name.rpartition(".")[2] for name in names)
        for place, line in enumerate(textwrap.wrap(short, _LETTERS)):
            yield ("" if place else str(number)), line


def _text(x: float, y: float, words: str, *, kind: str = "", middle: bool = False) -> str:
    anchor = ' text-anchor="middle"' if middle else ""
    style = f' class="{kind}"' if kind else ""
    return f'<text{style} x="{x:g}" y="{y:g}"{anchor}>{escape(words)}</text>'
