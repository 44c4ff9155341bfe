"""What becomes of each property: the fates, and the facts that report them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scaleset_core.facts.checks import show
from scaleset_core.facts.properties import UNKNOWN
from scaleset_core.facts.secrets import HIDDEN, is_secret
from scaleset_core.modes import RULES, PropertyRule


class Fate(StrEnum):
    """What becomes of a property."""

    CARRIES = "carries over"
    CHANGES = "changes"
    NONE = "has no equivalent"
    OPEN = "is open"
    """It cannot be decided from what is known: somebody has to say."""


_MANY = {
    Fate.CARRIES: ("carries over", "carry over"),
    Fate.CHANGES: ("changes", "change"),
    Fate.NONE: ("has no equivalent", "have no equivalent"),
    Fate.OPEN: ("is open", "are open"),
}


def counted(counts: Mapping[str, int]) -> str:
    """How many properties have each fate, in words: ``24 carry over, 1 changes``."""
    found = ((fate, counts.get(fate.value, 0)) for fate in Fate)
    return ", ".join(f"{count} {_MANY[fate][count != 1]}" for fate, count in found if count)


LOCKS_PAGE = "https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources"
"""Microsoft's page on management locks."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What becomes of one property, or of everything below it.

    Attributes:
        path: Where it is in the source.
        fate: What becomes of it.
        was: Its value there, as a report may show it.
        becomes: What it becomes, or ``""``.
        why: Why it does not simply carry over, in a sentence.
        todo: What somebody has to do, as an instruction, or ``""``.
        source: Who says so: a page or a specification.
    """

    path: str
    fate: Fate
    was: str = ""
    becomes: str = ""
    why: str = ""
    todo: str = ""
    source: str = ""


def by_rule(name: str, path: str, fate: Fate, was: Any = None, becomes: str = "", todo: str = "") -> Fact:
    """A fact for which a rule of the mode table is the reason.

    Args:
        name: The rule's name.
        path: Where the property is.
        fate: What becomes of it.
        was: Its value.
        becomes: What it becomes.
        todo: What to do, if the rule's alternative is not it.
    """
    return told(RULES[name], path, fate, was, becomes, todo)


def told(rule: PropertyRule, path: str, fate: Fate, was: Any = None, becomes: str = "", todo: str = "") -> Fact:
    """As :func:`by_rule`, of the rule itself."""
    return Fact(path, fate, shown(path, was), becomes, rule.statement, todo or f"{rule.alternative}.", cited(rule))


def cited(rule: PropertyRule) -> str:
    """The strongest source of a rule, and the rule."""
    best = rule.sources[0] if rule.sources else None
    return f"{best.url or best.title}, rule {rule.number}" if best is not None else f"rule {rule.number}"


def shown(path: str, value: Any) -> str:
    """A value as a report may show it."""
    if value is None:
        return ""
    return HIDDEN if is_secret(path) else show(value)


def leaves(node: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of a tree: the path with list indexes, and the value; nulls and empty objects are none."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            yield from leaves(value, f"{at}.{name}" if at else str(name))
    elif isinstance(node, list | tuple):
        for index, value in enumerate(node):
            yield from leaves(value, f"{at}[{index}]")
    elif node is not None:
        yield at, node


def covers(path: str, leaf: str) -> bool:
    """Whether a fact's path is the leaf's or above it."""
    return leaf == path or leaf.startswith((f"{path}.", f"{path}["))


def account(source: Any, target: Any, found: list[Fact]) -> list[Fact]:
    """A fact for every leaf of the source: those that were found, and one for each other leaf.

    A leaf that the target has carries over. One that neither the target nor a fact has is reported to have no
    equivalent. So no property is lost silently.

    Args:
        source: The source's properties.
        target: The twin's.
        found: The facts so far; each may be about everything below its path.
    """
    there = dict(leaves(target))
    result = list(found)
    tops = tuple(fact.path for fact in found)
    for path, value in leaves(source):
        # The code that asks for secrets reports them.
        if value is UNKNOWN or any(covers(top, path) for top in tops):
            continue
        if there.get(path) == value:
            result.append(Fact(path, Fate.CARRIES, shown(path, value)))
        else:
            result.append(Fact(path, Fate.NONE, shown(path, value), why="The twin does not have it."))
    return result
