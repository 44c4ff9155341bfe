"""The report that people read: grouped by scale set, coloured and wrapped on a terminal, plain lines elsewhere."""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from scaleset_policies.choices import Group
from scaleset_policies.estate import Resource
from scaleset_policies.reports.clean import clean
from scaleset_policies.results import FileResult, Item, Results

_STYLES: Final = {
    "error": "bold red",
    "warning": "yellow",
    "waived": "dim",
    "accepted": "dim",
    "undecided": "cyan",
    "note": "cyan",
    "unreadable": "bold red",
    "failed": "bold red",
}
_INDENT: Final = 11
_NAMED: Final = 5
"""If a finding is about more resources than this, the number of the others is shown."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One line: pieces of text with their styles, and the indentation of its wrapped rest."""

    pieces: tuple[tuple[str, str], ...] = ()
    indent: int = 0


def render(
    results: Results,
    *,
    width: int | None = None,
    color: bool = False,
    verbose: bool = False,
    group: Group = Group.SET,
) -> str:
    """The report as text.

    Args:
        results: What was found.
        width: The terminal's width; None: lines are not wrapped.
        color: Whether to write a terminal's colour codes.
        verbose: Whether to list the rules that could not be decided.
        group: What the findings are grouped by.
    """
    lines = _lines(results, group, verbose=verbose)
    return _plain(lines) if width is None and not color else _styled(lines, width, color=color)


def _plain(lines: Iterator[_Line]) -> str:
    return "".join(" " * line.indent + "".join(text for text, _ in line.pieces).rstrip() + "\n" for line in lines)


def _styled(lines: Iterator[_Line], width: int | None, *, color: bool) -> str:
    from rich.console import Console  # noqa: PLC0415 - on a terminal only
    from rich.padding import Padding  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        highlight=False,
        legacy_windows=False,
    )
    for line in lines:
        console.print(Padding(Text.assemble(*line.pieces), (0, 0, 0, line.indent), expand=False))
    return buffer.getvalue()


def _lines(results: Results, group: Group, *, verbose: bool) -> Iterator[_Line]:
    by_file: dict[int, list[Item]] = defaultdict(list)
    for item in results.items:
        by_file[id(item.file)].append(item)
    for file in results.files:
        yield from _file(file, by_file[id(file)], group, verbose=verbose)
    for source in results.unread:
        yield _Line((("not read ", _STYLES["note"]), (clean(str(source)), "")))
    for error in results.errors:
        yield _Line((("unreadable ", _STYLES["unreadable"]), (clean(str(error)), "")))
    yield from _summary(results, verbose=verbose)


def _file(file: FileResult, items: list[Item], group: Group, *, verbose: bool) -> Iterator[_Line]:
    families = file.families() if group is Group.SET else {}
    by_family: dict[str, list[Item]] = defaultdict(list)
    heads: dict[str, Resource] = {}
    for item in items:
        resource = item.violation.resource
        head = families.get(resource.key, resource)
        heads[head.key] = head
        by_family[head.key].append(item)
    for key, found in by_family.items():
        head = heads[key]
        number = sum(item.counts for item in found)
        count = f"  {_count(number, 'finding')}" if number > 1 and group is Group.SET else ""
        name = clean(key) if key != head.name else ""
        yield _Line(((clean(str(head)), "bold"), ("  ", ""), (name, "dim"), (count, "")))
        for same in _alike(found, group):
            yield from _items(same)
        yield _Line()
    for note in (*file.remarks, *file.notes):
        yield _Line((("note ", _STYLES["note"]), (f"{clean(file.file)}: {clean(note)}", "")))
    for failure in file.report.failures:
        place = failure.resource.where()
        at = clean(file.file) + (f":{place.line}:{place.column}" if place and place.line else "")
        yield _Line((("failed ", _STYLES["failed"]), (f"{at}: {clean(failure.message)}", "")))
    for undecided in file.report.undecided if verbose else ():
        yield _Line((("undecided ", _STYLES["undecided"]), (clean(undecided.message), "")))


def _alike(items: list[Item], group: Group) -> Iterable[list[Item]]:
    """The findings, those together that say the same of several resources."""
    if group is Group.NONE:
        return [[item] for item in items]
    found: dict[tuple[str, ...], list[Item]] = defaultdict(list)
    for item in items:
        waiver = item.violation.waiver
        told = f"{waiver.until}: {waiver.reason}" if waiver else ""
        found[item.violation.rule.id, _level(item), told, _said(item)].append(item)
    return found.values()


def _said(item: Item) -> str:
    """The message without the resource's name, which it begins with."""
    return item.violation.message.removeprefix(f"{item.violation.resource}: ")


def _level(item: Item) -> str:
    return "waived" if item.waived else "accepted" if item.accepted else item.level


def _items(items: list[Item]) -> Iterator[_Line]:
    item = items[0]
    violation = item.violation
    level, rule = _level(item), f"{violation.rule.id} {violation.rule.name}"
    more = "" if len(items) == 1 else f" and {len(items) - 1} more"
    yield _Line(((f"{level:<9}", _STYLES[level]), (rule, "bold"), (f"  {_place(item)}{more}", "")), indent=2)
    names = list(dict.fromkeys(str(each.violation.resource) for each in items))
    if len(names) > 1:
        shown = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
        yield _Line(((clean(f"{len(names)} resources: {shown}"), ""),), indent=_INDENT)
        yield _Line(((clean(_said(item)), ""),), indent=_INDENT)
    else:
        yield _Line(((clean(violation.message), ""),), indent=_INDENT)
    if violation.waiver is not None:
        text = f"Waived {violation.waiver.until}: {violation.waiver.reason}"
        yield _Line(((clean(text), "dim"),), indent=_INDENT)


def _place(item: Item) -> str:
    location = item.violation.location
    return clean(item.file.file) + (f":{location.line}:{location.column}" if location and location.line else "")


def _summary(results: Results, *, verbose: bool) -> Iterator[_Line]:
    counts = results.counts()
    parts = [_count(counts["errors"], "error"), _count(counts["warnings"], "warning")]
    parts += [f"{counts[name]} {name}" for name in ("waived", "accepted", "undecided") if counts[name]]
    parts.append(f"{counts['passed']} passed")
    where = f"{_count(counts['resources'], 'resource')} in {_count(counts['files'], 'file')}"
    style = (
        "red" if counts["errors"] or results.errors or results.failures else "yellow" if counts["warnings"] else "green"
    )
    yield _Line(((", ".join(parts), style), (f" ({where})", "")))
    for remark in results.remarks:
        yield _Line(((clean(remark), ""),))
    if results.unread:
        what = _count(len(results.unread), "source")
        yield _Line(((f"{what} not read: --strict makes that an error", ""),))
    if results.errors:
        yield _Line(((f"{_count(len(results.errors), 'place')} could not be read: the result is not complete", ""),))
    if results.failures:
        yield _Line(((f"{_count(len(results.failures), 'rule')} failed: the result is not complete", ""),))
    if results.gone:
        yield _Line(((f"{results.gone} of the baseline no longer found: write it again with --write-baseline", ""),))
    if counts["undecided"] and not verbose:
        yield _Line((("--verbose lists what could not be decided", "dim"),))


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
