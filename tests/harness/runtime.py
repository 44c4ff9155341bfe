"""The engine that all tests of one process share: executable, home with the stand-in provider, and stack templates."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any
from weakref import finalize

import yaml

from devkit import launchers, paths
from devkit.engine import Engine, ensure
from devkit.environment import Azure, pulumi_variables

PASSPHRASE = "correct horse battery staple"


@dataclass
class EngineRuntime:
    """The state that workspaces share. One for each test process.

    Attributes:
        directory: Holds the Pulumi home and the stack templates.
        engine: The engine under test: an installed Pulumi, or the pinned build.
        own_processes: Whether the engine starts the language host and the provider itself, as it does for users.
            Otherwise it attaches to those of :mod:`harness.hosts`, which takes a quarter of the time, and an installed
            Pulumi's own language host is not used. `SCALESET_HOSTS=own` is the default of everything, then.
    """

    directory: Path
    engine: Engine = field(default_factory=ensure)
    own_processes: bool = field(default_factory=lambda: os.environ.get("SCALESET_HOSTS") == "own")

    def __post_init__(self) -> None:
        launchers.install_language_host(self.engine)
        launchers.install_provider(self.home)

    @property
    def home(self) -> Path:
        """`PULUMI_HOME`."""
        return self.directory / "home"

    def variables(self, backend: Path, azure: Azure | None) -> dict[str, str]:
        """The environment for `pulumi`, with the state backend in `backend`."""
        variables = pulumi_variables(self.engine, home=self.home, backend=backend, azure=azure)
        variables["PULUMI_CONFIG_PASSPHRASE"] = PASSPHRASE
        variables["PULUMI_DEBUG_COMMANDS"] = "true"  # for --event-log
        variables["NO_COLOR"] = "1"
        return variables

    def installed(self, folder: Path) -> Path:
        """A plugin's or policy pack's folder as `pulumi install` leaves it: with the virtual environment that it names.

        The folder itself is returned if it names none, or has it. Otherwise the result is a folder of links to its
        content, and to this process's environment: a separate one would take minutes to create.
        """
        settings = [file for name in ("PulumiPlugin.yaml", "PulumiPolicy.yaml") if (file := folder / name).exists()]
        runtime = (yaml.safe_load(settings[0].read_text()) or {}).get("runtime") if settings else None
        virtualenv = (runtime.get("options") or {}).get("virtualenv") if isinstance(runtime, dict) else None
        if virtualenv is None or (folder / virtualenv).exists():
            return folder
        twin = self.directory / "installed" / hashlib.sha256(str(folder).encode()).hexdigest()[:8] / folder.name
        if not twin.exists():
            twin.mkdir(parents=True)
            for entry in folder.iterdir():
                (twin / entry.name).symlink_to(entry)
            (twin / virtualenv).symlink_to(sys.prefix)
        return twin

    @contextmanager
    def attached(self, variables: Mapping[str, str], output: Path) -> Iterator[dict[str, str]]:
        """The environment variables with which a command uses the language host and provider of the warm process.

        Args:
            variables: The rest of its environment.
            output: The file for the programs' output: an engine that attached to a host does not see it.
        """
        if self.own_processes:
            yield {}
            return
        with self._hosts.running(output, variables) as ports:
            yield {
                "PULUMI_DEBUG_LANGUAGES": f"python:{ports['language']}",
                "PULUMI_DEBUG_PROVIDERS": f"{launchers.PROVIDER}:{ports['provider']}",
            }

    @cached_property
    def _hosts(self) -> WarmHosts:
        return WarmHosts()

    def make_stack(self, backend: Path, workspace: Path, project: str, stack: str) -> None:
        """Create an empty stack: its state in `backend`, its configuration file in `workspace`.

        It is a copy of a stack from `pulumi stack init`, which takes a third of a second for each project name.
        """
        template = self.directory / "stacks" / project / stack
        if not template.exists():
            self._make_template(template, project, stack)
        shutil.copytree(template / "backend", backend)
        if not (workspace / f"Pulumi.{stack}.yaml").exists():
            shutil.copy(template / f"Pulumi.{stack}.yaml", workspace)

    def _make_template(self, template: Path, project: str, stack: str) -> None:
        backend = template / "backend"
        backend.mkdir(parents=True)
        (template / "Pulumi.yaml").write_text(f"name: {project}\nruntime: python\n")
        made = subprocess.run(
            [self.engine.pulumi, "stack", "init", stack, "--non-interactive", "--no-select"],
            cwd=template,
            env=self.variables(backend, None),
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stdout + made.stderr


class WarmHosts:
    """The process of :mod:`harness.hosts`. It ends with this process, or when it is no longer used."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "harness.hosts"],
            env={**os.environ, "PYTHONPATH": str(paths.ROOT / "tests")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._keys = count()
        self._lock = threading.Lock()
        finalize(self, _end, self._process)

    @contextmanager
    def running(self, output: Path, environment: Mapping[str, str]) -> Iterator[dict[str, int]]:
        """New services for one command of the engine; yields their ports."""
        key = next(self._keys)
        ports = self._ask(key=key, output=str(output), environment=dict(environment))
        try:
            yield ports
        finally:
            self._ask(key=key)

    def _ask(self, **request: Any) -> dict[str, int]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        assert answer, "the process of harness.hosts has ended: its error is above"
        ports: dict[str, int] = json.loads(answer)
        return ports


def _end(process: subprocess.Popen[str]) -> None:
    with process:
        assert process.stdin is not None
        process.stdin.close()
