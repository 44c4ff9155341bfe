"""``scaleset migrate verify``: the running twins, feature by feature."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scaleset_migration.cli.run import chosen
from scaleset_operations.cli.guarding import guard
from scaleset_operations.cli.options import OutputOptions, ScopeOptions, grouped
from scaleset_operations.cli.output import err, show
from scaleset_operations.errors import UsageError

if TYPE_CHECKING:
    from scaleset_migration.availability.saved import SavedMove
    from scaleset_migration.saved import Saved
    from scaleset_migration.verdict import Verdict
    from scaleset_operations.azure import Azure

_DIFFERS = 1


@grouped
def verify(
    scope: ScopeOptions,
    output: OutputOptions,
    folder: Annotated[Path, typer.Argument(metavar="DIRECTORY", help="What `migrate plan --out` wrote.")],
    name: Annotated[
        str, typer.Option("--name", "-n", metavar="NAME", help="Which old set, if the plan has several.")
    ] = "",
    all_: Annotated[bool, typer.Option("--all", help="List what is as planned, too.")] = False,
    connect: Annotated[
        bool,
        typer.Option("--connect", help="Also open a TCP connection to each front-end port, from this machine."),
    ] = False,
    timeout: Annotated[
        float, typer.Option("--connect-timeout", min=0.1, metavar="SECONDS", help="How long each port may take.")
    ] = 5,
) -> None:
    """Compare the new set with its plan: each property, its instances, its pools, and each front-end port of before.

    Exit code: 0 everything is as planned, 1 something differs, 2 the plan cannot be used.
    """

    async def body() -> int:
        from scaleset_migration import saved  # noqa: PLC0415 - loads the component

        verdicts = await _verdicts(scope, chosen(saved.load(folder), name), folder, timeout if connect else 0)
        wrong = [each for each in verdicts if not each.right]
        listed = verdicts if all_ else wrong
        rows = [{"what": each.what, "planned": each.wanted, "found": each.found} for each in listed]
        show(rows, output, columns=("what", "planned", "found"))
        err().print(f"{len(verdicts) - len(wrong)} of {len(verdicts)} as planned.", markup=False)
        return _DIFFERS if wrong else 0

    guard(body)


async def _verdicts(scope: ScopeOptions, plan: Saved | SavedMove, folder: Path, seconds: float) -> list[Verdict]:
    """The comparisons, with those of connections if they may take some seconds."""
    from scaleset_migration.availability import verify as of_move  # noqa: PLC0415 - help does not wait for it
    from scaleset_migration.cutover.journal import Journal  # noqa: PLC0415
    from scaleset_migration.reach import connected, read_endpoints  # noqa: PLC0415
    from scaleset_migration.saved import Saved  # noqa: PLC0415
    from scaleset_operations.azure import Azure  # noqa: PLC0415
    from scaleset_operations.cli.settings import resolve_scope  # noqa: PLC0415
    from scaleset_operations.target import parse_target  # noqa: PLC0415

    async with Azure(resolve_scope(scope).connection, plan.old.split("/")[2]) as azure:
        if isinstance(plan, Saved):
            found = await _of_a_twin(azure, plan)
            new = replace(parse_target(plan.old), name=plan.name).id
        else:
            found, new = await of_move.verify(azure, plan, Journal(folder, plan.name).before), plan.new
        return [*found, *(await connected(await read_endpoints(azure, new), seconds) if seconds else ())]


async def _of_a_twin(azure: Azure, plan: Saved) -> list[Verdict]:
    from scaleset_migration.sources.live import read_live  # noqa: PLC0415
    from scaleset_migration.verify import verify as compare  # noqa: PLC0415
    from scaleset_operations.target import parse_target  # noqa: PLC0415

    old = parse_target(plan.old)
    found = {each.name.lower(): each for each in await read_live(azure, group=old.resource_group)}
    new = found.get(plan.name.lower())
    if new is None:
        raise UsageError(f"{plan.name}: there is no such scale set in {old.resource_group}; `migrate run` makes it.")
    return compare(plan, new, found.get(old.name.lower()))
