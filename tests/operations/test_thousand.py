"""A Flexible set of its greatest size: a thousand instances, listed and restarted."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from operations.conftest import run
from operations.world import GROUP, World

from arm_simulator.testing import SUBSCRIPTION

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("environment")]

COUNT = 1000
CONCURRENCY = 50
THROTTLED = 20
REQUESTS = 2
"""Requests of one restart: the POST and the operation's status."""
READS = 4
"""What an operation asks before its calls: the set, its members, their machines, and the locks."""
TOKEN = "remote-token"


class Remote:
    """A simulator in a separate process, so that its work and the client's do not share an interpreter."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.token = TOKEN
        self._http = httpx.Client(base_url=endpoint, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=120)

    def control(self, method: str, name: str, body: Any = None) -> Any:
        """A request to the control face."""
        answer = self._http.request(method, f"/_simulator/{name}", json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def requests(self) -> list[dict[str, Any]]:
        """The recorded requests."""
        found: list[dict[str, Any]] = self.control("GET", "requests")["value"]
        return found

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


@pytest.fixture(scope="module")
def remote() -> Iterator[Remote]:
    """A running simulator with a thousand instances."""
    code = "from arm_simulator.server.cli import main; main()"
    command = [sys.executable, "-c", code, "serve", "--port", "0", "--token", TOKEN]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    made = Remote(process.stdout.readline().split()[-1])
    world = World(made)
    try:
        world.group()
        world.scale_set("web", "Flexible", COUNT)
        yield made
    finally:
        world.http.close()
        made.close()
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture
def environment(remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line's settings."""
    monkeypatch.setenv("SCALESET_ARM_ENDPOINT", remote.endpoint)
    monkeypatch.setenv("SCALESET_ARM_TOKEN", TOKEN)
    monkeypatch.setenv("AZURE_DEFAULTS_GROUP", GROUP)
    monkeypatch.setenv("AZURE_SUBSCRIPTION_ID", SUBSCRIPTION)


def test_list_takes_few_requests(remote: Remote) -> None:
    """A thousand rows: the set, its list, and Resource Graph for machines and addresses; staleness is reported."""
    remote.control("DELETE", "requests")
    answer = run("instances", "list", "-n", "web", "-o", "json")
    assert len(answer.json()) == COUNT
    assert len({row["name"] for row in answer.json()}) == COUNT
    assert all(row["powerState"] == "running" for row in answer.json())
    made = remote.requests()
    assert len(made) <= 6, [item["path"] for item in made]
    assert "may lag by up to 60 seconds" in answer.err


def test_restart_accounts_for_everyone(remote: Remote) -> None:
    """Restart of a thousand, with throttling and failures: all accounted for, without a request too many.

    How long it takes is for `make bench`, which has a limit for it.
    """
    answer = run("instances", "list", "-n", "web", "-o", "json", "--query", "[].name")
    broken = set(answer.json()[10:15])
    remote.control(
        "POST",
        "faults",
        {"method": "POST", "path_regex": "/restart$", "status": 429, "retry_after": 1, "times": THROTTLED},
    )
    for name in broken:
        fault = {"method": "POST", "path_regex": f"{name}/restart$", "status": 409, "code": "Busy", "times": 1}
        remote.control("POST", "faults", fault)
    remote.control("DELETE", "requests")
    answer = run("set", "restart", "-n", "web", "--yes", "--max-concurrency", str(CONCURRENCY), "-o", "json")
    report = answer.json()
    assert answer.code == 1
    assert report["counts"] == {"done": COUNT - len(broken), "failed": len(broken)}
    assert {item["instance"] for item in report["instances"] if item["state"] == "failed"} == broken
    assert report["throttled"] == THROTTLED
    made = remote.requests()
    asked = Counter(item["status"] for item in made if item["path"].endswith("/restart"))
    assert asked == {202: COUNT - len(broken), 429: THROTTLED, 409: len(broken)}
    assert len(made) == READS + REQUESTS * (COUNT - len(broken)) + THROTTLED + len(broken)
