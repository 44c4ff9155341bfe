"""A client for Azure Resource Manager on 127.0.0.1: requests, long-running operations, readable errors."""

from __future__ import annotations

import json
from asyncio import sleep
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import yarl

Json = dict[str, Any]

_LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})
# What the official provider sends again, and how often (client_azcore.go: initPipelineOpts, shouldRetryConflict; azcore
# has three retries by default): these statuses, and a 409 with one of these codes. An operation that was accepted and
# then ended as Failed or Canceled is never started again, whatever its code. Nothing is held back for another request.
_RETRY_STATUS: Final = frozenset({408, 429, 500, 502, 503, 504})
_RETRY_CODES: Final = frozenset({"AnotherOperationInProgress", "StorageAccountOperationInProgress"})
_ATTEMPTS: Final = 4
# Its waits: between attempts where ARM names no time (azcore's calcDelay without the jitter; a longer time that ARM
# names ends the attempts), and between polls (NewAzCoreClient). The first poll comes at once (azcore's PollUntilDone).
_BACKOFF: Final = 20.0
_LONGEST_BACKOFF: Final = 120.0
_POLL_WRITE: Final = 10.0
_POLL_DELETE: Final = 30.0
_TERMINAL: Final = frozenset({"succeeded", "failed", "canceled", "cancelled"})
_CONNECTIONS: Final = 64
_TIMEOUT_SECONDS: Final = 60.0
_ACCEPTED: Final = 202
_ERROR: Final = 400
_NOT_FOUND: Final = 404
_CONFLICT: Final = 409


class EndpointError(Exception):
    """The endpoint of ARM is missing, not local, or does not answer."""


@dataclass
class ArmError(Exception):
    """An error that ARM reported.

    Attributes:
        status: HTTP status.
        code: ARM's error code, such as ``ScopeLocked``.
        message: ARM's message.
        resource_id: The resource that the request was for.
        accepted: Whether ARM had accepted the write before it failed, so that the resource may exist.
    """

    status: int
    code: str
    message: str
    resource_id: str
    accepted: bool = False

    def __str__(self) -> str:
        code = f' Code="{self.code}"' if self.code else ""
        return f'Status={self.status}{code} Message="{self.message}" Resource="{self.resource_id}"'


