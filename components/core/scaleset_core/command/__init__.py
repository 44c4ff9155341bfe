"""The ``scaleset`` command: its subcommands come from the installed distributions."""

from __future__ import annotations

import sys


def run() -> None:
    """The console script. Without the command-line library it prints one line that says what to install."""
    try:
        from scaleset_core.command.main import run as start  # noqa: PLC0415 - it may be missing
    except ModuleNotFoundError as error:
        if error.name != "typer":
            raise
        sys.exit(
            "scaleset: no commands are installed. For `scaleset check`: pip install pulumi-azure-scaleset-policies; "
            "for work on running sets: pip install pulumi-azure-scaleset-operations"
        )
    start()
