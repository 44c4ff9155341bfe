"""ARM's error bodies as text for the user."""

from __future__ import annotations

from typing import Any

import pytest

from azure_native.arm import ArmError, _error_of

CASES: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"error": {"code": "ScopeLocked", "message": "Locked."}}, ("ScopeLocked", "Locked.")),
    (
        {"error": {"code": "A", "message": "Same.", "details": [{"code": "A", "message": "Same."}]}},
        ("A", "Same."),
    ),
    (
        {"error": {"code": "A", "message": "Main.", "details": [{"code": "B", "message": "More."}]}},
        ("A", "Main. B: More."),
    ),
    ({"code": "Old", "message": "Flat."}, ("Old", "Flat.")),
    ({}, ("", "Bad Gateway")),
]


@pytest.mark.parametrize(("body", "expected"), CASES)
def test_error_bodies(body: dict[str, Any], expected: tuple[str, str]) -> None:
    """Code and message are found, details are added once, and an empty body falls back to the HTTP reason."""
    assert _error_of(body, "Bad Gateway") == expected


def test_the_text_of_an_error() -> None:
    """Status, code, message and the resource are in the text, and a missing code leaves no gap."""
    assert str(ArmError(409, "ScopeLocked", "Locked.", "/r")) == (
        'Status=409 Code="ScopeLocked" Message="Locked." Resource="/r"'
    )
    assert str(ArmError(502, "", "Bad Gateway", "/r")) == 'Status=502 Message="Bad Gateway" Resource="/r"'
