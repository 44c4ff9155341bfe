"""SARIF 2.1.0, as code scanning services read it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import json
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final
from urllib.parse import quote

from scaleset_core.modes.evidence import named
from scaleset_policies.estate import Location
from scaleset_policies.report import Failure
from scaleset_policies.reports.clean import clean
from scaleset_policies.results import FileResult, Item, Results
from scaleset_policies.rule import Level, Rule, Severity
from scaleset_policies.rules import RULES
from scaleset_policies.suppression import Suppression

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_SECURITY: Final = {Severity.LOW: "3.0", Severity.MEDIUM: "5.5", Severity.HIGH: "8.0", Severity.CRITICAL: "9.5"}
"""GitHub's scale: low up to 3.9, medium to 6.9, high to 8.9, critical above."""


def render(results: Results, *, suppressed: bool = False) -> str:
    """The report as a SARIF log with one run.

    Args:
        results: What was found.
        suppressed: Whether what a waiver, a suppression or the baseline accepts is in it, as suppressed results. Code
            scanning of GitHub shows those as open, so they are left out unless they are asked for.
    """
    rules = {**RULES, **{each.id: each for each in results.rules.values() if each.id not in RULES}}
    indexes = {rule_id: index for index, rule_id in enumerate(rules)}
    driver: dict[str, Any] = {
        "name": "scaleset",
        "rules": [_rule(rule) for rule in rules.values()],
    }
    number = _version()
    if number:
        driver["semanticVersion"] = number
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "scaleset-check/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(results, indexes)],
        "artifacts": [{"location": {"uri": uri(file.file)}} for file in results.files],
        "results": [
            _result(item, indexes, baseline=results.baseline is not None)
            for item in results.items
            if suppressed or item.counts
        ],
        "properties": {"summary": results.counts()},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _version() -> str:
    try:
        return version("pulumi-azure-scaleset")
    except PackageNotFoundError:
        return ""


def _rule(rule: Rule) -> dict[str, Any]:
    why = f"{rule.title} Why: {rule.reason}."
    conflict = ""
    if rule.conflict is not None:
        conflict = f" Microsoft's sources conflict: {rule.conflict.stale}; this rule follows {rule.conflict.followed}."
    markdown = f"**{clean(rule.title)}**\n\nWhy: {clean(rule.reason)}.\n\nInstead: {clean(rule.remediation)}."
    online = bool(rule.url)
    more = f"[{rule.id}]({rule.link})" if online else f"`{rule.link}`"
    described = {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": clean(rule.title)},
        "fullDescription": {"text": clean(why + conflict)},
        "help": {
            "text": clean(f"{why} Instead: {rule.remediation}.{conflict} Source: {named(rule.sources)}"),
            "markdown": f"{markdown}{clean(conflict)}\n\nSource: {clean(named(rule.sources))}\n\n{more}",
        },
        "defaultConfiguration": {"level": _level(rule.level), "enabled": rule.level is not Level.DISABLED},
        "properties": {
            "tags": list(dict.fromkeys((rule.category.value, *rule.tags))),
            "security-severity": _SECURITY[rule.severity],
            "precision": "very-high",
            "problem.severity": _level(rule.level),
        },
    }
    pages = [rule.url, *(source.url for source in rule.sources)]
    if page := next(filter(None, pages), ""):
        described["helpUri"] = page
    return described


def _level(level: Level) -> str:
    return "error" if level in {Level.MANDATORY, Level.REMEDIATE} else "warning"


def _result(item: Item, indexes: dict[str, int], *, baseline: bool) -> dict[str, Any]:
    violation = item.violation
    resource = violation.resource
    logical = {"name": clean(resource.name), "fullyQualifiedName": clean(resource.key), "kind": "resource"}
    result: dict[str, Any] = {
        "ruleId": violation.rule.id,
        "ruleIndex": indexes[violation.rule.id],
        "level": item.level,
        "message": {"text": clean(violation.message)},
        "locations": [
            {"physicalLocation": physical(item.file.file, violation.location), "logicalLocations": [logical]}
        ],
        "partialFingerprints": {
            "scalesetRuleResourceProperty/v1": item.earlier,
            "scalesetRuleResourceProperty/v2": item.fingerprint,
        },
        "properties": {"path": clean(violation.path), "enforcementLevel": violation.level.value},
    }
    if violation.waiver is not None:
        reason = f"{violation.waiver.reason} ({violation.waiver.until})"
        kind = "inSource" if isinstance(violation.waiver, Suppression) else "external"
        result["suppressions"] = [{"kind": kind, "status": "accepted", "justification": clean(reason)}]
    elif item.accepted:
        justification = "accepted by the baseline file"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": justification}]
    if baseline:
        result["baselineState"] = "unchanged" if item.accepted else "new"
    return result


def physical(file: str, location: Location | None) -> dict[str, Any]:
    """A place in a file."""
    place: dict[str, Any] = {"artifactLocation": {"uri": uri(file)}}
    if location is not None and location.line:
        place["region"] = {"startLine": location.line, "startColumn": max(location.column, 1)}
    return place


def uri(file: str) -> str:
    """A file's relative or absolute URI."""
    encoded = quote(file.encode("utf-8", "backslashreplace"), safe="/~-._")
    return f"file://{encoded}" if encoded.startswith("/") else encoded


def _invocation(results: Results, indexes: dict[str, int]) -> dict[str, Any]:
    notifications = [
        {
            "level": "error",
            "message": {"text": clean(error.message)},
            "locations": [{"physicalLocation": physical(error.file, Location(error.file, error.line, error.column))}],
        }
        for error in results.errors
    ]
    notifications += [_failure(file, each, indexes) for file, each in results.failures]
    notifications += [_notification("warning", each.message, each.file) for each in results.unread]
    notifications += [
        _notification("note", note, file.file) for file in results.files for note in (*file.remarks, *file.notes)
    ]
    notifications += [{"level": "note", "message": {"text": clean(each)}} for each in results.remarks]
    return {
        "executionSuccessful": not results.errors and not results.failures,
        "toolExecutionNotifications": notifications,
    }


def _notification(level: str, text: str, file: str) -> dict[str, Any]:
    place = {"physicalLocation": physical(file, None)}
    return {"level": level, "message": {"text": clean(text)}, "locations": [place]}


def _failure(file: FileResult, failure: Failure, indexes: dict[str, int]) -> dict[str, Any]:
    index = indexes.get(failure.rule.id)
    rule: dict[str, Any] = {"id": failure.rule.id, **({} if index is None else {"index": index})}
    resource = failure.resource
    logical = {"name": clean(resource.name), "fullyQualifiedName": clean(resource.key), "kind": "resource"}
    place = {"physicalLocation": physical(file.file, resource.where()), "logicalLocations": [logical]}
    return {
        "level": "error",
        "message": {"text": clean(failure.message)},
        "associatedRule": rule,
        "exception": {"kind": failure.kind, "message": failure.error},
        "locations": [place],
    }
