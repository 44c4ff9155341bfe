"""``scaleset instances with-lock-lifted -- COMMAND``: the protection is away for one command, and then as it was."""

from __future__ import annotations

from typing import Annotated

import typer

from scaleset_core.command.apps import App
from scaleset_operations.cli.actions import both_modes
from scaleset_operations.cli.options import ChosenOptions, TargetOptions, grouped


def lift(
    target: TargetOptions,
    selection: ChosenOptions,
    command: Annotated[
        list[str], typer.Argument(metavar="-- COMMAND...", help="The command to run; write it after `--`.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be removed and restored; change nothing.")
    ] = False,
) -> None:
    """Remove the protection of chosen instances, run a command, and restore the protection unchanged.

    It is restored after a failure, Ctrl-C and SIGTERM too. After a kill, the same command or `scaleset instances
    restore-locks` reads it from the journal and restores it. The exit code is the command's.
    """
    from scaleset_operations.cli import lifted_run  # noqa: PLC0415 - help does not wait for it

    lifted_run.lift(target, selection, command, dry_run=dry_run)


def restore(target: TargetOptions) -> None:
    """Restore the protection that an interrupted `with-lock-lifted` has removed."""
    from scaleset_operations.cli import lifted_run  # noqa: PLC0415 - help does not wait for it

    lifted_run.restore(target)


def add_to(app: App) -> None:
    """Add the commands to ``scaleset instances``."""
    uniform = "the protectionPolicy of each instance, by `PUT` of the instance."
    flexible = "the management locks on the machines themselves, by `DELETE` and `PUT` of the locks."
    for name, function in (("with-lock-lifted", lift), ("restore-locks", restore)):
        text = " ".join((function.__doc__ or "").split())
        app.command(name, help=both_modes(text, uniform, flexible))(grouped(function))
