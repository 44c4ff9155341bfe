"""What strangers and mistakes send: each is refused in Azure's shape, and the server goes on."""

from __future__ import annotations

import json
import os
import socket
import stat
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from simulator.worlds import SCOPE, VERSION

from arm_simulator.graph.runner import Limits
from arm_simulator.server import certificates, intake
from arm_simulator.testing import RunningSimulator, running_simulator
from simulator import worlds

GRAPH = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01"
SLOW = (
    "range a from 1 to 300000 step 1 | extend k = 1 | join kind=inner (range b from 1 to 300000 step 1"
    " | extend k = 1) on k | summarize sum(a * b)"
)


def code(answer: httpx.Response) -> tuple[int, str]:
    """Status and ARM error code."""
    return answer.status_code, str(answer.json()["error"]["code"])


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1:80@evil", "", "x y", "[::2]", "10.0.0.1"]
)
def test_another_hosts_name_is_refused(http: httpx.Client, host: str) -> None:
    """A page whose name was made to lead here (DNS rebinding) gets nothing, also not with the token."""
    for path in (SCOPE, "/_simulator/requests", "/common/discovery/instance"):
        assert code(http.get(path, params=VERSION, headers={"Host": host})) == (400, "InvalidHostName")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8700", "LOCALHOST", "localhost.", "[::1]:1"])
def test_the_machines_own_names_are_answered(http: httpx.Client, host: str) -> None:
    """With any port: it may be forwarded."""
    assert http.get("/_simulator/settings", headers={"Host": host}).status_code == 200


def test_more_names_on_request(http: httpx.Client, sim: RunningSimulator) -> None:
    """What --allow-host adds."""
    headers = {"Host": "azure.test:443"}
    assert http.get("/_simulator/settings", headers=headers).status_code == 400
    sim.simulator.hosts |= {"azure.test"}
    assert http.get("/_simulator/settings", headers=headers).status_code == 200


def test_a_large_body_is_refused_without_being_read(sim: RunningSimulator) -> None:
    """Neither one that says how long it is, nor one that comes in pieces; also without the token."""
    large = intake.LIMITS.body + 1
    assert code(httpx.put(sim.endpoint + SCOPE, params=VERSION, content=b" " * large)) == (
        413,
        "RequestContentTooLarge",
    )
    host, port = sim.endpoint.rpartition("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        head = f"PUT {SCOPE} HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        connection.sendall(head)
        chunk = b"%x\r\n" % 2**16 + b" " * 2**16 + b"\r\n"
        try:
            for _ in range(large // 2**16 + 2):
                connection.sendall(chunk)
        except OSError:
            pass  # it has closed the connection already
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


def test_long_urls_and_headers_are_refused(http: httpx.Client) -> None:
    """With the statuses that HTTP has for them, or 400 where the protocol's reader stops first."""
    assert code(http.get("/" + "a" * intake.LIMITS.url, params=VERSION)) == (414, "RequestUriTooLong")
    many = {f"x-{number}": "a" * 1000 for number in range(70)}
    assert http.get(SCOPE, params=VERSION, headers=many).status_code in {400, 431}


@pytest.mark.parametrize(
    "raw",
    [
        b'{"location": "x", "tags": {"a": "\xed\xa0\x80"}}', b'{"location": "x", "tags": {"a": "\\ud800"}}',
        b"\xff\xfe{",
        b'{"a": NaN}', b'{"a": Infinity}', b'{"a": 1e999}', b'{"a": ' + b"9" * 30 + b"}",
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 100_000, b'{"a":' * 1000 + b"1" + b"}" * 1000, b"{", "{}".encode("utf-16"),
    ],
)  # fmt: skip
def test_what_is_no_sound_json_is_400(http: httpx.Client, raw: bytes) -> None:
    """Half characters, numbers that are none, too large ones, deep nesting: refused before anything looks at them."""
    assert code(http.put(SCOPE, params=VERSION, content=raw)) == (400, "InvalidRequestContent")


def test_sound_json_is_taken(http: httpx.Client) -> None:
    """A byte order mark, characters beyond the first plane, brackets in texts, the largest 64-bit number."""
    tags = {"a": "\U0001f600", "b": "[{" * 200, "c": '\\"['}
    body = "\ufeff" + json.dumps({"location": "x", "tags": tags}, ensure_ascii=False)
    answer = http.put(SCOPE, params=VERSION, content=body.encode())
    assert answer.json()["tags"] == tags
    assert intake.parse_json(b"[9223372036854775807, -9223372036854775808]") == [2**63 - 1, -(2**63)]


@pytest.mark.parametrize("target", ["/subscriptions/%ff", "/subscriptions/%ED%A0%80", "/a%0Ab", "/a%00", "/x?a=%ff"])
def test_urls_are_utf_8(sim: RunningSimulator, target: str) -> None:
    """Other bytes and control characters are refused."""
    host, port = sim.endpoint.rpartition("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        request = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {sim.token}\r\n\r\n"
        connection.sendall(request.encode())
        assert connection.recv(4000).startswith(b"HTTP/1.1 400")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "limit"),
    [
        ("range i from 1 to 3000000000 step 1", "QueryMemoryLimitExceeded"),
        ("range i from 1 to 30000000 step 1 | summarize make_list(i)", "QueryMemoryLimitExceeded"),
        (SLOW, "QueryTimeLimitExceeded"),
        (f"print x = {'(' * 3000}1{')' * 3000}", "ParserFailure"),
    ],
)
def test_a_query_that_takes_too_much_ends_alone(
    http: httpx.Client, sim: RunningSimulator, query: str, limit: str
) -> None:
    """It is a 400 that says why; the next query works on the same tables, and the server grows by nothing much."""
    worlds.make_group(http)
    sim.simulator.graph.limits = Limits(seconds=3)
    count: Any = {"query": "resourcecontainers | count"}
    assert http.post(GRAPH, json=count, timeout=30).json()["data"] == [{"Count": 1}]
    before = _resident()
    answer = http.post(GRAPH, json={"query": query}, timeout=30)
    assert answer.status_code == 400
    assert limit in [detail["code"] for detail in answer.json()["error"]["details"]]
    assert http.post(GRAPH, json=count, timeout=30).json()["data"] == [{"Count": 1}]
    assert _resident() - before < 200 * 2**20


@pytest.mark.slow
def test_others_are_answered_while_a_query_runs(http: httpx.Client, sim: RunningSimulator) -> None:
    """A query that takes its three seconds keeps nobody else from an answer."""
    worlds.make_group(http)
    sim.simulator.graph.limits = Limits(seconds=3)
    found: list[int] = []

    def ask() -> None:
        found.append(http.post(GRAPH, json={"query": SLOW}, timeout=30).status_code)

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.3)
    for _ in range(5):
        started = time.monotonic()
        assert httpx.get(sim.endpoint + SCOPE, params=VERSION, headers=dict(http.headers)).status_code == 200
        assert time.monotonic() - started < 1
    assert thread.is_alive()
    thread.join()
    assert found == [400]


