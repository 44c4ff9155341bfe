"""The report that people read: grouped by resource, coloured on a terminal, plain elsewhere."""

import io
from collections import defaultdict
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from scaleset_policies.reports.clean import clean
from scaleset_policies.results import FileResult, Item, Results

_STYLES: Final = {"error": "bold red", "warning": "yellow", "waived": "dim", "accepted": "dim", "undecided": "cyan"}
_WIDE: Final = 100_000


def render(results: Results, *, width: int | None = None, color: bool = False, verbose: bool = False) -> str:
    """The report as text.

    Args:
        results: What was found.
        width: The terminal's width; None does not wrap lines.
        color: Whether to write a terminal's colour codes.
        verbose: Whether to list what could not be decided.
    """
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=width or _WIDE,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )
    by_file: dict[int, list[Item]] = defaultdict(list)
    for item in results.items:
        by_file[id(item.file)].append(item)
    for file in results.files:
        _file(console, file, by_file[id(file)], verbose=verbose, wrap=width is not None)
    for error in results.errors:
        console.print(Text.assemble(("unreadable ", _STYLES["error"]), clean(str(error))), soft_wrap=width is None)
    _summary(console, results, verbose=verbose)
    return buffer.getvalue()


def _file(console: Console, file: FileResult, items: list[Item], *, verbose: bool, wrap: bool) -> None:
    by_resource: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_resource[item.violation.resource.key].append(item)
    for key, found in by_resource.items():
        resource = found[0].violation.resource
        heading = Text.assemble(
            (clean(str(resource)), "bold"), "  ", (clean(key if key != resource.name else ""), "dim")
        )
        heading.rstrip()
        console.print(heading, soft_wrap=not wrap)
        for item in found:
            _item(console, item, wrap=wrap)
        console.print()
    for note in file.notes:
        console.print(Text.assemble(("note ", "cyan"), f"{clean(file.file)}: {clean(note)}"), soft_wrap=not wrap)
    if verbose:
        for undecided in file.report.undecided:
            line = Text.assemble(("undecided ", _STYLES["undecided"]), clean(undecided.message))
            console.print(line, soft_wrap=not wrap)


def _item(console: Console, item: Item, *, wrap: bool) -> None:
    violation, location = item.violation, item.violation.location
    level = "waived" if item.waived else "accepted" if item.accepted else item.level
    place = clean(item.file.file) + (f":{location.line}:{location.column}" if location and location.line else "")
    head = Text.assemble(
        "  ", (f"{level:<9}", _STYLES[level]), (f"{violation.rule.id} {violation.rule.name}", "bold"), f"  {place}"
    )
    console.print(head, soft_wrap=not wrap)
    lines = [clean(violation.message)]
    if violation.waiver is not None:
        lines.append(clean(f"Waived until {violation.waiver.expires.isoformat()}: {violation.waiver.reason}"))
    for line in lines:
        if wrap:
            console.print(Padding(Text(line), (0, 0, 0, 11)))
        else:
            console.print(Text(" " * 11 + line), soft_wrap=True)


def _summary(console: Console, results: Results, *, verbose: bool) -> None:
    counts = results.counts()
    parts = [_count(counts["errors"], "error"), _count(counts["warnings"], "warning")]
    parts += [f"{counts[name]} {name}" for name in ("waived", "accepted", "undecided") if counts[name]]
    parts.append(f"{counts['passed']} passed")
    where = f"{_count(counts['resources'], 'resource')} in {_count(counts['files'], 'file')}"
    style = "red" if counts["errors"] or results.errors else "yellow" if counts["warnings"] else "green"
    console.print(Text.assemble((", ".join(parts), style), f" ({where})"))
    if results.errors:
        console.print(Text(f"{_count(len(results.errors), 'place')} could not be read: the result is not complete"))
    if results.baseline is not None and results.gone:
        console.print(Text(f"{results.gone} of the baseline are gone: write it again with --write-baseline"))
    if counts["undecided"] and not verbose:
        console.print(Text("--verbose lists what could not be decided"))


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
