"""``scaleset roles``: least-privilege role definitions, as a table, for ``az``, or for the REST API."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from scaleset_core.command.apps import App
from scaleset_core.command.formats import Format as Output
from scaleset_core.command.formats import dump
from scaleset_core.modes import ROWS, Mode, Row
from scaleset_core.modes import row as find_row
from scaleset_core.roles import (
    ALIASES,
    COMMANDS,
    MOVES,
    ROLES,
    Format,
    Needs,
    Role,
    group_of,
    needs_of,
    needs_of_command,
    to_json,
)
from scaleset_core.roles import role as find_role
from scaleset_core.roles.definitions import PLACEHOLDER, file_name, file_text, path_of

_USAGE = 2
_SCOPE = re.compile(r"^/subscriptions/[0-9a-fA-F-]{36}(/resourceGroups/[^/]+(/providers/.+)?)?$", re.IGNORECASE)
_NO_ROLE = """\
No role here allows it. Microsoft's list of permissions (Compute, 2026-03-08) lacks the operations whose names are by
Azure's rule, and its page on this migration asks for Contributor on the resource group."""
_SCOPE_HELP = "Where the role can be assigned: /subscriptions/ID, or a resource group of it."


app = App(no_args_is_help=True)


@app.callback()
def group() -> None:
    """Azure roles with exactly what each task needs: deployments, each group of operations, reading."""


@app.command("list")
def list_roles(
    output: Annotated[Output, typer.Option("--output", "-o", help="How to write it.")] = Output.TABLE,
) -> None:
    """List the roles: the purpose of each, and how many operations it allows."""
    if output is not Output.TABLE:
        rows = [{"id": each.id, "name": each.title, "description": each.description} for each in ROLES.values()]
        typer.echo(dump(rows, output))
        return
    from rich.console import Console  # noqa: PLC0415 - only for this output
    from rich.table import Table  # noqa: PLC0415

    table = Table(title="Roles", show_lines=True)
    for heading in ("role", "name in Azure", "operations", "for"):
        table.add_column(heading, overflow="fold")
    for each in ROLES.values():
        table.add_row(each.id, each.title, str(len(each.operations)), each.description)
    Console(width=None if sys.stdout.isatty() else 160).print(table)


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(metavar="ROLE", help="Its short name, or its name in Azure.")],
    form: Annotated[
        Format, typer.Option("--format", "-f", help="For `az role definition create`, or for the REST API.")
    ] = Format.AZ,
    scope: Annotated[str, typer.Option("--scope", help=_SCOPE_HELP)] = PLACEHOLDER,
) -> None:
    """Print a role definition as JSON: `scaleset roles show power --scope /subscriptions/ID > power.json`.

    Then `az role definition create --role-definition @power.json`, or with --format rest a PUT to the address that is
    printed on stderr.
    """
    found, at = _role(name), _scope(scope)
    typer.echo(json.dumps(to_json(found, at, form), indent=2))
    if form is Format.REST:
        typer.echo(f"PUT {path_of(found, at)}?api-version=2022-04-01", err=True)


@app.command("write")
def write(
    folder: Annotated[Path, typer.Argument(help="An existing folder.")],
    scope: Annotated[str, typer.Option("--scope", help=_SCOPE_HELP)] = PLACEHOLDER,
) -> None:
    """Write all roles, a file each, for `az role definition create --role-definition @FILE`."""
    at = _scope(scope)
    if not folder.is_dir():
        _refuse(f"{folder} is not a folder. Create it first: mkdir {folder}")
    for each in ROLES.values():
        (folder / file_name(each)).write_text(file_text(each, at), encoding="utf-8")
    typer.echo(f"{len(ROLES)} roles written to {folder}.")


@app.command("for")
def for_command(
    words: Annotated[list[str], typer.Argument(metavar="COMMAND...", help="As in `instances restart`.")],
    mode: Annotated[Mode | None, typer.Option("--mode", help="One mode only; both by default.")] = None,
    output: Annotated[Output, typer.Option("--output", "-o", help="How to write it.")] = Output.TABLE,
) -> None:
    """Print what one command needs in each mode, and the role that allows it.

    Commands that move sets to Flexible differ by what is moved, in place of the mode.
    """
    wanted = " ".join(words).removeprefix("scaleset ").strip()
    found = _find(wanted)
    if not found:
        _refuse(f"{wanted!r} is not a command on scale sets; there are: {', '.join(_commands())}.")
    cases = [(each, case) for each in found for case in _cases(each) if mode is None or case.mode is mode]
    if not cases:
        _refuse(f"{wanted!r} is not for {mode} sets; it takes {' or '.join(MOVES[wanted])}.")
    if output is not Output.TABLE:
        data = [_data(wanted, each, case) for each, case in cases]
        typer.echo(dump(json.loads(json.dumps(data)), output))
        return
    for each in found:
        typer.echo("\n".join(_told(wanted, each, [case for task, case in cases if task is each])))


