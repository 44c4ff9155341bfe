"""Runs one of the programs beside it as the Pulumi program, and records the cost for the process.

Started by the language host's own program runner with ``SCALESET_BENCHMARK_PROGRAM`` (the file of the program to
measure) and ``SCALESET_BENCHMARK_REPORT`` (where to write). With ``SCALESET_BENCHMARK_COUNT`` it counts the Outputs
that are made, with ``SCALESET_BENCHMARK_PROFILE`` it writes a profile there; neither belongs in a measurement.
"""

import atexit
import json
import os
import runpy
import time
from pathlib import Path
from typing import Any

_counts: dict[str, int] = {}


def peak_bytes() -> int:
    """The largest resident size of this process since it started Python."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("/proc/self/status has no VmHWM; the benchmarks need Linux")


def age_seconds() -> float:
    """How long this process has existed, to a hundredth of a second."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    return uptime - int(fields[19]) / os.sysconf("SC_CLK_TCK")


def report() -> None:
    """Write the cost of the process so far: CPU of all its threads, wall, peak memory."""
    cost: dict[str, Any] = {"cpu": time.process_time(), "wall": age_seconds(), "memory": peak_bytes(), **_counts}
    Path(os.environ["SCALESET_BENCHMARK_REPORT"]).write_text(json.dumps(cost))


def count_outputs() -> None:
    """Count every Output that is made from now on."""
    import pulumi  # noqa: PLC0415 - imported here only when counting

    # Every way to make an Output ends in its tracking; the constructor is only one of them.
    kind: Any = pulumi.Output
    method = "_track" if hasattr(kind, "_track") else "__init__"
    original = getattr(kind, method)
    _counts["outputs"] = 0

    def counting(self: Any, *args: Any, **kwargs: Any) -> None:
        _counts["outputs"] += 1
        original(self, *args, **kwargs)

    setattr(kind, method, counting)


def profile_into(file: str) -> None:
    """Profile the main thread until the process ends."""
    import cProfile  # noqa: PLC0415 - only when profiling

    profiler = cProfile.Profile()
    profiler.enable()

    def stop() -> None:
        profiler.disable()
        profiler.dump_stats(file)

    atexit.register(stop)


if __name__ == "__main__":
    atexit.register(report)
    if os.environ.get("SCALESET_BENCHMARK_COUNT"):
        count_outputs()
    if file := os.environ.get("SCALESET_BENCHMARK_PROFILE"):
        profile_into(file)
    runpy.run_path(os.environ["SCALESET_BENCHMARK_PROGRAM"], run_name="__main__")
