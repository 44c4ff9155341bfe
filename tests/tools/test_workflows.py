"""The workflows in .github: valid, pinned by commit, with few permissions, and their commands exist."""

from __future__ import annotations

import fnmatch
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from devkit import dist, owner, paths, release
from docs_site.__main__ import SITE

WORKFLOWS = paths.ROOT / ".github" / "workflows"
NAMES = sorted(file.name for file in WORKFLOWS.iterdir())
PINNED = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
LOCAL = re.compile(r"uses: \./[\w./-]*$")
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
"""A released module, whose sum Go compares with the public database."""


def parsed(name: str) -> dict[Any, Any]:
    """A workflow."""
    found: dict[Any, Any] = yaml.safe_load((WORKFLOWS / name).read_text("utf-8"))
    return found


def steps() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every step, with the file and the job that contain it."""
    for name in NAMES:
        for job, spec in parsed(name)["jobs"].items():
            yield from ((f"{name}: {job}", step) for step in spec.get("steps", ()))


def test_there_is_one_for_changes_one_for_the_site_and_one_for_releases() -> None:
    """Changes run what contributors run; a tag of a version releases, and is tested by the same workflow."""
    assert NAMES == ["ci.yml", "docs.yml", "release.yml"]
    assert [step["run"] for where, step in steps() if where == "ci.yml: all" and "run" in step] == [".ci/run"]
    releasing = parsed("release.yml")
    assert releasing[True] == {"push": {"tags": ["v[0-9]+.[0-9]+.[0-9]+"]}}  # YAML reads `on` as true
    assert releasing["jobs"]["test"]["uses"] == "./.github/workflows/ci.yml"


@pytest.mark.parametrize("name", NAMES)
def test_the_shape(name: str) -> None:
    """Jobs have a machine, a step runs or uses something, and what a job needs exists."""
    workflow = parsed(name)
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert ("uses" in job) != ("runs-on" in job)
        assert all(("run" in step) != ("uses" in step) for step in job.get("steps", ()))
        needed = job.get("needs", [])
        assert set([needed] if isinstance(needed, str) else needed) <= workflow["jobs"].keys()


@pytest.mark.parametrize("name", NAMES)
def test_actions_are_pinned_by_commit(name: str) -> None:
    """Each action is the repository's own, or a commit with its version beside it."""
    used = [line.strip().removeprefix("- ") for line in (WORKFLOWS / name).read_text().splitlines() if "uses: " in line]
    assert used
    assert [line for line in used if not PINNED.fullmatch(line) and not LOCAL.fullmatch(line)] == []


def test_an_action_has_one_commit() -> None:
    """The same action is the same commit everywhere."""
    text = "".join((WORKFLOWS / name).read_text() for name in NAMES)
    found = set(re.findall(r"uses: ([\w.-]+/[\w./-]+)@(\S+ # \S+)", text))
    assert len({action for action, _ in found}) == len(found)


def test_no_secret_is_stored() -> None:
    """No workflow reads a secret; who publishes has a token of its run, in an environment of the registry's name."""
    for name in NAMES:
        assert "secrets." not in (WORKFLOWS / name).read_text()
    jobs = parsed("release.yml")["jobs"]
    publishing = {name for name, job in jobs.items() if "environment" in job}
    assert publishing == {"pypi", "npm", "nuget", "go"}
    for name in publishing:
        assert jobs[name]["environment"] == name
        assert jobs[name]["needs"] == ["attest", "attest-contents"]
    assert set(jobs["attest"]["needs"]) == set(jobs["attest-contents"]["needs"]) == {"build", "test"}
    assert {name for name, job in jobs.items() if "write" in str(job.get("permissions"))} == publishing | {
        "attest",
        "attest-contents",
        "github",
    }


