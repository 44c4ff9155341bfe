"""The Python language host, as the engine uses it: programs that need no provider."""

from __future__ import annotations

import signal
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import EngineRuntime, WorkspaceFactory

from devkit.engine import ensure

pytestmark = pytest.mark.engine

STAND_IN = pytest.mark.skipif(
    not ensure().pinned, reason="the official host stays for up to five minutes after an engine that was killed"
)


@pytest.fixture(scope="session")
def engine_runtime(tmp_path_factory: pytest.TempPathFactory) -> EngineRuntime:
    """An engine that starts its plugins itself, as it does for users: they are what is looked at here."""
    return EngineRuntime(tmp_path_factory.mktemp("engine"), own_processes=True)


def test_outputs_and_stdout_pass_through(bare_workspace_factory: WorkspaceFactory) -> None:
    """Stack outputs are stored, and what the program prints on either stream is shown to the user."""
    stack = bare_workspace_factory("""
        import sys
        import pulumi
        print("to stdout")
        print("to stderr", file=sys.stderr)
        pulumi.export("list", [1, {"a": None}])
    """)
    result = stack.up()
    shown = {(d.severity, d.message) for d in result.diagnostics}
    assert {("info", "to stdout"), ("info#err", "to stderr")} <= shown
    assert stack.outputs() == {"list": [1, {"a": None}]}
    assert result.changes == {"create": 1}
    assert stack.up().changes == {"same": 1}


def test_execution_context(bare_workspace_factory: WorkspaceFactory) -> None:
    """The program runs in its directory and knows project, stack, organization, root, and whether it is a preview."""
    stack = bare_workspace_factory("""
        import os, sys
        import pulumi
        import sibling
        pulumi.export("names", [pulumi.get_project(), pulumi.get_stack(), pulumi.get_organization()])
        pulumi.export("places", [os.getcwd(), pulumi.runtime.get_root_directory()])
        pulumi.export("preview", pulumi.runtime.is_dry_run())
        pulumi.export("sibling", sibling.VALUE)
        pulumi.export("host visible", "server" in sys.modules or "run_program" in sys.modules)
    """)
    (stack.directory / "sibling.py").write_text("VALUE = 'imported'\n")
    preview = stack.preview()
    assert "preview     : true" in preview.stdout
    stack.up()
    assert stack.outputs() == {
        "names": ["test", "dev", "organization"],
        "places": [str(stack.directory)] * 2,
        "preview": False,
        "sibling": "imported",
        "host visible": False,
    }


def test_main_names_a_file_in_a_folder(bare_workspace_factory: WorkspaceFactory) -> None:
    """With `main: app/entry.py` that file runs in its folder and finds no modules there; with `main: app` they are."""
    stack = bare_workspace_factory("raise AssertionError('the wrong program')")
    app = stack.directory / "app"
    app.mkdir()
    (app / "neighbour.py").write_text("VALUE = 7\n")
    (app / "entry.py").write_text("import os, pulumi\npulumi.export('place', os.getcwd())\n")
    (stack.directory / "Pulumi.yaml").write_text("name: test\nruntime: python\nmain: app/entry.py\n")
    stack.up()
    assert stack.outputs() == {"place": str(app)}
    (app / "entry.py").write_text("import neighbour\n")
    assert "No module named 'neighbour'" in stack.preview(expect_failure=True).errors[0]
    (app / "__main__.py").write_text("import neighbour, pulumi\npulumi.export('value', neighbour.VALUE)\n")
    (stack.directory / "Pulumi.yaml").write_text("name: test\nruntime: python\nmain: app\n")
    stack.up()
    assert stack.outputs() == {"value": 7}


