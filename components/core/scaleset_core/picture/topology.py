"""The topology as SVG: addresses, gateways, rules and subnets, network interfaces, instances, locks."""

from __future__ import annotations

from collections import defaultdict
from html import escape

from scaleset_core.picture.grouping import grouped
from scaleset_core.picture.model import Change, Kind, Node, Picture

_COLUMNS: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("Addresses", (Kind.ADDRESS,)),
    ("Gateways and firewalls", (Kind.BALANCER, Kind.NAT_GATEWAY, Kind.SECURITY_GROUP)),
    ("Rules and subnets", (Kind.RULE, Kind.SUBNET)),
    ("Network interfaces", (Kind.INTERFACE,)),
    ("Instances", (Kind.INSTANCE,)),
    ("Locks", (Kind.LOCK,)),
)
_NODE_WIDTH, _NODE_HEIGHT, _GAP_X, _GAP_Y, _TOP, _EDGE = 176, 40, 32, 10, 34, 4
_LETTERS = 23
_CLASSES = {
    Kind.ADDRESS: "address",
    Kind.BALANCER: "balancer",
    Kind.NAT_GATEWAY: "gateway",
    Kind.SECURITY_GROUP: "firewall",
    Kind.RULE: "rule",
    Kind.SUBNET: "subnet",
    Kind.INTERFACE: "interface",
    Kind.INSTANCE: "machine",
    Kind.LOCK: "lock",
}


def draw(picture: Picture) -> str:
    """The picture as an SVG element; what is alike of more than sixty is drawn as one."""
    nodes, edges = grouped(picture)
    columns = [(title, [node for node in nodes if node.kind in kinds]) for title, kinds in _COLUMNS]
    shown = [(title, _beside(items, edges)) for title, items in columns if items]
    places: dict[str, tuple[int, int]] = {}
    for column, (_, items) in enumerate(shown):
        for row, node in enumerate(items):
            places[node.key] = (column * (_NODE_WIDTH + _GAP_X), _TOP + row * (_NODE_HEIGHT + _GAP_Y))
    width = max(1, len(shown)) * (_NODE_WIDTH + _GAP_X) - _GAP_X + _EDGE
    height = _TOP + max([1, *(len(items) for _, items in shown)]) * (_NODE_HEIGHT + _GAP_Y)
    label = escape(f"Topology of {picture.name}")
    parts = [
        f'<svg role="img" aria-label="{label}" viewBox="-2 0 {width} {height}" width="{width}" height="{height}">',
        *(
            f'<text class="column" x="{number * (_NODE_WIDTH + _GAP_X)}" y="18">{title}</text>'
            for number, (title, _) in enumerate(shown)
        ),
    ]
    changes = {node.key: node.change for node in nodes}
    for left, right in sorted(edges):
        if left in places and right in places:
            parts.append(_line(places[left], places[right], changes[left] or changes[right]))
    parts += [_box(node, *places[node.key]) for _, items in shown for node in items]
    return "".join([*parts, "</svg>"])


def _beside(items: list[Node], edges: frozenset[tuple[str, str]]) -> list[Node]:
    """The column's nodes: those of one kind together, those without a line last."""
    linked = {key for edge in edges for key in edge}
    order = {kind: number for number, (_, kinds) in enumerate(_COLUMNS) for kind in kinds}
    kinds = {kind: number for number, kind in enumerate(order)}
    return sorted(items, key=lambda node: (kinds[node.kind], node.key not in linked))


def _line(start: tuple[int, int], end: tuple[int, int], change: Change) -> str:
    if start[0] > end[0]:
        start, end = end, start
    x1, y1, x2, y2 = start[0] + _NODE_WIDTH, start[1] + _NODE_HEIGHT // 2, end[0], end[1] + _NODE_HEIGHT // 2
    if start[0] == end[0]:
        x2 = x1
    middle = (x1 + x2) // 2 if x1 != x2 else x1 + _GAP_X // 2
    kind = f"edge {change.value}".strip()
    return f'<path class="{kind}" d="M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}"/>'


def _box(node: Node, x: int, y: int) -> str:
    word = node.change.value
    mark = f"{node.change.sign} " if word else ""
    detail = f"{word}: {'; '.join(node.was) or node.detail}" if word else node.detail
    title = escape(". ".join([node.title, *([word] if word else []), node.detail, *node.was]))
    kind = f"node {_CLASSES[node.kind]} {word}".strip()
    return (
        f'<g class="{kind}"><title>{title}</title>'
        f'<rect x="{x}" y="{y}" width="{_NODE_WIDTH}" height="{_NODE_HEIGHT}" rx="5"/>'
        f'<text x="{x + 8}" y="{y + 17}">{escape(_short(mark + node.title))}</text>'
        f'<text class="detail" x="{x + 8}" y="{y + 32}">{escape(_short(detail))}</text></g>'
    )


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"


def connections(picture: Picture) -> dict[str, list[str]]:
    """For each node, the titles of those that it has a line to, for readers who do not see the drawing."""
    titles = {node.key: node.title for node in picture.nodes}
    found: dict[str, list[str]] = defaultdict(list)
    for left, right in sorted(picture.edges):
        if left in titles and right in titles:
            found[left].append(titles[right])
            found[right].append(titles[left])
    return found
