"""What another tool sees and what these rules see, side by side: ``scaleset check --compare checkov.sarif``.

The other tool's findings come from its SARIF report. Its ids are those that rules have as aliases. Findings match at
the same resource, identified by its name or by the lines of the file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any, Final

from scaleset_policies.checking import read_bytes
from scaleset_policies.choices import ReportFormat
from scaleset_policies.estate import Resource
from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.json_text import decode
from scaleset_policies.printing import complain, fail, print_text, save
from scaleset_policies.report import Failure, Pass, Undecided, Violation
from scaleset_policies.reports.clean import clean
from scaleset_policies.results import FileResult, Results
from scaleset_policies.rule import Rule
from scaleset_policies.rules import RULES

_PREFIXES: Final = ("AVD-",)
"""What some versions of a tool put before an id."""


class Seen(StrEnum):
    """Who sees something."""

    BOTH = "both"
    OURS = "only here"
    THEIRS = "only there"


@dataclass(frozen=True, slots=True)
class Foreign:
    """One finding of another tool.

    Attributes:
        tool: Its name, as it writes it.
        ids: The rule's id, and the rule's name if it has another.
        file: The file, as it writes it.
        first: The first line, 0 if it does not say.
        last: The last line.
        resource: The resource's name, or ``""``.
    """

    tool: str
    ids: tuple[str, ...]
    file: str
    first: int
    last: int
    resource: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the comparison.

    Attributes:
        seen: Who sees it.
        rule: The rule's id here, ``""`` if there is none.
        theirs: The other tool's id, ``""`` if it has none.
        file: The file.
        line: The line, 0 if it is not known.
        resource: The resource, ``""`` if it is not known.
        note: Why only one of them sees it.
    """

    seen: Seen
    rule: str
    theirs: str
    file: str
    line: int
    resource: str
    note: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole comparison: the other tools' names, and the rows."""

    tools: tuple[str, ...]
    rows: tuple[Row, ...]

    def counts(self) -> dict[str, int]:
        """How many rows are seen by whom."""
        found = Counter(row.seen for row in self.rows)
        return {seen.value: found[seen] for seen in Seen}


def read_sarif(text: str, file: str) -> tuple[list[Foreign], tuple[str, ...]]:
    """The findings of a SARIF report that are neither suppressed nor passes, and the tools that wrote it.

    Raises:
        UnreadableError: it is no SARIF.
    """
    try:
        document = json.loads(text)
        runs = document["runs"]
        found = [each for run in runs for each in _run(run)]
        tools = tuple(dict.fromkeys(str(run["tool"]["driver"]["name"]) for run in runs))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise UnreadableError(file, "expected a SARIF report: an object with runs, each with a tool") from None
    return found, tools


def _run(run: Mapping[str, Any]) -> Iterator[Foreign]:
    driver = run["tool"]["driver"]
    names = {str(each.get("id")): str(each.get("name") or "") for each in driver.get("rules") or ()}
    for result in run.get("results") or ():
        if result.get("suppressions") or result.get("kind", "fail") != "fail":
            continue
        number = str(result.get("ruleId") or (result.get("rule") or {}).get("id") or "")
        for place in result.get("locations") or [{}]:
            physical = place.get("physicalLocation") or {}
            region = physical.get("region") or {}
            first = int(region.get("startLine") or 0)
            logical = (place.get("logicalLocations") or [{}])[0]
            yield Foreign(
                tool=str(driver["name"]),
                ids=tuple(filter(None, (number, names.get(number, "")))),
                file=str((physical.get("artifactLocation") or {}).get("uri") or ""),
                first=first,
                last=int(region.get("endLine") or first),
                resource=str(logical.get("fullyQualifiedName") or logical.get("name") or ""),
            )


def compare(results: Results, foreign: Sequence[Foreign], tools: tuple[str, ...], rules: Sequence[Rule]) -> Comparison:
    """Lay the findings of a check and those of other tools side by side.

    Args:
        results: The check's.
        foreign: The others'.
        tools: The others' names.
        rules: All rules, with their aliases.
    """
    ours = {
        (item.file.file, item.violation.resource.key, item.violation.rule.id): item
        for item in results.items
        if item.counts
    }
    met: set[tuple[str, str, str]] = set()
    rows: list[Row] = []
    for each in foreign:
        known = [rule for rule in rules if _means(rule, each)]
        file = next((one for one in results.files if _same_file(one.file, each.file)), None)
        resource = None if file is None else _resource(file, each)
        here = [] if file is None or resource is None else [(file.file, resource.key, rule.id) for rule in known]
        both = [place for place in here if place in ours]
        met.update(both)
        name = str(resource or each.resource)
        shown = file.file if file is not None else each.file
        rows += [
            Row(Seen.BOTH, place[2], each.ids[0] if each.ids else "", shown, each.first, name, "") for place in both
        ]
        if not both:
            note = _not_here(file, resource, known)
            number = ", ".join(rule.id for rule in known)
            rows.append(Row(Seen.THEIRS, number, each.ids[0] if each.ids else "", shown, each.first, name, note))
    for place, item in ours.items():
        if place not in met:
            found = item.violation
            theirs = _aliases(found.rule, tools)
            note = "" if theirs else "the other tool has no known id for this rule"
            line = found.location.line if found.location is not None else 0
            number = ", ".join(theirs)
            rows.append(Row(Seen.OURS, found.rule.id, number, item.file.file, line, str(found.resource), note))
    order = list(Seen)
    unique = dict.fromkeys(rows)
    return Comparison(
        tools, tuple(sorted(unique, key=lambda row: (order.index(row.seen), row.file, row.line, row.rule)))
    )


