"""The report as Markdown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from scaleset_migration.facts import Fate, counted

_TITLES = {
    Fate.OPEN: "To decide first",
    Fate.NONE: "Has no equivalent",
    Fate.CHANGES: "Changes",
    Fate.CARRIES: "Carries over",
}
"""The sections, in the order in which somebody needs them."""


def markdown(records: Sequence[Mapping[str, Any]]) -> str:
    """The report of several sets."""
    return "\n".join(line for each in records for line in _lines(each)) + "\n"


def _lines(record: Mapping[str, Any]) -> Iterator[str]:
    old, new = record["set"], record["twin"]
    yield f"# From {old['name']} to {new['name']}"
    yield ""
    yield _sentence(old)
    yield f"Properties: {counted(record['counts'])}."
    yield ""
    for title, name in (("The program would be refused", "problems"), ("Warnings", "warnings")):
        if record[name]:
            yield f"## {title}"
            yield ""
            yield from (f"- {each}" for each in record[name])
            yield ""
    for fate, title in _TITLES.items():
        facts = [fact for fact in record["properties"] if fact["fate"] == fate]
        if facts:
            yield f"## {title}"
            yield ""
            yield from table(*_columns(fate, facts))
            yield ""
    if record["ports"]:
        yield "## Front-end ports"
        yield ""
        yield from table(
            ("Port", "NAT pool", "Instance before", "Port after", "Rule", "Instance after"), _ports(record)
        )
        yield ""
    yield "## Steps"
    yield ""
    rows = [(each["step"], each["does"], each["check"], each["back"], each["outage"]) for each in record["steps"]]
    yield from table(("Step", "Does", "Check", "Way back", "What clients notice"), rows)
    yield ""
    if not record["operations"]:
        return
    yield "## Operations that work otherwise"
    yield ""
    names = ("operation", "uniform", "flexible", "instead")
    others = [tuple(each[name] for name in names) for each in record["operations"]]
    yield from table(("Operation", "Uniform", "Flexible", "Instead"), others)
    yield ""


def _sentence(old: Mapping[str, Any]) -> str:
    if old["kind"] == "availability set":
        return f"{old['instances']} machines of an availability set ({old['source']}) join a Flexible set as they are."
    return f"{old['instances']} instances of a Uniform set ({old['source']}) become a Flexible set."


def _columns(fate: Fate, facts: list[Mapping[str, Any]]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    if fate is Fate.CARRIES:
        return ("Property", "Value"), [(f"`{fact['path']}`", fact.get("was", "")) for fact in facts]
    names = ("was", "becomes", "why", "todo", "source")
    rows = [(f"`{fact['path']}`", *(fact.get(name, "") for name in names)) for fact in facts]
    return ("Property", "Before", "After", "Why", "What to do", "Source"), rows


def _ports(record: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [
        (
            str(each["frontendPort"]),
            each["natPool"],
            each["instance"] + ("" if each["read"] else " (expected)"),
            str(each["becomes"]["frontendPort"]),
            each["becomes"]["rule"],
            each["becomes"]["instance"] or "one of the pool: Azure assigns it",
        )
        for each in record["ports"]
    ]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table, with what would break it escaped."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(_cell(each) for each in row)} |"


def _cell(text: str) -> str:
    return " ".join(str(text).replace("|", "\\|").split())
