"""Running one program to its end in its own process, against the monitor here or on the real engine."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

import yaml

from benchmarks.monitor import Monitor, serving
from benchmarks.processes import environment
from devkit import launchers, paths
from devkit.engine import ensure
from devkit.environment import Azure, pulumi_variables

_PROGRAMS = Path(__file__).with_name("programs")
COMPONENT = _PROGRAMS / "component.py"
HANDWRITTEN = _PROGRAMS / "handwritten.py"
PARALLEL = 16
"""The engine's own default for ``--parallel`` is four times the processors; this keeps machines comparable."""
_RUNNER = paths.ROOT / "tools" / "language_host" / "run_program.py"
_PASSPHRASE = "benchmark"  # noqa: S105 - of a stack that exists for one run and has no secrets


class ProgramError(Exception):
    """A measured program failed; the message is what it printed."""


class Operation(StrEnum):
    """The operation that the program runs for."""

    NEW = "new"
    """The preview of a stack that does not exist: no id is known."""
    SAME = "same"
    """The preview of a deployed stack in which nothing changes: every id is known."""
    UPDATE = "update"
    """The update of a deployed stack in which one instance gets another size."""

    @property
    def label(self) -> str:
        """Its name on the page."""
        return {"new": "preview of a new stack", "same": "no-op preview", "update": "update of one instance"}[self]


@dataclass(frozen=True)
class Cost:
    """The cost of one run of a program for its process.

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


Runner = Callable[[Path], Cost]
"""Runs a program file and returns its cost; raises ProgramError if it fails."""


def changed_instance(instances: int) -> str:
    """The instance that an update changes: the one in the middle."""
    return f"web-{instances // 2}"


def on_monitor(
    monitor: Monitor,
    program: Path,
    instances: int,
    *,
    operation: Operation = Operation.NEW,
    options: Mapping[str, str] | None = None,
) -> Cost:
    """Run ``program`` as the language host does, against ``monitor``.

    Args:
        monitor: Serves the program; it must be one for an existing stack unless ``operation`` is NEW.
        program: The program's file.
        instances: How many instances it declares.
        operation: The operation that it runs for.
        options: Environment variables for the probe, to count or to profile.

    Raises:
        ProgramError: the program failed or logged an error or a warning.
    """
    config = {"benchmark:instances": str(instances)}
    if operation is Operation.UPDATE:
        config["benchmark:changed"] = changed_instance(instances)
    dry_run = "false" if operation is Operation.UPDATE else "true"
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory, serving(monitor) as address:
        report = Path(directory) / "report.json"
        variables = {**environment(), **_probe_variables(program, report), **(options or {})}
        variables["PULUMI_CONFIG"] = json.dumps(config)
        variables["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps([])
        command = [sys.executable, "-u", str(_RUNNER), "--project", "benchmark", "--stack", "dev"]
        command += ["--root_directory", directory, "--pwd", directory, "--monitor", address, "--engine", address]
        command += ["--dry_run", dry_run, "--parallel", str(PARALLEL), "--", str(_PROGRAMS / "probe.py")]
        ended = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        if ended.returncode != 0 or monitor.messages:
            raise ProgramError("\n".join([f"{program.name} failed:", ended.stdout, ended.stderr, *monitor.messages]))
        return Cost(**json.loads(report.read_text()))


@contextmanager
def monitor_runner(instances: int, operation: Operation) -> Iterator[Runner]:
    """A runner on a new monitor each time."""
    existing = operation is not Operation.NEW
    yield lambda program: on_monitor(Monitor(existing=existing), program, instances, operation=operation)


@contextmanager
def engine_runner(instances: int, operation: Operation) -> Iterator[Runner]:
    """A runner on the real engine, with the stand-in azure-native provider on the Azure simulator.

    Each run has its own stack and subscription; for other operations than NEW it is deployed before the run
    that is measured.

    Raises:
        devkit.engine.EngineError: there is no engine.
    """
    from arm_simulator.testing import running_simulator  # noqa: PLC0415 - heavy, and for the engine only

    engine = ensure()
    launchers.install_language_host(engine)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory, running_simulator() as simulator:
        root = Path(directory)
        launchers.install_provider(root / "home")
        (root / "backend").mkdir()

        def run(program: Path) -> Cost:
            azure = Azure(simulator.endpoint, simulator.token, str(uuid4()))
            variables = pulumi_variables(
                engine, home=root / "home", backend=root / "backend", azure=azure, base=environment()
            )
            variables["PULUMI_CONFIG_PASSPHRASE"] = _PASSPHRASE
            return _on_engine(str(engine.pulumi), root, variables, program, (instances, operation))

        yield run


def _on_engine(
    pulumi: str, root: Path, variables: Mapping[str, str], program: Path, what: tuple[int, Operation]
) -> Cost:
    instances, operation = what
    project = Path(tempfile.mkdtemp(prefix="project-", dir=root))
    (project / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "benchmark", "runtime": "python", "main": "."}))
    probe = str(_PROGRAMS / "probe.py")
    (project / "__main__.py").write_text(f"import runpy\nrunpy.run_path({probe!r}, run_name='__main__')\n")
    report = project / "report.json"
    environment_ = {**variables, **_probe_variables(program, report)}
    for arguments in _commands(instances, operation):
        ended = subprocess.run(
            [pulumi, *arguments, "--stack", project.name, "--non-interactive"],
            cwd=project,
            env=environment_,
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode != 0:
            raise ProgramError(f"`pulumi {' '.join(arguments)}` failed:\n{ended.stdout}{ended.stderr}")
    # The report is that of the last command: each one that runs the program overwrites it.
    return Cost(**json.loads(report.read_text()))


def _commands(instances: int, operation: Operation) -> Sequence[Sequence[str]]:
    pace = ["--suppress-outputs", "--parallel", str(PARALLEL)]
    deploy = ["up", "--skip-preview", "--yes", *pace]
    begin = [["stack", "init"], ["config", "set", "instances", str(instances)]]
    match operation:
        case Operation.NEW:
            return [*begin, ["preview", *pace]]
        case Operation.SAME:
            return [*begin, deploy, ["preview", "--expect-no-changes", *pace]]
        case Operation.UPDATE:
            return [*begin, deploy, ["config", "set", "changed", changed_instance(instances)], deploy]


def _probe_variables(program: Path, report: Path) -> dict[str, str]:
    return {"SCALESET_BENCHMARK_PROGRAM": str(program), "SCALESET_BENCHMARK_REPORT": str(report)}
