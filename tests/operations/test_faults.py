"""The fault matrix: what each command tells, and how soon, when Azure or something on the way to it fails."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from operations.conftest import Answer, Cli
from operations.processes import SHORT
from operations.world import World

from arm_simulator.testing import running_simulator

HTML = {"text": "<html><body>Sign in to the hotel's network</body></html>", "headers": {"Content-Type": "text/html"}}
CUT = {"text": '{"value": [{"id"'}


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        name: Its name.
        how: The members of the simulator's fault.
        read: The exit code of a command that reads through it.
        post: The exit code and the word for a POST.
        put: Those for a write that may be repeated.
        text: What stderr or the report says.
        seconds: The bound of the time it takes.
    """

    name: str
    how: dict[str, Any]
    read: int
    post: tuple[int, str]
    put: tuple[int, str]
    text: str
    seconds: float = 6.0
    status: dict[str, Any] = field(default_factory=dict)


FOREVER = 10_000
MATRIX = [
    Fault("refused", {"status": 403, "code": "NotAllowed"}, 1, (1, "failed"), (1, "failed"), "NotAllowed"),
    Fault("not signed in", {"status": 401, "code": "ExpiredToken"}, 1, (1, "failed"), (1, "failed"), "ExpiredToken"),
    Fault("throttled once", {"status": 429, "retry_after": 1, "times": 1}, 0, (0, "done"), (0, "done"), ""),
    Fault("throttled for long", {"status": 429, "retry_after": 60}, 1, (1, "failed"), (1, "failed"), "TooManyRequests"),
    Fault("bad gateway once", {"status": 502, "times": 1}, 0, (3, "unknown"), (0, "done"), ""),
    Fault("502 storm", {"status": 502}, 1, (3, "unknown"), (3, "unknown"), "502"),
    Fault("503 without a time", {"status": 503}, 1, (3, "unknown"), (3, "unknown"), "503"),
    Fault("connection cut", {"phase": "cut-before"}, 1, (3, "unknown"), (3, "unknown"), "connection was lost"),
    Fault("HTML", {"phase": "answer", "status": 200, **HTML}, 1, (3, "unknown"), (3, "unknown"), "HTML page"),
    Fault("JSON cut off", {"phase": "answer", "status": 200, **CUT}, 1, (3, "unknown"), (3, "unknown"), "cut off"),
    Fault("no answer", {"phase": "stall", "seconds": 3}, 1, (3, "unknown"), (3, "unknown"), "lost", 10),
    Fault(
        "redirect elsewhere",
        {"phase": "answer", "status": 307, "headers": {"Location": "http://127.0.0.1:1/"}},
        1, (1, "failed"), (1, "failed"), "not followed",
    ),
]  # fmt: skip
"""Twelve faults."""


@dataclass(frozen=True)
class Command:
    """One command, and where the fault strikes it.

    Attributes:
        line: The command line.
        kind: ``read``, ``post`` or ``put``.
        method: The verb of the request that the fault meets.
        path: Its path.
    """

    line: tuple[str, ...]
    kind: str
    method: str
    path: str


COMMANDS = {
    "list": Command(("instances", "list", "-n", "flex", "--live"), "read", "GET", "/virtualMachines$"),
    "show": Command(("set", "show", "-n", "uni"), "read", "GET", "/uni$"),
    "graph": Command(("instances", "list", "-n", "flex"), "read", "POST", "/resources$"),
    "restart one": Command(("instances", "restart", "-n", "flex", "--all", "--yes"), "post", "POST", "/restart$"),
    "restart set": Command(("set", "restart", "-n", "uni", "--yes"), "post", "POST", "/restart$"),
    "lock": Command(
        ("instances", "protect", "-n", "flex", "--all", "--no-instance-protection", "--yes"), "put", "PUT", "/locks/"
    ),
}  # fmt: skip


@pytest.fixture
def matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patience for a second."""
    for name, value in {**SHORT, "SCALESET_RETRY_SECONDS": "1", "SCALESET_ANSWER_SECONDS": "1"}.items():
        monkeypatch.setenv(name, value)


def expected(fault: Fault, command: Command) -> tuple[int, str]:
    """The exit code and the outcome's word."""
    if command.kind == "read":
        return fault.read, "error" if fault.read else ""
    return fault.post if command.kind == "post" else fault.put


def failing(answer: Answer, code: int, word: str, seconds: float, fault: Fault) -> str:
    """What is wrong with an answer; empty: nothing."""
    told = answer.out + answer.err
    checks = {
        f"exit code {answer.code}, expected {code}": answer.code == code,
        "a traceback": "Traceback" not in told,
        f"no {word!r}": word in told.lower(),
        f"no {fault.text!r}": fault.text in told,
        f"{seconds:.1f} s": seconds <= fault.seconds,
        "an error of several lines": code == 0 or word != "error" or _lines(answer.err) == 1,
        "the word failed for what is not known": word != "unknown"
        or " failed" not in told.replace("asking how it went failed", ""),
    }
    return ", ".join(text for text, holds in checks.items() if not holds)


def _lines(text: str) -> int:
    return sum(1 for line in text.splitlines() if line.startswith("Error:")) if text else 0


