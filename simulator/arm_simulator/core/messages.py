"""Requests and responses as plain data, and the timing of the simulated Azure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PAGE = 1000


@dataclass(slots=True)
class Call:
    """One request.

    Attributes:
        method: The verb, upper case.
        path: The decoded path.
        query: Parameters by lower-case name.
        headers: By lower-case name.
        body: The parsed JSON, or None.
        base_url: ``http://127.0.0.1:PORT``, for links.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    base_url: str


@dataclass(slots=True)
class Reply:
    """One response: status, JSON body (None: empty) and headers."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Settings:
    """The timing of the simulated Azure.

    Attributes:
        lro_polls: How many polls an operation stays ``InProgress``.
        retry_after: The Retry-After header of operations, in seconds.
        page_size: Items in one page of a list.
    """

    lro_polls: int = 0
    retry_after: int = 0
    page_size: int = PAGE