@pytest.mark.smoke
def test_config_and_secrets(bare_workspace_factory: WorkspaceFactory) -> None:
    """Configuration of every type arrives; a secret value is a secret output and is nowhere in the clear."""
    stack = bare_workspace_factory("""
        import pulumi
        config = pulumi.Config()
        pulumi.export("typed", [config.require("text"), config.require_int("count"), config.require_object("shape")])
        pulumi.export("password", config.require_secret("password"))
        pulumi.export("marked", pulumi.runtime.config.is_config_secret("test:password"))
    """)
    stack.set_secret("password", "hunter2-in-the-clear")
    result = stack.up({"text": "hello", "count": 3, "shape": {"zones": ["1", "2"]}})
    expected = {"typed": ["hello", 3, {"zones": ["1", "2"]}], "marked": True}
    assert stack.outputs() == expected | {"password": "[secret]"}
    assert stack.outputs(show_secrets=True) == expected | {"password": "hunter2-in-the-clear"}
    assert "hunter2" not in result.text
    for file in (path for path in stack.directory.parent.rglob("*") if path.is_file()):
        assert b"hunter2" not in file.read_bytes(), file


@pytest.mark.smoke
def test_exception_shows_the_users_traceback(bare_workspace_factory: WorkspaceFactory) -> None:
    """An unhandled exception fails the deployment with the traceback from the user's first line on, shown once."""
    stack = bare_workspace_factory("""
        def broken():
            raise ValueError("boom")
        broken()
    """)
    result = stack.up(expect_failure=True)
    assert len(result.errors) == 1
    lines = result.errors[0].splitlines()
    assert lines[0] == "Program failed with an unhandled exception:"
    assert lines[1] == "Traceback (most recent call last):"
    assert f'"{stack.directory}/__main__.py", line 4' in lines[2].replace("./__main__.py", "/__main__.py")
    assert lines[-1] == "ValueError: boom"
    assert "run_program.py" not in result.text


def test_syntax_error_is_shown(bare_workspace_factory: WorkspaceFactory) -> None:
    """A program that can't be compiled fails with the line that is wrong."""
    result = bare_workspace_factory("def broken(:\n").preview(expect_failure=True)
    assert len(result.errors) == 1
    assert "SyntaxError" in result.errors[0]
    assert "def broken(:" in result.errors[0]


EXITED = "an unhandled error occurred: program exited with non-zero exit code: "
"""What the host adds where the program did not end with the code for an error that was shown."""


def test_run_error_is_a_plain_message(bare_workspace_factory: WorkspaceFactory) -> None:
    """`pulumi.RunError` and a missing required value are shown as their message, then the host says that it ended."""
    stack = bare_workspace_factory("""
        import pulumi
        raise pulumi.RunError("zones: 1 is given, expected 2 or more")
    """)
    result = stack.preview(expect_failure=True)
    assert result.all_errors == ["zones: 1 is given, expected 2 or more", f"{EXITED}1"]
    assert result.errors == ["zones: 1 is given, expected 2 or more"]
    stack.write_program("import pulumi\npulumi.Config().require('location')\n")
    missing = stack.preview(expect_failure=True)
    assert "Missing required configuration variable 'test:location'" in missing.errors[0]
    assert "Traceback" not in missing.text


def test_exception_in_apply_fails(bare_workspace_factory: WorkspaceFactory) -> None:
    """An exception inside `apply` fails the deployment too."""
    stack = bare_workspace_factory("""
        import pulumi
        pulumi.export("x", pulumi.Output.from_input(1).apply(lambda value: value / 0))
    """)
    result = stack.up(expect_failure=True)
    assert any("ZeroDivisionError" in message for message in result.errors)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("sys.exit(3)", 3),
        ("os._exit(9)", 9),
        ("os.kill(os.getpid(), 9)", -1),
    ],
)
def test_exit_codes(bare_workspace_factory: WorkspaceFactory, statement: str, code: int) -> None:
    """A program that ends itself with a code other than 0 fails, and the code is shown; a signal is -1."""
    result = bare_workspace_factory(f"import os, sys\n{statement}\n").preview(expect_failure=True)
    assert result.all_errors == [f"{EXITED}{code}"]


