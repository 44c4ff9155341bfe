"""GitHub Actions' workflow commands: annotations on the lines of a pull request.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from scaleset_policies.report import Failure
from scaleset_policies.reports.clean import clean
from scaleset_policies.results import FileResult, Item, Results


def render(results: Results) -> str:
    """One command for each violation, and a line with the summary."""
    lines = [
        _command("error", each.file, each.line, each.column, "scaleset check", each.message) for each in results.errors
    ]
    lines += [_failure(file, each) for file, each in results.failures]
    lines += [_item(item) for item in results.items]
    for file in results.files:
        lines += [_command("notice", file.file, 0, 0, "scaleset check", note) for note in file.notes]
    lines += [_command("warning", each.file, 0, 0, "scaleset check: not read", each.message) for each in results.unread]
    lines += [f"scaleset check: {clean(remark)}" for remark in results.remarks]
    counts = results.counts()
    lines.append(f"scaleset check: {counts['errors']} errors, {counts['warnings']} warnings")
    return "\n".join(lines) + "\n"


def _failure(file: FileResult, failure: Failure) -> str:
    location = failure.resource.where()
    line, column = (location.line, location.column) if location else (0, 0)
    title = f"{failure.rule.id} {failure.rule.name} failed"
    return _command("error", file.file, line, column, title, failure.message)


def _item(item: Item) -> str:
    violation, location = item.violation, item.violation.location
    level, suffix = item.level, ""
    if not item.counts:
        level = "notice"
        suffix = " (accepted by the baseline)" if item.accepted else " (waived)"
    title = f"{violation.rule.id} {violation.rule.name}{suffix}"
    line, column = (location.line, location.column) if location else (0, 0)
    return _command(level, item.file.file, line, column, title, violation.message)


def _command(level: str, file: str, line: int, column: int, title: str, message: str) -> str:
    properties = [f"file={_property(file)}"]
    if line:
        properties += [f"line={line}", f"col={column}"]
    properties.append(f"title={_property(title)}")
    return f"::{level} {','.join(properties)}::{_data(message)}"


def _data(text: str) -> str:
    return clean(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
