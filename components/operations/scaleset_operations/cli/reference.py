"""The reference page of the command line, made from the commands themselves: ``make docs`` writes it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import Enum
from typing import Any

from typer.main import get_command

from scaleset_core.command.main import app

_INTRO = """# The `scaleset` command

This page is generated from the commands' own help: `scaleset COMMAND --help` shows the same.
How the commands behave, and their exit codes: [operations.md](../operations.md).
"""
_HIDDEN = {"help", "install_completion", "show_completion"}


def reference() -> str:
    """The page, in Markdown."""
    root: Any = get_command(app)
    parts = [_INTRO]
    shared: dict[str, tuple[str, str]] = {}
    sections: list[str] = []
    for name in root.list_commands(None):
        command = root.get_command(None, name).real
        for path, leaf in _leaves(f"scaleset {name}", command):
            sections.append(_section(path, leaf, shared))
    parts.append(_shared(shared))
    return "\n".join([*parts, *sections]).rstrip() + "\n"


def _leaves(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    children = getattr(command, "commands", None)
    if not children:
        yield path, command
        return
    for name, child in children.items():
        yield from _leaves(f"{path} {name}", child)


def _section(path: str, command: Any, shared: dict[str, tuple[str, str]]) -> str:
    lines = [f"## `{path}`", "", (command.help or "").strip(), ""]
    own: list[str] = []
    groups: dict[str, list[str]] = {}
    for parameter in command.params:
        if parameter.name in _HIDDEN:
            continue
        panel = getattr(parameter, "rich_help_panel", None)
        names, text = _names(parameter), _text(parameter)
        if panel in {"Which scale set", "Which instances", "How", "Output"}:
            shared.setdefault(names, (panel, text))
            groups.setdefault(panel, []).append(names)
        else:
            own.append(f"| {names} | {text} |")
    if own:
        lines += ["| Option | |", "|---|---|", *own, ""]
    if groups:
        lines += [f"Common options: {', '.join(f'[{panel}](#{_anchor(panel)})' for panel in groups)}.", ""]
    return "\n".join(lines)


def _shared(shared: dict[str, tuple[str, str]]) -> str:
    panels: dict[str, list[str]] = {}
    for names, (panel, text) in shared.items():
        panels.setdefault(panel, []).append(f"| {names} | {text} |")
    lines = ["## Common options", ""]
    for panel, rows in panels.items():
        lines += [f"### {panel}", "", "| Option | |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def _names(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{parameter.metavar or parameter.name.upper()}`"
    value = "" if parameter.is_flag else f" {parameter.metavar}" if parameter.metavar else _choices(parameter)
    names = [*parameter.opts, *parameter.secondary_opts]
    return ", ".join(f"`{name}{value}`" for name in names)


def _choices(parameter: Any) -> str:
    kind = parameter.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        return " " + "\\|".join(str(item.value) for item in kind)
    return f" {getattr(kind, '__name__', 'text').upper().replace('STR', 'TEXT')}"


def _text(parameter: Any) -> str:
    text = " ".join((getattr(parameter, "help", "") or "").split()).replace("|", "\\|")
    default = parameter.default
    number = isinstance(default, int | float) and not isinstance(default, bool) and default
    return text + (f" Default: {default}." if number else "") + (" Required." if parameter.required else "")


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


if __name__ == "__main__":
    sys.stdout.write(reference())
