"""The token buckets that all processes of a user share, so that ten commands together keep within Azure's limits."""

from __future__ import annotations

import fcntl
import hashlib
import json
import math
import os
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from scaleset_operations.patience import Limits, Rate
from scaleset_operations.statedir import folder

_REMAINING = re.compile(r";(\d+)\s*(?:,|$)")
_SUBSCRIPTION = "x-ms-ratelimit-remaining-subscription-"
_RESOURCE = "x-ms-ratelimit-remaining-resource"
_IN_PATH = re.compile(r"^/subscriptions/([^/?]+)", re.IGNORECASE)


def kind_of(verb: str) -> str:
    """Which bucket a request takes from."""
    return {"GET": "reads", "HEAD": "reads", "DELETE": "deletes"}.get(verb, "writes")


def subscription_of(path: str) -> str:
    """The subscription in an ARM path, without case; empty where it names none."""
    match = _IN_PATH.match(path)
    return match[1].lower() if match else ""


def taken(state: tuple[float, float], rate: Rate, now: float) -> tuple[tuple[float, float], float]:
    """Take one token: the new state, and the seconds to wait first.

    The count may fall below zero: each taker has a place in the queue, so nobody asks twice and nobody is passed over.

    Args:
        state: The tokens, and when that was so (seconds since the epoch).
        rate: The bucket.
        now: The time.
    """
    tokens, since = state
    filled = min(rate.size, tokens + max(0.0, now - since) * rate.refill) - 1
    return (filled, now), max(0.0, -filled / rate.refill)


def remaining(headers: Mapping[str, str], kind: str) -> float:
    """How many requests of a kind Azure says are left; infinite where it does not say."""
    found = [float(number) for number in _REMAINING.findall(headers.get(_RESOURCE, ""))]
    text = headers.get(_SUBSCRIPTION + kind, "")
    return min([*found, *([float(text)] if text.isdigit() else [])], default=math.inf)


class Buckets:
    """The buckets of one Azure endpoint, in files under a lock.

    Args:
        endpoint: Azure Resource Manager's URL.
        limits: The sizes.
    """

    def __init__(self, endpoint: str, limits: Limits) -> None:
        self._endpoint = endpoint
        self._limits = limits
        self._folder: Path | None = None

    def take(self, kind: str, subscription: str) -> float:
        """Take a token; the seconds to wait before the request is sent."""
        rate = self._limits.of(kind)
        if math.isinf(rate.refill):
            return 0.0
        with _Locked(self._path(subscription)) as state:
            state.value[kind], wait = taken(_known(state.value, kind, rate), rate, time.time())
        return wait

    def heed(self, kind: str, subscription: str, headers: Mapping[str, str], *, throttled: bool) -> None:
        """Learn from an answer: no more tokens than Azure says are left, and none after a 429."""
        rate = self._limits.of(kind)
        left = 0.0 if throttled else remaining(headers, kind)
        if math.isinf(rate.refill) or left >= rate.size:
            return
        with _Locked(self._path(subscription)) as state:
            tokens, since = _known(state.value, kind, rate)
            filled = min(rate.size, tokens + max(0.0, time.time() - since) * rate.refill)
            state.value[kind] = (min(filled, left), time.time())

    def _path(self, subscription: str) -> Path:
        if self._folder is None:
            self._folder = folder("limits")
        name = hashlib.sha256(f"{self._endpoint.lower()} {subscription}".encode()).hexdigest()[:24]
        return self._folder / f"{name}.json"


def _known(state: Mapping[str, Any], kind: str, rate: Rate) -> tuple[float, float]:
    found = state.get(kind)
    now = time.time()
    if not isinstance(found, list | tuple) or len(found) != 2:  # noqa: PLR2004 - tokens and time
        return rate.size, now
    tokens, since = found
    if not isinstance(tokens, int | float) or not isinstance(since, int | float) or since > now + 1:
        return rate.size, now  # another program's file, or a clock that was put back
    return float(tokens), float(since)


class _Locked:
    """A JSON file under an exclusive lock, for the few microseconds of a change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.value: dict[str, Any] = {}

    def __enter__(self) -> Self:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        self._file = os.fdopen(descriptor, "r+", encoding="utf-8")
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            found = json.loads(self._file.read() or "{}")
        except ValueError:
            found = {}
        self.value = found if isinstance(found, dict) else {}
        return self

    def __exit__(self, *_: object) -> None:
        self._file.seek(0)
        self._file.truncate()
        json.dump(self.value, self._file)
        self._file.close()  # gives the lock back
