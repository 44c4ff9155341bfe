"""Choosing instances: names, all, and the --where expression."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaleset_operations import (
    Instance,
    Target,
    UsageError,
    make_selection,
    parse_where,
)
from scaleset_operations.selection import select

TARGET = Target("sub", "rg", "web")


def instance(number: int = 0, **facts: Any) -> Instance:
    """An instance."""
    name = f"web_{number}"
    values: dict[str, object] = {
        "name": name,
        "instance_id": str(number),
        "resource_id": TARGET.instance_id(str(number)),
    }
    return Instance(**{**values, **facts})


@pytest.mark.parametrize(
    ("text", "facts", "holds"),
    [
        ("power=running", {"power": "running"}, True),
        ("power=running", {"power": "stopped"}, False),
        ("power!=running", {"power": "stopped"}, True),
        ("powerState = running | stopped", {"power": "stopped"}, True),
        ("zone=1,power=running", {"zone": "1", "power": "running"}, True),
        ("zone=1,power=running", {"zone": "2", "power": "running"}, False),
        ("fault-domain=2", {"fault_domain": 2}, True),
        ("fd=0", {"fault_domain": None}, False),
        ("latest-model=no", {"latest_model": False}, True),
        ("latest-model=false", {"latest_model": None}, False),
        ("health!=healthy", {"health": "unhealthy"}, True),
        ("priority=spot", {"priority": "Spot"}, True),
    ],
)
def test_where(text: str, facts: dict[str, Any], holds: bool) -> None:
    """A condition compares what Azure said; all conditions must hold; what Azure did not say equals nothing."""
    assert parse_where(text).holds(instance(**facts)) is holds


def test_where_names_everything_that_is_wrong() -> None:
    """All wrong parts are reported at once, each with what was expected."""
    with pytest.raises(UsageError) as caught:
        parse_where("pwr=running,zone,power=on,latest-model=maybe")
    text = str(caught.value)
    assert "'pwr' is not a field; expected one of power, zone" in text
    assert "'zone' is not a condition; expected FIELD=VALUE" in text
    assert "power='on': expected one of" in text
    assert "latest-model='maybe': expected true or false" in text


@given(st.text(max_size=40))
def test_where_never_fails_otherwise(text: str) -> None:
    """Whatever is typed is either an expression or a usage error."""
    with contextlib.suppress(UsageError):
        parse_where(text)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12))
def test_names_are_taken_in_their_order_and_once(numbers: list[int]) -> None:
    """--instances keeps the order given; an instance named twice, or by id and by name, counts once."""
    known = [instance(number) for number in range(10)]
    spelled = [str(number) if position % 2 else f"WEB_{number}" for position, number in enumerate(numbers)]
    chosen = select(make_selection(names=",".join(spelled)), known, TARGET)
    assert [item.instance_id for item in chosen] == list(dict.fromkeys(str(number) for number in numbers))


def test_unknown_names_are_all_told() -> None:
    """A name of another set stops everything, and the names that exist are shown."""
    with pytest.raises(
        UsageError, match=r"'a', 'b' are not in the scale set 'web' \(2 instances: 0, 1\). Nothing was done"
    ):
        select(make_selection(names="0,a,b"), [instance(0), instance(1)], TARGET)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"names": "a", "everything": True}, "does not go together with --all or --where"),
        ({"names": "a", "where": "zone=1"}, "does not go together"),
        ({}, "Give --instances a,b,c, or --where power=running, or --all"),
        ({"names": " , "}, "names no instance"),
    ],
)
def test_contradictions(arguments: dict[str, object], says: str) -> None:
    """Options that contradict each other, or say nothing, are refused with what to give instead."""
    with pytest.raises(UsageError, match=says):
        make_selection(**arguments)  # type: ignore[arg-type]
