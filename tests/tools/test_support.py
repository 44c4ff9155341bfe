"""docs/support.md and SECURITY.md: what they say is what the metadata, the locks, the workflow and the code have."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from devkit import paths, support
from scaleset_operations import statedir

PAGE = support.PAGE.read_text(encoding="utf-8")
FORMS = paths.ROOT / ".github" / "ISSUE_TEMPLATE"


def test_the_tables_are_current() -> None:
    """The committed tables are what the metadata, locks and workflow say now."""
    assert support.current(PAGE) == PAGE, "run `python -m devkit.support`"


def test_what_is_tested_is_what_is_declared() -> None:
    """In each row the tested releases are within the declared bounds, and the oldest one is the lower bound."""
    rows = re.findall(r"^\| .*\(`([\w-]+)`\) \| (\S+) \| (\S+) \| (\S+) \|$", support.facts(), re.MULTILINE)
    assert {name for name, *_ in rows} == {"pulumi", "pulumi-azure-native", "pulumi-policy", "pydantic"}
    for name, declared, oldest, newest in rows:
        bounds = SpecifierSet(declared)
        assert {oldest, newest} <= set(bounds.filter([oldest, newest])), name
        assert Version(oldest) <= Version(newest)
        lowest = [each.version for each in bounds if each.operator == ">="]
        assert [Version(each) for each in lowest] == [Version(oldest)], name


def test_the_python_of_the_metadata_is_the_one_that_is_tested() -> None:
    """Every distribution asks for the Python that CI runs, and names no other in its classifiers."""
    tested = re.search(r"^\| Python \| >=(\S+) \| (\S+) \| (\S+) \|$", PAGE, re.MULTILINE)
    assert tested is not None
    assert len(set(tested.groups())) == 1
    for file in paths.ROOT.glob("*/pyproject.toml"):
        project = tomllib.loads(file.read_text(encoding="utf-8")).get("project")
        if project is None:
            continue
        assert project["requires-python"] == f">={tested[1]}"
        named = {each.rpartition(" ")[2] for each in project.get("classifiers", ()) if "Python :: 3." in each}
        assert named <= {tested[1]}, file


def test_both_locks_are_tested_on_each_change() -> None:
    """CI's script runs the tests with the newest and with the oldest releases."""
    script = (paths.ROOT / ".ci" / "run").read_text(encoding="utf-8").split("\n")
    assert {"make test", "make test-oldest"} <= set(script)


def test_a_page_without_its_markers_is_refused() -> None:
    """The tables are never appended by guess."""
    with pytest.raises(ValueError, match=r"support\.md lacks"):
        support.current("# Support\n")


def test_files_are_the_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As SECURITY.md says: what the command keeps is closed to other users, whatever the umask."""
    assert "0600" in (paths.ROOT / "SECURITY.md").read_text(encoding="utf-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    before = os.umask(0)
    try:
        folder = statedir.folder("journals")
        statedir.write_private(folder / "one", "text")
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "one").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["bug.yml", "rule.yml", "feature.yml"])
def test_the_forms_for_issues(name: str) -> None:
    """Each form has what GitHub asks of one, ids that are unique, and a required field; blank issues are off."""
    form = yaml.safe_load((FORMS / name).read_text(encoding="utf-8"))
    assert {"name", "description", "body"} <= form.keys()
    fields = [each for each in form["body"] if each["type"] != "markdown"]
    assert {each["type"] for each in form["body"]} <= {"markdown", "input", "textarea", "dropdown", "checkboxes"}
    assert len({each["id"] for each in fields}) == len(fields)
    assert all(each["attributes"]["label"] for each in fields)
    assert any(each.get("validations", {}).get("required") for each in fields)


def test_where_else_to_go() -> None:
    """Vulnerabilities are not reported in an issue: the chooser points to SECURITY.md, and blank issues are off."""
    config = yaml.safe_load((FORMS / "config.yml").read_text(encoding="utf-8"))
    assert config["blank_issues_enabled"] is False
    assert any("SECURITY.md" in each["url"] for each in config["contact_links"])


def test_the_forms_ask_for_what_exists() -> None:
    """A command that a form asks to run runs."""
    text = "".join(file.read_text(encoding="utf-8") for file in FORMS.iterdir())
    commands = set(re.findall(r"`(scaleset [a-z -]+)`", text))
    assert commands
    for command in commands:
        program = Path(sys.executable).with_name("scaleset")
        subprocess.run([program, *command.split()[1:], "--help"], check=True, capture_output=True)
