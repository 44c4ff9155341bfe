"""Many things as few: what is drawn of a set with a thousand instances."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from scaleset_core.picture.model import Change, Kind, Node, Picture

MOST = 60
"""Of more nodes of one kind than this, those that are alike are drawn as one."""

_COUNTED = ("Power state", "Health", "Model", "Protection", "Level", "Size")
_VALUES = 3


def grouped(picture: Picture) -> tuple[list[Node], frozenset[tuple[str, str]]]:
    """The nodes and edges to draw: each kind with more than :data:`MOST` nodes by place, change and neighbours."""
    counts = Counter(node.kind for node in picture.nodes)
    many = {kind for kind, count in counts.items() if count > MOST}
    if not many:
        return list(picture.nodes), picture.edges
    groups: dict[tuple[Kind, str, Change, frozenset[str]], list[Node]] = defaultdict(list)
    around = _neighbours(picture, many)
    places = _places(picture)
    kept: list[Node] = []
    for node in picture.nodes:
        if node.kind in many:
            groups[node.kind, places.get(node.key, ""), node.change, around.get(node.key, frozenset())].append(node)
        else:
            kept.append(node)
    names: dict[str, str] = {}
    for number, ((kind, place, change, _), members) in enumerate(groups.items()):
        key = f"group:{number}"
        names |= {node.key: key for node in members}
        if len(members) == 1:
            kept.append(replace(members[0], key=key))
            continue
        title = f"{len(members):,} {kind.value}"
        kept.append(Node(key=key, kind=kind, title=title, facts=_summary(members, place), place=place, change=change))
    edges = {(names.get(left, left), names.get(right, right)) for left, right in picture.edges}
    return kept, frozenset(edges)


def _neighbours(picture: Picture, many: set[Kind]) -> dict[str, frozenset[str]]:
    """For each node, the others on its lines that are drawn one by one, and its many ones' kinds."""
    kinds = {node.key: node.kind for node in picture.nodes}
    found: dict[str, set[str]] = defaultdict(set)
    for left, right in picture.edges:
        for one, other in ((left, right), (right, left)):
            kind = kinds.get(other)
            found[one].add(kind.value if kind in many and kind is not None else other)
    return {key: frozenset(others) for key, others in found.items()}


def _places(picture: Picture) -> Mapping[str, str]:
    """The place of each instance, and of every node that is connected to instances of one place only."""
    found = {node.key: node.place for node in picture.of(Kind.INSTANCE)}
    beside: dict[str, set[str]] = defaultdict(set)
    for left, right in picture.edges:
        for one, other in ((left, right), (right, left)):
            if other in found and one not in found:
                beside[one].add(found[other])
    return found | {key: next(iter(places)) for key, places in beside.items() if len(places) == 1}


def _summary(members: Iterable[Node], place: str) -> dict[str, str]:
    items = list(members)
    facts = {"Place": place} if place else {}
    for label in _COUNTED:
        texts = Counter(node.facts[label] for node in items if node.facts.get(label))
        if 0 < len(texts) <= _VALUES:
            facts[label] = ", ".join(f"{count:,} {text}" for text, count in texts.most_common())
        elif texts:
            facts[label] = f"{texts.total():,} with {label.lower()}"
    return facts
