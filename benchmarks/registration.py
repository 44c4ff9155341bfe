"""Our Flexible scale set against a hand-written azure-native program of the same resources and inputs.

    python -m benchmarks.registration --instances 100 --json

Measured is the program's own process, as the language host starts it: CPU of all its threads, wall from its start to
its end, and its largest resident size, imports included. By default the program talks to a monitor that answers at
once (:mod:`benchmarks.monitor`), so that engine and provider do not take processor time from it; ``--engine`` measures
the same process under the real engine's ``pulumi preview`` with the stand-in provider.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from benchmarks.running import ProgramError, engine_runner, monitor_runner
from benchmarks.sampling import alone, compared, paired

DEFAULT_INSTANCES = 100
MOST_INSTANCES = 1000
"""What a Flexible set can have."""


def measure(
    instances: int, *, rounds: int = 3, engine: bool = False, existing: bool = False, ours_only: bool = False
) -> dict[str, Any]:
    """Measure both programs at one size.

    Args:
        instances: The number of instances.
        rounds: How often each program runs.
        engine: Under the real engine instead of the monitor that answers at once.
        existing: Preview a stack that exists already (every id known) instead of a new one; not with ``engine``.
        ours_only: Run the hand-written program not at all; there are no ratios then.

    Returns:
        ``instances``, ``resources``, ``operation``, ``engine``, ``rounds``, ``cpu_ratio``, ``wall_ratio``,
        ``memory_ratio`` (ours / hand-written), and medians and spreads under ``cpu``, ``wall`` (seconds) and
        ``memory`` (bytes).

    Raises:
        ProgramError: a program failed.
    """
    with engine_runner() if engine else nullcontext(monitor_runner(existing=existing)) as run:
        numbers = alone(run, instances, rounds) if ours_only else compared(paired(run, instances, rounds, tell=_tell))
    return {
        "instances": instances,
        "resources": 5 + 4 * instances,
        "operation": "no-op preview" if existing else "preview of a new stack",
        "engine": "pulumi" if engine else "monitor",
        **numbers,
    }


def sentence(result: dict[str, Any]) -> str:
    """A result for people."""
    text = f"{result['instances']} instances ({result['resources']} resources), {result['operation']}:"
    for name, unit, scale in (("cpu", "s", 1), ("wall", "s", 1), ("memory", "MB", 1e6)):
        parts = " against ".join(f"{result[name][side]['median'] / scale:.2f}" for side in _sides(result[name]))
        ratio = result.get(f"{name}_ratio")
        text += f"\n  {name:6} {parts} {unit}" + ("" if ratio is None else f", ratio {ratio:.3f}")
    return text


def _sides(measured: dict[str, Any]) -> list[str]:
    return [side for side in ("ours", "handwritten") if side in measured]


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.registration", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--instances", type=int, default=DEFAULT_INSTANCES, help="how many instances (1 to 1000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each program runs")
    parser.add_argument("--engine", action="store_true", help="under the real engine's preview")
    parser.add_argument("--existing", action="store_true", help="preview of a stack that exists already")
    parser.add_argument("--ours-only", action="store_true", help="leave out the hand-written program")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args(argv)
    if not 1 <= arguments.instances <= MOST_INSTANCES:
        parser.error(f"--instances: got {arguments.instances}; expected 1 to {MOST_INSTANCES}")
    if arguments.rounds < 1:
        parser.error(f"--rounds: got {arguments.rounds}; expected 1 or more")
    if arguments.engine and arguments.existing:
        parser.error("--existing is for the monitor only: deploy a stack to preview it with --engine")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    arguments = _arguments(argv)
    try:
        result = measure(
            arguments.instances,
            rounds=arguments.rounds,
            engine=arguments.engine,
            existing=arguments.existing,
            ours_only=arguments.ours_only,
        )
    except ProgramError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(result) if arguments.json else sentence(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
