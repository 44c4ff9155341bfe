"""``scaleset lifecycle-hooks``: what waits for an answer before Azure goes on with a set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scaleset_core.command.apps import App
from scaleset_core.modes import row
from scaleset_operations.cli.actions import help_of
from scaleset_operations.cli.options import OutputOptions, RunOptions, TargetOptions, grouped
from scaleset_operations.cli.output import err, for_people, show
from scaleset_operations.cli.request import Request
from scaleset_operations.cli.session import perform, read
from scaleset_operations.planning import Plan

if TYPE_CHECKING:
    from scaleset_operations import Operations

app = App(no_args_is_help=True, help="See and answer what waits before Azure goes on with a set.")
_RESOURCES = typer.Option(
    "--resource", metavar="NAME", help="Only for this resource of the event, by name or id (repeatable)."
)
_Event = Annotated[str, typer.Argument(metavar="EVENT", help="The event's name: see `scaleset lifecycle-hooks list`.")]
_EVENT_COLUMNS = ("name", "type", "state", "waitUntil", "defaultAction", "waiting")


@app.command("list", help=help_of(row("lifecycle-hook.list")))
@grouped
def list_events(target: TargetOptions, output: OutputOptions) -> None:
    """List the events."""

    async def work(operations: Operations) -> None:
        found = await operations.hook_events()
        shown = [
            {**event, **{key: (event.get("properties") or {}).get(key) for key in _EVENT_COLUMNS[1:-1]}}
            | {"waiting": ", ".join(_waiting(event))}
            for event in found
        ]
        show(shown if for_people(output) else found, output, columns=_EVENT_COLUMNS)
        if not found and for_people(output):
            err().print("Nothing waits for an answer.", markup=False)

    read(target, output, work)


def _waiting(event: dict[str, object]) -> list[str]:
    properties = event.get("properties")
    targets = properties.get("targetResources") if isinstance(properties, dict) else None
    return [
        str((each.get("resource") or {}).get("id") or "").rsplit("/", 1)[-1]
        for each in targets or []
        if str(each.get("actionState") or "").lower() == "waiting"
    ]


def _answer(
    answer: str, event: str, resources: list[str], target: TargetOptions, run: RunOptions, output: OutputOptions
) -> None:
    verb = "approve" if answer == "Approved" else "reject"
    request = Request(title=f"lifecycle-hooks {verb} {event}", target=target, run=run, output=output, risk="outage")

    async def plan(operations: Operations) -> Plan:
        return await operations.plan_hook_answer(event, answer, tuple(resources))

    perform(request, plan)


@app.command("approve", help=help_of(row("lifecycle-hook.answer"), title="Let Azure continue with an event."))
@grouped
def approve(
    event: _Event,
    target: TargetOptions,
    run: RunOptions,
    output: OutputOptions,
    resource: Annotated[list[str] | None, _RESOURCES] = None,
) -> None:
    """Approve an event."""
    _answer("Approved", event, resource or [], target, run, output)


@app.command(
    "reject",
    help=help_of(row("lifecycle-hook.answer"), title="Reject an event, so that Azure does not continue with it."),
)
@grouped
def reject(
    event: _Event,
    target: TargetOptions,
    run: RunOptions,
    output: OutputOptions,
    resource: Annotated[list[str] | None, _RESOURCES] = None,
) -> None:
    """Reject an event."""
    _answer("Rejected", event, resource or [], target, run, output)
