"""The files of examples/ci run as they are written, step by step, in a repository that has copied them.

What a runner does around the steps is simulated. `uses:` steps and tasks give what they give there (a checkout, a
separate Python, Pulumi on PATH). Expressions are replaced, and the address of the release is a folder with its files.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.strangers import stranger
from support.templates import BAD_FILE, GOOD

from arm_simulator.testing import RunningSimulator
from devkit import dist, engine, launchers, paths

pytestmark = [pytest.mark.long, pytest.mark.engine]

CI = paths.ROOT / "examples" / "ci"
PLAYED = {"actions/checkout", "actions/setup-python", "pulumi/actions", "github/codeql-action/upload-sarif"}
PROGRAM = """
name: shop
runtime: yaml
config: {azure-native:location: {value: westeurope}}
resources:
  group: {type: azure-native:resources:ResourceGroup, properties: {resourceGroupName: shop}}
  web:
    type: azure-native:compute:VirtualMachineScaleSet
    properties:
      resourceGroupName: ${group.name}
      vmScaleSetName: web
      orchestrationMode: Flexible
      platformFaultDomainCount: 1
"""


@dataclass(frozen=True)
class Runner:
    """A job's machine: a folder with the repository, a separate Python, and variables."""

    repository: Path
    variables: Mapping[str, str]

    def run(self, script: str, *, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run the text of a step as GitHub's and Azure's runners do: with bash, stopping at the first failure."""
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.repository,
            env={**self.variables, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a release."""
    folder = tmp_path_factory.mktemp("release")
    dist.build_release(folder)
    return folder


@pytest.fixture
def runner(files: Path, tmp_path: Path, simulator: RunningSimulator) -> Runner:
    """A machine with a repository that has a template, a program, and what the examples say to copy."""
    repository = tmp_path / "repository"
    (repository / "infra").mkdir(parents=True)
    (repository / "infra" / "main.json").write_text(json.dumps(GOOD))
    (repository / "Pulumi.yaml").write_text(PROGRAM)
    shutil.copy(CI / "policy-config.json", repository)
    (repository / ".github" / "scaleset").mkdir(parents=True)
    for lock in files.glob("pulumi-azure-scaleset-policies*.lock"):
        shutil.copy(lock, repository / ".github" / "scaleset")
        shutil.copy(lock, repository)
    found = engine.ensure()
    launchers.install_language_host(found)
    launchers.install_provider(tmp_path / "pulumi-home")
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "python")], check=True)
    variables = stranger(found, tmp_path, tmp_path / "python" / "bin", "/usr/bin", "/bin") | {
        "SCALESET_ARM_ENDPOINT": simulator.endpoint,
        "SCALESET_ARM_TOKEN": simulator.token,
        "ARM_SUBSCRIPTION_ID": "00000000-0000-4000-8000-0000000000bb",
    }
    return Runner(repository, variables)


def as_here(value: Mapping[str, Any], files: Path) -> dict[str, str]:
    """Variables of a workflow as a runner sees them: expressions replaced, the release's address a folder here."""
    replaced = {name: re.sub(r"\$\{\{.*?\}\}", "", str(text)) for name, text in value.items()}
    return {name: str(files) if text.startswith("https://") else text for name, text in replaced.items() if text}


def github(name: str, files: Path) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """The variables of the workflow and the `run` steps of one of its jobs; the other steps must be played here."""
    workflow = yaml.safe_load((CI / "github-actions.yml").read_text())
    steps = workflow["jobs"][name]["steps"]
    assert {step["uses"].partition("@")[0] for step in steps if "uses" in step} <= PLAYED
    return as_here(workflow["env"], files), [step for step in steps if "run" in step]


def play(runner: Runner, name: str, files: Path) -> dict[str, subprocess.CompletedProcess[str]]:
    """Run the steps of a job of the GitHub workflow until one fails, then those that are always run."""
    env, steps = github(name, files)
    done: dict[str, subprocess.CompletedProcess[str]] = {}
    for step in steps:
        if all(each.returncode == 0 for each in done.values()) or step.get("if") == "always()":
            done[step["name"]] = runner.run(step["run"], env={**env, **as_here(step.get("env", {}), files)})
    return done


