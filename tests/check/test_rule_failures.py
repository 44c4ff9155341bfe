"""A rule whose own code fails: a separate error in every report and in the pack, never called "not known yet"."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from check import samples
from policies.programs import ask, estate_of
from pulumi_policy import EnforcementLevel
from pulumi_policy.policy import _PolicyAnalyzerServicer
from typer.testing import CliRunner, Result

from scaleset_core.command.main import app
from scaleset_core.facts.properties import NotKnownError
from scaleset_policies import engine
from scaleset_policies.checking import Options, check_paths
from scaleset_policies.choices import FailOn
from scaleset_policies.config_reading import load
from scaleset_policies.crossguard import policies
from scaleset_policies.crossguard.serving import ScaleSetAnalyzer
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.examples import EXAMPLES
from scaleset_policies.outcome import Outcome, Verdict
from scaleset_policies.results import Exit
from scaleset_policies.rule import Rule
from scaleset_policies.rules import RULES

SECRET = "hunter2-Canary!"
RESOURCE_RULE, STACK_RULE = "SS016", "SS069"


def broken(number: str) -> Rule:
    """The rule with a decision that fails, and whose words hold a secret."""

    def decide(_: Estate, __: Resource) -> Outcome:
        raise KeyError(SECRET)

    return dataclasses.replace(RULES[number], decide=decide)


@pytest.fixture(autouse=True)
def one_rule_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SS016 fails in everything that checks, on a template that is right otherwise."""
    monkeypatch.setattr(engine, "RULES", {**RULES, RESOURCE_RULE: broken(RESOURCE_RULE)})
    monkeypatch.chdir(tmp_path)
    Path("web.json").write_text(samples.arm("Uniform", nat_pool=False), encoding="utf-8")


def run(*arguments: str) -> Result:
    """``scaleset check web.json``; it ends by itself and tells no secret."""
    found = CliRunner().invoke(app, ["check", "web.json", *arguments])
    assert isinstance(found.exception, SystemExit)
    assert SECRET not in found.output
    assert "Traceback" not in found.output
    return found


@pytest.mark.parametrize("fail_on", list(FailOn))
def test_the_check_is_not_complete(fail_on: FailOn) -> None:
    """Exit code 2 whatever counts, also where nothing else would fail it."""
    assert run("--fail-on", fail_on.value).exit_code == 2


def test_the_text_names_rule_resource_and_error() -> None:
    """A person reads which rule failed where and with what, that it is our fault, and how to go on."""
    text = run().output
    assert "failed web.json:" in text
    assert "SS016 nat-pool-on-flexible failed at web with KeyError in test_rule_failures.py:" in text
    assert "please report it" in text
    assert '"nat-pool-on-flexible": "disabled"' in text
    assert "1 rule failed: the result is not complete" in text
    assert "SS016 nat-pool-on-flexible could not be decided" not in text


def test_json_lists_failures_of_their_own() -> None:
    """A failure is listed beside violations and undecided rules, and is counted."""
    report = json.loads(run("--format", "json").stdout)
    (failure,) = report["failures"]
    assert (failure["rule"], failure["name"], failure["file"]) == ("SS016", "nat-pool-on-flexible", "web.json")
    assert failure["error"].startswith("KeyError in test_rule_failures.py:")
    assert report["summary"]["failed"] == 1
    assert "SS016" not in {each["rule"] for each in report["undecided"]}


def test_sarif_has_a_notification_of_the_tool() -> None:
    """Code scanning gets the information that the run was not successful, with the rule and the exception."""
    log = json.loads(run("--format", "sarif").stdout)["runs"][0]
    invocation = log["invocations"][0]
    assert invocation["executionSuccessful"] is False
    (found,) = [each for each in invocation["toolExecutionNotifications"] if each["level"] == "error"]
    rule = found["associatedRule"]
    assert (rule["id"], log["tool"]["driver"]["rules"][rule["index"]]["id"]) == ("SS016", "SS016")
    assert found["exception"]["kind"] == "KeyError"


def test_junit_has_an_error_and_github_an_annotation() -> None:
    """A pipeline shows the case as an error, neither passed, failed nor skipped, and the annotation at its line."""
    root = ET.fromstring(run("--format", "junit").stdout)
    (case,) = [each for each in root.iter("testcase") if each.get("name") == "SS016 nat-pool-on-flexible"]
    assert [(each.tag, each.get("type")) for each in case] == [("error", "KeyError")]
    assert root.get("errors") == "1"
    lines = run("--format", "github").stdout.splitlines()
    (line,) = [each for each in lines if "SS016" in each]
    assert line.startswith("::error file=web.json,line=")
    assert "title=SS016 nat-pool-on-flexible failed" in line


def test_without_the_rule_the_check_goes_on() -> None:
    """A rule that is disabled is not run, so it cannot fail."""
    config = load({"SS016": "disabled"}, RULES)
    assert check_paths(["web.json"], Options(config=config)).exit(FailOn.ERROR) is Exit.CLEAN


def test_what_is_not_known_is_no_failure() -> None:
    """A decision that meets an unknown value is undecided, with the value's path."""

    def decide(_: Estate, __: Resource) -> Outcome:
        raise NotKnownError("sku.name")

    rule = dataclasses.replace(RULES[RESOURCE_RULE], decide=decide)
    resource = Resource(key="web", type=next(iter(rule.types)), name="web", properties={})
    outcome = rule.evaluate(Estate([resource]), resource)
    assert (outcome.verdict, outcome.undecided) == (Verdict.UNDECIDED, ("sku.name",))


@pytest.mark.parametrize("number", [RESOURCE_RULE, STACK_RULE])
def test_the_pack_stops_the_deployment_and_says_why(number: str) -> None:
    """One mandatory diagnostic of the rule, whatever its level; the other rules are still decided."""
    rules = {**RULES, number: broken(number)}
    servicer = ScaleSetAnalyzer("azure-scaleset", "0.1.0", policies(rules), EnforcementLevel.ADVISORY)
    found = ask(servicer, estate_of(EXAMPLES["overprovision-on-flexible"].bad))
    (told,) = [each for each in found if each.policy == rules[number].name]
    assert told.level == 1
    assert "with KeyError in" in told.message
    assert "please report it" in told.message
    assert SECRET not in told.message
    assert "overprovision-on-flexible" in {each.policy for each in found}


@pytest.mark.parametrize("number", [RESOURCE_RULE, STACK_RULE])
def test_the_pack_stops_under_the_analyzer_of_the_sdk_too(number: str) -> None:
    """Where nothing collects failures the policy itself raises, with the same words."""
    rules: Any = {**RULES, number: broken(number)}
    servicer = _PolicyAnalyzerServicer("azure-scaleset", "0.1.0", policies(rules), EnforcementLevel.ADVISORY)
    with pytest.raises(RuntimeError, match="please report it") as raised:
        ask(servicer, estate_of(EXAMPLES["overprovision-on-flexible"].bad))
    assert SECRET not in str(raised.value)
