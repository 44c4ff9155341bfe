"""Detection of a document's format from its content."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from scaleset_policies.choices import Format
from scaleset_policies.formats.azure_json import changes_at, resources_at
from scaleset_policies.formats.inner_text import is_bicep_parameters

EXPECTED = (
    "expected the output of `pulumi stack export`, `pulumi preview --json` or `pulumi policy analyze --json`, an ARM "
    "template, Bicep's compiled JSON, or the output of `terraform show -json`, `az vmss show` or `az deployment group "
    "what-if --no-pretty-print`"
)
"""The message about a document that has none of the formats."""

_BLANK = re.compile(r"[\ufeff \t\r\n]*")

MARKERS = (
    "deploymenttemplate.json",
    "microsoft.compute/",
    "microsoft.network/",
    "azurerm_",
    "azapi_resource",
    "azure-native",
    "urn:pulumi:",
    "policyevent",
)
"""Words (in lower case) by which a file that cannot be parsed still counts as one of the formats."""

_EVENTS = frozenset(
    {
        "cancelEvent",
        "diagnosticEvent",
        "policyAnalyzeStackSummaryEvent",
        "policyAnalyzeSummaryEvent",
        "policyEvent",
        "policyRemediateSummaryEvent",
        "policyRemediationEvent",
        "preludeEvent",
        "resOpFailedEvent",
        "resOutputsEvent",
        "resourcePreEvent",
        "stdoutEvent",
        "summaryEvent",
    }
)
_EVENT_HEAD = 400
"""An event's kind is within this many characters of its line's start."""


def detect(value: Any) -> Format | None:
    """The format of a parsed document, or None."""
    if resources_at(value) is not None:
        return Format.AZURE
    if not isinstance(value, Mapping):
        return None
    return next((found for found, fits in _TELLTALES.items() if fits(value)), None) or _template(value)


def _is_stack(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("deployment"), Mapping) or isinstance(value.get("checkpoint"), Mapping)


def _is_preview(value: Mapping[str, Any]) -> bool:
    return "steps" in value or ("changeSummary" in value and "diagnostics" in value) or set(value) == {"config"}


def _is_terraform(value: Mapping[str, Any]) -> bool:
    return "format_version" in value or ("terraform_version" in value and "values" in value)


def _template(value: Mapping[str, Any]) -> Format | None:
    members = {name.lower(): item for name, item in value.items()}
    schema, resources = str(members.get("$schema", "")).lower(), members.get("resources")
    if "deploymentparameters.json" in schema:
        return None
    named = "deploymenttemplate.json" in schema
    if not named and not ("contentversion" in members and resources is not None) and not _arm_resources(resources):
        return None
    generator = members.get("metadata")
    generator = generator.get("_generator") if isinstance(generator, Mapping) else None
    written_by = str(generator.get("name", "")) if isinstance(generator, Mapping) else ""
    return Format.BICEP if written_by.lower() == "bicep" else Format.ARM


def _arm_resources(resources: Any) -> bool:
    return (
        isinstance(resources, list)
        and bool(resources)
        and all(
            isinstance(each, Mapping) and "/" in str(each.get("type", "")) and "apiVersion" in each
            for each in resources
        )
    )


def is_event(value: Any) -> bool:
    """Whether a value is one of the engine's events."""
    return isinstance(value, Mapping) and not _EVENTS.isdisjoint(value)


_TELLTALES: Final[Mapping[Format, Callable[[Mapping[str, Any]], bool]]] = {
    Format.BICEP: is_bicep_parameters,
    Format.WHAT_IF: lambda value: changes_at(value) is not None,
    Format.ANALYZE: is_event,
    Format.STACK: _is_stack,
    Format.PREVIEW: _is_preview,
    Format.TERRAFORM: _is_terraform,
}
"""What tells each format, in this order."""


def looks_like_events(text: str) -> bool:
    """Whether a text is engine events, one for each line: whether its first line is one."""
    blank = _BLANK.match(text)
    begin = blank.end() if blank else 0
    end = text.find("\n", begin)
    first = text[begin : end if end >= 0 else None]
    return any(name in first[:_EVENT_HEAD] for name in _EVENTS) and is_event(_parsed(first))


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