@dataclass(frozen=True)
class _Response:
    """ARM's response; a body that is not a JSON object counts as empty."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: Json


class ArmClient:
    """Requests to one ARM endpoint. Create it inside a running event loop.

    Args:
        endpoint: ``http://127.0.0.1:<port>``.
        token: The bearer token, if the endpoint requires one.
        pace: What the official provider's own waits are multiplied by; those that ARM names are kept. The order of
            requests is the same at any pace.

    Raises:
        EndpointError: The endpoint is not a plain-HTTP address of this machine.
    """

    def __init__(self, endpoint: str, token: str | None, pace: float = 1.0) -> None:
        self.endpoint = local_endpoint(endpoint)
        self._pace = pace
        self._session = aiohttp.ClientSession(
            headers={"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {}),
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
            timeout=aiohttp.ClientTimeout(total=None, sock_read=_TIMEOUT_SECONDS, sock_connect=_TIMEOUT_SECONDS),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def get(self, resource_id: str, api_version: str) -> Json | None:
        """The resource, or None when there is none.

        Raises:
            ArmError: Any other answer than 200 and 404.
        """
        response = await self._send("GET", resource_id, api_version, resource_id)
        if response.status == _NOT_FOUND:
            return None
        _raise_for(response, resource_id)
        return response.body or None

    async def put(self, resource_id: str, api_version: str, body: Json) -> Json:
        """Create or replace the resource, wait until ARM is done, and return the resource as ARM then shows it.

        Raises:
            ArmError: ARM refused (``accepted`` is false), or accepted and then failed.
        """
        response = await self._send("PUT", resource_id, api_version, resource_id, body)
        _raise_for(response, resource_id)
        try:
            await self._finish(response, resource_id, _POLL_WRITE)
            result = await self.get(resource_id, api_version)
        except ArmError as error:
            error.accepted = True
            raise
        if result is None:
            raise ArmError(_NOT_FOUND, "ResourceNotFound", "The resource is gone after it was written.", resource_id)
        return result

    async def delete(self, resource_id: str, api_version: str) -> None:
        """Delete the resource and wait; a resource that does not exist is a success.

        Raises:
            ArmError: ARM refused or failed.
        """
        response = await self._send("DELETE", resource_id, api_version, resource_id)
        if response.status == _NOT_FOUND:
            return
        _raise_for(response, resource_id)
        await self._finish(response, resource_id, _POLL_DELETE)

    async def _finish(self, response: _Response, resource_id: str, interval: float) -> None:
        """Poll a long-running operation to its end (ARM's Azure-AsyncOperation and Location styles).

        Args:
            response: The answer to the request that started it.
            resource_id: What the request was for.
            interval: Seconds between polls where ARM names none; before the first one there is no wait then.
        """
        operation = response.headers.get("Azure-AsyncOperation")
        location = response.headers.get("Location")
        if operation:
            await self._poll_status(operation, response, resource_id, interval)
        elif location and response.status == _ACCEPTED:
            wait = _named_wait(response)
            while response.status == _ACCEPTED:
                await sleep(wait or 0.0)
                response = await self._send("GET", response.headers.get("Location", location), None, resource_id)
                wait = self._between_polls(response, interval)
            if response.status != _NOT_FOUND:  # the result of a delete disappears with the resource
                _raise_for(response, resource_id)

    async def _poll_status(self, operation: str, response: _Response, resource_id: str, interval: float) -> None:
        wait = _named_wait(response) or 0.0
        while True:
            await sleep(wait)
            response = await self._send("GET", operation, None, resource_id)
            wait = self._between_polls(response, interval)
            _raise_for(response, resource_id)
            body = response.body
            status = str(body.get("status", "Succeeded"))
            if status.lower() not in _TERMINAL:
                continue
            if status.lower() != "succeeded":
                code, message = _error_of(body, status)
                raise ArmError(response.status, code, message, resource_id)
            return

    def _between_polls(self, response: _Response, interval: float) -> float:
        return _named_wait(response) or interval * self._pace

    async def _send(
        self, method: str, url: str, api_version: str | None, resource_id: str, body: Json | None = None
    ) -> _Response:
        if "://" in url and local_endpoint(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}") != self.endpoint:
            raise EndpointError(f"ARM sent the operation address {url}, which is not at {self.endpoint}")
        address = url if "://" in url else f"{self.endpoint}/{url.lstrip('/')}"
        if api_version:
            address += f"?api-version={api_version}"
        for attempt in range(1, _ATTEMPTS + 1):
            response = await self._request(method, address, resource_id, body)
            named = _named_wait(response)
            if attempt == _ATTEMPTS or not _may_retry(response) or (named or 0.0) > _LONGEST_BACKOFF:
                break
            own = min(_LONGEST_BACKOFF, _BACKOFF * (2**attempt - 1)) * self._pace
            await sleep(named or own)
        return response

    async def _request(self, method: str, address: str, resource_id: str, body: Json | None) -> _Response:
        content = json.dumps(body).encode() if body is not None else None
        headers = {"Content-Type": "application/json"} if body is not None else None
        url = yarl.URL(address, encoded=True)
        try:
            async with self._session.request(method, url, data=content, headers=headers) as response:
                text = await response.read()
                return _Response(response.status, response.reason or "", response.headers, _json(text))
        except (aiohttp.ClientError, TimeoutError) as error:
            raise EndpointError(
                f"Azure Resource Manager at {self.endpoint} does not answer ({method} {resource_id}): "
                f"{type(error).__name__}. Is the simulator running (SCALESET_ARM_ENDPOINT)?"
            ) from error


def local_endpoint(endpoint: str | None) -> str:
    """The endpoint, checked: plain HTTP on this machine, with a port.

    Raises:
        EndpointError: It is missing or something else.
    """
    if not endpoint:
        raise EndpointError(
            "SCALESET_ARM_ENDPOINT is not set: this azure-native provider is a stand-in that deploys to the ARM "
            "simulator on this machine. Start it with 'scaleset-sim serve' and set SCALESET_ARM_ENDPOINT to the "
            "address that it prints, such as http://127.0.0.1:8123; for the real Azure use the official provider."
        )
    try:
        parts = urlsplit(endpoint)
        local = parts.scheme == "http" and parts.hostname in _LOCAL and parts.port is not None
    except ValueError:
        local = False
    if not local:
        raise EndpointError(
            f"SCALESET_ARM_ENDPOINT is {endpoint!r}; expected http://127.0.0.1:<port>. This stand-in provider talks "
            "to the simulator on this machine only; for the real Azure use the official azure-native provider."
        )
    return f"http://{parts.netloc}"


def _may_retry(response: _Response) -> bool:
    if response.status in _RETRY_STATUS:
        return True
    return response.status == _CONFLICT and _error_of(response.body, "")[0] in _RETRY_CODES


def _named_wait(response: _Response) -> float | None:
    """The seconds of Retry-After; None where ARM names no time, or none at all (azcore takes 0 for that)."""
    try:
        named = float(response.headers["Retry-After"])
    except (KeyError, ValueError):
        return None
    return named if named > 0 else None


def _raise_for(response: _Response, resource_id: str) -> None:
    if response.status >= _ERROR:
        code, message = _error_of(response.body, response.reason)
        raise ArmError(response.status, code, message, resource_id)


def _json(text: bytes) -> Json:
    try:
        body = json.loads(text) if text else {}
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _error_of(body: Json, default: str) -> tuple[str, str]:
    """Code and message of an ARM error body, with the details that ARM adds."""
    error = body.get("error")
    if not isinstance(error, dict):
        return str(body.get("code", "")), str(body.get("message", default))
    details = [d for d in error.get("details") or [] if isinstance(d, dict)]
    message = str(error.get("message", default))
    others = [d for d in details if d.get("message") != message]  # ARM often repeats the error as its first detail
    parts = [message, *(": ".join(str(d[k]) for k in ("code", "message") if d.get(k)) for d in others)]
    return str(error.get("code", "")), " ".join(p for p in parts if p)
