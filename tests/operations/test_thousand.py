"""A Flexible set of its greatest size: a thousand instances, listed and restarted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from operations.conftest import run
from operations.world import GROUP, World

from arm_simulator.testing import SUBSCRIPTION

COUNT = 1000
CONCURRENCY = 50
LATENCY = 0.4
REQUESTS = 3
"""Requests of one restart: the POST, the operation's status, the operation's result."""
TOKEN = "remote-token"


class Remote:
    """A simulator in a process of its own, so that its work and the client's do not share an interpreter."""

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


@pytest.mark.slow
@pytest.mark.usefixtures("environment")
def test_list_takes_two_requests(remote: Remote) -> None:
    """A thousand rows: one read of the set, one Resource Graph query; the staleness is said."""
    remote.control("DELETE", "requests")
    answer = run("instances", "list", "-n", "web", "-o", "json")
    assert len(answer.json()) == COUNT
    assert len({row["name"] for row in answer.json()}) == COUNT
    assert all(row["powerState"] == "running" for row in answer.json())
    assert len(remote.requests()) <= 2
    assert "may lag by up to 60 seconds" in answer.err


@pytest.mark.slow
@pytest.mark.usefixtures("environment")
def test_restart_keeps_the_pace(remote: Remote) -> None:
    """Restart of a thousand, with throttling and failures: all accounted for, within 1.3 times the ideal time."""
    answer = run("instances", "list", "-n", "web", "-o", "json", "--query", "[].name")
    broken = set(answer.json()[10:15])
    remote.control(
        "POST", "faults", {"method": "POST", "path_regex": "/restart$", "status": 429, "retry_after": 1, "times": 20}
    )
    for name in broken:
        fault = {"method": "POST", "path_regex": f"{name}/restart$", "status": 409, "code": "Busy", "times": 1}
        remote.control("POST", "faults", fault)
    remote.control("DELETE", "requests")
    remote.control("POST", "latency", {"milliseconds": LATENCY * 1000})
    try:
        answer = run("set", "restart", "-n", "web", "--yes", "--max-concurrency", str(CONCURRENCY), "-o", "json")
    finally:
        remote.control("POST", "latency", {"milliseconds": 0})
    report = answer.json()
    assert answer.code == 1
    assert report["counts"] == {"done": COUNT - len(broken), "failed": len(broken)}
    assert {item["instance"] for item in report["instances"] if item["state"] == "failed"} == broken
    assert report["throttled"] == 20
    ideal = COUNT / CONCURRENCY * REQUESTS * LATENCY
    assert report["seconds"] <= 1.3 * ideal, json.dumps({"ideal": ideal, "load": os.getloadavg()[0]})
    asked = [item for item in remote.requests() if item["path"].endswith("/restart")]
    assert len([item for item in asked if item["status"] == 202]) == COUNT - len(broken)
