"""``scaleset``: the entry point and the table of subcommands."""

from __future__ import annotations

import logging

import typer

from scaleset_core.command.lazy import Lazy, LazyGroup

_OPERATIONS = "pulumi-azure-scaleset-operations"
_POLICIES = "pulumi-azure-scaleset-policies"
_CORE = "pulumi-azure-scaleset-core"
_MIGRATION = "pulumi-azure-scaleset-migration"


def _operations(module: str, text: str) -> Lazy:
    return Lazy(f"scaleset_operations.cli.{module}", text, _OPERATIONS)


class Root(LazyGroup):
    """The subcommands, in the order of the help; a missing one names the distribution that has it."""

    entries = {  # noqa: RUF012 - a class-level table
        "set": _operations("set_commands", "Work on a scale set as a whole: show, view, restart, reimage ..."),
        "instances": _operations("instance_commands", "Work on chosen instances: list, restart, delete, protect ..."),
        "extensions": _operations("extension_commands", "List, read, install, change and remove VM extensions."),
        "rolling-upgrade": _operations("upgrade_commands", "Start, follow, stop and approve rolling upgrades."),
        "lifecycle-hooks": _operations("hook_commands", "See and answer what waits before Azure goes on with a set."),
        "nat": _operations("nat_commands", "See which front-end port reaches which instance; leave NAT pools behind."),
        "outbound": _operations("outbound_commands", "See how the instances reach the outside."),
        "inventory": _operations("inventory_commands", "See what retires: every NAT pool, who uses it, the days left."),
        "resume": _operations("resume_command", "Go on with an interrupted run: ask Azure, and do what is left."),
        "recover": _operations(
            "recover_command", "Bring a stack's state and Azure together after an interrupted update."
        ),
        "fleet": Lazy(
            "scaleset_operations.fleet.cli",
            "Roll out many scale sets, one stack each, in waves.",
            f"{_OPERATIONS}[fleet]",
            needs=("pulumi", "pydantic"),
        ),
        "migrate": Lazy(
            "scaleset_migration.cli.migrate",
            "From a Uniform set to a Flexible one: plan, program, cut-over.",
            _MIGRATION,
        ),
        "adopt": Lazy(
            "scaleset_migration.cli.adopt",
            "Bring existing Azure sets under Pulumi without changing them: program, import, proof.",
            _MIGRATION,
        ),
        "modes": Lazy(
            "scaleset_core.command.modes", "See what differs between Uniform and Flexible, row by row.", _CORE
        ),
        "roles": Lazy("scaleset_core.command.roles", "Azure roles with exactly what each task needs.", _CORE),
        "check": Lazy(
            "scaleset_policies.command",
            "Check programs, templates and stacks against the rules of both modes.",
            _POLICIES,
        ),
        "preview": Lazy(
            "scaleset_policies.preview.command",
            "Draw a set from a plan, template or state, and what differs from another one.",
            _POLICIES,
        ),
        "rules": Lazy("scaleset_policies.listing", "List and show the rules: what each asks for, and why.", _POLICIES),
    }


app = typer.Typer(
    name="scaleset",
    cls=Root,
    no_args_is_help=True,
    rich_markup_mode=None,  # plain: loading Rich for the first screen takes a quarter of a second
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def root() -> None:
    """Operate Azure Virtual Machine Scale Sets in both orchestration modes.

    Name an action and the instances. The command reads the mode of the set, makes the right calls in parallel, and
    reports what happened to each instance.

    The Azure account is that of `az login`, or of the AZURE_* variables. Defaults of `az config` (resource group, scale
    set, subscription, cloud, output) apply too.
    """


def run() -> None:
    """The console script."""
    logging.getLogger("azure").addHandler(logging.NullHandler())  # the error line says what it would warn about
    app(prog_name="scaleset")
