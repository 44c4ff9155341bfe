"""The baseline: a file that accepts existing violations, so that a check fails only for new ones."""

import json
from typing import Any

from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.json_text import JsonText
from scaleset_policies.reports.clean import clean
from scaleset_policies.results import Results

VERSION = 2
"""The version of the file's format."""
_READ = (1, VERSION)
"""The versions that can be read. Version 1 has fingerprints in which the path of a template counts."""


def load(text: str, file: str) -> frozenset[str]:
    """The fingerprints that a baseline file accepts.

    Raises:
        UnreadableError: it is not a baseline file.
    """
    document = JsonText(text, file)
    value: Any = document.value
    accepted = value.get("accepted") if isinstance(value, dict) else None
    if not isinstance(accepted, list) or value.get("version") not in _READ:
        message = f"expected a baseline file of version 1 or {VERSION}, as --write-baseline makes it"
        raise UnreadableError(file, message, line=1, column=1)
    marks = []
    for index, each in enumerate(accepted):
        mark = each.get("fingerprint") if isinstance(each, dict) else None
        if not isinstance(mark, str):
            line, column = document.locate(("accepted", index))
            raise UnreadableError(file, "expected an object with a fingerprint", line=line, column=column)
        marks.append(mark)
    return frozenset(marks)


def dump(results: Results) -> str:
    """The baseline that accepts every violation of ``results``; waived ones are left out."""
    accepted = [
        {
            "fingerprint": item.fingerprint,
            "rule": f"{item.violation.rule.id} {item.violation.rule.name}",
            "resource": clean(item.violation.resource.key),
            "path": clean(item.violation.path),
        }
        for item in results.items
        if not item.waived
    ]
    accepted.sort(key=lambda each: (each["resource"], each["rule"], each["path"], each["fingerprint"]))
    return json.dumps({"version": VERSION, "accepted": accepted}, indent=2, ensure_ascii=False) + "\n"