def _means(rule: Rule, foreign: Foreign) -> bool:
    """Whether a rule has the id of another tool's finding among its aliases."""
    theirs = {_plain(each) for each in foreign.ids}
    return any(_plain(alias) in theirs for alias in rule.aliases)


def _plain(name: str) -> str:
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name.lower()


def _aliases(rule: Rule, tools: tuple[str, ...]) -> list[str]:
    """The ids that these tools have for a rule."""
    wanted = {tool.lower() for tool in tools}
    parts = [tag.partition(":") for tag in rule.tags]
    return [name for tool, _, name in parts if any(each.startswith(tool.lower()) for each in wanted)]


def _same_file(ours: str, theirs: str) -> bool:
    """Whether two paths may be the same file: one ends as the other does, whole names only."""
    left, right = (PurePosixPath(each.removeprefix("file://").replace("\\", "/")).parts for each in (ours, theirs))
    left, right = (tuple(part for part in parts if part not in {"/", "."}) for parts in (left, right))
    shorter = min(len(left), len(right))
    return shorter > 0 and left[-shorter:] == right[-shorter:]


def _resource(file: FileResult, foreign: Foreign) -> Resource | None:
    """The resource that a finding is about: by its name, else the one that begins last before the finding's end."""
    found = {each.key: each for each in _resources(file)}.values()
    if foreign.resource:
        wanted = foreign.resource.lower()
        for each in found:
            if any(
                name.lower() in {wanted, wanted.rpartition(".")[2], wanted.rpartition("/")[2]} for name in each.names
            ):
                return each
    if not foreign.first:
        return None
    begins = [(place.line, each) for each in found if (place := each.where()) is not None and place.line]
    inside = [(line, each) for line, each in begins if foreign.first <= line <= (foreign.last or foreign.first)]
    if inside:
        return min(inside, key=lambda pair: pair[0])[1]
    before = [(line, each) for line, each in begins if line <= foreign.first]
    return max(before, key=lambda pair: pair[0], default=(0, None))[1]


def _resources(file: FileResult) -> Iterator[Resource]:
    report = file.report
    parts: tuple[Sequence[Violation | Undecided | Failure | Pass], ...] = (
        report.violations,
        report.waived,
        report.undecided,
        report.passes,
        report.failures,
    )
    for part in parts:
        yield from (each.resource for each in part)


def _not_here(file: FileResult | None, resource: Resource | None, known: Sequence[Rule]) -> str:
    """Why a finding of another tool is none here."""
    if file is None:
        return "the file was not checked"
    if not known:
        return "no rule has this id"
    if resource is None:
        return "there is no resource there that a rule applies to"
    wanted, report = {rule.id for rule in known}, file.report
    outcomes: tuple[tuple[str, Sequence[Violation | Undecided | Failure | Pass]], ...] = (
        ("accepted", report.waived),
        ("undecided", report.undecided),
        ("failed", report.failures),
        ("passed", report.passes),
    )
    for note, places in outcomes:
        if any(each.resource.key == resource.key and each.rule.id in wanted for each in places):
            return note
    return "does not apply, or is off"


def write(results: Results, sarif: Path, format_: str, output: Path | None) -> None:
    """Write what a SARIF report has beside what a check has, as text or JSON, to a file or to the terminal."""
    writers = {ReportFormat.TEXT.value: render_text, ReportFormat.JSON.value: render_json}
    if format_ not in writers:
        fail(f"--compare writes {' or '.join(writers)}, not {format_}")
    try:
        foreign, tools = read_sarif(decode(read_bytes(str(sarif)), str(sarif)), str(sarif))
    except UnreadableError as error:
        fail(str(error))
    text = writers[format_](compare(results, foreign, tools, tuple(RULES.values())))
    if output is not None:
        save(output, text)
    else:
        print_text(text)
    for problem in results.errors:
        complain(str(problem))


def render_text(comparison: Comparison) -> str:
    """The comparison as a table."""
    head = ("seen", "rule", "theirs", "place", "resource", "note")
    lines = [head] + [
        (
            row.seen.value,
            row.rule,
            row.theirs,
            f"{row.file}:{row.line}" if row.line else row.file,
            row.resource,
            row.note,
        )
        for row in comparison.rows
    ]
    shown = [[clean(cell) or "-" for cell in line] for line in lines]
    widths = [max(len(line[column]) for line in shown) for column in range(len(head))]
    table = "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in shown)
    counts = ", ".join(f"{number} {seen}" for seen, number in comparison.counts().items())
    return f"{table}\n\nCompared with {clean(', '.join(comparison.tools)) or 'nothing'}: {counts}.\n"


def render_json(comparison: Comparison) -> str:
    """The comparison as JSON."""
    document = {
        "version": 1,
        "tools": [clean(each) for each in comparison.tools],
        "summary": comparison.counts(),
        "rows": [
            {name: clean(value) if isinstance(value, str) else value for name, value in asdict(row).items()}
            for row in comparison.rows
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
