"""From a raw request to a :class:`~arm_simulator.core.messages.Call`, or to a refusal in Azure's shape.

Whatever a client sends is bounded and decoded here, before anything is looked up: the name it was sent to, the length
of URL, headers and body, UTF-8, and the JSON. What comes out can be stored, compared and sent back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from starlette.requests import ClientDisconnect, Request

from arm_simulator.core import errors
from arm_simulator.core.errors import ArmError
from arm_simulator.core.messages import Call
from arm_templates import relaxed

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""The names of this machine for itself. A page of another site that a browser shows here has another ``Host``."""

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+?)\.?(?::[0-9]{1,5})?", re.IGNORECASE)
_API_VERSION = re.compile(r"[A-Za-z0-9._-]{1,64}")
_INT64 = range(-(2**63), 2**63)
_DIGITS_OF_INT64 = 19
_TOO_LARGE = 413
_CHUNK = 2**16


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a request may be.

    Attributes:
        url: Characters of path and query.
        headers: Bytes of all header names and values.
        body: Bytes; Azure Resource Manager takes 4 MB.
        depth: Objects and arrays of a body that are in one another.
    """

    url: int = 16_384
    headers: int = 65_536
    body: int = 4 * 2**20
    depth: int = 100


LIMITS = Limits()


def check_envelope(request: Request, names: Collection[str]) -> None:
    """Refuse a request that was sent to another name, or that is too long, before its body is read.

    Args:
        request: The request.
        names: The names, lower case, that this server answers to.

    Raises:
        ArmError: 400, 413, 414 or 431.
    """
    host = request.headers.get("host", "")
    found = _HOST.fullmatch(host)
    if found is None or found[1].lower() not in names:
        raise ArmError(
            400,
            "InvalidHostName",
            f"The simulator does not answer to the host {host[:100]!r}, only to {', '.join(sorted(names))}. "
            "Start it with --allow-host NAME to add a name.",
        )
    raw_path, query = _raw_target(request)
    if len(raw_path) + len(query) > LIMITS.url:
        raise ArmError(414, "RequestUriTooLong", f"The URL is longer than {LIMITS.url} characters.")
    if sum(len(name) + len(value) for name, value in request.headers.raw) > LIMITS.headers:
        raise ArmError(431, "RequestHeaderFieldsTooLarge", f"The headers are longer than {LIMITS.headers} bytes.")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > LIMITS.body:
        raise _too_large()


async def read_body(request: Request) -> bytes:
    """The body, of which no more is read than may be.

    Raises:
        ArmError: 413 if it is longer; 400 if the client went away.
    """
    chunks, size = [], 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > LIMITS.body:
                raise _too_large()
            chunks.append(chunk)
    except ClientDisconnect:
        raise errors.bad_request("The client closed the connection before its request was complete.") from None
    return b"".join(chunks)


def call_of(request: Request, raw: bytes, base_url: str) -> Call:
    """The request as plain data.

    Raises:
        ArmError: 400: the URL is not UTF-8, or the body is not JSON that can be stored.
    """
    raw_path, raw_query = _raw_target(request)
    path = _decoded(unquote_to_bytes(raw_path))
    try:
        pairs = parse_qsl(raw_query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=200)
    except ValueError:
        raise errors.bad_request("The query string of the request is not valid.") from None
    query = {name.lower(): value for name, value in pairs}
    version = query.get("api-version", "")
    if version and not _API_VERSION.fullmatch(version):
        raise ArmError(400, "InvalidApiVersionParameter", f"The api-version '{version[:100]}' is invalid.")
    body = parse_json(raw) if raw.strip() else None
    return Call(request.method, path, query, dict(request.headers), body, base_url)


def parse_json(raw: bytes) -> Any:
    """The JSON of a body: UTF-8, whole numbers of 64 bits, finite ones, text without half characters, not too deep.

    Raises:
        ArmError: 400 InvalidRequestContent that says what is wrong.
    """
    try:
        text = raw.decode("utf-8-sig")
        if text.count("{") + text.count("[") > LIMITS.depth:
            _check_depth(text)
        body = relaxed.loads(text, parse_constant=_no_constant, parse_int=_whole, parse_float=_finite)
        if "\\u" in text:
            json.dumps(body, ensure_ascii=False).encode()  # an escaped half of a surrogate pair is no text
    except UnicodeError:
        raise _invalid_content("it is not UTF-8 text") from None
    except ValueError as error:
        raise _invalid_content(str(error)) from None
    return body


def _raw_target(request: Request) -> tuple[bytes, bytes]:
    raw_path: bytes = request.scope.get("raw_path") or request.scope["path"].encode("utf-8", "surrogateescape")
    query: bytes = request.scope["query_string"]
    return raw_path, query


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeError:
        raise errors.bad_request("The URL of the request is not UTF-8.") from None
    if any(character < " " or character == "\x7f" for character in text):
        raise errors.bad_request("The URL of the request has control characters.")
    return text


def _check_depth(text: str) -> None:
    """Count what is open, outside of strings, so that no parser has to go that deep.

    Raises:
        ValueError: It is deeper than it may be.
    """
    depth = 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text):
        if token[0] in "[{":
            depth += 1
            if depth > LIMITS.depth:
                raise ValueError(f"The reader's MaxDepth of {LIMITS.depth} has been exceeded")
        elif token[0] in "]}":
            depth -= 1


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def _whole(digits: str) -> int:
    if len(digits) <= _DIGITS_OF_INT64 - 1:
        return int(digits)
    value = int(digits[: _DIGITS_OF_INT64 + 2])
    if len(digits) > _DIGITS_OF_INT64 + 1 or value not in _INT64:
        raise ValueError(f"JSON integer {digits[:40]} is too large or small for an Int64")
    return value


def _finite(text: str) -> float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise ValueError(f"JSON number {text[:40]} is too large or small for a Double")
    return value


def _invalid_content(reason: str) -> ArmError:
    return errors.invalid_request_content(f"The request content was invalid and could not be deserialized: '{reason}'.")


def _too_large() -> ArmError:
    return ArmError(
        _TOO_LARGE,
        "RequestContentTooLarge",
        f"The request content size exceeds the maximum size of {LIMITS.body // 2**20} MB.",
        headers={"Connection": "close"},
    )


def latin(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers that can be sent: whatever HTTP does not take in a value is percent-encoded."""
    return {name: _latin(value) for name, value in headers.items()}


def _latin(value: str) -> str:
    if value.isascii() and value.isprintable():
        return value
    return "".join(
        each
        if each.isascii() and each.isprintable()
        else "".join(f"%{byte:02X}" for byte in each.encode("utf-8", "replace"))
        for each in value
    )
