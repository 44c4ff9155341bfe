"""Killing one process of a deployment at one write to Azure, and what Azure and the state then have."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from harness import EngineRuntime, Workspace
from harness.workspace import STACK

from arm_simulator.core.store import Store
from arm_simulator.server.routing import Call
from arm_simulator.testing import running_simulator
from devkit.environment import Azure
from devkit.simulator_process import SimulatorProcess

SUBSCRIPTION = "5c01e5e7-0000-4000-8000-00000000dead"
TOKEN = "token-of-the-killed"
PATIENCE = 120.0
COMMANDS = {
    "program": "run_program.py",
    "language host": "language_host --host-version",
    "provider": "azure_native",
}
"""What the command line of each process that the engine starts has in it."""

WRITES = frozenset({"PUT", "PATCH", "POST", "DELETE"})
NOT_COMPARED = frozenset({"created", "modified", "sourcePosition", "stackTrace", "outputs"})
"""Fields of the state that differ between two equal runs: outputs show Azure at the moment of the last read."""
_RANDOM = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}"
    r"|\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)|(?:\d{1,3}\.){3}\d{1,3}(?![\d./])",
    re.IGNORECASE,
)
"""Generated ids, times, and addresses, which are given out in the order of requests."""


@dataclass(frozen=True, slots=True)
class Point:
    """When what is killed.

    Attributes:
        mode: The set's mode.
        action: What is interrupted: ``up`` (the first one), ``update`` or ``destroy``.
        victim: ``engine``, ``program``, ``language host``, ``provider`` or ``simulator``.
        write: At which write to Azure, from 1.
        lost: Whether that write had no effect: the process died before it was sent (the simulator: before it was
            stored). Otherwise it took effect, and its answer never arrived.
        then: What is done after the recovery: the same ``again``, or ``destroy``, or ``up``.
    """

    mode: str
    action: str
    victim: str
    write: int
    lost: bool = False
    then: str = "again"

    def __str__(self) -> str:
        """The name of the test's case."""
        end = "" if self.then == "again" else f"-then-{self.then}"
        return f"{self.mode}-{self.action}-{self.victim}-{self.write}{'-lost' if self.lost else ''}{end}".replace(
            " ", ""
        )


