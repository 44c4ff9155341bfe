"""JUnit XML: a suite for each file, a case for each rule on each resource, including passed ones."""

from collections import defaultdict
from typing import Final
from xml.etree import ElementTree as ET

from scaleset_policies.estate import Resource
from scaleset_policies.reports.clean import clean
from scaleset_policies.results import FileResult, Item, Results
from scaleset_policies.rule import Rule

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


def render(results: Results) -> str:
    """The report as JUnit XML."""
    root = ET.Element("testsuites", name="scaleset check")
    found: dict[int, dict[tuple[str, str], list[Item]]] = defaultdict(lambda: defaultdict(list))
    for item in results.items:
        found[id(item.file)][item.violation.resource.key, item.violation.rule.id].append(item)
    for file in results.files:
        _suite(root, file, found[id(file)])
    if results.errors:
        suite = ET.SubElement(root, "testsuite", name="unreadable input")
        for error in results.errors:
            case = ET.SubElement(suite, "testcase", classname=clean(error.file), name="can be read")
            ET.SubElement(case, "error", message=clean(str(error)), type="unreadable")
        _count(suite)
    if results.unread:
        suite = ET.SubElement(root, "testsuite", name="sources that were not read")
        for source in results.unread:
            case = ET.SubElement(suite, "testcase", classname=clean(source.file), name="is read")
            ET.SubElement(case, "skipped", message=clean(str(source)))
        _count(suite)
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    return _DECLARATION + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, file: FileResult, found: dict[tuple[str, str], list[Item]]) -> None:
    suite = ET.SubElement(root, "testsuite", name=clean(file.file))
    for items in found.values():
        _violated(suite, file, items)
    for passed in file.report.passes:
        _case(suite, file, passed.rule, passed.resource)
    for failure in file.report.failures:
        case = _case(suite, file, failure.rule, failure.resource)
        ET.SubElement(case, "error", message=clean(failure.message), type=failure.kind)
    for undecided in file.report.undecided:
        if (undecided.resource.key, undecided.rule.id) not in found:
            case = _case(suite, file, undecided.rule, undecided.resource)
            ET.SubElement(case, "skipped", message=clean(undecided.message))
    _count(suite)
    if file.notes or file.remarks:
        ET.SubElement(suite, "system-out").text = clean("; ".join((*file.remarks, *file.notes)))


def _violated(suite: ET.Element, file: FileResult, items: list[Item]) -> None:
    first = items[0].violation
    case = _case(suite, file, first.rule, first.resource)
    location = first.location
    if location is not None and location.line:
        case.set("line", str(location.line))
    still_open = [item for item in items if item.counts]
    if not still_open:
        waiver = next((item.violation.waiver for item in items if item.violation.waiver), None)
        reason = f"waived {waiver.until}: {waiver.reason}" if waiver else "accepted by the baseline"
        ET.SubElement(case, "skipped", message=clean(reason))
        return
    kind = "error" if any(item.level == "error" for item in still_open) else "warning"
    failure = ET.SubElement(case, "failure", message=clean(still_open[0].violation.message), type=kind)
    failure.text = "\n".join(f"{_place(item)}: {clean(item.violation.message)}" for item in still_open)


def _place(item: Item) -> str:
    location = item.violation.location
    return clean(item.file.file) + (f":{location.line}:{location.column}" if location and location.line else "")


def _case(suite: ET.Element, file: FileResult, rule: Rule, resource: Resource) -> ET.Element:
    return ET.SubElement(
        suite,
        "testcase",
        classname=clean(resource.key),
        name=f"{rule.id} {rule.name}",
        file=clean(file.file),
    )


def _count(suite: ET.Element) -> None:
    suite.set("tests", str(len(suite)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(1 for case in suite if case.find(tag) is not None)))
