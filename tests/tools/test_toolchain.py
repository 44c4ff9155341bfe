"""What the official Python language host refuses, prints and makes; docs/toolchain.md is the table of it.

Each of these runs on the engine that is found: with `SCALESET_ENGINE=installed` and Pulumi on PATH they hold the
official host to the table, with `SCALESET_ENGINE=pinned` the stand-in.
"""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from harness import EngineRuntime, Workspace, WorkspaceFactory
from support.fake_python import Tools, recording_tools

from devkit.engine import ensure

pytestmark = pytest.mark.engine

STAND_IN = pytest.mark.skipif(not ensure().pinned, reason="the official host may wait for ever here")
EXITED = "an unhandled error occurred: program exited with non-zero exit code: "
PACK = """
    from pulumi_policy import EnforcementLevel, PolicyPack, StackValidationPolicy
    import os, pulumi
    SEEN = [pulumi.get_project(), pulumi.get_stack(), pulumi.Config("test").require("size"), os.getcwd()]
    PolicyPack("seeing", enforcement_level=EnforcementLevel.ADVISORY, policies=[
        StackValidationPolicy("seen", "Seen.", lambda _args, report: report(" ".join(SEEN)))])
"""


@pytest.fixture(scope="session")
def engine_runtime(tmp_path_factory: pytest.TempPathFactory) -> EngineRuntime:
    """An engine that starts its own language host."""
    return EngineRuntime(tmp_path_factory.mktemp("engine"), own_processes=True)


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    """Tools that write down what they are asked."""
    return recording_tools(tmp_path / "tools")


def configured(
    make: WorkspaceFactory, options: Mapping[str, Any], program: str = "import pulumi\npulumi.export('ran', 1)\n"
) -> Workspace:
    """A program with these `runtime.options`."""
    stack = make(program)
    runtime = {"name": "python", "options": dict(options)}
    (stack.directory / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "test", "runtime": runtime}))
    return stack


def folder(place: Path, kind: str, runtime: object, program: str | None = None) -> Path:
    """The folder of a plugin (`PulumiPlugin`) or a pack (`PulumiPolicy`)."""
    place.mkdir()
    (place / f"{kind}.yaml").write_text(yaml.safe_dump({"runtime": runtime, "version": "0.0.1"}))
    if program is not None:
        (place / "__main__.py").write_text(textwrap.dedent(program))
    return place


def told(text: str) -> str:
    """The error message, without the breaks and indents of the display."""
    return " ".join(text.split())


def with_tools(stack: Workspace, tools: Tools, *, python: bool = True) -> None:
    """Put the tools at the front of PATH; environments are made by the recording Python."""
    stack.variables["PATH"] = os.pathsep.join([str(tools.directory), stack.variables["PATH"]])
    if python:
        stack.variables["PULUMI_PYTHON_CMD"] = "recording-python"


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "a virtual environment that is no text": ({"virtualenv": 3}, "virtualenv option must be a string"),
    "an unknown toolchain": ({"toolchain": "conda"}, "unsupported toolchain option: conda"),
    "a toolchain that is no text": ({"toolchain": 3}, "toolchain option must be a string"),
    "an unknown type checker": ({"typechecker": "pytype"}, "unsupported typechecker option: pytype"),
    "a type checker that is not installed": (
        {"typechecker": "pyright"},
        "The typechecker option is set to pyright, but pyright is not installed.",
    ),
    "poetry without poetry": ({"toolchain": "poetry"}, "Could not find `poetry` executable."),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_options_that_are_refused(bare_workspace_factory: WorkspaceFactory, case: str) -> None:
    """A value that the host does not know, or can't serve, is an error that names it; the program does not run."""
    options, message = REFUSALS[case]
    result = configured(bare_workspace_factory, options).preview(expect_failure=True)
    assert message in told(result.text)
    assert "ran" not in result.stdout


def test_uv_without_uv(bare_workspace_factory: WorkspaceFactory, tools: Tools) -> None:
    """`toolchain: uv` on a machine without uv is an error."""
    stack = configured(bare_workspace_factory, {"toolchain": "uv"})
    (tools.directory / "uv").unlink()
    beside = Path(stack.runtime.engine.pulumi).parent
    stack.variables["PATH"] = os.pathsep.join([str(tools.directory), str(beside), "/usr/bin", "/bin"])
    assert "Could not find `uv` executable." in told(stack.preview(expect_failure=True).text)


