"""The demo: the project at the root of the repository, run by the real engine against the embedded Azure simulator.

    python -m devkit.demo up|preview|refresh|down|env|stop
    python -m devkit.demo pulumi stack output

Everything it creates is under `.scratch/demo` (states, simulated cloud, secrets) and `.pulumi-home`.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from devkit import paths, preflight
from devkit.engine import Engine, EngineError
from devkit.environment import Azure, pulumi_variables
from devkit.setup import prepare
from devkit.simulator_process import SimulatorError, SimulatorProcess, private_secret

STACK = "dev"
EXAMPLE = "Pulumi.example.yaml"
"""The configuration that the stack starts with."""

SUBSCRIPTION = "00000000-0000-4000-8000-00000000de40"
"""The demo's subscription in the simulated Azure."""

NEXT_STEPS = """
The stack is up in the simulated Azure at {endpoint}. What you can do now:
  make preview                      no changes, until you edit Pulumi.dev.yaml
  make up                           carries out only the difference after an edit
  make refresh                      finds what was changed behind Pulumi's back
  make pulumi ARGS="stack output"   shows the outputs; any pulumi command works
  eval "$(make -s env)"             for your own pulumi and scaleset commands in this shell
  make down                         deletes everything and stops the simulator
"""


class ConfigurationError(Exception):
    """The stack's configuration file can't be used; the message says what to do."""


