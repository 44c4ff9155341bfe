"""``scaleset set drift``: the differences between Azure and the stack's state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scaleset_core.command.apps import App
from scaleset_operations.cli.actions import both_modes
from scaleset_operations.cli.guarding import checked
from scaleset_operations.cli.options import OutputOptions, TargetOptions, grouped
from scaleset_operations.cli.output import err, show
from scaleset_operations.cli.session import read
from scaleset_operations.errors import UsageError
from scaleset_operations.report import OK, PARTIAL

if TYPE_CHECKING:
    from scaleset_operations import Operations

_COLUMNS = ("resource", "type", "diff")
_TEXT = (
    "Show what differs between Azure and the stack's state, for each resource of the set's component, and what "
    "only Azure has: properties that the program does not declare, machines, interfaces, locks and NAT rules "
    "that are not "
    "in the stack. `scaleset set drift --stack dev`. Only `pulumi stack export` is run, and only GETs are sent. Exit "
    "code 1 if something differs."
)


def drift(
    target: TargetOptions,
    output: OutputOptions,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what only Azure writes, such as states and back references.")
    ] = False,
) -> None:
    """Compare with the stack's state."""
    checked(lambda: _check(target))

    async def work(operations: Operations) -> int:
        from scaleset_operations import drift as library  # noqa: PLC0415 - loads the Azure SDK
        from scaleset_operations import undeclared  # noqa: PLC0415
        from scaleset_operations.cli import stack as stacks  # noqa: PLC0415
        from scaleset_operations.recovery.state import live  # noqa: PLC0415

        resources = list(live(stacks.export(target.stack, target.cwd)).values())
        own = library.of_component(resources, operations.target)
        if not own:
            raise UsageError(
                f"--stack {target.stack!r}: its state has no resource {operations.target.id}: nothing to compare with."
            )
        seen = await library.read(operations.azure, own)
        known = {str(each.get("id") or "").lower() for each in resources}
        found = [
            change
            for each in seen
            for change in (*library.changes(each), *undeclared.properties(each, known, everything=everything))
        ]
        beside, notes = await undeclared.resources(
            operations.azure, operations.target, await operations.mode(), seen, known
        )
        found += beside
        operations.notes += notes
        show([each.to_row() for each in found], output, columns=_COLUMNS)
        changed = {each.resource for each in found if each not in beside}
        extra = f"; {len(beside)} beside them are not in the stack" if beside else ""
        err().print(f"{len(changed)} of {len(own)} resources differ from the state{extra}.", markup=False)
        if changed:
            err().print("`pulumi refresh` writes it into the state, `pulumi up` changes it back.", markup=False)
        return PARTIAL if found else OK

    read(target, output, work)


def _check(target: TargetOptions) -> None:
    if not target.stack:
        raise UsageError("`scaleset set drift` compares with a stack's state: give --stack STACK.")


def add_to(app: App) -> None:
    """Add the command to ``scaleset set``."""
    same = "`GET` of each resource, by the id and the api-version that the state has; the locks of its group."
    app.command("drift", help=both_modes(_TEXT, same, f"{same} The lists of machines and interfaces too."))(
        grouped(drift)
    )
