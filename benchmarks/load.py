"""How the Azure simulator handles load: 16 clients at once on network interfaces, and a set of a thousand instances.

    python -m benchmarks.load --requests 2000 --json

The simulator runs in its own process, with its state in a file. The clients are connections of one other process, which
writes requests as bytes and reads little of the answers, so that it takes little of the machine. Rates are given twice:
for a second on the clock, and for a second of the server process's CPU, which other work on the machine changes less.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from benchmarks.azure import COMPUTE_VERSION, NETWORK_VERSION, ROOT, Azure, scale_set, serving
from benchmarks.sampling import taken

CLIENTS = 16
INSTANCES = 1000
_INTERFACES = f"{ROOT}/providers/Microsoft.Network/networkInterfaces"
_SUBNET = f"{ROOT}/providers/Microsoft.Network/virtualNetworks/net/subnets/vms"
_MACHINES = f"{ROOT}/providers/Microsoft.Compute/virtualMachines"
_TICKS = 100  # of a second, in /proc: USER_HZ


class Took(NamedTuple):
    """What some work took: seconds on the clock, and seconds of the server's CPU."""

    wall: float
    cpu: float


def measure(requests: int = 2000, *, rounds: int = 3) -> dict[str, Any]:
    """All figures.

    Args:
        requests: How many interfaces are written, then read, by all clients together.
        rounds: How often; each on a new simulator.

    Returns:
        ``requests``, ``clients``, ``rounds``; ``put`` and ``get`` (how many a second, on the clock and of CPU),
        ``flexible`` (the seconds of a PUT of a set of 1,000 instances) and ``list`` (those of listing its machines).
    """
    found = [_round(requests) for _ in range(rounds)]
    kinds = {name: {part: taken([each[name][part] for each in found]) for part in ("wall", "cpu")} for name in found[0]}
    return {"requests": requests, "clients": CLIENTS, "rounds": rounds, **kinds}


def _round(requests: int) -> dict[str, dict[str, float]]:
    with TemporaryDirectory() as folder, serving(state=Path(folder) / "azure.db") as azure:
        scale_set(azure, "small", 1)
        names = [f"{_INTERFACES}/nic-{index}?api-version={NETWORK_VERSION}" for index in range(requests)]
        put = _took(azure, [_request(azure, "PUT", name, _interface()) for name in names])
        get = _took(azure, [_request(azure, "GET", name) for name in names])
        azure.control("POST", "reset")
        azure.group()
        started, before = time.perf_counter(), cpu(azure.process)
        scale_set(azure, "web", INSTANCES)
        flexible = Took(time.perf_counter() - started, cpu(azure.process) - before)
        listed = _took(azure, [_request(azure, "GET", f"{_MACHINES}?api-version={COMPUTE_VERSION}")])
    rates = {
        name: {part: requests / getattr(each, part) for part in Took._fields}
        for name, each in (("put", put), ("get", get))
    }
    return {**rates, "flexible": flexible._asdict(), "list": listed._asdict()}


def cpu(process: int) -> float:
    """The seconds of CPU that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _interface() -> dict[str, Any]:
    configuration = {"name": "ip", "properties": {"primary": True, "subnet": {"id": _SUBNET}}}
    return {"location": "westeurope", "tags": {"env": "test"}, "properties": {"ipConfigurations": [configuration]}}


def _request(azure: Azure, method: str, target: str, body: Any = None) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{method} {target} HTTP/1.1\r\nHost: {azure.endpoint.rpartition('/')[2]}\r\n"
        f"Authorization: Bearer {azure.token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def _took(azure: Azure, requests: Sequence[bytes]) -> Took:
    """Send all requests, by clients that each take the next one as soon as they have their answer."""
    started, before = time.perf_counter(), cpu(azure.process)
    asyncio.run(_send(azure, requests))
    return Took(time.perf_counter() - started, max(cpu(azure.process) - before, 1 / _TICKS))


async def _send(azure: Azure, requests: Sequence[bytes]) -> None:
    host, _, port = azure.endpoint.rpartition("/")[2].partition(":")
    waiting = iter(requests)

    async def client() -> None:
        reader, writer = await asyncio.open_connection(host, int(port), limit=2**26)
        for request in waiting:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            answer = await reader.readexactly(length)
            assert head[9:10] == b"2", head + answer
        writer.close()

    await asyncio.gather(*(client() for _ in range(min(CLIENTS, len(requests)))))


def sentence(result: dict[str, Any]) -> str:
    """The result in lines."""
    rows = []
    for name, unit in (
        ("put", "PUT/s"),
        ("get", "GET/s"),
        ("flexible", "s for 1,000 instances"),
        ("list", "s for a list"),
    ):
        wall, of_cpu = (result[name][part]["median"] for part in ("wall", "cpu"))
        digits = 0 if "/s" in unit else 2
        rows.append(f"{wall:,.{digits}f} {unit} (CPU: {of_cpu:,.{digits}f})")
    return f"simulator, {result['clients']} clients: " + ", ".join(rows)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--requests", type=int, default=2000, help="how many of each kind")
    parser.add_argument("--rounds", type=int, default=3, help="how often")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args(argv)
    if arguments.requests < 1 or arguments.rounds < 1:
        parser.error("--requests and --rounds: expected 1 or more")
    result = measure(arguments.requests, rounds=arguments.rounds)
    print(json.dumps(result) if arguments.json else sentence(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