def test_a_missing_environment_is_made(bare_workspace_factory: WorkspaceFactory, tools: Tools) -> None:
    """A program's environment is made from requirements.txt before its first preview; the next finds it."""
    stack = configured(bare_workspace_factory, {"virtualenv": "own"})
    (stack.directory / "requirements.txt").write_text("pulumi\n")
    with_tools(stack, tools)
    assert "ran" in stack.preview().stdout
    made = [
        f"python -m venv {stack.directory}/own",
        "own -m pip install --upgrade pip setuptools wheel",
        "own -m pip install -r requirements.txt",
    ]
    assert tools.asked == made
    stack.preview()
    assert tools.asked == made


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("folder", "own/bin/python -m pip list --format json`: fork/exec"),
        ("file", "but it is not a directory"),
    ],
)
def test_what_is_no_environment(
    bare_workspace_factory: WorkspaceFactory, tools: Tools, place: str, message: str
) -> None:
    """A folder with something else in it, or a file, is no environment, and stays as it is."""
    stack = configured(bare_workspace_factory, {"virtualenv": "own"})
    with_tools(stack, tools)
    own = stack.directory / "own"
    if place == "folder":
        own.mkdir()
        (own / "notes").touch()
    else:
        own.touch()
    assert message in told(stack.preview(expect_failure=True).text)
    assert tools.asked == []


@pytest.mark.smoke
def test_install_makes_the_environment(bare_workspace_factory: WorkspaceFactory, tools: Tools) -> None:
    """`pulumi install` makes the environment and installs requirements.txt, and says so."""
    stack = configured(bare_workspace_factory, {"virtualenv": "own"})
    (stack.directory / "requirements.txt").write_text("pulumi\n")
    with_tools(stack, tools)
    shown = stack.run("install").text
    assert "Creating virtual environment..." in shown
    assert "Finished installing dependencies" in shown
    assert tools.asked[0] == f"python -m venv {stack.directory}/own"
    assert tools.asked[-1] == "own -m pip install -r requirements.txt"


def test_install_with_uv(bare_workspace_factory: WorkspaceFactory, tools: Tools) -> None:
    """With uv, requirements.txt becomes a project, which is synchronized."""
    stack = configured(bare_workspace_factory, {"toolchain": "uv"})
    requirements = stack.directory / "requirements.txt"
    requirements.write_text("pulumi\n")
    with_tools(stack, tools, python=False)
    stack.run("install")
    assert tools.asked[:3] == [
        "uv init --bare --no-package --no-pin-python --name test",
        f"uv add --no-sync -r {requirements} --no-workspace",
        "uv sync",
    ]
    assert not requirements.exists()


def test_install_with_poetry(bare_workspace_factory: WorkspaceFactory, tools: Tools) -> None:
    """With poetry, its own command installs."""
    stack = configured(bare_workspace_factory, {"toolchain": "poetry"})
    (stack.directory / "pyproject.toml").write_text('[project]\nname = "test"\nversion = "0.0.1"\n')
    with_tools(stack, tools, python=False)
    stack.run("install")
    assert tools.asked == ["poetry install --no-ansi"]


@pytest.mark.parametrize("kind", ["PulumiPlugin", "PulumiPolicy"])
def test_install_in_a_folder(bare_workspace_factory: WorkspaceFactory, tools: Tools, tmp_path: Path, kind: str) -> None:
    """`pulumi install` in the folder of a plugin or a pack makes the environment that it names."""
    stack = bare_workspace_factory("")
    with_tools(stack, tools)
    runtime = {"name": "python", "options": {"virtualenv": "venv"}}
    place = folder(tmp_path / "folder", kind, runtime, "")
    (place / "requirements.txt").write_text("pulumi\n")
    stack.run("--cwd", str(place), "install")
    assert tools.asked[0] == f"python -m venv {place}/venv"
    assert tools.asked[-1] == "venv -m pip install -r requirements.txt"


ENDINGS = {
    "a message of the SDK's": ("raise pulumi.RunError('why')", ["why", f"{EXITED}1"]),
    "a code": ("sys.exit(3)", [f"{EXITED}3"]),
    "a signal": ("os.kill(os.getpid(), 9)", [f"{EXITED}-1"]),
    "a code for an error that was shown": ("pulumi.log.error('why')\nsys.exit(32)", ["why"]),
}


@pytest.mark.parametrize("case", ENDINGS)
def test_how_programs_end(bare_workspace_factory: WorkspaceFactory, case: str) -> None:
    """The errors shown for a failing program: its own, and the host's unless the code says that one was reported."""
    statement, errors = ENDINGS[case]
    stack = bare_workspace_factory(f"import os, sys, pulumi\n{statement}\n")
    assert stack.preview(expect_failure=True).all_errors == errors


