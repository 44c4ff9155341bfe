"""Our Flexible scale set compared with a hand-written azure-native program of the same resources and inputs.

    python -m benchmarks.registration --instances 100 --json

The program's own process is measured, as the language host starts it: CPU of all its threads, wall from its start to
its end, and its largest resident size, imports included. By default the program talks to a monitor that responds at
once (:mod:`benchmarks.monitor`), so that engine and provider do not take processor time from it; ``--engine`` measures
the same process under the real engine, with the stand-in provider on the Azure simulator.
"""

import argparse
import functools
import json
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks.running import (
    COMPONENT,
    HANDWRITTEN,
    Operation,
    ProgramError,
    engine_runner,
    monitor_runner,
)
from benchmarks.sampling import alternated, compared

DEFAULT_INSTANCES = 100
MOST_INSTANCES = 1000
"""What a Flexible set can have."""
MEASURES = ("cpu", "wall", "memory")
REFERENCE = "handwritten"


def measure(
    instances: int,
    *,
    rounds: int = 3,
    operation: Operation = Operation.NEW,
    engine: bool = False,
    ours_only: bool = False,
) -> dict[str, Any]:
    """Measure both programs at one size.

    Args:
        instances: The number of instances.
        rounds: How often each program runs.
        operation: What the programs run for.
        engine: Use the real engine instead of the monitor that responds at once.
        ours_only: Do not run the hand-written program; there are no ratios then.

    Returns:
        ``instances``, ``resources``, ``operation``, ``engine``, ``rounds``, ``cpu_ratio``, ``wall_ratio``,
        ``memory_ratio`` (ours / hand-written), and medians and spreads under ``cpu``, ``wall`` (seconds) and
        ``memory`` (bytes).

    Raises:
        ProgramError: a program failed.
    """
    programs = {"ours": COMPONENT} if ours_only else {"ours": COMPONENT, REFERENCE: HANDWRITTEN}
    warm(ours_only=ours_only)
    with (engine_runner if engine else monitor_runner)(instances, operation) as run:
        costs = alternated(
            run, programs, rounds, tell=lambda text: _progress(f"{operation.label}, {instances} instances, {text}")
        )
    return {
        "instances": instances,
        "resources": 5 + 4 * instances,
        "operation": operation.label,
        "engine": "pulumi" if engine else "monitor",
        **compared(costs, MEASURES, REFERENCE),
    }


@functools.cache
def warm(*, ours_only: bool = False) -> None:
    """Run each program once, small and unmeasured: its imports are then compiled and in the file cache.

    Raises:
        ProgramError: a program failed.
    """
    with monitor_runner(1, Operation.NEW) as run:
        for program in (COMPONENT,) if ours_only else (COMPONENT, HANDWRITTEN):
            run(program)


def sentence(result: dict[str, Any]) -> str:
    """A result for people."""
    text = f"{result['instances']} instances ({result['resources']} resources), {result['operation']}"
    text += " on the real engine:" if result["engine"] == "pulumi" else ":"
    for name, unit, scale in (("cpu", "s", 1), ("wall", "s", 1), ("memory", "MB", 1e6)):
        parts = " against ".join(f"{result[name][side]['median'] / scale:.2f}" for side in _sides(result[name]))
        ratio = result.get(f"{name}_ratio")
        text += f"\n  {name:6} {parts} {unit}" + ("" if ratio is None else f", ratio {ratio:.3f}")
    return text


def _sides(measured: dict[str, Any]) -> list[str]:
    return [side for side in ("ours", REFERENCE) if side in measured]


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.registration", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--instances", type=int, default=DEFAULT_INSTANCES, help="how many instances (1 to 1000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each program runs")
    parser.add_argument(
        "--operation",
        type=Operation,
        choices=list(Operation),
        default=Operation.NEW,
        help="; ".join(f"{each}: {each.label}" for each in Operation) + " (default: new)",
    )
    parser.add_argument("--engine", action="store_true", help="under the real engine, on the Azure simulator")
    parser.add_argument("--ours-only", action="store_true", help="leave out the hand-written program")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args(argv)
    if not 1 <= arguments.instances <= MOST_INSTANCES:
        parser.error(f"--instances: got {arguments.instances}; expected 1 to {MOST_INSTANCES}")
    if arguments.rounds < 1:
        parser.error(f"--rounds: got {arguments.rounds}; expected 1 or more")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    arguments = _arguments(argv)
    try:
        result = measure(
            arguments.instances,
            rounds=arguments.rounds,
            operation=arguments.operation,
            engine=arguments.engine,
            ours_only=arguments.ours_only,
        )
    except ProgramError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(result) if arguments.json else sentence(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
