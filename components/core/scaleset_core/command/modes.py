"""``scaleset modes``: the mode table as a table on a terminal, as Markdown, or as JSON."""

from __future__ import annotations

import dataclasses
import json
import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from scaleset_core import modes
from scaleset_core.command.apps import App
from scaleset_core.command.formats import Format, dump
from scaleset_core.modes import (
    Mode,
    PropertyRule,
    Route,
    Row,
)


class Output(StrEnum):
    """The output format of the table: those of every command, and Markdown."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"
    YAML = "yaml"
    TSV = "tsv"


app = App()


@app.command()
def show(
    output: Annotated[Output, typer.Option("--output", "-o", help="How to write it.")] = Output.TABLE,
    mode: Annotated[Mode | None, typer.Option("--mode", help="Only the property rules of this mode.")] = None,
) -> None:
    """Show the differences between Uniform and Flexible: each call, and the properties that a mode does not support."""
    rules = [rule for rule in modes.RULES.values() if mode is None or mode in rule.modes]
    if output is Output.TABLE:
        _table(rules)
    elif output is Output.MARKDOWN:
        typer.echo(markdown(rules), nl=False)
    elif output is Output.TSV:
        typer.echo(dump(_lines(rules), Format.TSV))
    else:
        data = {"rows": list(map(row_data, modes.ROWS.values())), "rules": list(map(rule_data, rules))}
        typer.echo(dump(json.loads(json.dumps(data)), Format(output.value)))


def _lines(rules: list[PropertyRule]) -> list[list[str]]:
    """The columns of the two tables, after what each line is."""
    rows = [
        ["row", row.id, route_text(row.uniform), route_text(row.flexible), row.command] for row in modes.ROWS.values()
    ]
    return [
        *rows,
        *(["rule", rule.id, " ".join(sorted(rule.modes)), str(rule.severity), rule.statement] for rule in rules),
    ]


def route_text(route: Route) -> str:
    """A route in a few words: the call, or why there is none."""
    if not route.supported:
        return f"not supported: {route.reason}. Instead: {route.alternative}"
    call = f"{route.group}.{route.method}" if route.method else route.http
    condition = f" (only {route.condition})" if route.condition else ""
    return f"{route.kind}: {call}{condition}" if call else str(route.kind)


_OF_ROUTES = frozenset({"reads", "answers", "deletes", "whole_body", "from_set"})
"""Fields that only the planning of calls reads."""


def row_data(row: Row) -> dict[str, Any]:
    """A row as JSON."""
    return dataclasses.asdict(row, dict_factory=lambda pairs: {k: v for k, v in pairs if k not in _OF_ROUTES})


_NOT_SHOWN = frozenset({"check", "conflict", "sources", "number", "impact", "category", "fix", "example"})
"""Fields that are code, and fields that `scaleset rules show` shows."""


def rule_data(rule: PropertyRule) -> dict[str, Any]:
    """A property rule as JSON."""
    plain = {f.name: getattr(rule, f.name) for f in dataclasses.fields(rule) if f.name not in _NOT_SHOWN}
    conflict = None if rule.conflict is None else dataclasses.asdict(rule.conflict)
    sources = [dataclasses.asdict(source) for source in rule.sources]
    return {**plain, "modes": sorted(rule.modes), "sources": sources, "conflict": conflict, "contested": rule.contested}


def markdown(rules: list[PropertyRule]) -> str:
    """The whole table as a Markdown page."""
    lines = [
        "# Uniform and Flexible: what differs",
        "",
        "Generated from the mode table by `scaleset modes --output markdown`.",
        "",
        "## What each operation becomes",
        "",
        "| id | what | Uniform | Flexible | command |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `{row.id}` | {row.title} | {_cell(row.uniform)} | {_cell(row.flexible)} | {_command(row)} |"
        for row in modes.ROWS.values()
    ]
    lines += ["", "## What each mode takes", ""]
    for rule in rules:
        lines += _rule_markdown(rule)
    return "\n".join(lines).rstrip() + "\n"


def _command(row: Row) -> str:
    return f"`scaleset {row.command}`" if row.command else ""


def _cell(route: Route) -> str:
    note = f" {route.note}" if route.note else ""
    return f"{route_text(route)}.{note}".replace("|", "\\|").replace("..", ".")


def _rule_markdown(rule: PropertyRule) -> list[str]:
    lines = [
        f"### `{rule.id}`",
        "",
        f"{rule.statement}",
        "",
        f"- Applies to: {' and '.join(sorted(rule.modes))}; severity: {rule.severity}",
        f"- Property: `{rule.path}`" + (f" (argument `{rule.argument}`)" if rule.argument else ""),
        f"- Why: {rule.reason}",
        f"- Instead: {rule.alternative}",
        *(f"- Source: [{each.name}]({each.url}), {each.confidence.value}, read {each.read}" for each in rule.sources),
    ]
    if rule.conflict is not None:
        lines.append(f"- Microsoft's sources disagree: {rule.conflict.stale}. Followed: {rule.conflict.followed}")
    return [*lines, ""]


def _table(rules: list[PropertyRule]) -> None:
    from rich.console import Console  # noqa: PLC0415 - only for this output
    from rich.table import Table  # noqa: PLC0415

    console = Console(width=None if sys.stdout.isatty() else 200)
    operations = Table(title="What each operation becomes", show_lines=True)
    for heading in ("id", "Uniform", "Flexible", "command"):
        operations.add_column(heading, overflow="fold")
    for row in modes.ROWS.values():
        operations.add_row(row.id, route_text(row.uniform), route_text(row.flexible), row.command)
    console.print(operations)
    properties = Table(title="What each mode takes", show_lines=True)
    for heading in ("rule", "mode", "severity", "statement", "instead"):
        properties.add_column(heading, overflow="fold")
    for rule in rules:
        severity = f"{rule.severity}, contested" if rule.contested else str(rule.severity)
        properties.add_row(rule.id, ", ".join(sorted(rule.modes)), severity, rule.statement, rule.alternative)
    console.print(properties)
