"""The whole result of a check, as JSON."""

import json
from typing import Any

from scaleset_policies.reports.clean import clean
from scaleset_policies.results import FileResult, Item, Results
from scaleset_policies.suppression import Suppression


def render(results: Results) -> str:
    """The report as JSON."""
    document = {
        "version": 1,
        "summary": results.counts(),
        "files": [_file(file) for file in results.files],
        "errors": [
            {"file": clean(each.file), "line": each.line, "column": each.column, "message": clean(each.message)}
            for each in results.errors
        ],
        "unread": [{"file": clean(each.file), "message": clean(each.message)} for each in results.unread],
        "notes": [clean(each) for each in results.remarks],
        "violations": [_item(item) for item in results.items],
        "failures": [
            {
                "file": clean(file.file),
                "rule": each.rule.id,
                "name": each.rule.name,
                "resource": clean(each.resource.key),
                "error": each.error,
                "message": clean(each.message),
            }
            for file, each in results.failures
        ],
        "undecided": [
            {
                "file": clean(file.file),
                "rule": each.rule.id,
                "name": each.rule.name,
                "resource": clean(each.resource.key),
                "paths": [clean(path) for path in each.paths],
            }
            for file in results.files
            for each in file.report.undecided
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _file(file: FileResult) -> dict[str, Any]:
    return {
        "file": clean(file.file),
        "format": file.format.value,
        "resources": file.report.resources,
        "notes": [clean(note) for note in (*file.remarks, *file.notes)],
    }


def _item(item: Item) -> dict[str, Any]:
    violation, location = item.violation, item.violation.location
    waiver = violation.waiver
    return {
        "rule": violation.rule.id,
        "name": violation.rule.name,
        "level": item.level,
        "enforcementLevel": violation.level.value,
        "severity": violation.rule.severity.value,
        "file": clean(item.file.file),
        "line": location.line if location else 0,
        "column": location.column if location else 0,
        "resource": clean(violation.resource.key),
        "type": violation.resource.type,
        "path": clean(violation.path),
        "value": clean(violation.shown),
        "message": clean(violation.message),
        "remediation": violation.rule.remediation,
        "link": violation.rule.link,
        "fingerprint": item.fingerprint,
        "accepted": item.accepted,
        "waiver": {
            "reason": clean(waiver.reason),
            "expires": waiver.expires.isoformat() if waiver.expires else None,
            "inSource": isinstance(waiver, Suppression),
        }
        if waiver
        else None,
    }
