"""``scaleset nat migrate``: NAT pools to version 2 NAT rules."""

from __future__ import annotations

from scaleset_core.command.apps import App
from scaleset_operations.cli.actions import both_modes
from scaleset_operations.cli.guarding import guard
from scaleset_operations.cli.nat_options import MigrateOptions
from scaleset_operations.cli.options import OutputOptions, ScopeOptions, grouped


def migrate(scope: ScopeOptions, asked: MigrateOptions, output: OutputOptions) -> None:
    """Put version 2 NAT rules in the place of a load balancer's NAT pools, which Azure retires on 2027-09-30.

    All NAT pools of a load balancer at once, with every set that uses one: Azure allows no NAT rule beside a NAT pool.
    Without --load-balancer and --name: all of the resource group.

    Front ends, port ranges and everything else of a NAT pool stay; which instance is at which port is Azure's to say,
    and is shown before and after. The ports are away from the first instance's upgrade to the last step; load balancing
    goes on. Everything that is in the way is told first. What was done is written down: run it again after a failure or
    a kill, and it goes on; --rollback goes back.

    Exit code: 0 done; 1 something is in the way, a check failed or Azure refused; 2 the command can not be used so;
    3 whether Azure did something is not known: run it again, it looks.
    """
    from scaleset_operations.cli.nat_migration import run  # noqa: PLC0415 - help does not wait for it

    guard(lambda: run(scope, output, asked))


def add_to(app: App) -> None:
    """Add the command to ``scaleset nat``."""
    uniform = "`PUT` of the load balancer, `PATCH` of each set, `manualupgrade` (with Rolling: Azure's own upgrade)."
    flexible = "not needed: such a set can not use NAT pools."
    text = "\n\n".join(" ".join(part.split()) for part in (migrate.__doc__ or "").split("\n\n"))
    app.command("migrate", help=both_modes(text, uniform, flexible))(grouped(migrate))
