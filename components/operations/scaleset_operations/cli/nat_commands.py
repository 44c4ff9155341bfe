"""``scaleset nat``: how single instances are reached from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scaleset_core.command.once import App
from scaleset_core.modes import row
from scaleset_operations.cli.actions import help_of
from scaleset_operations.cli.options import OutputOptions, TargetOptions, grouped
from scaleset_operations.cli.output import err, show
from scaleset_operations.cli.session import read

if TYPE_CHECKING:
    from scaleset_operations import Operations

app = App(no_args_is_help=True, rich_markup_mode="markdown", help="See inbound NAT.")

_COLUMNS = ("instance", "frontend", "frontendPort", "backendPort", "protocol", "kind", "rule", "balancer")


@app.callback()
def group() -> None:
    """See which front-end port reaches which instance."""


@app.command("list", help=help_of(row("network.inbound-nat")))
@grouped
def list_nat(target: TargetOptions, output: OutputOptions) -> None:
    """List every inbound NAT mapping."""

    async def work(operations: Operations) -> None:
        from scaleset_operations.network import nat_table, read_network  # noqa: PLC0415 - loads the Azure SDK

        scale_set = await operations.scale_set()
        instances = await operations.instances(live=True)
        found = await read_network(operations.azure, scale_set.target, scale_set.mode, instances, scale_set.model)
        rows = nat_table(found)
        show(rows, output, columns=_COLUMNS)
        if not rows:
            err().print("No inbound NAT: no rule or pool of a load balancer leads to an instance.", markup=False)

    read(target, output, work)