def test_the_site_is_published_from_main() -> None:
    """One job builds it as contributors do, without rights; the other one publishes, with those for Pages only."""
    publishing = parsed("docs.yml")
    assert publishing[True] == {"push": {"branches": ["main"]}}
    build, publish = publishing["jobs"]["build"], publishing["jobs"]["publish"]
    assert "permissions" not in build
    assert [step["run"] for step in build["steps"] if "run" in step] == ["make docs"]
    (upload,) = [step for step in build["steps"] if step.get("uses", "").startswith("actions/upload-pages-artifact@")]
    assert paths.ROOT / upload["with"]["path"] == SITE
    assert (publish["needs"], publish["environment"]) == ("build", "github-pages")
    assert publish["permissions"] == {"id-token": "write", "pages": "write"}
    assert [step["uses"].partition("@")[0] for step in publish["steps"]] == ["actions/deploy-pages"]


def test_no_expression_stands_in_a_script() -> None:
    """What others can choose, such as the name of a branch, reaches a script in its environment only."""
    assert [where for where, step in steps() if "${{" in step.get("run", "")] == []


def test_the_commands_of_this_repository_exist() -> None:
    """The make targets, modules and files that the workflows name are there."""
    targets = set(re.findall(r"^([a-z-]+):", (paths.ROOT / "Makefile").read_text(), re.MULTILINE))
    scripts = "\n".join(step.get("run", "") for _, step in steps())
    made = re.findall(r"^make ([a-z-]+)$", scripts, re.MULTILINE)
    modules = re.findall(r"\.venv/bin/python -m ([\w.]+)", scripts)
    assert set(made) == {"setup", "dist", "docs"}
    assert set(made) <= targets
    assert set(modules) == {"devkit.version", "component_package"}
    for module in modules:
        helped = subprocess.run([sys.executable, "-m", module, "--help"], capture_output=True, text=True, check=True)
        assert "--notes" in helped.stdout or "sdk" in helped.stdout
    for _, step in steps():
        for path in str(step.get("with", {}).get("paths", "")).split():
            assert (paths.ROOT / path).exists()


def test_each_distribution_is_attested_with_its_bill() -> None:
    """The bill of materials of each distribution is attested for its own files, and no other's."""
    matrix = parsed("release.yml")["jobs"]["attest-contents"]["strategy"]["matrix"]["include"]
    assert {each["name"] for each in matrix} == set(dist.PROJECTS)
    assert {each["name"] for each in matrix} <= set(release.WITH_EXTRAS)
    files = [
        f"{name.replace('-', '_')}-0.1.0{end}" for name in dist.PROJECTS for end in (".tar.gz", "-py3-none-any.whl")
    ]
    for each in matrix:
        matched = fnmatch.filter(files, each["files"])
        assert matched == [file for file in files if file.startswith(each["name"].replace("-", "_") + "-0")]


def test_the_nuget_user_is_the_owners() -> None:
    """The only name of the owner's in a workflow is that of owner.toml."""
    (login,) = [step for _, step in steps() if step.get("uses", "").startswith("NuGet/login@")]
    assert login["with"] == {"user": owner.load()["nuget_user"]}


def test_the_projects_that_pypi_has_to_know() -> None:
    """The guide names every distribution, environment and workflow for which PyPI needs a trusted publisher."""
    guide = (paths.ROOT / "docs" / "releasing.md").read_text()
    assert [
        name for name in (*dist.PROJECTS, "release.yml", "`pypi`", "`npm`", "`nuget`", "`go`") if name not in guide
    ] == []
    assert [name for name in owner.FORMS if f"`{name}`" not in guide] == []


@pytest.mark.long
def test_actionlint_finds_nothing(tmp_path: Path) -> None:
    """The workflows pass actionlint: syntax, expressions, types of inputs, references between jobs and steps."""
    if shutil.which("go") is None:
        pytest.skip("Go is not installed, and actionlint is a Go program")
    command = ["go", "run", ACTIONLINT, *(str(WORKFLOWS / name) for name in NAMES)]
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
    broken = tmp_path / "broken.yml"
    broken.write_text((WORKFLOWS / "ci.yml").read_text().replace("github.ref", "github.reff"))
    wrong = subprocess.run([*command[:3], str(broken)], capture_output=True, text=True, check=False)
    assert wrong.returncode == 1
    assert "reff" in wrong.stdout
