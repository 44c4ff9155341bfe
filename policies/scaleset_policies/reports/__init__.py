"""Writers: the result of a check, as text for people and in the formats that pipelines read."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from scaleset_policies.choices import ReportFormat
from scaleset_policies.results import Results

_WRITERS: Final = {
    ReportFormat.JSON: "scaleset_policies.reports.json_report",
    ReportFormat.SARIF: "scaleset_policies.reports.sarif",
    ReportFormat.JUNIT: "scaleset_policies.reports.junit",
    ReportFormat.GITHUB: "scaleset_policies.reports.github",
    ReportFormat.TEXT: "scaleset_policies.reports.text",
}


def write(results: Results, format_: ReportFormat, **options: Any) -> str:
    """A report as text, ending with a line break; the same results always give the same text."""
    render: Callable[..., str] = import_module(_WRITERS[format_]).render
    return render(results, **options)
