"""Every report format: what it says, to the letter, and that its readers can read it."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from check import samples
from hypothesis import given, settings
from hypothesis import strategies as st

from scaleset_core.modes.evidence import Confidence, Source
from scaleset_policies import arm_types
from scaleset_policies.checking import Options, check_paths
from scaleset_policies.choices import Format, ReportFormat
from scaleset_policies.config import Waiver
from scaleset_policies.estate import Location, Resource
from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.outcome import Outcome
from scaleset_policies.report import Failure, Pass, Report, Undecided, Violation
from scaleset_policies.reports import write
from scaleset_policies.reports.clean import clean
from scaleset_policies.results import FileResult, Results
from scaleset_policies.rule import Category, Level, Rule, Scope, Severity
from scaleset_policies.rules import RULES

HERE = Path(__file__).parent
SCHEMA = json.loads((HERE / "data" / "sarif-schema-2.1.0.json").read_text("utf-8"))


SOURCE = Source(title="the test", url="https://example.com", confidence=Confidence.PAGE, read="2026-11-29")


def rule(number: int, level: Level, severity: Severity) -> Rule:
    """A rule that stays as it is when the real ones get better texts."""
    return Rule(
        id=f"TT{number:03}",
        name=f"test-rule-{number}",
        title=f"Rule {number} holds.",
        severity=severity,
        level=level,
        category=Category.CORRECTNESS,
        scope=Scope.RESOURCE,
        types=frozenset({arm_types.SCALE_SET}),
        path="a.b",
        reason="Azure refuses it: 100 %",
        remediation="leave a.b out",
        sources=(SOURCE,),
        decide=lambda estate, resource: Outcome(),  # noqa: ARG005 - never called
        tags=("WAF:Security",),
    )


def fixed_results(name: str = "web", *, baseline: bool = False) -> Results:
    """One of everything a report can hold."""
    first, second, third = (
        rule(1, Level.MANDATORY, Severity.HIGH),
        rule(2, Level.ADVISORY, Severity.LOW),
        rule(3, Level.MANDATORY, Severity.CRITICAL),
    )
    resource = Resource(
        key=f"urn:pulumi:dev::shop::set::{name}",
        type=arm_types.SCALE_SET,
        name=name,
        properties={"a": [{"name": "n", "b": 1}]},
        locate=lambda path: Location("infra/main.json", 12 if path else 3, 7, "/x"),
    )
    waiver = Waiver("*", "until the move", date(2999, 1, 1))

    def violation(of: Rule, path: str, accepted: Waiver | None = None) -> Violation:
        message = f"{name}: {path} is 1. {of.title} Why: {of.reason}. Instead: {of.remediation}."
        return Violation(of, resource, path, "1", message, of.level, accepted)

    report = Report(
        violations=(violation(first, "a[0].b"), violation(first, "a[0]"), violation(second, "c")),
        waived=(violation(third, "d", waiver),),
        undecided=(Undecided(third, resource, ("e.f",), Level.MANDATORY),),
        passes=(Pass(second, resource),),
        failures=(Failure(first, resource, "KeyError in rule.py:7"),),
        resources=1,
    )
    files = (FileResult("infra/main.json", Format.ARM, report, ("a note: 50 %",), ("with the values of p.json",)),)
    unread = (UnreadableError("infra/net, work.bicep", "it is Bicep source"),)
    errors = (UnreadableError("broken, one.json", "expected a value", line=2, column=5),)
    accepted = None
    if baseline:
        accepted = frozenset({Results(files).items[0].fingerprint, "of a violation that is gone"})
    return Results(files, errors, accepted, unread=unread)


@pytest.mark.parametrize("kind", list(ReportFormat))
@pytest.mark.parametrize("baseline", [False, True])
def test_reports_are_these_to_the_letter(kind: ReportFormat, baseline: bool) -> None:
    """A change in a report shows in the committed file; delete the file to write it again."""
    options = {"suppressed": True} if kind is ReportFormat.SARIF else {}
    text = write(fixed_results(baseline=baseline), kind, **options)
    if kind is ReportFormat.SARIF:
        document = json.loads(text)
        driver = document["runs"][0]["tool"]["driver"]
        driver["rules"] = [each for each in driver["rules"] if each["id"].startswith("TT")]
        driver["semanticVersion"] = "0"
        for result in document["runs"][0]["results"]:
            result["ruleIndex"] -= len(RULES)
        for each in document["runs"][0]["invocations"][0]["toolExecutionNotifications"]:
            if "associatedRule" in each:
                each["associatedRule"]["index"] -= len(RULES)
        text = json.dumps(document, indent=2) + "\n"
    golden = HERE / "golden" / f"{'baseline' if baseline else 'plain'}.{kind.value}"
    if not golden.exists():
        golden.write_text(text, encoding="utf-8")
        pytest.fail(f"{golden.name} was not there and has been written: look at it and run again")
    assert text == golden.read_text("utf-8")


@pytest.mark.parametrize("baseline", [False, True])
def test_sarif_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, baseline: bool) -> None:
    """Logs of the fixed results and of a real check are valid against the published schema of SARIF 2.1.0."""
    monkeypatch.chdir(tmp_path)
    Path("a b.json").write_text(samples.arm(), encoding="utf-8")
    Path("broken.json").write_text("{", encoding="utf-8")
    real = check_paths(["a b.json", "broken.json"], Options(baseline=frozenset({"x"}) if baseline else None))
    validator = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)
    for results in (fixed_results(baseline=baseline), real):
        log = json.loads(write(results, ReportFormat.SARIF, suppressed=True))
        assert list(validator.iter_errors(log)) == []
        run = log["runs"][0]
        rules = run["tool"]["driver"]["rules"]
        assert len(run["results"]) == len(results.items)
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            assert result["locations"][0]["physicalLocation"]["region"]["startLine"] > 0
        assert len(
            {result["partialFingerprints"]["scalesetRuleResourceProperty/v1"] for result in run["results"]}
        ) == len(run["results"])
    assert log["runs"][0]["artifacts"][0]["location"]["uri"] == "a%20b.json"


def test_what_is_accepted_is_left_out_of_sarif() -> None:
    """Code scanning of GitHub opens an alert for a suppressed result: it is written only if it is asked for."""
    results = fixed_results(baseline=True)
    shown = json.loads(write(results, ReportFormat.SARIF))["runs"][0]["results"]
    assert [each["properties"]["path"] for each in shown] == ["a[0]", "c"]
    assert not any("suppressions" in each for each in shown)


def test_the_schema_check_can_fail() -> None:
    """The schema that logs are checked against refuses what is not SARIF."""
    log = json.loads(write(fixed_results(), ReportFormat.SARIF))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert list(jsonschema.Draft4Validator(SCHEMA).iter_errors(log))


def test_every_rule_is_described() -> None:
    """The log describes every rule, with level, severity and help, whether it was broken or not."""
    log = json.loads(write(Results(()), ReportFormat.SARIF))
    described = {each["id"]: each for each in log["runs"][0]["tool"]["driver"]["rules"]}
    assert described.keys() == RULES.keys()
    for each in described.values():
        assert each["shortDescription"]["text"]
        assert each["help"]["markdown"]
        assert 0 < float(each["properties"]["security-severity"]) <= 10
        assert each["defaultConfiguration"]["level"] in {"error", "warning"}


def test_junit_counts_what_it_holds() -> None:
    """Passed, failed, skipped and unreadable cases, and totals that are their sums."""
    root = ET.fromstring(write(fixed_results(), ReportFormat.JUNIT))
    cases = root.findall(".//testcase")
    totals = {name: int(root.get(name, "-1")) for name in ("tests", "failures", "errors", "skipped")}
    assert totals == {"tests": 7, "failures": 2, "errors": 2, "skipped": 2}
    assert len(cases) == 7
    assert sum(case.find("failure") is not None for case in cases) == 2


NASTY = st.text(alphabet=st.characters(codec=None), max_size=20) | st.sampled_from(
    ["\x1b[31m", "a\ud800b", "::error::x", "]]>", "%0A", "\u202e", "{}", "\0", "<b>&"]
)


@settings(max_examples=150, deadline=None)
@given(NASTY, st.sampled_from(list(ReportFormat)))
def test_any_name_can_be_reported(name: str, kind: ReportFormat) -> None:
    """Whatever a resource is called, the report is valid in its format and can be written as UTF-8."""
    text = write(fixed_results(name), kind)
    text.encode("utf-8")
    lines = text.split("\n")
    if kind is ReportFormat.JUNIT:
        ET.fromstring(text)
    elif kind is ReportFormat.SARIF:
        assert list(jsonschema.Draft4Validator(SCHEMA).iter_errors(json.loads(text))) == []
    elif kind is ReportFormat.JSON:
        json.loads(text)
    elif kind is ReportFormat.GITHUB:
        assert [each.split(" ")[0] for each in lines[:-2]] == [
            "::error",
            "::error",
            "::error",
            "::error",
            "::warning",
            "::notice",
            "::notice",
            "::warning",
        ]
    assert not any(ord(letter) < 0x20 and letter != "\n" for letter in text)


def test_fingerprints_survive_new_neighbours() -> None:
    """A violation is recognised when its list grows in front of it, and distinguished from one at another item."""

    def marks(items: list[dict[str, Any]], index: int) -> str:
        of = rule(1, Level.MANDATORY, Severity.HIGH)
        resource = Resource(key="k", type=arm_types.SCALE_SET, name="n", properties={"list": items})
        found = Violation(of, resource, f"list[{index}].x", "", "", of.level)
        return Results((FileResult("f", Format.STACK, Report(violations=(found,))),)).items[0].fingerprint

    before, after = [{"name": "a"}], [{"name": "new"}, {"name": "a"}]
    assert marks(before, 0) == marks(after, 1)
    assert marks(after, 0) != marks(after, 1)


def test_clean_leaves_ordinary_text() -> None:
    """Letters of all scripts stay; what cannot be seen is written out."""
    assert clean("Grüße 東京 🙂") == "Grüße 東京 🙂"
    assert clean("a\x1bb\u200bc\ud800") == "a\\x1bb\\u200bc\\ud800"


def test_waivers_dates_are_dates() -> None:
    """The fixed results hold a waiver that has not expired."""
    waiver = fixed_results().items[-1].violation.waiver
    assert waiver is not None
    assert waiver.expires is not None
    assert waiver.expires > date(2998, 1, 1)
