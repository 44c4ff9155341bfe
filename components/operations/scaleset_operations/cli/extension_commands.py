"""``scaleset extensions``: VM extensions, of the set's model or of each machine, as the mode has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from scaleset_core.command.apps import App
from scaleset_core.modes import row
from scaleset_operations.cli.actions import help_of
from scaleset_operations.cli.bodies import json_of
from scaleset_operations.cli.guarding import checked
from scaleset_operations.cli.options import (
    OptionGroup,
    OutputOptions,
    RunOptions,
    SelectionOptions,
    TargetOptions,
    grouped,
)
from scaleset_operations.cli.request import Request
from scaleset_operations.cli.session import perform_row
from scaleset_operations.planning import Choices

app = App(no_args_is_help=True, help="List, read, install, change and remove VM extensions.")

_WHERE = (
    "Without --instances, --all or --where: on Uniform the extension of the set's model (instances get it when they "
    "are brought to the latest model), on Flexible that of every machine."
)
_COLUMNS = ("instance", "name", "publisher", "type", "typeHandlerVersion", "provisioningState")
Name = Annotated[str, typer.Argument(metavar="EXTENSION", help="The extension's name.")]
Publisher = Annotated[str, typer.Option("--publisher", help="Its publisher, e.g. Microsoft.Azure.Extensions.")]
Type = Annotated[str, typer.Option("--type", help="Its type, e.g. CustomScript.")]
Version = Annotated[str, typer.Option("--version", help="The version of its handler, e.g. 2.1.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyOptions(OptionGroup):
    """What an extension is given, besides what it is."""

    settings: Annotated[
        str, typer.Option("--settings", metavar="JSON|@FILE", help="Public settings; @FILE reads a file, @- stdin.")
    ] = ""
    protected_settings: Annotated[
        str,
        typer.Option(
            "--protected-settings",
            metavar="@FILE",
            help="Secret settings; give @FILE or @-, so that they stay out of ps.",
        ),
    ] = ""
    auto_upgrade_minor_version: Annotated[
        bool | None,
        typer.Option("--auto-upgrade-minor-version/--no-auto-upgrade-minor-version", help="Follow minor versions."),
    ] = None
    enable_automatic_upgrade: Annotated[
        bool | None,
        typer.Option("--enable-automatic-upgrade/--no-enable-automatic-upgrade", help="Let Azure upgrade it."),
    ] = None


def _perform(
    row_id: str,
    target: TargetOptions,
    selection: SelectionOptions,
    run: RunOptions,
    output: OutputOptions,
    *,
    name: str = "",
    body: dict[str, Any] | None = None,
) -> None:
    chosen = checked(selection.make) if selection.given else None
    entry = row(row_id)
    request = Request(title=f"{entry.command} {name}".strip(), target=target, run=run, output=output)
    perform_row(row_id, request, chosen, Choices(name=name, body=body, by_instance="instances"), columns=_COLUMNS)


@app.command("list", help=help_of(row("extension.list"), _WHERE))
@grouped
def list_extensions(target: TargetOptions, selection: SelectionOptions, run: RunOptions, output: OutputOptions) -> None:
    """List extensions."""
    _perform("extension.list", target, selection, run, output)


@app.command("get", help=help_of(row("extension.get"), _WHERE))
@grouped
def get_extension(
    extension: Name, target: TargetOptions, selection: SelectionOptions, run: RunOptions, output: OutputOptions
) -> None:
    """Read one extension."""
    _perform("extension.get", target, selection, run, output, name=extension)


@app.command("set", help=help_of(row("extension.create-or-update"), _WHERE))
@grouped
def set_extension(
    extension: Name,
    target: TargetOptions,
    selection: SelectionOptions,
    run: RunOptions,
    output: OutputOptions,
    publisher: Publisher,
    type_: Type,
    version: Version,
    body: BodyOptions,
) -> None:
    """Install or replace an extension."""
    content = checked(lambda: _body(publisher, type_, version, body))
    _perform("extension.create-or-update", target, selection, run, output, name=extension, body=content)


@app.command("update", help=help_of(row("extension.update"), _WHERE))
@grouped
def update_extension(
    extension: Name,
    target: TargetOptions,
    selection: SelectionOptions,
    run: RunOptions,
    output: OutputOptions,
    body: BodyOptions,
    publisher: Publisher = "",
    type_: Type = "",
    version: Version = "",
) -> None:
    """Change some settings of an extension; the others stay."""
    content = checked(lambda: _body(publisher, type_, version, body))
    _perform("extension.update", target, selection, run, output, name=extension, body=content)


@app.command("delete", help=help_of(row("extension.delete"), _WHERE))
@grouped
def delete_extension(
    extension: Name, target: TargetOptions, selection: SelectionOptions, run: RunOptions, output: OutputOptions
) -> None:
    """Remove an extension."""
    _perform("extension.delete", target, selection, run, output, name=extension)


def _body(publisher: str, kind: str, version: str, options: BodyOptions) -> dict[str, Any]:
    settings, protected = options.settings, options.protected_settings
    properties: dict[str, Any] = {
        "publisher": publisher or None,
        "type": kind or None,
        "typeHandlerVersion": version or None,
        "autoUpgradeMinorVersion": options.auto_upgrade_minor_version,
        "enableAutomaticUpgrade": options.enable_automatic_upgrade,
        "settings": json_of("--settings", settings) if settings else None,
        "protectedSettings": json_of("--protected-settings", protected) if protected else None,
    }
    return {"properties": {key: value for key, value in properties.items() if value is not None}}