def test_exit_zero_is_success(bare_workspace_factory: WorkspaceFactory) -> None:
    """`sys.exit(0)` ends a program well, and outputs exported before are kept."""
    stack = bare_workspace_factory("import pulumi, sys\npulumi.export('a', 1)\nsys.exit(0)\n")
    assert stack.up().exit_code == 0


def test_missing_dependency_is_named(bare_workspace_factory: WorkspaceFactory) -> None:
    """A program that imports what is not installed fails with the module's name."""
    result = bare_workspace_factory("import no_such_module\n").preview(expect_failure=True)
    assert "No module named 'no_such_module'" in result.errors[0]


def test_virtualenv_option(bare_workspace_factory: WorkspaceFactory) -> None:
    """`runtime.options.virtualenv` decides which Python runs the program, and is activated for it."""
    stack = bare_workspace_factory("""
        import os, subprocess, sys
        import pulumi
        pulumi.export("prefix", os.environ["VIRTUAL_ENV"])
        pulumi.export("executable", sys.executable)
    """)
    other = stack.directory / "other-venv"
    (other / "bin").mkdir(parents=True)
    wrapper = other / "bin" / "python"
    wrapper.write_text(f'#!/bin/sh\nexport THROUGH_WRAPPER=1\nexec {sys.executable} "$@"\n')
    wrapper.chmod(0o755)
    (stack.directory / "Pulumi.yaml").write_text(
        "name: test\nruntime:\n  name: python\n  options:\n    virtualenv: other-venv\n"
    )
    stack.up()
    assert stack.outputs()["prefix"] == str(other)


SLEEP_IN_PROGRAM = "begin(), time.sleep(100)"
SLEEP_IN_APPLY = "pulumi.export('x', pulumi.Output.from_input(1).apply(lambda _: (begin(), time.sleep(100))))"


@pytest.mark.parametrize("statement", [SLEEP_IN_PROGRAM, SLEEP_IN_APPLY])
def test_interrupt_ends_the_program(bare_workspace_factory: WorkspaceFactory, statement: str) -> None:
    """Ctrl-C ends a running program at any point, with its `finally` blocks, and soon no process of it is left."""
    stack = bare_workspace_factory(f"""
        import os, pathlib, time
        import pulumi
        def begin():
            pathlib.Path("started.tmp").write_text(str(os.getpid()))
            os.replace("started.tmp", "started")
        try:
            {statement}
        finally:
            pathlib.Path("cleaned").touch()
    """)
    started = stack.directory / "started"
    with stack.start("preview", "--stack", "dev") as process:
        assert _comes(started.exists), "the program did not start"
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "canceled" in output
    # The program may outlive the engine for the seconds after which the host kills it.
    program = Path(f"/proc/{started.read_text()}")
    assert _comes(lambda: not program.exists()), output
    assert (stack.directory / "cleaned").exists()


@STAND_IN
def test_a_program_that_is_interrupted_at_its_end_says_nothing(bare_workspace_factory: WorkspaceFactory) -> None:
    """A policy or Ctrl-C ends it while its last call is under way: the engine tells why, and no traceback follows."""
    stack = bare_workspace_factory("""
        import asyncio, pathlib, time
        def last_call():
            time.sleep(1)  # meanwhile the program comes to its end
            pathlib.Path("started").touch()
            time.sleep(3)
        asyncio.get_running_loop().run_in_executor(None, last_call)
    """)
    with stack.start("preview", "--stack", "dev") as process:
        assert _comes((stack.directory / "started").exists), "the program did not start"
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert "canceled" in output
    assert "Traceback" not in output


