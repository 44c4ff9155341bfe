"""``scaleset nat``: how single instances are reached from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scaleset_core.command.apps import App
from scaleset_core.modes import row
from scaleset_operations.cli import nat_migrate
from scaleset_operations.cli.actions import help_of
from scaleset_operations.cli.options import OutputOptions, TargetOptions, grouped
from scaleset_operations.cli.output import err, show
from scaleset_operations.cli.session import read
from scaleset_operations.cli.watching import WatchOptions
from scaleset_operations.errors import UsageError
from scaleset_operations.report import OK, PARTIAL

if TYPE_CHECKING:
    from scaleset_operations import Operations

app = App(no_args_is_help=True, help="See inbound NAT.")
nat_migrate.add_to(app)

_COLUMNS = ("instance", "frontend", "frontendPort", "backendPort", "protocol", "kind", "rule", "balancer")


@app.callback()
def group() -> None:
    """See which front-end port reaches which instance; leave NAT pools behind."""


@app.command("list", help=help_of(row("network.inbound-nat")))
@grouped
def list_nat(
    target: TargetOptions,
    output: OutputOptions,
    watch: WatchOptions,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Show whether each mapping is reachable from outside, or what prevents it: security "
            "groups, a private front end, power. Exit code 1 if one does not. Nothing is sent to the instances.",
        ),
    ] = False,
    source: Annotated[
        str,
        typer.Option("--from", metavar="ADDRESS", help="For --check: the client. Default: anybody on the Internet."),
    ] = "",
) -> None:
    """List every inbound NAT mapping."""

    async def work(operations: Operations) -> int:
        from scaleset_operations import reachability  # noqa: PLC0415 - as below
        from scaleset_operations.network import nat_mappings, read_network  # noqa: PLC0415 - loads the Azure SDK
        from scaleset_operations.ports import with_ports  # noqa: PLC0415

        client = reachability.client(source)
        if source and not check:
            raise UsageError("--from is the client that --check tests: give both, or neither.")
        scale_set = await operations.scale_set()
        instances = await operations.instances(live=True)
        found = await read_network(
            operations.azure, scale_set.target, scale_set.mode, instances, scale_set.model, security_groups=check
        )
        found, note = await with_ports(operations.azure, found)
        if note:
            operations.notes.append(note)
        mappings = nat_mappings(found)
        power = {item.name: item.power for item in instances}
        rows = [
            {**each.row, "reachable": reachability.reachable(found, each, client, power)} if check else each.row
            for each in mappings
        ]
        show(rows, output, columns=(*_COLUMNS, "reachable") if check else _COLUMNS)
        if not rows:
            err().print("No inbound NAT: no rule or pool of a load balancer leads to an instance.", markup=False)
        return PARTIAL if any(str(each.get("reachable", "")).startswith("no") for each in rows) else OK

    read(target, output, work, watch=watch.watch)
