"""Asking before something is done."""

from __future__ import annotations

import signal
import sys

import typer

from scaleset_operations.errors import UsageError


def confirm(command: str, question: str) -> None:
    """Ask the user; if they do not agree, or there is no terminal to ask at, the command ends.

    Args:
        command: The command, without the program's name.
        question: What is asked.

    Raises:
        UsageError: It was not confirmed.
    """
    if not sys.stdin.isatty():
        raise UsageError(
            f"`scaleset {command}` needs a confirmation, and there is no terminal. Add --yes, or look first "
            "with --dry-run. Nothing was changed."
        )
    running = signal.signal(signal.SIGINT, signal.default_int_handler)  # Ctrl-C at the question means no
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:
        agreed = False
    finally:
        signal.signal(signal.SIGINT, running)
    if not agreed:
        raise UsageError("not confirmed; nothing was changed.")
