"""The engine as all tests of one process share it: executable, home with the stand-in provider, and stack templates."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from devkit import launchers
from devkit.engine import Engine, ensure
from devkit.environment import Azure, pulumi_variables

PASSPHRASE = "correct horse battery staple"


@dataclass
class EngineRuntime:
    """What workspaces have in common. One for each test process.

    Attributes:
        directory: Holds the Pulumi home and the stack templates.
        engine: The engine under test: an installed Pulumi, or the pinned build.
    """

    directory: Path
    engine: Engine = field(default_factory=ensure)

    def __post_init__(self) -> None:
        launchers.install_language_host(self.engine)
        launchers.install_provider(self.home)

    @property
    def home(self) -> Path:
        """`PULUMI_HOME`."""
        return self.directory / "home"

    def variables(self, backend: Path, azure: Azure | None) -> dict[str, str]:
        """The environment for `pulumi` with its states in `backend`."""
        variables = pulumi_variables(self.engine, home=self.home, backend=backend, azure=azure)
        variables["PULUMI_CONFIG_PASSPHRASE"] = PASSPHRASE
        variables["PULUMI_DEBUG_COMMANDS"] = "true"  # for --event-log
        variables["NO_COLOR"] = "1"
        return variables

    def make_stack(self, backend: Path, workspace: Path, project: str, stack: str) -> None:
        """Make an empty stack: the states in `backend`, its configuration file in `workspace`.

        It is a copy of one that `pulumi stack init` made, which takes a third of a second for each project name.
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
