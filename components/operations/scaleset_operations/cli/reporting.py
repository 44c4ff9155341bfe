"""How a plan and a report are printed: results to stdout, all else to stderr."""

from __future__ import annotations

import json
import sys
from typing import Any

from scaleset_core.command.formats import Format
from scaleset_operations.cli import stopping
from scaleset_operations.cli.advice import complete
from scaleset_operations.cli.output import err, for_people, show
from scaleset_operations.cli.request import Request
from scaleset_operations.cli.settings import output_format
from scaleset_operations.planning import Plan
from scaleset_operations.report import (
    Report,
    State,
    order,
)

_FEW = 30


def show_plan(plan: Plan, request: Request) -> None:
    """Print what ``--dry-run`` prints: the calls, and what is skipped."""
    if for_people(request.output):
        calls = [each for first in plan.calls for each in (first, *first.then)]
        for call in calls:
            sys.stdout.write(f"{call.verb} {call.url}\n")
            if call.body is not None:
                sys.stdout.write(f"  {json.dumps(call.to_json()['body'])}\n")
        for skip in plan.skipped:
            sys.stdout.write(f"skip {skip.name}: {complete(skip.why)}\n")
        count = len(calls)
        err().print(f"Dry run: {count} call{'' if count == 1 else 's'}, nothing was changed.")
        return
    show(plan.to_json(), request.output)


def show_report(
    report: Report, plan: Plan, request: Request, columns: tuple[str, ...] = (), *, shown: bool = False
) -> None:
    """Print how it went: results to stdout, the rest to stderr."""
    stopping.told()
    reads = plan.route.reads
    if shown:
        for outcome in report.of(State.FAILED, State.UNKNOWN, State.SKIPPED):
            err().print(f"{outcome.name or 'scale set'} {outcome.state}: {outcome.why}", markup=False)
    elif (reads or plan.route.answers) and not report.interrupted:
        results = _results(report)
        show(results, request.output, columns=columns)
        if results == [] and reads and report.of(State.DONE) and for_people(request.output):
            err().print("There is none.", markup=False)
        for outcome in report.of(State.FAILED, State.UNKNOWN, State.SKIPPED):
            err().print(f"{outcome.name or 'scale set'} {outcome.state}: {outcome.why}", markup=False)
    else:
        _show_outcomes(report, request)
    for note in report.notes:
        err().print(f"Note: {note}", markup=False)
    if not reads or report.exit_code:
        err().print(f"{request.title} {plan.target.name} ({plan.mode}): {report.summary}", markup=False)


def _show_outcomes(report: Report, request: Request) -> None:
    rows = [{**row, "why": complete(row["why"])} for row in (each.to_row() for each in order(report.outcomes))]
    if for_people(request.output):
        if len(rows) > _FEW and sys.stdout.isatty():
            rows = [line for line in rows if line["state"] not in {State.DONE.value, State.ACCEPTED.value}]
        show(rows, request.output, columns=("instance", "state", "seconds", "why"))
        return
    record = {
        "operation": report.row,
        "mode": report.mode.value,
        "counts": dict(report.counts),
        "seconds": round(report.seconds, 1),
        "throttled": report.throttled,
        "interrupted": report.interrupted,
        "instances": rows,
        "notes": list(report.notes),
    }
    lines = output_format(request.output.output) is Format.TSV and not request.output.query
    show(rows if lines else record, request.output)


def _results(report: Report) -> Any:
    """The results of the reads: one object for the set; for instances a list, each with its instance's name."""
    done = report.of(State.DONE)
    if len(done) == 1 and not done[0].name:
        return done[0].result
    rows: list[Any] = []
    for outcome in done:
        items = outcome.result if isinstance(outcome.result, list) else [outcome.result]
        rows += [
            {"instance": outcome.name or "(profile)", **item} if isinstance(item, dict) else item for item in items
        ]
    return rows
