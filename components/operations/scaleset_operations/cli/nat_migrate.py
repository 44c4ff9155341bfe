"""``scaleset nat migrate``: NAT pools to version 2 NAT rules."""

from __future__ import annotations

from scaleset_core.command.apps import App
from scaleset_operations.cli.actions import both_modes
from scaleset_operations.cli.guarding import guard
from scaleset_operations.cli.nat_options import MigrateOptions
from scaleset_operations.cli.options import OutputOptions, ScopeOptions, grouped


def migrate(scope: ScopeOptions, asked: MigrateOptions, output: OutputOptions) -> None:
    """Replace a load balancer's NAT pools, which Azure retires on 2027-09-30, with version 2 NAT rules.

    It replaces all NAT pools of a load balancer at once, for every set that uses one, because Azure allows no NAT rule
    beside a NAT pool. Without --load-balancer and --name it works on all load balancers of the resource group.

    Front ends, port ranges and all other properties of a NAT pool stay. Azure decides which instance gets which port;
    the command shows the ports before and after. The ports do not work from the first instance's upgrade to the last
    step; load balancing continues. The command reports all obstacles before it changes anything. It saves its progress:
    run it again after a failure or a kill, and it continues; --rollback undoes it.

    Exit code: 0 done; 1 there is an obstacle, a check failed or Azure refused; 2 the command is used wrongly; 3 it is
    not known whether Azure did something: run it again, it reads the current state.
    """
    from scaleset_operations.cli.nat_migration import run  # noqa: PLC0415 - help does not wait for it

    guard(lambda: run(scope, output, asked))


def add_to(app: App) -> None:
    """Add the command to ``scaleset nat``."""
    uniform = "`PUT` of the load balancer, `PATCH` of each set, `manualupgrade` (with Rolling: Azure's own upgrade)."
    flexible = "not needed: such a set can not use NAT pools."
    text = "\n\n".join(" ".join(part.split()) for part in (migrate.__doc__ or "").split("\n\n"))
    app.command("migrate", help=both_modes(text, uniform, flexible))(grouped(migrate))
