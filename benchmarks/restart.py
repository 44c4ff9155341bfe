"""A restart that Azure takes a minute for: all machines at once, within what the rate limits let through.

    python -m benchmarks.restart --instances 1000 --seconds 60 --mode Flexible --rate writes=200/10,reads=250/25

The simulator keeps each operation in progress for so long and asks to be polled every ten seconds. The ideal is when
the last call may be sent, by the rate limit, and the operation's own time. Uniform is one call: no limit matters.
"""

import argparse
import datetime as dt
import json
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks.azure import Azure, scale_set, serving
from benchmarks.operations import OperationError, scaleset
from scaleset_operations.patience import Limits, limits_from

MOST_BETWEEN = 10
"""Seconds between two polls that the simulator asks for, as Azure does; less for operations of a few seconds."""
AZURE = "writes=200/10,reads=250/25"
"""Azure Resource Manager's buckets for a subscription and a principal."""


def ideal(calls: int, seconds: float, limits: Limits | None) -> float:
    """The least time, in seconds: until the last call may be sent, and its operation.

    Args:
        calls: How many writes.
        seconds: How long each operation takes.
        limits: The token buckets; None: nothing is limited.
    """
    queue = 0.0 if limits is None else max(0.0, calls - limits.writes.size) / limits.writes.refill
    return queue + seconds


def measure(instances: int, seconds: float, *, mode: str = "Flexible", rate: str = "") -> dict[str, Any]:
    """Restart a set once.

    Args:
        instances: How many instances it has.
        seconds: How long Azure takes for each operation.
        mode: Its orchestration mode.
        rate: The rate limits, as ``SCALESET_RATE`` has them; ``""``: none.

    Returns:
        ``mode``, ``instances``, ``seconds``, ``rate``, ``calls`` (writes), ``polls``, ``requests``, ``ideal`` and
        ``wall`` (seconds), ``ratio``, ``cpu``, and ``sent`` (seconds from the first call to the last one).

    Raises:
        OperationError: the command failed.
    """
    with serving() as azure:
        scale_set(azure, "web", instances, mode)
        slow(azure, seconds)
        return restarted(azure, instances, seconds, mode=mode, rate=rate)


def slow(azure: Azure, seconds: float) -> None:
    """Let the simulator take so long for each operation, and ask for few polls."""
    between = min(MOST_BETWEEN, max(1, round(seconds / 6)))
    azure.control("POST", "settings", {"lro_ms": round(seconds * 1000), "retry_after": between})


def restarted(
    azure: Azure, instances: int, seconds: float, *, mode: str, rate: str, options: Sequence[str] = ()
) -> dict[str, Any]:
    """Restart the set ``web`` that is there: see :func:`measure`."""
    azure.control("DELETE", "requests")
    pace = {"SCALESET_RATE": rate} if rate else {}
    ended = scaleset(azure, "set", "restart", "-n", "web", "--yes", "-o", "json", *options, variables=pace)
    report = json.loads(ended.out) if ended.code == 0 else {"counts": {}}
    if report["counts"] != {"done": instances if mode == "Flexible" else 1}:
        raise OperationError(f"the restart of {instances} ended with {report['counts']}:\n{ended.err}")
    made = azure.requests()
    calls = [each for each in made if each["method"] == "POST"]
    least = ideal(len(calls), seconds, limits_from({"SCALESET_RATE": rate}))
    times = sorted(dt.datetime.fromisoformat(each["time"]).timestamp() for each in calls)
    return {
        "mode": mode,
        "instances": instances,
        "seconds": seconds,
        "rate": rate,
        "calls": len(calls),
        "polls": sum("/operations/" in each["path"].lower() for each in made),
        "requests": len(made),
        "ideal": least,
        "wall": ended.wall,
        "ratio": ended.wall / least,
        "cpu": ended.cpu,
        "sent": times[-1] - times[0],
    }


def sentence(result: dict[str, Any]) -> str:
    """A result in one line."""
    return (
        f"restart of {result['instances']:,} {result['mode']} machines, {result['seconds']:g} s each, "
        f"{result['rate'] or 'without a rate limit'}: {result['wall']:.1f} s against an ideal of "
        f"{result['ideal']:.1f} s, {result['calls']:,} calls, {result['polls']:,} polls, {result['cpu']:.1f} s CPU"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.restart", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--instances", type=int, default=1000, help="how many instances the set has (1 to 1000)")
    parser.add_argument("--seconds", type=float, default=60, help="how long Azure takes for each operation")
    parser.add_argument("--mode", choices=("Flexible", "Uniform"), default="Flexible", help="the orchestration mode")
    parser.add_argument("--rate", default="", help="the rate limits, as SCALESET_RATE has them")
    arguments = parser.parse_args(argv)
    try:
        print(sentence(measure(arguments.instances, arguments.seconds, mode=arguments.mode, rate=arguments.rate)))
    except OperationError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
