"""The picture of docs/architecture.md is that of the imports."""

from architecture.__main__ import PAGE, expected
from architecture.picture import floors, reduced


def test_the_page_is_current() -> None:
    """The picture and the table are those of today's imports; after a change: `python -m architecture`."""
    assert PAGE.read_text(encoding="utf-8") == expected()


def test_what_another_arrow_says_is_left_out() -> None:
    """Of a to b, b to c and a to c the last is left out; the longest way has three floors."""
    arrows = {"a": {"b", "c"}, "b": {"c"}, "c": set()}
    assert reduced(arrows) == {"a": {"b"}, "b": {"c"}, "c": set()}
    assert floors(arrows) == 3
