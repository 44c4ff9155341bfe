"""How many requests a second the Azure simulator handles, to show that it does not limit the other measurements.

    python -m benchmarks.simulator --requests 1000 --json

The simulator runs in its own process. One client with one connection sends one request after the other, so this
measures the rate without parallelism.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.azure import NETWORK_VERSION, ROOT, Azure, serving
from benchmarks.sampling import taken

_ADDRESSES = f"{ROOT}/providers/Microsoft.Network/publicIPAddresses"
_BODY = {
    "location": "westeurope",
    "sku": {"name": "Standard"},
    "properties": {"publicIPAllocationMethod": "Static"},
}
_VERSION = {"api-version": NETWORK_VERSION}


def measure(requests: int = 1000, *, rounds: int = 3) -> dict[str, Any]:
    """Requests a second by kind.

    Args:
        requests: How many resources are created, read one by one, and listed.
        rounds: How often; each on a new simulator.

    Returns:
        ``requests``, ``rounds``, and medians and spreads of ``put_per_second``, ``get_per_second`` and ``list_ms``
        (milliseconds for all pages of a list of all resources).

    Raises:
        httpx.HTTPStatusError: the simulator refused one.
    """
    found = [_round(requests) for _ in range(rounds)]
    return {
        "requests": requests,
        "rounds": rounds,
        **{name: taken([each[name] for each in found]) for name in found[0]},
    }


def _round(requests: int) -> dict[str, float]:
    with serving() as azure:
        paths = [f"{_ADDRESSES}/ip-{index}" for index in range(requests)]
        put = _seconds(lambda: _each(azure, "PUT", paths, _BODY))
        get = _seconds(lambda: _each(azure, "GET", paths))
        listed = _seconds(lambda: _list(azure, requests))
    return {"put_per_second": requests / put, "get_per_second": requests / get, "list_ms": listed * 1000}


def _each(azure: Azure, method: str, paths: Sequence[str], body: Any = None) -> None:
    for path in paths:
        azure.http.request(method, path, params=_VERSION, json=body).raise_for_status()


def _list(azure: Azure, expected: int) -> None:
    url, found = f"{_ADDRESSES}?api-version={NETWORK_VERSION}", 0
    while url:
        answer = azure.http.get(url).raise_for_status().json()
        found += len(answer["value"])
        url = answer.get("nextLink", "")
    assert found == expected, f"listed {found} of {expected}"


def _seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def sentence(result: dict[str, Any]) -> str:
    """The result in one line."""
    put, get, listed = (result[name]["median"] for name in ("put_per_second", "get_per_second", "list_ms"))
    return f"simulator: {put:,.0f} PUT/s, {get:,.0f} GET/s, a list of {result['requests']:,} in {listed:.0f} ms"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulator", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--requests", type=int, default=1000, help="how many requests of each kind")
    parser.add_argument("--rounds", type=int, default=3, help="how often")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args(argv)
    if arguments.requests < 1:
        parser.error(f"--requests: got {arguments.requests}; expected 1 or more")
    result = measure(arguments.requests, rounds=arguments.rounds)
    print(json.dumps(result) if arguments.json else sentence(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
