"""Levels in a SARIF log, and what a new baseline accepts."""

from __future__ import annotations

import json

import pytest
from check.test_reports import fixed_results, rule

from scaleset_policies import arm_types, baseline
from scaleset_policies.choices import Format, ReportFormat
from scaleset_policies.estate import Resource
from scaleset_policies.report import Report, Violation
from scaleset_policies.reports import write
from scaleset_policies.results import FileResult, Results
from scaleset_policies.rule import Level, Severity


@pytest.mark.parametrize(
    ("level", "expected"), [(Level.ADVISORY, "warning"), (Level.MANDATORY, "error"), (Level.REMEDIATE, "error")]
)
def test_the_levels_of_a_log(level: Level, expected: str) -> None:
    """What stops a deployment or would be corrected in it is an error, what only advises a warning."""
    of = rule(1, level, Severity.HIGH)
    resource = Resource(key="k", type=arm_types.SCALE_SET, name="n", properties={})
    report = Report(violations=(Violation(of, resource, "a", "", "", of.level),))
    results = Results((FileResult("f", Format.STACK, report),))
    run = json.loads(write(results, ReportFormat.SARIF))["runs"][0]
    assert [each["level"] for each in run["results"]] == [expected]
    described = next(each for each in run["tool"]["driver"]["rules"] if each["id"] == "TT001")
    assert described["defaultConfiguration"] == {"level": expected, "enabled": True}
    assert described["properties"]["problem.severity"] == expected
    assert described["properties"]["security-severity"] == "8.0"


def test_a_new_baseline_has_no_waived_violations() -> None:
    """A waiver ends by itself; in a baseline the violation would stay accepted for ever."""
    results = fixed_results()
    accepted = json.loads(baseline.dump(results))["accepted"]
    assert [(each["rule"], each["path"]) for each in accepted] == [
        ("TT001 test-rule-1", "a[0]"),
        ("TT001 test-rule-1", "a[0].b"),
        ("TT002 test-rule-2", "c"),
    ]
    assert [item.violation.path for item in results.items if item.waived] == ["d"]
