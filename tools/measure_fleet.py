"""Run the fleet example at full size against its own simulator, and write the measurements into docs/scale.md.

    python tools/measure_fleet.py [--parallel N] [--print-only]

It needs a few minutes and Linux or macOS. Everything it creates is below `.scratch/fleet` and is deleted at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from devkit import launchers, paths
from devkit.engine import ensure
from devkit.environment import Azure, pulumi_variables
from devkit.simulator_process import SimulatorProcess, private_secret

SCRATCH = paths.SCRATCH / "fleet"
EXAMPLE = paths.ROOT / "examples" / "fleet"
PAGE = paths.ROOT / "docs" / "scale.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
HEADINGS = (
    "Step",
    "Stacks",
    "Resources changed",
    "Wall",
    "CPU",
    "Memory of all its processes",
    "Requests",
    "Simulator",
)


@dataclass(frozen=True)
class Row:
    """One measured command."""

    step: str
    stacks: int
    changed: int
    wall: float
    cpu: float
    memory: int
    requests: Counter[str]
    simulator: int
    load: float

    def cells(self) -> list[str]:
        """The row as text."""
        writes = sum(count for method, count in self.requests.items() if method != "GET")
        return [
            self.step,
            str(self.stacks),
            f"{self.changed:,}",
            f"{self.wall:.0f} s",
            f"{self.cpu:.0f} s",
            f"{self.memory / 1024:,.0f} MB",
            f"{self.requests['GET']:,} reads, {writes:,} writes",
            f"{self.simulator / 1024:,.0f} MB",
        ]


class World:
    """The fleet's project, states and simulated cloud."""

    def __init__(self, parallel: int) -> None:
        shutil.rmtree(SCRATCH, ignore_errors=True)
        (SCRATCH / "backend").mkdir(parents=True)
        self.parallel = parallel
        self.project = SCRATCH / "project"
        shutil.copytree(EXAMPLE, self.project, ignore=shutil.ignore_patterns("__pycache__", "Pulumi.*.yaml"))
        settings = yaml.safe_load((self.project / "Pulumi.yaml").read_text())
        settings["runtime"]["options"]["virtualenv"] = str(paths.VENV)
        (self.project / "Pulumi.yaml").write_text(yaml.safe_dump(settings))
        self.simulator = SimulatorProcess(SCRATCH)
        self.simulator.start()
        engine = ensure()
        launchers.install_language_host(engine)
        launchers.install_provider(SCRATCH / "home")
        azure = Azure(self.simulator.endpoint(), self.simulator.token(), "00000000-0000-4000-8000-00000000dead")
        self.variables = pulumi_variables(engine, home=SCRATCH / "home", backend=SCRATCH / "backend", azure=azure)
        self.variables["PATH"] = os.pathsep.join([str(engine.pulumi.parent), self.variables["PATH"]])
        private_secret(SCRATCH / "passphrase")
        self.variables["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(SCRATCH / "passphrase")

    def measure(self, step: str, *arguments: str) -> Row:
        """Run one command of the fleet.

        Raises:
            RuntimeError: It failed.
        """
        self._control("DELETE")
        report = SCRATCH / "report.json"
        command = [str(Path(sys.executable).with_name("scaleset")), "fleet", *arguments]
        command += ["--parallel", str(self.parallel), "--report", str(report)]
        started, before = time.monotonic(), os.times()
        with subprocess.Popen(command, cwd=self.project, env=self.variables, stdout=subprocess.PIPE, text=True) as run:
            memory = MemoryWatch(run.pid)
            printed, _ = run.communicate()
        wall, after = time.monotonic() - started, os.times()
        if run.returncode != 0:
            raise RuntimeError(f"{step} failed:\n{printed}")
        stacks = json.loads(report.read_text())["stacks"]
        changed = sum(count for s in stacks for kind, count in s["changes"].items() if kind != "same")
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        requests = Counter(request["method"] for request in self._control("GET"))
        own = resident().get(int((SCRATCH / "pid").read_text()), (0, 0))[1]
        row = Row(step, len(stacks), changed, wall, cpu, memory.stop(), requests, own, os.getloadavg()[0])
        print(" | ".join(row.cells()), flush=True)
        return row

    def grow(self, member: str, capacity: int) -> None:
        """Change the capacity of one member."""
        file = self.project / "fleet.yaml"
        content = yaml.safe_load(file.read_text())
        next(m for m in content["members"] if m["name"] == member)["capacity"] = capacity
        file.write_text(yaml.safe_dump(content, sort_keys=False))

    def close(self) -> None:
        """Stop the simulator and remove everything."""
        self.simulator.stop()
        shutil.rmtree(SCRATCH, ignore_errors=True)

    def _control(self, method: str) -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.simulator.token()}"}
        url = f"{self.simulator.endpoint()}/_simulator/requests"
        response = httpx.request(method, url, headers=headers, timeout=60).raise_for_status()
        return list(response.json()["value"]) if response.content else []


