"""``scaleset adopt``: sets and machines that stay as they are in Azure come under Pulumi."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scaleset_core.command.apps import App
from scaleset_migration.cli.languages import Language
from scaleset_operations.cli.guarding import guard
from scaleset_operations.cli.options import OutputOptions, ScopeOptions, grouped
from scaleset_operations.errors import UsageError

if TYPE_CHECKING:
    from scaleset_migration.adopting.things import Found
    from scaleset_operations.azure import Azure

app = App()


@app.command()
@grouped
def adopt(
    scope: ScopeOptions,
    output: OutputOptions,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="DIRECTORY", help="Where the program and the import file go: a new directory."),
    ],
    source: Annotated[
        str,
        typer.Argument(
            metavar="[SOURCE]",
            help="A file with the sets and their ids: what `az vmss show` printed, `terraform show -json` of a state, "
            "a stack export; `-` for standard input. Without it the sets that run in Azure are read.",
            show_default=False,
        ),
    ] = "",
    name: Annotated[str, typer.Option("--name", "-n", metavar="NAME", help="Only the scale set of this name.")] = "",
    language: Annotated[Language, typer.Option("--language", help="The program's language.")] = Language.PYTHON,
    parameters: Annotated[
        list[Path] | None,
        typer.Option("--parameters", help="A template's parameter file; may be given several times."),
    ] = None,
    prove: Annotated[
        bool | None,
        typer.Option(
            "--prove/--no-prove",
            help="Run the import and a preview on a temporary stack. Default: if `pulumi` is on PATH.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Bring existing Azure sets under Pulumi without changing them: program, import, proof.

    Writes a program with the ScaleSet component, and the file for `pulumi import`. The proof runs the import and a
    preview on a temporary stack in the directory. The command only reads from Azure.

    Exit code: 0 adopted, and proven if it was tried; 1 a set cannot be adopted, or the preview is not empty; 2 the
    source cannot be read.
    """

    async def body() -> int:
        from scaleset_migration.cli import adopted as results  # noqa: PLC0415 - help does not wait for it

        results.check_directory(out)
        proving = results.wants_proof(prove)
        found = await _read(source, scope, name, parameters or [])
        return results.finish(found, out, language, output, source=source, proving=proving)

    guard(body)


async def _read(source: str, scope: ScopeOptions, name: str, parameters: list[Path]) -> list[Found]:
    """The sets of the source, or those that run in Azure."""
    if source:
        from scaleset_migration.adopting import stack  # noqa: PLC0415
        from scaleset_migration.adopting.declared import found_among, found_in  # noqa: PLC0415
        from scaleset_migration.cli.reading import read_estate  # noqa: PLC0415 - help does not wait for it
        from scaleset_policies.choices import Format  # noqa: PLC0415

        read, place = read_estate(source, parameters)
        if read.format is Format.STACK:
            found = found_among(stack.things(source), place, name)
        else:
            found = found_in(read.estate, place, name)
        if not found:
            raise UsageError(f"there is no scale set{f' {name!r}' if name else ''} in {place}.")
        return found
    from scaleset_migration.adopting.exact import read_exact  # noqa: PLC0415
    from scaleset_migration.sources.live import read_live  # noqa: PLC0415
    from scaleset_operations.azure import Azure  # noqa: PLC0415
    from scaleset_operations.cli.settings import resolve_scope  # noqa: PLC0415

    where = resolve_scope(scope)
    if scope.all_subscriptions:
        raise UsageError("--all-subscriptions: a program is about one subscription. Name it with --subscription.")
    async with Azure(where.connection, where.subscription) as azure:
        try:
            situations = await read_live(azure, group=where.group, name=name)
        except UsageError as error:
            raise UsageError(f"{error}{await _hint(azure, where.group, name)}") from None
        if not situations:
            raise UsageError(f"there is no scale set in {where.group or 'what you may read'}.")
        return [await read_exact(azure, each) for each in situations]


async def _hint(azure: Azure, group: str, name: str) -> str:
    """What to do about an availability set of the name."""
    from scaleset_migration.availability.live import read_availability  # noqa: PLC0415 - help does not wait for it

    found = await read_availability(azure, group=group, name=name) if name else []
    if not found:
        return ""
    return (
        f" {name} is an availability set: `scaleset migrate plan -g {found[0].group} -n {name} --out DIRECTORY` plans "
        "how its machines join a Flexible set, which can be adopted then."
    )
