"""Requests to Azure Resource Manager with an access token: a small client that waits, retries and reads pages."""

import base64
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

_ENDPOINTS = {
    "management.azure.com": "management.azure.com",
    "management.core.windows.net": "management.azure.com",
    "management.usgovcloudapi.net": "management.usgovcloudapi.net",
    "management.core.usgovcloudapi.net": "management.usgovcloudapi.net",
    "management.chinacloudapi.cn": "management.chinacloudapi.cn",
    "management.core.chinacloudapi.cn": "management.chinacloudapi.cn",
}
"""The endpoint of each cloud by the audiences of its tokens."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_RETRIED = frozenset({408, 429, 500, 502, 503, 504})
_ATTEMPTS = 4
_TIMEOUT_SECONDS = 60.0
_POLL_SECONDS = 2.0
_LONGEST_POLL = 30.0
_ERROR, _ACCEPTED, _NOT_FOUND, _GONE = 400, 202, 404, 410
_URL = "/?&=$:@!*'(),;~%+"
"""What a path with a query keeps as it is."""


class ArmUnavailableError(Exception):
    """Azure can't be asked: unit tests with mocks, a provider without a token, an unknown cloud."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: Json

    @property
    def absent(self) -> bool:
        return self.status in {_NOT_FOUND, _GONE}


class ArmError(Exception):
    """Azure refused a request.

    Attributes:
        status: The HTTP status.
    """

    def __init__(self, method: str, path: str, answer: _Answer) -> None:
        error = answer.body.get("error") or {}
        self.status = answer.status
        told = [f"{each.get('code', '')} {each.get('message', '')}" for each in (error, *(error.get("details") or []))]
        super().__init__(f"{method} {path}: {answer.status} {' '.join(told)}".strip())


def endpoint_of(token: str) -> str:
    """The endpoint that an access token is for: ``https://management.azure.com``.

    Raises:
        ArmUnavailableError: The token is no JSON Web Token, or its audience is no endpoint of Azure Resource Manager.
    """
    try:
        claims = token.split(".")[1]
        audience = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["aud"]
        parts = urllib.parse.urlsplit(audience)
        host = parts.hostname or ""
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise ArmUnavailableError("the provider's access token does not say which cloud it is for") from error
    if host in _LOOPBACK and parts.scheme == "http":
        return f"http://{parts.netloc}"
    if host not in _ENDPOINTS:
        raise ArmUnavailableError(f"the provider's access token is for {host!r}, which is not a known cloud")
    return f"https://{_ENDPOINTS[host]}"


class Client:
    """Requests with one token. Its methods block; paths are ids with their API version.

    Args:
        token: The access token, which says what endpoint it is for.

    Raises:
        ArmUnavailableError: The token is for no known cloud.
    """

    def __init__(self, token: str) -> None:
        self._endpoint = endpoint_of(token)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def get(self, path: str) -> Json | None:
        """What is at ``path``, or None.

        Raises:
            ArmError: Azure refused.
            ArmUnavailableError: Nothing answers.
        """
        answer = self._send("GET", path, None)
        return None if answer.absent else answer.body

    def list(self, path: str) -> list[Json]:
        """All items of a list, page by page; nothing where the parent does not exist. Errors as for :meth:`get`."""
        items: list[Json] = []
        while path:
            page = self.get(path) or {}
            items += page.get("value") or []
            path = page.get("nextLink") or ""
        return items

    def put(self, path: str, body: Json) -> None:
        """Create or replace what is at ``path``, and wait until it is done. Errors as for :meth:`get`."""
        self._finish(self._send("PUT", path, body))

    def patch(self, path: str, body: Json) -> None:
        """Change what is at ``path``, and wait until it is done. Errors as for :meth:`get`."""
        self._finish(self._send("PATCH", path, body))

    def delete(self, path: str) -> None:
        """Delete what is at ``path``, and wait; nothing there is a success. Errors as for :meth:`get`."""
        self._finish(self._send("DELETE", path, None))

    def _finish(self, answer: _Answer) -> None:
        headers = answer.headers
        operation = headers.get("azure-asyncoperation") or (answer.status == _ACCEPTED and headers.get("location"))
        running = bool(operation)
        while operation and running:
            time.sleep(_wait(answer))
            answer = self._send("GET", operation, None)
            running = answer.status == _ACCEPTED or _in_progress(answer)
        if str(answer.body.get("status", "Succeeded")).lower() in {"failed", "canceled"}:
            raise ArmError("GET", str(operation), answer)

    def _send(self, method: str, path: str, body: Json | None) -> _Answer:
        there = path.startswith(f"{self._endpoint}/")
        url = path if there else f"{self._endpoint}{urllib.parse.quote(path, safe=_URL)}"
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, content, self._headers, method=method)  # noqa: S310 - see endpoint_of
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                answer = _request(request)
            except OSError as error:
                if attempt == _ATTEMPTS:
                    raise ArmUnavailableError(f"{self._endpoint} does not answer: {error}") from error
                time.sleep(attempt)
                continue
            if answer.status not in _RETRIED or attempt == _ATTEMPTS:
                break
            time.sleep(_wait(answer))
        if answer.status >= _ERROR and not answer.absent:
            raise ArmError(method, path.partition("?")[0], answer)
        return answer


def _request(request: urllib.request.Request) -> _Answer:
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as response:  # noqa: S310 - as above
            return _answer(response.status, response.headers, response.read())
    except urllib.error.HTTPError as error:
        with error:
            return _answer(error.code, error.headers, error.read())


def _answer(status: int, headers: Any, content: bytes) -> _Answer:
    try:
        body = json.loads(content) if content else {}
    except ValueError:
        body = {}
    return _Answer(status, {k.lower(): v for k, v in headers.items()}, body if isinstance(body, dict) else {})


def _in_progress(answer: _Answer) -> bool:
    return str(answer.body.get("status", "")).lower() in {"inprogress", "running", "accepted"}


def _wait(answer: _Answer) -> float:
    try:
        return min(max(0.0, float(answer.headers["retry-after"])), _LONGEST_POLL)
    except (KeyError, ValueError):
        return _POLL_SECONDS
