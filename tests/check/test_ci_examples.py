"""The files of examples/ci can be pasted: they are valid, and the commands and options in them exist."""

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from scaleset_policies.command import app
from scaleset_policies.config import load
from scaleset_policies.rules import RULES

CI = Path(__file__).parents[2] / "examples" / "ci"
ROOT = CI.parents[1]


def parsed(name: str) -> Any:
    """An example, parsed."""
    return yaml.safe_load((CI / name).read_text("utf-8"))


def commands() -> list[tuple[str, list[str]]]:
    """Every command line of the examples, with the file that it stands in."""
    lines: list[tuple[str, str]] = []
    for job in parsed("github-actions.yml")["jobs"].values():
        lines += [("github-actions.yml", step["run"]) for step in job["steps"] if "run" in step]
    lines += [
        ("azure-pipelines.yml", step["script"]) for step in parsed("azure-pipelines.yml")["steps"] if "script" in step
    ]
    lines += [("hooks", hook["entry"] + " main.json") for hook in parsed(".pre-commit-hooks.yaml")]
    lines += [
        ("config", hook["entry"] + " main.json")
        for repo in parsed("pre-commit-config.yaml")["repos"]
        for hook in repo["hooks"]
    ]
    split = []
    for name, text in lines:
        joined = text.replace("\\\n", " ").splitlines()
        split += [(name, shlex.split(line.partition(" > ")[0])) for line in joined]
    return split


CHECKS = [(name, words) for name, words in commands() if words[:2] == ["scaleset", "check"]]


@pytest.mark.parametrize(("name", "words"), CHECKS)
def test_check_commands_are_understood(name: str, words: list[str]) -> None:
    """Every ``scaleset check`` of an example parses: its options and their values exist."""
    context = get_command(app).make_context("check", words[2:])
    assert context.params["paths"], name


def test_each_example_checks_and_uses_the_pack() -> None:
    """All four files run the check; the workflow runs the update under the policy pack, which is where it says."""
    assert {name for name, _ in CHECKS} == {"github-actions.yml", "azure-pipelines.yml", "hooks", "config"}
    updates = [words for _, words in commands() if words[:2] == ["pulumi", "up"]]
    assert updates
    for words in updates:
        pack = ROOT / words[words.index("--policy-pack") + 1]
        assert (pack / "PulumiPolicy.yaml").is_file()
        assert (CI / words[words.index("--policy-pack-config") + 1]).is_file()


def test_workflow_files_have_the_shape_of_their_service() -> None:
    """Jobs with steps that either run or use something; tasks with a version."""
    workflow = parsed("github-actions.yml")
    assert workflow[True]  # YAML reads `on` as true
    for job in workflow["jobs"].values():
        assert job["runs-on"]
        assert all(("run" in step) != ("uses" in step) for step in job["steps"])
        assert all(re.fullmatch(r"[\w/-]+@v\d+", step["uses"]) for step in job["steps"] if "uses" in step)
    needed = {name for job in workflow["jobs"].values() for name in [job.get("needs")] if name}
    assert needed <= workflow["jobs"].keys()
    for step in parsed("azure-pipelines.yml")["steps"]:
        assert ("script" in step) != ("task" in step)
        assert "task" not in step or re.fullmatch(r"\w+@\d+", step["task"])


def test_hooks_have_what_pre_commit_needs() -> None:
    """A hook has id, name, entry and language; its patterns are regular expressions that match templates."""
    hooks = [*parsed(".pre-commit-hooks.yaml"), *parsed("pre-commit-config.yaml")["repos"][0]["hooks"]]
    for hook in hooks:
        assert {"id", "name", "entry", "language", "files"} <= hook.keys()
        assert re.search(hook["files"], "infra/main.json")
        assert not re.search(hook["files"], "infra/main.py")


def test_the_installed_distributions_exist() -> None:
    """What the examples install of this project are distributions of its workspace, with extras that they have."""
    sources = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["uv"]["sources"].values()
    files = [ROOT / source["path"] / "pyproject.toml" for source in sources]
    projects = [tomllib.loads(file.read_text("utf-8"))["project"] for file in files]
    extras = {project["name"]: set(project.get("optional-dependencies", {})) for project in projects}
    text = "".join(path.read_text("utf-8") for path in CI.iterdir() if path.is_file())
    named = re.findall(r"\b(pulumi-azure-scaleset[a-z-]*)(?:\[([^\]]+)\])?", text)
    assert {name for name, _ in named} == {"pulumi-azure-scaleset-policies"}
    for name, wanted in named:
        assert set(wanted.split(",")) - {""} <= extras[name]


def test_the_example_configuration_is_valid() -> None:
    """The policy configuration of the examples is one that the pack and the check accept."""
    assert load(json.loads((CI / "policy-config.json").read_text("utf-8")), RULES).settings