@dataclass(frozen=True, slots=True)
class _Case:
    """What a command can be about: a mode, or a source of a move.

    Attributes:
        label: What it is called.
        mode: The mode; None for what is no scale set.
        needs: What the command needs.
    """

    label: str
    mode: Mode | None
    needs: Needs


def _cases(task: Row | str) -> list[_Case]:
    if isinstance(task, str) and task in MOVES:
        return [_Case(source.value, source.mode, needs) for source, needs in MOVES[task].items()]
    return [_Case(mode.value, mode, _needs(task, mode)) for mode in Mode]


def _find(command: str) -> list[Row | str]:
    """The rows that the command is, or the command itself where it is none."""
    if command in COMMANDS:
        return [command]
    if command in ALIASES:
        return [find_row(ALIASES[command])]
    return [row for row in ROWS.values() if row.command == command]


def _needs(task: Row | str, mode: Mode) -> Needs:
    return needs_of_command(task, mode) if isinstance(task, str) else needs_of(task, mode)


def _told(command: str, task: Row | str, cases: list[_Case]) -> Iterator[str]:
    """The cases that a role allows with that role, then the others."""
    whole = [case for case in cases if not case.needs.unlisted]
    for case in whole:
        yield from _lines(command, task, case)
    if whole:
        owner = group_of(task)
        yield f"The role that allows it: {owner.title} (`scaleset roles show {owner.id}`)"
    for case in cases:
        if case.needs.unlisted:
            yield from _lines(command, task, case)
            yield _NO_ROLE


def _unsupported(task: Row | str, case: _Case) -> str:
    """Why the mode does not have it; ``""`` if it does."""
    if isinstance(task, str) or case.mode is None or task.route(case.mode).supported:
        return ""
    return task.route(case.mode).reason


def _lines(command: str, task: Row | str, case: _Case) -> Iterator[str]:
    needs = case.needs
    yield f"scaleset {command}, {case.label}:"
    if reason := _unsupported(task, case):
        yield f"  not available: {reason}"
        return
    yield from (f"  {each}" for each in needs.operations)
    for name, found in needs.variants.items():
        yield from (f"  {each}  (for {name})" for each in found if each not in needs.operations)
    yield from (f"  {each}  (without it the command continues, and says so)" for each in needs.helpful)
    yield from (f"  {each}  (without it the command continues, and leaves that out)" for each in needs.left_out)
    for name, found in needs.unlisted.items():
        yield from (f"  {each}  (for {name}; a name by Azure's rule)" for each in found)
    if needs.references:
        yield f"  and the role {ROLES['references'].title!r} on what the written model refers to"


def _data(command: str, task: Row | str, case: _Case) -> dict[str, Any]:
    needs = case.needs
    return {
        "command": command,
        "mode": case.mode.value if case.mode else None,
        "source": case.label if task in MOVES else None,
        "supported": not _unsupported(task, case),
        "role": None if needs.unlisted else group_of(task).id,
        "operations": list(needs.operations),
        "variants": {name: list(each) for name, each in needs.variants.items()},
        "helpful": list(needs.helpful),
        "leftOut": list(needs.left_out),
        "unlisted": {name: list(each) for name, each in needs.unlisted.items()},
        "references": needs.references,
    }


def _commands() -> list[str]:
    return sorted({*COMMANDS, *ALIASES, *(row.command for row in ROWS.values() if row.command)})


def _role(name: str) -> Role:
    try:
        return find_role(name)
    except KeyError as error:
        _refuse(f"{error.args[0]}.")


def _scope(text: str) -> str:
    found = text.rstrip("/")
    if not _SCOPE.match(found):
        _refuse(
            f"--scope {text!r} is not a scope of a role; expected /subscriptions/ID or "
            "/subscriptions/ID/resourceGroups/NAME."
        )
    return found


def _refuse(message: str) -> NoReturn:
    typer.echo(f"Error: {message}", err=True)
    raise typer.Exit(_USAGE)
