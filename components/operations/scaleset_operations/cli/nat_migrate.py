"""``scaleset nat migrate``: NAT pools to version 2 NAT rules."""

from __future__ import annotations

from typing import Annotated

import typer

from scaleset_core.command.apps import App
from scaleset_operations.cli.guarding import guard
from scaleset_operations.cli.options import OutputOptions, ScopeOptions, grouped

_MIGRATION = "The migration"


def migrate(
    scope: ScopeOptions,
    output: OutputOptions,
    balancer: Annotated[
        str,
        typer.Option(
            "--load-balancer", metavar="NAME", help="The load balancer's name or ARM id.", rich_help_panel=_MIGRATION
        ),
    ] = "",
    name: Annotated[
        str,
        typer.Option(
            "--name",
            "-n",
            metavar="NAME",
            rich_help_panel=_MIGRATION,
            help="A scale set's name or ARM id: the load balancers whose NAT pools it uses, with all sets on them.",
        ),
    ] = "",
    lift_protection: Annotated[
        bool,
        typer.Option(
            "--lift-protection",
            rich_help_panel=_MIGRATION,
            help="Lift the protection of instances from scale-set actions meanwhile, and put it back.",
        ),
    ] = False,
    with_pending_changes: Annotated[
        bool,
        typer.Option(
            "--with-pending-changes",
            rich_help_panel=_MIGRATION,
            help="Also where instances are behind their set's model: they get what else has changed in it.",
        ),
    ] = False,
    batch: Annotated[
        int,
        typer.Option(
            "--batch",
            min=0,
            metavar="N",
            rich_help_panel=_MIGRATION,
            help="How many instances of a set follow the model at a time; 0: all. The NAT ports are away until all "
            "have, so a small batch makes that longer.",
        ),
    ] = 0,
    pause: Annotated[
        float,
        typer.Option("--pause", min=0, metavar="SECONDS", help="Between two batches.", rich_help_panel=_MIGRATION),
    ] = 0,
    upgrade_timeout: Annotated[
        float,
        typer.Option(
            "--upgrade-timeout",
            min=0,
            metavar="SECONDS",
            rich_help_panel=_MIGRATION,
            help="How long Azure's own rolling upgrade may take, of sets in the mode Rolling.",
        ),
    ] = 7200,
    validate_only: Annotated[
        bool,
        typer.Option(
            "--validate-only",
            rich_help_panel=_MIGRATION,
            help="Print the plan and what is in the way; exit code 1 if something is.",
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Print the REST calls that would be made; change nothing.", rich_help_panel=_MIGRATION
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.", rich_help_panel=_MIGRATION)] = False,
    rollback: Annotated[
        bool,
        typer.Option(
            "--rollback",
            rich_help_panel=_MIGRATION,
            help="Put back the NAT pools, the models and the instances as they were, also after the end.",
        ),
    ] = False,
) -> None:
    """Put version 2 NAT rules in the place of a load balancer's NAT pools, which Azure retires on 2027-09-30.

    All NAT pools of a load balancer at once, with every set that uses one: Azure allows no NAT rule beside a NAT pool.
    Without --load-balancer and --name: all of the resource group.

    Front ends, port ranges and everything else of a NAT pool stay; which instance is at which port is Azure's to say,
    and is shown before and after. The ports are away from the first instance's upgrade to the last step; load balancing
    goes on. Everything that is in the way is told first. What was done is written down: run it again after a failure or
    a kill, and it goes on; --rollback goes back.

    Exit code: 0 done; 1 something is in the way, a check failed or Azure refused; 2 the command can not be used so;
    3 whether Azure did something is not known: run it again, it looks.

    - **Uniform**: PUT of the load balancer, PATCH of each set, `manualupgrade` (with Rolling: Azure's own upgrade).
    - **Flexible**: not needed: such a set can not use NAT pools.
    """
    from scaleset_operations.cli.nat_migration import Asked, run  # noqa: PLC0415 - help does not wait for it

    asked = Asked(
        balancer=balancer, name=name, lift=lift_protection, pending=with_pending_changes, batch=batch, pause=pause,
        patience=upgrade_timeout, validate_only=validate_only, dry_run=dry_run, yes=yes, rollback=rollback,
    )  # fmt: skip
    guard(lambda: run(scope, output, asked))


def add_to(app: App) -> None:
    """Add the command to ``scaleset nat``."""
    app.command("migrate")(grouped(migrate))