class MemoryWatch(threading.Thread):
    """The largest memory that a process and all its descendants had together, sampled twice a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self._most, self._ended = pid, 0, threading.Event()
        self.start()

    def run(self) -> None:
        """Sample until stopped."""
        while not self._ended.wait(0.5):
            table = resident()
            children = defaultdict(list)
            for pid, (parent, _) in table.items():
                children[parent].append(pid)
            todo, total = [self._pid], 0
            while todo:
                pid = todo.pop()
                total += table.get(pid, (0, 0))[1]
                todo += children[pid]
            self._most = max(self._most, total)

    def stop(self) -> int:
        """Stop; returns kilobytes."""
        self._ended.set()
        self.join()
        return self._most


def resident() -> dict[int, tuple[int, int]]:
    """Parent and resident kilobytes of every process."""
    listing = subprocess.run(["ps", "-eo", "pid=,ppid=,rss="], capture_output=True, text=True, check=True).stdout  # noqa: S607 - in every POSIX system
    rows = (map(int, line.split()) for line in listing.splitlines())
    return {pid: (parent, size) for pid, parent, size in rows}


def page(rows: list[Row], parallel: int) -> str:
    """The section of the page."""
    table = [HEADINGS, ("---",) * len(HEADINGS), *(row.cells() for row in rows)]
    lines = "\n".join(f"| {' | '.join(cells)} |" for cells in table)
    loads = [row.load for row in rows]
    about = (
        f"Measured on {os.cpu_count()} cores with {parallel} stacks at once, against the simulator on the same "
        "machine: not what Azure takes. The machine's load average at the end of each step, the fleet's own load "
        f"included, was {min(loads):.0f} to {max(loads):.0f}. "
        "`python tools/measure_fleet.py` measures again and rewrites this table."
    )
    return f"{BEGIN}\n{about}\n\n{lines}\n{END}"


def main() -> int:
    """Measure, print, and write the page; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--parallel", type=int, default=2, help="how many stacks run at once")
    parser.add_argument("--print-only", action="store_true", help="leave docs/scale.md as it is")
    options = parser.parse_args()
    world = World(options.parallel)
    try:
        rows = [world.measure("`up`, everything new", "up"), world.measure("`preview`, nothing changed", "preview")]
        world.grow("web-sea", 900)
        rows.append(world.measure("`up`, one member's capacity from 1,000 to 900", "up"))
        rows.append(world.measure("the same with `--only web-sea`, nothing left to do", "up", "--only", "web-sea"))
        rows.append(world.measure("`refresh`", "refresh"))
        rows.append(world.measure("`destroy`", "destroy", "--yes"))
    finally:
        world.close()
    if not options.print_only:
        text = page(rows, options.parallel)
        PAGE.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: text, PAGE.read_text(), flags=re.DOTALL))
    return 0


if __name__ == "__main__":
    sys.exit(main())