@pytest.mark.long
@pytest.mark.usefixtures("matrix")
@pytest.mark.parametrize("fault", MATRIX, ids=lambda fault: fault.name)
def test_matrix(world: World, cli: Cli, fault: Fault) -> None:
    """Every command has the right word and exit code for the fault, in time, without a traceback."""
    world.scale_set("flex", "Flexible", 1)
    world.scale_set("uni", "Uniform", 1)
    cli("instances", "list", "-n", "flex")  # the simulator's Resource Graph takes its time the first time
    wrong = {}
    for name, command in COMMANDS.items():
        world.simulator.control.faults.clear()
        world.simulator.inject(**{"method": command.method, "path_regex": command.path, "times": FOREVER, **fault.how})
        begun = time.monotonic()
        answer = cli(*command.line)
        code, word = expected(fault, command)
        problem = failing(answer, code, word, time.monotonic() - begun, fault)
        if problem:
            wrong[name] = f"{problem}\n{answer.out}{answer.err}"
    assert not wrong, "\n".join(f"{name}: {text}" for name, text in wrong.items())


POLLS = {
    "502 storm": {"status": 502},
    "HTML": {"phase": "answer", "status": 200, **HTML},
    "wrong type": {"phase": "answer", "status": 200, "text": '{"status": 7}'},
    "a list": {"phase": "answer", "status": 200, "text": "[]"},
    "cut": {"phase": "cut-before"},
    "401": {"status": 401},
    "404": {"status": 404},
}


@pytest.mark.slow
@pytest.mark.usefixtures("matrix")
@pytest.mark.parametrize("fault", POLLS.values(), ids=POLLS)
def test_polls(world: World, cli: Cli, fault: dict[str, Any]) -> None:
    """Whatever happens to the polls of an accepted operation: it is unknown, and it ends in time."""
    world.scale_set("uni", "Uniform", 1)
    world.simulator.inject(method="GET", path_regex="/operations/", times=FOREVER, **fault)
    begun = time.monotonic()
    answer = cli("set", "restart", "-n", "uni", "--yes")
    assert answer.code == 3, answer.err
    assert "unknown" in answer.out
    assert "Traceback" not in answer.err
    assert time.monotonic() - begun < 6


@pytest.mark.usefixtures("matrix")
@pytest.mark.parametrize(
    "text",
    [
        '{"value": {}}',
        '{"value": [1]}',
        "[]",
        "7",
        '{"value": [{"id": 7, "properties": "x"}]}',
        '{"value": [{"properties": [1]}]}',
        "{}",
    ],
)
@pytest.mark.parametrize("mode", ["flex", "uni"])
def test_lists_of_a_wrong_type(world: World, cli: Cli, mode: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON of the wrong type is an error in one line, never a traceback."""
    monkeypatch.setenv("SCALESET_TELL_SECONDS", "5")  # as for a user: a busy machine takes the matrix's half a second
    world.scale_set("flex", "Flexible", 1)
    world.scale_set("uni", "Uniform", 1)
    world.simulator.inject(
        method="GET", path_regex="/virtualMachines$", phase="answer", status=200, text=text, times=FOREVER
    )
    answer = cli("instances", "list", "-n", mode, "--live")
    assert answer.code == 1, answer.out
    assert len(answer.err.splitlines()) == 1
    assert answer.err.startswith("Error: BadAnswer")


STRANGER: dict[str, Callable[[str], dict[str, Any]]] = {
    "nextLink": lambda other: {"phase": "answer", "status": 200, "text": f'{{"value": [], "nextLink": "{other}/x"}}'},
    "redirect": lambda other: {"phase": "answer", "status": 302, "headers": {"Location": f"{other}/x"}},
}


@pytest.mark.usefixtures("matrix")
@pytest.mark.parametrize("way", STRANGER)
def test_the_token_goes_to_no_other_port(world: World, cli: Cli, way: str) -> None:
    """A nextLink or a redirect to another port of the same host is not followed: nothing arrives there."""
    world.scale_set("flex", "Flexible", 1)
    with running_simulator() as other:
        how = STRANGER[way](other.endpoint)
        world.simulator.inject(method="GET", path_regex="/virtualMachines$", times=FOREVER, **how)
        answer = cli("instances", "list", "-n", "flex", "--live")
        assert answer.code == 1
        assert other.requests() == []
    assert other.endpoint.removeprefix("http://") in answer.err


@pytest.mark.usefixtures("matrix")
@pytest.mark.parametrize("header", ["Azure-AsyncOperation", "Location"])
def test_no_poll_of_another_port(world: World, cli: Cli, header: str) -> None:
    """An operation's URL on another port is not asked: the restart was accepted, and its outcome is unknown."""
    world.scale_set("uni", "Uniform", 1)
    with running_simulator() as other:
        headers = {header: f"{other.endpoint}/operations/1"}
        world.simulator.inject(
            method="POST", path_regex="/restart$", phase="answer-after", status=202, headers=headers, times=FOREVER
        )
        answer = cli("set", "restart", "-n", "uni", "--yes")
        assert answer.code == 3, answer.err
        assert other.requests() == []


@pytest.mark.slow
@pytest.mark.usefixtures("matrix")
def test_waiting_is_told(world: World, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """When Azure fails for longer, a line on stderr says what is tried again and until when."""
    monkeypatch.setenv("SCALESET_RETRY_SECONDS", "3")
    world.scale_set("uni", "Uniform", 1)
    world.simulator.inject(method="GET", path_regex="/uni$", status=502, times=FOREVER)
    answer = cli("set", "show", "-n", "uni")
    assert answer.code == 1
    first, *_, last = answer.err.splitlines()
    assert "tries again after server error (InternalServerError), at most until " in first
    assert "Tried again for" in last
    world.simulator.control.faults.clear()
    world.simulator.inject(method="GET", path_regex="/uni$", status=502, times=FOREVER)
    begun = time.monotonic()
    assert cli("set", "show", "-n", "uni", "--timeout", "0.5").code == 1
    assert time.monotonic() - begun < 2
