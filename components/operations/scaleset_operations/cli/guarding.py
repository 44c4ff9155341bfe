"""How a command ends: every failure is one line on stderr and an exit code."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer

from scaleset_operations.cli.output import err
from scaleset_operations.errors import AzureError, OperationsError, UnknownOutcomeError, UsageError
from scaleset_operations.report import (
    INTERRUPTED,
    PARTIAL,
    UNKNOWN,
    USAGE,
)

_UNAUTHORIZED = 401
_T = TypeVar("_T")


def guard(work: Callable[[], Awaitable[int]]) -> None:
    """Run a command's coroutine; every failure becomes one line on stderr and an exit code."""
    import asyncio  # noqa: PLC0415 - help does not wait for it

    from scaleset_operations.cli import stopping  # noqa: PLC0415

    try:
        code = asyncio.run(stopping.run(work))
    except UsageError as error:
        code = fail(error, USAGE)
    except UnknownOutcomeError as error:
        code = fail(error, UNKNOWN)
    except OperationsError as error:
        code = fail(error, PARTIAL)
    except stopping.Stopped as stopped:
        err().print("Interrupted; nothing was changed.")
        code = stopped.code
    except KeyboardInterrupt:  # before anything was begun, or at the question
        err().print("Interrupted.")
        code = INTERRUPTED
    if code:
        raise typer.Exit(code)


def fail(error: OperationsError, code: int) -> int:
    """Tell an error, with what to do about it; gives the exit code back."""
    from rich.markup import escape  # noqa: PLC0415 - help does not wait for it

    err().print(f"[red]Error:[/] {escape(str(error))}{escape(_advice(error))}")
    return code


def _advice(error: OperationsError) -> str:
    """Advice for errors without a response, and for responses that the caller is not authorized."""
    if not isinstance(error, AzureError):
        return ""
    from urllib.parse import urlsplit  # noqa: PLC0415 - help does not wait for it

    endpoint = os.environ.get("SCALESET_ARM_ENDPOINT", "")
    if error.code == "NoConnection" and endpoint and urlsplit(endpoint).netloc in error.message:
        return f" SCALESET_ARM_ENDPOINT is {endpoint}: start what should answer there, or unset it to talk to Azure."
    if error.status == _UNAUTHORIZED:
        return " Check SCALESET_ARM_TOKEN." if os.environ.get("SCALESET_ARM_TOKEN") else " Sign in again: `az login`."
    return ""


def reported(make: Callable[[], _T]) -> _T:
    """The result of ``make``; every failure ends the command as it ends one of :func:`guard`."""
    try:
        return make()
    except OperationsError as error:
        raise typer.Exit(fail(error, USAGE if isinstance(error, UsageError) else PARTIAL)) from None


def checked(make: Callable[[], _T]) -> _T:
    """The result of ``make``; a usage error ends the command."""
    try:
        return make()
    except UsageError as error:
        raise typer.Exit(fail(error, USAGE)) from None
