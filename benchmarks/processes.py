"""Running a command to its end and measuring its process; and the environment for a fair measurement."""

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from devkit import paths

BYTECODE = paths.SCRATCH / "benchmarks" / "bytecode"
"""Where the measured processes keep compiled modules, so that each run finds those of the run before."""


@dataclass(frozen=True)
class Ended:
    """A finished process.

    Attributes:
        cpu: Seconds of CPU, of all its threads, in user and system mode.
        wall: Seconds from before its start until it was seen to have ended.
        code: Its exit code.
        out: What it wrote to standard output.
        err: What it wrote to standard error.
    """

    cpu: float
    wall: float
    code: int
    out: str
    err: str


def environment(base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables of a measured process: those of ``base`` (this process by default), with bytecode kept.

    Where ``PYTHONDONTWRITEBYTECODE`` is set, every start compiles every module again, and a benchmark would measure
    Python's compiler: most of all for the program that imports more modules.
    """
    variables = dict(os.environ if base is None else base)
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    variables["PYTHONPYCACHEPREFIX"] = str(BYTECODE)
    return variables


def run(command: Sequence[str], variables: Mapping[str, str] | None = None) -> Ended:
    """Run ``command`` to its end, whatever its exit code.

    Args:
        command: The program and its arguments.
        variables: Its whole environment; :func:`environment` by default.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment(variables), cwd=paths.ROOT
        )
        # Not Popen.wait: only wait4 reports the resource usage of this one child.
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return Ended(used.ru_utime + used.ru_stime, wall, process.returncode, out.read(), err.read())