def test_queries_reach_no_file(http: httpx.Client, tmp_path: Path) -> None:
    """Neither by KQL's own way, nor by what its translator might let through."""
    (tmp_path / "secret.csv").write_text("a\nhidden\n")
    for query in (f"externaldata(a: string)['{tmp_path}/secret.csv']", f"['{tmp_path}/secret.csv'] | take 1"):
        answer = http.post(GRAPH, json={"query": query}, timeout=30)
        assert answer.status_code == 400
        assert "hidden" not in answer.text


def test_files_are_their_owners_alone(tmp_path: Path) -> None:
    """The state, its journal, and the folder of certificates with the server's key, also where they were there."""
    mask = os.umask(0)
    try:
        state, folder = tmp_path / "azure.db", tmp_path / "tls"
        with running_simulator(state) as running:
            headers = {"Authorization": f"Bearer {running.token}"}
            httpx.put(running.endpoint + SCOPE, params=VERSION, headers=headers, json={"location": "x"})
            assert {_mode(file) for file in tmp_path.iterdir()} == {0o600}
        state.chmod(0o644)
        with running_simulator(state):
            assert _mode(state) == 0o600
        certificates.ensure(folder)
        folder.chmod(0o755)
        made = certificates.ensure(folder)
        assert (_mode(folder), _mode(made.server)) == (0o700, 0o600)
    finally:
        os.umask(mask)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("settings", {"lro_polls": -1}), ("settings", {"lro_polls": 2**70}),
        ("settings", {"page_size": 0}), ("faults", []), ("reset", [1]), ("settings", {"compute_put": []}),
        ("settings", {"nosuch": 1}), ("latency", {"milliseconds": 10**9}), ("latency", {"milliseconds": True}),
        ("state", {"id": SCOPE, "health": []}), ("packets", {"destination": [], "port": 1}),
        ("identities", {"name": 1}),
    ],
)  # fmt: skip
def test_the_control_face_refuses_what_it_does_not_know(http: httpx.Client, name: str, body: Any) -> None:
    """In one sentence, as a 4xx."""
    answer = http.post(f"/_simulator/{name}", json=body)
    assert answer.status_code in {400, 404}
    assert answer.json()["error"]["message"]


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)
