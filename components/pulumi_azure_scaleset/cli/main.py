"""``scaleset``: the entry point and the table of subcommands."""

from __future__ import annotations

import logging

import typer

from pulumi_azure_scaleset.cli.lazy import Lazy, LazyGroup

_PACKAGE = "pulumi_azure_scaleset.cli"


class Root(LazyGroup):
    """The subcommands; one that is not installed is not listed."""

    entries = {  # noqa: RUF012 - a class-level table
        "set": Lazy(f"{_PACKAGE}.set_commands", "Work on a scale set as a whole: show, view, restart, reimage ..."),
        "instances": Lazy(
            f"{_PACKAGE}.instance_commands", "Work on chosen instances: list, restart, delete, protect ..."
        ),
        "extensions": Lazy(f"{_PACKAGE}.extension_commands", "List, read, install, change and remove VM extensions."),
        "nat": Lazy(f"{_PACKAGE}.nat_commands", "See which front-end port reaches which instance."),
        "outbound": Lazy(f"{_PACKAGE}.outbound_commands", "See how the instances reach the outside."),
        "modes": Lazy(f"{_PACKAGE}.modes", "See what differs between Uniform and Flexible, row by row."),
        "check": Lazy(f"{_PACKAGE}.check", "Check programs, templates and stacks against the rules of both modes."),
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
    """Operate Azure Virtual Machine Scale Sets, right in both orchestration modes.

    Say what you want of which instances; the mode of the set is read, the right calls are made side by side, and the
    report tells what happened to each instance.

    Which Azure account: as `az login` left it, or the AZURE_* variables. Defaults of `az config` (resource group,
    scale set, subscription, cloud, output) hold here too.
    """


def run() -> None:
    """The console script."""
    logging.getLogger("azure").addHandler(logging.NullHandler())  # what it would warn of, the error line says
    app(prog_name="scaleset")
