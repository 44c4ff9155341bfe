"""Collecting the nodes and lines of a picture, in any order."""

from __future__ import annotations

from scaleset_core.order import natural
from scaleset_core.picture.model import Kind, Node

_KINDS = tuple(Kind)


class Builder:
    """Collects nodes and lines; a line is kept if both of its ends are drawn.

    Attributes:
        nodes: The nodes by key, in the order in which they came; the first of a key stays.
    """

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self._lines: set[tuple[str, str]] = set()

    def put(self, node: Node) -> str:
        """Add a node; returns its key."""
        self.nodes.setdefault(node.key, node)
        return node.key

    def add(
        self, kind: Kind, key: str, title: str, facts: dict[str, str], *, source: str = "", replaced: bool = False
    ) -> str:
        """Add a node that is recognised by ``key`` among those of its kind; empty facts are left out."""
        shown = {label: text for label, text in facts.items() if text}
        node = Node(key=key_of(kind, key), kind=kind, title=title, facts=shown, source=source, replaced=replaced)
        return self.put(node)

    def line(self, left: str, right: str) -> None:
        """Add a line between two keys, whether or not they are drawn yet."""
        self._lines.add((left, right))

    @property
    def drawn(self) -> tuple[Node, ...]:
        """The nodes by kind, then as people count; instances as they came, which is by place."""

        def place(node: Node) -> tuple[int, tuple[tuple[str, int], ...]]:
            return _KINDS.index(node.kind), () if node.kind is Kind.INSTANCE else natural(node.title)

        return tuple(sorted(self.nodes.values(), key=place))

    @property
    def edges(self) -> frozenset[tuple[str, str]]:
        """The lines between nodes that are drawn."""
        return frozenset(edge for edge in self._lines if self.nodes.keys() >= set(edge))


def key_of(kind: Kind, key: str) -> str:
    """The key of a node: Azure ignores the case of ids and names."""
    return f"{kind}:{key}".lower()
