"""``scaleset rolling-upgrade``: upgrades that go on over many instances."""

from __future__ import annotations

from typing import Annotated

import typer

from scaleset_core.command.apps import App
from scaleset_core.modes import row
from scaleset_operations.cli.actions import add_action, help_of
from scaleset_operations.cli.options import OutputOptions, RunOptions, TargetOptions, grouped
from scaleset_operations.cli.request import Request
from scaleset_operations.cli.session import perform_row
from scaleset_operations.planning import Choices

app = App(no_args_is_help=True, help="Start, follow, stop and approve rolling upgrades.")


@app.command("start", help=help_of(row("rolling-upgrade.start")))
@grouped
def start(
    target: TargetOptions,
    run: RunOptions,
    output: OutputOptions,
    extensions: Annotated[
        bool, typer.Option("--extensions", help="To the newest versions of the extensions, not of the OS image.")
    ] = False,
) -> None:
    """Start a rolling upgrade."""
    request = Request(title="rolling-upgrade start", target=target, run=run, output=output)
    perform_row("rolling-upgrade.start", request, None, Choices(variant="extensions" if extensions else ""))


@app.command("history", help=help_of(row("set.os-upgrade-history")))
@grouped
def history(target: TargetOptions, run: RunOptions, output: OutputOptions) -> None:
    """See the OS upgrades of the past."""
    request = Request(title="set os-upgrade-history", target=target, run=run, output=output)
    perform_row("set.os-upgrade-history", request, None, Choices())


for _name in ("get-latest", "cancel", "approve"):
    add_action(app, f"rolling-upgrade.{_name}")
add_action(app, "rolling-upgrade.get-latest", "status")
