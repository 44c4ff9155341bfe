"""Day-2 operations on a Flexible set: a restart of all instances compared with the ideal, and the inventory.

    python -m benchmarks.operations --instances 1000 --json

The whole ``scaleset`` process is measured, against an Azure simulator in its own process.

- ``inventory``, ``inventory, Uniform``: ``scaleset instances list``, as a table and without any latency.
- ``restart``: ``scaleset set restart`` where every answer takes ``LATENCY`` seconds and one restart of
  ``THROTTLED_OF`` is refused with 429 and "try again in a second". The ideal is the time of the calls alone if no
  connection is ever idle, nothing is refused and nothing has to be computed: calls x latency / concurrency.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.azure import Azure, scale_set, serving
from benchmarks.processes import Ended, environment, run
from benchmarks.sampling import taken
from devkit import paths

LATENCY = 0.4
CONCURRENCY = 50
THROTTLED_OF = 50
RETRY_AFTER = 1
CALLS_PER_INSTANCE = 2
"""The requests of a client that waits for a restart: the POST and the operation's status."""
_SET, _UNIFORM = "web", "uni"
_SCALESET = str(paths.VENV_BIN / "scaleset")


class OperationError(Exception):
    """A command failed or left instances out; the message is what it printed."""


def measure(instances: int, *, rounds: int = 3) -> list[dict[str, Any]]:
    """Measure the inventory and the restart of a set.

    Args:
        instances: How many instances the set has.
        rounds: How often each command runs.

    Returns:
        One result for each command: ``operation``, ``instances``, ``rounds``, ``requests`` (of one run), medians and
            spreads of ``cpu`` and ``wall`` of the process in seconds. The restart also has ``fan_out`` (seconds from
            the first call to the last answer), ``ideal`` (seconds), ``ratio`` (fan-out to ideal) and ``throttled``.

    Raises:
        OperationError: a command failed.
    """
    with serving() as azure:
        scale_set(azure, _SET, instances)
        scale_set(azure, _UNIFORM, instances, "Uniform")
        _inventory(azure, _SET, instances)  # compiles its imports
        listed = {name: [_inventory(azure, name, instances) for _ in range(rounds)] for name in (_SET, _UNIFORM)}
        restarted = [_restart(azure, instances) for _ in range(rounds)]
    ideal = instances * CALLS_PER_INSTANCE * LATENCY / CONCURRENCY
    fan_out = [report["seconds"] for _, report, _ in restarted]
    common = {"instances": instances, "rounds": rounds}
    return [
        *(
            {
                **common,
                "operation": title,
                **_spent([ended for ended, _ in listed[name]]),
                "requests": listed[name][-1][1],
            }
            for title, name in (("inventory", _SET), ("inventory, Uniform", _UNIFORM))
        ),
        {
            **common,
            "operation": "restart",
            **_spent([ended for ended, _, _ in restarted]),
            "requests": restarted[-1][2],
            "throttled": restarted[-1][1]["throttled"],
            "calls": CALLS_PER_INSTANCE,
            "latency": LATENCY,
            "concurrency": CONCURRENCY,
            "ideal": ideal,
            "fan_out": taken(fan_out),
            "ratio": taken([seconds / ideal for seconds in fan_out]),
        },
    ]


def _spent(runs: Sequence[Ended]) -> dict[str, Any]:
    return {"cpu": taken([each.cpu for each in runs]), "wall": taken([each.wall for each in runs])}


def _inventory(azure: Azure, name: str, instances: int) -> tuple[Ended, int]:
    azure.control("DELETE", "requests")
    ended = scaleset(azure, "instances", "list", "-n", name)
    found = len(ended.out.splitlines()) - 1
    if ended.code != 0 or found != instances:
        raise OperationError(f"the inventory has {found} of {instances} instances (exit {ended.code}):\n{ended.err}")
    return ended, len(azure.requests())


def _restart(azure: Azure, instances: int) -> tuple[Ended, dict[str, Any], int]:
    fault = {"method": "POST", "path_regex": "/restart$", "status": 429}
    azure.control("POST", "faults", {**fault, "retry_after": RETRY_AFTER, "times": instances // THROTTLED_OF})
    azure.control("DELETE", "requests")
    azure.control("POST", "latency", {"milliseconds": LATENCY * 1000})
    try:
        pace = ("--yes", "--max-concurrency", str(CONCURRENCY))
        ended = scaleset(azure, "set", "restart", "-n", _SET, *pace, "-o", "json")
    finally:
        azure.control("POST", "latency", {"milliseconds": 0})
    report = json.loads(ended.out) if ended.code == 0 else {"counts": {}}
    if report["counts"] != {"done": instances}:
        raise OperationError(f"the restart of {instances} ended with {report['counts']}:\n{ended.err}")
    return ended, report, len(azure.requests())


def scaleset(azure: Azure, *arguments: str, variables: Mapping[str, str] | None = None) -> Ended:
    """Run ``scaleset`` against a simulator."""
    return run([_SCALESET, *arguments], {**environment(), **azure.variables(), **(variables or {})})


def sentence(result: dict[str, Any]) -> str:
    """A result in one line."""
    text = f"{result['operation']} of {result['instances']:,}: {result['wall']['median']:.2f} s wall, "
    text += f"{result['cpu']['median']:.2f} s CPU, {result['requests']:,} requests"
    if "ratio" in result:
        text += f"; fan-out {result['fan_out']['median']:.1f} s against an ideal of {result['ideal']:.1f} s"
    return text


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.operations", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--instances", type=int, default=1000, help="how many instances the set has (1 to 1000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each command runs")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args(argv)
    if not 1 <= arguments.instances <= 1000:  # noqa: PLR2004 - what a set can have
        parser.error(f"--instances: got {arguments.instances}; expected 1 to 1000")
    try:
        results = measure(arguments.instances, rounds=arguments.rounds)
    except OperationError as error:
        print(error, file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps({result["operation"]: result for result in results}))
    else:
        print("\n".join(sentence(result) for result in results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
