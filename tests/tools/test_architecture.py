"""The picture of docs/architecture.md is that of the imports."""

from xml.etree import ElementTree as ET

from architecture.__main__ import PICTURE, expected
from architecture.drawing import svg
from architecture.picture import floors, layers, reduced


def test_the_page_is_current() -> None:
    """The picture and the table are those of today's imports; after a change: `python -m architecture`."""
    for file, text in expected().items():
        assert file.read_text(encoding="utf-8") == text, file.name


def test_the_picture_has_every_module() -> None:
    """Each package and each module is in the picture, with an arrow for each import between packages."""
    inside = {"one": {"one.a": {"one.b"}, "one.b": set[str]()}, "two": {"two.<c>": set[str]()}}
    picture = ET.fromstring(svg({"one": {"two"}, "two": set()}, inside, {"one": "first", "two": "second"}))
    words = [each.text for each in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"one", "two", "first", "second", "a", "b", "<c>"} <= set(words)
    assert words.index("a") < words.index("b")
    edges = [each for each in picture.iter("{http://www.w3.org/2000/svg}path") if each.get("class") == "edge"]
    assert len(edges) == 1


def test_the_picture_is_small() -> None:
    """It is a picture of text, not a file that a clone feels."""
    assert PICTURE.stat().st_size < 40_000


def test_what_another_arrow_says_is_left_out() -> None:
    """Of a to b, b to c and a to c the last is left out; the longest way has three floors."""
    arrows = {"a": {"b", "c"}, "b": {"c"}, "c": set()}
    assert reduced(arrows) == {"a": {"b"}, "b": {"c"}, "c": set()}
    assert floors(arrows) == 3
    assert layers(arrows) == [["a"], ["b"], ["c"]]
