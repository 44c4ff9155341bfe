"""``scaleset instances``: chosen instances of a scale set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scaleset_core.command.apps import App
from scaleset_core.modes import ROWS, Mode, row
from scaleset_operations.cli import connect_command, instance_view, lift_command, machine_commands
from scaleset_operations.cli.actions import add_action, help_of
from scaleset_operations.cli.bodies import change_of
from scaleset_operations.cli.guarding import checked
from scaleset_operations.cli.options import (
    OutputOptions,
    RunOptions,
    SelectionOptions,
    TargetOptions,
    grouped,
)
from scaleset_operations.cli.output import err, show
from scaleset_operations.cli.protect import INSTANCE_PROTECTION, LockChoice, protect
from scaleset_operations.cli.request import Request
from scaleset_operations.cli.session import perform_row, read
from scaleset_operations.cli.watching import WatchOptions
from scaleset_operations.graph import STALENESS
from scaleset_operations.planning import Choices
from scaleset_operations.selection import Selection

if TYPE_CHECKING:
    from scaleset_operations import Operations

app = App(no_args_is_help=True, help="Work on chosen instances of a scale set.")

_OWN = {"instance.get", "instance.view", "instance.update"} | machine_commands.OWN
_LISTED = (
    "name",
    "zone",
    "faultDomain",
    "powerState",
    "health",
    "provisioningState",
    "latestModel",
    "size",
    "privateIps",
    "publicIps",
    "protection",
)
_CHANGES = typer.Option(
    "--set",
    metavar="PATH=VALUE",
    help="Change one property, e.g. tags.team=web or properties.userData=... (repeatable).",
)


def _selection(options: SelectionOptions, *, required: bool = True) -> Selection:
    return checked(lambda: options.make(required=required))


@app.command("list", help=help_of(row("list.instances")))
@grouped
def list_instances(
    target: TargetOptions,
    selection: SelectionOptions,
    output: OutputOptions,
    watch: WatchOptions,
    live: Annotated[
        bool, typer.Option("--live", help="Flexible: read the machines themselves, not Resource Graph.")
    ] = False,
) -> None:
    """List the instances with their states."""
    chosen = _selection(selection, required=False)

    async def work(operations: Operations) -> None:
        facts = chosen.where is not None and chosen.where.asks_the_set
        found = await operations.listed(chosen, live=live, set_facts=facts)
        show([item.to_row() for item in found], output, columns=_LISTED)
        if await operations.mode() is Mode.FLEXIBLE and not live and not facts:
            err().print(f"States {STALENESS}. Health and latest model are current.", markup=False)

    read(target, output, work, watch=watch.watch)


def _read_row(
    row_id: str,
    target: TargetOptions,
    selection: SelectionOptions,
    run: RunOptions,
    output: OutputOptions,
    *columns: str,
) -> None:
    request = Request(title=row(row_id).command, target=target, run=run, output=output)
    perform_row(row_id, request, _selection(selection), Choices(), columns=columns)


instance_view.add_to(app)


@app.command("get", help=help_of(row("instance.get")))
@grouped
def get_instances(target: TargetOptions, selection: SelectionOptions, run: RunOptions, output: OutputOptions) -> None:
    """Show the instances' models."""
    _read_row("instance.get", target, selection, run, output, "instance", "name", "location", "id")


@app.command("update", help=help_of(row("instance.update")))
@grouped
def update_instances(
    target: TargetOptions,
    selection: SelectionOptions,
    run: RunOptions,
    output: OutputOptions,
    changes: Annotated[list[str] | None, _CHANGES] = None,
    body: Annotated[
        str,
        typer.Option(
            "--body", metavar="JSON|@FILE", help="The change as JSON; @FILE reads it from a file, @- from stdin."
        ),
    ] = "",
) -> None:
    """Change the instances' models."""
    change = checked(lambda: change_of(changes or [], body))
    request = Request(title="instances update", target=target, run=run, output=output)
    perform_row("instance.update", request, _selection(selection), Choices(body=change))


_LOCK = Annotated[LockChoice | None, typer.Option("--lock", case_sensitive=False, help="Flexible: the lock's level.")]
_LOCK_NAME = Annotated[str, typer.Option("--lock-name", help="Flexible: the lock's name.")]
_POLICY = Annotated[bool | None, INSTANCE_PROTECTION]


@app.command("protect", help=help_of(row("protection")))
@grouped
def protect_instances(
    target: TargetOptions,
    selection: SelectionOptions,
    run: RunOptions,
    output: OutputOptions,
    scale_set_actions: Annotated[
        bool, typer.Option("--scale-set-actions", help="From set-wide actions too (Flexible: a ReadOnly lock).")
    ] = False,
    lock: _LOCK = None,
    lock_name: _LOCK_NAME = "",
    instance_protection: _POLICY = None,
) -> None:
    """Protect instances from scale-in and set-wide actions, and with a lock from any deletion."""
    request = Request(title="instances protect", target=target, run=run, output=output)
    more: dict[str, Any] = {"lock": lock, "lock_name": lock_name, "instance_protection": instance_protection}
    protect(request, _selection(selection), scale_set_actions=scale_set_actions, **more)


@app.command("unprotect", help=help_of(row("protection"), "Asks first.", title="Remove protection."))
@grouped
def unprotect_instances(
    target: TargetOptions,
    selection: SelectionOptions,
    run: RunOptions,
    output: OutputOptions,
    lock: _LOCK = None,
    lock_name: _LOCK_NAME = "",
    instance_protection: _POLICY = None,
) -> None:
    """Remove the protectionPolicy, or the locks on the instances themselves."""
    request = Request(title="instances unprotect", target=target, run=run, output=output)
    more: dict[str, Any] = {"lock": lock, "lock_name": lock_name, "instance_protection": instance_protection}
    protect(request, _selection(selection), remove=True, **more)


machine_commands.add_to(app)
connect_command.add_to(app)
lift_command.add_to(app)
for _entry in ROWS.values():
    if _entry.id.startswith("instance.") and _entry.id not in _OWN:
        add_action(app, _entry.id)
