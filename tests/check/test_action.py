"""The GitHub Action (`action.yml`): its steps, run as GitHub runs them, check a repository and write its report."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.utils import canonicalize_name
from support.strangers import index_variables
from support.templates import BAD, GOOD

from docs_site import pages

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


@dataclass(frozen=True)
class Ran:
    """What a step did: its exit code, all that it printed, and the outputs that it set."""

    code: int
    printed: str
    outputs: Mapping[str, str]


def evaluated(text: str, inputs: Mapping[str, str], temporary: Path) -> str:
    """A value of the action with its expressions evaluated; an unknown expression is an error."""
    known = {"github.action_path": str(ROOT), "runner.temp": str(temporary)}
    known |= {f"inputs.{name}": str(each.get("default", "")) for name, each in ACTION["inputs"].items()}
    known |= {f"inputs.{name}": value for name, value in inputs.items()}
    return re.sub(r"\$\{\{\s*([\w.-]+)\s*\}\}", lambda match: known[match[1]], text)


def step(name: str, inputs: Mapping[str, str], temporary: Path, repository: Path) -> Ran:
    """Run a step with GitHub's shell, in a repository and in an environment that has only what GitHub gives."""
    (spec,) = [each for each in ACTION["runs"]["steps"] if each["name"] == name]
    assert "${{" not in spec["run"], "an input in a script is run as code"
    output = temporary / "output.txt"
    output.write_text("")
    script = temporary / "step.sh"
    script.write_text(spec["run"])
    env = {"PATH": os.defpath, "HOME": str(temporary), "GITHUB_OUTPUT": str(output)}
    env |= index_variables()
    env |= {key: evaluated(value, inputs, temporary) for key, value in spec["env"].items()}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    done = subprocess.run(command, cwd=repository, env=env, capture_output=True, text=True, check=False)
    outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
    return Ran(done.returncode, done.stdout + done.stderr, outputs)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runner's temporary folder after the first step."""
    temporary = tmp_path_factory.mktemp("runner")
    done = step("Install", {"python": sys.executable}, temporary, temporary)
    assert done.code == 0, done.printed
    return temporary


@pytest.mark.long
def test_the_environment_has_the_tested_releases(installed: Path) -> None:
    """The first step installs the pins of the policies' folder, and no package of Pulumi or Azure."""
    listing = [str(installed / "scaleset-check" / "bin" / "pip"), "list", "--format", "json"]
    done = subprocess.run(listing, capture_output=True, text=True, check=True)
    have = {str(canonicalize_name(each["name"])): each["version"] for each in json.loads(done.stdout)}
    have.pop("setuptools", None)  # Python puts its own into each new environment
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "policies" / "requirements.txt").read_text(), re.MULTILINE))
    shared = {name: version for name, version in pinned.items() if canonicalize_name(name) in have}
    assert len(shared) >= 5
    assert shared == {name: have[canonicalize_name(name)] for name in shared}
    assert not [name for name in have if name.startswith(("azure", "pulumi-azure-native", "grpc"))]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a good template, a bad one in a folder with a blank in its name's neighbour, and settings."""
    (tmp_path / "infra").mkdir()
    (tmp_path / "good.json").write_text(json.dumps(GOOD))
    (tmp_path / "infra" / "bad.json").write_text(json.dumps(BAD, indent=2))
    return tmp_path


def test_the_action_has_the_shape_of_a_composite_one() -> None:
    """Name, description, described inputs with defaults; every step names its shell; every input is used."""
    assert {"name", "description", "inputs", "outputs", "runs"} <= ACTION.keys()
    assert ACTION["runs"]["using"] == "composite"
    for spec in ACTION["runs"]["steps"]:
        assert spec["shell"] == "bash"
        assert "run" in spec
    for name, spec in ACTION["inputs"].items():
        assert spec["description"].endswith(".")
        assert isinstance(spec["default"], str)
        assert f"inputs.{name} }}}}" in (ROOT / "action.yml").read_text("utf-8")


