"""What an answer from Azure, or from something in between, means for the caller. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult, urlsplit

from scaleset_operations.errors import AzureError
from scaleset_operations.refusals import explained

_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
_TRANSIENT = frozenset({408, 500, 502, 503, 504})
_THROTTLED = 429
_UNAVAILABLE = 503
_PORTS = {"https": 443, "http": 80}
_SHOWN = 80


class Fault(Enum):
    """Why a request has no good answer."""

    UNSENT = "no connection"
    """It was not sent."""
    LOST = "connection lost"
    """It was sent, and no answer came."""
    THROTTLED = "throttled"
    """Azure refused it for now; it had no effect."""
    BROKEN = "server error"
    """A server or a gateway failed; it may have had an effect."""
    GARBLED = "no JSON"
    """The answer is not what Azure answers; the request may have had an effect."""
    REFUSED = "refused"
    """Azure refused it; it had no effect."""

    @property
    def may_have_happened(self) -> bool:
        """Whether a write may have had an effect."""
        return self in {Fault.LOST, Fault.BROKEN, Fault.GARBLED}


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer.

    Attributes:
        status: The HTTP status.
        headers: The headers, their names in lower case.
        body: The JSON; None: there is none.
    """

    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Problem:
    """A request without a good answer.

    Attributes:
        fault: Its kind.
        error: The error, for the user.
        wait: The seconds that Azure asks for before the next try; 0: it names none.
    """

    fault: Fault
    error: AzureError
    wait: float = 0.0


def may_repeat(fault: Fault, verb: str, *, changes: bool) -> bool:
    """Whether the request may be sent again without doing something twice."""
    if fault in {Fault.UNSENT, Fault.THROTTLED}:
        return True
    if fault in {Fault.REFUSED, Fault.GARBLED}:
        return False
    return not changes or verb in _REPEATABLE


def judge(status: int, headers: Mapping[str, str], content: bytes, wait: float, subject: str) -> Answer | Problem:
    """An answer of the server, or what is wrong with it.

    Args:
        status: The HTTP status.
        headers: The headers, their names in lower case.
        content: The body.
        wait: The seconds of Retry-After.
        subject: What was asked, for messages.
    """
    body, trouble = _parse(headers, content)
    if 200 <= status < 300:  # noqa: PLR2004 - success
        if trouble:
            error = AzureError(0, "BadAnswer", f"{subject}: expected JSON of Azure, got {trouble} (HTTP {status}).")
            return Problem(Fault.GARBLED, error)
        return Answer(status, headers, body)
    error = _refusal(status, headers, body, trouble, subject)
    if status == _THROTTLED or (status == _UNAVAILABLE and wait):
        return Problem(Fault.THROTTLED, error, wait)
    return Problem(Fault.BROKEN if status in _TRANSIENT else Fault.REFUSED, error, wait)


def _parse(headers: Mapping[str, str], content: bytes) -> tuple[Any, str]:
    """The JSON, and what is wrong with it (empty: nothing)."""
    if not content.strip():
        return None, ""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        return json.loads(content), ""
    except ValueError:
        text = content[:_SHOWN].decode("utf-8", "replace").strip()
    if kind == "text/html" or text.lower().startswith(("<!doctype", "<html")):
        return None, "an HTML page: a proxy or gateway on the way answered instead"
    if text.startswith(("{", "[")):
        return None, f"JSON that is cut off or damaged ({len(content)} bytes)"
    return None, f"{kind or 'text'} that begins {text!r}"


def _refusal(status: int, headers: Mapping[str, str], body: Any, trouble: str, subject: str) -> AzureError:
    name = _name(status)
    if 300 <= status < 400:  # noqa: PLR2004 - a redirect
        where = urlsplit(headers.get("location", "")).netloc or "nowhere"
        return AzureError(
            status, "Redirect", f"{subject}: redirected to {where}; not followed, since the token is for Azure alone."
        )
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict) and (error.get("code") or error.get("message")):
        code = str(error.get("code") or name)
        return AzureError(status, code, explained(code, str(error.get("message") or name)))
    if isinstance(body, dict) and isinstance(body.get("code"), str):  # Resource Graph and others without the envelope
        return AzureError(status, body["code"], str(body.get("message") or name))
    return AzureError(status, name, f"{subject}: {trouble or 'no reason given'}.")


def _name(status: int) -> str:
    try:
        return HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "")
    except ValueError:
        return "HttpError"


def foreign(endpoint: str, url: str) -> str:
    """What forbids sending the token to ``url``: another host, port or scheme than the endpoint's. Empty: nothing."""
    if any(letter <= " " or letter in '\\"<>' or letter > "~" for letter in url):
        return "a URL with forbidden characters"
    try:
        ours, theirs = urlsplit(endpoint), urlsplit(url)
        same = _origin(ours) == _origin(theirs)
    except ValueError:
        return "a URL that can not be read"
    if "@" in theirs.netloc:
        return "a URL with a user name"
    return "" if same else f"{theirs.scheme or 'no scheme'}://{theirs.netloc or '(no host)'}"


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(scheme, 0)