@pytest.mark.skipif(not ensure().pinned, reason="official: the __main__.py of components/ runs, as it is on sys.path")
def test_a_directory_without_a_program(bare_workspace_factory: WorkspaceFactory) -> None:
    """Where there is no `__main__.py`, that is what the error says."""
    stack = bare_workspace_factory("")
    (stack.directory / "__main__.py").unlink()
    result = stack.preview(expect_failure=True)
    assert "unable to find main python program `__main__.py`" in result.errors[0]


@pytest.mark.smoke
def test_a_pack_knows_the_stack(bare_workspace_factory: WorkspaceFactory, tmp_path: Path) -> None:
    """A pack has project, stack and configuration as soon as it is imported, and runs in its own folder."""
    pack = folder(tmp_path / "pack", "PulumiPolicy", "python", PACK)
    stack = bare_workspace_factory("import pulumi\n")
    result = stack.preview({"size": "large"}, policy_packs=[pack])
    assert [
        each.message for each in result.violations if "test dev large" in each.message and str(pack) in each.message
    ]


PACKS = {
    "with an unknown toolchain": (
        {"name": "python", "options": {"toolchain": "conda"}},
        "",
        "unsupported toolchain option: conda",
    ),
    "without a program": ("python", None, "it provides neither __main__.py nor a buildable pyproject.toml"),
    "that fails": ("python", "raise ValueError('no such rule')", "ValueError: no such rule"),
    "that ends": ("python", "", "policy pack not started"),
}


@pytest.mark.parametrize("case", PACKS)
def test_packs_that_do_not_start(bare_workspace_factory: WorkspaceFactory, tmp_path: Path, case: str) -> None:
    """A pack that does not start fails the preview, with the reason."""
    runtime, program, message = PACKS[case]
    pack = folder(tmp_path / "pack", "PulumiPolicy", runtime, program)
    result = bare_workspace_factory("import pulumi\n").preview(policy_packs=[pack], expect_failure=True)
    assert message in told(result.text)
    assert result.seconds < 30


@STAND_IN
def test_a_pack_without_its_environment(bare_workspace_factory: WorkspaceFactory, tmp_path: Path) -> None:
    """A pack whose environment is missing is refused at once, with the folder and the command that makes it."""
    runtime = {"name": "python", "options": {"virtualenv": "venv"}}
    pack = folder(tmp_path / "pack", "PulumiPolicy", runtime, PACK)
    stack = bare_workspace_factory("import pulumi\n")
    # Not by `preview`, which would use the environment of this process for the missing one.
    result = stack.run("preview", "--stack", "dev", "--policy-pack", str(pack), expect_failure=True)
    assert "could not run language executor" in result.text
    assert f"run `pulumi install` in {pack}" in told(result.text)
    assert not (pack / "venv").exists()
    assert result.seconds < 30


def plugged(make: WorkspaceFactory, plugin: Path) -> Workspace:
    """A YAML program that uses a plugin's folder as it is."""
    stack = make({"resources": {"hi": {"type": "greeter:Greeting"}}})
    content = yaml.safe_load((stack.directory / "Pulumi.yaml").read_text())
    (stack.directory / "Pulumi.yaml").write_text(yaml.safe_dump({**content, "packages": {"greeter": str(plugin)}}))
    return stack


@pytest.mark.smoke
def test_a_plugin_without_its_environment(bare_workspace_factory: WorkspaceFactory, tmp_path: Path) -> None:
    """A plugin runs in no other environment than its own, which is `venv` if it names none; `up` does not make it."""
    plugin = folder(tmp_path / "greeter", "PulumiPlugin", "python", "")
    result = plugged(bare_workspace_factory, plugin).preview(expect_failure=True)
    assert f"fork/exec {plugin}/venv/bin/python: no such file or directory" in told(result.text)
    assert not (plugin / "venv").exists()


def test_a_plugin_without_a_program(bare_workspace_factory: WorkspaceFactory, tmp_path: Path) -> None:
    """A plugin has a `__main__.py`, or is a package that can be built."""
    plugin = folder(tmp_path / "greeter", "PulumiPlugin", "python")
    (plugin / "venv").symlink_to(sys.prefix)
    result = plugged(bare_workspace_factory, plugin).preview(expect_failure=True)
    assert "it provides neither __main__.py nor a buildable pyproject.toml" in told(result.text)
