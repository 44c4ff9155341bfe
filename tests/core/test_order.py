"""The order in which names are listed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scaleset_core.order import natural

NAMES = st.text("ab-01²٣", max_size=8)


def test_numbers_count() -> None:
    """The tenth instance comes after the second; letters compare without regard to case."""
    assert sorted(["web-10", "web-2", "Web-1", "db", "web-02"], key=natural) == [
        "db",
        "Web-1",
        "web-02",
        "web-2",
        "web-10",
    ]


@given(NAMES, NAMES)
def test_any_two_names_have_one_order(one: str, other: str) -> None:
    """Any two texts can be compared; only a text and itself are equal, so that no list depends on the order before."""
    assert (natural(one) == natural(other)) is (one == other)
    assert (natural(one) < natural(other)) is (natural(other) > natural(one))


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_numbers_of_any_length(one: int, other: int) -> None:
    """Two instances of one set are in the order of their numbers."""
    assert (natural(f"web-{one}") < natural(f"web-{other}")) is (one < other)
