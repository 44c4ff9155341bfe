"""Property values: the wire form, secrets and unknowns."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from azure_native.values import UNKNOWN, Secret, from_struct, has_secrets, mark_secrets, plain, to_struct

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_SCALARS = st.one_of(st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False), _TEXT, st.just(UNKNOWN))


def _values(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(leaves, lambda c: st.one_of(st.lists(c, max_size=3), st.dictionaries(_TEXT, c, max_size=3)))


VALUES = _values(st.one_of(_SCALARS, _values(_SCALARS).map(Secret)))


@given(st.dictionaries(_TEXT, VALUES, max_size=4))
def test_the_wire_form_loses_nothing(properties: dict[str, Any]) -> None:
    """Encoding and decoding gives the same properties, with secrets and unknowns where they were."""
    assert from_struct(to_struct(properties)) == properties


@given(VALUES)
def test_marks_come_back(value: Any) -> None:
    """Marking a plain copy with the original's secrets hides each leaf that was secret, and the values stay."""
    marked = mark_secrets(plain(value), value)
    assert plain(marked) == plain(value)
    assert has_secrets(marked) == has_secrets(value)


def test_a_secret_in_a_list_that_changed_length_hides_the_list() -> None:
    """When elements cannot be matched, the whole list is secret rather than none of it."""
    assert mark_secrets(["a", "b", "c"], [Secret("a"), "b"]) == Secret(["a", "b", "c"])
    assert mark_secrets(["a", "b", "c"], ["a", "b"]) == ["a", "b", "c"]


def test_a_secret_never_shows_in_text() -> None:
    """The text form of a value hides secrets, whatever code prints it."""
    assert "hunter2" not in repr({"a": [Secret("hunter2")]})


def test_nulls_are_left_out() -> None:
    """A null property is no property, as the official provider reads it."""
    assert from_struct(to_struct({"a": None, "b": 1})) == {"b": 1}
