"""What a picture consists of: things with facts, the lines between them, and what could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from scaleset_core.modes import Mode

NOT_KNOWN = "not known"
"""The text of a fact that exists and cannot be read."""


class Kind(StrEnum):
    """What a node represents; the value is its name in the plural."""

    ADDRESS = "addresses"
    BALANCER = "load balancers"
    NAT_GATEWAY = "NAT gateways"
    SECURITY_GROUP = "security groups"
    RULE = "rules"
    SUBNET = "subnets"
    INTERFACE = "network interfaces"
    INSTANCE = "instances"
    LOCK = "locks"

    @property
    def singular(self) -> str:
        """The name of one."""
        return "address" if self is Kind.ADDRESS else self.value.removesuffix("s")


class Change(StrEnum):
    """What happened to a node between two pictures; the word is shown, never a colour alone."""

    SAME = ""
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REPLACED = "replaced"

    @property
    def sign(self) -> str:
        """One character before the name: ``+`` for added."""
        return {"": " ", "added": "+", "removed": "-", "changed": "~", "replaced": "±"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One thing in a picture.

    Attributes:
        key: What it is recognised by in another picture of the same set (``rule:lb/http``).
        kind: What it represents.
        title: Its name.
        facts: What is known about it, by label; :data:`NOT_KNOWN` if a value exists and cannot be read.
        place: For instances: zone and fault domain, as a heading.
        source: What it comes from (a URN, an address in a plan): a second way to recognise it if it has a new name.
        replaced: Whether the plan says that it is replaced.
        fixed: What Azure cannot change without replacing it, as a text; ``""`` if that is not known.
        change: What happened to it.
        was: For a change: each fact's old and new text.
    """

    key: str
    kind: Kind
    title: str
    facts: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    source: str = ""
    replaced: bool = False
    fixed: str = ""
    change: Change = Change.SAME
    was: tuple[str, ...] = ()

    @property
    def detail(self) -> str:
        """The facts in one line."""
        return " · ".join(text for text in self.facts.values() if text)

    def to_json(self) -> dict[str, Any]:
        """The record for programs."""
        record: dict[str, Any] = {"key": self.key, "kind": self.kind.value, "name": self.title}
        record |= {"place": self.place} if self.place else {}
        record |= {"facts": dict(self.facts)}
        return record | ({"change": self.change.value, "was": list(self.was)} if self.change else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One scale set and what is around it.

    Attributes:
        name: The set's name.
        mode: Its mode; None if it is not known.
        facts: What the heading says, by label.
        nodes: Everything in it, in the order in which it is drawn.
        edges: Pairs of keys, from the left to the right.
        unread: Sentences about what could not be read, and why.
        against: What it was compared with, ``""`` if it was not.
    """

    name: str
    mode: Mode | None
    facts: Mapping[str, str]
    nodes: tuple[Node, ...]
    edges: frozenset[tuple[str, str]] = frozenset()
    unread: tuple[str, ...] = ()
    against: str = ""

    def of(self, *kinds: Kind) -> list[Node]:
        """The nodes of these kinds, in order."""
        return [node for node in self.nodes if node.kind in kinds]

    def places(self) -> dict[str, list[Node]]:
        """The instances by their place, in order."""
        found: dict[str, list[Node]] = {}
        for node in self.of(Kind.INSTANCE):
            found.setdefault(node.place, []).append(node)
        return found

    def changes(self) -> Counter[Change]:
        """How many nodes have each change; those without one are not counted."""
        return Counter(node.change for node in self.nodes if node.change)

    def to_json(self) -> dict[str, Any]:
        """The record that ``--output json`` prints."""
        record: dict[str, Any] = {
            "name": self.name,
            "orchestrationMode": self.mode.value if self.mode else None,
            "facts": dict(self.facts),
            "nodes": [node.to_json() for node in self.nodes],
            "edges": sorted(map(list, self.edges)),
            "notRead": list(self.unread),
        }
        if self.against:
            counts = self.changes()
            record |= {"against": self.against, "changes": {each.value: counts[each] for each in Change if each}}
        return record


def instance_facts(
    *,
    power: str = "",
    health: str = "",
    model: str = "",
    size: str = "",
    addresses: Sequence[str] = (),
    protection: str = "",
    more: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The facts of an instance in the order and under the labels that all sources use; empty ones are left out."""
    facts = {
        "Power state": power,
        "Health": health,
        "Model": model,
        "Size": size,
        "Addresses": ", ".join(addresses),
        **(more or {}),
        "Protection": protection,
    }
    return {label: text for label, text in facts.items() if text}
