"""Running one program to its end in a process of its own, against the monitor here or on the real engine."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.monitor import Monitor, serving
from devkit import launchers, paths
from devkit.engine import ensure
from devkit.environment import pulumi_variables

_PROGRAMS = Path(__file__).with_name("programs")
COMPONENT = _PROGRAMS / "component.py"
HANDWRITTEN = _PROGRAMS / "handwritten.py"
PARALLEL = 16
"""The engine's own default for ``--parallel`` is four times the processors; this keeps machines comparable."""
_RUNNER = paths.ROOT / "tools" / "language_host" / "run_program.py"
_PASSPHRASE = "benchmark"  # noqa: S105 - of a stack that lives for one run and holds no secret


class ProgramError(Exception):
    """A measured program failed; the message is what it printed."""


@dataclass(frozen=True)
class Cost:
    """What one run of a program cost the program's process.

    Attributes:
        cpu: Seconds of CPU, of all threads, from the start of Python to its end.
        wall: Seconds from the start of the process to its end.
        memory: The largest resident size, in bytes.
        outputs: How many Outputs were made; 0 unless they were counted.
    """

    cpu: float
    wall: float
    memory: int
    outputs: int = 0


Runner = Callable[[Path, int], Cost]
"""Runs a program file with a number of instances and says what it cost; raises ProgramError if it fails."""


def on_monitor(monitor: Monitor, program: Path, instances: int, *, options: Mapping[str, str] | None = None) -> Cost:
    """Run ``program`` as the language host does, as a preview against ``monitor``.

    Args:
        monitor: Answers the program.
        program: The program's file.
        instances: How many instances it declares.
        options: Environment variables for the probe, to count or to profile.

    Raises:
        ProgramError: the program failed or logged an error or a warning.
    """
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory, serving(monitor) as address:
        report = Path(directory) / "report.json"
        variables = {**os.environ, **_probe_variables(program, report), **(options or {})}
        variables["PULUMI_CONFIG"] = json.dumps({"benchmark:instances": str(instances)})
        variables["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps([])
        command = [sys.executable, "-u", str(_RUNNER), "--project", "benchmark", "--stack", "dev"]
        command += ["--root_directory", directory, "--pwd", directory, "--monitor", address, "--engine", address]
        command += ["--dry_run", "true", "--parallel", str(PARALLEL), "--", str(_PROGRAMS / "probe.py")]
        ended = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        if ended.returncode != 0 or monitor.messages:
            raise ProgramError("\n".join([f"{program.name} failed:", ended.stdout, ended.stderr, *monitor.messages]))
        return Cost(**json.loads(report.read_text()))


def monitor_runner(*, existing: bool = False) -> Runner:
    """A runner on a new monitor each time.

    Args:
        existing: Whether the stack exists already.
    """
    return lambda program, instances: on_monitor(Monitor(existing=existing), program, instances)


@contextmanager
def engine_runner() -> Iterator[Runner]:
    """A runner on the real engine's ``pulumi preview`` of a new stack, with the stand-in azure-native provider.

    Raises:
        devkit.engine.EngineError: there is no engine.
    """
    from arm_simulator.testing import running_simulator  # noqa: PLC0415 - heavy, and for the engine only
    from devkit.environment import Azure  # noqa: PLC0415

    engine = ensure()
    launchers.install_language_host(engine)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory, running_simulator() as simulator:
        root = Path(directory)
        launchers.install_provider(root / "home")
        azure = Azure(simulator.endpoint, simulator.token, "00000000-0000-0000-0000-000000000000")
        backend = root / "backend"
        backend.mkdir()
        variables = pulumi_variables(engine, home=root / "home", backend=backend, azure=azure)
        variables["PULUMI_CONFIG_PASSPHRASE"] = _PASSPHRASE
        yield lambda program, instances: _on_engine(str(engine.pulumi), root, variables, program, instances)


def _on_engine(pulumi: str, root: Path, variables: Mapping[str, str], program: Path, instances: int) -> Cost:
    project = Path(tempfile.mkdtemp(prefix="project-", dir=root))
    stack = project.name
    description = {"name": "benchmark", "runtime": "python", "main": "."}
    (project / "Pulumi.yaml").write_text(yaml.safe_dump(description))
    probe = str(_PROGRAMS / "probe.py")
    (project / "__main__.py").write_text(f"import runpy\nrunpy.run_path({probe!r}, run_name='__main__')\n")
    report = project / "report.json"
    environment = {**variables, **_probe_variables(program, report)}
    for arguments in (
        ["stack", "init", stack],
        ["config", "set", "instances", str(instances), "--stack", stack],
        ["preview", "--stack", stack, "--suppress-outputs", "--parallel", str(PARALLEL)],
    ):
        ended = subprocess.run(
            [pulumi, *arguments, "--non-interactive"],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode != 0:
            raise ProgramError(f"`pulumi {' '.join(arguments)}` failed:\n{ended.stdout}{ended.stderr}")
    return Cost(**json.loads(report.read_text()))


def _probe_variables(program: Path, report: Path) -> dict[str, str]:
    return {"SCALESET_BENCHMARK_PROGRAM": str(program), "SCALESET_BENCHMARK_REPORT": str(report)}
