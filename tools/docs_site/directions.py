"""The mode table in both directions: what changes for somebody who comes from one mode and goes to the other."""

from __future__ import annotations

from collections.abc import Iterator

from scaleset_core.command.modes import route_text
from scaleset_core.modes import ROWS, RULES, Mode, PropertyRule, Row


def page(source: Mode) -> str:
    """The page for users who come from ``source``, in Markdown; it is written to docs/generated."""
    target = source.other
    same = [row for row in ROWS.values() if _same(row)]
    none = [row for row in ROWS.values() if row.route(source).supported and not row.route(target).supported]
    new = [row for row in ROWS.values() if row.route(target).supported and not row.route(source).supported]
    other = [row for row in ROWS.values() if row not in same and row not in none and row not in new]
    lines = [
        f"# From {source} to {target}",
        "",
        f"This page shows what happens to each call and each property, for somebody who knows {source} sets.",
        "A `scaleset` command works in both modes. Generated from the mode table.",
        f"[The other direction](from-{target.lower()}.md).",
        "",
        f"## What {target} does differently",
        "",
        f"| What | On {source} | On {target} | Command |",
        "|---|---|---|---|",
        *(_row(row, source) for row in other),
        "",
        f"## What {target} does not have",
        "",
        "| What | Why | Instead |",
        "|---|---|---|",
        *(_line(row.title, row.route(target).reason, row.route(target).alternative) for row in none),
        "",
        f"## What only {target} has",
        "",
        f"| What | On {target} | Command |",
        "|---|---|---|",
        *(_line(row.title, route_text(row.route(target)), _command(row)) for row in new),
        "",
        "## What is the same call",
        "",
        "| What | Call | Command |",
        "|---|---|---|",
        *(_line(row.title, route_text(row.route(target)), _command(row)) for row in same),
        "",
        f"## Rules for properties that hold on {target} and not on {source}",
        "",
        "| Rule | | Why | Instead |",
        "|---|---|---|---|",
        *_rules(target),
    ]
    return "\n".join(lines) + "\n"


def _same(row: Row) -> bool:
    """Whether both modes answer to one and the same call."""
    one, two = row.uniform, row.flexible
    return one.supported and (one.kind, one.group, one.method) == (two.kind, two.group, two.method)


def _row(row: Row, source: Mode) -> str:
    was, becomes = row.route(source), row.route(source.other)
    return _line(row.title, route_text(was), f"{route_text(becomes)}. {becomes.note}".rstrip(), _command(row))


def _rules(target: Mode) -> Iterator[str]:
    for rule in RULES.values():
        if rule.modes == {target}:
            yield _line(f"[{rule.number}](policies/{rule.number}.md)", _statement(rule), rule.reason, rule.alternative)


def _statement(rule: PropertyRule) -> str:
    return f"{rule.statement} ({rule.doubt})" if rule.contested else rule.statement


def _command(row: Row) -> str:
    return f"`scaleset {row.command}`" if row.command else ""


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