@dataclass(frozen=True)
class Demo:
    """The demo's stack and simulated cloud.

    Attributes:
        engine: The engine that runs it.
        directory: Contains its files: states, simulated cloud, secrets.
        project: The directory of its `Pulumi.yaml`, `Pulumi.example.yaml` and, once created, `Pulumi.dev.yaml`.
        home: The `PULUMI_HOME`.
    """

    engine: Engine
    directory: Path = paths.DEMO
    project: Path = paths.ROOT
    home: Path = paths.PULUMI_HOME

    @property
    def simulator(self) -> SimulatorProcess:
        """The simulated cloud."""
        return SimulatorProcess(self.directory)

    @property
    def passphrase_file(self) -> Path:
        """The file with the passphrase that the stack's secrets are encrypted with."""
        private_secret(self._passphrase_path)
        return self._passphrase_path

    @property
    def _passphrase_path(self) -> Path:
        return self.directory / "passphrase"

    @property
    def backend(self) -> Path:
        """The directory of the states."""
        directory = self.directory / "backend"
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    def variables(self) -> dict[str, str]:
        """The environment for `pulumi`."""
        azure = Azure(self.simulator.endpoint(), self.simulator.token(), SUBSCRIPTION)
        variables = pulumi_variables(self.engine, home=self.home, backend=self.backend, azure=azure)
        variables["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(self.passphrase_file)
        return variables

    def pulumi(self, *arguments: str) -> int:
        """Run `pulumi` in the foreground; returns its exit code."""
        command = [str(self.engine.pulumi), *arguments]
        with subprocess.Popen(command, cwd=self.project, env=self.variables()) as process:
            while True:
                try:
                    return process.wait()
                except KeyboardInterrupt:
                    # The terminal sent it to the engine as well, which finishes the operations in progress and then
                    # ends.
                    continue

    def has_stack(self) -> bool:
        """Whether the stack exists."""
        return any(self.backend.glob(f".pulumi/stacks/*/{STACK}.json"))

    def make_stack(self) -> int:
        """Make the stack, from the example configuration if there is none yet; returns the exit code.

        The stack's configuration file is not under version control, because Pulumi writes the stack's encryption
        salt into it. One that is left from a former stack, whose passphrase is lost, gets a new salt.
        """
        configuration = self.project / f"Pulumi.{STACK}.yaml"
        if not configuration.exists():
            shutil.copy(self.project / EXAMPLE, configuration)
        elif not self._passphrase_path.exists():
            drop_salt(configuration)
        return self.pulumi("stack", "init", STACK, "--non-interactive")

    def start(self) -> int:
        """Start the simulator and create the stack, unless they exist, and say what is used; returns the exit code."""
        print(f"Engine: {self.engine.describe()}", file=sys.stderr, flush=True)
        if self.simulator.start():
            print(f"Azure simulator: {self.simulator.endpoint()}", file=sys.stderr, flush=True)
        return 0 if self.has_stack() else self.make_stack()


def up(demo: Demo, arguments: list[str]) -> int:
    """`pulumi up` with the project's policies, then what to do next."""
    status = demo.start() or demo.pulumi("up", "--yes", "--stack", STACK, *_policies(demo), *arguments)
    if status == 0:
        print(NEXT_STEPS.format(endpoint=demo.simulator.endpoint()))
    return status


def preview(demo: Demo, arguments: list[str]) -> int:
    """`pulumi preview` with the project's policies."""
    return demo.start() or demo.pulumi("preview", "--stack", STACK, *_policies(demo), *arguments)


def refresh(demo: Demo, arguments: list[str]) -> int:
    """`pulumi refresh`."""
    return demo.start() or demo.pulumi("refresh", "--yes", "--stack", STACK, *arguments)


def down(demo: Demo, arguments: list[str]) -> int:
    """Delete the resources and the stack, and stop the simulator."""
    if demo.has_stack():
        status = demo.start() or demo.pulumi("destroy", "--yes", "--stack", STACK, *arguments)
        # --preserve-config: the configuration file belongs to the repository.
        status = status or demo.pulumi("stack", "rm", "--yes", "--preserve-config", "--stack", STACK)
        if status != 0:
            return status
    else:
        print("There is no demo stack.", file=sys.stderr)
    demo.simulator.stop()
    return 0


def env(demo: Demo, _arguments: list[str]) -> int:
    """Print `export` lines for a shell; secrets are read from their files by the shell and not printed."""
    status = demo.start()
    variables = demo.variables()
    ours = {key: value for key, value in variables.items() if os.environ.get(key) != value}
    for key, value in sorted(ours.items()):
        if key == "SCALESET_ARM_TOKEN":
            print(f'export {key}="$(cat {shlex.quote(str(demo.directory / "token"))})"')
        else:
            print(f"export {key}={shlex.quote(value)}")
    return status


def stop(demo: Demo, _arguments: list[str]) -> int:
    """Stop the simulator; its state stays."""
    demo.simulator.stop()
    return 0


def pulumi(demo: Demo, arguments: list[str]) -> int:
    """Any `pulumi` command in the demo's environment."""
    return demo.start() or demo.pulumi(*arguments)


COMMANDS = {command.__name__: command for command in (up, preview, refresh, down, env, stop, pulumi)}


def main() -> int:
    """Run the command that the command line names; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m devkit.demo", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="further arguments for pulumi")
    options = parser.parse_args()
    try:
        return COMMANDS[options.command](Demo(prepare()), options.arguments)
    except (ConfigurationError, EngineError, preflight.PackError, SimulatorError) as error:
        print(error, file=sys.stderr)
        return 1


def drop_salt(configuration: Path) -> None:
    """Remove the encryption salt from a stack's configuration file.

    Raises:
        ConfigurationError: The file has secrets, which can't be read without the passphrase of that salt.
    """
    text = configuration.read_text()
    if re.search(r"^\s+secure:", text, re.MULTILINE):
        msg = (
            f"{configuration.name} has secrets of a stack that is gone, together with its passphrase. "
            "Remove their `secure:` values from the file, and set them again when the stack is there."
        )
        raise ConfigurationError(msg)
    configuration.write_text(re.sub(r"^encryptionsalt:.*\n?", "", text, flags=re.MULTILINE))


def _policies(demo: Demo) -> list[str]:
    """The arguments for the policy pack, which is known to start.

    Raises:
        PackError: It does not.
    """
    preflight.check(paths.POLICY_PACK, demo.variables())
    return ["--policy-pack", str(paths.POLICY_PACK)]


if __name__ == "__main__":
    sys.exit(main())
