"""Faults on demand: which request one strikes, and what is answered then.

A fault is made of members, or of a ``kind`` that sets them (:data:`KINDS`); members that are given too win.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from arm_simulator.core.errors import ArmError
from arm_simulator.core.messages import Reply
from arm_simulator.server import patterns

PHASES = (
    "request", "operation", "instance", "death-before", "death-after", "answer", "answer-after", "cut-before",
    "cut-after", "cut-half", "stall",
)  # fmt: skip
ENDS = ("Failed", "Canceled", "never")
_ALLOCATION = (
    "Allocation failed. We do not have sufficient capacity for the requested VM size in this region. Read more about "
    "improving likelihood of allocation success at https://aka.ms/allocation-guidance"
)
_ZONAL = _ALLOCATION.replace("this region", "this zone")
_QUOTA = (
    "Operation could not be completed as it results in exceeding approved Total Regional Cores quota. Additional "
    "details - Deployment Model: Resource Manager, Location: westeurope, Current Limit: 10, Current Usage: 10, "
    "Additional Required: 2, (Minimum) New Limit Required: 12. Please read more about quota limits at "
    "https://docs.microsoft.com/en-us/azure/azure-supportability/regional-quota-requests"
)
KINDS: dict[str, dict[str, Any]] = {
    "throttled": {"status": 429, "code": "TooManyRequests", "retry_after": 1},
    "server-error": {"status": 500, "code": "InternalServerError"},
    "unavailable": {"status": 503, "code": "ServiceUnavailable"},
    "conflict": {"status": 409, "code": "Conflict"},
    "expired-token": {
        "status": 401,
        "code": "ExpiredAuthenticationToken",
        "message": "The access token expiry UTC time is earlier than current UTC time.",
        "headers": {
            "WWW-Authenticate": 'Bearer error="invalid_token", error_description="The access token is expired"'
        },
    },
    "forbidden": {"status": 403, "code": "AuthorizationFailed"},
    "dropped-request": {"phase": "cut-before"},
    "dropped-answer": {"phase": "cut-after"},
    "half-answer": {"phase": "cut-half"},
    "slow-answer": {"phase": "stall", "seconds": 5},
    "operation-failed": {"phase": "operation", "code": "InternalExecutionError", "status": 500},
    "operation-canceled": {
        "phase": "operation",
        "ends": "Canceled",
        "code": "Canceled",
        "message": "Operation was canceled.",
    },
    "operation-never-ends": {"phase": "operation", "ends": "never"},
    "allocation-failed": {"phase": "instance", "code": "AllocationFailed", "status": 409, "message": _ALLOCATION},
    "zonal-allocation-failed": {"phase": "instance", "code": "ZonalAllocationFailed", "status": 409, "message": _ZONAL},
    "quota-exceeded": {"phase": "instance", "code": "OperationNotAllowed", "status": 409, "message": _QUOTA},
    "killed-before": {"phase": "death-before"},
    "killed-after": {"phase": "death-after"},
}
"""The faults by name, with the members that each sets."""

_MEMBERS = {
    "kind", "method", "path_regex", "status", "code", "message", "retry_after", "times", "after", "phase", "text",
    "headers", "seconds", "ends",
}  # fmt: skip
_MOST = 10**9
_LONGEST = 3600
_CODES = {429: "TooManyRequests", 409: "Conflict", 403: "AuthorizationFailed", 503: "ServiceUnavailable"}
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")


@dataclass(slots=True)
class Fault:
    """One injected failure.

    Attributes:
        method: The verb it applies to, or several (``PUT,DELETE``); empty: any.
        pattern: Searched, without case, in the path; for ``instance`` in the id of the scale set, or of the machine
            that the request makes.
        status: The HTTP status, for example 429.
        code: The ARM error code; ``message`` its text.
        retry_after: Seconds for the Retry-After header, or None.
        times: How often it still applies; ``after`` how many matching requests, or instances, pass first.
        phase: ``request`` (answer with the error, nothing is done), ``operation`` (accept the request, then let its
            long-running operation end as Failed), ``instance`` (an instance is not allocated), ``answer`` (answer with
            ``text``, nothing is done), ``answer-after``, ``cut-before``, ``cut-after`` and ``cut-half`` (the connection
            breaks before the request has effect, after, or in the middle of the answer), ``stall`` (the answer comes
            ``seconds`` late), ``death-before`` or ``death-after``: the simulator's process ends as by ``kill -9``,
            before the request took effect or after, and answers nothing.
        ends: How the operation ends: ``Failed``, ``Canceled`` or ``never``.
    """

    method: str
    pattern: re.Pattern[str]
    status: int
    code: str
    message: str
    retry_after: float | None
    times: int
    after: int = 0
    phase: str = "request"
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    ends: str = "Failed"

    def describe(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "method": self.method,
            "path_regex": self.pattern.pattern,
            "status": self.status,
            "code": self.code,
            "times": self.times,
            "phase": self.phase,
        }

    def strikes(self, method: str, path: str) -> bool:
        """Whether it applies to this request; counts down."""
        if (
            self.times <= 0
            or (self.method and method not in self.method.split(","))
            or not self.pattern.search(path[: patterns.SEARCHED])
        ):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= 1
        return True


def parsed(body: Mapping[str, Any]) -> Fault:
    """The fault of a request to the control face.

    Raises:
        ValueError: A member is unknown, or not what it must be.
    """
    unknown = sorted(set(body) - _MEMBERS)
    if unknown:
        raise ValueError(f"there is no member '{unknown[0]}'; a fault has {', '.join(sorted(_MEMBERS))}")
    kind = body.get("kind")
    if kind is not None and (not isinstance(kind, str) or kind not in KINDS):
        raise ValueError(f"'kind' is {kind!r}; it must be one of {', '.join(KINDS)}")
    body = {**KINDS.get(kind or "", {}), **body}
    phase, ends = body.get("phase", "request"), body.get("ends", "Failed")
    for name, value, values in (("phase", phase, PHASES), ("ends", ends, ENDS)):
        if not isinstance(value, str) or value not in values:
            raise ValueError(f"'{name}' is {value!r}; it must be one of {', '.join(values)}")
    status = int(_number(body, "status", 500, 100 if phase.startswith("answer") else 400, 599))
    retry_after = None if body.get("retry_after") is None else _number(body, "retry_after", 0, 0, _LONGEST)
    return Fault(
        method=_text(body, "method").upper(),
        pattern=patterns.compiled(_text(body, "path_regex")),
        status=status,
        code=_text(body, "code") or ("Canceled" if ends == "Canceled" else _CODES.get(status, "InternalServerError")),
        message=_text(body, "message") or "Injected by the simulator's control face.",
        retry_after=retry_after,
        times=int(_number(body, "times", 1, 0, _MOST)),
        after=int(_number(body, "after", 0, 0, _MOST)),
        phase=phase,
        text=_text(body, "text"),
        headers=_headers(body.get("headers", {})),
        seconds=_number(body, "seconds", 0, 0, _LONGEST),
        ends=ends,
    )


def _number(body: Mapping[str, Any], name: str, default: float, low: float, high: float) -> float:
    value = body.get(name, default)
    if isinstance(value, str):
        value = float(value)  # from a query string
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"'{name}' is {value!r}; it must be a number, {low:g} to {high:g}")
    return float(value)


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise ValueError(f"'{name}' is {value!r}; it must be a text")  # noqa: TRY004 - one kind of error
    return value


def _headers(given: Any) -> dict[str, str]:
    if not isinstance(given, dict):
        raise ValueError("'headers' must be an object of names and values")  # noqa: TRY004 - one kind of error
    for name in given:
        if not _HEADER_NAME.fullmatch(name) or name.lower() in {"content-length", "transfer-encoding", "connection"}:
            raise ValueError(f"'headers' has {name[:100]!r}, which is no header's name, or the server's own")
    return {name: str(value) for name, value in given.items()}


def reply_of(fault: Fault, reply: Reply | None) -> Reply:
    """What is answered instead of ``reply``, the true answer (None: the request was not carried out)."""
    if fault.phase == "cut-half" and reply is not None:
        reply.half = True
        return reply
    if fault.phase.startswith("cut"):
        return Reply(0)
    if fault.phase == "stall" and reply is not None:
        reply.delay = fault.seconds
        return reply
    return Reply(fault.status, None, dict(fault.headers), text=fault.text)


def error_of(fault: Fault) -> ArmError:
    """The error of a fault that applies to the request, to its operation or to an instance."""
    headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
    return ArmError(fault.status, fault.code, fault.message, headers={**fault.headers, **headers})
