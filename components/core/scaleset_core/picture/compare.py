"""The difference of two pictures, as one picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from scaleset_core.picture.model import NOT_KNOWN, Change, Node, Picture

Edge = tuple[str, str]
_LINES = 3
"""Of more lines than this that came or went at one node, only these many are named."""


def compare(old: Picture | None, new: Picture | None, against: str) -> Picture:
    """Everything of both pictures, with what happened to each node.

    Nodes are the same if their keys are; of the rest, those that come from the same place of the program are the same
    thing with a new name, which Azure can only replace. A fact that is not known in one of the pictures is no change.

    Args:
        old: The picture before; None if the set is new.
        new: The picture after; None if the set is gone.
        against: What ``old`` is, for the heading.
    """
    if old is None or new is None:
        return _one_sided(old, new, against)
    pairs = dict(_pairs(old, new))
    new_key = {before.key: key for key, before in pairs.items()}
    edges = {(new_key.get(left, left), new_key.get(right, right)) for left, right in old.edges}
    titles = {node.key: node.title for node in new.nodes if node.key in pairs}
    lines = _lines(edges, new.edges, titles)
    nodes = [
        _judged(pairs[node.key], node, lines.get(node.key, []))
        if node.key in pairs
        else replace(node, change=Change.ADDED)
        for node in new.nodes
    ]
    nodes += [replace(node, change=Change.REMOVED) for node in old.nodes if node.key not in new_key]
    drawn = {node.key for node in nodes}
    gone = {node.key for node in nodes if node.change is Change.REMOVED}
    kept = {edge for edge in edges if edge[0] in gone or edge[1] in gone} | new.edges
    unread = tuple(dict.fromkeys((*new.unread, *(f"{against}: {each}" for each in old.unread))))
    return replace(
        new,
        facts={**_facts(old, new), "Compared with": against},
        nodes=tuple(_in_order(nodes)),
        edges=frozenset(edge for edge in kept if drawn.issuperset(edge)),
        unread=unread,
        against=against,
    )


def _one_sided(old: Picture | None, new: Picture | None, against: str) -> Picture:
    whole = new or old
    assert whole is not None
    change = Change.ADDED if new else Change.REMOVED
    return replace(
        whole,
        facts={**whole.facts, "Compared with": f"{against}: the whole set is {change}"},
        nodes=tuple(replace(node, change=change) for node in whole.nodes),
        against=against,
    )


def _pairs(old: Picture, new: Picture) -> Iterator[tuple[str, Node]]:
    """For each node of ``new`` that was in ``old``: its key and the node as it was."""
    before = {node.key: node for node in old.nodes}
    left = {(node.kind, node.source): node for node in old.nodes if node.source}
    for node in new.nodes:
        if node.key in before:
            left.pop((before[node.key].kind, before[node.key].source), None)
    for node in new.nodes:
        found = before.get(node.key) or left.pop((node.kind, node.source), None)
        if found is not None:
            yield node.key, found


def _lines(old: Iterable[Edge], new: Iterable[Edge], titles: Mapping[str, str]) -> dict[str, list[str]]:
    """For each node that both pictures have: its lines to other such nodes that came or went."""
    before, after = set(old), set(new)
    found: dict[str, list[str]] = defaultdict(list)
    for words, edges in (("no longer connected to", before - after), ("newly connected to", after - before)):
        for left, right in sorted(edges):
            if left in titles and right in titles:
                found[left].append(f"{words} {titles[right]}")
                found[right].append(f"{words} {titles[left]}")
    return {key: _shortened(texts) for key, texts in found.items()}


def _shortened(texts: list[str]) -> list[str]:
    return [*texts[:_LINES], f"{len(texts) - _LINES} more such lines"] if len(texts) > _LINES else texts


def _judged(before: Node, after: Node, lines: list[str]) -> Node:
    renamed = before.title.lower() != after.title.lower()
    texts = {"name": (before.title, after.title)} if renamed else {}
    fixed = bool(before.fixed and after.fixed) and before.fixed != after.fixed
    fixed = fixed and NOT_KNOWN not in before.fixed + after.fixed
    texts |= {"can not be changed in place": (before.fixed, after.fixed)} if fixed else {}
    texts |= {"place": (before.place or "regional", after.place or "regional")}
    texts |= {
        label: (before.facts.get(label, "none"), after.facts.get(label, "none"))
        for label in {**before.facts, **after.facts}
    }
    was = [
        f"{label}: was {old}, now {new}"
        for label, (old, new) in texts.items()
        if old != new and NOT_KNOWN not in old + new
    ] + lines
    if after.replaced or renamed or fixed:
        return replace(after, change=Change.REPLACED, was=tuple(was))
    return replace(after, change=Change.CHANGED if was else Change.SAME, was=tuple(was))


def _facts(old: Picture, new: Picture) -> Mapping[str, str]:
    """The heading's facts, each with its old text if that differs."""
    return {
        label: f"{text} (was {old.facts[label]})"
        if label in old.facts
        and label != "Source"
        and old.facts[label] != text
        and NOT_KNOWN not in (old.facts[label] + text)
        else text
        for label, text in new.facts.items()
    }


def _in_order(nodes: list[Node]) -> list[Node]:
    """The nodes sorted by kind and place, otherwise in their order; so a removed node is next to similar ones."""
    kinds = {kind: number for number, kind in enumerate(dict.fromkeys(node.kind for node in nodes))}
    places = {place: number for number, place in enumerate(sorted({node.place for node in nodes}))}
    return sorted(nodes, key=lambda node: (kinds[node.kind], places[node.place]))
