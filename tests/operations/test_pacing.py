"""Polls hold no place, the rate limit holds across processes, and Azure's remaining quota is respected."""

from __future__ import annotations

import time
from typing import Any

import pytest
from operations.conftest import Cli
from operations.world import World

from scaleset_operations.buckets import Buckets, remaining, taken
from scaleset_operations.lro import next_poll
from scaleset_operations.patience import Limits, Rate


def test_waiting_holds_no_place(world: World, cli: Cli) -> None:
    """Sixty restarts of two seconds with two requests at a time: about two seconds, not sixty; few polls each."""
    world.scale_set("web", "Flexible", 60)
    world.simulator.configure(lro_ms=2000)
    world.simulator.clear_requests()
    answer = cli("set", "restart", "-n", "web", "--yes", "--max-concurrency", "2", "-o", "json")
    assert answer.code == 0, answer.err
    seconds = answer.json()["seconds"]
    sent = [item["milliseconds"] for item in world.simulator.requests() if item["path"].endswith("/restart")]
    assert len(sent) == 60
    assert seconds < 2 + 60 * 0.1
    polls = [item for item in world.simulator.requests() if "/operations/" in item["path"]]
    assert len(polls) <= 60 * 8


@pytest.mark.parametrize(
    ("elapsed", "least", "crowd", "expected", "wait"),
    [
        (0, 5, 0, 0, 5),
        (0, 5, 40, 0, 40),
        (0, 5, 40, 60, 60),
        (58, 5, 40, 60, 5),
        (61, 5, 0, 60, 5),
        (200, 5, 0, 60, 10),
    ],
)
def test_when_the_next_poll_is(elapsed: float, least: float, crowd: float, expected: float, wait: float) -> None:
    """Never sooner than Azure asks, not before others of its kind took, and spread over the rate limit."""
    assert next_poll(elapsed, least=least, crowd=crowd, expected=expected) == wait


def test_the_bucket_is_shared(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Two processes of one user take from one bucket; 429 empties it; the file is the owner's alone."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    limits = Limits(writes=Rate(3, 1))
    one, other = Buckets("https://a", limits), Buckets("https://a", limits)
    assert [one.take("writes", "s"), other.take("writes", "s"), one.take("writes", "s")] == [0, 0, 0]
    assert 0.9 < other.take("writes", "s") <= 1
    assert 1.9 < one.take("writes", "s") <= 2
    assert other.take("writes", "another subscription") == 0
    one.heed("writes", "another subscription", {}, throttled=True)
    assert other.take("writes", "another subscription") > 0.9
    files = list((tmp_path / "scaleset" / "limits").iterdir())
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_a_bucket_fills_again() -> None:
    """Ten seconds at one token a second are ten tokens, and never more than the bucket holds."""
    assert taken((0, 100), Rate(200, 1), 110) == ((9, 110), 0)
    assert taken((0, 100), Rate(5, 1), 1000) == ((4, 1000), 0)
    assert taken((0, 100), Rate(5, 2), 100) == ((-1, 100), 0.5)


def test_what_azure_says_is_left() -> None:
    """The least number of the two headers."""
    headers = {
        "x-ms-ratelimit-remaining-resource": "Microsoft.Compute/UpdateVM3Min;237,Microsoft.Compute/UpdateVM30Min;4",
        "x-ms-ratelimit-remaining-subscription-writes": "199",
    }
    assert remaining(headers, "writes") == 4
    assert remaining({}, "writes") > 1e9


def test_the_rate_limit_holds(world: World, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """With five writes and ten more a second, twenty restarts take a second and a half, whatever the concurrency."""
    monkeypatch.setenv("SCALESET_RATE", "writes=5/10,reads=1000/1000")
    world.scale_set("web", "Flexible", 20)
    begun = time.monotonic()
    answer = cli("set", "restart", "-n", "web", "--yes", "--max-concurrency", "50", "-o", "json")
    assert answer.code == 0, answer.err
    assert answer.json()["seconds"] >= 1.4
    assert time.monotonic() - begun < 8