def test_the_workflow_of_the_page() -> None:
    """The workflow in docs/check.md uses the action with inputs that it has, and hands its report on."""
    (block,) = pages.of("tests/check/test_action.py::test_the_workflow_of_the_page")
    workflow = yaml.safe_load(block.text)
    assert workflow["permissions"] == {"contents": "read", "security-events": "write"}
    (job,) = workflow["jobs"].values()
    (ours,) = [each for each in job["steps"] if "pulumi-azure-scaleset@" in each["uses"]]
    assert set(ours["with"]) <= ACTION["inputs"].keys()
    (upload,) = [each for each in job["steps"] if each["uses"].startswith("github/codeql-action/upload-sarif@")]
    assert upload["with"]["sarif_file"] == ours["with"]["sarif"]
    assert upload["if"] == "always()"


@pytest.mark.long
def test_a_good_template_passes(installed: Path, repository: Path) -> None:
    """The step ends with 0 where there is nothing to find, and writes no report that nobody asked for."""
    done = step("Check", {"paths": "good.json"}, installed, repository)
    assert (done.code, done.outputs) == (0, {}), done.printed


@pytest.mark.long
def test_a_bad_template_fails_with_annotations(installed: Path, repository: Path) -> None:
    """By default the whole repository is read, and a violation is an annotation beside its line and exit code 1."""
    done = step("Check", {}, installed, repository)
    assert done.code == 1, done.printed
    assert re.search(r"^::error .*file=infra/bad\.json,line=\d+", done.printed, re.MULTILINE)


@pytest.mark.long
def test_the_sarif_report(installed: Path, repository: Path) -> None:
    """With `sarif` the report is written before the step fails, and is the action's output."""
    done = step("Check", {"paths": "good.json\n  infra", "sarif": "scaleset.sarif"}, installed, repository)
    assert (done.code, done.outputs) == (1, {"sarif": "scaleset.sarif"}), done.printed
    report = json.loads((repository / "scaleset.sarif").read_text())
    assert report["version"] == "2.1.0"
    places = [each["locations"][0]["physicalLocation"]["artifactLocation"] for each in report["runs"][0]["results"]]
    assert {each["uri"] for each in places} == {"infra/bad.json"}


@pytest.mark.long
def test_settings_reach_the_check(installed: Path, repository: Path) -> None:
    """`fail-on`, `format`, `config` and `baseline` do what the options of their names do."""
    everything = {"paths": "infra", "fail-on": "never", "format": "json"}
    done = step("Check", everything, installed, repository)
    assert done.code == 0
    found = {each["name"] for each in json.loads(done.printed)["violations"]}
    assert found
    (repository / "off.json").write_text(json.dumps(dict.fromkeys(found, "disabled")))
    off = step("Check", {"paths": "infra", "config": "off.json", "fail-on": "warning"}, installed, repository)
    assert off.code == 0, off.printed
    scaleset = installed / "scaleset-check" / "bin" / "scaleset"
    write = [str(scaleset), "check", "infra", "--write-baseline", "accepted.json"]
    subprocess.run(write, cwd=repository, capture_output=True, check=False)
    accepted = {"paths": "infra", "baseline": "accepted.json", "fail-on": "warning"}
    assert step("Check", accepted, installed, repository).code == 0


@pytest.mark.long
@pytest.mark.parametrize("text", ["missing.json", "$(touch ran)", "good.json; touch ran", "`touch ran`", "--help"])
def test_an_input_is_never_run(text: str, installed: Path, repository: Path) -> None:
    """A path that is none ends with 2, whatever it looks like to a shell or to the command."""
    done = step("Check", {"paths": text, "sarif": "out.sarif"}, installed, repository)
    assert done.code == 2, done.printed
    assert not (repository / "ran").exists()


def test_an_old_python_is_told(tmp_path: Path) -> None:
    """Without Python 3.11 the first step says what to do, as an annotation, and installs nothing."""
    old = tmp_path / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = step("Install", {"python": str(old)}, tmp_path, tmp_path)
    assert done.code == 2
    assert done.printed.startswith("::error title=scaleset check::Python 3.11 or later is needed")
    assert not (tmp_path / "scaleset-check").exists()
