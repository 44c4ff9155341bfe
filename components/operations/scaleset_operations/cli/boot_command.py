"""``scaleset instances boot-log``: what instances print as they start, and their screen."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scaleset_operations.cli.guarding import checked
from scaleset_operations.cli.options import OutputOptions, RunOptions, SelectionOptions, TargetOptions
from scaleset_operations.cli.output import err, for_people, show
from scaleset_operations.cli.request import Request
from scaleset_operations.cli.session import perform_row, read
from scaleset_operations.errors import AzureError, UsageError
from scaleset_operations.pace import Pace
from scaleset_operations.planning import Choices
from scaleset_operations.report import Outcome, State

if TYPE_CHECKING:
    from scaleset_operations import Operations

ROW = "instance.boot-log"
_LOG, _SCREEN = "serialConsoleLogBlobUri", "consoleScreenshotBlobUri"


def boot_log(
    target: TargetOptions,
    selection: SelectionOptions,
    run: RunOptions,
    output: OutputOptions,
    screenshot: Annotated[
        Path | None,
        typer.Option(
            "--screenshot",
            metavar="FILE",
            help="Save the screen as this file (.bmp) instead; of several instances into this folder, by their names.",
        ),
    ] = None,
) -> None:
    """Print the serial log of instances, or save their screenshot."""
    chosen = checked(selection.make)
    if run.dry_run:
        request = Request(title="instances boot-log", target=target, run=run, output=output)
        perform_row(ROW, request, chosen, Choices())
        return

    async def work(operations: Operations) -> int:
        plan = await operations.plan(ROW, chosen, Choices())
        if screenshot is not None:
            _check_folder(screenshot, len(plan.calls))
        report = await operations.execute(plan, Pace(concurrency=run.max_concurrency))
        found, failed = await _blobs(report.outcomes, screenshot)
        _print(found, output, pictures=screenshot is not None)
        for name, why in failed:
            err().print(f"{name}: {why}", markup=False)
        return 1 if failed else report.exit_code

    read(target, output, work)


def _check_folder(path: Path, count: int) -> None:
    if count > 1 and not path.is_dir():
        raise UsageError(f"--screenshot {str(path)!r}: {count} instances are chosen; give an existing folder for them.")


async def _blobs(
    outcomes: Sequence[Outcome], screenshot: Path | None
) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    """What each instance has, and what could not be read."""
    from scaleset_operations.blobs import read_blob  # noqa: PLC0415 - help does not wait for it

    found: list[dict[str, Any]] = []
    failed: list[tuple[str, str]] = []
    for each in outcomes:
        if each.state is not State.DONE:
            failed.append((each.name, each.why))
            continue
        address = str((each.result or {}).get(_SCREEN if screenshot else _LOG) or "")
        try:
            content = await read_blob(address)
        except AzureError as error:
            failed.append((each.name, str(error)))
            continue
        if screenshot is None:
            found.append({"instance": each.name, "log": content.decode("utf-8", "replace")})
        else:
            found.append({"instance": each.name, "screenshot": _saved(screenshot, each.name, content)})
    return found, failed


def _saved(place: Path, name: str, content: bytes) -> str:
    file = place / f"{name}.bmp" if place.is_dir() else place
    try:
        file.write_bytes(content)
    except OSError as error:
        raise UsageError(f"--screenshot {str(file)!r}: can not be written: {error.strerror}.") from None
    return str(file)


def _print(found: Sequence[dict[str, Any]], output: OutputOptions, *, pictures: bool) -> None:
    if pictures or not for_people(output):
        show(list(found), output)
        return
    for each in found:
        if len(found) > 1:
            sys.stdout.write(f"==> {each['instance']} <==\n")
        sys.stdout.write(each["log"] + ("" if each["log"].endswith("\n") else "\n"))
