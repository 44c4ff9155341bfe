"""The example of a project with its own tests: its suite passes, and it imports nothing from this repository."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from devkit.engine import Engine, ensure
from docs_site import pages

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "testing-your-own-code"
FOREIGN = {"azure", "pulumi", "pulumi_azure_native", "pytest"}


def run(folder: Path, *arguments: str, **variables: str) -> str:
    """Run the example's tests in a copy of it; what pytest printed. All of them must pass."""
    copy = folder / "mine"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    environment = {**os.environ, **variables}
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False, timeout=250)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_imports_nothing_of_ours() -> None:
    """Only Azure's SDK, Pulumi and pytest, and its own modules."""
    own = {file.stem for file in EXAMPLE.glob("*.py")}
    for file in EXAMPLE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.partition(".")[0] for name in names} <= FOREIGN | own, file.name


def test_its_tests_of_sdk_code_and_of_faults_pass(tmp_path: Path) -> None:
    """With the fixtures of the installed distribution, outside of the repository."""
    assert "4 passed" in run(tmp_path, "test_scaling.py")


def test_the_page_shows_what_runs() -> None:
    """Each block of code of the page is in the example, as it is."""
    blocks = pages.of("tests/examples/test_own_tests.py::test_the_page_shows_what_runs")
    code = [file.read_text(encoding="utf-8") for file in EXAMPLE.glob("*.py")]
    assert len(blocks) == 3
    for block in blocks:
        assert any(block.text in text for text in code), block.text


@pytest.mark.engine
@pytest.mark.long
def test_its_test_of_a_program_passes(tmp_path: Path) -> None:
    """Through the Automation API, with `pulumi` on the PATH and the stand-in provider that the fixture installs."""
    engine: Engine = ensure()
    path = os.pathsep.join([*map(str, engine.path), os.environ["PATH"]])
    skip = {"PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "true"}  # the pinned build has another way to tell its version
    assert "1 passed" in run(tmp_path, "test_program.py", PATH=path, **skip)
