"""The text of ``--help``: the parts of a command's help, with its options under their headings.

Plain text: loading Rich, and Markdown for it, would take longer than all the rest of a help screen.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterator
from typing import Any

import typer

_ITEM = "- "
_BETWEEN = 2


def write_text(text: str, formatter: Any) -> None:
    """Write a help text: paragraphs and lists of Markdown, as wide as the terminal.

    Args:
        text: Markdown; only lists and strong words are known.
        formatter: The help formatter of Typer.
    """
    formatter.write_paragraph()
    before = ""
    for block in _blocks(text):
        item = block.startswith(_ITEM)
        if before and not (item and before.startswith(_ITEM)):
            formatter.write("\n")
        margin = " " * _BETWEEN
        formatter.write(
            textwrap.fill(
                block.replace("**", ""),
                formatter.width,
                initial_indent=margin,
                subsequent_indent=margin + " " * len(_ITEM) * item,
                break_long_words=False,
                break_on_hyphens=False,
            )
            + "\n"
        )
        before = block


def _blocks(text: str) -> Iterator[str]:
    """The paragraphs and list items, each in one line."""
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        lines: list[str] = []
        for line in paragraph.splitlines():
            if line.startswith(_ITEM) and lines:
                yield " ".join(lines)
                lines = []
            lines.append(line.strip())
        if lines:
            yield " ".join(lines)


def write_options(command: Any, ctx: Any, formatter: Any) -> None:
    """Write the arguments and options, each under the heading that it names, else under the usual ones."""
    sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
    for parameter in command.get_params(ctx):
        usual = "Arguments" if parameter.param_type_name == "argument" else "Options"
        record = parameter.get_help_record(ctx)  # None: hidden
        if record is not None:
            sections.setdefault(getattr(parameter, "rich_help_panel", None) or usual, []).append(record)
    for heading, records in sections.items():
        if records:
            write_section(heading, records, formatter)


def write_section(heading: str, records: list[tuple[str, str]], formatter: Any) -> None:
    """Write a heading, bold on a terminal, and two columns below it."""
    with formatter.section(typer.style(heading, bold=True)):
        formatter.write_dl(records)
