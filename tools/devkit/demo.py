"""The demo: the project at the root of the repository, run by the real engine against the embedded Azure simulator.

    python -m devkit.demo up|preview|refresh|down|env|stop
    python -m devkit.demo pulumi stack output

Everything it makes is under `.scratch/demo` (states, simulated cloud, secrets) and `.pulumi-home`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from devkit import paths
from devkit.engine import Engine, EngineError
from devkit.environment import Azure, pulumi_variables
from devkit.setup import prepare
from devkit.simulator_process import SimulatorError, SimulatorProcess, private_secret

STACK = "dev"
SUBSCRIPTION = "00000000-0000-4000-8000-00000000de40"
"""The demo's subscription in the simulated Azure."""

NEXT_STEPS = """
The scale set exists in the simulated Azure at {endpoint}. Next:
  make preview                  no changes, until you change Pulumi.dev.yaml
  edit Pulumi.dev.yaml, make up only the difference is carried out
  make refresh                  find changes that were made behind Pulumi's back
  eval "$(make -s env)"         then use `pulumi` and `scaleset` yourself: pulumi stack output
  make down                     delete everything and stop the simulator
"""


@dataclass(frozen=True)
class Demo:
    """The demo's stack and simulated cloud; `directory` holds what belongs to it."""

    engine: Engine
    directory: Path = paths.DEMO

    @property
    def simulator(self) -> SimulatorProcess:
        """The simulated cloud."""
        return SimulatorProcess(self.directory)

    @property
    def passphrase_file(self) -> Path:
        """The file with the passphrase that the stack's secrets are encrypted with."""
        file = self.directory / "passphrase"
        private_secret(file)
        return file

    @property
    def backend(self) -> Path:
        """The directory of the states."""
        directory = self.directory / "backend"
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    def variables(self) -> dict[str, str]:
        """The environment for `pulumi`."""
        azure = Azure(self.simulator.endpoint(), self.simulator.token(), SUBSCRIPTION)
        variables = pulumi_variables(self.engine, home=paths.PULUMI_HOME, backend=self.backend, azure=azure)
        variables["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(self.passphrase_file)
        return variables

    def pulumi(self, *arguments: str, directory: Path = paths.ROOT) -> int:
        """Run `pulumi` in the foreground; returns its exit code."""
        command = [str(self.engine.pulumi), *arguments]
        with subprocess.Popen(command, cwd=directory, env=self.variables()) as process:
            while True:
                try:
                    return process.wait()
                except KeyboardInterrupt:
                    # The terminal sent it to the engine as well, which finishes what is under way and then ends.
                    continue

    def has_stack(self) -> bool:
        """Whether the stack has been made."""
        return any(self.backend.glob(f".pulumi/stacks/*/{STACK}.json"))

    def make_stack(self) -> int:
        """Make the stack, leaving the `Pulumi.dev.yaml` of the repository untouched; returns the exit code.

        `pulumi stack init` writes the new encryption salt into the configuration file, which is under version
        control here. It runs on a copy of the project file, and the salt goes into the stack's state instead.
        """
        workspace = self.directory / "new-stack"
        shutil.rmtree(workspace, ignore_errors=True)
        workspace.mkdir(parents=True)
        shutil.copy(paths.ROOT / "Pulumi.yaml", workspace)
        status = self.pulumi("stack", "init", STACK, "--non-interactive", "--no-select", directory=workspace)
        if status != 0:
            return status
        salt = re.search(r"^encryptionsalt: (\S+)$", (workspace / f"Pulumi.{STACK}.yaml").read_text(), re.MULTILINE)
        assert salt is not None, "a stack with a passphrase has a salt"
        provider = {"type": "passphrase", "state": {"salt": salt[1]}}
        state = {"version": 3, "deployment": {"manifest": {}, "secrets_providers": provider, "resources": []}}
        (workspace / "state.json").write_text(json.dumps(state))
        return self.pulumi("stack", "import", "--stack", STACK, "--file", "state.json", directory=workspace)

    def start(self) -> int:
        """Start the simulator and make the stack, as far as they are not there; returns the exit code."""
        if self.simulator.start():
            print(f"Azure simulator: {self.simulator.endpoint()}", file=sys.stderr, flush=True)
        return 0 if self.has_stack() else self.make_stack()


def up(demo: Demo, arguments: list[str]) -> int:
    """`pulumi up` with the project's policies, then what to do next."""
    status = demo.start() or demo.pulumi("up", "--yes", *_stack(), *_policies(), *arguments)
    if status == 0:
        print(NEXT_STEPS.format(endpoint=demo.simulator.endpoint()))
    return status


def preview(demo: Demo, arguments: list[str]) -> int:
    """`pulumi preview` with the project's policies."""
    return demo.start() or demo.pulumi("preview", *_stack(), *_policies(), *arguments)


def refresh(demo: Demo, arguments: list[str]) -> int:
    """`pulumi refresh`."""
    return demo.start() or demo.pulumi("refresh", "--yes", *_stack(), *arguments)


def down(demo: Demo, arguments: list[str]) -> int:
    """Delete the resources and the stack, and stop the simulator."""
    if demo.has_stack():
        status = demo.start() or demo.pulumi("destroy", "--yes", *_stack(), *arguments)
        # --preserve-config: the configuration file belongs to the repository.
        status = status or demo.pulumi("stack", "rm", "--yes", "--preserve-config", *_stack())
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
    except (EngineError, SimulatorError) as error:
        print(error, file=sys.stderr)
        return 1


def _stack() -> list[str]:
    return ["--stack", STACK]


def _policies() -> list[str]:
    return ["--policy-pack", str(paths.POLICY_PACK)] if (paths.POLICY_PACK / "PulumiPolicy.yaml").exists() else []


if __name__ == "__main__":
    sys.exit(main())
