"""``scaleset inventory``: what there is in a subscription that Azure retires."""

from __future__ import annotations

from scaleset_core.command.apps import App
from scaleset_operations.cli.guarding import guard
from scaleset_operations.cli.options import OutputOptions, ScopeOptions, grouped
from scaleset_operations.cli.output import check_query, err, show

app = App(no_args_is_help=True, help="See what retires.")

_COLUMNS = (
    "balancer", "natPool", "resourceGroup", "sku", "frontend", "protocol", "ports", "backendPort", "sets", "daysLeft",
)  # fmt: skip


@app.callback()
def group() -> None:
    """See what there is that Azure retires, and who uses it."""


@app.command("nat-pools")
@grouped
def nat_pools(scope: ScopeOptions, output: OutputOptions) -> None:
    """List every NAT pool: its load balancer, its ports, the sets that use it, the days left until 2027-09-30.

    Azure retires inbound NAT pools on that day; the NAT rules of single machines stay. `scaleset nat migrate` replaces
    them with version 2 NAT rules. The list comes from two Resource Graph queries, which may lag by up to 60 seconds.
    """

    async def body() -> int:
        from scaleset_operations.azure import Azure  # noqa: PLC0415 - help does not wait for it
        from scaleset_operations.cli.settings import resolve_scope  # noqa: PLC0415
        from scaleset_operations.natpools.inventory import list_pools  # noqa: PLC0415

        check_query(output.query)
        found = resolve_scope(scope)
        async with Azure(found.connection, found.subscription) as azure:
            rows = await list_pools(azure, group=found.group, everywhere=scope.all_subscriptions)
        show(rows, output, columns=(*_COLUMNS, "subscription") if scope.all_subscriptions else _COLUMNS)
        if not rows:
            where = f"in the resource group {found.group!r}" if found.group else "in what you may read"
            err().print(f"No NAT pool {where}.", markup=False)
        return 0

    guard(body)
