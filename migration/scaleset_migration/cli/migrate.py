"""``scaleset migrate``: from a Uniform set, or an availability set, to a Flexible scale set."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scaleset_core.command.apps import App
from scaleset_migration.cli.options import MoveOptions
from scaleset_migration.cli.run import run
from scaleset_migration.cli.verify import verify
from scaleset_operations.cli.guarding import guard
from scaleset_operations.cli.options import OutputOptions, ScopeOptions, grouped
from scaleset_operations.errors import UsageError

if TYPE_CHECKING:
    from scaleset_migration.availability.sets import AvailabilitySet
    from scaleset_migration.cli.writing import AnyPlan
    from scaleset_migration.situation import Situation

app = App(no_args_is_help=True)
app.command(name="run")(run)
app.command(name="verify")(verify)
_CANNOT = 1


class Style(StrEnum):
    """What the twin's instances are."""

    PROFILE = "profile"
    INSTANCES = "instances"
    BOTH = "both"


class Language(StrEnum):
    """The language of the program."""

    PYTHON = "python"
    YAML = "yaml"
    TYPESCRIPT = "typescript"


@app.callback()
def migrate() -> None:
    """From a Uniform set, or an availability set, to a Flexible scale set: planned, generated, run, verified."""


@app.command()
@grouped
def plan(
    scope: ScopeOptions,
    output: OutputOptions,
    move: MoveOptions,
    source: Annotated[
        str,
        typer.Argument(
            metavar="[SOURCE]",
            help="A template, a Terraform plan or state, a stack export or what `az vmss show` printed; `-` for "
            "standard input. Without it the sets that run in Azure are planned.",
            show_default=False,
        ),
    ] = "",
    name: Annotated[
        str,
        typer.Option("--name", "-n", metavar="NAME", help="Only the scale set or availability set of this name."),
    ] = "",
    new_name: Annotated[
        str, typer.Option("--new-name", metavar="NAME", help="The new set's name. Default: the old one's with -flex.")
    ] = "",
    style: Annotated[
        Style,
        typer.Option("--style", help="Instances by capacity (profile), by name (instances), or both."),
    ] = Style.PROFILE,
    language: Annotated[
        list[Language] | None,
        typer.Option("--language", help="The program's language; may be given several times. Default: all three."),
    ] = None,
    parameters: Annotated[
        list[Path] | None,
        typer.Option("--parameters", help="A template's parameter file; may be given several times."),
    ] = None,
    inventory: Annotated[
        bool, typer.Option("--inventory", help="One line for each set, as a first look at a group or a subscription.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIRECTORY", help="Write the report, the plan and the programs there."),
    ] = None,
) -> None:
    """Plan the migration of Uniform sets and availability sets to Flexible: each property, the program, the steps.

    Nothing is changed. With --out, the report is written as Markdown, JSON and one HTML page with pictures of before
    and after, the program in Python, YAML and TypeScript, and the plan that `scaleset migrate run` executes.

    Exit code: 0 planned, 1 a set cannot be planned (the report says why; the others are planned), 2 the source cannot
    be read.
    """

    async def body() -> int:
        found = await _read(source, scope, name, parameters or [])
        planned, refused = _planned(found, Wishes(style, new_name, move))
        from scaleset_migration.cli import writing  # noqa: PLC0415 - help does not wait for it

        if out is not None:
            writing.write(planned, out, [each.value for each in language or list(Language)])
        (writing.inventory if inventory else writing.show)(planned, output, out)
        writing.complain(refused)
        return _CANNOT if refused else 0

    guard(body)


async def _read(
    source: str, scope: ScopeOptions, name: str, parameters: list[Path]
) -> list[Situation | AvailabilitySet]:
    """The sets of the source, or those that run in Azure."""
    if source:
        from scaleset_migration.cli.reading import read_source  # noqa: PLC0415 - help does not wait for it

        found = read_source(source, parameters)
    else:
        from scaleset_migration.cli.reading import read_azure  # noqa: PLC0415
        from scaleset_operations.azure import Azure  # noqa: PLC0415
        from scaleset_operations.cli.settings import resolve_scope  # noqa: PLC0415

        place = resolve_scope(scope)
        async with Azure(place.connection, place.subscription) as azure:
            found = await read_azure(azure, place.group, name)
    chosen = [each for each in found if not name or each.name.lower() == name.lower()]
    if not chosen:
        where = source or "what you may read"
        raise UsageError(f"there is no scale set or availability set{f' {name!r}' if name else ''} in {where}.")
    return chosen


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked of a plan."""

    style: Style
    new_name: str
    move: MoveOptions


def _planned(found: list[Situation | AvailabilitySet], wishes: Wishes) -> tuple[list[AnyPlan], list[str]]:
    """The plans, and why the others cannot be planned."""
    from scaleset_migration import planning  # noqa: PLC0415 - loads the component

    if wishes.new_name and len(found) > 1:
        names = ", ".join(each.name for each in found)
        raise UsageError(f"--new-name names one set, and there are {len(found)}: {names}. Choose one with --name.")
    planned: list[AnyPlan] = []
    refused: list[str] = []
    for each in found:
        try:
            planned.append(_plan(each, wishes))
        except planning.CannotPlanError as error:
            refused += list(error.reasons)
    return planned, refused


def _plan(found: Situation | AvailabilitySet, wishes: Wishes) -> AnyPlan:
    from scaleset_migration import planning  # noqa: PLC0415
    from scaleset_migration.availability import ways  # noqa: PLC0415
    from scaleset_migration.availability.planning import plan_move  # noqa: PLC0415
    from scaleset_migration.situation import Situation  # noqa: PLC0415

    if isinstance(found, Situation):
        return planning.plan(found, planning.Style(wishes.style.value), wishes.new_name)
    return plan_move(found, ways.Way(wishes.move.way.value), wishes.new_name, wishes.move.zone or ())