@dataclass
class World:
    """One stack and one Azure, whose processes can be killed.

    Attributes:
        stack: The stack.
        files: The directory with the simulator's files.
        own: Whether the simulator is a separate process.
    """

    stack: Workspace
    files: Path
    own: bool
    _simulator: Any = None
    _process: SimulatorProcess | None = None
    _left: list[int] = field(default_factory=list)

    @property
    def state(self) -> Path:
        """The simulated Azure."""
        return self.files / "state.db"

    def interrupt(self, point: Point) -> subprocess.CompletedProcess[str]:
        """Run the action until the process is killed, and wait for the end of all others."""
        words = ["destroy" if point.action == "destroy" else "up", "--yes", "--skip-preview", "--stack", STACK]
        with self._attached(point) as attached, self._running([*words, "--non-interactive"], attached) as process:
            with self._armed(point, process):
                output, _ = process.communicate(timeout=PATIENCE)
            for pid in self._left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._left.clear()
        if self._process is not None and not self._process.is_running():
            self._process.start()
        return subprocess.CompletedProcess(words, process.returncode, output, "")

    @contextmanager
    def _attached(self, point: Point) -> Iterator[dict[str, str]]:
        """Warm plugins for the engine, but the victim is always a separate process."""
        with self.stack.runtime.attached(self.stack.variables, self.files / "printed.txt") as attached:
            if point.victim in {"program", "language host"}:
                yield {}
            elif point.victim == "provider":
                yield {name: value for name, value in attached.items() if name != "PULUMI_DEBUG_PROVIDERS"}
            else:
                yield attached

    @contextmanager
    def _running(self, arguments: list[str], more: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
        with subprocess.Popen(
            [str(self.stack.runtime.engine.pulumi), *arguments],
            cwd=self.stack.directory,
            env={**self.stack.variables, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                yield process
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)

    @contextmanager
    def _armed(self, point: Point, process: subprocess.Popen[str]) -> Iterator[None]:
        if self._process is not None:
            phase = "death-before" if point.lost else "death-after"
            self._control("POST", {"phase": phase, "method": ",".join(sorted(WRITES)), "after": point.write - 1})
            yield
            return
        count = 0

        def strike() -> None:
            self._left = descendants(process.pid)
            os.kill(self._victim(point, process), signal.SIGKILL)

        def before(call: Call) -> bool:
            nonlocal count
            count += call.method in WRITES
            mine = call.method in WRITES and count == point.write
            if mine and point.lost:
                strike()
            return mine and point.lost

        def after(call: Call) -> None:
            nonlocal count
            if call.method in WRITES and count == point.write and not point.lost:
                count += 1000
                strike()

        control = self._simulator.control
        control.before, control.after = before, after
        try:
            yield
        finally:
            control.before, control.after = (lambda _: False), (lambda _: None)

    def _victim(self, point: Point, process: subprocess.Popen[str]) -> int:
        if point.victim == "engine":
            return process.pid
        found = [pid for pid in descendants(process.pid) if COMMANDS[point.victim] in command_line(pid)]
        assert found, f"no {point.victim} among {[command_line(pid) for pid in descendants(process.pid)]}"
        return found[0]

    def _control(self, method: str, body: Mapping[str, Any]) -> None:
        assert self._process is not None
        httpx.request(
            method,
            f"{self._process.endpoint()}/_simulator/faults",
            json=body,
            headers={"Authorization": f"Bearer {self._process.token()}"},
        ).raise_for_status()

    def cloud(self) -> dict[str, Any]:
        """All resources in Azure by their ids, without what is random, or a time."""
        store = Store(self.state)
        try:
            return {key: _steady(store.get(key).body) for key in sorted(store.keys())}  # type: ignore[union-attr]
        finally:
            store.close()

    def entries(self) -> dict[str, dict[str, Any]]:
        """The resources of the state file by their URNs, comparable; each secret is only a secret."""
        found = {}
        for each in self._resources():
            plain = {name: value for name, value in each.items() if name not in NOT_COMPARED}
            along = plain.get("propertyDependencies") or {}
            plain["propertyDependencies"] = {name: sorted(urns or ()) for name, urns in along.items()}
            plain["dependencies"] = sorted(plain.get("dependencies") or ())
            found[plain["urn"]] = _steady(plain)
        return found

    def state_text(self) -> str:
        """The state file."""
        return next(self.stack.backend.glob(f".pulumi/stacks/*/{STACK}.json")).read_text()

    def ids(self) -> set[str]:
        """The ids of the resources in the state file, in lower case."""
        return {str(each["id"]).lower() for each in self._resources() if each.get("id")}

    def _resources(self) -> list[dict[str, Any]]:
        return list(json.loads(self.state_text())["checkpoint"]["latest"].get("resources") or ())


def differences(found: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, Any]:
    """What differs between two sets of resources: missing and surplus ones, and the fields that are not equal."""
    result: dict[str, Any] = {
        "missing": sorted(expected.keys() - found.keys()),
        "surplus": sorted(found.keys() - expected.keys()),
    }
    for key in expected.keys() & found.keys():
        old, new = expected[key], found[key]
        for name in {*old, *new}:
            if old.get(name) != new.get(name):
                result[f"{key} {name}"] = {"expected": old.get(name), "found": new.get(name)}
    return {name: value for name, value in result.items() if value}


def _steady(value: Any, name: str = "") -> Any:
    """A value without what differs between two equal runs: random ids, times, addresses, the order of references."""
    if name.lower() in {"etag", "ciphertext"}:
        return "RANDOM"
    if isinstance(value, Mapping):
        return {key: _steady(item, key) for key, item in value.items()}
    if isinstance(value, list):
        items = [_steady(item) for item in value]
        return sorted(items, key=lambda each: str(each["id"])) if all(_has_id(each) for each in items) else items
    return _RANDOM.sub("RANDOM", value) if isinstance(value, str) else value


def _has_id(value: Any) -> bool:
    return isinstance(value, Mapping) and "id" in value


@contextmanager
def world(
    runtime: EngineRuntime, directory: Path, program: str, *, own: bool, start: Path | None = None
) -> Iterator[World]:
    """A stack and a separate Azure.

    Args:
        runtime: The engine.
        directory: An empty directory.
        program: The program.
        own: Whether the simulator is a separate process, which can be killed.
        start: The directory of another world, whose state and Azure this one starts with; None: empty ones.
    """
    files = directory / "azure"
    files.mkdir(parents=True)
    if start is not None:
        shutil.copytree(
            start / "azure", files, dirs_exist_ok=True, ignore=shutil.ignore_patterns("pid", "port", "token")
        )
    (files / "token").write_text(TOKEN)
    with ExitStack() as stack:
        running = process = None
        if own:
            process = SimulatorProcess(files)
            process.start()
            stack.callback(process.stop)
            endpoint = process.endpoint()
        else:
            running = stack.enter_context(running_simulator(files / "state.db", token=TOKEN))
            endpoint = running.endpoint
        made = Workspace(runtime, directory / "stack", program, azure=Azure(endpoint, TOKEN, SUBSCRIPTION))
        if start is not None:
            shutil.rmtree(made.backend)
            shutil.copytree(start / "stack" / "backend", made.backend)
        yield World(made, files, own, running, process)


def descendants(pid: int) -> list[int]:
    """All processes below a process."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError, IndexError, ValueError):
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(folder.name))
    found = list(children.get(pid, ()))
    for each in found:
        found += children.get(each, ())
    return found


def command_line(pid: int) -> str:
    """The command line of a process; empty if it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""
