"""Whatever a client sends, it gets an answer of Azure's shape and never a failure of the simulator's own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from simulator.fuzz.grammar import TOKEN, Grammar, Request

from arm_simulator.graph.runner import Limits
from arm_simulator.server.app import Simulator

SHORT, LONG = 1500, 10_000


@pytest.fixture
def silent() -> Iterator[Simulator]:
    """A simulator that nobody listens for: requests are given to its application."""
    found = Simulator(token=TOKEN)
    found.graph.limits = Limits(seconds=5)
    yield found
    found.close()


async def send(simulator: Simulator, request: Request) -> tuple[int, bytes]:
    """Status and body of the answer."""
    status, chunks, left = 0, [], [request.body]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": left.pop() if left else b"", "more_body": False}

    async def answered(message: Any) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            for name, value in message["headers"]:
                assert not set(name + value) & {0, 10, 13}, message["headers"]
        else:
            chunks.append(message.get("body", b""))

    scope = {
        "type": "http", "http_version": "1.1", "method": request.method, "scheme": "http", "root_path": "",
        "path": _unquoted(request.path), "raw_path": request.path, "query_string": request.query,
        "headers": request.headers, "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    await simulator.app(scope, receive, answered)
    return status, b"".join(chunks)


def _unquoted(path: bytes) -> str:
    """As uvicorn does it."""
    return unquote(path.decode("ascii"))


def wrong(status: int, body: bytes) -> str:
    """What is wrong with an answer; empty: nothing."""
    if status == 501 and b'"NotImplemented"' in body:
        return ""  # an operation of Azure's that is not played, told by its name
    if not 200 <= status < 500:
        return f"{status} {body[:300]!r}"
    if status < 400 or not body or status == 405:
        return ""
    found = json.loads(body)["error"]
    return "" if found["code"] and found["message"] else f"no code or message: {body[:300]!r}"


def failures(simulator: Simulator, seed: int, count: int) -> dict[str, str]:
    """The answers that are wrong, one of each kind, with their requests."""
    grammar = Grammar(seed, simulator.registry)
    found: dict[str, str] = {}

    async def run() -> None:
        for request in grammar.sound():
            status, body = await send(simulator, request)
            assert status < 300 or b"already" in body or status == 409, (status, body, str(request))
        for number in range(count):
            request = grammar.request()
            if number % 400 == 399:
                simulator.store.clear()
                for sound in grammar.sound():
                    await send(simulator, sound)
            try:
                problem = wrong(*await send(simulator, request))
            except Exception as error:  # noqa: BLE001 - one of each kind is collected
                problem = repr(error)
            if problem:
                found.setdefault(_kind(problem), f"{problem}\n  {request}")

    asyncio.run(run())
    return found


def _kind(problem: str) -> str:
    return problem[:60]


def check(simulator: Simulator, caplog: pytest.LogCaptureFixture, seed: int, count: int) -> None:
    """Fail with one request of each kind of failure, and the end of its traceback."""
    found = failures(simulator, seed, count)
    traces = {str(record.exc_info[1]): record.exc_text or "" for record in caplog.records if record.exc_info}
    shown = "\n".join([*found.values(), *(trace[-900:] for trace in traces.values())])
    assert not found, shown
    assert not traces, shown


def test_a_few_spoilt_requests_are_answered(silent: Simulator, caplog: pytest.LogCaptureFixture) -> None:
    """Routes, methods, bodies, headers and queries with random errors: no 500, no traceback."""
    check(silent, caplog, seed=1, count=SHORT)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 6))
def test_many_spoilt_requests_are_answered(silent: Simulator, caplog: pytest.LogCaptureFixture, seed: int) -> None:
    """The same, for long."""
    check(silent, caplog, seed=seed, count=LONG)
