"""Run the benchmarks and write what they measured into the documentation: ``make bench``.

Nothing in ``docs/benchmarks.md`` and ``docs/benchmarks.svg`` is typed by hand: both come from ``results.json``.
"""

import argparse
import json
import platform
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks import policies, registration, report
from benchmarks.running import ProgramError

SIZES = (10, 100, 400)
QUICK = (10, 100)
ALONE = (1000,)
"""Where the hand-written program takes minutes and gigabytes, and ours runs by itself."""


def _sizes(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(",") if part)
    except ValueError:
        raise argparse.ArgumentTypeError(f"got {text!r}; expected numbers of instances, such as 10,100,400") from None


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="small sizes, one round")
    parser.add_argument("--sizes", type=_sizes, help="instances of the paired runs, with commas")
    parser.add_argument("--alone", type=_sizes, help="instances of the runs of our program by itself, with commas")
    parser.add_argument("--rounds", type=int, help="pairs of each size; fewer for large ones by default")
    parser.add_argument("--engine", action="store_true", help="under the real engine's preview")
    parser.add_argument("--report-only", action="store_true", help="write the documents from results.json again")
    return parser.parse_args(argv)


def _rounds(instances: int, arguments: argparse.Namespace) -> int:
    if arguments.rounds is not None:
        return int(arguments.rounds)
    return 1 if arguments.quick or instances > 100 else 3  # noqa: PLR2004 - a large pair takes minutes


def _measure(arguments: argparse.Namespace) -> dict[str, Any]:
    sizes = (QUICK if arguments.quick else SIZES) if arguments.sizes is None else arguments.sizes
    by_itself = (() if arguments.quick else ALONE) if arguments.alone is None else arguments.alone
    results = [
        registration.measure(
            size,
            rounds=_rounds(size, arguments),
            engine=arguments.engine,
            ours_only=size in by_itself and size not in sizes,
        )
        for size in sorted({*sizes, *by_itself})
    ]
    return {
        "python": platform.python_version(),
        "versions": report.versions(),
        "registration": results,
        "policies": [policies.measure(size) for size in sorted({*sizes, *by_itself})],
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, keep, document; returns the exit code."""
    arguments = _arguments(argv)
    if not arguments.report_only:
        try:
            measured = _measure(arguments)
        except ProgramError as error:
            print(error, file=sys.stderr)
            return 1
        report.RESULTS.write_text(json.dumps(measured, indent=2) + "\n")
    results = json.loads(report.RESULTS.read_text())
    report.write(results)
    for result in results["registration"]:
        print(registration.sentence(result))
    for result in results.get("policies", ()):
        print(policies.sentence(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
