"""The result of a run: a table for people, Markdown for a page, JSON for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scaleset_operations.fleet.engine import COUNTED
from scaleset_operations.fleet.schedule import Outcome, Result
from scaleset_operations.fleet.screen import STYLES, told

HEADINGS = ("Stack", "Wave", "Result", *(kind.capitalize() for kind in COUNTED), "Seconds")


def cells(result: Result) -> list[str]:
    """One row of the table."""
    counts = [str(result.changes.get(kind, 0)) for kind in COUNTED]
    return [result.plan.name, str(result.plan.wave), result.outcome.value, *counts, f"{result.seconds:.1f}"]


def summary(action: str, results: Sequence[Result], seconds: float) -> str:
    """The run in one line."""
    outcomes = Counter(result.outcome for result in results)
    ends = ", ".join(f"{outcomes[outcome]} {outcome.value}" for outcome in Outcome if outcomes[outcome])
    changes: Counter[str] = Counter()
    for result in results:
        changes.update(result.changes)
    instances = sum(result.plan.instances for result in results if result.outcome is Outcome.DONE)
    count = f"{len(results)} stack" if len(results) == 1 else f"{len(results)} stacks"
    resources = told(changes, planned=action == "preview")
    return f"{action}: {count} ({ends}), {instances:,} instances; resources: {resources}; {seconds:.1f} s"


def show(console: Console, action: str, results: Sequence[Result], seconds: float) -> None:
    """Print the table, the reasons of failures, and the summary line."""
    table = Table(*HEADINGS, title=None)
    for column in table.columns[1:2] + table.columns[3:]:
        column.justify = "right"
    for result in results:
        row = cells(result)
        row[2] = f"[{STYLES[row[2]]}]{row[2]}[/]"
        table.add_row(*row)
    console.print(table)
    wrong = [result for result in results if result.outcome is not Outcome.DONE]
    for result in wrong:
        head = f"[{STYLES[result.outcome.value]}]{result.outcome.value}[/] {result.plan.name}"
        first, *rest = result.reason.splitlines() or [""]
        console.print(f"{head}: {escape(first)}", soft_wrap=True)
        for line in rest:
            console.print(f"    {line}", markup=False, soft_wrap=True)
    console.print(summary(action, results, seconds), markup=False, soft_wrap=True)


def write(file: Path, action: str, results: Sequence[Result], seconds: float) -> None:
    """Write the report: JSON if the file's name ends in .json, else a Markdown table."""
    if file.suffix == ".json":
        rows = [
            {
                "stack": result.plan.name,
                "member": result.plan.member,
                "wave": result.plan.wave,
                "subscription": result.plan.subscription,
                "region": result.plan.region,
                "instances": result.plan.instances,
                "outcome": result.outcome.value,
                "changes": {kind: result.changes.get(kind, 0) for kind in COUNTED},
                "seconds": round(result.seconds, 2),
                "reason": result.reason,
            }
            for result in results
        ]
        text = json.dumps({"action": action, "seconds": round(seconds, 2), "stacks": rows}, indent=2)
    else:
        lines = [HEADINGS, ["---"] * 3 + ["--:"] * (len(HEADINGS) - 3), *map(cells, results)]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        text = f"{table}\n\n{summary(action, results, seconds)}"
    file.write_text(text + "\n", encoding="utf-8")