def _comes(true: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether something becomes true in time, which is long enough for a machine with too much to do."""
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


@STAND_IN
def test_killed_engine_leaves_nothing_running(bare_workspace_factory: WorkspaceFactory) -> None:
    """When the engine is killed outright, the language host notices and ends the program."""
    stack = bare_workspace_factory("""
        import os, pathlib, time
        pathlib.Path("started").write_text(f"{os.getpid()} {os.getppid()}")
        time.sleep(100)
    """)
    started = stack.directory / "started"
    with stack.start("preview", "--stack", "dev") as process:
        assert _comes(lambda: started.exists() and bool(started.read_text())), "the program did not start"
        process.kill()
    program, host = (Path(f"/proc/{pid}") for pid in started.read_text().split())
    assert _comes(lambda: not program.exists() and not host.exists())


def test_policy_pack(bare_workspace_factory: WorkspaceFactory, tmp_path: Path) -> None:
    """A Python policy pack runs: a mandatory violation stops the deployment, and is attributed to its policy."""
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "PulumiPolicy.yaml").write_text("runtime: python\nversion: 0.0.1\n")
    (pack / "__main__.py").write_text(
        textwrap.dedent("""
        from pulumi_policy import EnforcementLevel, PolicyPack, StackValidationPolicy

        def no_stacks(args, report):
            report(f"{len(args.resources)} resources are too many")

        PolicyPack("strict", enforcement_level=EnforcementLevel.MANDATORY,
                   policies=[StackValidationPolicy("no-stacks", "No stacks.", no_stacks)])
        """)
    )
    stack = bare_workspace_factory("import pulumi\npulumi.export('a', 1)\n")
    result = stack.preview(policy_packs=[pack], expect_failure=True)
    assert [(v.pack, v.policy, v.enforcement) for v in result.violations] == [("strict", "no-stacks", "mandatory")]
    assert "1 resources are too many" in result.violations[0].message


def test_broken_policy_pack_shows_why(bare_workspace_factory: WorkspaceFactory, tmp_path: Path) -> None:
    """A policy pack that does not start fails the deployment and shows its traceback."""
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "PulumiPolicy.yaml").write_text("runtime: python\nversion: 0.0.1\n")
    (pack / "__main__.py").write_text("raise ValueError('no such rule')\n")
    result = bare_workspace_factory("import pulumi\n").preview(policy_packs=[pack], expect_failure=True)
    assert "no such rule" in result.text


COMPONENT = """
import pulumi
from typing import Optional, TypedDict
from pulumi.provider.experimental import component_provider_host

class GreetingArgs(TypedDict):
    name: pulumi.Input[str]

class Greeting(pulumi.ComponentResource):
    text: pulumi.Output[str]

    def __init__(self, name: str, args: GreetingArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("greeter:index:Greeting", name, {}, opts)
        self.text = pulumi.Output.concat("hello ", args["name"])
        self.register_outputs({"text": self.text})

if __name__ == "__main__":
    component_provider_host(name="greeter", components=[Greeting])
"""


@pytest.mark.smoke
def test_component_plugin_from_yaml(bare_workspace_factory: WorkspaceFactory, tmp_path: Path) -> None:
    """A YAML program uses a Python component from a local directory: the host runs it as a plugin."""
    plugin = tmp_path / "greeter"
    plugin.mkdir()
    (plugin / "PulumiPlugin.yaml").write_text("runtime: python\n")
    (plugin / "venv").symlink_to(sys.prefix)
    (plugin / "__main__.py").write_text(COMPONENT)
    stack = bare_workspace_factory(
        {
            "packages": {"greeter": str(plugin)},
            "resources": {"hi": {"type": "greeter:Greeting", "properties": {"name": "Ada"}}},
            "outputs": {"text": "${hi.text}"},
        }
    )
    result = stack.up()
    assert result.ops() == [("create", "greeter:index:Greeting", "hi")]
    assert stack.outputs() == {"text": "hello Ada"}


@pytest.mark.smoke
def test_about_names_the_environment(bare_workspace_factory: WorkspaceFactory) -> None:
    """`pulumi about` shows the Python that programs run with, and the project's direct dependencies."""
    about = bare_workspace_factory("import pulumi\n").run("about").stdout
    assert "This project is written in python: executable=" in about
    assert "pulumi-azure-scaleset" in about
