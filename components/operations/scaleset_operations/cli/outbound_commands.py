"""``scaleset outbound``: how the instances reach the outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scaleset_core.command.apps import App
from scaleset_core.modes import row
from scaleset_operations.cli.actions import help_of
from scaleset_operations.cli.options import OutputOptions, TargetOptions, grouped
from scaleset_operations.cli.output import show
from scaleset_operations.cli.session import read

if TYPE_CHECKING:
    from scaleset_operations import Operations

app = App(no_args_is_help=True, help="See outbound access.")

_COLUMNS = ("instance", "interface", "method", "through", "warning")


@app.callback()
def group() -> None:
    """See how the instances reach the outside."""


@app.command("show", help=help_of(row("network.outbound")))
@grouped
def show_outbound(target: TargetOptions, output: OutputOptions) -> None:
    """Show the outbound method of each instance."""

    async def work(operations: Operations) -> None:
        from scaleset_operations.network import read_network  # noqa: PLC0415 - loads the Azure SDK
        from scaleset_operations.outbound import outbound_table  # noqa: PLC0415

        scale_set = await operations.scale_set()
        instances = await operations.instances(live=True)
        found = await read_network(
            operations.azure, scale_set.target, scale_set.mode, instances, scale_set.model, subnets=True
        )
        show(outbound_table(found, scale_set.mode), output, columns=_COLUMNS)

    read(target, output, work)
