"""The files of examples/ci can be pasted: they are valid, and the commands and options in them exist."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from devkit import release
from scaleset_policies.command import app
from scaleset_policies.config_reading import load
from scaleset_policies.rules import RULES

CI = Path(__file__).parents[2] / "examples" / "ci"
ROOT = CI.parents[1]


def parsed(name: str) -> Any:
    """An example, parsed."""
    return yaml.safe_load((CI / name).read_text("utf-8"))


def hooks() -> list[dict[str, Any]]:
    """The hooks that this repository defines for pre-commit."""
    found: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return found


def commands() -> list[tuple[str, list[str]]]:
    """Every command line of the examples, with the file that contains it."""
    lines: list[tuple[str, str]] = []
    for job in parsed("github-actions.yml")["jobs"].values():
        lines += [("github-actions.yml", step["run"]) for step in job["steps"] if "run" in step]
    lines += [
        ("azure-pipelines.yml", step["script"]) for step in parsed("azure-pipelines.yml")["steps"] if "script" in step
    ]
    lines += [("hooks", hook["entry"] + " main.json") for hook in hooks()]
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
    """All files run the check; the workflow runs the update under the installed pack, with the configuration here."""
    assert {name for name, _ in CHECKS} == {"github-actions.yml", "azure-pipelines.yml", "hooks"}
    updates = [words for _, words in commands() if words[:2] == ["pulumi", "up"]]
    assert updates
    for words in updates:
        assert words[words.index("--policy-pack") + 1] == "$(python -m scaleset_policies)"
        assert (CI / words[words.index("--policy-pack-config") + 1]).is_file()


def test_workflow_files_have_the_shape_of_their_service() -> None:
    """Jobs with steps that either run or use something; tasks with a version."""
    workflow = parsed("github-actions.yml")
    assert workflow[True]  # YAML reads `on` as true
    for job in workflow["jobs"].values():
        assert job["runs-on"]
        assert all(("run" in step) != ("uses" in step) for step in job["steps"])
        assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step["uses"]) for step in job["steps"] if "uses" in step)
    needed = {name for job in workflow["jobs"].values() for name in [job.get("needs")] if name}
    assert needed <= workflow["jobs"].keys()
    for step in parsed("azure-pipelines.yml")["steps"]:
        assert ("script" in step) != ("task" in step)
        assert "task" not in step or re.fullmatch(r"\w+@\d+", step["task"])


def test_hooks_have_what_pre_commit_needs() -> None:
    """A hook has id, name, entry and language; its patterns are regular expressions that match templates."""
    (hook,) = hooks()
    assert {"id", "name", "entry", "language", "files"} <= hook.keys()
    (used,) = parsed("pre-commit-config.yaml")["repos"][0]["hooks"]
    assert used["id"] == hook["id"]
    for pattern in (hook["files"], used["files"]):
        assert re.search(pattern, "infra/main.json")
        assert not re.search(pattern, "infra/main.py")


def test_what_is_installed_is_pinned_by_hash_or_is_a_folder_of_this_repository() -> None:
    """Each `pip install` of an example takes a lock of a release with hashes; the hook takes folders that exist."""
    installs = [words for _, words in commands() if words[:4] == ["python", "-m", "pip", "install"]]
    assert installs
    for words in installs:
        assert "--require-hashes" in words
        lock = Path(words[words.index("-r") + 1])
        assert lock.suffix == ".lock"
        assert lock.stem in release.WITH_EXTRAS
    for each in hooks()[0]["additional_dependencies"]:
        assert (ROOT / each.partition("[")[0] / "pyproject.toml").is_file()


def test_the_example_configuration_is_valid() -> None:
    """The policy configuration of the examples is one that the pack and the check accept."""
    assert load(json.loads((CI / "policy-config.json").read_text("utf-8")), RULES).settings
