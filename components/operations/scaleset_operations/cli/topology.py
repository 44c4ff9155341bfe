"""The topology as SVG: load balancer, its rules, the network interfaces, the instances, their locks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from scaleset_operations.network import Interface, Network, balancer_id
from scaleset_operations.target import last_segment

if TYPE_CHECKING:
    from scaleset_operations.view import SetView

_COLUMNS = ("Load balancers", "Rules", "Network interfaces", "Instances", "Locks")
_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _TOP = 190, 34, 50, 10, 34
_MOST = 60
_RULES = ("loadBalancingRules", "inboundNatRules", "inboundNatPools", "outboundRules")


@dataclass(slots=True)
class _Graph:
    nodes: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    edges: set[tuple[str, str]] = field(default_factory=set)

    def node(self, key: str, column: int, title: str, detail: str = "") -> str:
        self.nodes.setdefault(key, (column, title, detail))
        return key

    def edge(self, left: str, right: str) -> None:
        if left in self.nodes and right in self.nodes:
            self.edges.add((left, right))


def draw(view: SetView) -> str:
    """The picture; for sets of more than sixty instances the first sixty, with a note."""
    graph = _Graph()
    shown = list(view.instances)[:_MOST]
    names = {item.name: place for place, item in enumerate(shown)}
    for item in shown:
        graph.node(f"vm:{item.name}", 3, item.name, item.power or "state not told")
    if view.network is not None:
        _network(graph, view.network, names)
    for lock in view.locks:
        key = graph.node(f"lock:{lock.scope}/{lock.name}", 4, lock.name, lock.level)
        for item in shown:
            if lock.covers(item.resource_id):
                graph.edge(f"vm:{item.name}", key)
    note = f"<p>The first {_MOST} of {len(view.instances)} instances.</p>" if len(view.instances) > _MOST else ""
    return note + _svg(graph, view.scale_set.target.name)


def _network(graph: _Graph, network: Network, names: Mapping[str, int]) -> None:
    faces = sorted((face for face in network.interfaces if face.instance in names), key=lambda f: names[f.instance])
    for key, balancer in network.balancers.items():
        graph.node(f"lb:{key}", 0, str(balancer.get("name")), "load balancer")
    for face in faces:
        graph.node(f"nic:{face.id}", 2, face.nic, face.private_address)
        graph.edge(f"nic:{face.id}", f"vm:{face.instance}")
    for key, balancer in network.balancers.items():
        for kind in _RULES:
            for rule in (balancer.get("properties") or {}).get(kind) or []:
                _rule(graph, key, kind, rule, faces)
        if not any(left == f"lb:{key}" for left, _ in graph.edges):
            for face in faces:
                if any(balancer_id(pool).lower() == key for pool in face.pools):
                    graph.edge(f"lb:{key}", f"nic:{face.id}")


def _rule(graph: _Graph, balancer: str, kind: str, rule: Mapping[str, Any], faces: list[Interface]) -> None:
    inner = rule.get("properties") or {}
    reached = [face for face in faces if _reaches(rule, inner, face)]
    single = inner.get("backendIPConfiguration") is not None
    if single and not reached:
        return
    front = (
        inner.get("frontendPort")
        or f"{inner.get('frontendPortRangeStart', '')}-{inner.get('frontendPortRangeEnd', '')}"
    )
    ports = f"{inner.get('protocol', '')} {front} → {inner.get('backendPort', '')}"
    detail = "outbound" if kind == "outboundRules" else ports
    key = graph.node(f"rule:{balancer}/{kind}/{rule.get('name')}", 1, str(rule.get("name")), detail)
    graph.edge(f"lb:{balancer}", key)
    for face in reached:
        graph.edge(key, f"nic:{face.id}")


def _reaches(rule: Mapping[str, Any], inner: Mapping[str, Any], face: Interface) -> bool:
    pools = {str((inner.get("backendAddressPool") or {}).get("id") or "").lower()}
    pools |= {str(item.get("id")).lower() for item in inner.get("backendAddressPools") or []}
    if pools & {pool.lower() for pool in face.pools}:
        return True
    if str((inner.get("backendIPConfiguration") or {}).get("id") or "-").lower() == face.id.lower():
        return True
    return any(item.lower() == str(rule.get("id")).lower() for item in face.rules)


def _svg(graph: _Graph, name: str) -> str:
    rows = [0] * len(_COLUMNS)
    places: dict[str, tuple[int, int]] = {}
    for key, (column, _, _) in graph.nodes.items():
        places[key] = (column * (_WIDTH + _GAP_X), _TOP + rows[column] * (_HEIGHT + _GAP_Y))
        rows[column] += 1
    width = len(_COLUMNS) * (_WIDTH + _GAP_X) - _GAP_X
    height = _TOP + max(1, *rows) * (_HEIGHT + _GAP_Y)
    title = f"Topology of {escape(name)}: load balancers, rules, network interfaces, instances and locks"
    parts = [f'<svg role="img" aria-label="{title}" viewBox="0 0 {width} {height}" width="{width}" height="{height}">']
    parts += [
        f'<text class="column" x="{number * (_WIDTH + _GAP_X)}" y="18">{text}</text>'
        for number, text in enumerate(_COLUMNS)
    ]
    for left, right in sorted(graph.edges):
        (x1, y1), (x2, y2) = places[left], places[right]
        start, end, y1, y2 = x1 + _WIDTH, x2, y1 + _HEIGHT // 2, y2 + _HEIGHT // 2
        middle = (start + end) // 2
        parts.append(f'<path class="edge" d="M{start} {y1} C{middle} {y1} {middle} {y2} {end} {y2}"/>')
    for key, (_, text, detail) in graph.nodes.items():
        x, y = places[key]
        kind = key.split(":", 1)[0]
        parts.append(
            f'<g class="node {kind}"><title>{escape(text)} {escape(detail)}</title>'
            f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="5"/>'
            f'<text x="{x + 8}" y="{y + 15}">{escape(_short(text))}</text>'
            f'<text class="detail" x="{x + 8}" y="{y + 28}">{escape(_short(detail))}</text></g>'
        )
    return "".join([*parts, "</svg>"])


def _short(text: str, most: int = 28) -> str:
    text = last_segment(text) if text.startswith("/") else text
    return text if len(text) <= most else f"{text[: most - 1]}…"
