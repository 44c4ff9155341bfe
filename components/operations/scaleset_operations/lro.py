"""Azure's long-running operations: what an answer says about one. Pure.

https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

_ACCEPTED = 202
_CREATED = 201
_DONE = frozenset({"succeeded"})
_BAD = frozenset({"failed", "canceled", "cancelled"})


class Ask(StrEnum):
    """How an operation is asked after."""

    STATUS = "status"
    """A status resource: the URL of Azure-AsyncOperation."""
    LOCATION = "location"
    """The URL of Location: 202 until it has ended."""
    RESOURCE = "resource"
    """The resource itself, by its provisioningState."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """An operation that Azure has accepted.

    Attributes:
        ask: How it is asked after.
        url: The URL to ask.
        result: The URL of its result; empty: none.
        retry_after: The seconds that Azure wants between two polls; 0: it named none.
    """

    ask: Ask
    url: str
    result: str = ""
    retry_after: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """For the journal."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Underway:
    """A call that Azure has accepted and works on.

    Attributes:
        operation: The operation.
        wait: Waits for its end and gives its result; an error as of the call itself.
    """

    operation: Accepted
    wait: Callable[[], Awaitable[Any]]


class Progress(StrEnum):
    """What a poll says."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    GARBLED = "garbled"


def retry_after(headers: Mapping[str, str], now: float) -> float:
    """The seconds of Retry-After, also from its forms in milliseconds and as a date; 0 where there is none.

    Args:
        headers: The answer's, in lower case.
        now: Seconds since the epoch.
    """
    for name, unit in (("retry-after-ms", 1000.0), ("x-ms-retry-after-ms", 1000.0), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        if not text:
            continue
        try:
            found = float(text) / unit
        except ValueError:
            try:
                found = parsedate_to_datetime(text).timestamp() - now
            except ValueError:
                continue
        if 0 <= found < 1e9:  # noqa: PLR2004 - not infinite, and no number
            return found
    return 0.0


def accepted(verb: str, url: str, status: int, headers: Mapping[str, str], body: Any, now: float) -> Accepted | None:
    """The operation that an answer to a write has begun; None if the write is done."""
    wait = retry_after(headers, now)
    location = headers.get("location", "")
    operation = headers.get("azure-asyncoperation") or headers.get("operation-location") or ""
    if operation:
        result = url if verb in {"PUT", "PATCH"} else location
        return Accepted(ask=Ask.STATUS, url=operation, result=result, retry_after=wait)
    if status == _ACCEPTED and location:
        return Accepted(ask=Ask.LOCATION, url=location, result=location, retry_after=wait)
    if verb in {"PUT", "PATCH"} and status in {200, _CREATED, _ACCEPTED} and _running(body):
        return Accepted(ask=Ask.RESOURCE, url=url, result=url, retry_after=wait)
    return None


def _running(body: Any) -> bool:
    return resource_progress(body) is Progress.RUNNING


def resource_progress(body: Any) -> Progress:
    """The progress in a resource's provisioningState."""
    properties = body.get("properties") if isinstance(body, dict) else None
    state = properties.get("provisioningState") if isinstance(properties, dict) else None
    return _progress(state) if isinstance(state, str) and state else Progress.DONE


def status_progress(body: Any) -> Progress:
    """The progress in a status resource."""
    status = body.get("status") if isinstance(body, dict) else None
    return _progress(status) if isinstance(status, str) and status else Progress.GARBLED


def _progress(word: str) -> Progress:
    lowered = word.lower()
    return Progress.DONE if lowered in _DONE else Progress.FAILED if lowered in _BAD else Progress.RUNNING


def failure(body: Any) -> tuple[str, str]:
    """The code and message of a failed operation."""
    error = body.get("error") if isinstance(body, dict) else None
    word = str(body.get("status") or "Failed") if isinstance(body, dict) else "Failed"
    if not isinstance(error, dict):
        return word, "the operation failed; Azure gives no reason"
    return str(error.get("code") or word), str(error.get("message") or "Azure gives no reason")


def next_poll(elapsed: float, *, least: float, crowd: float, expected: float) -> float:
    """How long to wait before the next poll, in seconds.

    Args:
        elapsed: Since the operation was accepted.
        least: What Azure asks for, or the default.
        crowd: The time that one poll of every operation under way takes, by the rate limit.
        expected: How long operations of this kind take, by those that have ended; 0: not known yet.
    """
    if expected > elapsed:
        return max(least, expected - elapsed)
    return max(least, crowd, 0.05 * elapsed)
