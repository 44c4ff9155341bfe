"""The command ``scaleset-sim`` as a user starts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from simulator.worlds import SCOPE, VERSION

COMMAND = [sys.executable, "-c", "from arm_simulator.server.cli import main; main()", "serve"]


@contextmanager
def served(*arguments: str, env: dict[str, str] | None = None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A served simulator as a process: the process and its endpoint."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(env or {})},
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:"), (line, process.communicate())
        yield process, line.removeprefix("listening on ").strip()
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=10)


def put_group(endpoint: str, token: str = "T") -> int:
    """Make the group and return the status."""
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.put(endpoint + SCOPE, params=VERSION, headers=headers, json={"location": "x"}).status_code


def test_state_outlives_the_process(tmp_path: Path) -> None:
    """What one run stored, the next run on the same file has; two runs at once share it."""
    state = str(tmp_path / "state.db")
    with served("--state", state, "--token", "T") as (_, endpoint):
        assert put_group(endpoint) == 201
        with served("--state", state, "--token", "T") as (_, second):
            assert put_group(second) == 200
    with served("--state", state, "--token", "T") as (_, endpoint):
        assert put_group(endpoint) == 200


@pytest.mark.parametrize(("phase", "stored"), [("death-before", False), ("death-after", True)])
def test_it_dies_where_a_test_says(phase: str, stored: bool, tmp_path: Path) -> None:
    """The process ends as by ``kill -9`` at the second write, before or after it took effect; the first one stays."""
    state = str(tmp_path / "state.db")
    fault = {"phase": phase, "method": "PUT,DELETE", "after": 1}
    token = {"Authorization": "Bearer T"}
    with served("--state", state, "--token", "T") as (process, endpoint):
        assert httpx.post(f"{endpoint}/_simulator/faults", json=fault, headers=token).status_code == 201
        assert put_group(endpoint) == 201
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.put(endpoint + f"{SCOPE}-2", params=VERSION, headers=token, json={"location": "x"})
        assert process.wait(timeout=10) == -signal.SIGKILL
    with served("--state", state, "--token", "T") as (_, endpoint):
        assert put_group(endpoint) == 200
        found = httpx.get(endpoint + f"{SCOPE}-2", params=VERSION, headers=token)
        assert (found.status_code == 200) == stored


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_signals_stop_it_cleanly(stop: signal.Signals, tmp_path: Path) -> None:
    """SIGINT and SIGTERM end it with code 0 and without a word of complaint, also with a connection open."""
    with served("--state", str(tmp_path / "s.db"), "--token", "T") as (process, endpoint):
        with httpx.Client(base_url=endpoint) as client:
            client.get("/metadata/endpoints")
            process.send_signal(stop)
            assert process.wait(timeout=10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_the_token_may_come_from_the_environment() -> None:
    """SCALESET_ARM_TOKEN is the token when --token is not given."""
    with served(env={"SCALESET_ARM_TOKEN": "from-env"}) as (_, endpoint):
        assert put_group(endpoint, "from-env") == 201
        assert put_group(endpoint, "other") == 401


def test_only_the_loopback_interface_listens() -> None:
    """The socket is bound to 127.0.0.1, so no other machine can reach it."""
    with served("--token", "T") as (_, endpoint):
        port = int(endpoint.rsplit(":", 1)[1])
        with socket.socket() as probe:
            probe.bind(("127.0.0.2", port))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A run that must end by itself."""
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=20, check=False)


def test_a_taken_port_is_a_clear_error(tmp_path: Path) -> None:
    """The message names the port and what to do; no traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("--port", str(port), "--token", "T", "--state", str(tmp_path / "s.db"))
    assert result.returncode == 1
    assert f"127.0.0.1:{port}" in result.stderr
    assert "--port" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_foreign_state_file_is_a_clear_error(tmp_path: Path) -> None:
    """A text file as --state is refused and untouched."""
    path = tmp_path / "notes.txt"
    path.write_text("not a database" * 50)
    result = run("--state", str(path), "--token", "T")
    assert result.returncode == 1
    assert "notes.txt" in result.stderr
    assert "--state" in result.stderr
    assert "Traceback" not in result.stderr
    assert path.read_text() == "not a database" * 50


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    """--state in no folder is refused with what to look at, without a traceback."""
    result = run("--state", str(tmp_path / "nowhere" / "s.db"), "--token", "T")
    assert result.returncode == 1
    assert "is its folder there?" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("arguments", [("--port", "99999"), ("--port", "x"), ("--latency", "-1"), ("--what",)])
def test_bad_options_are_usage_errors(arguments: tuple[str, ...]) -> None:
    """Options out of range end with code 2 and the usage."""
    result = run(*arguments)
    assert result.returncode == 2
    assert "usage: scaleset-sim" in result.stderr


def test_other_names_are_allowed_by_an_option() -> None:
    """What `--allow-host` names is answered, and nothing else but the machine's own names."""
    with served("--token", "T", "--allow-host", "azure.test") as (_, endpoint):
        for host, status in (("azure.test:8700", 404), ("evil.test", 400), ("localhost", 404)):
            headers = {"Authorization": "Bearer T", "Host": host}
            assert httpx.get(endpoint + SCOPE, params=VERSION, headers=headers).status_code == status
