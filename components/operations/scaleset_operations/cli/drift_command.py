"""``scaleset set drift``: what Azure has otherwise than the stack's state."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from scaleset_core.command.apps import App
from scaleset_operations.cli.actions import both_modes
from scaleset_operations.cli.options import OutputOptions, TargetOptions, grouped
from scaleset_operations.cli.output import err, show
from scaleset_operations.cli.session import read
from scaleset_operations.errors import UsageError
from scaleset_operations.report import OK, PARTIAL

if TYPE_CHECKING:
    from scaleset_operations import Operations

_COLUMNS = ("resource", "type", "diff")
_TEXT = (
    "Tell what Azure has otherwise than the stack's state, of each resource of the set's component: `scaleset set "
    "drift --stack dev`. Only `pulumi stack export` is run, and only GETs are sent. Exit code 1 if something differs."
)


def drift(target: TargetOptions, output: OutputOptions) -> None:
    """Compare with the stack's state."""

    async def work(operations: Operations) -> int:
        from scaleset_operations import drift as library  # noqa: PLC0415 - loads the Azure SDK
        from scaleset_operations.cli import stack as stacks  # noqa: PLC0415
        from scaleset_operations.recovery.state import live  # noqa: PLC0415

        if not target.stack:
            raise UsageError("`scaleset set drift` compares with a stack's state: give --stack STACK.")
        resources = list(live(stacks.export(target.stack, target.cwd)).values())
        own = library.of_component(resources, operations.target)
        if not own:
            raise UsageError(
                f"--stack {target.stack!r}: its state has no resource {operations.target.id}: nothing to compare with."
            )
        found = await library.find(operations.azure, own)
        show([each.to_row() for each in found], output, columns=_COLUMNS)
        changed = Counter(each.resource for each in found)
        err().print(f"{len(changed)} of {len(own)} resources differ from the state.", markup=False)
        if found:
            flags = f"--stack {target.stack}" + (f" --cwd {target.cwd}" if target.cwd else "")
            err().print(f"`pulumi refresh {flags}` takes it into the state, `pulumi up` puts it back.", markup=False)
        return PARTIAL if found else OK

    read(target, output, work)


def add_to(app: App) -> None:
    """Add the command to ``scaleset set``."""
    same = "`GET` of each resource, by the id and the api-version that the state has."
    app.command("drift", help=both_modes(_TEXT, same, same))(grouped(drift))
