"""One Pulumi project with one stack, for one test."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import yaml

from devkit.environment import Azure
from harness.results import Result, read_events
from harness.runtime import EngineRuntime

STACK = "dev"
TIMEOUT_SECONDS = 240
COPIED_FILES = ("*.py", "Pulumi.yaml", "Pulumi.yml")
"""Not ``Pulumi.STACK.yaml``: it belongs to somebody's stack, such as that of `make up`, whose secrets it locks."""


class Workspace:
    """A project in a temporary directory, its state, and the `pulumi` commands on it.

    Args:
        runtime: The engine.
        directory: An empty directory for the project, its state and its logs.
        program: What to run:
            a directory with a `Pulumi.yaml`: its program files (`*.py`, `Pulumi.yaml`) are copied, and relative
            paths in `Pulumi.yaml` (packages, virtualenv) keep their meaning; an environment that is not there yet is
            this process's (`pulumi install` would take minutes to make it);
            a mapping: a YAML program, the content of `Pulumi.yaml` (`name` and `runtime` are added);
            a string: the text of a Python program (dedented).
        azure: The simulated subscription that the provider uses, or None for programs without resources in Azure.
        project: The project's name, unless `program` is a directory.
    """

    def __init__(
        self,
        runtime: EngineRuntime,
        directory: Path,
        program: str | Path | Mapping[str, Any],
        *,
        azure: Azure | None = None,
        project: str = "test",
    ) -> None:
        self.runtime = runtime
        self.azure = azure
        self.directory = directory / "project"
        self.backend = directory / "backend"
        self._logs = directory / "logs"
        self._logs.mkdir(parents=True)
        self._printed = directory / "printed.txt"
        self.directory.mkdir()
        self._write_program(program, project)
        self.project = str(self._read_yaml("Pulumi.yaml")["name"])
        self.variables = runtime.variables(self.backend, azure)
        runtime.make_stack(self.backend, self.directory, self.project, STACK)

    # The project

    def write_program(self, program: str | Mapping[str, Any]) -> None:
        """Replace the program; the stack keeps its state."""
        self._write_program(program, self.project)

    def configure(self, config: Mapping[str, Any]) -> None:
        """Replace the stack's configuration with these values; secrets that were set stay.

        Args:
            config: Values of any YAML type by key; a key without a namespace is in the project's.
        """
        name = f"Pulumi.{STACK}.yaml"
        content = self._read_yaml(name)
        kept = {k: v for k, v in (content.get("config") or {}).items() if isinstance(v, dict) and set(v) == {"secure"}}
        content["config"] = {self._full_key(key): value for key, value in config.items()} | kept
        (self.directory / name).write_text(yaml.safe_dump(content, sort_keys=False))

    def set_secret(self, key: str, value: str) -> None:
        """Set a secret configuration value, encrypted by the engine."""
        self.run("config", "set", "--secret", "--stack", STACK, key, "--", value)

    # Deployments

    def up(
        self,
        config: Mapping[str, Any] | None = None,
        *,
        expect_failure: bool | None = False,
        policy_packs: Sequence[Path] = (),
        extra_args: Sequence[str] = (),
    ) -> Result:
        """`pulumi up`, without the preview before it.

        Args:
            config: The stack's new configuration; None keeps the current one.
            expect_failure: False: the test fails if the command does. True: the test fails if it succeeds.
                None: the test looks at the exit code itself.
            policy_packs: Directories of policy packs to run with.
            extra_args: Further arguments for `pulumi up`.
        """
        arguments = ["up", "--yes", "--skip-preview", *self._packs(policy_packs), *extra_args]
        return self._deploy(arguments, config, expect_failure=expect_failure)

    def preview(
        self,
        config: Mapping[str, Any] | None = None,
        *,
        expect_failure: bool | None = False,
        policy_packs: Sequence[Path] = (),
        extra_args: Sequence[str] = (),
    ) -> Result:
        """`pulumi preview`; arguments as for `up`."""
        arguments = ["preview", *self._packs(policy_packs), *extra_args]
        return self._deploy(arguments, config, expect_failure=expect_failure)

    def refresh(self, *, expect_failure: bool | None = False, extra_args: Sequence[str] = ()) -> Result:
        """`pulumi refresh`: update the state from Azure."""
        return self._deploy(["refresh", "--yes", "--skip-preview", *extra_args], None, expect_failure=expect_failure)

    def destroy(self, *, expect_failure: bool | None = False, extra_args: Sequence[str] = ()) -> Result:
        """`pulumi destroy`."""
        return self._deploy(["destroy", "--yes", "--skip-preview", *extra_args], None, expect_failure=expect_failure)

    def import_resource(
        self,
        type: str,  # noqa: A002 - what Pulumi calls it
        name: str,
        id: str,  # noqa: A002
        *,
        expect_failure: bool | None = False,
        extra_args: Sequence[str] = (),
    ) -> Result:
        """`pulumi import TYPE NAME ID`, unprotected, without the generated program text."""
        arguments = ["import", type, name, id, "--yes", "--skip-preview", "--protect=false", "--generate-code=false"]
        return self._deploy([*arguments, *extra_args], None, expect_failure=expect_failure)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command in its own process group, as a shell does, for tests that interrupt it."""
        return subprocess.Popen(
            [str(self.runtime.engine.pulumi), *arguments, "--non-interactive"],
            cwd=self.directory,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    # State

    def outputs(self, *, show_secrets: bool = False) -> dict[str, Any]:
        """The stack's outputs; secret ones are `[secret]` unless asked for."""
        shown = ["--show-secrets"] if show_secrets else []
        result: dict[str, Any] = json.loads(self.run("stack", "output", "--json", "--stack", STACK, *shown).stdout)
        return result

    def stack_export(self, *, show_secrets: bool = False) -> dict[str, Any]:
        """The stack's state, as `pulumi stack export` gives it."""
        shown = ["--show-secrets"] if show_secrets else []
        state: dict[str, Any] = json.loads(self.run("stack", "export", "--stack", STACK, *shown).stdout)
        return state

    def resources(self) -> list[dict[str, Any]]:
        """The resources in the stack's state, without the stack itself and providers."""
        everything = self.stack_export()["deployment"].get("resources") or []
        return [r for r in everything if r["type"] != "pulumi:pulumi:Stack" and "pulumi:providers:" not in r["type"]]

    # Any command

    def run(
        self,
        *arguments: str,
        expect_failure: bool | None = False,
        log: Path | None = None,
        attached: Mapping[str, str] | None = None,
    ) -> Result:
        """Run any `pulumi` command in the project; `expect_failure` as for `up`."""
        executable = str(self.runtime.engine.pulumi)
        started = time.monotonic()
        with subprocess.Popen(
            [executable, *arguments],
            cwd=self.directory,
            env={**self.variables, **(attached or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                stdout, stderr = process.communicate(timeout=TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGQUIT)  # the engine prints what each of its goroutines waits for
                time.sleep(1)
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                stdout, stderr = process.communicate()
                text = f"`pulumi {' '.join(arguments)}` did not end in {TIMEOUT_SECONDS} s:\n{stdout}\n{stderr}"
                raise AssertionError(text) from None
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        result = Result(
            command=arguments,
            exit_code=process.returncode,
            stdout=stdout + (self._printed.read_text(errors="replace") if attached else ""),
            stderr=stderr,
            seconds=time.monotonic() - started,
            events=read_events(log) if log else (),
        )
        if expect_failure is not None:
            told = f"`pulumi {' '.join(arguments)}` ended with exit code {result.exit_code}:\n{result.text}"
            assert (result.exit_code != 0) == expect_failure, told
        return result

    def _deploy(
        self, arguments: Sequence[str], config: Mapping[str, Any] | None, *, expect_failure: bool | None
    ) -> Result:
        if config is not None:
            self.configure(config)
        log = self._logs / f"{len(list(self._logs.iterdir())):03d}-{arguments[0]}.jsonl"
        log.touch()
        common = ["--stack", STACK, "--non-interactive", "--event-log", str(log)]
        with self.runtime.attached(self.variables, self._printed) as attached:
            return self.run(*arguments, *common, expect_failure=expect_failure, log=log, attached=attached)

    def _write_program(self, program: str | Path | Mapping[str, Any], project: str) -> None:
        if isinstance(program, Path):
            self._copy_program(program)
        elif isinstance(program, str):
            self._write_yaml("Pulumi.yaml", {"name": project, "runtime": "python"})
            (self.directory / "__main__.py").write_text(textwrap.dedent(program))
        else:
            content = {"name": project, "runtime": "yaml", **program}
            if "packages" in content:
                content["packages"] = self._packages(content["packages"], self.directory)
            self._write_yaml("Pulumi.yaml", content)

    def _copy_program(self, source: Path) -> None:
        for pattern in COPIED_FILES:
            for file in source.glob(pattern):
                shutil.copy(file, self.directory)
        content = self._read_yaml("Pulumi.yaml")
        if "packages" in content:
            content["packages"] = self._packages(content["packages"], source)
        runtime = content.get("runtime")
        if isinstance(runtime, dict) and (options := runtime.get("options")) and "virtualenv" in options:
            named = (source / options["virtualenv"]).resolve()
            options["virtualenv"] = str(named if named.exists() else sys.prefix)
        self._write_yaml("Pulumi.yaml", content)

    def _packs(self, directories: Sequence[Path]) -> list[str]:
        packs = [self.runtime.installed(directory) for directory in directories]
        return [argument for directory in packs for argument in ("--policy-pack", str(directory))]

    def _packages(self, written: Mapping[str, Any], source: Path) -> dict[str, Any]:
        """`packages` of a YAML program, with folders that are relative to `source` as `pulumi install` leaves them."""
        found = dict(written)
        for name, location in written.items():
            if isinstance(location, str) and location.startswith((".", "/")):
                found[name] = str(self.runtime.installed((source / location).resolve()))
        return found

    def _full_key(self, key: str) -> str:
        return key if ":" in key else f"{self.project}:{key}"

    def _read_yaml(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = yaml.safe_load((self.directory / name).read_text()) or {}
        return content

    def _write_yaml(self, name: str, content: Mapping[str, Any]) -> None:
        (self.directory / name).write_text(yaml.safe_dump(dict(content), sort_keys=False))


class WorkspaceFactory(Protocol):
    """Makes the workspaces of one test: the type of the fixtures `workspace_factory` and `bare_workspace_factory`."""

    def __call__(
        self, program: str | Path | Mapping[str, Any], *, azure: Azure | None = None, project: str = "test"
    ) -> Workspace:
        """A new workspace; arguments as for `Workspace`, with the test's own subscription by default."""
        ...
