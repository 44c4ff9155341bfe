"""Following accepted operations to their end: each sleeps on its own, and none holds a place while it sleeps."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from scaleset_operations.answers import foreign
from scaleset_operations.errors import AzureError, UnknownOutcomeError
from scaleset_operations.lro import (
    Accepted,
    Ask,
    Progress,
    failure,
    next_poll,
    resource_progress,
    retry_after,
    status_progress,
)
from scaleset_operations.wire import Wire

_AT_ONCE = 20
_NAP = 1.0
_HOPELESS = frozenset({401, 403, 404})
_STRANGE = AzureError(0, "BadAnswer", "the operation's status is not what Azure documents")
_ACCEPTED = 202
_FINAL = range(400, 500)


class Follower:
    """Polls any number of operations.

    Args:
        wire: Sends the polls.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._crowd = 0
        self._took: dict[str, float] = {}
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def follow(self, operation: Accepted, *, kind: str = "", answers: bool = False) -> Any:
        """Wait for the end of an operation; the JSON of its result where ``answers``.

        Args:
            operation: The operation.
            kind: What it does (``restart``): operations of one kind take about the same time.
            answers: Whether its result is wanted.

        Raises:
            AzureError: The operation failed.
            UnknownOutcomeError: It cannot be asked for any more.
        """
        stranger = foreign(self._wire.connection.endpoint, self._absolute(operation.url))
        if stranger:
            raise UnknownOutcomeError(
                0, "ForeignAddress", f"Azure accepted it and named {stranger} for its progress, which is not the "
                "endpoint: no token is sent there"
            )  # fmt: skip
        self._crowd += 1
        begun = time.monotonic()
        try:
            body = await self._to_the_end(operation, kind, begun)
        finally:
            self._crowd -= 1
        took = time.monotonic() - begun
        self._took[kind] = min(took, self._took.get(kind, took))
        return await self._result(operation, body) if answers else None

    def _absolute(self, url: str) -> str:
        return url if "://" in url else self._wire.connection.endpoint + url

    async def _to_the_end(self, operation: Accepted, kind: str, begun: float) -> Any:
        least = operation.retry_after or self._wire.connection.poll_seconds
        garbled = 0.0
        while True:
            await self._sleep(kind, begun, least)
            try:
                async with self._places:
                    answer = await self._wire.request("GET", operation.url)
            except AzureError as error:
                garbled = self._bear(error, operation, garbled)
                continue
            progress = _progress(operation.ask, answer.status, answer.body)
            if progress is Progress.GARBLED:
                garbled = self._bear(_STRANGE, operation, garbled)
                continue
            garbled = 0.0
            if progress is Progress.DONE:
                return answer.body
            if progress is Progress.FAILED:
                raise AzureError(0, *failure(answer.body))
            least = retry_after(answer.headers, time.time()) or least

    def _bear(self, error: AzureError, operation: Accepted, since: float) -> float:
        """Since when polls have had no usable answer; raises where that is final."""
        refused = error.status in _FINAL and error.status not in _HOPELESS
        if refused and operation.ask is Ask.LOCATION:
            raise error  # so ends an operation without a status resource
        now = time.monotonic()
        since = since or now
        if error.code != "BadAnswer" or now - since >= self._wire.connection.patience.retry:
            text = f"Azure accepted it; asking how it went failed: {error}"
            raise UnknownOutcomeError(error.status, "Unknown", text)
        return since

    async def _sleep(self, kind: str, begun: float, least: float) -> None:
        """Until the next poll is due; that moment comes nearer as others of its kind end."""
        start = time.monotonic()
        while True:
            now = time.monotonic()
            crowd = self._crowd / self._wire.connection.limits.polls
            wait = next_poll(start - begun, least=least, crowd=crowd, expected=self._took.get(kind, 0.0))
            left = start + wait - now
            if left <= 0:
                return
            await asyncio.sleep(min(left, _NAP))

    async def _result(self, operation: Accepted, body: Any) -> Any:
        properties = body.get("properties") if isinstance(body, dict) else None
        if operation.ask is Ask.STATUS and isinstance(properties, dict) and "output" in properties:
            return properties["output"]
        if operation.ask is not Ask.STATUS or not operation.result:
            return body
        try:
            return (await self._wire.request("GET", operation.result)).body
        except AzureError as error:
            raise UnknownOutcomeError(
                error.status, "Unknown", f"Azure did it; what it answered can not be read: {error}"
            ) from None


def _progress(ask: Ask, status: int, body: Any) -> Progress:
    if ask is Ask.LOCATION:
        return Progress.RUNNING if status == _ACCEPTED else Progress.DONE
    return status_progress(body) if ask is Ask.STATUS else resource_progress(body)
