"""JSON with its positions, as people and tools write it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.json_text import JsonText, Path, decode

TOLERATED = """{ // a comment
  "a": [1, {"Properties": {"x": "over
 two lines"}}, {"properties": {"zed": 1,},},], /* and
  another */ "b": "// no comment, /* none either"
}"""


def test_what_arm_tolerates_is_read() -> None:
    """Comments, trailing commas and strings over several lines are read; what looks like them in strings stays."""
    document = JsonText(TOLERATED, "f")
    assert document.value == {
        "a": [1, {"Properties": {"x": "over\n two lines"}}, {"properties": {"zed": 1}}],
        "b": "// no comment, /* none either",
    }


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (1, 1)),
        (("a",), (2, 3)),
        (("a", 0), (2, 9)),
        (("a", 1, "x"), (2, 28)),
        (("a", 2, "ZED"), (3, 32)),
        (("a", 2, "missing"), (3, 16)),
        (("b",), (4, 14)),
        (("nothing", "below"), (1, 1)),
    ],
)
def test_places_point_at_the_member(path: Path, place: tuple[int, int]) -> None:
    """Line and column are those of the member's name, in any case and inside ``properties``; else of its parent."""
    assert JsonText(TOLERATED, "f").locate(path) == place


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("", (1, 1), "expected a value, but the text ends here"),
        ('{"a": ', (1, 7), "expected a value, but the text ends here"),
        ('{"a" 1}', (1, 6), "expected ':'"),
        ("[1,\n 2", (2, 3), "expected ','"),
        ('{"a": "b', (1, 7), "no closing quote"),
        ("{} x", (1, 4), "expected the end of the document"),
        ("{a: 1}", (1, 2), "expected a member's name in double quotes"),
        ("[NaN]", (0, 0), "NaN is not a JSON value"),
        ("[" * 100_000, (0, 0), "nested too deeply"),
        ("1" * 5_000, (0, 0), "it is not JSON"),
    ],
)
def test_what_is_no_json_is_told_with_its_place(text: str, place: tuple[int, int], expected: str) -> None:
    """An error names the file, the place and what was expected there."""
    with pytest.raises(UnreadableError) as caught:
        JsonText(text, "bad.json")
    assert (caught.value.line, caught.value.column) == place
    assert expected in str(caught.value)
    assert str(caught.value).startswith("bad.json")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_every_byte_order_mark_is_read(encoding: str) -> None:
    """PowerShell writes UTF-16 where a shell redirects; all marks are understood."""
    assert decode('{"a": "ü"}'.encode(encoding), "f") == '{"a": "ü"}'


def test_bytes_that_are_no_text_are_told_with_their_line() -> None:
    """A binary file is an error with a line, no traceback."""
    with pytest.raises(UnreadableError, match=r"^f:2:1: expected UTF-8 text"):
        decode(b"{}\n\xff\xfe\xfa", "f")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


def _paths(value: Any, at: Path = ()) -> list[tuple[Path, Any]]:
    found = [(at, value)]
    if isinstance(value, dict):
        for name, item in value.items():
            found += _paths(item, (*at, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += _paths(item, (*at, index))
    return found


@given(JSON, st.sampled_from([None, 1, 4]), st.booleans())
def test_every_place_leads_back_to_its_value(value: Any, indent: int | None, ascii_only: bool) -> None:
    """Reading the document from a path's place gives the member's name, or the value of a list item."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    document = JsonText(text, "f")
    lines = text.split("\n")
    for path, item in _paths(value):
        line, column = document.locate(path)
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        found, _ = json.JSONDecoder().raw_decode(rest)
        assert found == (path[-1] if path and isinstance(path[-1], str) else item)
