"""Run the benchmarks and write what they measured into the documentation: ``make bench``.

Nothing in ``docs/benchmarks.md`` and ``docs/benchmarks.svg`` is typed by hand: both come from ``results.json`` (not in
git), which is written after each part, so that an interrupted run loses only the part in progress.

All parts take about half an hour on two idle processors, nearly all of it for the hand-written program of
``registration``. ``--az`` compares with the Azure CLI too, in a separate virtual environment that is created if it does
not exist. ``--quick`` takes about five minutes; ``--only`` runs single parts and keeps the results of the others;
``--complete`` adds the hand-written program at 1,000 instances, which takes five minutes and gigabytes.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from arm_simulator.server.az_login import LoginError
from benchmarks import check, operations, policies, registration, report, restart, simulator, startup
from benchmarks.az import compare, install
from benchmarks.az.running import CommandError
from benchmarks.operations import OperationError
from benchmarks.report.targets import verdicts
from benchmarks.running import Operation, ProgramError

SIZES = (10, 100, 400)
QUICK = (10, 100)
ALONE = (1000,)
"""The sizes at which the hand-written program takes minutes and gigabytes, so that only ours runs."""
ENGINE = {Operation.NEW: 100, Operation.SAME: 10, Operation.UPDATE: 10}
"""Instances on the real engine, which has to deploy the stack before all operations but the first."""
FEW, SOME = 10, 100
"""The largest sizes at which a pair takes seconds, and at which it takes less than a minute."""
SAMPLES = (100, 1000)
"""Instances of the sets that are listed and restarted."""
MINUTE = 60
"""Seconds that Azure takes for a restart of a machine."""


def _sizes(text: str) -> tuple[int, ...]:
    try:
        sizes = tuple(int(part) for part in text.split(",") if part)
    except ValueError:
        sizes = (0,)
    if not all(1 <= size <= registration.MOST_INSTANCES for size in sizes):
        raise argparse.ArgumentTypeError(f"got {text!r}; expected numbers from 1 to 1000, such as 10,100,400")
    return sizes


def _parts(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in PARTS:
            raise argparse.ArgumentTypeError(f"got {name!r}; expected names from {', '.join(PARTS)}")
    return names


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    first, _, rest = __doc__.partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=first,
        epilog=rest,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="small sizes, one round")
    parser.add_argument("--only", type=_parts, default=list(PARTS), metavar="PARTS", help=f"of {','.join(PARTS)}")
    parser.add_argument("--sizes", type=_sizes, help="instances of the paired runs, with commas")
    parser.add_argument("--alone", type=_sizes, help="instances of the runs of our program by itself, with commas")
    parser.add_argument("--rounds", type=int, help="of everything; fewer for what takes minutes by default")
    parser.add_argument("--complete", action="store_true", help="the hand-written program at 1,000 instances too, once")
    parser.add_argument(
        "--az",
        nargs="?",
        type=Path,
        const=install.HERE,
        metavar="VENV",
        help="compare with the Azure CLI in this virtual environment (default: one that is made for it)",
    )
    parser.add_argument("--report-only", action="store_true", help="write the documents from results.json again")
    arguments = parser.parse_args(argv)
    if arguments.rounds is not None and arguments.rounds < 1:
        parser.error(f"--rounds: got {arguments.rounds}; expected 1 or more")
    arguments.sizes = (QUICK if arguments.quick else SIZES) if arguments.sizes is None else arguments.sizes
    arguments.alone = (() if arguments.quick else ALONE) if arguments.alone is None else arguments.alone
    return arguments


def _rounds(arguments: argparse.Namespace, usual: int) -> int:
    if arguments.rounds is not None:
        return int(arguments.rounds)
    return 1 if arguments.quick else usual


def _usual_rounds(size: int, operation: Operation) -> int:
    if size <= FEW:
        return 5
    return 3 if size <= SOME or operation is Operation.NEW else 2


def _registration(arguments: argparse.Namespace) -> dict[str, Any]:
    results = []
    for operation in Operation:
        for size in sorted({*arguments.sizes, *arguments.alone}):
            by_hand = size in arguments.sizes
            complete = arguments.complete and operation is Operation.NEW and not by_hand
            rounds = 1 if complete else _rounds(arguments, _usual_rounds(size, operation))
            results.append(
                registration.measure(size, operation=operation, rounds=rounds, ours_only=not (by_hand or complete))
            )
    results += [
        registration.measure(FEW if arguments.quick else size, operation=operation, rounds=1, engine=True)
        for operation, size in ENGINE.items()
    ]
    return {"registration": results}


def _policies(arguments: argparse.Namespace) -> dict[str, Any]:
    sizes = sorted({*arguments.sizes, *arguments.alone})
    return {"policies": [policies.measure(size, _rounds(arguments, 3)) for size in sizes]}


def _operations(arguments: argparse.Namespace) -> dict[str, Any]:
    sizes = SAMPLES[:1] if arguments.quick else SAMPLES
    return {"operations": [each for n in sizes for each in operations.measure(n, rounds=_rounds(arguments, 3))]}


def _restart(arguments: argparse.Namespace) -> dict[str, Any]:
    if arguments.quick:
        return {"restart": [restart.measure(100, 6, mode=mode) for mode in ("Flexible", "Uniform")]}
    ways = (("Flexible", ""), ("Flexible", restart.AZURE), ("Uniform", restart.AZURE))
    return {"restart": [restart.measure(SAMPLES[-1], MINUTE, mode=mode, rate=rate) for mode, rate in ways]}


def _az(arguments: argparse.Namespace) -> dict[str, Any]:
    return {"az": compare.measure(SAMPLES[0], install.installed(arguments.az))}


def _check(arguments: argparse.Namespace) -> dict[str, Any]:
    return {"check": check.measure(rounds=_rounds(arguments, 5))}


def _startup(arguments: argparse.Namespace) -> dict[str, Any]:
    return startup.measure(rounds=_rounds(arguments, 11))


def _simulator(arguments: argparse.Namespace) -> dict[str, Any]:
    return {"simulator": simulator.measure(rounds=_rounds(arguments, 3))}


PARTS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "startup": _startup,
    "simulator": _simulator,
    "check": _check,
    "operations": _operations,
    "restart": _restart,
    "policies": _policies,
    "registration": _registration,
}


def _measure(arguments: argparse.Namespace) -> None:
    """Run the parts and save the results of each as soon as it ends."""
    whole = set(arguments.only) == set(PARTS)
    wanted = {name: measured for name, measured in PARTS.items() if name in arguments.only}
    wanted |= {"az": _az} if arguments.az else {}
    results = {} if whole or not report.RESULTS.exists() else json.loads(report.RESULTS.read_text())
    results |= {
        "python": platform.python_version(),
        "versions": report.versions(),
        "processors": os.cpu_count(),
    }
    for name, measured in wanted.items():
        print(f"measuring {name}", file=sys.stderr, flush=True)
        started = time.monotonic()
        results |= measured(arguments)
        seconds = {**results.get("seconds", {}), name: time.monotonic() - started}
        results["seconds"] = {each: seconds[each] for each in (*PARTS, "az") if each in seconds}
        report.RESULTS.write_text(json.dumps(results, indent=2) + "\n")


def _print(results: dict[str, Any]) -> None:
    sentences = {"registration": registration, "policies": policies, "operations": operations, "check": check}
    sentences |= {"restart": restart, "az": compare}
    for part, module in sentences.items():
        for result in results.get(part, ()):
            print(module.sentence(result))
    if "imports" in results:
        print("\n".join(startup.sentences(results)))
    if "simulator" in results:
        print(simulator.sentence(results["simulator"]))
    for verdict in verdicts(results):
        met = {None: "not measured", True: "met", False: "NOT MET"}[verdict.met]
        print(f"{met}: {verdict.target.title}: {verdict.value} (at most {verdict.target.limit})")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, save, document; returns the exit code."""
    arguments = _arguments(argv)
    if not arguments.report_only:
        try:
            _measure(arguments)
        except (ProgramError, OperationError, CommandError, LoginError, check.CheckError, startup.StartError) as error:
            print(error, file=sys.stderr)
            return 1
    results = json.loads(report.RESULTS.read_text())
    # A part that was never measured here stays as it is on the committed page.
    report.write(results, whole=PARTS.keys() <= results.get("seconds", {}).keys())
    _print(results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
