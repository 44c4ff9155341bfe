"""The command line of the fleet. What its commands do is in :mod:`running`: ``--help`` does not wait for Pulumi."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from scaleset_core.command.apps import App
from scaleset_core.command.formats import Format
from scaleset_operations.fleet.choices import DEFAULT_FILE, HERE, OPERATIONS, PARALLEL, SECRET, Run

app = App(
    help="Roll out a fleet of scale sets: one stack each, in waves, with bounded parallelism.",
    no_args_is_help=True,
)

File = Annotated[Path, typer.Option("--file", "-f", help="The fleet file, seen from the project's directory.")]
Cwd = Annotated[Path, typer.Option("--cwd", "-C", help="The directory of the Pulumi project.")]
Only = Annotated[list[str], typer.Option("--only", help="A member or stack, or a pattern such as 'web-*'. Repeatable.")]
Wave = Annotated[list[int], typer.Option("--wave", help="Only this wave. Repeatable.")]
Parallel = Annotated[int, typer.Option("--parallel", "-p", min=1, max=64, help="How many stacks run at once.")]
Operations = Annotated[
    int, typer.Option("--operations", min=1, help="How many resources of one stack are worked on at once.")
]
KeepGoing = Annotated[bool, typer.Option("--continue-on-error", help="Start a wave even if one before it failed.")]
Report = Annotated[Path | None, typer.Option("--report", help="Write the result to this file, .json or Markdown.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Unasked = Annotated[bool, typer.Option("--yes", "-y", help="Accepted as with `pulumi up`: this command never asks.")]


@app.command()
def up(
    file: File = DEFAULT_FILE,
    only: Only = [],  # noqa: B006 - typer copies it
    wave: Wave = [],  # noqa: B006
    parallel: Parallel = PARALLEL,
    operations: Operations = OPERATIONS,
    continue_on_error: KeepGoing = False,
    report_file: Report = None,
    cwd: Cwd = HERE,
    yes: Unasked = False,  # noqa: ARG001
) -> None:
    """Create or update the stacks, wave by wave. Stacks that are up to date do not change."""
    _execute(Run("up", file, only, wave, parallel, operations, continue_on_error, report_file, cwd))


@app.command()
def preview(
    file: File = DEFAULT_FILE,
    only: Only = [],  # noqa: B006
    wave: Wave = [],  # noqa: B006
    parallel: Parallel = PARALLEL,
    operations: Operations = OPERATIONS,
    report_file: Report = None,
    cwd: Cwd = HERE,
    expect_no_changes: Annotated[
        bool, typer.Option("--expect-no-changes", help="Fail if anything would change.")
    ] = False,
) -> None:
    """Show what `up` would do, for all stacks, even if one of them fails."""
    run = Run("preview", file, only, wave, parallel, operations, True, report_file, cwd)
    _execute(run, expect_no_changes=expect_no_changes)


@app.command()
def refresh(
    file: File = DEFAULT_FILE,
    only: Only = [],  # noqa: B006
    wave: Wave = [],  # noqa: B006
    parallel: Parallel = PARALLEL,
    operations: Operations = OPERATIONS,
    report_file: Report = None,
    cwd: Cwd = HERE,
    yes: Unasked = False,  # noqa: ARG001
) -> None:
    """Update the states with changes made in Azure."""
    _execute(Run("refresh", file, only, wave, parallel, operations, True, report_file, cwd))


@app.command()
def destroy(
    file: File = DEFAULT_FILE,
    only: Only = [],  # noqa: B006
    wave: Wave = [],  # noqa: B006
    parallel: Parallel = PARALLEL,
    operations: Operations = OPERATIONS,
    continue_on_error: KeepGoing = False,
    report_file: Report = None,
    cwd: Cwd = HERE,
    yes: Yes = False,
    remove: Annotated[bool, typer.Option("--remove", help="Remove the empty stacks as well.")] = False,
) -> None:
    """Delete all resources, the last wave first. With --only, also those of a stack that left the fleet file."""
    run = Run("destroy", file, only, wave, parallel, operations, continue_on_error, report_file, cwd)
    _execute(run, confirm=not yes, remove=remove)


@app.command()
def status(
    file: File = DEFAULT_FILE,
    only: Only = [],  # noqa: B006
    cwd: Cwd = HERE,
    output: Annotated[Format, typer.Option("--output", "-o", help="How to write it.")] = Format.TABLE,
) -> None:
    """Show each stack: whether it is deployed, how large it is, when it was updated; and stacks that left the file."""
    from scaleset_operations.fleet import running  # noqa: PLC0415 - help does not wait for it

    running.status(Run("status", file, only, (), 1, 1, project=cwd), output)


@app.command()
def secret(
    key: Annotated[str, typer.Argument(help="The configuration key.")] = SECRET,
    file: File = DEFAULT_FILE,
    only: Only = [],  # noqa: B006
    cwd: Cwd = HERE,
) -> None:
    """Set a secret of the stacks: asked for on a terminal, else read from standard input; stored encrypted."""
    from scaleset_operations.fleet import running  # noqa: PLC0415 - help does not wait for it

    running.secret(Run("secret", file, only, (), 1, 1, project=cwd), key)


def _execute(run: Run, **more: Any) -> None:
    from scaleset_operations.fleet import running  # noqa: PLC0415 - help does not wait for it

    running.execute(run, **more)
