"""``scaleset check --compare``: another tool's SARIF beside our findings, by the ids that rules have as aliases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from check import samples
from typer.testing import CliRunner, Result

from scaleset_core.command.main import app


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A template in the working directory, whose set breaks SS102 (encryption at host) and others."""
    monkeypatch.chdir(tmp_path)
    document = json.loads(samples.arm("Flexible", nat_pool=False))
    Path("infra").mkdir()
    Path("infra/web.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
    return tmp_path


def line_of(text: str) -> int:
    """The line of the template with this text, where the resource with it begins two lines before or so."""
    lines = Path("infra/web.json").read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def sarif(*results: dict[str, Any], tool: str = "Checkov", rules: tuple[dict[str, str], ...] = ()) -> None:
    """Write ``other.sarif``."""
    run = {"tool": {"driver": {"name": tool, "rules": list(rules)}}, "results": list(results)}
    Path("other.sarif").write_text(json.dumps({"version": "2.1.0", "runs": [run]}), encoding="utf-8")


def at(number: str, *, line: int = 0, name: str = "", uri: str = "infra/web.json", **more: Any) -> dict[str, Any]:
    """One result."""
    place: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": uri}}}
    if line:
        place["physicalLocation"]["region"] = {"startLine": line, "endLine": line + 3}
    if name:
        place["logicalLocations"] = [{"name": name}]
    return {"ruleId": number, "message": {"text": "x"}, "locations": [place], **more}


def run(*arguments: str) -> Result:
    """The command; it ends by itself."""
    result = CliRunner().invoke(app, ["check", "infra", "--compare", "other.sarif", *arguments])
    assert isinstance(result.exception, SystemExit) or result.exit_code == 0
    return result


def rows(*arguments: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Who sees what, and the note, by both ids."""
    document = json.loads(run("--output", "json", *arguments).stdout)
    return {(each["rule"], each["theirs"]): (each["seen"], each["note"]) for each in document["rows"]}


@pytest.mark.usefixtures("folder")
def test_what_both_see_is_told_once_by_name_or_by_line() -> None:
    """An alias at the same resource is one row: by the resource's name, or by lines inside of it."""
    line = line_of('"Microsoft.Compute/virtualMachineScaleSets"')
    for where in ({"name": "web"}, {"line": line}):
        sarif(at("CKV_AZURE_97", **where))
        found = rows()
        assert found["SS102", "CKV_AZURE_97"] == ("both", "")
        assert ("only here", "the other tool has no known id for this rule") in found.values()


@pytest.mark.usefixtures("folder")
def test_what_only_they_see_says_why() -> None:
    """An id that no rule has, a rule that passes, a file that was not checked: each is reported as such."""
    sarif(at("CKV_AZURE_999", name="web"), at("CKV_AZURE_179", name="web"), at("CKV_AZURE_97", uri="else/main.json"))
    found = rows()
    assert found["", "CKV_AZURE_999"] == ("only there", "no rule has this id")
    assert found["SS132", "CKV_AZURE_179"] == ("only there", "passed")
    assert "else/main.json" in run().stdout
    assert "the file was not checked" in run().stdout


@pytest.mark.usefixtures("folder")
def test_what_is_suppressed_or_passed_there_is_no_finding() -> None:
    """Then only we see it, with the id that they have for it."""
    sarif(at("CKV_AZURE_97", name="web", suppressions=[{"kind": "inSource"}]), at("CKV_AZURE_97", kind="pass"))
    assert rows()["SS102", "CKV_AZURE_97"] == ("only here", "")


@pytest.mark.usefixtures("folder")
def test_names_of_rules_and_old_prefixes_are_ids_too() -> None:
    """Trivy's AVD- is left out; PSRule has a reference and a name."""
    sarif(at("AVD-AZU-0068", name="web"), tool="Trivy")
    assert rows()["SS107", "AVD-AZU-0068"] == ("only there", "undecided")
    sarif(at("Azure.VMSS.AMA", name="web"), tool="PSRule", rules=({"id": "Azure.VMSS.AMA", "name": "AZR-000346"},))
    assert rows()["SS129", "Azure.VMSS.AMA"] == ("both", "")


@pytest.mark.usefixtures("folder")
def test_the_table_has_a_summary_and_the_exit_code_is_the_checks() -> None:
    """Text ends with the numbers; what fails the check fails it as without a comparison."""
    sarif(at("CKV_AZURE_97", name="web"))
    result = run()
    assert "Compared with Checkov: 1 both, " in result.stdout
    assert result.exit_code == CliRunner().invoke(app, ["check", "infra"]).exit_code
    run("--output-file", "table.txt")
    assert Path("table.txt").read_text("utf-8") == result.stdout


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("text", ["", "{}", "[]", '{"runs": [{}]}', '{"runs": 1}', "{ no json"])
def test_what_is_no_sarif_is_told(text: str) -> None:
    """With the file's name and what was expected, never a traceback."""
    Path("other.sarif").write_text(text, encoding="utf-8")
    result = run()
    assert result.exit_code == 2
    assert "other.sarif: expected a SARIF report" in result.stderr


@pytest.mark.usefixtures("folder")
def test_other_formats_are_refused() -> None:
    """A comparison is text or JSON."""
    sarif()
    result = run("--output", "junit")
    assert result.exit_code == 2
    assert "--compare writes text or json" in result.stderr
