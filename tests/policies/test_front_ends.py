"""Whether a load balancer's front end is public, by what it has."""

from __future__ import annotations

from typing import Any

import pytest

from scaleset_core.facts.properties import View
from scaleset_policies.rules.balancer_rules import _front


@pytest.mark.parametrize(
    ("front", "public"),
    [
        ({"publicIPAddress": {"id": "/address"}}, True),
        ({"publicIPPrefix": {"id": "/prefix"}}, True),
        ({"subnet": {"id": "/subnet"}}, False),
        ({"privateIPAddress": "10.0.0.4"}, False),
        ({}, None),
    ],
)
def test_a_front_end_is_public_by_its_address(front: dict[str, Any], public: bool | None) -> None:
    """A public address or a prefix of them makes it public, a subnet or a private address internal."""
    assert _front(View(front)) is public
