"""How many requests a second the Azure simulator answers, so that it is never what is measured.

    python -m benchmarks.simulator --requests 500 --json

One client with one connection, one request after the other: what a second costs in answers, not in parallelism.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence

import httpx

from arm_simulator.testing import running_simulator

_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
_GROUP = f"/subscriptions/{_SUBSCRIPTION}/resourceGroups/rg"
_ADDRESS = f"{_GROUP}/providers/Microsoft.Network/publicIPAddresses"
_GROUP_VERSION = "2024-03-01"
_NETWORK_VERSION = "2024-05-01"
_BODY = {
    "location": "westeurope",
    "sku": {"name": "Standard"},
    "properties": {"publicIPAllocationMethod": "Static"},
}


def measure(requests: int) -> dict[str, float]:
    """Answers a second by kind of request.

    Args:
        requests: How many of each kind.

    Returns:
        ``requests``, and ``put_per_second`` and ``get_per_second``.

    Raises:
        httpx.HTTPStatusError: the simulator refused one.
    """
    with running_simulator() as simulator:
        headers = {"Authorization": f"Bearer {simulator.token}"}
        with httpx.Client(base_url=simulator.endpoint, headers=headers) as client:
            group = client.put(f"{_GROUP}?api-version={_GROUP_VERSION}", json={"location": "westeurope"})
            group.raise_for_status()
            paths = [f"{_ADDRESS}/ip-{index}?api-version={_NETWORK_VERSION}" for index in range(requests)]
            started = time.perf_counter()
            for path in paths:
                client.put(path, json=_BODY).raise_for_status()
            written = time.perf_counter()
            for path in paths:
                client.get(path).raise_for_status()
            read = time.perf_counter()
    return {
        "requests": requests,
        "put_per_second": requests / (written - started),
        "get_per_second": requests / (read - written),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulator", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--requests", type=int, default=500, help="how many requests of each kind")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args(argv)
    if arguments.requests < 1:
        parser.error(f"--requests: got {arguments.requests}; expected 1 or more")
    result = measure(arguments.requests)
    if arguments.json:
        print(json.dumps(result))
    else:
        print(f"{result['put_per_second']:.0f} PUT/s, {result['get_per_second']:.0f} GET/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