def test_the_github_check_passes_and_fails_with_the_templates(runner: Runner, files: Path) -> None:
    """The job `check` is green on a good template, and red on a bad one, which it annotates and reports as SARIF."""
    done = play(runner, "check", files)
    assert {name: each.returncode for name, each in done.items()} == dict.fromkeys(done, 0), done
    shutil.copy(BAD_FILE, runner.repository / "infra" / "bad.json")
    done = play(runner, "check", files)
    assert done["Templates, beside the lines"].returncode == 1
    assert "::error file=infra/bad.json" in done["Templates, beside the lines"].stdout
    results = json.loads((runner.repository / "scaleset.sarif").read_text())["runs"][0]["results"]
    assert {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results} == {
        "infra/bad.json"
    }


def test_the_github_preview_and_update_run_under_the_rules(runner: Runner, files: Path) -> None:
    """The job `preview` checks what would change; `update` deploys under the pack, and is stopped by a violation."""
    made = runner.run("pulumi stack init prod")
    assert made.returncode == 0, made.stderr
    for name in ("preview", "update"):
        done = play(runner, name, files)
        assert {name: each.returncode for name, each in done.items()} == dict.fromkeys(done, 0), done
    program = runner.repository / "Pulumi.yaml"
    program.write_text(program.read_text() + "      overprovision: true\n")
    done = play(runner, "preview", files)
    assert (done["Check it"].returncode, "::error" in done["Check it"].stdout) == (1, True)
    update = play(runner, "update", files)["Update under the policy pack"]
    assert update.returncode != 0
    assert "overprovision" in update.stdout + update.stderr


def test_the_azure_pipeline_writes_test_results(runner: Runner, files: Path, tmp_path: Path) -> None:
    """The steps of the pipeline compile Bicep (played by a script), check, and leave results that name the rule."""
    pipeline = yaml.safe_load((CI / "azure-pipelines.yml").read_text())
    staging = tmp_path / "staging"
    staging.mkdir()
    az = tmp_path / "python" / "bin" / "az"
    az.write_text(f'#!/bin/sh\ncp {BAD_FILE} "$6"\n')
    az.chmod(az.stat().st_mode | stat.S_IEXEC)
    variables = as_here(pipeline["variables"], files)
    codes = []
    for step in pipeline["steps"]:
        if "script" in step:
            script = step["script"].replace("$(Build.ArtifactStagingDirectory)", str(staging))
            codes.append(runner.run(script, env=variables).returncode)
    assert codes == [0, 0, 1]
    assert "SS" in (staging / "scaleset.xml").read_text()


def test_the_hook_runs_in_pre_commit(tmp_path: Path) -> None:
    """pre-commit itself installs the hook from a clone of this repository, and it stops a commit of a bad template."""
    venv = tmp_path / "pre-commit"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    subprocess.run([venv / "bin" / "pip", "install", "--quiet", "pre-commit"], check=True)
    clone, repository = tmp_path / "clone", tmp_path / "repository"
    subprocess.run(["git", "clone", "--quiet", str(paths.ROOT), str(clone)], check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=clone, capture_output=True, text=True, check=True)
    config = yaml.safe_load((CI / "pre-commit-config.yaml").read_text())
    config["repos"][0].update(repo=str(clone), rev=head.stdout.strip())
    subprocess.run(["git", "init", "--quiet", str(repository)], check=True)
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    (repository / "infra").mkdir()
    (repository / "infra" / "main.json").write_text(json.dumps(GOOD))
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "hooks")}

    def hook() -> subprocess.CompletedProcess[str]:
        subprocess.run(["git", "add", "."], cwd=repository, check=True)
        command = [str(venv / "bin" / "pre-commit"), "run", "--all-files"]
        return subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False, env=environment)

    good = hook()
    assert good.returncode == 0, good.stdout + good.stderr
    shutil.copy(BAD_FILE, repository / "infra")
    bad = hook()
    assert bad.returncode == 1
    assert "platformFaultDomainCount" in bad.stdout
