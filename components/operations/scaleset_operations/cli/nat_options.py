"""The options of ``scaleset nat migrate``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from scaleset_operations.cli.options import OptionGroup


def _option(*names: str, text: str, **more: Any) -> Any:
    return typer.Option(*names, rich_help_panel="The migration", help=text, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrateOptions(OptionGroup):
    """What is migrated, and how."""

    load_balancer: Annotated[
        str, _option("--load-balancer", metavar="NAME", text="The load balancer's name or ARM id.")
    ] = ""
    name: Annotated[
        str,
        _option(
            "--name", "-n", metavar="NAME",
            text="A scale set's name or ARM id: the load balancers whose NAT pools it uses, with all sets on them.",
        ),
    ] = ""  # fmt: skip
    lift_protection: Annotated[
        bool,
        _option(
            "--lift-protection",
            text="Remove the protection of instances from scale-set actions during the migration, and restore it.",
        ),
    ] = False
    with_pending_changes: Annotated[
        bool,
        _option(
            "--with-pending-changes",
            text="Also if instances are behind their set's model: they get all other pending changes too.",
        ),
    ] = False
    batch: Annotated[
        int,
        _option(
            "--batch", min=0, metavar="N",
            text="How many instances of a set are updated at a time; 0: all. The NAT ports do not work until "
            "all are updated, so a small batch takes longer.",
        ),
    ] = 0  # fmt: skip
    pause: Annotated[float, _option("--pause", min=0, metavar="SECONDS", text="Between two batches.")] = 0.0
    upgrade_timeout: Annotated[
        float,
        _option(
            "--upgrade-timeout", min=0, metavar="SECONDS",
            text="How long Azure's own rolling upgrade may take, of sets in the mode Rolling.",
        ),
    ] = 7200.0  # fmt: skip
    validate_only: Annotated[
        bool, _option("--validate-only", text="Print the plan and all obstacles; exit code 1 if there is one.")
    ] = False
    dry_run: Annotated[bool, _option("--dry-run", text="Print the REST calls that would be made; change nothing.")] = (
        False
    )
    yes: Annotated[bool, _option("--yes", "-y", text="Do not ask.")] = False
    rollback: Annotated[
        bool,
        _option(
            "--rollback",
            text="Restore the NAT pools, the models and the instances; also possible after the end.",
        ),
    ] = False
